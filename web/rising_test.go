package web

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"recto/store"
)

// A page waits for rising tags only where there are none of its day, or old ones.
func TestRisingTagsAreFoundBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := risingOf{find: func(context.Context, store.Day) ([]store.RisingTag, error) {
			calls++
			if calls > 1 {
				time.Sleep(time.Second)
			}
			return make([]store.RisingTag, calls), nil
		}}
		ask := func(day store.Day, want int, waits time.Duration) {
			t.Helper()
			began := time.Now()
			tags, err := r.of(t.Context(), day)
			if err != nil || len(tags) != want || time.Since(began) != waits {
				t.Fatalf("%d tags after %v and %v, want %d after %v", len(tags), time.Since(began), err, want, waits)
			}
		}
		ask("2026-03-10", 1, 0)
		ask("2026-03-10", 1, 0)
		time.Sleep(risingAge + 1)
		ask("2026-03-10", 1, 0) // the old ones, while new ones are found
		ask("2026-03-10", 1, 0)
		time.Sleep(2 * time.Second)
		ask("2026-03-10", 2, 0)
		ask("2026-03-11", 3, time.Second)
		time.Sleep(risingStale + 1)
		ask("2026-03-11", 4, time.Second)
		if calls != 4 {
			t.Fatalf("found %d times", calls)
		}
	})
}
