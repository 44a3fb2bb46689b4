package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// ticking is a catalogue whose clock the test sets.
func ticking(t *testing.T) (*store.DB, *time.Time) {
	now := noon
	return openAt(t, "", func() time.Time { return now }), &now
}

// harvest takes everything, a few papers at a time, and calls between after each page.
func harvest(t *testing.T, db *store.DB, h store.Harvest, between func(page int)) []store.Harvested {
	t.Helper()
	var all []store.Harvested
	for page, more := 0, true; more; page++ {
		papers, left, err := db.Harvest(context.Background(), h)
		if err != nil {
			t.Fatal(err)
		}
		if all, more = append(all, papers...), left; more {
			h.After = papers[len(papers)-1].Key
		}
		if between != nil {
			between(page)
		}
	}
	return all
}

func harvestedIDs(all []store.Harvested) []store.PaperID {
	ids := make([]store.PaperID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids
}

// Only what sources say of a paper moves its last change.
func TestChangedAt(t *testing.T) {
	db, now := ticking(t)
	ctx := context.Background()
	p := paper(1)
	p.Links = []store.Link{{Kind: store.LinkCode, URL: "https://github.com/a/b", Stars: 100}}
	ingest(t, db, p)
	changed := func() time.Time {
		t.Helper()
		h, err := db.HarvestedPaper(ctx, p.ID)
		if err != nil || h.ID != p.ID || h.Title != p.Title {
			t.Fatalf("%+v, %v", h, err)
		}
		return h.ChangedAt()
	}
	reader := addReader(t, db, "ada")
	for _, step := range []struct {
		name  string
		do    func()
		moves bool
	}{
		{"a reader's vote", func() {
			if _, err := db.SetVote(ctx, reader, p.ID, true); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"mined tags", func() {
			if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: p.ID, Tags: []string{"mined"}}}); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"read again", func() { ingest(t, db, p) }, false},
		{"a source's votes", func() { p.SourceVotes, p.ReadAt = 99, *now; ingest(t, db, p) }, false},
		{"a chosen day", func() { p.FeaturedOn, p.FeaturedBy = "2026-05-14", "hf"; ingest(t, db, p) }, false},
		{"stars of its code", func() { p.Links[0].Stars, p.ReadAt = 120, *now; ingest(t, db, p) }, false},
		{"another title", func() { p.Title = "Another"; ingest(t, db, p) }, true},
		{"a new version", func() { p.Versions = []store.Version{{Number: 1}, {Number: 2}}; ingest(t, db, p) }, true},
		{"a tag", func() { p.Tags = []string{"new here"}; ingest(t, db, p) }, true},
		{"another name of its code", func() { p.Links[0].Label = "Kernels"; ingest(t, db, p) }, true},
		{"withdrawn", func() { p.Withdrawn = true; ingest(t, db, p) }, true},
	} {
		before := changed()
		*now = now.Add(time.Hour)
		step.do()
		if got := changed(); got.Equal(before) == step.moves || step.moves && !got.Equal(*now) {
			t.Errorf("%s: changed at %v, before at %v", step.name, got, before)
		}
	}
	if first, err := db.FirstChange(ctx); err != nil || !first.Equal(changed()) {
		t.Errorf("the first change is %v, %v", first, err)
	}
	if _, err := open(t).FirstChange(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the first change of nothing: %v", err)
	}
}

func TestHarvest(t *testing.T) {
	db, now := ticking(t)
	var all []store.PaperID
	for n := 1; n <= 12; n++ {
		p := paper(n)
		p.Categories = [][]string{{"cs.LG", "stat.ML"}, {"hep-th"}, {"math-ph", "math.MP"}, nil}[n%4]
		if n == 8 {
			p.ID = "doi:10.1000/x"
		}
		ingest(t, db, p)
		all = append(all, p.ID)
		if n%5 == 0 { // five share a second
			*now = now.Add(time.Hour)
		}
	}
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	every := func(n ...int) []store.PaperID {
		var some []store.PaperID
		for _, i := range n {
			some = append(some, all[i-1])
		}
		return some
	}
	for name, c := range map[string]struct {
		harvest store.Harvest
		want    []store.PaperID
	}{
		"everything":         {store.Harvest{}, all},
		"from":               {store.Harvest{From: at(1)}, all[5:]},
		"from a second on":   {store.Harvest{From: at(1).Add(time.Second)}, all[10:]},
		"until":              {store.Harvest{Until: at(1)}, all[:10]},
		"a second":           {store.Harvest{From: at(1), Until: at(1)}, all[5:10]},
		"before all":         {store.Harvest{Until: at(-1)}, nil},
		"after all":          {store.Harvest{From: at(3)}, nil},
		"a category":         {store.Harvest{Categories: []string{"stat.ML"}}, every(4, 8, 12)},
		"an archive":         {store.Harvest{Categories: []string{"cs."}}, every(4, 8, 12)},
		"several":            {store.Harvest{Categories: []string{"hep-th", "math-ph"}}, every(1, 2, 5, 6, 9, 10)},
		"no part of a name":  {store.Harvest{Categories: []string{"math"}}, nil},
		"no end of a name":   {store.Harvest{Categories: []string{"ML"}}, nil},
		"an archive's begin": {store.Harvest{Categories: []string{"math."}}, nil},
		"arXiv's":            {store.Harvest{ArXiv: true, From: at(1)}, slices.DeleteFunc(slices.Clone(all[5:]), func(id store.PaperID) bool { return id.ArXiv() == "" })},
		"all together":       {store.Harvest{ArXiv: true, From: at(1), Until: at(2), Categories: []string{"cs."}}, every(12)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, limit := range []int{1, 3, 5, 200} {
				c.harvest.Limit = limit
				if got := harvestedIDs(harvest(t, db, c.harvest, nil)); !slices.Equal(got, c.want) {
					t.Errorf("%d at a time: %v, want %v", limit, got, c.want)
				}
			}
		})
	}
	for _, limit := range []int{0, -1, store.MaxLimit + 1} {
		if _, _, err := db.Harvest(context.Background(), store.Harvest{Limit: limit}); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("a page of %d: %v", limit, err)
		}
	}
}

