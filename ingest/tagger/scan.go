package tagger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWords is the longest phrase that is counted, in words; the parts of a
// hyphenated compound count each.
const maxWords = 4

// maxTokens bounds the work on one paper: a longer text is cut there.
const maxTokens = 4000

type flags uint16

const (
	opensRun    flags = 1 << iota // punctuation, maths or the text's start before it
	hyphened                      // joined to the word before it by a hyphen
	opensPhrase                   // first of a sentence: its capital says nothing
	inTitle
	defined // part of a long form spelled out before its acronym: "Large Language Models (LLMs)"
)

// scanner turns a paper's text into tokens. It is reused from paper to paper.
type scanner struct {
	lexicon
	tokens []token
	asides []token // acronyms taken out of their parentheses
	pairs  []pair
	next   flags
	glued  bool // the last thing read touches what comes next, and was a word
	taint  bool // the last thing read was maths
	upper  bool // a title in capitals throughout, which says nothing about spelling
}

// A pair is an acronym with the long form that it was introduced with.
type pair struct {
	short, long string // folded
}

func (s *scanner) reset() {
	s.tokens, s.asides, s.pairs = s.tokens[:0], s.asides[:0], s.pairs[:0]
}

func (s *scanner) read(text string, base flags) {
	s.next, s.glued, s.taint = opensRun|opensPhrase, false, false
	if strings.IndexByte(text, '\\') >= 0 {
		text = accents.Replace(text)
	}
	s.upper = base&inTitle != 0 && text == strings.ToUpper(text)
	for i := 0; i < len(text) && len(s.tokens) < maxTokens; {
		c := text[i]
		switch {
		case isWordByte(c) || c >= utf8.RuneSelf && startsWord(text[i:]):
			end := wordEnd(text, i)
			s.word(text[i:end], base)
			i = end
			continue
		case c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '~' || c == '{' || c == '}':
			s.glued, s.taint = false, false
		case c == '-':
			i = s.hyphen(text, i, 1)
			continue
		case c == '$':
			i = skipMaths(text, i)
			s.next |= opensRun
			s.glued, s.taint = false, true
			continue
		case c == '\\':
			i = skipCommand(text, i)
			continue
		case c == '&':
			i = skipEntity(text, i)
			s.stop(0)
			continue
		case c == '(':
			if end := s.acronym(text, i, base); end > 0 {
				i = end
				continue
			}
			s.stop(0)
		case c == '.' || c == '!' || c == '?' || c == ':':
			s.stop(opensPhrase)
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(text[i:])
			switch {
			case r == '‐' || r == '‑' || r == '–' || r == '−':
				i = s.hyphen(text, i, n)
				continue
			case unicode.IsSpace(r):
				s.glued, s.taint = false, false
			case r != '\u00ad' && r != '\u200b':
				s.stop(0)
			}
			i += n
			continue
		default:
			s.stop(0)
		}
		i++
	}
}

// accents are TeX's: Schr\"odinger is Schrodinger to us.
var accents = strings.NewReplacer(`\"`, "", `\'`, "", "\\`", "", `\^`, "", `\~`, "", `\=`, "", `\.`, "", `\c `, "", `\v `, "", "\\-", "")

func (s *scanner) stop(also flags) {
	s.next |= opensRun | also
	s.glued, s.taint = false, false
}

func (s *scanner) hyphen(text string, i, n int) int {
	i += n
	if i < len(text) && (isWordByte(text[i]) || text[i] >= utf8.RuneSelf && startsWord(text[i:])) && (s.glued || s.taint) {
		s.next |= hyphened
		return i
	}
	s.stop(0)
	return i
}

// word adds one word, or drops it when it is an address.
func (s *scanner) word(raw string, base flags) {
	f := s.next | base
	s.next = 0
	if s.taint && f&hyphened != 0 { // "$k$-means": half a name is none
		s.next = opensRun
		s.glued, s.taint = true, false
		return
	}
	if f&hyphened != 0 && !s.glued {
		f &^= hyphened
	}
	s.glued, s.taint = true, false
	if isAddress(raw) {
		s.next = f&^hyphened | opensRun
		return
	}
	l, own := s.look(raw), f
	// "multi-modal", "multi modal" and "multimodal" are one word.
	if k := len(s.tokens) - 1; k >= 0 && f&opensRun == 0 && joins(s.tokens[k].word, l.word, f&hyphened != 0) && !s.tokens[k].is(hyphened) {
		p := s.tokens[k]
		s.tokens = s.tokens[:k]
		own = p.flags
		joined, whole := p.word+l.word, p.word+l.word
		if f&hyphened != 0 {
			joined = p.raw + "-" + raw
		}
		l = newLexeme(joined, whole)
	}
	t := token{l, l.native, own}
	if k := len(s.tokens) - 1; k >= 0 && f&(opensRun|hyphened) == 0 && isQuantity(s.tokens[k].word) && units[l.word] {
		t.class = cut
	}
	s.tokens = append(s.tokens, t)
}

// skipMaths is where the formula at i ends; a lone dollar is skipped alone.
func skipMaths(text string, i int) int {
	const longest = 600
	open := "$"
	if strings.HasPrefix(text[i:], "$$") {
		open = "$$"
	}
	rest := text[i+len(open):]
	if len(rest) > longest {
		rest = rest[:longest]
	}
	for at := 0; ; {
		n := strings.Index(rest[at:], open)
		if n < 0 {
			return i + len(open)
		}
		if at+n == 0 || rest[at+n-1] != '\\' {
			return i + len(open) + at + n + len(open)
		}
		at += n + 1
	}
}

// skipCommand is where the TeX command at i ends; what it is applied to stays.
func skipCommand(text string, i int) int {
	i++
	if i >= len(text) {
		return i
	}
	if !isWordByte(text[i]) {
		return i + 1
	}
	for i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z') {
		i++
	}
	return i
}

func skipEntity(text string, i int) int {
	for j := i + 1; j < len(text) && j < i+10; j++ {
		if text[j] == ';' {
			return j + 1
		}
		if !isWordByte(text[j]) && text[j] != '#' {
			break
		}
	}
	return i + 1
}
