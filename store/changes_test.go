package store_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"recto/store"
)

// follower keeps up with a catalogue by its changes.
type follower struct {
	last   int64
	papers map[store.PaperID]store.Paper
	ids    map[int64]store.PaperID // by number
}

func newFollower() *follower {
	return &follower{papers: make(map[store.PaperID]store.Paper), ids: make(map[int64]store.PaperID)}
}

// catchUp reads the changes since the last time and says whose they were.
func (f *follower) catchUp(t interface{ Fatalf(string, ...any) }, db *store.DB) []store.PaperID {
	var all []store.PaperID
	drained := f.last
	for {
		changes, last, err := db.Changes(context.Background(), f.last, 2)
		if err != nil || last < f.last {
			t.Fatalf("changes after %d: up to %d, %v", f.last, last, err)
		}
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			if c.Removed {
				if id, had := f.ids[c.Number]; had {
					delete(f.ids, c.Number)
					delete(f.papers, id)
					all = append(all, id)
				}
				continue
			}
			f.ids[c.Number] = c.ID
			if c.Text <= drained {
				known := f.papers[c.ID]
				known.SourceVotes, known.ReaderVotes = c.SourceVotes, c.ReaderVotes
				c.Paper = known // whatever else changed would be lost here
			}
			f.papers[c.ID] = c.Paper
			all = append(all, c.ID)
		}
		f.last = last
	}
	if last, err := db.LastChange(context.Background()); last != f.last || err != nil {
		t.Fatalf("the last change is %d, %v; followed to %d", last, err, f.last)
	}
	return all
}

func TestChanges(t *testing.T) {
	db, ctx := open(t), context.Background()
	f := newFollower()
	one, two, three := store.PaperID("2605.00001"), store.PaperID("2605.00002"), store.PaperID("2605.00003")
	reader := addReader(t, db, "ada")
	renamed := paper(2)
	renamed.Title = "Renamed"
	vote := func(id store.PaperID, cast bool) func() error {
		return func() error { return second(db.SetVote(ctx, reader, id, cast)) }
	}
	mine := func(id store.PaperID, tags ...string) func() error {
		return func() error { return db.SetMinedTags(ctx, []store.MinedTags{{ID: id, Tags: tags}}) }
	}
	bring := func(papers ...store.Paper) func() error {
		return func() error { ingest(t, db, papers...); return nil }
	}
	for _, step := range []struct {
		name string
		do   func() error
		want []store.PaperID
	}{
		{"nothing", func() error { return nil }, nil},
		{"new papers", bring(paper(1), paper(2), paper(3)), []store.PaperID{one, two, three}},
		{"the same again", bring(paper(1), paper(2), paper(3)), nil},
		{"another title", bring(paper(1), renamed), []store.PaperID{two}},
		{"a vote", vote(one, true), []store.PaperID{one}},
		{"the same vote", vote(one, true), nil},
		{"taken back", vote(one, false), []store.PaperID{one}},
		{"mined tags", mine(three, "mined"), []store.PaperID{three}},
		{"the same tags", mine(three, "mined"), nil},
		{"counted", func() error { return db.SetCounted(ctx, []store.PaperID{one}, []byte("x"), true) }, nil},
		{"removed", func() error { return second(db.RemovePaper(ctx, three, "")) }, []store.PaperID{three}},
		{"removed papers that a source has", bring(paper(1), paper(3)), nil},
		{"restored", func() error { return second(db.RestorePaper(ctx, three)) }, nil},
		{"back", bring(paper(1), paper(3)), []store.PaperID{three}},
		{"come and gone", func() error {
			ingest(t, db, paper(4))
			return second(db.RemovePaper(ctx, "2605.00004", ""))
		}, nil},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := f.catchUp(t, db); !slices.Equal(got, step.want) {
			t.Errorf("%s: %v, want %v", step.name, got, step.want)
		}
	}
	for _, do := range []func() error{vote(one, true), vote(two, true), mine(one, "x"), vote(one, false)} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.catchUp(t, db); !slices.Equal(got, []store.PaperID{two, one}) {
		t.Errorf("what changes often is told once, at its last change: %v", got)
	}
	for _, p := range everyPaper(t, db) {
		if !reflect.DeepEqual(f.papers[p.ID], p) {
			t.Errorf("followed to\n%+v, it is\n%+v", f.papers[p.ID], p)
		}
	}
}

