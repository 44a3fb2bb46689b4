package tagger

import (
	"cmp"
	"math"
	"slices"
)

// MaxTags is the most tags that a paper gets.
const MaxTags = 8

// enough tags leave no room for what the paper names in passing.
const enough = 4

type candidate struct {
	concept
	times      int32
	title      bool
	passing    bool // named once, and widely so: a topic only for want of others
	score      float64
	term, lift float64
}

// Tags names a paper's topics, best first.
func (m *Model) Tags(title, abstract string) []string {
	r := m.reader()
	defer m.readers.Put(r)
	r.paper(title, abstract)
	var names []string
	chosen := m.choose(m.candidates(r))
	if len(chosen) == 0 || m.papers < young && len(chosen) < few {
		chosen = append(chosen, m.rare(r, chosen)...)
	}
	for _, c := range chosen {
		if n := m.name(&c.concept); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// young is a catalogue of fewer papers.
const young = 200

// few is how many tags a paper gets that shares none with others.
const few = 2

// rare picks from a paper whose topics the catalogue does not know yet the
// phrases that its title holds and its abstract repeats.
func (m *Model) rare(r *reader, had []candidate) []candidate {
	var out []candidate
	for i := range r.grams {
		g := &r.grams[i]
		const must = gramTitle | gramWhole | gramLeft | gramRight
		if g.words < 2 || g.times < 2 || g.flags&must != must || g.flags&gramOf != 0 || !r.specific(g) {
			continue
		}
		e := m.phrases.get(g.hash)
		if e == nil || adjective(r.token(g, int(g.words)-1).one) || vague[r.token(g, int(g.words)-1).one] {
			continue
		}
		c := candidate{concept: concept{id: g.hash, short: r.words(g), brief: *e, all: *e}}
		c.score = float64(min(e.papers, 3)) + float64(g.times) + float64(g.words)
		out = append(out, c)
	}
	slices.SortFunc(out, byScore)
	var kept []candidate
next:
	for _, c := range out {
		for _, o := range slices.Concat(had, kept) {
			if contains(o.short, c.short) || contains(c.short, o.short) {
				continue next
			}
		}
		if len(had)+len(kept) == few {
			break
		}
		kept = append(kept, c)
	}
	return kept
}

func byScore(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
}

// least is how many papers must be about a phrase before it is a tag.
func (m *Model) least() uint32 {
	if m.papers < young {
		return 2
	}
	return 3 + uint32(math.Log2(float64(m.papers)/1000+1))
}

func (m *Model) candidates(r *reader) []candidate {
	var out []candidate
	least := m.least()
	for i := range r.grams {
		g := &r.grams[i]
		if g.flags&gramWhole == 0 || !r.specific(g) {
			continue
		}
		known, ok := m.concept(r, g, least)
		if !ok {
			continue
		}
		c := candidate{concept: known, times: g.times, title: g.flags&gramTitle != 0}
		if k := slices.IndexFunc(out, func(o candidate) bool { return o.id == c.id }); k >= 0 {
			out[k].times += c.times
			out[k].title = out[k].title || c.title
			continue
		}
		c.term = m.term(r, g, &c)
		if c.term <= 0 {
			continue
		}
		out = append(out, c)
	}
	for i := range out {
		c := &out[i]
		c.score = c.term * m.about(c)
	}
	return out
}

// compound tells whether a phrase is mostly written with hyphens throughout.
func compound(e *phrase, words int) bool {
	for i := range words - 1 {
		if 2*e.hyphens[i] <= e.papers {
			return false
		}
	}
	return words > 1
}

// specific tells whether a gram has a word that says something: by itself, or
// in company when it has company.
func (r *reader) specific(g *gram) bool {
	for k := range int(g.words) {
		if c := r.token(g, k).class; c == plain || c == bound && g.words > 1 {
			return true
		}
	}
	return false
}

// term is how much a phrase is a term of the catalogue's, whatever the paper; 0 or less is none.
func (m *Model) term(r *reader, g *gram, c *candidate) float64 {
	e := &c.all
	least := m.least()
	if e.papers < least || e.title == 0 || 3*e.strong < 2*least {
		return 0
	}
	single := len(c.short) == 1 && len(c.long) <= 1
	n := float64(e.papers)
	left, right, ext, head := float64(e.left)/n, float64(e.right)/n, float64(e.extended)/n, float64(e.head)/n
	if !single && adjective(c.short[len(c.short)-1]) {
		return 0
	}
	if left < 0.3 || right < 0.3 || ext > 0.6 && e.papers > 2 {
		return 0
	}
	base := float64(m.titled) / float64(m.grams)
	lift := (float64(e.title) + 3*base) / (n + 3) / base
	share := n / float64(m.papers)
	floor := 0.45
	switch {
	case right < 0.5 && compound(e, len(c.short)): // "long-horizon" is said of things
		floor = 2.5
	case right < 0.6 || vague[c.short[len(c.short)-1]]:
		floor = 1.2
	}
	if single {
		floor = 1.5
		if left < 0.45 || right < 0.5 || (head < 0.2 || adjective(c.short[0])) && c.long == nil || e.strong < 2*least || e.title < least {
			return 0
		}
		c.passing = !c.title && (c.times < 2 || share > 0.12 && c.times < 4)
		if c.passing && lift < 2 {
			return 0
		}
	} else {
		c.passing = share > 0.12 && !c.title && c.times < 2
	}
	t := math.Log2(lift / floor)
	if single {
		t *= 0.6
	}
	c.lift = lift
	return t * (1 - ext) * math.Sqrt(left*right)
}

// about is how much the paper is about it.
func (m *Model) about(c *candidate) float64 {
	w := math.Log2(1 + float64(min(c.times, 8)))
	if c.title {
		w += 2
	}
	idf := math.Log2(1 + float64(m.papers)/float64(c.all.papers))
	return w * math.Sqrt(idf)
}

func (m *Model) choose(cs []candidate) []candidate {
	cs = fold(cs)
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
			if contains(o.terms(), c.terms()) && (len(c.terms()) == 1 || c.times <= o.times || 4*o.all.papers >= c.all.papers) {
				continue next
			}
			if contains(c.terms(), o.terms()) && len(o.terms()) > 1 && c.score < o.score/2 {
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

// fold drops the longer names of topics that are there under a shorter one.
func fold(cs []candidate) []candidate {
	kept := cs[:0:0]
next:
	for i := range cs {
		for j := range cs {
			if o := &cs[j]; cs[i].longer(o) {
				o.score = max(o.score, cs[i].score)
				o.passing = o.passing && cs[i].passing
				continue next
			}
		}
		kept = append(kept, cs[i])
	}
	return kept
}

// longer tells whether c is only a longer name of o: "reasoning tasks" beside
// "reasoning", "machine learning models" beside "machine learning".
func (c *candidate) longer(o *candidate) bool {
	a, b := c.terms(), o.terms()
	n := len(b)
	if len(a) != n+1 || !contains(a[:n], b) {
		return false
	}
	return vague[a[n]] || a[n] == "model" && c.lift < 0.8*o.lift
}

func (c *candidate) terms() []string {
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

// vague heads make a longer name of the same topic, unless titles say it.
var vague = set("task framework benchmark method approach system performance quality setting dataset scenario application problem study analysis challenge behavior property environment pipeline process training")

var nouns = set(`retrieval signal survival removal crystal proposal journal portal fractal metal mineral animal hospital dispersal reversal renewal arrival approval denial appraisal arsenal
	perspective archive narrative derivative logic music arithmetic traffic fabric magic plastic ceramic epidemic pandemic rhetoric graphic heuristic variable observable
	library dictionary vocabulary boundary binary glossary salary vertebrate speed seed feed breed steed creed`)

// adjective tells by its ending a word that is no noun alone.
func adjective(w string) bool {
	return len(w) > 4 && hasAnySuffix(w, "al", "ive", "ic", "ous", "able", "ible", "ful", "less", "ed", "ary", "ier", "iest", "ent-of", "wise") && !nouns[w]
}
