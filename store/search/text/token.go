package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is one word of a text: the term that it is found by and the bytes s[Start:End] that it was read from.
type Token struct {
	Term       string
	Start, End int
}

// Version changes when a text gives other terms than before, so that an index made of the old ones is made anew.
const Version = 1

const maxTerm = 64 // bytes; what a longer word has beyond is not looked at

// Tokens appends the words of s to dst. A token's position, for phrases, is its index. Starts rise, ends do not fall, and
// both lie between letters of s, whatever its bytes are. The terms of one call share memory: clone those to be kept.
func Tokens(dst []Token, s string) []Token { return tokens(dst, s, false) }

func tokens(dst []Token, s string, raw bool) []Token {
	var ends [256]int32
	sc := scanner{s: s, buf: make([]byte, 0, len(s)+16), tokens: dst, first: len(dst), ends: ends[:0], raw: raw}
	sc.run()
	terms, from := string(sc.buf), int32(0)
	for i, end := range sc.ends {
		sc.tokens[sc.first+i].Term = terms[from:end]
		from = end
	}
	return sc.tokens
}

// Terms are the terms of s in their order.
func Terms(s string) []string { return terms(Tokens(nil, s)) }

// Folded are the words of s as Terms reads them, in small letters without accents and TeX, but with their endings.
func Folded(s string) []string { return terms(tokens(nil, s, true)) }

func terms(tokens []Token) []string {
	terms := make([]string, len(tokens))
	for i, t := range tokens {
		terms[i] = t.Term
	}
	return terms
}

// scanner reads s from i on. A word that has been begun (open) is written to buf behind the terms that are finished.
type scanner struct {
	s      string
	i      int
	buf    []byte
	tokens []Token
	first  int     // index of the first token of s
	ends   []int32 // where each term ends in buf

	open       bool
	word       int // where the open word begins in buf
	start, end int // and in s
	plain      bool
	dotted     bool // i.i.d.
	last       role // of the last token
	raw        bool // words keep their endings
}

func (sc *scanner) run() {
	s := sc.s
	for sc.i < len(s) {
		if b := s[sc.i]; lower[b] != 0 {
			if !sc.open {
				sc.begin(sc.i)
			}
			for sc.i < len(s) && lower[s[sc.i]] != 0 {
				sc.buf = append(sc.buf, lower[s[sc.i]])
				sc.i++
			}
			sc.end = sc.i
		} else if b < utf8.RuneSelf {
			sc.sign(b)
		} else {
			sc.rune()
		}
	}
	sc.finish()
}

