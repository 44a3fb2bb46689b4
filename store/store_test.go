package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"recto/store"
)

var noon = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

func open(t testing.TB) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "a b%?#.db"), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func paper(n int) store.Paper {
	return store.Paper{
		ID: store.PaperID(fmt.Sprintf("2605.%05d", n)), Title: fmt.Sprintf("Paper %d", n), Abstract: "About it.",
		Authors:    []store.Author{{Name: "Yann LeCun"}, {Name: fmt.Sprintf("Author %c. Smith", 'A'+n%26)}},
		Categories: []string{"cs.LG", "stat.ML"}, Tags: []string{"world models"},
		SubmittedAt: noon.Add(-time.Duration(n) * time.Hour), Source: "test", ReadAt: noon, SourceVotes: n % 7,
	}
}

func ingest(t testing.TB, db *store.DB, papers ...store.Paper) store.Tally {
	t.Helper()
	for i := range papers {
		if err := papers[i].Clean(); err != nil {
			t.Fatal(err)
		}
	}
	tally, err := db.Ingest(context.Background(), store.Batch{Papers: papers})
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func healthy(t testing.TB, db *store.DB) {
	t.Helper()
	findings, err := db.Check(context.Background(), false, func(string) {})
	if err != nil || len(findings) > 0 {
		t.Errorf("doctor: %v %+v", err, findings)
	}
}

func TestListingsPageByKey(t *testing.T) {
	db, ctx := open(t), context.Background()
	var papers []store.Paper
	for n := 1; n <= 100; n++ {
		papers = append(papers, paper(n))
	}
	ingest(t, db, papers...)
	week := store.WeekSpan("2026-05-12")
	for name, f := range map[string]store.Filter{
		"votes": {Order: store.ByVotes}, "newest": {Order: store.Newest}, "trending": {Order: store.Trending},
		"week": {Order: store.ByVotes, Span: &week}, "tag": {Order: store.ByVotes, Facet: store.FacetTag, Slug: "world-models"},
		"author": {Order: store.Newest, Facet: store.FacetAuthor, Slug: "lecun-y"},
	} {
		t.Run(name, func(t *testing.T) {
			f.Limit = store.MaxLimit
			whole, err := db.Papers(ctx, f)
			if err != nil || len(whole.Papers) == 0 || whole.Next != "" || whole.Previous != "" {
				t.Fatalf("%d papers, next %q, %v", len(whole.Papers), whole.Next, err)
			}
			f.Limit = 7
			var got []store.Paper
			var last store.Listing
			for {
				if last, err = db.Papers(ctx, f); err != nil {
					t.Fatal(err)
				}
				got = append(got, last.Papers...)
				if f.After = last.Next; f.After == "" {
					break
				}
			}
			for i := range whole.Papers {
				if got[i].ID != whole.Papers[i].ID {
					t.Fatalf("place %d: %s by pages, %s at once", i, got[i].ID, whole.Papers[i].ID)
				}
			}
			f.Before = last.Previous
			back, err := db.Papers(ctx, f)
			if err != nil || len(back.Papers) != 7 || back.Next != last.Previous && back.Next == "" {
				t.Fatalf("back: %d papers, %v", len(back.Papers), err)
			}
			at := len(got) - len(last.Papers) - 7
			if back.Papers[0].ID != got[at].ID {
				t.Errorf("a page back begins with %s, want %s", back.Papers[0].ID, got[at].ID)
			}
		})
	}
	healthy(t, db)
}
