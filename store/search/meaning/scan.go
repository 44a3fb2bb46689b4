package meaning

import (
	"cmp"
	"context"
	"encoding/binary"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	scanStep = 1 << 14 // slots that one worker compares at a time: whole words of dead bits
	widening = 16      // how many times as many slots are looked at next, at most, when accept took too few
)

// candidates picks up to n slots whose signs differ least from q's among those that accept takes. All signs are compared;
// counting the slots at each distance, a shell, takes the place of sorting them.
func (x *Index) candidates(ctx context.Context, s *snapshot, q []float32, n int, accept func(uint32) bool) ([]uint32, error) {
	buffer, _ := x.distances.Get().(*[]uint16)
	if buffer == nil || len(*buffer) < s.slots {
		grown := make([]uint16, s.slots+s.slots/8)
		buffer = &grown
	}
	defer x.distances.Put(buffer)
	distances := (*buffer)[:s.slots]
	shells, err := s.measure(ctx, distances, signs(q, s.centre))
	if err != nil {
		return nil, err
	}
	var found []uint32
	seen := 0
	for from, wanted := 0, n; from < len(shells) && len(found) < n; {
		to, within := from, 0 // shells from ≤ distance < to
		for to < len(shells) && within < wanted {
			within += shells[to]
			to++
		}
		if found, err = s.collect(ctx, found, distances, uint16(from), uint16(to), accept); err != nil {
			return nil, err
		}
		from, seen = to, seen+within
		wanted = seen * min(widening, 1+(n-len(found))/(len(found)+1)) // as many as accept seems to need
	}
	if len(found) > n {
		slices.SortFunc(found, func(a, b uint32) int { return cmp.Or(cmp.Compare(distances[a], distances[b]), cmp.Compare(a, b)) })
		found = found[:n]
	}
	return found, nil
}

// collect appends the slots of the shells from ≤ distance < to.
func (s *snapshot) collect(ctx context.Context, found []uint32, distances []uint16, from, to uint16, accept func(uint32) bool) ([]uint32, error) {
	for start := 0; start < len(distances); start += scanStep {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, d := range distances[start:min(start+scanStep, len(distances))] {
			if d-from >= to-from { // unsigned: what is below from is far above
				continue
			}
			if slot := start + i; accept == nil || accept(binary.LittleEndian.Uint32(s.data[tableFile][8*slot:])) {
				found = append(found, uint32(slot))
			}
		}
	}
	return found, nil
}

// measure sets distances to how many of each slot's signs differ from q's, more than there are for a dead one, and counts
// the slots at each distance.
func (s *snapshot) measure(ctx context.Context, distances []uint16, q []uint64) ([]int, error) {
	steps := (s.slots + scanStep - 1) / scanStep
	shells := make([]int, len(q)*64+1)
	var next atomic.Int64
	var workers sync.WaitGroup
	var sum sync.Mutex
	for range max(1, min(runtime.GOMAXPROCS(0), steps/4)) {
		workers.Go(func() {
			counts := make([]int, len(shells)+1) // the last for the dead
			for ctx.Err() == nil {
				from := int(next.Add(1)-1) * scanStep
				if from >= s.slots {
					break
				}
				s.measureStep(distances, q, from, min(from+scanStep, s.slots), counts)
			}
			sum.Lock()
			defer sum.Unlock()
			for i := range shells {
				shells[i] += counts[i]
			}
		})
	}
	workers.Wait()
	return shells, ctx.Err()
}

func (s *snapshot) measureStep(distances []uint16, q []uint64, from, to int, counts []int) {
	hamming(distances[from:to], s.data[signsFile][from*8*len(q):to*8*len(q)], q)
	for word, dead := range s.dead[from/64 : (to+63)/64] {
		for ; dead != 0; dead &= dead - 1 {
			distances[from+64*word+bits.TrailingZeros64(dead)] = uint16(len(counts) - 1)
		}
	}
	for _, d := range distances[from:to] {
		counts[d]++
	}
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
