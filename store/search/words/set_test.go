package words

import (
	"testing"

	"pgregory.net/rapid"
)

// A Set is a map.
func TestSet(t *testing.T) {
	number := rapid.OneOf(rapid.Uint32Range(0, 200), rapid.Uint32Range(setPage-100, setPage+100), rapid.Uint32())
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MapOf(number, rapid.Just(true)).Draw(t, "numbers")
		var s Set
		for n := range want {
			s.add(n)
		}
		if s.Len() != len(want) {
			t.Fatalf("%d numbers, want %d", s.Len(), len(want))
		}
		for _, n := range append(rapid.SliceOf(number).Draw(t, "others"), 0, setPage-1, setPage, 1<<32-1) {
			if !want[n] {
				want[n] = false
			}
		}
		for n, in := range want {
			if s.Has(n) != in {
				t.Fatalf("has %d: %v", n, !in)
			}
		}
	})
}
