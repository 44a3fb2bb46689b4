package tagger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lexeme is what a word is wherever it stands. It never changes.
type lexeme struct {
	key    string // by which it was looked up
	word   string // lower case, plain letters, American
	one    string // word, folded to its singular
	raw    string // as it stands in the text
	inner  uint64 // hash of word
	last   uint64 // hash of one
	native class
	stock  [][]string // what completes a stock phrase after it
}

// A token is a word in its place.
type token struct {
	*lexeme
	class class // native, unless its neighbours cut it
	flags flags
}

func (t *token) is(f flags) bool { return t.flags&f != 0 }

// maxLooked bounds the words that a scanner remembers, at some 200 bytes each; then it starts afresh.
const maxLooked = 1 << 16

// A lexicon is the words that a scanner remembers: a hash table that is never more than half full.
type lexicon struct {
	slots []slot
	words int
}

type slot struct {
	hash uint64
	*lexeme
}

// look finds a word.
func (s *scanner) look(raw string) *lexeme {
	x := &s.lexicon
	if x.slots == nil {
		x.slots = make([]slot, 2*maxLooked) // a power of two
	}
	const mask = 2*maxLooked - 1
	hash := hashWord(raw)
	i := hash * mixer >> 32 & mask
	for ; x.slots[i].lexeme != nil; i = (i + 1) & mask {
		if at := &x.slots[i]; at.hash == hash && at.key == raw {
			return at.lexeme
		}
	}
	if x.words == maxLooked {
		clear(x.slots)
		x.words = 0
		return s.look(raw)
	}
	x.words++
	raw = strings.Clone(raw)
	bare := strings.TrimSuffix(strings.TrimSuffix(raw, "'s"), "’s")
	as := raw
	if len(bare) < len(raw) {
		as = bare + "'s"
	}
	l := newLexeme(as, american(plainly(bare)))
	l.key = raw
	x.slots[i] = slot{hash, l}
	return l
}

func newLexeme(raw, word string) *lexeme {
	t := &lexeme{raw: raw, word: word, one: word}
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
	t.native, t.stock = classOf(t.word, t.one), stockPhrases[t.word]
	return t
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
	return strings.HasPrefix(raw, "www.") || strings.IndexByte(raw, '/') >= 0
}
