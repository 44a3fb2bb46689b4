package meaning

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	scanStep  = 1 << 12 // slots that are compared at a time
	scanShare = 1 << 18 // slots that are worth a worker of their own
)

// candidates picks up to n slots whose signs differ least from q's among those that accept takes; of those that differ as
// much, the first. All signs are compared, by several workers when there are many.
func (s *snapshot) candidates(ctx context.Context, q []uint64, n int, accept func(uint32) bool) ([]uint32, error) {
	workers := min(runtime.GOMAXPROCS(0), 1+s.slots/scanShare)
	each := make([]*closest, workers)
	var next atomic.Int64
	err := together(workers, func(i int) error {
		each[i] = newClosest(n, 64*len(q))
		var distances [scanStep]uint16
		for {
			from := int(next.Add(1)-1) * scanStep
			if from >= s.slots || ctx.Err() != nil {
				return ctx.Err()
			}
			step := distances[:min(scanStep, s.slots-from)]
			hamming(step, s.signs[from*8*len(q):], q)
			for at, distance := range step {
				if slot := from + at; distance < each[i].limit && !s.isDead(slot) && s.accepts(slot, accept) {
					each[i].add(slot, distance)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return firstOf(each, n), nil
}

// firstOf are the n slots that differ least of those that several have kept, in no order; of those that differ as much, the
// first.
func firstOf(each []*closest, n int) []uint32 {
	limit, within := 0, 0 // how many differ less than limit
	for ; limit < len(each[0].counts); limit++ {
		at := 0
		for _, e := range each {
			at += e.counts[limit]
		}
		if within+at > n {
			break
		}
		within += at
	}
	picked, last := make([]uint32, 0, n), []uint32(nil)
	for _, e := range each {
		for _, f := range e.found {
			switch distance := int(f >> 32); {
			case distance < limit:
				picked = append(picked, uint32(f))
			case distance == limit:
				last = append(last, uint32(f))
			}
		}
	}
	slices.Sort(last)
	return append(picked, last[:min(n-len(picked), len(last))]...)
}

// promising are the n slots, in ascending order, whose signs promise the greatest inner products with q: each of q's numbers
// is added or taken away as the sign says (Gordo et al., "Asymmetric Distances for Binary Embeddings", 2014), which tells
// more than how many signs differ.
func (s *snapshot) promising(q []float32, slots []uint32, n int) []uint32 {
	if n < len(slots) {
		width := len(q) / 8
		sums, most := make([][256]float32, width), float32(0) // of the numbers of each byte, by what the byte is
		for i, x := range q {
			sums[i/8][0] -= x
			most += max(x, -x)
		}
		for i := range sums {
			for b := 1; b < 256; b++ {
				sums[i][b] = sums[i][b&(b-1)] + 2*q[8*i+bits.TrailingZeros(uint(b))]
			}
		}
		order := make([]uint64, len(slots)) // what is missing to most, which is not negative, so that its bits are in order; the slot
		for i, slot := range slots {
			missing := most
			for at, b := range s.signs[width*int(slot):][:width] {
				missing -= sums[at][b]
			}
			order[i] = uint64(math.Float32bits(max(missing, 0)))<<32 | uint64(slot)
		}
		slices.Sort(order)
		slots = slots[:n]
		for i := range slots {
			slots[i] = uint32(order[i])
		}
	}
	slices.Sort(slots)
	return slots
}

func (s *snapshot) accepts(slot int, accept func(uint32) bool) bool {
	return accept == nil || accept(binary.LittleEndian.Uint32(s.table[8*slot:]))
}

// together has so many workers work at the same time, and guards them.
func together(workers int, work func(i int) error) error {
	errs := make([]error, workers)
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			defer guard(&errs[i], debug.SetPanicOnFault(true))
			errs[i] = work(i)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// closest keeps the n slots that come at the least distances, of those at one distance the first that come.
type closest struct {
	n      int
	found  []uint64 // distance<<32 | slot; those beyond limit are not wanted any more
	counts []int    // of what was found at each distance
	limit  uint16   // what comes at this distance or beyond is not wanted
	within int      // how many were found before limit, less than n
}

func newClosest(n, farthest int) *closest {
	return &closest{n: n, found: make([]uint64, 0, 4*n), counts: make([]int, farthest+1), limit: uint16(farthest + 1)}
}

// add a slot at a distance before limit.
func (k *closest) add(slot int, distance uint16) {
	if len(k.found) == cap(k.found) {
		k.tidy()
	}
	k.found = append(k.found, uint64(distance)<<32|uint64(slot))
	k.counts[distance]++
	k.within++
	for k.within >= k.n { // and those at the last distance before limit make enough
		k.limit--
		k.within -= k.counts[k.limit]
	}
}

// tidy drops what is not wanted any more, which leaves less than 2n.
func (k *closest) tidy() {
	k.found = slices.DeleteFunc(k.found, func(f uint64) bool { return uint16(f>>32) > k.limit })
}

// hamming sets distances to how many bits of each record differ from q.
func hamming(distances []uint16, records []byte, q []uint64) {
	if len(q) == 4 { // LSA's 256 dimensions
		q0, q1, q2, q3 := q[0], q[1], q[2], q[3]
		for i := range distances {
			r := records[32*i : 32*i+32 : 32*i+32]
			distances[i] = uint16(bits.OnesCount64(binary.LittleEndian.Uint64(r)^q0) + bits.OnesCount64(binary.LittleEndian.Uint64(r[8:])^q1) +
				bits.OnesCount64(binary.LittleEndian.Uint64(r[16:])^q2) + bits.OnesCount64(binary.LittleEndian.Uint64(r[24:])^q3))
		}
		return
	}
	for i := range distances {
		r, d := records[8*len(q)*i:], 0
		for w, word := range q {
			d += bits.OnesCount64(binary.LittleEndian.Uint64(r[8*w:]) ^ word)
		}
		distances[i] = uint16(d)
	}
}

// signs says of each of v's numbers whether it is above the centre's, 64 to a word.
func signs(v, centre []float32) []uint64 {
	words := make([]uint64, len(v)/64)
	for i, x := range v {
		if x > centre[i] {
			words[i/64] |= 1 << (i % 64)
		}
	}
	return words
}
