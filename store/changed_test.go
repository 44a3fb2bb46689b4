package store_test

import (
	"context"
	"testing"
	"time"

	"recto/store"
)

// ChangedAt agrees with what a harvest says, and is found by index.
func TestChangedAtOfMany(t *testing.T) {
	db, now := ticking(t)
	ctx := context.Background()
	first, second := paper(1), paper(2)
	ingest(t, db, first, second)
	*now = now.Add(time.Hour)
	second.Title, second.ReadAt = "Another", *now
	ingest(t, db, second)
	if _, err := db.SetVote(ctx, addReader(t, db, "ada"), first.ID, true); err != nil {
		t.Fatal(err)
	}
	got, err := db.ChangedAt(ctx, second.ID, first.ID, "2605.99999")
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	for _, id := range []store.PaperID{first.ID, second.ID} {
		h, err := db.HarvestedPaper(ctx, id)
		if err != nil || !h.ChangedAt().Equal(got[id]) {
			t.Errorf("%s changed at %v, in a harvest at %v, %v", id, got[id], h.ChangedAt(), err)
		}
	}
	if !got[first.ID].Equal(noon) || !got[second.ID].Equal(noon.Add(time.Hour)) {
		t.Errorf("changed at %v", got)
	}
	if got, err := db.ChangedAt(ctx); err != nil || len(got) != 0 {
		t.Errorf("of none: %v, %v", got, err)
	}
}
