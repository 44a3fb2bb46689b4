package words

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// check compares what an index finds with what a model does.
func check(t *rapid.T, idx *Index, m model, query Node) {
	t.Helper()
	for order := range ByVotes + 1 {
		o := Options{Order: order, Limit: 1 + rapid.IntRange(0, 40).Draw(t, "limit"), Total: true,
			Offset: max(0, rapid.IntRange(-20, 20).Draw(t, "offset")), Keys: []string{"a", "c"}, Months: true}
		var stats statistics
		var got Result
		for same := false; !same; same = reflect.DeepEqual(stats, statisticsOf(idx)) { // or a merge came in between
			stats = statisticsOf(idx)
			var err error
			if got, err = idx.Search(context.Background(), query, o); err != nil {
				t.Fatal(err)
			}
		}
		all, counts := m.search(stats, query, o)
		if !reflect.DeepEqual(got.Counts, counts) {
			t.Fatalf("%#v counts\n%v, want\n%v", query, got.Counts, counts)
		}
		checkMatching(t, idx, m, query, all)
		all = all[min(o.Offset, len(all)):]
		all = all[:min(o.Limit, len(all))]
		if len(got.Hits) != len(all) {
			t.Fatalf("%#v finds %d, want %d", query, len(got.Hits), len(all))
		}
		for i, want := range all {
			score := float64(want.value) * scoreUnit
			if order != ByRelevance {
				score = 0
			}
			if got.Hits[i] != (Hit{want.number, score}) {
				t.Fatalf("order %d, %#v: hit %d is %v, want %v", order, query, i, got.Hits[i], Hit{want.number, score})
			}
		}
	}
}

// checkMatching compares the set of all matches with the model's.
func checkMatching(t *rapid.T, idx *Index, m model, query Node, all []ranked) {
	t.Helper()
	set, err := idx.Matching(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	want := map[uint32]bool{}
	for _, r := range all {
		want[r.number] = true
	}
	if set.Len() != len(want) {
		t.Fatalf("%#v matches %d, want %d", query, set.Len(), len(want))
	}
	for n := range m {
		if set.Has(n) != want[n] {
			t.Fatalf("%#v matches document %d: %v", query, n, set.Has(n))
		}
	}
}

// checkValues compares the columns of all documents below a number with the model's.
func checkValues(t *rapid.T, idx *Index, m model, below uint32) {
	t.Helper()
	all, want := []uint32(nil), map[uint32]Values{}
	for n := range below {
		all = append(all, n)
	}
	for n, d := range m {
		want[n] = Values{d.Day, d.Votes}
	}
	if got, err := idx.Values(all); err != nil || !maps.Equal(got, want) {
		t.Fatalf("values of %d documents, want %d: %v", len(got), len(want), err)
	}
}

// Searches find what looking at every document finds, whatever has become of the index before.
func TestSearchFindsWhatIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "words")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		idx, err := Create(dir, "test")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { idx.Close() }()
		now, committed := model{}, model{}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "documents"), 2))
		next, seq := uint32(0), int64(0)
		batch := func(n int) {
			docs, removed := []Doc(nil), []uint32(nil)
			for range n {
				number := next
				if r.IntN(4) == 0 {
					number = r.Uint32N(next + 1)
				}
				next = max(next, number+1)
				docs = append(docs, someDoc(r, number))
				if r.IntN(10) == 0 {
					removed = append(removed, r.Uint32N(next+10))
				}
			}
			if err := idx.Update(docs, removed); err != nil {
				t.Fatal(err)
			}
			now.update(docs, removed)
		}
		t.Repeat(map[string]func(*rapid.T){
			"one document":  func(*rapid.T) { batch(1) },
			"few documents": func(*rapid.T) { batch(1 + r.IntN(20)) },
			"many documents": func(t *rapid.T) {
				if len(now) < 5000 && rapid.IntRange(0, 7).Draw(t, "many") == 0 {
					batch(1 + r.IntN(3000))
				}
			},
			"a row of commits": func(t *rapid.T) { // so that files are merged
				for range max(1, rapid.IntRange(-20, 12).Draw(t, "commits")) {
					batch(1 + r.IntN(4))
					seq++
					if err := idx.Commit(seq); err != nil {
						t.Fatal(err)
					}
				}
				committed = model{}
				committed.update(values(now), nil)
			},
			"votes": func(*rapid.T) {
				if d, ok := now[r.Uint32N(next+1)]; ok {
					d.Votes = r.Int32N(30)
					now[d.Number] = d
					if err := idx.SetVotes(d.Number, d.Votes); err != nil {
						t.Fatal(err)
					}
				}
			},
			"search": func(t *rapid.T) { check(t, idx, now, someNode(t, 3)) },
			"values": func(t *rapid.T) { checkValues(t, idx, now, next+10) },
			"open again": func(t *rapid.T) {
				if err := idx.Verify(context.Background()); err != nil {
					t.Fatal(err)
				}
				idx.Close()
				if idx, err = Open(dir, "test"); err != nil {
					t.Fatal(err)
				}
				if idx.Seq() != seq {
					t.Fatalf("seq is %d, want %d", idx.Seq(), seq)
				}
				now = model{}
				now.update(values(committed), nil)
				if n := idx.Stats().Documents; n != len(now) {
					t.Fatalf("%d documents, want %d", n, len(now))
				}
			},
		})
	})
}

func values(m model) (docs []Doc) {
	for _, d := range m {
		docs = append(docs, d)
	}
	return docs
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, "one"); !errors.Is(err, ErrMissing) {
		t.Errorf("empty directory: %v", err)
	}
	idx, err := Create(dir, "one")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, "one"); !errors.Is(err, ErrBusy) {
		t.Errorf("second writer: %v", err)
	}
	reader, err := Open(dir, "one")
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Update(nil, nil); !errors.Is(err, ErrBusy) {
		t.Errorf("change by a second process: %v", err)
	}
	if err := idx.Commit(3); err != nil {
		t.Fatal(err)
	}
	idx.Close()
	if err := reader.Update(nil, nil); !errors.Is(err, ErrBusy) {
		t.Errorf("change of what another process has changed: %v", err)
	}
	if _, err := Open(dir, "two"); !errors.Is(err, ErrForeign) {
		t.Errorf("other identity: %v", err)
	}
	if idx, err = Open(dir, "one"); err != nil || idx.Seq() != 3 {
		t.Errorf("again: %v", err)
	}
	if _, err := idx.Search(context.Background(), All{}, Options{Limit: 3}); err != nil {
		t.Error(err)
	}
	idx.Close()
	if _, err := idx.Search(context.Background(), All{}, Options{}); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if _, err := idx.Values([]uint32{1}); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestSearchHeedsContext(t *testing.T) {
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	if err := idx.Update([]Doc{{Number: 1, Title: []string{"a"}}}, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := idx.Search(ctx, Term{Text: "a"}, Options{Limit: 1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A query may be nested as deeply as anybody likes.
func TestDeepQuery(t *testing.T) {
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	r := rand.New(rand.NewPCG(1, 1))
	var docs []Doc
	for n := range uint32(3000) {
		docs = append(docs, someDoc(r, n))
	}
	if err := idx.Update(docs, nil); err != nil {
		t.Fatal(err)
	}
	var n Node = Term{Text: "t"}
	for range 1000 {
		n = Not{AtLeast{1, []Node{Term{Text: "u"}, All{Term{Text: "ta"}, Any{n, Term{Text: "v"}}}}}}
	}
	if _, err := idx.Search(context.Background(), n, Options{Limit: 3, Total: true}); err != nil {
		t.Fatal(err)
	}
}
