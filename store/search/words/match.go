package words

import "sync"

// window is the number of places that are looked at together.
const window = 2048

// matches are documents of a window, ascending, with what they have scored so far.
type matches struct {
	n      int
	docs   [window]uint32
	scores [window]uint32
}

func (m *matches) add(doc, score uint32) {
	m.docs[m.n], m.scores[m.n] = doc, score
	m.n++
}

var matchesPool = sync.Pool{New: func() any { return new(matches) }}

func newMatches() *matches {
	m := matchesPool.Get().(*matches)
	m.n = 0
	return m
}

// none is the place that no document has.
const none = ^uint32(0)

// matcher finds what a query matches in one segment, one window after another. A window is begun by enter, and then
// either produce is called, once, or filter, any number of times with ascending documents.
//
// Scores that can't matter need not be right: where need is given, a matcher may leave out documents that end up with less.
type matcher interface {
	// next is a place, doc or greater, before which nothing matches from doc on; none when nothing does at all.
	next(doc uint32) uint32
	// enter begins the window from lo to before hi and returns the most that a document of it may score.
	enter(lo, hi uint32) uint32
	// produce adds the matching documents of the window to out, which is empty.
	produce(out *matches, need uint32)
	// filter keeps what matches of documents in the window and adds its scores to theirs.
	filter(m *matches, need uint32)
	// most is how many documents may match at most.
	most() int
	// work is about how many postings have to be read to find all of them.
	work() int
}

// less is a minus b, or 0.
func less(a, b uint32) uint32 {
	if a < b {
		return 0
	}
	return a - b
}

// span matches the documents from one place to before another. It scores nothing.
type span struct{ from, to, lo, hi uint32 }

func (s *span) next(doc uint32) uint32 {
	switch {
	case doc < s.from:
		return s.from
	case doc < s.to:
		return doc
	}
	return none
}

func (s *span) enter(lo, hi uint32) uint32 {
	s.lo, s.hi = max(lo, s.from), min(hi, s.to)
	return 0
}

func (s *span) produce(out *matches, _ uint32) {
	for doc := s.lo; doc < s.hi; doc++ {
		out.add(doc, 0)
	}
}

func (s *span) filter(m *matches, _ uint32) {
	n := 0
	for i, doc := range m.docs[:m.n] {
		if s.lo <= doc && doc < s.hi {
			m.docs[n], m.scores[n] = doc, m.scores[i]
			n++
		}
	}
	m.n = n
}

func (s *span) most() int { return int(s.to - s.from) }
func (s *span) work() int { return s.most() }

// votesBetween matches by the votes column. It scores nothing.
type votesBetween struct {
	span     // all documents
	segment  *segment
	votes    votes
	min, max int32
}

func (v *votesBetween) produce(out *matches, need uint32) {
	v.span.produce(out, need)
	v.filter(out, need)
}

func (v *votesBetween) filter(m *matches, _ uint32) {
	n := 0
	for i, doc := range m.docs[:m.n] {
		if votes := v.votes.of(v.segment.number(int(doc))); v.min <= votes && votes <= v.max {
			m.docs[n], m.scores[n] = doc, m.scores[i]
			n++
		}
	}
	m.n = n
}

// not matches what its matcher does not. It scores nothing.
type not struct {
	span    // all documents
	matcher matcher
}

func (x *not) enter(lo, hi uint32) uint32 {
	x.matcher.enter(lo, hi)
	return x.span.enter(lo, hi)
}

func (x *not) produce(out *matches, need uint32) {
	x.span.produce(out, need)
	x.filter(out, need)
}

func (x *not) filter(m *matches, _ uint32) {
	unwanted := newMatches()
	defer matchesPool.Put(unwanted)
	unwanted.n = copy(unwanted.docs[:], m.docs[:m.n])
	x.matcher.filter(unwanted, 0)
	n, u := 0, 0
	for i, doc := range m.docs[:m.n] {
		if u < unwanted.n && unwanted.docs[u] == doc {
			u++
			continue
		}
		m.docs[n], m.scores[n] = doc, m.scores[i]
		n++
	}
	m.n = n
}

func (x *not) work() int { return x.span.most() + x.matcher.work() }

// all matches what every one of its matchers matches; there are two or more, those with the fewest documents first.
type all struct {
	matchers []matcher
	spans    []*span
	bounds   []uint32 // the most that a matcher's successors may score in the window
}

func (a *all) next(doc uint32) uint32 {
	for {
		at := doc
		for _, s := range a.spans {
			at = s.next(at)
			if at == none {
				return none
			}
		}
		if at = a.matchers[0].next(at); at == doc || at == none {
			return at
		}
		doc = at
	}
}

func (a *all) enter(lo, hi uint32) uint32 {
	var sum uint32
	for i := len(a.matchers) - 1; i >= 0; i-- {
		a.bounds[i] = sum
		sum += a.matchers[i].enter(lo, hi)
	}
	return sum
}

func (a *all) produce(out *matches, need uint32) {
	a.matchers[0].produce(out, less(need, a.bounds[0]))
	for i, m := range a.matchers[1:] {
		if out.n == 0 {
			return
		}
		m.filter(out, less(need, a.bounds[i+1]))
	}
}

func (a *all) filter(m *matches, need uint32) {
	for i, x := range a.matchers {
		if m.n == 0 {
			return
		}
		x.filter(m, less(need, a.bounds[i]))
	}
}

func (a *all) most() int { return a.matchers[0].most() }

func (a *all) work() int {
	n := a.matchers[0].work()
	for _, m := range a.matchers[1:] {
		n += min(m.work(), a.most()*blockSize/4)
	}
	return n
}
