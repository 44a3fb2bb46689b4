package meaning

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/rand/v2"
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
		several := []*closest{newClosest(n, 64), newClosest(n, 64)}
		var all []uint64
		for slot, d := range distances {
			if d < k.limit {
				k.add(slot, d)
			}
			if one := several[slot/3%2]; d < one.limit {
				one.add(slot, d)
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
		var slots []uint32
		for _, w := range want {
			slots = append(slots, uint32(w))
		}
		slices.Sort(slots)
		got := firstOf(several, n)
		if slices.Sort(got); !slices.Equal(got, slots) {
			t.Fatalf("%d of %v, by two: %v, want %v", n, distances, got, slots)
		}
	})
}

// TestPromising holds what is picked against inner products with vectors of signs.
func TestPromising(t *testing.T) {
	const slots, width, n = 500, 128, 60
	r := rand.New(rand.NewPCG(5, 0))
	q, centre := gaussian(r, nil, 1, width), make([]float32, width)
	var s snapshot
	type promise struct {
		slot uint32
		is   float32
	}
	var all []uint32
	var promises []promise
	for slot := range uint32(slots) {
		v := gaussian(r, nil, 1, width)
		for _, word := range signs(v, centre) {
			s.signs = binary.LittleEndian.AppendUint64(s.signs, word)
		}
		for i, x := range v {
			v[i] = float32(math.Copysign(1, float64(x)))
		}
		if slot%3 > 0 {
			all, promises = append(all, slot), append(promises, promise{slot, dot(q, v)})
		}
	}
	slices.SortFunc(promises, func(a, b promise) int { return cmp.Compare(b.is, a.is) })
	var want []uint32
	for _, p := range promises[:n] {
		want = append(want, p.slot)
	}
	slices.Sort(want)
	if got := s.promising(q, slices.Clone(all), n); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := s.promising(q, slices.Clone(all), slots); !slices.Equal(got, all) {
		t.Errorf("when all are wanted: %v", got)
	}
}
