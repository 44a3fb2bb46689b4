package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"recto/store"
)

// catalogue is what is known of a catalogue from what was done to it, for a state machine that compares the two.
type catalogue struct {
	db      *store.DB
	readers []store.ReaderID
	votes   map[store.PaperID]map[store.ReaderID]bool
	mined   map[store.PaperID][]string
	votesOf map[store.PaperID]int // the most that a source counted
	ids     []store.PaperID       // that were brought in
	removed map[store.PaperID]bool
	follow  *follower
	fillers [2]*store.Filler // of two processes; nil for none
}

func (c *catalogue) ingest(t *rapid.T) {
	batch := store.Batch{Bulk: rapid.Bool().Draw(t, "bulk")}
	known, removed := 0, 0
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		id := store.PaperID(rapid.SampledFrom([]string{"2605.00001", "2605.00002", "2605.00003", "a-local-paper", "acl:P99-1001"}).Draw(t, "id"))
		p := drawRecord(t, id)
		p.DOI = ""
		batch.Papers = append(batch.Papers, p)
		if c.removed[id] {
			removed++
			continue
		}
		if slices.Contains(c.ids, id) {
			known++
		} else {
			c.ids = append(c.ids, id)
		}
		c.votesOf[id] = max(c.votesOf[id], p.SourceVotes)
	}
	tally, err := c.db.Ingest(context.Background(), batch)
	if err != nil || tally.Read != len(batch.Papers) || tally.New != tally.Read-known-removed || tally.Removed != removed ||
		tally.New+tally.Changed+tally.Same+tally.Removed != tally.Read {
		t.Fatalf("%+v with %d known, %d removed, %v", tally, known, removed, err)
	}
}

func (c *catalogue) vote(t *rapid.T) {
	if len(c.ids) == 0 {
		t.Skip()
	}
	id, reader := rapid.SampledFrom(c.ids).Draw(t, "paper"), rapid.SampledFrom(c.readers).Draw(t, "reader")
	cast := rapid.Bool().Draw(t, "cast")
	if c.votes[id] == nil {
		c.votes[id] = make(map[store.ReaderID]bool)
	}
	c.votes[id][reader] = cast
	if _, err := c.db.SetVote(context.Background(), reader, id, cast); err != nil {
		t.Fatal(err)
	}
}

func (c *catalogue) mine(t *rapid.T) {
	if len(c.ids) == 0 {
		t.Skip()
	}
	mined := []store.MinedTags{{ID: "gone-since", Tags: []string{"x"}}}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(c.ids), 1, 3, rapid.ID).Draw(t, "papers") {
		tags := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"agents", "vision", "mined one", "mined two", "Mined Two"}), 0, 3, store.TagSlug).Draw(t, "tags")
		mined = append(mined, store.MinedTags{ID: id, Tags: tags})
		c.mined[id] = tags
	}
	if err := c.db.SetMinedTags(context.Background(), mined); err != nil {
		t.Fatal(err)
	}
}

func (c *catalogue) remove(t *rapid.T) {
	if len(c.ids) == 0 {
		t.Skip()
	}
	id := rapid.SampledFrom(c.ids).Draw(t, "paper")
	if _, err := c.db.RemovePaper(context.Background(), id, ""); err != nil {
		t.Fatal(err)
	}
	c.removed[id] = true
	c.ids = slices.DeleteFunc(c.ids, func(other store.PaperID) bool { return other == id })
	delete(c.votes, id)
	delete(c.mined, id)
	delete(c.votesOf, id)
}

func (c *catalogue) restore(t *rapid.T) {
	if len(c.removed) == 0 {
		t.Skip()
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(c.removed))).Draw(t, "paper")
	if _, err := c.db.RestorePaper(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	delete(c.removed, id)
}

// fill puts papers into a few of their facets, in one process or the other.
func (c *catalogue) fill(t *rapid.T) {
	ctx := context.Background()
	filler := &c.fillers[rapid.IntRange(0, 1).Draw(t, "process")]
	if *filler == nil || rapid.Bool().Draw(t, "killed") {
		var err error
		if *filler, err = c.db.NewFiller(ctx, rapid.IntRange(1, 4).Draw(t, "papers")); err != nil {
			t.Fatal(err)
		}
	}
	if *filler == nil {
		t.Skip()
	}
	for range rapid.IntRange(0, 4).Draw(t, "transactions") {
		more, err := (*filler).Next(ctx, rapid.IntRange(1, 3).Draw(t, "rows"))
		if err != nil && !errors.Is(err, store.ErrOvertaken) {
			t.Fatal(err)
		}
		if !more {
			*filler = nil
			return
		}
	}
}

