package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"recto/store"
)

// Asking takes a write, whatever is known of the address: one that took none would be over sooner, and tell.
func TestAskingWritesAlike(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "recto.db")
	db := openAt(t, path, func() time.Time { return noon })
	other := openRaw(t, path)
	version := func() (n int) {
		t.Helper()
		if err := other.QueryRow(`PRAGMA data_version`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for n := range 15 {
		for _, tag := range []string{fmt.Sprint("tag", n), "the same"} {
			before := version()
			s := store.Subscription{Address: "ada@example.org", Subject: store.SubjectTag, What: tag, Weekday: store.Daily, Zone: "UTC"}
			if err := db.Subscribe(ctx, s); err != nil {
				t.Fatal(err)
			}
			if version() == before {
				t.Errorf("asking for %s the time %d wrote nothing", tag, n)
			}
		}
	}
}
