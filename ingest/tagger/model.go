package tagger

import (
	"sync"
)

// A Model is what a catalogue's texts say about its phrases. The zero Model is
// not usable; make one with New. Add and Count must not run beside any other call;
// Read, Tags and ReadTags may run beside each other.
type Model struct {
	papers   int
	phrases  phrases
	acronyms acronyms
	spelling spelling

	grams, titled uint64 // sums over the papers of their phrases, and of those in their titles

	places  []int32 // of a paper's grams among the phrases, or -1
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
func (m *Model) Add(title, abstract string) {
	r := m.reader()
	defer m.readers.Put(r)
	r.paper(title, abstract)
	m.Count(r.reading())
}

// Count is Add of a paper that Read or ReadTags read before.
//
// Memory is bounded. Beyond maxPhrases the phrases of the fewest papers are
// forgotten, half of all at a time (lossy counting without its error
// bookkeeping: a forgotten phrase starts again from nothing, so counts are
// too low by at most what one period between two prunings let slip). Once
// half full, a phrase of three or more words is taken in only when both of
// its shorter parts were seen before (the a-priori rule), which spares the
// table most of the accidents.
func (m *Model) Count(paper Reading) {
	m.papers++
	grams := paper.grams
	m.places = m.phrases.findAll(m.places, len(grams), func(i int) uint64 { return grams[i].hash })
	places := m.places
	crowded := len(m.phrases.list) > maxPhrases/2
	for words := uint8(1); words <= maxWords; words++ {
		for i := range grams {
			g := &grams[i]
			if g.words != words {
				continue
			}
			at := int(places[i])
			if at < 0 {
				if crowded && words > 2 && !m.seen(g, places) {
					continue
				}
				at = m.phrases.insert(g.hash)
			}
			places[i] = int32(at)
			m.count(g, at)
			for _, sub := range [...]int16{g.prefix, g.suffix} {
				if sub >= 0 && places[sub] >= 0 {
					e := &m.phrases.list[places[sub]]
					e.extended = min(max(e.extended, m.phrases.list[at].papers), e.papers)
				}
			}
		}
	}
	for _, p := range paper.pairs {
		m.acronyms.add(p)
	}
	for _, f := range paper.forms {
		m.spelling.add(f.word, f.text)
	}
	if len(m.phrases.list) > maxPhrases {
		m.phrases.prune()
	}
}

func (m *Model) seen(g *counted, places []int32) bool {
	for _, sub := range [...]int16{g.prefix, g.suffix} {
		if sub >= 0 && (places[sub] < 0 || m.phrases.list[places[sub]].papers < 2) {
			return false
		}
	}
	return true
}

func (m *Model) count(g *counted, at int) {
	e := &m.phrases.list[at]
	e.papers++
	m.grams++
	if g.flags&gramTitle != 0 {
		e.title++
		m.titled++
	}
	if g.flags&(gramTitle|gramTwice) != 0 {
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
	for k := range e.hyphens {
		if g.flags&(gramHyphen<<k) != 0 {
			e.hyphens[k]++
		}
	}
}