// check compares the catalogue with what is known, and every count with the papers themselves.
func (c *catalogue) check(t *rapid.T) {
	ctx := context.Background()
	if findings, err := c.db.Check(ctx, false, func(string) {}); err != nil || len(findings) > 0 {
		t.Fatalf("doctor: %+v, %v", findings, err)
	}
	if err := c.db.FillFacets(ctx, 1); err != nil {
		t.Fatal(err)
	}
	c.fillers = [2]*store.Filler{}
	var papers []store.Paper
	if err := c.db.EachPaper(ctx, func(p *store.Paper) error { papers = append(papers, *p); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(ids(papers), c.ids) {
		t.Fatalf("papers %v, want %v", ids(papers), c.ids)
	}
	c.follow.catchUp(t, c.db)
	if len(c.follow.papers) != len(papers) {
		t.Fatalf("the changes led to %d papers, there are %d", len(c.follow.papers), len(papers))
	}
	for i := range papers {
		if followed := c.follow.papers[papers[i].ID]; !store.SamePaper(&followed, &papers[i]) {
			t.Fatalf("the changes led to\n%+v, it is\n%+v", followed, papers[i])
		}
	}
	days := make(map[store.Day]int)
	facets := map[store.FacetKind]map[string]int{store.FacetTag: {}, store.FacetCategory: {}, store.FacetAuthor: {}}
	names := make(map[string]int)
	for i := range papers {
		p := &papers[i]
		votes := 0
		for _, cast := range c.votes[p.ID] {
			if cast {
				votes++
			}
		}
		if p.ReaderVotes != votes || p.SourceVotes != c.votesOf[p.ID] || len(p.MinedTags) != len(c.mined[p.ID]) {
			t.Fatalf("%s has %d and %d votes, mined %q; want %d and %d, %q", p.ID, p.ReaderVotes, p.SourceVotes, p.MinedTags, votes, c.votesOf[p.ID], c.mined[p.ID])
		}
		days[p.FeaturedOn]++
		for _, tag := range p.AllTags() {
			facets[store.FacetTag][store.TagSlug(tag)]++
		}
		for _, category := range p.Categories {
			facets[store.FacetCategory][category]++
		}
		slugs, spellings := make(map[string]bool), make(map[string]bool)
		for _, a := range p.Authors {
			slugs[store.AuthorSlug(a.Name)], spellings[a.Name] = true, true
		}
		for slug := range slugs {
			facets[store.FacetAuthor][slug]++
		}
		for name := range spellings {
			names[name]++
		}
	}
	counted, err := c.db.Days(ctx, *span("1000-01-01", "9999-12-31"))
	if err != nil || len(counted) != len(days) {
		t.Fatalf("days %v, %v; want %v", counted, err, days)
	}
	for _, d := range counted {
		if days[d.Day] != d.Papers {
			t.Fatalf("%s has %d papers, want %d", d.Day, d.Papers, days[d.Day])
		}
	}
	for kind, want := range facets {
		all, err := c.db.FacetsFrom(ctx, kind, "", 1000)
		got := make(map[string]int)
		for _, f := range all {
			got[f.Slug] = f.Papers
		}
		if err != nil || !maps.Equal(got, want) {
			t.Fatalf("facets of kind %d: %v, %v; want %v", kind, got, err, want)
		}
	}
	for slug := range facets[store.FacetAuthor] {
		spellings, err := c.db.AuthorNames(ctx, slug, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range spellings {
			if names[n.Name] != n.Papers {
				t.Fatalf("%s is on %d papers, want %d", n.Name, n.Papers, names[n.Name])
			}
			delete(names, n.Name)
		}
	}
	if len(names) > 0 {
		t.Fatalf("no author page has %v", names)
	}
	if findings, err := c.db.Check(ctx, false, func(string) {}); err != nil || len(findings) > 0 {
		t.Fatalf("doctor: %+v, %v", findings, err)
	}
}

// Whatever is done to a catalogue in whatever order, its counts are right.
func TestCountsStayRight(t *testing.T) {
	t.Parallel()
	db := open(t)
	readers := make([]store.ReaderID, 3)
	for i := range readers {
		readers[i] = addReader(t, db, fmt.Sprintf("reader-%d", i))
	}
	some(t, 10, func(t *rapid.T) {
		if err := db.Empty(context.Background()); err != nil {
			t.Fatal(err)
		}
		last, err := db.LastChange(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		c := &catalogue{db: db, readers: readers, votes: make(map[store.PaperID]map[store.ReaderID]bool),
			mined: make(map[store.PaperID][]string), votesOf: make(map[store.PaperID]int), removed: make(map[store.PaperID]bool), follow: newFollower()}
		c.follow.last = last
		// Checking costs more than doing: several things are done between two checks.
		t.Repeat(map[string]func(*rapid.T){
			"ingest": c.ingest, "ingest again": c.ingest, "vote": c.vote, "vote again": c.vote, "mine": c.mine,
			"remove": c.remove, "restore": c.restore, "fill": c.fill, "fill more": c.fill, "check": c.check,
		})
		c.check(t)
	})
}
