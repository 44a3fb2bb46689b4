package tagger

import (
	"slices"
	"strings"
)

// A concept is what one tag stands for: a phrase, together with the same
// phrase in which an acronym stands for its long form. Papers write either;
// their counts are added.
type concept struct {
	id    uint64 // hash of the phrase with all acronyms spelled out
	short []string
	long  []string // nil when no acronym is in it
	brief phrase   // counts of short
	full  phrase   // counts of long
	all   phrase   // of both
	whole bool     // the acronym is all of short
}

// twin makes c the concept of a gram that holds an acronym or its long form, and says whether it does.
func (m *Model) twin(r *reader, g *gram, c *concept) bool {
	if at, l, ok := m.shortIn(r, g); ok {
		words := r.words(g)
		*c = concept{short: words, long: slices.Concat(words[:at], strings.Fields(l.words), words[at+1:])}
		c.join(m, l, len(words) == 1)
		return true
	}
	if i, n, s, l, ok := m.longIn(r, g); ok {
		words := r.words(g)
		*c = concept{long: words, short: slices.Concat(words[:i], []string{s}, words[i+n:])}
		c.join(m, l, n == len(words))
		return true
	}
	return false
}

// shortIn finds an acronym among a gram's words.
func (m *Model) shortIn(r *reader, g *gram) (at int, l long, ok bool) {
	if g.at < 0 {
		l, ok = m.expand(r, r.token(g, 0).one)
		return 0, l, ok
	}
	for i := range int(g.words) {
		x := &r.expanded[int(g.at)+i]
		if t := r.token(g, i); x.words != "" && (t.one == t.word || i == int(g.words)-1) {
			return i, *x, true
		}
	}
	return 0, l, false
}

// expandAll finds the acronyms among a paper's words, once for all its grams.
func (m *Model) expandAll(r *reader) {
	r.expanded = resize(r.expanded, len(r.tokens))
	for i := range r.tokens {
		r.expanded[i] = long{}
		if t := &r.tokens[i]; t.class < cut && len(t.one) <= maxAcronym && m.acronyms.shorts.has(t.last) {
			r.expanded[i], _ = m.expand(r, t.one)
		}
	}
}

// longIn finds the longest long form of an acronym among a gram's words.
func (m *Model) longIn(r *reader, g *gram) (at, n int, short string, l long, ok bool) {
	for n = int(g.words); n > 1; n-- {
		for at = 0; at+n <= int(g.words); at++ {
			var h uint64
			for k := at; k < at+n-1; k++ {
				h = mix(h, r.token(g, k).inner)
			}
			h = mix(h, r.token(g, at+n-1).last)
			if !m.acronyms.longs.has(h) {
				continue
			}
			if short, ok = m.acronyms.long[h]; !ok {
				continue
			}
			if l, ok = m.expand(r, short); ok && hashPhrase(l.words) == h {
				return at, n, short, l, true
			}
		}
	}
	return 0, 0, "", l, false
}

// token is a gram's i-th.
func (r *reader) token(g *gram, i int) *token {
	if g.at < 0 {
		return &r.asides[-1-g.at]
	}
	return &r.tokens[int(g.at)+i]
}

// join adds up the counts of both spellings. Papers that introduce the
// acronym hold both.
func (c *concept) join(m *Model, l long, whole bool) {
	c.whole = whole
	c.id = hashPhrase(strings.Join(c.long, " "))
	if e := m.phrases.get(c.id); e != nil {
		c.full = *e
	}
	if e := m.phrases.get(hashPhrase(strings.Join(c.short, " "))); e != nil {
		c.brief = *e
	}
	both := uint32(0)
	if whole {
		both = l.n
	}
	a, b := &c.brief, &c.full
	c.all = phrase{
		papers:   max(a.papers+b.papers-min(both, a.papers, b.papers), a.papers, b.papers),
		extended: max(a.extended, b.extended),
		title:    a.title + b.title,
	}
	// What a paper that holds both counts twice cannot be told, so shares are kept.
	share := func(x, y uint32) uint32 {
		if a.papers+b.papers == 0 {
			return 0
		}
		return uint32(uint64(x+y) * uint64(c.all.papers) / uint64(a.papers+b.papers))
	}
	c.all.left, c.all.right = share(a.left, b.left), share(a.right, b.right)
	c.all.head = share(a.head, b.head)
	c.all.strong = max(share(a.strong, b.strong), min(both, c.all.papers))
}

