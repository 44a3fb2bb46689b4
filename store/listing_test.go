package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

// checkPaging checks that a listing read in pages, forth and back, is the listing read at once.
func checkPaging(t interface{ Fatalf(string, ...any) }, db *store.DB, f store.Filter, limit int) []store.PaperID {
	ctx := context.Background()
	f.Limit = store.MaxLimit
	page, err := db.Papers(ctx, f)
	if err != nil || page.Previous != "" {
		t.Fatalf("at once: previous %q, %v", page.Previous, err)
	}
	whole := ids(page.Papers)
	for page.Next != "" {
		f.After = page.Next
		if page, err = db.Papers(ctx, f); err != nil {
			t.Fatalf("after %s: %v", f.After, err)
		}
		whole = append(whole, ids(page.Papers)...)
	}
	f.Limit, f.After = limit, ""
	var forth []store.PaperID
	var pages []store.Listing
	for {
		page, err := db.Papers(ctx, f)
		if err != nil {
			t.Fatalf("after %q: %v", f.After, err)
		}
		if (page.Previous == "") != (len(pages) == 0) || len(page.Papers) > limit || len(page.Papers) < limit && page.Next != "" {
			t.Fatalf("page %d has %d papers, previous %q, next %q", len(pages), len(page.Papers), page.Previous, page.Next)
		}
		pages = append(pages, page)
		forth = append(forth, ids(page.Papers)...)
		if f.After = page.Next; f.After == "" {
			break
		}
		if len(pages) > len(whole)+1 {
			t.Fatalf("it does not end")
		}
	}
	if !slices.Equal(forth, whole) {
		t.Fatalf("by pages of %d\n%v, at once\n%v", limit, forth, whole)
	}
	f.After = ""
	for i := len(pages) - 1; i > 0; i-- {
		f.Before = pages[i].Previous
		back, err := db.Papers(ctx, f)
		if err != nil || !slices.Equal(ids(back.Papers), ids(pages[i-1].Papers)) || back.Next != pages[i-1].Next || back.Previous != pages[i-1].Previous {
			t.Fatalf("back from page %d: %v %q %q, %v; want %v", i, ids(back.Papers), back.Previous, back.Next, err, ids(pages[i-1].Papers))
		}
	}
	return whole
}

// expected sorts the papers that a filter lets through as the listing should have them.
func expected(papers []store.Paper, order store.Order, keep func(*store.Paper) bool) []store.PaperID {
	type place struct {
		sort float64
		row  int
		id   store.PaperID
	}
	var places []place
	for i := range papers {
		p := &papers[i]
		if !keep(p) {
			continue
		}
		sort := float64(p.Votes())
		switch order {
		case store.Newest:
			sort = float64(p.ListedAt().Unix())
		case store.Trending:
			sort = store.Trend(p.Votes(), p.FeaturedOn)
		}
		places = append(places, place{sort, i, p.ID})
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.sort != b.sort {
			if a.sort > b.sort {
				return -1
			}
			return 1
		}
		return b.row - a.row
	})
	var all []store.PaperID
	for _, p := range places {
		all = append(all, p.id)
	}
	return all
}

func hasTag(slug string) func(*store.Paper) bool {
	return func(p *store.Paper) bool {
		return slices.ContainsFunc(p.AllTags(), func(tag string) bool { return store.TagSlug(tag) == slug })
	}
}

func hasAuthor(slug string, names ...string) func(*store.Paper) bool {
	return func(p *store.Paper) bool {
		return slices.ContainsFunc(p.Authors, func(a store.Author) bool {
			return store.AuthorSlug(a.Name) == slug && (len(names) == 0 || slices.Contains(names, a.Name))
		})
	}
}

func during(s store.Span) func(*store.Paper) bool {
	return func(p *store.Paper) bool { return s.Contains(p.FeaturedOn) }
}

