package tagger

import (
	"cmp"
	"slices"
)

const (
	// MaxTags is the most tags that a paper gets.
	MaxTags = 8

	// enough tags leave no room for what the paper names in passing.
	enough = 4

	// few is how many tags a paper gets that shares none with others.
	few = 2

	// young is a catalogue of fewer papers.
	young = 200
)

// A candidate is a concept in one paper.
type candidate struct {
	concept
	times   int32 // that the paper names it
	title   bool  // it is in the title
	passing bool  // named in passing: a topic only for want of others
	lift    float64
	score   float64
}

// Tags names a paper's topics, best first, at most MaxTags. The names are the
// catalogue's, not the paper's: papers on one concept get one name, as long as
// the model does not change. The paper need not have been added.
func (m *Model) Tags(title, abstract string) []string {
	r := m.reader()
	defer m.readers.Put(r)
	r.paper(title, abstract)
	return m.tags(r)
}

// Read is what Count takes of a paper.
func (m *Model) Read(title, abstract string) Reading {
	r := m.reader()
	defer m.readers.Put(r)
	r.paper(title, abstract)
	return r.reading().clone()
}

// ReadTags is Tags and Read at once.
func (m *Model) ReadTags(title, abstract string) ([]string, Reading) {
	r := m.reader()
	defer m.readers.Put(r)
	r.paper(title, abstract)
	return m.tags(r), r.reading().clone()
}

