package tagger

import (
	"cmp"
	"slices"
	"strings"
)

// maxAcronyms bounds the acronyms kept; the ones introduced once go first.
const maxAcronyms = 40_000

// maxLongs bounds the long forms of one acronym; later ones are not counted.
const maxLongs = 64

// maxAcronym is the longest acronym, in bytes.
const maxAcronym = 12

// acronyms are the pairs that the catalogue's papers introduced in the form
// "long form (LF)".
type acronyms struct {
	short map[string][]long
	long  map[uint64]string // hash of a long form → its most used acronym

	shorts, longs filter // what may be in them
}

// A filter says of hashes whether they were added, and now and then of one that was not.
type filter [1 << 12]uint64

func (f *filter) add(hash uint64)      { f[hash>>6%uint64(len(f))] |= 1 << (hash % 64) }
func (f *filter) has(hash uint64) bool { return f[hash>>6%uint64(len(f))]&(1<<(hash%64)) != 0 }

type long struct {
	words string // folded, space-separated
	n     uint32 // papers that introduced it
}

func newAcronyms() acronyms {
	return acronyms{short: map[string][]long{}, long: map[uint64]string{}}
}

func (a *acronyms) add(p pair) {
	longs := a.short[p.short]
	i := slices.IndexFunc(longs, func(l long) bool { return l.words == p.long })
	if i < 0 {
		if len(longs) == maxLongs {
			return
		}
		i = len(longs)
		longs = append(longs, long{words: strings.Clone(p.long)})
	}
	longs[i].n++
	n := longs[i].n
	if len(longs) > 1 || n > 1 {
		a.short[p.short] = longs // the key that is there stays
	} else {
		a.short[strings.Clone(p.short)] = longs
		a.shorts.add(hashWord(p.short))
	}

	h := hashPhrase(p.long)
	a.longs.add(h)
	old, ok := a.long[h]
	if was := a.count(old, p.long); !ok || n > was || n == was && p.short < old {
		a.long[h] = strings.Clone(p.short)
	}
	if len(a.short) > maxAcronyms {
		a.prune()
	}
}

func (a *acronyms) count(short, words string) uint32 {
	for _, l := range a.short[short] {
		if l.words == words {
			return l.n
		}
	}
	return 0
}

func (a *acronyms) prune() {
	for least := uint32(2); len(a.short) > maxAcronyms/2; least *= 2 {
		for s, longs := range a.short {
			longs = slices.DeleteFunc(longs, func(l long) bool { return l.n < least })
			if len(longs) == 0 {
				delete(a.short, s)
			} else {
				a.short[s] = longs
			}
		}
	}
	a.invert()
}

// invert finds each long form's most used acronym.
func (a *acronyms) invert() {
	a.long = make(map[uint64]string, len(a.short))
	best := make(map[uint64]uint32, len(a.short))
	a.shorts, a.longs = filter{}, filter{}
	for s, longs := range a.short {
		a.shorts.add(hashWord(s))
		for _, l := range longs {
			h := hashPhrase(l.words)
			a.longs.add(h)
			old, ok := a.long[h]
			if n := best[h]; !ok || l.n > n || l.n == n && s < old {
				a.long[h], best[h] = s, l.n
			}
		}
	}
}

// expand is the long form that an acronym stands for: the one that at least
// two papers and three in five of those that introduce it agree on.
func (a *acronyms) expand(short string) (long, bool) {
	longs := a.short[short]
	if len(longs) == 0 {
		return long{}, false
	}
	var sum uint32
	for _, l := range longs {
		sum += l.n
	}
	top := slices.MaxFunc(longs, func(x, y long) int {
		return cmp.Or(cmp.Compare(x.n, y.n), strings.Compare(y.words, x.words))
	})
	return top, top.n >= 2 && 5*top.n >= 3*sum
}

// acronym reads the parentheses at i. When they hold an acronym it takes it
// out of the text's flow, so that "vision-language-action (VLA) models" stays
// one phrase, notes the pair when the words before spell it out, and returns
// where the parentheses end.
func (s *scanner) acronym(text string, i int, base flags) int {
	const longest = maxAcronym + 2
	rest := text[i+1:]
	if len(rest) > longest {
		rest = rest[:longest]
	}
	n := strings.IndexByte(rest, ')')
	if n < 2 || len(s.tokens) == 0 {
		return 0
	}
	raw := rest[:n]
	upper := 0
	for j := range len(raw) {
		c := raw[j]
		switch {
		case 'A' <= c && c <= 'Z':
			upper++
		case !isWordByte(c) && (c != '-' || j == 0):
			return 0
		}
	}
	if upper == 0 || upper == 1 && len(raw) > 5 {
		return 0
	}
	short := raw
	if n > 2 && raw[n-1] == 's' && raw[n-2] <= 'Z' {
		short = raw[:n-1]
	}
	start := s.spells(strings.ReplaceAll(strings.ToLower(short), "-", ""))
	if start < 0 {
		return 0
	}
	var b strings.Builder
	for k := start; k < len(s.tokens); k++ {
		t := &s.tokens[k]
		t.flags |= defined
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if k == len(s.tokens)-1 {
			b.WriteString(t.one)
		} else {
			b.WriteString(t.word)
		}
	}
	if strings.IndexByte(raw, '-') < 0 {
		l := s.look(raw)
		s.asides = append(s.asides, token{l, l.native, base | opensRun})
		s.pairs = append(s.pairs, pair{short: l.one, long: b.String()})
	}
	s.glued, s.taint = false, false
	return i + 1 + n + 1
}

// spells finds the words just read that the letters stand for, after Schwartz
// and Hearst: from the right, each letter is found in the text, and the first
// one opens a word. It returns the first word's place, or -1.
func (s *scanner) spells(letters string) int {
	first := len(s.tokens) - 1
	budget := min(len(letters)+5, 2*len(letters), 9)
	for k := first; k >= 0 && budget > 0; k-- {
		if k < first && s.tokens[k+1].is(opensRun) {
			break
		}
		first, budget = k, budget-1
	}
	k, at := len(s.tokens)-1, -1
	for li := len(letters) - 1; li >= 0; li-- {
		c := letters[li]
		for {
			if at < 0 {
				if k < first {
					return -1
				}
				at = len(s.tokens[k].word)
			}
			at--
			if at < 0 {
				k--
				continue
			}
			if s.tokens[k].word[at] == c && (li > 0 || at == 0) {
				break
			}
		}
		if at == 0 && li > 0 {
			k, at = k-1, -1
		}
	}
	if n := len(s.tokens) - k; k < first || n == 1 && len(s.tokens[k].word) <= len(letters)+1 || n > 8 {
		return -1
	}
	if c := s.tokens[k].class; (c == cut || c == of) && len(s.tokens)-k > len(letters) {
		return -1
	}
	return k
}
