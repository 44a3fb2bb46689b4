package tagger

import (
	"cmp"
	"slices"
	"strings"
)

// maxSpelled bounds the words whose spellings are kept; the rarest go first.
const maxSpelled = 120_000

// maxForms bounds the spellings of one word.
const maxForms = 8

// spelling counts, for each folded word, in how many papers it is written in
// another way than in plain lower case: GRPO, Wasserstein, fine-tuning,
// behaviour. What is left of the word's papers wrote it plainly.
type spelling struct {
	forms map[string][]form
}

type form struct {
	text string
	n    uint32
}

func newSpelling() spelling { return spelling{forms: map[string][]form{}} }

// speaks tells whether a token's capitals mean something: amid a sentence of
// an abstract, or anywhere when they are not only the first letter's.
func speaks(t *token, shouting bool) bool {
	if t.is(inTitle) && shouting {
		return false
	}
	if t.is(defined) {
		return false
	}
	if !t.is(inTitle) && !t.is(opensPhrase) {
		return true
	}
	for i := 1; i < len(t.raw); i++ { // "LoRA", not "Multi-Agent"
		if c := t.raw[i]; 'A' <= c && c <= 'Z' && t.raw[i-1] != '-' {
			return true
		}
	}
	return false
}

// before tells whether the token's word stood earlier in the paper, where its form was counted.
func (r *reader) before(i int) bool {
	for k := range i {
		if t := &r.tokens[k]; t.last == r.tokens[i].last && speaks(t, r.upper) && !(t.class >= cut && !t.is(hyphened)) {
			return true
		}
	}
	return false
}

// formOf is a token's text, in the singular when its folded word is.
func formOf(t *token) string {
	if t.one == t.word {
		return t.raw
	}
	if n := len(t.one); len(t.raw) == len(t.word) && len(t.raw) > n && t.word[:n] == t.one && t.word[n:] != "ing" {
		return t.raw[:n]
	}
	return t.one
}

func (s *spelling) add(word, text string) {
	forms, ok := s.forms[word]
	for i := range forms {
		if forms[i].text == text {
			forms[i].n++
			return
		}
	}
	if len(forms) >= maxForms {
		return
	}
	forms = append(forms, form{strings.Clone(text), 1})
	if ok {
		s.forms[word] = forms
		return
	}
	s.forms[strings.Clone(word)] = forms
	if len(s.forms) > maxSpelled {
		s.prune()
	}
}

func (s *spelling) prune() {
	for least := uint32(2); len(s.forms) > maxSpelled/2; least++ {
		for w, forms := range s.forms {
			forms = slices.DeleteFunc(forms, func(f form) bool { return f.n < least })
			if len(forms) == 0 {
				delete(s.forms, w)
			} else {
				s.forms[w] = forms
			}
		}
	}
}

// best is a folded word as most papers of n write it; with capital, as most of
// those that give it one do.
func (s *spelling) best(word string, n uint32, capital bool) string {
	forms := s.forms[word]
	top := form{}
	for _, f := range forms {
		if n >= f.n {
			n -= f.n
		} else {
			n = 0
		}
		if capital && !isCapital(f.text) {
			continue
		}
		if c := cmp.Compare(f.n, top.n); c > 0 || c == 0 && f.text < top.text {
			top = f
		}
	}
	switch {
	case capital && top.n == 0:
		return strings.ToUpper(word[:1]) + word[1:]
	case !capital && n >= top.n:
		return word
	}
	return top.text
}