// lower maps ASCII letters and digits to their small forms, and everything else to 0.
var lower = func() (t [256]byte) {
	for c := byte('0'); c <= '9'; c++ {
		t[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = c, c
	}
	return t
}()

// signs belong to the names of languages.
var signs = map[string]string{"c+": "++", "c#": "#", "f#": "#"}

func (sc *scanner) begin(at int) {
	sc.open, sc.plain, sc.dotted = true, true, false
	sc.word, sc.start, sc.end = len(sc.buf), at, at
}

// put writes a part of the open word that was read from s[from:to], beginning one where there is none.
func (sc *scanner) put(part string, from, to int) {
	if !sc.open {
		sc.begin(from)
	}
	sc.buf = append(sc.buf, part...)
	sc.end, sc.i = to, to
}

// at is the byte at an offset, or 0 past the end.
func (sc *scanner) at(i int) byte {
	if i < len(sc.s) {
		return sc.s[i]
	}
	return 0
}

// sign reads an ASCII character that is neither letter nor digit.
func (sc *scanner) sign(b byte) {
	if b == '\\' {
		sc.tex()
		return
	}
	if sc.open {
		switch b {
		case '\'':
			sc.apostrophe(1)
			return
		case '{', '}':
			if next := sc.at(sc.i + 1); lower[next] != 0 || next >= utf8.RuneSelf || next == '\\' || next == '}' && b == '{' {
				sc.i++ // {C}at, Erd\H{o}s, Poincar{\'e}
				return
			}
		case '_', '^', '$':
			if from, to, next := sc.index(); to > from && !isDigit(sc.s[sc.end-1]) { // CO$_2$, R^2
				sc.put(sc.s[from:to], from, next)
				return
			}
		case '.':
			if sc.dot() {
				return
			}
		case ',': // 10,000
			if isDigits(sc.buf[sc.word:]) && len(sc.buf)-sc.word <= 3 && sc.i+3 < len(sc.s) && isDigits(sc.s[sc.i+1:sc.i+4]) &&
				!isDigit(sc.at(sc.i+4)) {
				sc.put(sc.s[sc.i+1:sc.i+4], sc.i, sc.i+4)
				return
			}
		case '+', '#': // C++, C#
			name := string(sc.buf[sc.word:])
			if sign := signs[name+string(b)]; sign != "" && strings.HasPrefix(sc.s[sc.i:], sign) && !sc.goesOn(sc.i+1) {
				sc.put(sign, sc.i, sc.i+len(sign))
				sc.finish()
				return
			}
		}
		sc.finish()
	}
	sc.i++
}

// apostrophe reads one of size bytes inside a word: Bell's is bell, O'Neil is oneil.
func (sc *scanner) apostrophe(size int) {
	next := sc.at(sc.i + size)
	if (next|0x20) == 's' && !sc.goesOn(sc.i+size+1) {
		sc.finish()
		sc.i += size + 1
		return
	}
	if !sc.goesOn(sc.i + size) {
		sc.finish()
	}
	sc.i += size
}

// goesOn says whether a letter or a digit stands at an offset.
func (sc *scanner) goesOn(i int) bool {
	b := sc.at(i)
	if b < utf8.RuneSelf {
		return lower[b] != 0
	}
	r, _ := utf8.DecodeRuneInString(sc.s[i:])
	return isWord(r)
}

// index finds the digits of a TeX index or exponent: _2, ^{2}, $_2$. It returns their place and where to go on.
func (sc *scanner) index() (from, to, next int) {
	i := sc.i
	dollar := sc.at(i) == '$'
	if dollar {
		i++
	}
	if b := sc.at(i); b != '_' && b != '^' {
		return 0, 0, 0
	}
	i++
	brace := sc.at(i) == '{'
	if brace {
		i++
	}
	from = i
	for isDigit(sc.at(i)) {
		i++
	}
	to = i
	if brace {
		if sc.at(i) != '}' {
			return 0, 0, 0
		}
		i++
	}
	if dollar {
		if sc.at(i) != '$' {
			return 0, 0, 0
		}
		i++
	}
	return from, to, i
}

// dot reads a dot that belongs to its word: 3.5, i.i.d.
func (sc *scanner) dot() bool {
	before, after := sc.s[sc.i-1], sc.at(sc.i+1)
	if sc.end != sc.i {
		return false
	}
	if isDigit(before) && isDigit(after) {
		sc.put(".", sc.i, sc.i+1)
		return true
	}
	single := sc.dotted || sc.end-sc.start == 1
	if single && isSmall(before) && isSmall(after) && lower[sc.at(sc.i+2)] == 0 {
		sc.dotted = true
		sc.i++
		return true
	}
	return false
}

// rune reads a character outside ASCII.
func (sc *scanner) rune() {
	r, size := utf8.DecodeRuneInString(sc.s[sc.i:])
	switch {
	case r == utf8.RuneError && size == 1:
		sc.finish()
		sc.i++
	case r == '\u00ad' || r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060': // soft hyphen, joiners
		sc.i += size
	case r == '’' || r == 'ʼ' || r == '‘' || r == 'ʻ':
		if sc.open {
			sc.apostrophe(size)
		} else {
			sc.i += size
		}
	case unicode.IsMark(r):
		if sc.open {
			sc.plain = false
			sc.put(sc.s[sc.i:sc.i+size], sc.i, sc.i+size)
		} else {
			sc.i += size
		}
	case !isWord(r):
		sc.finish()
		sc.i += size
	case isDense(r):
		sc.finish()
		sc.dense()
	case greekName(r) != "" && sc.loneGreek(size):
		sc.finish()
		sc.put(greekName(r), sc.i, sc.i+size)
		sc.finish()
	default:
		sc.put(sc.s[sc.i:sc.i+size], sc.i, sc.i+size)
		sc.plain = false
	}
}

// loneGreek says whether the Greek letter at i is a symbol, as in α-helix or μm, and no part of a Greek word.
func (sc *scanner) loneGreek(size int) bool {
	before, _ := utf8.DecodeLastRuneInString(sc.s[:sc.i])
	after, _ := utf8.DecodeRuneInString(sc.s[sc.i+size:])
	return !unicode.Is(unicode.Greek, before) && !unicode.Is(unicode.Greek, after) && !unicode.Is(unicode.Mn, after)
}

// isDense says whether r belongs to a script that puts no blanks between words, or where they don't part words.
func isDense(r rune) bool {
	return r >= 0x1100 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul))
}

// dense reads a run of such letters as overlapping pairs; a letter that stands alone is a term of its own.
func (sc *scanner) dense() {
	before, runs := -1, 0 // where the letter before begins; how many there were
	from := sc.i
	for from < len(sc.s) {
		r, size := utf8.DecodeRuneInString(sc.s[from:])
		if !isDense(r) {
			break
		}
		to := from + size
		for to < len(sc.s) {
			mark, size := utf8.DecodeRuneInString(sc.s[to:])
			if !unicode.Is(unicode.Mn, mark) {
				break
			}
			to += size
		}
		if before >= 0 {
			sc.emit(before, to)
		}
		before, from, runs = from, to, runs+1
	}
	if runs == 1 {
		sc.emit(before, from)
	}
	sc.i = from
}

func (sc *scanner) emit(from, to int) {
	sc.put(sc.s[from:min(to, from+maxTerm)], from, to)
	sc.plain = false
	sc.finish()
}

func isWord(r rune) bool  { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r)) }
func isDigit(b byte) bool { return '0' <= b && b <= '9' }
func isSmall(b byte) bool { return 'a' <= b && b <= 'z' }

func isDigits[T string | []byte](s T) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return len(s) > 0
}