// expand is the catalogue's long form of a word, unless the paper itself
// introduces it as something else, or most papers write the word without
// capitals: then it is a word (node) that somebody made an acronym of as well.
func (m *Model) expand(r *reader, word string) (long, bool) {
	l, ok := m.acronyms.expand(word)
	if !ok || !isCapital(m.written(word, false)) {
		return long{}, false
	}
	for _, p := range r.pairs {
		if p.short == word && p.long != l.words {
			return long{}, false
		}
	}
	return l, true
}

// written is a folded word as most papers write it.
func (m *Model) written(one string, capital bool) string {
	var n uint32
	if e := m.phrases.get(mix(0, hashWord(one))); e != nil {
		n = e.plain
	}
	return m.spelling.best(one, n, capital)
}

// words are a gram's folded words, the last one in the singular.
func (r *reader) words(g *gram) []string {
	words := make([]string, g.words)
	for k := range words {
		words[k] = r.token(g, k).word
	}
	words[g.words-1] = r.token(g, int(g.words)-1).one
	return words
}

// name is what readers see: an acronym's long form when papers use it at least
// two thirds as often; of a longer phrase, the more used of both. A long form
// that is said of models is named after them: vision-language-action models.
func (m *Model) name(c *concept) string {
	if c.long == nil {
		return m.spell(c.short, &c.brief)
	}
	models := len(c.short) == 2 && c.short[1] == "model"
	long := c.full.papers > c.brief.papers || (c.whole || models) && 3*c.full.papers >= 2*c.brief.papers
	if len(c.long) > maxWords || !long {
		return m.spell(c.short, &c.brief)
	}
	if c.whole && 2*c.full.right < c.full.papers && c.full.compound(len(c.long)) {
		of := slices.Concat(c.long, []string{"model"})
		if e := m.phrases.get(hashPhrase(strings.Join(of, " "))); e != nil && 4*e.papers >= c.full.papers {
			return m.spell(of, e)
		}
	}
	return m.spell(c.long, &c.full)
}

// spell writes folded words as most papers do: plural or singular, with or
// without hyphens, in capitals or not.
func (m *Model) spell(words []string, e *phrase) string {
	var b strings.Builder
	capital := len(words) > 1 && 5*e.cased > 4*e.plain
	for i, w := range words {
		if i > 0 {
			if 3*e.hyphens[i-1] > 2*e.papers {
				b.WriteByte('-')
			} else {
				b.WriteByte(' ')
			}
		}
		one := singular(w)
		text := w
		if classes[w] < cut {
			text = m.written(one, capital)
		}
		if i == len(words)-1 && len(words) == 1 {
			one = w
		}
		switch last := i == len(words)-1; {
		case last && 3*e.plural >= e.papers && e.plural > 0, !last && w != one:
			text = pluraliseForm(text)
		}
		b.WriteString(text)
	}
	return b.String()
}

// pluraliseForm is the plural of a word in any spelling.
func pluraliseForm(s string) string {
	low := strings.ToLower(s)
	if low == "" {
		return s
	}
	p := pluralise(low)
	if strings.HasPrefix(p, low) && len(low) == len(s) {
		return s + p[len(low):]
	}
	if low == s {
		return p
	}
	if low[0] != s[0] && s[1:] == low[1:] && isCapital(s[:1]) {
		return s[:1] + p[1:]
	}
	return s
}