// A harvest under way gives every paper that stays as it is once, one that changes again, and those that come.
func TestHarvestOfWhatMoves(t *testing.T) {
	for _, tick := range []time.Duration{0, time.Hour} { // in one second, and hours apart
		db, now := ticking(t)
		for n := 1; n <= 20; n++ {
			ingest(t, db, paper(n))
		}
		counts := make(map[string]int)
		for _, h := range harvest(t, db, store.Harvest{Limit: 3}, func(page int) {
			if page > 8 {
				return
			}
			*now = now.Add(tick)
			changed := paper(page + 1) // taken already by then, or not
			changed.Title = "Changed"
			ingest(t, db, changed, paper(100+page))
		}) {
			counts[fmt.Sprint(h.ID, h.Title)]++
		}
		for n := 10; n <= 20; n++ {
			p := paper(n)
			if got := counts[fmt.Sprint(p.ID, p.Title)]; got != 1 {
				t.Errorf("%v apart: %s came %d times", tick, p.ID, got)
			}
		}
		for page := range 8 {
			p := paper(100 + page)
			if got := counts[fmt.Sprint(p.ID, p.Title)]; got != 1 {
				t.Errorf("%v apart: the new %s came %d times", tick, p.ID, got)
			}
		}
		if tick == 0 {
			continue
		}
		for page := range 8 {
			if got := counts[string(paper(page+1).ID)+"Changed"]; got != 1 {
				t.Errorf("the changed %s came %d times", paper(page+1).ID, got)
			}
		}
	}
}

func TestHarvestPlans(t *testing.T) {
	db, _ := small(t)
	for name, h := range map[string]store.Harvest{
		"first": {}, "next": {After: store.HarvestKey{Changed: 5, Number: 5}}, "from": {From: noon}, "category": {Categories: []string{"cs.", "hep-th"}},
		"arXiv": {ArXiv: true},
	} {
		h.Limit = 10
		query, args, err := store.HarvestQuery(h, true)
		if err != nil {
			t.Fatal(err)
		}
		if steps, err := db.Explain(context.Background(), query, args...); err != nil || len(steps) != 1 || !strings.HasPrefix(steps[0], "SEARCH removals USING INDEX removals_removed (removed_at>? AND removed_at<?)") {
			t.Errorf("%s, removed: %q, %v", name, steps, err)
		}
		if query, args, err = store.HarvestQuery(h, false); err != nil {
			t.Fatal(err)
		}
		steps, err := db.Explain(context.Background(), query, args...)
		want := "SEARCH papers USING COVERING INDEX papers_changed (changed_at>? AND changed_at<?)"
		if h.ArXiv { // which the index doesn't know
			want = strings.Replace(want, "COVERING ", "", 1)
		}
		if err != nil || !slices.Equal(steps, []string{want}) {
			t.Errorf("%s: %q, %v", name, steps, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	db, now := ticking(t)
	for n := range 5 {
		ingest(t, db, paper(n+1))
		*now = now.Add(time.Minute)
	}
	var got []string
	if err := db.Addresses(context.Background(), 2, 4, func(a store.Address) error {
		got = append(got, fmt.Sprint(a.ID, " ", a.ChangedAt.Sub(noon)))
		return nil
	}); err != nil || !slices.Equal(got, []string{"2605.00002 1m0s", "2605.00003 2m0s", "2605.00004 3m0s"}) {
		t.Errorf("%q, %v", got, err)
	}
}