// Every kind of listing holds the right papers in the right order, in pages of any size, with many ties.
func TestListings(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	reader, other := addReader(t, db, "ada"), addReader(t, db, "bob")
	some(t, 12, func(t *rapid.T) {
		if err := db.Empty(ctx); err != nil {
			t.Fatal(err)
		}
		var batch store.Batch
		for n := range rapid.IntRange(0, 25).Draw(t, "papers") {
			p := drawRecord(t, store.PaperID(fmt.Sprintf("2605.%05d", n+1)))
			p.DOI = ""
			batch.Papers = append(batch.Papers, p)
		}
		if _, err := db.Ingest(ctx, batch); err != nil {
			t.Fatal(err)
		}
		for i := range batch.Papers {
			if rapid.Bool().Draw(t, "vote") {
				if _, err := db.SetVote(ctx, reader, batch.Papers[i].ID, true); err != nil {
					t.Fatal(err)
				}
			}
		}
		var papers []store.Paper
		if err := db.EachPaper(ctx, func(p *store.Paper) error { papers = append(papers, *p); return nil }); err != nil {
			t.Fatal(err)
		}
		limit := rapid.IntRange(1, 8).Draw(t, "limit")
		all := func(*store.Paper) bool { return true }
		check := func(name string, f store.Filter, keep func(*store.Paper) bool) {
			want := expected(papers, f.Order, keep)
			for i := range papers {
				if f.Holds(&papers[i]) != keep(&papers[i]) {
					t.Fatalf("%s holds %+v: %t", name, papers[i], f.Holds(&papers[i]))
				}
			}
			f.Limit = 1
			if _, err := db.Papers(ctx, f); errors.Is(err, store.ErrNotFound) && len(want) == 0 {
				return
			}
			if got := checkPaging(t, db, f, limit); !slices.Equal(got, want) {
				t.Fatalf("%s by %s:\n%v, want\n%v", name, f.Order, got, want)
			}
		}
		for _, order := range []store.Order{store.ByVotes, store.Newest} {
			check("all", store.Filter{Order: order}, all)
			for _, s := range []store.Span{store.DaySpan("2026-05-12"), store.WeekSpan("2026-05-12"), store.MonthSpan("2026-05-12"), *span("2026-05-12", "2026-05-13"), *span("2025-05-14", "2026-05-12"), *span("2027-01-01", "2027-12-31")} {
				check(s.Name(), store.Filter{Order: order, Span: &s}, during(s))
			}
			for _, slug := range []string{"world-models", "agents", "c-plus-plus"} {
				check("tag "+slug, store.Filter{Order: order, Facet: store.FacetTag, Slug: slug}, hasTag(slug))
			}
			check("category", store.Filter{Order: order, Facet: store.FacetCategory, Slug: "cs.LG"}, func(p *store.Paper) bool { return slices.Contains(p.Categories, "cs.LG") })
			for _, slug := range []string{"lecun-y", "smith-a", "li-b"} {
				check("author "+slug, store.Filter{Order: order, Facet: store.FacetAuthor, Slug: slug}, hasAuthor(slug))
			}
			check("a spelling", store.Filter{Order: order, Facet: store.FacetAuthor, Slug: "lecun-y", Names: []string{"Y. LeCun"}}, hasAuthor("lecun-y", "Y. LeCun"))
			check("spellings", store.Filter{Order: order, Facet: store.FacetAuthor, Slug: "lecun-y", Names: []string{"Y. LeCun", "Yann LeCun", "Nobody"}}, hasAuthor("lecun-y"))
		}
		check("all", store.Filter{Order: store.Trending}, all)
		voted := checkPaging(t, db, store.Filter{Order: store.Newest, VotedBy: reader}, limit) // all at one instant
		if want := expected(papers, "", func(p *store.Paper) bool { return p.ReaderVotes > 0 }); len(voted) != len(want) {
			t.Fatalf("voted for %v", voted)
		}
		if none := checkPaging(t, db, store.Filter{Order: store.Newest, VotedBy: other}, limit); len(none) > 0 {
			t.Fatalf("somebody else voted for %v", none)
		}
	})
	healthy(t, db)
}

