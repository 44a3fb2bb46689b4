package meaning

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestClosest holds what is kept against sorting everything.
func TestClosest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		distances := rapid.SliceOf(rapid.Uint16Range(0, uint16(rapid.IntRange(0, 64).Draw(t, "farthest")))).Draw(t, "distances")
		n := rapid.IntRange(1, 20).Draw(t, "n")
		k := newClosest(n, 64)
		var all []uint64
		for slot, d := range distances {
			if d < k.limit {
				k.add(slot, d)
			}
			all = append(all, uint64(d)<<32|uint64(slot))
		}
		k.tidy()
		slices.Sort(k.found)
		slices.Sort(all)
		want := all[:min(n, len(all))]
		if len(k.found) < len(want) || len(k.found) >= 2*n || !slices.Equal(k.found[:len(want)], want) {
			t.Fatalf("%d of %v: %x, want %x", n, distances, k.found, want)
		}
	})
}
