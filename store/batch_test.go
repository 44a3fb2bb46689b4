package store_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"recto/store"
)

// A batch leaves what its papers would, each in a transaction of its own, also where several records are one paper.
func TestABatchIsItsPapers(t *testing.T) {
	t.Parallel()
	together, apart, ctx := open(t), open(t), context.Background()
	some(t, 30, func(t *rapid.T) {
		if err := errors.Join(together.Empty(ctx), apart.Empty(ctx)); err != nil {
			t.Fatal(err)
		}
		b := store.Batch{Mined: rapid.Bool().Draw(t, "mined")}
		for range rapid.IntRange(1, 12).Draw(t, "papers") {
			id := rapid.SampledFrom([]store.PaperID{"2605.00001", "2605.00002", "hep-th/9901001", "doi:10.1000/a", "doi:10.1000/b", "acl:P99-1001"}).Draw(t, "id")
			p := drawRecord(t, id)
			p.MinedTags = p.Tags
			b.Papers = append(b.Papers, p)
		}
		var want store.Tally
		for i := range b.Papers {
			tally, err := apart.Ingest(ctx, store.Batch{Papers: []store.Paper{clone(b.Papers[i])}, Mined: b.Mined})
			if err != nil {
				t.Fatal(err)
			}
			want.Add(tally)
		}
		tally, err := together.Ingest(ctx, b)
		if err != nil || tally != want {
			t.Fatalf("%+v, %v; one by one %+v", tally, err, want)
		}
		if got, want := inside(t, together), inside(t, apart); !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%+v\none by one\n%+v", got, want)
		}
	})
	healthy(t, together)
	healthy(t, apart)
}

func clone(p store.Paper) store.Paper {
	p.Tags, p.MinedTags, p.Authors = slices.Clone(p.Tags), slices.Clone(p.MinedTags), slices.Clone(p.Authors)
	p.Links, p.Versions, p.Categories = slices.Clone(p.Links), slices.Clone(p.Versions), slices.Clone(p.Categories)
	return p
}

// inside is what pages show of a catalogue: its papers, the counts of their facets and days, what waits for tags, and the
// order of changes.
func inside(t *rapid.T, db *store.DB) (all []any) {
	ctx := context.Background()
	keep := func(v any, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	for _, kind := range []store.FacetKind{store.FacetTag, store.FacetCategory, store.FacetAuthor} {
		facets, err := db.FacetsFrom(ctx, kind, "", 100)
		keep(facets, err)
		for _, f := range facets {
			keep(db.Papers(ctx, store.Filter{Order: store.Newest, Facet: kind, Slug: f.Slug, Limit: 50}))
			keep(db.AuthorNames(ctx, f.Slug, 50))
		}
	}
	keep(db.Days(ctx, store.Span{From: "2026-01-01", To: "2026-12-31"}))
	for _, counted := range []bool{false, true} {
		papers, _, err := db.TagQueue(ctx, counted, 0, 100)
		keep(papers, err)
	}
	changes, _, err := db.Changes(ctx, 0, 100)
	for i := range changes {
		changes[i].Number, changes[i].Text = 0, 0
	}
	keep(changes, err)
	return all
}