func (m *Model) tags(r *reader) []string {
	chosen := choose(m.candidates(r))
	if len(chosen) == 0 || m.papers < young && len(chosen) < few {
		chosen = append(chosen, m.rare(r, chosen)...)
	}
	var names []string
	for i := range chosen {
		if n := m.name(&chosen[i].concept); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// candidates are the paper's concepts that are terms of the catalogue; good until the reader's next paper.
func (m *Model) candidates(r *reader) []candidate {
	all := r.candidates[:0]
	var c concept
	least := m.least()
	m.expandAll(r)
	r.places = m.phrases.findAll(r.places, len(r.grams), func(i int) uint64 { return r.grams[i].hash })
	r.met, r.twins = r.met[:0], r.twins[:0]
	for i := range r.grams {
		g := &r.grams[i]
		if g.flags&gramWhole == 0 || !r.specific(g) {
			continue
		}
		twin := m.twin(r, g, &c)
		e, id := &c.all, c.id
		if !twin {
			if r.places[i] < 0 {
				continue
			}
			if e = &m.phrases.list[r.places[i]]; e.papers < least || e.title == 0 {
				continue
			}
			id = g.hash
		}
		if k := r.meet(id, twin); k >= 0 {
			if at := r.met[k].at; at >= 0 {
				all[at].times += g.times
				all[at].title = all[at].title || g.flags&gramTitle != 0
			}
			continue
		}
		if e.hopeless(least) {
			continue
		}
		if !twin {
			c = concept{id: id, short: r.words(g), brief: *e, all: *e}
		}
		r.met[len(r.met)-1].at = int32(len(all))
		all = append(all, candidate{concept: c, times: g.times, title: g.flags&gramTitle != 0})
	}
	r.candidates = all
	terms := all[:0]
	for i := range all {
		c := all[i]
		term := m.term(&c)
		if term <= 0 {
			continue
		}
		c.score = term * m.about(&c)
		terms = append(terms, c)
	}
	return terms
}

// A meeting is a concept that a paper was seen to hold.
type meeting struct {
	id uint64
	at int32 // among its candidates; -1 when it is none
}

// meet is where a concept stands in met, or -1 when it was met just now. Grams are distinct, so that only a concept with a
// twin can be met again, or meet one that was.
func (r *reader) meet(id uint64, twin bool) int {
	if twin {
		for k := range r.met {
			if r.met[k].id == id {
				return k
			}
		}
		r.twins = append(r.twins, int32(len(r.met)))
	} else {
		for _, k := range r.twins {
			if r.met[k].id == id {
				return int(k)
			}
		}
	}
	r.met = append(r.met, meeting{id, -1})
	return -1
}

// choose picks a paper's tags, best first.
func choose(cs []candidate) []candidate {
	cs = dropLonger(cs)
	slices.SortFunc(cs, func(a, b candidate) int {
		if a.passing != b.passing {
			if a.passing {
				return 1
			}
			return -1
		}
		return byScore(a, b)
	})
	var out []candidate
next:
	for _, c := range cs {
		if len(out) == MaxTags || c.passing && len(out) >= enough {
			break
		}
		for _, o := range out {
			if c.within(&o) || o.nearly(&c) {
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

func byScore(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
}

// within tells whether a chosen o says all that c does: c is one of o's words,
// or stands in this paper nowhere but in o, or is in a quarter of its papers
// part of o.
func (c *candidate) within(o *candidate) bool {
	return contains(o.terms(), c.terms()) &&
		(len(c.terms()) == 1 || c.times <= o.times || 4*o.all.papers >= c.all.papers)
}

// nearly tells whether a chosen phrase makes a far weaker longer one needless.
func (c *candidate) nearly(longer *candidate) bool {
	return len(c.terms()) > 1 && contains(longer.terms(), c.terms()) && 2*longer.score < c.score
}

// dropLonger drops the longer names of topics that are there under a shorter one.
func dropLonger(cs []candidate) []candidate {
	kept := cs[:0:0]
next:
	for i := range cs {
		for j := range cs {
			if o := &cs[j]; cs[i].onlyLongerThan(o) {
				o.score = max(o.score, cs[i].score)
				o.passing = o.passing && cs[i].passing
				continue next
			}
		}
		kept = append(kept, cs[i])
	}
	return kept
}

// onlyLongerThan tells whether c is only a longer name of o: "reasoning tasks"
// beside "reasoning", "machine learning models" beside "machine learning".
func (c *candidate) onlyLongerThan(o *candidate) bool {
	a, b := c.terms(), o.terms()
	n := len(b)
	if len(a) != n+1 || !contains(a[:n], b) {
		return false
	}
	return vague[a[n]] || a[n] == "model" && c.lift < 0.8*o.lift
}

// terms are the words of a concept without acronyms.
func (c *concept) terms() []string {
	if c.long != nil {
		return c.long
	}
	return c.short
}

// contains tells whether the words of part stand together in all.
func contains(all, part []string) bool {
	for i := 0; i+len(part) <= len(all); i++ {
		if slices.EqualFunc(all[i:i+len(part)], part, func(a, b string) bool { return a == b || singular(a) == b }) {
			return true
		}
	}
	return false
}

// rare picks from a paper whose topics the catalogue does not know yet the
// phrases that its title holds and its abstract repeats, up to few tags with
// those that it had.
func (m *Model) rare(r *reader, had []candidate) []candidate {
	var all []candidate
	for i := range r.grams {
		g := &r.grams[i]
		const must = gramTitle | gramWhole | gramLeft | gramRight
		if g.words < 2 || g.times < 2 || g.flags&must != must || g.flags&gramOf != 0 || !r.specific(g) {
			continue
		}
		e, last := m.phrases.get(g.hash), r.token(g, int(g.words)-1).one
		if e == nil || e.fragment() || adjective(last) || vague[last] {
			continue
		}
		c := candidate{concept: concept{id: g.hash, short: r.words(g), brief: *e, all: *e}}
		c.score = float64(min(e.papers, 3)) + float64(g.times) + float64(g.words)
		all = append(all, c)
	}
	slices.SortFunc(all, byScore)
	var kept []candidate
next:
	for _, c := range all {
		if len(had)+len(kept) == few {
			break
		}
		for _, o := range slices.Concat(had, kept) {
			if contains(o.short, c.short) || contains(c.short, o.short) {
				continue next
			}
		}
		kept = append(kept, c)
	}
	return kept
}
