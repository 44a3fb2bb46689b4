package tagger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type token struct {
	word  string // lower case, plain letters, American
	one   string // word, folded to its singular
	raw   string // as it stands in the text
	inner uint64 // hash of word
	last  uint64 // hash of one
	class class
	flags flags
}

func (t *token) is(f flags) bool { return t.flags&f != 0 }

// maxLooked bounds the words that a scanner remembers; then it starts afresh.
const maxLooked = 1 << 14

// look is the token of a word, but for its flags.
func (s *scanner) look(raw string) token {
	if t, ok := s.looked[raw]; ok {
		return t
	}
	if s.looked == nil {
		s.looked = map[string]token{}
	}
	if len(s.looked) >= maxLooked {
		clear(s.looked)
	}
	raw = strings.Clone(raw)
	bare := strings.TrimSuffix(strings.TrimSuffix(raw, "'s"), "’s")
	t := token{raw: raw, word: american(plainly(bare))}
	if len(bare) < len(raw) {
		t.raw = bare + "'s"
	}
	t.finish()
	s.looked[raw] = t
	return t
}

// finish fills in what follows from a token's word and raw text.
func (t *token) finish() {
	t.one = t.word
	switch n := len(t.raw); {
	case t.word == "modeling": // "language modeling" is about language models
		t.one = "model"
	case n > 2 && t.raw[n-1] == 's' && 'A' <= t.raw[n-2] && t.raw[n-2] <= 'Z' && len(t.word) == n: // LMs
		t.one = t.word[:n-1]
	case n > 0 && t.raw[n-1] != 'S' || t.raw == t.word: // not GPS
		t.one = singular(t.word)
	}
	t.inner = hashWord(t.word)
	t.last = t.inner
	if t.one != t.word {
		t.last = hashWord(t.one)
	}
	t.class = classOf(t.word, t.one)
}

// plainly is raw in lower case and without diacritics.
func plainly(raw string) string {
	w := appendPlain(make([]byte, 0, 32), raw)
	if string(w) == raw {
		return raw
	}
	return string(w)
}

func joins(prefix, word string, hyphen bool) bool {
	if len(word) < 3 {
		return false
	}
	switch prefix {
	case "multi", "pre", "non", "spatio", "auto", "hyper":
		return true
	case "post", "re", "photo", "micro", "nano", "meta", "semi", "sub", "super", "co", "anti", "bi", "electro", "magneto", "thermo", "bio", "neuro", "geo", "cyber", "ultra", "infra", "inter", "intra", "quasi", "pseudo", "over", "under", "un", "mis", "de":
		return hyphen
	case "fine":
		return strings.HasPrefix(word, "tun")
	}
	return false
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func startsWord(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// wordEnd is where the word at i ends: letters and digits, with the points and
// marks that belong inside ("2.5", "pass@1", "model's", "arxiv.org/abs/…").
func wordEnd(text string, i int) int {
	if strings.HasPrefix(text[i:], "http://") || strings.HasPrefix(text[i:], "https://") || strings.HasPrefix(text[i:], "www.") {
		if n := strings.IndexAny(text[i:], " \n\t)>,;]}"); n >= 0 {
			return i + n
		}
		return len(text)
	}
	start := i
	for i < len(text) {
		c := text[i]
		switch {
		case isWordByte(c):
			i++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == '’' && i+n < len(text) && isWordByte(text[i+n]) {
				i += n + 1
				continue
			}
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
				return i
			}
			i += n
		case i > start && i+1 < len(text) && isWordByte(text[i+1]) && (c == '\'' || c == '@'):
			i++
		case c == '.' && i > start && i+1 < len(text) && isDigit(text[i+1]) && isDigit(text[i-1]):
			i++
		case (c == '.' || c == '/') && i > start && isHost(text[start:i]) && i+1 < len(text) && isWordByte(text[i+1]):
			i++
		default:
			return i
		}
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHost(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "github") || strings.HasPrefix(s, "huggingface.") || s == "huggingface" || strings.HasPrefix(s, "arxiv") || strings.Contains(s, ".github")
}

func isAddress(raw string) bool {
	return strings.Contains(raw, "://") || strings.HasPrefix(raw, "www.") || strings.ContainsRune(raw, '/')
}
