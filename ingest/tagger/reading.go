package tagger

import "slices"

// A Reading is what a model counts of one paper.
type Reading struct {
	grams []counted
	pairs []pair
	forms []spelt
}

// counted is a gram without its place in the text.
type counted struct {
	hash           uint64
	prefix, suffix int16 // as a gram's
	flags          gramFlags
	words          uint8
}

// A spelt is how a paper writes a folded word, where that is not plain lower case.
type spelt struct{ word, text string }

// reading is good until the reader reads another paper.
func (r *reader) reading() Reading {
	r.counted, r.forms = r.counted[:0], r.forms[:0]
	for i := range r.grams {
		g := &r.grams[i]
		c := counted{g.hash, int16(g.prefix), int16(g.suffix), g.flags, uint8(g.words)}
		if g.times > 1 {
			c.flags |= gramTwice
		}
		for k := int32(1); k < g.words; k++ {
			if r.tokens[g.at+k].is(hyphened) {
				c.flags |= gramHyphen << (k - 1)
			}
		}
		r.counted = append(r.counted, c)
	}
	r.spell()
	var pairs []pair
	for _, p := range r.pairs {
		if !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	return Reading{r.counted, pairs, r.forms}
}

// clone is good for ever.
func (r Reading) clone() Reading {
	return Reading{slices.Clone(r.grams), r.pairs, slices.Clone(r.forms)}
}

// spell notes a paper's forms, one of each word.
func (r *reader) spell() {
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.class >= cut && !t.is(hyphened) || !speaks(t, r.upper) {
			continue
		}
		if text := formOf(t); text != t.one && !r.before(i) {
			r.forms = append(r.forms, spelt{t.one, text})
		}
	}
	for i := range r.asides {
		t := &r.asides[i]
		r.forms = append(r.forms, spelt{t.one, formOf(t)})
	}
}