func TestEntries(t *testing.T) {
	db, reader := small(t)
	ctx := context.Background()
	filter := store.Filter{Order: store.ByVotes, Limit: 7}
	page, entries, err := db.Entries(ctx, filter)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := db.Papers(ctx, filter)
	if err != nil || len(entries) != len(whole.Papers) || page.Next != whole.Next || page.Previous != whole.Previous {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for i := range entries {
		e, p := &entries[i], &whole.Papers[i]
		if e.ID != p.ID || e.Votes() != p.Votes() || e.FeaturedOn != p.FeaturedOn || !e.ListedAt.Equal(p.ListedAt()) || e.ReaderVotes != p.ReaderVotes {
			t.Errorf("%+v of %+v", e, p)
		}
		if filter.Order.EntryKey(e) != filter.Order.Key(p) {
			t.Errorf("sorted by %v and %v", filter.Order.EntryKey(e), filter.Order.Key(p))
		}
	}
	papers, err := db.PapersOf(ctx, []store.Entry{entries[3], entries[0]})
	if err != nil || !slices.Equal(ids(papers), []store.PaperID{entries[3].ID, entries[0].ID}) {
		t.Errorf("%v, %v", ids(papers), err)
	}
	// The revision rises with all that a card shows but votes.
	revision := func() int {
		t.Helper()
		_, entries, err := db.Entries(ctx, store.Filter{Order: store.Newest, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return entries[0].Revision
	}
	before := revision()
	if _, err := db.SetVote(ctx, reader, "2605.00001", false); err != nil {
		t.Fatal(err)
	}
	if got := revision(); got != before {
		t.Errorf("a vote made revision %d of %d", got, before)
	}
	changed := paper(1)
	changed.Abstract = "Another."
	for _, do := range []func(){
		func() { ingest(t, db, changed) },
		func() {
			if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: "2605.00001", Tags: []string{"x"}}}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		do()
		if got := revision(); got <= before {
			t.Errorf("revision %d after %d", got, before)
		}
		before = revision()
		do()
		if got := revision(); got != before {
			t.Errorf("nothing made revision %d of %d", got, before)
		}
	}
}

func TestState(t *testing.T) {
	db, ctx := open(t), context.Background()
	empty, err := db.State(ctx)
	if err != nil || empty != (store.State{}) {
		t.Errorf("%+v, %v", empty, err)
	}
	future := paper(2)
	future.FeaturedOn, future.FeaturedBy = "2027-01-01", "test"
	ingest(t, db, paper(30), future)
	if err := db.SetSample(ctx, true); err != nil {
		t.Fatal(err)
	}
	two, err := db.State(ctx)
	if err != nil || two.Newest <= empty.Newest || two.Latest != "2026-05-12" || !two.Sample {
		t.Errorf("%+v, %v", two, err)
	}
	ingest(t, db, paper(30))
	if same, err := db.State(ctx); same != two || err != nil {
		t.Errorf("%+v, %v", same, err)
	}
	ingest(t, db, paper(1))
	if three, err := db.State(ctx); three.Newest <= two.Newest || three.Latest != "2026-05-13" || err != nil {
		t.Errorf("%+v, %v", three, err)
	}
}

func TestByNumberAndSampled(t *testing.T) {
	db, _ := small(t)
	ctx := context.Background()
	changes, _, err := db.Changes(ctx, 0, 1000)
	if err != nil || len(changes) < 10 {
		t.Fatalf("%d changes, %v", len(changes), err)
	}
	a, b := changes[7], changes[2]
	papers, err := db.ByNumber(ctx, []int64{a.Number, 1 << 40, b.Number})
	if err != nil || !slices.Equal(ids(papers), []store.PaperID{a.ID, b.ID}) {
		t.Errorf("%v, %v", ids(papers), err)
	}
	var sample []store.PaperID
	if err := db.Sampled(ctx, 3, func(p *store.Paper) error { sample = append(sample, p.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	var want []store.PaperID
	slices.SortFunc(changes, func(a, b store.Change) int { return int(a.Number - b.Number) })
	for _, c := range changes {
		if c.Number/64%3 == 0 {
			want = append(want, c.ID)
		}
	}
	if !slices.Equal(sample, want) {
		t.Errorf("every third: %v, want %v", sample, want)
	}
}
