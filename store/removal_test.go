package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// removed is the removal of which an error tells.
func removed(t *testing.T, err error) store.Removal {
	t.Helper()
	var gone *store.RemovedError
	if !errors.As(err, &gone) || !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("%v tells of no removal", err)
	}
	return gone.Removal
}

func TestRemovePaper(t *testing.T) {
	db, reader := small(t)
	ctx := context.Background()
	_, entries, err := db.Entries(ctx, store.Filter{Order: store.Newest, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	newest := entries[0]
	id := newest.ID
	if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: id, Tags: []string{"alone"}}}); err != nil {
		t.Fatal(err)
	}
	had, err := db.Papers(ctx, store.Filter{Order: store.Newest, VotedBy: reader, Limit: 10})
	if err != nil || !slices.Contains(ids(had.Papers), id) {
		t.Fatal(ids(had.Papers), err)
	}
	r, err := db.RemovePaper(ctx, id, "  by <b>mistake</b>\n ")
	if err != nil || r.ID != id || r.Title != "Paper 1" || r.Reason != "by <b>mistake</b>" || !r.At.Equal(noon) {
		t.Errorf("%+v, %v", r, err)
	}
	healthy(t, db)
	_, err = db.Paper(ctx, id)
	if got := removed(t, err); got.ID != id || got.Reason != r.Reason || !slices.Equal(got.Categories, []string{"cs.LG", "stat.ML"}) || !got.At.Equal(noon) {
		t.Errorf("%+v", got)
	}
	_, err = db.SetVote(ctx, reader, id, true)
	removed(t, err)
	for name, f := range map[string]store.Filter{
		"all": {Order: store.ByVotes}, "newest": {Order: store.Newest}, "trending": {Order: store.Trending}, "its day": {Order: store.ByVotes, Span: span("2026-05-13", "2026-05-13")},
		"its tag": {Order: store.ByVotes, Facet: store.FacetTag, Slug: "world-models"}, "its author": {Order: store.Newest, Facet: store.FacetAuthor, Slug: "lecun-y"},
		"its category": {Order: store.Newest, Facet: store.FacetCategory, Slug: "cs.LG"}, "voted for": {Order: store.Newest, VotedBy: reader},
	} {
		f.Limit = 100
		page, err := db.Papers(ctx, f)
		if err != nil || len(page.Papers) == 0 || slices.Contains(ids(page.Papers), id) {
			t.Errorf("%s: %v, %v", name, ids(page.Papers), err)
		}
	}
	if n, err := db.PaperCount(ctx); n != 29 || err != nil {
		t.Errorf("%d papers, %v", n, err)
	}
	if _, err := db.Facet(ctx, store.FacetTag, "alone"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the tag of nothing else: %v", err)
	}
	if _, err := db.RemovePaper(ctx, id, "spam"); err != nil {
		t.Error(err)
	}
	_, err = db.Paper(ctx, id)
	if got := removed(t, err); got.Reason != "spam" {
		t.Errorf("the reason is %q", got.Reason)
	}
	if r, err := db.RestorePaper(ctx, id); err != nil || r.ID != id {
		t.Errorf("%+v, %v", r, err)
	}
	if tally := ingest(t, db, paper(1)); tally.New != 1 {
		t.Errorf("restored: %+v", tally)
	}
	healthy(t, db)
	_, entries, err = db.Entries(ctx, store.Filter{Order: store.Newest, Limit: 1})
	if err != nil || entries[0].ID != id || entries[0].Number <= newest.Number || entries[0].ReaderVotes != 0 {
		t.Errorf("%+v after %+v, %v", entries, newest, err)
	}
	for name, err := range map[string]error{
		"unknown":           second(db.RemovePaper(ctx, "2605.99999", "")),
		"restored, unknown": second(db.RestorePaper(ctx, "2605.99999")),
		"restored again":    second(db.RestorePaper(ctx, id)),
	} {
		var gone *store.RemovedError
		if !errors.Is(err, store.ErrNotFound) || errors.As(err, &gone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := db.RemovePaper(ctx, id, strings.Repeat("x", store.MaxReason+1)); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a long reason: %v", err)
	}
}

