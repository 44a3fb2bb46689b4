package words

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// A sample's counts come close to the exact ones, and say that they are estimates.
func TestSampledCounts(t *testing.T) {
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	r := rand.New(rand.NewPCG(1, 1))
	for from := uint32(0); from < 30_000; from += 3000 {
		var docs []Doc
		for n := from; n < from+3000; n++ {
			docs = append(docs, someDoc(r, n))
		}
		if err := idx.Update(docs, []uint32{from / 2}); err != nil {
			t.Fatal(err)
		}
	}
	snap := idx.acquire()
	defer snap.release()
	o := Options{Total: true, Keys: []string{"a"}, Months: true}
	query := Any{Term{Text: "t"}, Term{Text: "u"}}
	exact, err := snap.count(context.Background(), query, o, math.MaxInt/2, math.MaxInt/2)
	if err != nil || exact.Estimated {
		t.Fatal(exact.Estimated, err)
	}
	for _, limits := range [][2]int{{5000, math.MaxInt / 2}, {math.MaxInt / 2, 5000}} {
		got, err := snap.count(context.Background(), query, o, limits[0], limits[1])
		if err != nil || !got.Estimated {
			t.Fatal(got.Estimated, err)
		}
		near := func(what string, got, want int, tolerance float64) {
			if math.Abs(float64(got-want)) > tolerance*float64(want) {
				t.Errorf("%v: %s is %d, estimated %d", limits, what, want, got)
			}
		}
		near("total", got.Total, exact.Total, 0.05)
		if len(got.Keys["a"]) != len(exact.Keys["a"]) {
			t.Errorf("%d keys, want %d", len(got.Keys["a"]), len(exact.Keys["a"]))
		}
		sum, want := 0, 0
		for _, k := range got.Keys["a"] {
			sum += k.Documents
		}
		for _, k := range exact.Keys["a"] {
			want += k.Documents
		}
		near("keys", sum, want, 0.1)
		sum = 0
		for _, m := range got.Months {
			sum += m.Documents
		}
		near("months", sum, exact.Total, 0.05)
	}
}

// Readers see each update whole, and only whole, while documents come in, are committed and merged.
func TestReadersBesideWriter(t *testing.T) {
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	const size = 50
	update := func(generation int32) error {
		docs := make([]Doc, size)
		for i := range docs {
			docs[i] = Doc{Number: uint32(i), Title: []string{"a"}, Abstract: []string{"b"}, Day: generation}
		}
		return idx.Update(docs, nil)
	}
	if err := update(0); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := idx.Search(context.Background(), All{Term{Text: "a"}, Term{Text: "b"}}, Options{Limit: 100, Total: true, Months: true})
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil || len(r.Hits) != size || r.Total != size {
					t.Errorf("%d hits of %d, %v", len(r.Hits), r.Total, err)
					return
				}
			}
		})
	}
	for g := int32(1); g < 120; g++ {
		if err := errors.Join(update(g), idx.SetVotes(uint32(g), g)); err != nil {
			t.Fatal(err)
		}
		extra := Doc{Number: 1000 + uint32(g), Title: []string{"c"}}
		if err := errors.Join(idx.Update([]Doc{extra}, nil), idx.Commit(int64(g))); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Millisecond)
	if err := idx.Close(); err != nil {
		t.Fatal(err)
	}
	close(stop)
	readers.Wait()
}

// With a limit, the most frequent keys come with the counts that they have without, whatever segment they are in.
func TestFewKeys(t *testing.T) {
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	number := uint32(0)
	for segment := range 5 {
		var docs []Doc
		for key := range 60 { // one that is frequent here is less so in the next segment
			for range 1 + (key*7+segment)%60 {
				number++
				docs = append(docs, Doc{Number: number, Title: []string{"t"}, Keys: []string{fmt.Sprintf("a:%02d", key), "b:x"}})
			}
		}
		if err := idx.Update(docs, nil); err != nil {
			t.Fatal(err)
		}
		if err := idx.Commit(int64(segment)); err != nil {
			t.Fatal(err)
		}
	}
	count := func(limit int) map[string][]KeyCount {
		r, err := idx.Search(context.Background(), Term{Text: "t"}, Options{Keys: []string{"a", "b"}, KeyLimit: limit})
		if err != nil {
			t.Fatal(err)
		}
		return r.Keys
	}
	all, few := count(0), count(5)
	if len(all["a"]) != 60 || !slices.Equal(few["a"], all["a"][:5]) || !slices.Equal(few["b"], all["b"]) || few["b"][0].Documents != int(number) {
		t.Errorf("%v, want the first of %v", few, all)
	}
}
