package store_test

import (
	"context"
	"errors"
	"testing"

	"recto/store"
)

// Of two processes that put the same papers into their facets, the one that comes second to a row stops.
func TestOneFillerStops(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	batch := store.Batch{Bulk: true}
	for n := range 5 {
		p := paper(n + 1)
		p.Authors, p.Tags = []store.Author{{Name: "Ann Frog"}, {Name: "Bob Toad"}}, []string{"frogs", "toads"}
		batch.Papers = append(batch.Papers, p)
	}
	if _, err := db.Ingest(ctx, batch); err != nil {
		t.Fatal(err)
	}
	one, err := db.NewFiller(ctx, 3)
	if err != nil || one == nil {
		t.Fatal(one, err)
	}
	other, err := db.NewFiller(ctx, 5)
	if err != nil || other == nil {
		t.Fatal(other, err)
	}
	if more, err := one.Next(ctx, 1); !more || err != nil {
		t.Fatal(more, err)
	}
	if _, err := other.Next(ctx, 1); !errors.Is(err, store.ErrOvertaken) {
		t.Fatalf("overtaken: %v", err)
	}
	for more := true; more; {
		if more, err = one.Next(ctx, 2); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := other.Next(ctx, 100); !errors.Is(err, store.ErrOvertaken) {
		t.Fatalf("when all is done: %v", err)
	}
	if f, err := db.Facet(ctx, store.FacetTag, "frogs"); err != nil || f.Papers != 3 {
		t.Errorf("%+v, %v", f, err)
	}
	if err := db.FillFacets(ctx, 3); err != nil { // only two wait
		t.Fatal(err)
	}
	if f, err := db.Facet(ctx, store.FacetTag, "frogs"); err != nil || f.Papers != 3 {
		t.Errorf("when too few wait: %+v, %v", f, err)
	}
	if err := db.FillFacets(ctx, 2); err != nil {
		t.Fatal(err)
	}
	for kind, slug := range map[store.FacetKind]string{store.FacetTag: "toads", store.FacetAuthor: "toad-b"} {
		if f, err := db.Facet(ctx, kind, slug); err != nil || f.Papers != 5 {
			t.Errorf("%+v, %v", f, err)
		}
	}
	healthy(t, db)
}
