package words

import (
	"cmp"
	"slices"
)

// maxExpansion is the number of terms that a Prefix stands for at most.
const maxExpansion = 256

// plan is what a query needs to know of a snapshot's terms, looked up once.
type plan struct {
	snap     *snapshot
	scored   bool
	words    map[string]*word
	prefixes map[string][]*word
}

// word is a term or a key as the segments have it.
type word struct {
	entries []entry // per view; df is 0 where it isn't
	df      int
	weight  uint32
}

func newPlan(snap *snapshot, scored bool) *plan {
	return &plan{snap: snap, scored: scored, words: map[string]*word{}, prefixes: map[string][]*word{}}
}

// word looks up a term or a key, given with its mark.
func (p *plan) word(text string) *word {
	w := p.words[text]
	if w != nil {
		return w
	}
	w = &word{entries: make([]entry, len(p.snap.views))}
	for i, v := range p.snap.views {
		if e, ok := v.dict.find([]byte(text)); ok {
			w.entries[i] = e
			w.df += e.df
		}
	}
	if p.scored && text[0] == termMark[0] {
		w.weight = weight(p.snap.docs, w.df)
	}
	p.words[text] = w
	return w
}

// prefix looks up the terms that begin so, the most frequent ones, which get the weight of the most frequent one.
func (p *plan) prefix(text string) []*word {
	if words, ok := p.prefixes[text]; ok {
		return words
	}
	var words []*word
	eachTerm(p.snap, text, func(term []byte, df int, entries []entry) {
		if len(words) == maxExpansion && df <= words[maxExpansion-1].df {
			return
		}
		words = keepBest(words, &word{entries: slices.Clone(entries), df: df}, maxExpansion, func(a, b *word) int {
			return cmp.Or(cmp.Compare(b.df, a.df), -1) // the terms come in order
		})
	})
	for _, w := range words {
		if p.scored {
			w.weight = weight(p.snap.docs, words[0].df)
		}
	}
	p.prefixes[text] = words
	return words
}

// compiler makes the matcher of a query in one segment. A nil matcher matches nothing.
type compiler struct {
	*plan
	view  int
	docs  uint32
	store *segment
}

func (p *plan) compile(n Node, view int) matcher {
	s := p.snap.views[view].segment
	return (&compiler{p, view, uint32(s.docs), s}).matcher(n)
}

func (c *compiler) everything() *span { return &span{to: c.docs} }

func (c *compiler) matcher(n Node) matcher {
	switch n := n.(type) {
	case nil:
		return c.everything()
	case Term:
		return c.term(c.word(termMark+n.Text), n.In)
	case Key:
		return c.term(c.word(keyMark+n.Text), 0)
	case Phrase:
		return c.phrase(n)
	case Prefix:
		words := c.prefix(n.Text)
		some := &some{span: *c.everything(), least: 1, greatest: true}
		for _, w := range words {
			some.add(c.term(w, n.In))
		}
		return some.simplest()
	case Range:
		return c.between(n)
	case Not:
		m := c.matcher(n.Node)
		if m == nil {
			return c.everything()
		}
		return &not{span: *c.everything(), matcher: m}
	case All:
		return c.all(n)
	case Any:
		return c.some(1, n)
	case AtLeast:
		return c.some(n.N, n.Nodes)
	}
	panic("words: unknown node")
}

func (c *compiler) cursor(w *word, cur *cursor) bool {
	e := w.entries[c.view]
	if e.df == 0 {
		return false
	}
	c.store.open(cur, e)
	return true
}

func (c *compiler) term(w *word, in Fields) matcher {
	t := &term{weight: w.weight}
	if !c.cursor(w, &t.cursor) {
		return nil
	}
	if in &= allFields; in == 0 || in == allFields {
		return t
	}
	p := &placer{filled: -1}
	c.cursor(w, &p.cursor)
	return newPhrase(t, []part{{0, p}}, 1, in)
}

func (c *compiler) phrase(n Phrase) matcher {
	terms := n.Terms
	for len(terms) > 0 && terms[0] == "" {
		terms = terms[1:]
	}
	for len(terms) > 0 && terms[len(terms)-1] == "" {
		terms = terms[:len(terms)-1]
	}
	in := n.In & allFields
	if in == 0 {
		in = allFields
	}
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return c.term(c.word(termMark+terms[0]), in)
	}
	var parts []part
	var each []matcher
	placers := map[string]*placer{}
	for at, text := range terms {
		if text == "" {
			continue
		}
		p := placers[text]
		if p == nil {
			w := c.word(termMark + text)
			p = &placer{filled: -1}
			t := &term{weight: w.weight}
			if !c.cursor(w, &p.cursor) || !c.cursor(w, &t.cursor) {
				return nil
			}
			placers[text], each = p, append(each, t)
		}
		parts = append(parts, part{at, p})
	}
	return newPhrase(newAll(each), parts, len(terms), in)
}

func (c *compiler) between(n Range) matcher {
	if n.Min > n.Max {
		return nil
	}
	if n.Column == Votes {
		return &votesBetween{span: *c.everything(), segment: c.store, votes: c.snap.votes, min: n.Min, max: n.Max}
	}
	from, to := c.store.span(n.Min, n.Max)
	if from == to {
		return nil
	}
	return &span{from: uint32(from), to: uint32(to)}
}

func (c *compiler) all(nodes []Node) matcher {
	var each []matcher
	for _, n := range nodes {
		m := c.matcher(n)
		if m == nil {
			return nil
		}
		each = append(each, m)
	}
	if len(each) == 0 {
		return c.everything()
	}
	return newAll(each)
}

func newAll(each []matcher) matcher {
	if len(each) == 1 {
		return each[0]
	}
	a := &all{matchers: each, bounds: make([]uint32, len(each))}
	slices.SortStableFunc(a.matchers, func(a, b matcher) int { return cmp.Compare(a.most(), b.most()) })
	for _, m := range each {
		if s, ok := m.(*span); ok {
			a.spans = append(a.spans, s)
		}
	}
	return a
}

func (c *compiler) some(least int, nodes []Node) matcher {
	s := &some{span: *c.everything(), least: least}
	for _, n := range nodes {
		s.add(c.matcher(n))
	}
	return s.simplest()
}

func (s *some) add(m matcher) {
	if m != nil {
		s.matchers = append(s.matchers, m)
	}
}

// simplest is the matcher, or one that does the same with less ado.
func (s *some) simplest() matcher {
	switch {
	case len(s.matchers) < s.least:
		return nil
	case s.least == 1 && len(s.matchers) == 1:
		return s.matchers[0]
	case len(s.matchers) == 0:
		return &s.span
	}
	return s
}