func TestVotesAreListedAsTheyWereCast(t *testing.T) {
	at := noon
	db, ctx := openAt(t, "", func() time.Time { return at }), context.Background()
	var want []store.PaperID
	reader := addReader(t, db, "ada")
	for _, n := range []int{3, 1, 4, 15, 9, 2, 6} {
		p := paper(n)
		ingest(t, db, p)
		if _, err := db.SetVote(ctx, reader, p.ID, true); err != nil {
			t.Fatal(err)
		}
		want = append([]store.PaperID{p.ID}, want...)
		at = at.Add(time.Minute)
	}
	if got := checkPaging(t, db, store.Filter{Order: store.Newest, VotedBy: reader}, 2); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestListingRefusals(t *testing.T) {
	db, _ := small(t)
	day := store.DaySpan("2026-05-12")
	for name, c := range map[string]struct {
		filter store.Filter
		want   error
	}{
		"no order":             {store.Filter{Limit: 5}, store.ErrInvalid},
		"an order of no kind":  {store.Filter{Order: "votes; DROP TABLE papers", Limit: 5}, store.ErrInvalid},
		"no limit":             {store.Filter{Order: store.ByVotes}, store.ErrInvalid},
		"a negative limit":     {store.Filter{Order: store.ByVotes, Limit: -1}, store.ErrInvalid},
		"too high a limit":     {store.Filter{Order: store.ByVotes, Limit: store.MaxLimit + 1}, store.ErrInvalid},
		"trending of a day":    {store.Filter{Order: store.Trending, Span: &day, Limit: 5}, store.ErrInvalid},
		"trending of a tag":    {store.Filter{Order: store.Trending, Facet: store.FacetTag, Slug: "world-models", Limit: 5}, store.ErrInvalid},
		"a tag that isn't":     {store.Filter{Order: store.ByVotes, Facet: store.FacetTag, Slug: "x", Limit: 5}, store.ErrNotFound},
		"a tag as an author":   {store.Filter{Order: store.ByVotes, Facet: store.FacetAuthor, Slug: "world-models", Limit: 5}, store.ErrNotFound},
		"a key of no form":     {store.Filter{Order: store.ByVotes, After: "x", Limit: 5}, store.ErrInvalid},
		"a key without a row":  {store.Filter{Order: store.ByVotes, After: "5", Limit: 5}, store.ErrInvalid},
		"a key with SQL":       {store.Filter{Order: store.ByVotes, Before: "5_1 OR 1=1", Limit: 5}, store.ErrInvalid},
		"a key beyond numbers": {store.Filter{Order: store.ByVotes, Before: "5_zzzzzzzzzzzzzzzzzzzzz", Limit: 5}, store.ErrInvalid},
	} {
		if page, err := db.Papers(context.Background(), c.filter); !errors.Is(err, c.want) {
			t.Errorf("%s: %d papers, %v", name, len(page.Papers), err)
		}
	}
}

// A key comes out of an address, so whatever it says the answer is papers or a refusal.
func FuzzKey(f *testing.F) {
	db, _ := small(f)
	for _, key := range []string{"", "0_1", "5_a", "-1_-1", "6870.25_3", "NaN_1", "Inf_1", "-Inf_zz", "1e400_1", "9223372036854775807_1y2p0ij32e8e7", "_", "1_", "_1", "0x1p-2_1"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		for _, order := range []store.Order{store.ByVotes, store.Newest, store.Trending} {
			for _, filter := range []store.Filter{{Order: order, After: store.Key(key), Limit: 3}, {Order: order, Before: store.Key(key), Limit: 3}} {
				if page, err := db.Papers(context.Background(), filter); err != nil && !errors.Is(err, store.ErrInvalid) || len(page.Papers) > 3 {
					t.Errorf("%q: %d papers, %v", key, len(page.Papers), err)
				}
			}
		}
	})
}

