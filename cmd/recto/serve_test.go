package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"recto/store"
)

// What a killed ingest left is put into its facets once nobody has been at it for a while.
func TestFinishIngests(t *testing.T) {
	db, err := store.Open(t.Context(), newRecto(t).db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	paper := store.Paper{ID: "2401.00001", Title: "On Frogs", Abstract: "They leap.", Authors: []store.Author{{Name: "Ann Frog"}},
		Categories: []string{"q-bio.PE"}, Tags: []string{"frogs"}, Source: "arxiv", ReadAt: time.Now()}
	if err := paper.Clean(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{paper}, Bulk: true}); err != nil {
		t.Fatal(err)
	}
	if left, err := db.Unfilled(t.Context()); left == "" || err != nil {
		t.Fatalf("nothing is left to do, %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		finishIngests(ctx, db, 10*time.Millisecond, slog.New(slog.DiscardHandler))
	}()
	for left := "?"; left != ""; time.Sleep(5 * time.Millisecond) { // go test's time limit ends it when it never comes
		if left, err = db.Unfilled(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-ended
	for kind, slug := range map[store.FacetKind]string{store.FacetTag: "frogs", store.FacetCategory: "q-bio.PE", store.FacetAuthor: "frog-a"} {
		if f, err := db.Facet(t.Context(), kind, slug); err != nil || f.Papers != 1 {
			t.Errorf("%s: %+v, %v", slug, f, err)
		}
	}
}
