package words

import (
	"cmp"
	"slices"
)

// phrase matches documents in which terms stand one after another, or in which one stands in some of the fields.
type phrase struct {
	matcher        // of the documents that hold all the terms
	parts   []part // those with the fewest documents first
	length  int    // positions that it spans
	in      Fields
}

// part is a term of a phrase, at one of its places or several.
type part struct {
	offset int // of its place in the phrase
	*placer
}

// placer reads a term's positions.
type placer struct {
	cursor
	block, i int
	filled   int // the block that starts are of; -1 before the first
	starts   [blockSize + 1]uint32
	pos      positionList
}

// of is the term's positions in a document that has it; the documents are asked for in ascending order.
func (p *placer) of(doc uint32) positionList {
	if b := p.find(p.block, doc); b != p.block || p.filled < 0 {
		if b == p.blocks {
			panic(damaged("a document is not where it was"))
		}
		p.block, p.i = b, 0
		p.load(b)
		p.pos, p.filled = p.cursor.starts(&p.starts), b
	}
	p.i = p.seek(p.i, doc)
	return p.pos[2*p.starts[p.i] : 2*p.starts[p.i+1]]
}

func newPhrase(of matcher, parts []part, length int, in Fields) *phrase {
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.df, b.df) })
	return &phrase{matcher: of, parts: parts, length: length, in: in}
}

func (p *phrase) produce(out *matches, need uint32) {
	p.matcher.produce(out, need)
	p.keep(out, need)
}

func (p *phrase) filter(m *matches, need uint32) {
	p.matcher.filter(m, need)
	p.keep(m, need)
}

// keep drops the documents in which the terms don't stand as they should.
func (p *phrase) keep(m *matches, need uint32) {
	n := 0
	for i, doc := range m.docs[:m.n] {
		if m.scores[i] >= need && p.stands(doc) {
			m.docs[n], m.scores[n] = doc, m.scores[i]
			n++
		}
	}
	m.n = n
}

func (p *phrase) stands(doc uint32) bool {
	first := p.parts[0].of(doc)
	if p.length == 1 {
		return first.within(p.in)
	}
	for i := range first.len() {
		begin := first.at(i) - p.parts[0].offset
		f := fieldOf(max(begin, 0))
		if begin < fieldAt[f] || begin+p.length > fieldAt[f+1] || p.in&(1<<f) == 0 {
			continue
		}
		whole := true
		for _, other := range p.parts[1:] {
			if !other.of(doc).has(begin + other.offset) {
				whole = false
				break
			}
		}
		if whole {
			return true
		}
	}
	return false
}

func (p *phrase) work() int { return p.matcher.work() + 8*p.matcher.most() }
