package latex

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// accents maps an accent written with a sign to its combining mark.
var accents = map[byte]rune{
	'\'': 0x301, '`': 0x300, '^': 0x302, '"': 0x308, '~': 0x303, '=': 0x304, '.': 0x307,
}

// letterAccents maps an accent written with a letter.
var letterAccents = map[string]rune{
	"u": 0x306, "v": 0x30C, "H": 0x30B, "c": 0x327, "d": 0x323, "b": 0x331, "k": 0x328, "r": 0x30A,
	"t": 0x361,
}

// letters maps commands that are letters, which swallow the space after them.
var letters = map[string]string{
	"ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å", "ae": "æ",
	"AE": "Æ", "oe": "œ", "OE": "Œ", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
	"dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
}

// accent puts a mark on the letter that follows: \'e, \'{e}, \'\i or, when
// the accent's name is a letter, \c{c} and \c c. It returns false, having read
// nothing, when no letter does or none takes that mark.
func (s *scanner) accent(mark rune, named bool) bool {
	start := s.pos
	if !named {
		s.pos++ // the sign
	}
	spaced := isSpace(s.peek(0))
	s.skipSpace()
	letter, braced := s.accented()
	first, size := utf8.DecodeRuneInString(letter)
	if size == 0 || !unicode.IsLetter(first) || spaced && !named {
		s.pos = start
		return false
	}
	composed := norm.NFC.String(dotted(first) + string(mark))
	// \"word\" is a quotation written down and no accent: seldom does its
	// first letter take one.
	if utf8.RuneCountInString(composed) > 1 && !braced && (!named || spaced) {
		s.pos = start
		return false
	}
	s.write(composed + letter[size:])
	return true
}

// accented reads what an accent is put on: a letter, \i, \j, or a few letters
// in braces.
func (s *scanner) accented() (text string, braced bool) {
	if s.peek(0) == '{' {
		end := matchingBrace(s.in[s.pos:min(len(s.in), s.pos+16)])
		if end < 0 {
			return "", false
		}
		inner := scanner{in: s.in[s.pos+1 : s.pos+end]}
		text, _ = inner.accented()
		text += inner.in[inner.pos:]
		s.pos += end + 1
		return text, true
	}
	if s.peek(0) == '\\' {
		end := s.pos + 1
		for end < len(s.in) && isLetter(s.in[end]) {
			end++
		}
		letter := letters[s.in[s.pos+1:end]]
		if letter == "" {
			return "", false
		}
		s.pos = end
		s.endWord(true)
		return letter, false
	}
	_, size := utf8.DecodeRuneInString(s.in[s.pos:])
	text = s.in[s.pos : s.pos+size]
	s.pos += size
	return text, false
}

// dotted gives ı and ȷ their dots back, which marks above replace.
func dotted(r rune) string {
	switch r {
	case 'ı':
		return "i"
	case 'ȷ':
		return "j"
	}
	return string(r)
}
