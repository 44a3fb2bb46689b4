package words

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"
)

// some matches what a number of its matchers match, and adds up their scores, or takes the greatest.
//
// Producing prunes as block-max MaxScore does: the matchers that could not reach the score that is needed even together
// don't bring documents up; they are only asked about those that the others bring up, the strongest first, as long as a
// document can still get there. See the package's doc.
type some struct {
	span     // all documents
	matchers []matcher
	least    int  // how many must match
	greatest bool // the score is the greatest one, not the sum
	bounds   []bound
}

// bound is the most that a matcher may score in the window.
type bound struct {
	matcher matcher
	most    uint32
}

func (s *some) next(doc uint32) uint32 {
	if s.least <= 0 {
		return s.span.next(doc)
	}
	first := none
	for _, m := range s.matchers {
		if first = min(first, m.next(doc)); first == doc {
			break
		}
	}
	return first
}

func (s *some) enter(lo, hi uint32) uint32 {
	s.span.enter(lo, hi)
	s.bounds = s.bounds[:0]
	var sum uint32
	for _, m := range s.matchers {
		b := m.enter(lo, hi)
		s.bounds = append(s.bounds, bound{m, b})
		if s.greatest {
			sum = max(sum, b)
		} else {
			sum += b
		}
	}
	return sum
}

func (s *some) most() int {
	if s.least <= 0 {
		return s.span.most()
	}
	n := 0
	for _, m := range s.matchers {
		n += m.most()
	}
	return min(n/s.least, s.span.most())
}

func (s *some) work() int {
	n := 0
	for _, m := range s.matchers {
		n += m.work()
	}
	if s.least <= 0 {
		n += s.span.most()
	}
	return n
}

// tally is documents of a window with what some of the matchers have scored for them.
type tally struct {
	matches
	hits [window]uint16

	// By place less the window's first, while matchers bring documents up.
	seen  [window / 64]uint64
	sums  [window]uint32
	times [window]uint16
}

var tallyPool = sync.Pool{New: func() any { return new(tally) }}

func (s *some) produce(out *matches, need uint32) {
	t := tallyPool.Get().(*tally)
	asked, most := s.split(need)
	switch {
	case s.least <= 0: // every document comes up
		t.n = 0
		for doc := s.lo; doc < s.hi; doc++ {
			t.docs[t.n], t.scores[t.n], t.hits[t.n] = doc, 0, 0
			t.n++
		}
	default:
		s.bringUp(t, s.bounds[asked:], need)
	}
	for i := asked - 1; i >= 0 && t.n > 0; i-- {
		t.drop(less(need, most), s.least-i-1)
		most -= s.bounds[i].most
		t.ask(s.bounds[i].matcher, s.greatest, less(need, most))
	}
	t.drop(need, s.least)
	copy(out.docs[:], t.docs[:t.n])
	copy(out.scores[:], t.scores[:t.n])
	out.n = t.n
	tallyPool.Put(t) // not deferred: one that a panic left in disorder mustn't come back
}

// split sorts the matchers so that the first ones need only be asked; it returns their number and what they score at most
// together.
func (s *some) split(need uint32) (asked int, most uint32) {
	if s.least <= 0 {
		for _, b := range s.bounds {
			most += b.most
		}
		return len(s.bounds), most
	}
	if s.greatest {
		return 0, 0
	}
	slices.SortFunc(s.bounds, func(a, b bound) int { return cmp.Compare(a.most, b.most) })
	for asked < len(s.bounds)-1 && most+s.bounds[asked].most < need {
		most += s.bounds[asked].most
		asked++
	}
	// A document has to be brought up by all but least - 1 of them: the ones with the most documents need not do so.
	if asked < s.least-1 {
		slices.SortFunc(s.bounds, func(a, b bound) int { return cmp.Compare(b.matcher.most(), a.matcher.most()) })
		asked, most = s.least-1, 0
		for _, b := range s.bounds[:asked] {
			most += b.most
		}
	}
	return asked, most
}

// bringUp makes the tally of the documents that any of some matchers matches.
func (s *some) bringUp(t *tally, by []bound, need uint32) {
	var total uint32
	if !s.greatest {
		for _, b := range s.bounds {
			total += b.most
		}
	}
	m := newMatches()
	defer matchesPool.Put(m)
	for _, b := range by {
		m.n = 0
		if s.greatest {
			b.matcher.produce(m, need)
		} else {
			b.matcher.produce(m, less(need, total-b.most)) // even with all that the others may add
		}
		for i, doc := range m.docs[:m.n] {
			at := doc - s.lo
			t.seen[at/64] |= 1 << (at % 64)
			if s.greatest {
				t.sums[at] = max(t.sums[at], m.scores[i])
			} else {
				t.sums[at] += m.scores[i]
			}
			t.times[at]++
		}
	}
	t.n = 0
	for i := range t.seen[:(s.hi-s.lo+63)/64] {
		for set := t.seen[i]; set != 0; set &= set - 1 {
			at := uint32(i*64 + bits.TrailingZeros64(set))
			t.docs[t.n], t.scores[t.n], t.hits[t.n] = s.lo+at, t.sums[at], t.times[at]
			t.sums[at], t.times[at] = 0, 0
			t.n++
		}
		t.seen[i] = 0
	}
}

// drop keeps what has a score and a number of hits.
func (t *tally) drop(need uint32, hits int) {
	if need == 0 && hits <= 0 {
		return
	}
	n := 0
	for i, doc := range t.docs[:t.n] {
		if t.scores[i] >= need && int(t.hits[i]) >= hits {
			t.docs[n], t.scores[n], t.hits[n] = doc, t.scores[i], t.hits[i]
			n++
		}
	}
	t.n = n
}

// ask counts a matcher's hits among the documents. It may pass over those that end up with less than need by it.
func (t *tally) ask(by matcher, greatest bool, need uint32) {
	count := func(at int, score uint32) {
		if greatest {
			t.scores[at] = max(t.scores[at], score)
		} else {
			t.scores[at] += score
		}
		t.hits[at]++
	}
	if x, ok := by.(*term); ok {
		x.join(t.docs[:t.n], t.scores[:t.n], need, count)
		return
	}
	m := newMatches()
	defer matchesPool.Put(m)
	m.n = copy(m.docs[:], t.docs[:t.n])
	clear(m.scores[:m.n])
	by.filter(m, 0)
	at := 0
	for i, doc := range m.docs[:m.n] {
		for t.docs[at] < doc {
			at++
		}
		count(at, m.scores[i])
	}
}

func (s *some) filter(m *matches, need uint32) {
	t := tallyPool.Get().(*tally)
	defer tallyPool.Put(t)
	t.n = copy(t.docs[:], m.docs[:m.n])
	clear(t.scores[:t.n])
	clear(t.hits[:t.n])
	for _, b := range s.bounds {
		t.ask(b.matcher, s.greatest, 0)
	}
	n := 0
	for i, doc := range m.docs[:m.n] {
		if score := m.scores[i] + t.scores[i]; int(t.hits[i]) >= s.least && score >= need {
			m.docs[n], m.scores[n] = doc, score
			n++
		}
	}
	m.n = n
}
