package text

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Passage is the part s[start:end] of at most maxBytes bytes that holds most of the wanted terms, each counted by its
// weight: whole sentences where they fit, else whole words. It never cuts a letter or a formula, and is longer than
// maxBytes only where its one formula is. Among equals the first is taken.
func Passage(s string, wanted map[string]float64, maxBytes int) (start, end int) {
	p := passages{s: s, most: max(maxBytes, utf8.UTFMax), formulas: formulas(s)}
	p.sentences = sentences(s, p.formulas)
	switch {
	case len(s) <= p.most:
		return 0, len(s)
	case len(p.sentences) == 0: // nothing but blanks
		return 0, 0
	}
	for _, token := range Tokens(nil, s) {
		if w := wanted[token.Term]; w > 0 {
			p.hits = append(p.hits, hit{token, w})
		}
	}
	best, score := p.from(p.sentences[0].Start), -1.0
	for _, from := range p.starts() {
		window := p.from(from)
		if sc := p.score(window); sc > score {
			best, score = window, sc
		}
	}
	return best.Start, best.End
}

type passages struct {
	s         string
	most      int
	formulas  []Span
	sentences []Span
	hits      []hit
}

type hit struct {
	Token
	weight float64
}

// starts are the places where a passage may begin: sentences, and in those that are too long a bit before each hit.
func (p *passages) starts() []int {
	var starts []int
	h := 0
	for _, sentence := range p.sentences {
		starts = append(starts, sentence.Start)
		for ; h < len(p.hits) && p.hits[h].Start < sentence.End; h++ {
			if at := p.hits[h].Start - p.most/4; sentence.End-sentence.Start > p.most && at > sentence.Start {
				starts = append(starts, p.wordFrom(at, p.hits[h].Start))
			}
		}
	}
	return starts
}

// wordFrom is the first beginning of a word, outside formulas, from at on; most at the latest.
func (p *passages) wordFrom(at, most int) int {
	for i := at; i < most; i++ {
		if isBlank(p.s[i-1]) && !isBlank(p.s[i]) && p.formulaAt(i) < 0 {
			return i
		}
	}
	if f := p.formulaAt(most); f >= 0 {
		return p.formulas[f].Start
	}
	return most
}

// formulaAt is the number of the formula that a cut at i would part, or -1.
func (p *passages) formulaAt(i int) int {
	n := sort.Search(len(p.formulas), func(n int) bool { return p.formulas[n].End > i })
	if n < len(p.formulas) && p.formulas[n].Start < i {
		return n
	}
	return -1
}

// from is the longest passage that begins at start.
func (p *passages) from(start int) Span {
	limit := start + p.most
	if limit >= len(p.s) {
		return Span{start, len(strings.TrimRightFunc(p.s, unicode.IsSpace))}
	}
	end := 0
	if n := sort.Search(len(p.sentences), func(i int) bool { return p.sentences[i].End > limit }); n > 0 {
		end = p.sentences[n-1].End
	}
	if end > start {
		return Span{start, end}
	}
	for end = limit; end > start && !(isBlank(p.s[end]) && p.formulaAt(end) < 0); end-- {
	}
	if end <= start { // no blank: cut between letters
		for end = limit; end > start+1 && !utf8.RuneStart(p.s[end]); end-- {
		}
		if f := p.formulaAt(end); f >= 0 {
			if end = p.formulas[f].Start; end <= start {
				end = p.formulas[f].End
			}
		}
	}
	for end > start+1 && isBlank(p.s[end-1]) {
		end--
	}
	return Span{start, max(end, start+1)}
}

// score is the weight of the different terms in a window, and a little for each time that one is said again.
func (p *passages) score(window Span) float64 {
	const again = 0.05
	seen := make(map[string]bool, 8)
	sum := 0.0
	first := sort.Search(len(p.hits), func(i int) bool { return p.hits[i].Start >= window.Start })
	for _, h := range p.hits[first:] {
		switch {
		case h.End > window.End:
			return sum
		case seen[h.Term]:
			sum += again * h.weight
		default:
			seen[h.Term] = true
			sum += h.weight
		}
	}
	return sum
}

// sentences are the sentences of s, without the blanks around them.
func sentences(s string, formulas []Span) []Span {
	var all []Span
	start := 0
	add := func(end int) {
		for start < end && isBlank(s[start]) {
			start++
		}
		for end > start && isBlank(s[end-1]) {
			end--
		}
		if end > start {
			all = append(all, Span{start, end})
		}
		start = end
	}
	for i := 0; i < len(s); i++ {
		for len(formulas) > 0 && formulas[0].End <= i {
			formulas = formulas[1:]
		}
		if len(formulas) > 0 && formulas[0].Start <= i {
			i = formulas[0].End - 1
			continue
		}
		if s[i] == '\n' && i+1 < len(s) && s[i+1] == '\n' {
			add(i)
		} else if n := fullStop(s, i); n > 0 {
			add(i + n)
		}
	}
	add(len(s))
	return all
}

// fullStop is the length of the end of a sentence at i, or 0: a sign and a blank that a capital, a digit or a sign
// follows, and no abbreviation before.
func fullStop(s string, i int) int {
	switch s[i] {
	case '.', '!', '?':
	case 0xe3, 0xef: // 。！？
		for _, stop := range [...]string{"。", "！", "？"} {
			if strings.HasPrefix(s[i:], stop) {
				return len(stop)
			}
		}
		return 0
	default:
		return 0
	}
	n := 1
	for i+n < len(s) && strings.IndexByte(`.!?)"'`, s[i+n]) >= 0 {
		n++
	}
	next := i + n
	if next == len(s) || !isBlank(s[next]) {
		return 0
	}
	for next < len(s) && isBlank(s[next]) {
		next++
	}
	if next < len(s) && isSmall(s[next]) || s[i] == '.' && abbreviates(s[:i]) {
		return 0
	}
	return n
}

// abbreviates says whether a full stop behind s belongs to an abbreviation or an initial.
func abbreviates(s string) bool {
	word := s[strings.LastIndexAny(s[max(0, len(s)-12):], " \n(~")+1+max(0, len(s)-12):]
	switch strings.ToLower(word) {
	case "e.g", "i.e", "al", "fig", "figs", "eq", "eqs", "sec", "ref", "refs", "cf", "vs", "dr", "prof", "no", "resp", "approx",
		"st", "w.r.t", "i.i.d":
		return true
	}
	return len(word) == 1 && 'A' <= word[0] && word[0] <= 'Z'
}
