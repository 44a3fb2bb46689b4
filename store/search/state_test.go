package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"recto/store"
	"recto/store/search"
)

// TestAlwaysTheCatalogue lets papers come, change, be voted for and go while one index follows and is closed and opened again;
// whenever it has caught up, it finds what the catalogue has.
func TestAlwaysTheCatalogue(t *testing.T) {
	ctx := context.Background()
	vocabulary := []string{"zebra", "quartz", "violin", "harbour", "glacier"}
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		if runs++; runs > 30 { // each waits for the disk many times
			return
		}
		db, err := store.Open(ctx, t.TempDir()+"/test.db", clock)
		if err != nil {
			r.Fatal(err)
		}
		defer db.Close()
		reader, err := db.AddReader(ctx, "ada", "correct horse", store.RoleReader)
		if err != nil {
			r.Fatal(err)
		}
		dir := t.TempDir()
		x, err := search.Open(ctx, db, dir, options())
		if err != nil {
			r.Fatal(err)
		}
		defer func() { x.Close() }()
		id := func() store.PaperID {
			return store.PaperID(fmt.Sprintf("2501.%05d", rapid.IntRange(1, 5).Draw(r, "paper")))
		}
		some := func(name string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 3).Draw(r, name), " ")
		}
		r.Repeat(map[string]func(*rapid.T){
			"ingest": func(*rapid.T) {
				put(t, db, paper(id(), some("title"), some("abstract")))
			},
			"vote": func(*rapid.T) {
				_, _ = db.SetVote(ctx, reader.ID, id(), rapid.Bool().Draw(r, "cast")) // of a paper that may not be there
			},
			"remove": func(*rapid.T) {
				_, _ = db.RemovePaper(ctx, id(), "")
			},
			"restore": func(*rapid.T) {
				_, _ = db.RestorePaper(ctx, id())
			},
			"follow": func(*rapid.T) {
				if err := x.Build(ctx, nil); err != nil {
					r.Fatal(err)
				}
				compare(r, db, x, vocabulary)
			},
			"open again": func(*rapid.T) {
				if err := x.Close(); err != nil {
					r.Fatal(err)
				}
				if x, err = search.Open(ctx, db, dir, options()); err != nil {
					r.Fatal(err)
				}
			},
		})
	})
}

func compare(r *rapid.T, db *store.DB, x *search.Index, vocabulary []string) {
	ctx := context.Background()
	want := map[string][]string{}
	err := db.EachPaper(ctx, func(p *store.Paper) error {
		for _, word := range vocabulary {
			if strings.Contains(p.Title+" "+p.Abstract, word) {
				want[word] = append(want[word], string(p.ID))
			}
			if strings.Contains(p.Title, word) {
				want["ti:"+word] = append(want["ti:"+word], string(p.ID))
			}
		}
		if p.Votes() > 0 {
			want["has:votes"] = append(want["has:votes"], string(p.ID))
		}
		return nil
	})
	if err != nil {
		r.Fatal(err)
	}
	queries := append([]string{"has:votes"}, vocabulary...)
	for _, word := range vocabulary {
		queries = append(queries, "ti:"+word)
	}
	for _, q := range queries {
		found, err := x.Search(ctx, search.Request{Text: q, Limit: 30, AsTyped: true, By: search.ByWords})
		if err != nil {
			r.Fatal(err)
		}
		got := ids(found.Hits)
		slices.Sort(got)
		slices.Sort(want[q])
		if !slices.Equal(got, append([]string{}, want[q]...)) || found.Total != len(want[q]) {
			r.Fatalf("%s: %d, %v, want %v", q, found.Total, got, want[q])
		}
	}
}