// The newest paper's number is not given to the next one: who follows by numbers would take one for the other.
func TestNumbersOfRemovedPapersStayTheirs(t *testing.T) {
	db, ctx := open(t), context.Background()
	ingest(t, db, paper(1))
	before, last, err := db.Changes(ctx, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.RemovePaper(ctx, "2605.00001", ""); err != nil {
		t.Fatal(err)
	}
	ingest(t, db, paper(2))
	after, _, err := db.Changes(ctx, last, 10)
	if err != nil || len(after) != 2 || !after[0].Removed || after[0].Number != before[0].Number || after[1].Number <= before[0].Number || after[1].Removed {
		t.Errorf("%+v, then %+v, %v", before, after, err)
	}
	if n, err := db.CountChanges(ctx, last); n != 2 || err != nil {
		t.Errorf("%d changes, %v", n, err)
	}
}

// A removed paper stays out whichever source has it, under whichever of its ids; papers that are others come in.
func TestRemovedPapersStayOut(t *testing.T) {
	db, ctx := open(t), context.Background()
	of := func(id store.PaperID, doi string) store.Paper {
		p := paper(1)
		p.ID, p.DOI = id, doi
		return p
	}
	ingest(t, db, of("2605.00001", "10.1000/a"), of("acl:P99-1001", "10.1000/A"), of("2605.00007", "10.1000/b"), of("doi:10.1000/c", ""))
	if n, err := db.PaperCount(ctx); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	for _, id := range []store.PaperID{"acl:P99-1001", "2605.00007", "doi:10.1000/c"} { // the first by another id
		if _, err := db.RemovePaper(ctx, id, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []store.PaperID{"2605.00001", "acl:P99-1001"} {
		_, err := db.Paper(ctx, id)
		if got := removed(t, err); got.ID != "2605.00001" {
			t.Errorf("%s leads to %s", id, got.ID)
		}
	}
	for name, c := range map[string]struct {
		paper store.Paper
		want  store.Tally
	}{
		"its id":                       {of("2605.00001", ""), store.Tally{Read: 1, Removed: 1}},
		"another of its ids":           {of("acl:P99-1001", ""), store.Tally{Read: 1, Removed: 1}},
		"its DOI as the id":            {of("doi:10.1000/a", ""), store.Tally{Read: 1, Removed: 1}},
		"its DOI, id of a new scheme":  {of("openreview:rJ4km2R5t7", "10.1000/a"), store.Tally{Read: 1, Removed: 1}},
		"the id of one with a DOI":     {of("2605.00007", "10.1000/z"), store.Tally{Read: 1, Removed: 1}},
		"the DOI that is one's id":     {of("acl:P99-1003", "10.1000/C"), store.Tally{Read: 1, Removed: 1}},
		"an erratum with the same DOI": {of("2605.00008", "10.1000/b"), store.Tally{Read: 1, New: 1}},
		"another paper":                {of("2605.00009", "10.1000/x"), store.Tally{Read: 1, New: 1}},
	} {
		if got := ingest(t, db, c.paper); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := ingest(t, db, of("acl:P99-1004", "10.1000/b")); got.Changed+got.Same != 1 {
		t.Errorf("what belongs to the erratum: %+v", got)
	}
	if _, err := db.RestorePaper(ctx, "acl:P99-1001"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Paper(ctx, "2605.00001"); !errors.Is(err, store.ErrNotFound) || errors.As(err, new(*store.RemovedError)) {
		t.Errorf("restored, and not back: %v", err)
	}
	if got := ingest(t, db, of("acl:P99-1001", "10.1000/a"), of("2605.00001", "10.1000/a")); got.New != 1 || got.Removed != 0 {
		t.Errorf("restored: %+v", got)
	}
	if p := get(t, db, "2605.00001"); p.ID != "acl:P99-1001" {
		t.Errorf("it is %s now", p.ID)
	}
	if _, err := db.RemovePaper(ctx, "2605.00001", "again"); err != nil { // under the other id
		t.Fatal(err)
	}
	for _, id := range []store.PaperID{"2605.00001", "acl:P99-1001"} {
		_, err := db.Paper(ctx, id)
		if got := removed(t, err); got.ID != "acl:P99-1001" || got.Reason != "again" {
			t.Errorf("%s leads to %+v", id, got)
		}
	}
	// Back by one id, and then, as a paper of its own, by the other one that it was removed by first.
	if _, err := db.RestorePaper(ctx, "acl:P99-1001"); err != nil {
		t.Fatal(err)
	}
	for _, id := range []store.PaperID{"acl:P99-1001", "2605.00001"} {
		if got := ingest(t, db, of(id, "")); got.New != 1 {
			t.Errorf("%s apart: %+v", id, got)
		}
	}
	for _, id := range []store.PaperID{"2605.00001", "acl:P99-1001"} {
		if h, err := db.HarvestedPaper(ctx, id); err != nil || h.Removed {
			t.Errorf("%+v, %v", h, err)
		}
		if _, err := db.RemovePaper(ctx, id, ""); err != nil {
			t.Error(err)
		}
	}
	if n, err := db.HarvestCount(ctx); n != 6 || err != nil { // two that are there, four that were removed
		t.Errorf("%d papers for harvesters, %v", n, err)
	}
	healthy(t, db)
}

// A harvest gives removed papers among the others, in the order of time, and a removal in its midst at the end.
func TestHarvestOfRemovedPapers(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 200} {
		db, now := ticking(t)
		ctx := context.Background()
		if _, err := db.FirstChange(ctx); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the first change of nothing: %v", err)
		}
		number := func(n int) store.Paper {
			p := paper(n)
			p.Categories = [][]string{{"cs.LG", "stat.ML"}, {"hep-th"}, nil}[n%3]
			if n == 4 {
				p.ID = "a-slug"
			}
			return p
		}
		for n := 1; n <= 8; n++ {
			ingest(t, db, number(n))
			if n == 5 {
				*now = now.Add(time.Hour)
				for _, id := range []store.PaperID{"2605.00003", "a-slug"} {
					if _, err := db.RemovePaper(ctx, id, ""); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		*now = now.Add(time.Hour)
		var got []string
		for _, h := range harvest(t, db, store.Harvest{Limit: limit}, func(page int) {
			if page == 0 { // has given 1, or more
				if _, err := db.RemovePaper(ctx, "2605.00008", ""); err != nil {
					t.Fatal(err)
				}
			}
		}) {
			name := string(h.ID)
			if h.Removed {
				name += " removed"
				if h.Abstract != "" || h.Title == "" || len(h.Categories) == 0 && h.ID != "a-slug" && h.ID != "2605.00008" {
					t.Errorf("%+v", h)
				}
			}
			got = append(got, name+h.ChangedAt().Format(" 15:04"))
		}
		want := []string{"2605.00001 12:00", "2605.00002 12:00", "2605.00005 12:00", "2605.00003 removed 13:00", "a-slug removed 13:00",
			"2605.00006 13:00", "2605.00007 13:00", "2605.00008 removed 14:00"}
		if limit == 200 { // the only page came before
			want[7] = "2605.00008 13:00"
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d at a time:\n%q, want\n%q", limit, got, want)
		}
		for name, c := range map[string]struct {
			harvest store.Harvest
			want    []store.PaperID
		}{
			"a set":   {store.Harvest{Categories: []string{"cs."}}, []store.PaperID{"2605.00003", "2605.00006"}},
			"from":    {store.Harvest{From: noon.Add(time.Hour), Until: noon.Add(time.Hour), ArXiv: true}, []store.PaperID{"2605.00003", "2605.00006", "2605.00007"}},
			"another": {store.Harvest{Categories: []string{"hep-th"}, Until: noon.Add(time.Hour)}, []store.PaperID{"2605.00001", "a-slug", "2605.00007"}},
		} {
			c.harvest.Limit = limit
			if got := harvestedIDs(harvest(t, db, c.harvest, nil)); !slices.Equal(got, c.want) {
				t.Errorf("%s, %d at a time: %v, want %v", name, limit, got, c.want)
			}
		}
		if n, err := db.HarvestCount(ctx); n != 8 || err != nil {
			t.Errorf("%d in all, %v", n, err)
		}
		h, err := db.HarvestedPaper(ctx, "a-slug")
		if err != nil || !h.Removed || h.ID != "a-slug" {
			t.Errorf("%+v, %v", h, err)
		}
		// Restored, it is gone for harvesters until a source has brought it back.
		if _, err := db.RestorePaper(ctx, "a-slug"); err != nil {
			t.Fatal(err)
		}
		if h, err := db.HarvestedPaper(ctx, "a-slug"); err != nil || !h.Removed {
			t.Errorf("%+v, %v", h, err)
		}
		ingest(t, db, number(4))
		if h, err := db.HarvestedPaper(ctx, "a-slug"); err != nil || h.Removed {
			t.Errorf("%+v, %v", h, err)
		}
		if n, err := db.HarvestCount(ctx); n != 8 || err != nil {
			t.Errorf("%d in all, %v", n, err)
		}
		for _, id := range []store.PaperID{"2605.00001", "2605.00002", "2605.00005"} {
			if _, err := db.RemovePaper(ctx, id, ""); err != nil {
				t.Fatal(err)
			}
		}
		if first, err := db.FirstChange(ctx); err != nil || !first.Equal(noon.Add(time.Hour)) {
			t.Errorf("the first change is at %v, %v", first, err)
		}
	}
}