func TestDays(t *testing.T) {
	db, ctx := open(t), context.Background()
	week := store.WeekSpan("2026-05-12")
	if day, err := db.LatestDay(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the latest day of nothing is %s, %v", day, err)
	}
	if days, err := db.Days(ctx, week); len(days) > 0 || err != nil {
		t.Error(days, err)
	}
	for n, day := range []store.Day{"2026-05-01", "2026-05-12", "2026-05-12", "2026-05-17", "2026-05-13", "2027-01-01"} {
		p := paper(n + 1)
		p.FeaturedOn, p.FeaturedBy = day, "test"
		ingest(t, db, p)
	}
	days, err := db.Days(ctx, week)
	if want := []store.DayCount{{Day: "2026-05-12", Papers: 2}, {Day: "2026-05-13", Papers: 1}, {Day: "2026-05-17", Papers: 1}}; err != nil || !slices.Equal(days, want) {
		t.Errorf("%v, %v", days, err)
	}
	for name, c := range map[string]struct {
		ask  func() (store.Day, error)
		want store.Day
	}{
		"latest":                   {func() (store.Day, error) { return db.LatestDay(ctx) }, "2026-05-13"}, // not one in the future
		"before the week":          {func() (store.Day, error) { return db.DayBefore(ctx, week) }, "2026-05-01"},
		"after the week":           {func() (store.Day, error) { return db.DayAfter(ctx, week) }, "2027-01-01"},
		"before the 12th":          {func() (store.Day, error) { return db.DayBefore(ctx, store.DaySpan("2026-05-12")) }, "2026-05-01"},
		"after the 12th":           {func() (store.Day, error) { return db.DayAfter(ctx, store.DaySpan("2026-05-12")) }, "2026-05-13"},
		"before an empty day":      {func() (store.Day, error) { return db.DayBefore(ctx, store.DaySpan("2026-05-05")) }, "2026-05-01"},
		"before the first, nobody": {func() (store.Day, error) { return db.DayBefore(ctx, store.DaySpan("2026-05-01")) }, ""},
		"after the last, nobody":   {func() (store.Day, error) { return db.DayAfter(ctx, store.DaySpan("2027-01-01")) }, ""},
	} {
		if day, err := c.ask(); day != c.want || errors.Is(err, store.ErrNotFound) != (c.want == "") {
			t.Errorf("%s: %s, %v; want %s", name, day, err, c.want)
		}
	}
}

// A day begins in the east fourteen hours before it does in Greenwich.
func TestToday(t *testing.T) {
	for at, want := range map[string]store.Day{"2026-05-13T09:59:59Z": "2026-05-13", "2026-05-13T10:00:00Z": "2026-05-14", "2026-12-31T23:00:00Z": "2027-01-01"} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := openAt(t, "", func() time.Time { return now }).Today(); got != want {
			t.Errorf("at %s it is %s, want %s", at, got, want)
		}
	}
}

func TestNoPaper(t *testing.T) {
	db, ctx := open(t), context.Background()
	for name, err := range map[string]error{
		"Paper":       second(db.Paper(ctx, "2605.00001")),
		"Rank":        second(db.Rank(ctx, "2605.00001")),
		"VoteHistory": second(db.VoteHistory(ctx, "2605.00001", 10)),
		"SetVote":     second(db.SetVote(ctx, addReader(t, db, "ada"), "2605.00001", true)),
		"Facet":       second(db.Facet(ctx, store.FacetTag, "x")),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if page, err := db.Papers(ctx, store.Filter{Order: store.ByVotes, Limit: 5}); err != nil || len(page.Papers) > 0 || page.Next+page.Previous != "" {
		t.Errorf("%+v, %v", page, err)
	}
	if n, err := db.PaperCount(ctx); n != 0 || err != nil {
		t.Error(n, err)
	}
	stop := errors.New("enough")
	ingest(t, db, paper(1), paper(2))
	if err := db.EachPaper(ctx, func(*store.Paper) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }
