package tagger

import (
	"sync"
)

// A Model is what a catalogue's texts say about its phrases. The zero Model is
// not usable; make one with New. Add must not run beside any other call;
// Tags may run beside Tags.
type Model struct {
	papers   int
	phrases  phrases
	acronyms acronyms
	spelling spelling

	grams, titled uint64 // sums over the papers of their phrases, and of those in their titles

	readers sync.Pool
}

// New is a model that has seen nothing.
func New() *Model {
	return &Model{phrases: newPhrases(), acronyms: newAcronyms(), spelling: newSpelling()}
}

// Papers is how many papers were added.
func (m *Model) Papers() int { return m.papers }

func (m *Model) reader() *reader {
	if r, ok := m.readers.Get().(*reader); ok {
		return r
	}
	return new(reader)
}

// Add counts one new paper in. A revised paper needs no second count: a model
// of many papers does not notice, and a count that comes back is a lie.
//
// Memory is bounded. Beyond maxPhrases the phrases of the fewest papers are
// forgotten, half of all at a time (lossy counting without its error
// bookkeeping: a forgotten phrase starts again from nothing, so counts are
// too low by at most what one period between two prunings let slip). Once
// half full, a phrase of three or more words is taken in only when both of
// its shorter parts were seen before (the a-priori rule), which spares the
// table most of the accidents.
func (m *Model) Add(title, abstract string) {
	r := m.reader()
	defer m.readers.Put(r)
	r.paper(title, abstract)
	m.papers++

	r.places = resize(r.places, len(r.grams))
	places := r.places
	crowded := len(m.phrases.list) > maxPhrases/2
	for words := int32(1); words <= maxWords; words++ {
		for i := range r.grams {
			g := &r.grams[i]
			if g.words != words {
				continue
			}
			at := m.phrases.find(g.hash)
			if at < 0 {
				if crowded && words > 2 && !m.seen(r, g, places) {
					places[i] = -1
					continue
				}
				at = m.phrases.insert(g.hash)
			}
			places[i] = int32(at)
			m.count(r, g, at)
			for _, sub := range [...]int32{g.prefix, g.suffix} {
				if sub >= 0 && places[sub] >= 0 {
					e := &m.phrases.list[places[sub]]
					e.extended = min(max(e.extended, m.phrases.list[at].papers), e.papers)
				}
			}
		}
	}
	for i, p := range r.pairs {
		if !twice(r.pairs[:i], p) {
			m.acronyms.add(p)
		}
	}
	m.spelling.read(r)
	if len(m.phrases.list) > maxPhrases {
		m.phrases.prune()
	}
}

func (m *Model) seen(r *reader, g *gram, places []int32) bool {
	for _, sub := range [...]int32{g.prefix, g.suffix} {
		if sub >= 0 && (places[sub] < 0 || m.phrases.list[places[sub]].papers < 2) {
			return false
		}
	}
	return true
}

func (m *Model) count(r *reader, g *gram, at int) {
	e := &m.phrases.list[at]
	e.papers++
	m.grams++
	if g.flags&gramTitle != 0 {
		e.title++
		m.titled++
	}
	if g.flags&gramTitle != 0 || g.times > 1 {
		e.strong++
	}
	if g.flags&gramLeft != 0 {
		e.left++
	}
	if g.flags&gramRight != 0 {
		e.right++
	}
	if g.flags&gramHead != 0 {
		e.head++
	}
	if g.flags&gramPlural != 0 {
		e.plural++
	}
	if g.flags&gramPlain != 0 {
		e.plain++
		if g.flags&gramCased != 0 {
			e.cased++
		}
	}
	for k := int32(1); k < g.words; k++ {
		if r.tokens[g.at+k].is(hyphened) {
			e.hyphens[k-1]++
		}
	}
}

func twice(pairs []pair, p pair) bool {
	for _, q := range pairs {
		if q == p {
			return true
		}
	}
	return false
}
