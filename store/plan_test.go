package store_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"recto/store"
)

// small is a catalogue in which every query finds something.
func small(t testing.TB) (*store.DB, store.ReaderID) {
	t.Helper()
	db, ctx := open(t), context.Background()
	var papers []store.Paper
	for n := range 30 {
		papers = append(papers, paper(n+1))
	}
	ingest(t, db, papers...)
	reader := addReader(t, db, "ada")
	for _, id := range []store.PaperID{"2605.00001", "2605.00002", "2605.00003"} {
		if _, err := db.SetVote(ctx, reader, id, true); err != nil {
			t.Fatal(err)
		}
	}
	return db, reader
}

func span(from, to store.Day) *store.Span {
	return &store.Span{Kind: store.SpanRange, From: from, To: to}
}

// Each listing must read its index in order from its key on: no scan, no sorting, whatever the size of the catalogue. (A
// union of two such reads of a page's length may sort those, and an author's papers are sorted by votes when asked for.)
func TestListingPlans(t *testing.T) {
	db, reader := small(t)
	ctx := context.Background()
	day := store.DaySpan("2026-05-12")
	const covering = "USING COVERING INDEX "
	for _, c := range []struct {
		name   string
		filter store.Filter
		first  string // what the plan of the first page holds
		next   string // and that of the page after or before a key
	}{
		{"by votes", store.Filter{Order: store.ByVotes}, "SCAN papers USING COVERING INDEX papers_votes", covering + "papers_votes (votes=? AND id"},
		{"newest", store.Filter{Order: store.Newest}, "SCAN papers USING COVERING INDEX papers_listed", covering + "papers_listed (listed_at=? AND rowid"},
		{"trending", store.Filter{Order: store.Trending}, "SCAN papers USING COVERING INDEX papers_trend", covering + "papers_trend (trend=? AND rowid"},
		{"day by votes", store.Filter{Order: store.ByVotes, Span: &day}, covering + "papers_day_votes (featured_on=?)", covering + "papers_day_votes (featured_on=? AND votes=? AND rowid"},
		{"day newest", store.Filter{Order: store.Newest, Span: &day}, covering + "papers_day_listed (featured_on=?)", covering + "papers_day_listed (featured_on=? AND listed_at=? AND rowid"},
		{"year by votes", store.Filter{Order: store.ByVotes, Span: span("2025-05-14", "2026-05-13")}, "SCAN papers USING COVERING INDEX papers_votes", covering + "papers_votes (votes=? AND id"},
		{"tag by votes", store.Filter{Order: store.ByVotes, Facet: store.FacetTag, Slug: "world-models"}, covering + "paper_facets_votes (facet=?)", covering + "paper_facets_votes (facet=? AND (votes,paper)"},
		{"tag newest", store.Filter{Order: store.Newest, Facet: store.FacetTag, Slug: "world-models"}, "USING PRIMARY KEY (facet=?)", "USING PRIMARY KEY (facet=? AND (listed_at,paper)"},
		{"category by votes", store.Filter{Order: store.ByVotes, Facet: store.FacetCategory, Slug: "cs.LG"}, covering + "paper_facets_votes (facet=?)", covering + "paper_facets_votes (facet=? AND (votes,paper)"},
		{"category newest", store.Filter{Order: store.Newest, Facet: store.FacetCategory, Slug: "cs.LG"}, "USING PRIMARY KEY (facet=?)", "USING PRIMARY KEY (facet=? AND (listed_at,paper)"},
		{"author by votes", store.Filter{Order: store.ByVotes, Facet: store.FacetAuthor, Slug: "lecun-y"}, "USING PRIMARY KEY (facet=?)", "USING PRIMARY KEY (facet=?)"},
		{"author newest", store.Filter{Order: store.Newest, Facet: store.FacetAuthor, Slug: "lecun-y"}, "USING PRIMARY KEY (facet=?)", "USING PRIMARY KEY (facet=? AND (listed_at,paper)"},
		{"spellings by votes", store.Filter{Order: store.ByVotes, Facet: store.FacetAuthor, Slug: "lecun-y", Names: []string{"Yann LeCun"}}, "USING PRIMARY KEY (facet=?)", "USING PRIMARY KEY (facet=?)"},
		{"spellings newest", store.Filter{Order: store.Newest, Facet: store.FacetAuthor, Slug: "lecun-y", Names: []string{"Yann LeCun"}}, "USING PRIMARY KEY (facet=?)", "USING PRIMARY KEY (facet=? AND (listed_at,paper)"},
		{"a reader's votes", store.Filter{Order: store.Newest, VotedBy: reader}, covering + "votes_reader (reader=?)", covering + "votes_reader (reader=? AND (voted_at,paper)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for page, f := range map[string]store.Filter{"first": c.filter, "after": c.filter, "before": c.filter} {
				want := c.next
				switch f.Limit = 10; page {
				case "first":
					want = c.first
				case "after":
					f.After = "5_a"
				case "before":
					f.Before = "5_a"
				}
				plan := explain(t, db, ctx, f)
				if !strings.Contains(plan, want) {
					t.Errorf("%s: %s; want %q", page, plan, want)
				}
				byVotes := c.filter.Facet == store.FacetAuthor && c.filter.Order == store.ByVotes // sorts one author's papers
				if strings.Contains(plan, "TEMP B-TREE") && !strings.Contains(plan, "UNION ALL") && !byVotes || page != "first" && strings.Contains(plan, "SCAN papers") || strings.Contains(plan, "SCAN paper_facets") {
					t.Errorf("%s: %s", page, plan)
				}
			}
		})
	}
	// Of short spans, the first of each day are read and sorted.
	for _, order := range []store.Order{store.ByVotes, store.Newest} {
		index := map[store.Order]string{store.ByVotes: "papers_day_votes", store.Newest: "papers_day_listed"}[order]
		for _, s := range []*store.Span{span("2026-05-11", "2026-05-17"), span("2026-05-01", "2026-05-31"), span("2026-02-03", "2026-05-13")} {
			for _, key := range []store.Key{"", "0_a"} {
				plan := explain(t, db, ctx, store.Filter{Order: order, Span: s, After: key, Limit: 10})
				if strings.Contains(plan, "SCAN papers") || strings.Count(plan, covering+index+" (featured_on=?") < 7 {
					t.Errorf("%s of %s after %q: %s", order, s.Name(), key, plan)
				}
			}
		}
	}
}

