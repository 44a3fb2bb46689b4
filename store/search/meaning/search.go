package meaning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// candidates are picked by their signs and then compared by their 8-bit numbers: so many, and at least so many times as
// many as are wanted. Of the exact nearest 100 among 46,313 abstracts, 4,000 candidates hold 99.5 % for a paper and 98 %
// for four words; 1,000 hold 97 % and 91 %, and 85 % and 87 % without the rotation.
const (
	candidates     = 4000
	candidatesEach = 2
)

// Hit is a paper found.
type Hit struct {
	Number uint32
	// Score is comparable within one search. Here it is the cosine of the angle to what was asked for, drawn out so that
	// 1 means the same and 0 what papers have on average: some models' vectors all lie in one corner.
	Score float32
}

// Search finds up to k papers nearest to a vector, nearest first, among those that accept takes; nil takes all. It is
// called by one goroutine, for candidates alone, so a narrow filter takes longer than a wide one.
func (x *Index) Search(ctx context.Context, vector []float32, k int, accept func(number uint32) bool) ([]Hit, error) {
	s, err := x.acquire()
	if err != nil {
		return nil, err
	}
	defer s.release()
	q, err := x.turn(vector)
	if err != nil {
		return nil, fmt.Errorf("search by meaning: %w", err)
	}
	slots, err := x.candidates(ctx, s, q, max(candidates, candidatesEach*k), accept)
	if err != nil {
		return nil, fmt.Errorf("search by meaning: %w", err)
	}
	hits := make([]Hit, len(slots))
	score := s.scorer(q)
	for i, slot := range slots {
		hits[i].Number, hits[i].Score = score(int(slot))
	}
	slices.SortFunc(hits, byScore)
	return hits[:min(k, len(hits))], nil
}

// Near finds up to k papers nearest to another, which is not among them; none when it has no vector.
func (x *Index) Near(ctx context.Context, number uint32, k int, accept func(number uint32) bool) ([]Hit, error) {
	v := x.Vector(number)
	if v == nil {
		return nil, nil
	}
	return x.Search(ctx, v, k, func(n uint32) bool { return n != number && (accept == nil || accept(n)) })
}

// Scores are what Search would say of these papers, in their order; those without a vector are left out.
func (x *Index) Scores(vector []float32, numbers []uint32) ([]Hit, error) {
	q, err := x.turn(vector)
	if err != nil {
		return nil, fmt.Errorf("score by meaning: %w", err)
	}
	x.read.RLock()
	defer x.read.RUnlock()
	if x.current == nil {
		return nil, errClosed
	}
	score := x.current.scorer(q)
	hits := make([]Hit, 0, len(numbers))
	for _, number := range numbers {
		if slot := x.slot(number); slot >= 0 {
			_, cosine := score(slot)
			hits = append(hits, Hit{number, cosine})
		}
	}
	return hits, nil
}

// Vector is a paper's, as far as 8 bits tell, of unit length; nil when it has none.
func (x *Index) Vector(number uint32) []float32 {
	x.read.RLock()
	defer x.read.RUnlock()
	slot := x.slot(number)
	if slot < 0 {
		return nil
	}
	v := make([]float32, x.rotation.width)
	_, scale, numbers := x.current.record(slot)
	expand(v, scale, numbers)
	v = x.rotation.restore(v)[:x.manifest.Dimensions]
	normalise(v)
	return v
}

// scorer gives a slot's paper and score for the vector q, which is rotated and of unit length.
func (s *snapshot) scorer(q []float32) func(slot int) (uint32, float32) {
	background := dot(q, s.centre)
	return func(slot int) (uint32, float32) {
		number, scale, numbers := s.record(slot)
		return number, (dotBytes(q, numbers)*scale - background) / (1 - background)
	}
}

// dotBytes is the inner product of a vector and one in 8 bits.
func dotBytes(a []float32, b []byte) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * float32(int8(b[0]))
		s1 += a[1] * float32(int8(b[1]))
		s2 += a[2] * float32(int8(b[2]))
		s3 += a[3] * float32(int8(b[3]))
		a, b = a[4:], b[4:]
	}
	return s0 + s1 + s2 + s3
}

func byScore(a, b Hit) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number))
}
