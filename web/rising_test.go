package web

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"recto/store"
)

// A page waits for rising tags only where there are none of its day, or old ones, and not for long.
func TestRisingTagsAreFoundBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := risingOf{find: func(context.Context, store.Day) ([]store.RisingTag, error) {
			calls++
			n := calls
			if n > 1 {
				time.Sleep(time.Second)
			}
			return make([]store.RisingTag, n), nil
		}}
		ask := func(day store.Day, want int, waits time.Duration) {
			t.Helper()
			began, page := time.Now(), shown{}
			tags, err := r.of(context.WithValue(t.Context(), shownKey{}, &page), day)
			if err != nil || len(tags) != want || time.Since(began) != waits || page.passing != (waits > 0) {
				t.Fatalf("%d tags after %v and %v, passing %t; want %d after %v", len(tags), time.Since(began), err, page.passing, want, waits)
			}
		}
		ask("2026-03-10", 1, 0)
		ask("2026-03-10", 1, 0)
		time.Sleep(risingAge + 1)
		ask("2026-03-10", 1, 0) // the old ones, while new ones are found
		ask("2026-03-10", 1, 0)
		time.Sleep(2 * time.Second)
		ask("2026-03-10", 2, 0)
		ask("2026-03-11", 2, risingPatience) // those of the day before
		time.Sleep(time.Second)
		ask("2026-03-11", 3, 0)
		time.Sleep(risingStale + 1)
		ask("2026-03-11", 3, risingPatience)
		time.Sleep(time.Second)
		ask("2026-03-11", 4, 0)
		if calls != 4 {
			t.Fatalf("found %d times", calls)
		}
	})
}