func explain(t *testing.T, db *store.DB, ctx context.Context, f store.Filter) string {
	t.Helper()
	query, args, err := db.ListingQuery(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := db.Explain(ctx, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, " | ")
}

// No read may go through a table that grows with the catalogue, or sort what it finds there, but for those that say so.
func TestReadPlans(t *testing.T) {
	db, reader := small(t)
	ctx := context.Background()
	p := get(t, db, "2605.00001")
	week := store.WeekSpan("2026-05-12")
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	must(db.Papers(ctx, store.Filter{Order: store.ByVotes, Facet: store.FacetAuthor, Slug: "lecun-y", Names: []string{"Yann LeCun"}, Limit: 5}))
	must(db.Facet(ctx, store.FacetTag, "world-models"))
	must(db.TopFacets(ctx, store.FacetTag, 5))
	must(db.FacetsFrom(ctx, store.FacetAuthor, "m", 5))
	must(db.FacetLetters(ctx, store.FacetAuthor, 5))
	must(db.CategoryCounts(ctx))
	must(db.AuthorNames(ctx, "lecun-y", 5))
	must(db.RisingTags(ctx, "2026-05-13", 5))
	must(db.Days(ctx, week))
	must(db.LatestDay(ctx))
	must(db.DayBefore(ctx, store.DaySpan("2026-05-13")))
	_, _ = db.DayAfter(ctx, week)
	must(db.PaperCount(ctx))
	must(db.Rank(ctx, p.ID))
	must(db.TrendPlace(ctx, &p))
	must(db.VoteHistory(ctx, p.ID, 10))
	must(db.Voted(ctx, reader, p.ID))
	_, _, err := db.TagQueue(ctx, false, 0, 5)
	must(nil, err)
	must(db.Reader(ctx, reader))
	must(db.ReaderNamed(ctx, "ada"))
	must(db.Tokens(ctx, reader))
	_, _ = db.UseToken(ctx, store.TokenPrefix+"x")
	_, _, err = db.PapersFrom(ctx, store.Filter{Order: store.ByVotes, Facet: store.FacetTag, Slug: "world-models", Limit: 5}, 5)
	must(nil, err)
	must(db.FirstChange(ctx))
	must(db.HarvestCount(ctx))
	_, _ = db.Paper(ctx, "2605.99999")
	must(db.Cursor(ctx, "test"))
	must(db.Setting(ctx, "tagger"))
	_, _, err = db.Sessions().Find("token")
	must(nil, err)
	allowed := map[string][]string{
		"json_each":              {"SCAN json_each", "SCAN j", "USE TEMP B-TREE FOR ORDER BY"}, // a page's own list
		"n.papers DESC":          {"USE TEMP B-TREE FOR ORDER BY"},                             // an author's spellings
		"source_vote_readings":   {"SCAN (subquery", "CO-ROUTINE", "USE TEMP B-TREE"},          // a paper's own votes
		"sum(papers)":            {"SCAN days"},                                                // a row a day
		"FROM removals)":         {"SCAN CONSTANT ROW", "SCAN removals"},                       // a few
		"FROM (SELECT 1":         {"SCAN (subquery"},                                           // at most a thousand
		"tag_queue WHERE":        {"USE TEMP B-TREE FOR ORDER BY"},                             // a batch
		" UNION ALL SELECT ":     {"SCAN (subquery", "USE TEMP B-TREE FOR ORDER BY"},           // twice a page's length
		"name IN (SELECT value ": {"SCAN json_each", "USE TEMP B-TREE FOR DISTINCT"},
	}
	queries := db.ReadQueries()
	if len(queries) < 20 {
		t.Errorf("only %d queries were asked", len(queries))
	}
	parameters := regexp.MustCompile(`\?\d?`)
	for _, query := range queries {
		if strings.HasPrefix(query, "EXPLAIN") {
			continue
		}
		distinct := make(map[string]bool)
		args := make([]any, 0, 4)
		for _, p := range parameters.FindAllString(query, -1) {
			if p == "?" || !distinct[p] {
				args = append(args, 1)
			}
			distinct[p] = true
		}
		steps, err := db.Explain(ctx, query, args...)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		for _, step := range steps {
			if !strings.Contains(step, "SCAN") && !strings.Contains(step, "TEMP B-TREE") {
				continue
			}
			known := func(step string) bool {
				for part, fine := range allowed {
					if strings.Contains(query, part) && slices.ContainsFunc(fine, func(s string) bool { return strings.HasPrefix(step, s) }) {
						return true
					}
				}
				return false
			}
			if !known(step) {
				t.Errorf("%s\n\t%s", query, step)
			}
		}
	}
}
