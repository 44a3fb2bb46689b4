package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold lowers s and takes its accents off, so that Schölkopf and SCHOLKOPF are the same: é → e, ß → ss, ø → o, ł → l.
// Letters outside Latin stay what they are.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		default:
			r = unicode.ToLower(r)
			if latin, ok := latinForms[r]; ok {
				b.WriteString(latin)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// latinForms are the letters that Unicode does not decompose.
var latinForms = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŧ': "t",
}

// Slug is Fold with every run of anything but letters and digits made one hyphen: "Few-shot  Learning!" → "few-shot-learning".
func Slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range Fold(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = r != '\'' && r != '’' || gap // O'Neil is one word
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// TagSlug is a tag's address: its Slug, with the signs that tell C from C++ and C# written out.
func TagSlug(tag string) string {
	if strings.ContainsAny(tag, "+#") {
		tag = strings.NewReplacer("++", " plus plus ", "#", " sharp ", "+", " plus ").Replace(tag)
	}
	return Slug(tag)
}

// particles belong to the surname that follows: Laurens van der Maaten.
var particles = setOf("van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al",
	"bin", "ibn", "ter", "ten", "zu", "zur", "st", "san")

// generations stand behind a surname and are no part of it.
var generations = setOf("jr", "sr", "ii", "iii", "iv")

// groups make a name a body's, which has no surname.
var groups = setOf("collaboration", "team", "consortium", "group", "project", "initiative", "network", "lab", "labs")

// AuthorSlug is the address under which a name's papers stand: surname and first initial, so that Yann LeCun, Y. LeCun
// and LeCun, Y. share one (lecun-y), as do Schölkopf and Scholkopf. A body's name or a single word is taken whole.
func AuthorSlug(name string) string {
	if strings.Contains(name, ",") {
		name = ParseAuthor(name).Name
	}
	words := strings.FieldsFunc(Fold(name), func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == '~' })
	for len(words) > 1 && generations[strings.Trim(words[len(words)-1], ",")] {
		words = words[:len(words)-1]
	}
	if len(words) < 2 {
		return Slug(name)
	}
	for _, w := range words {
		if groups[w] {
			return Slug(name)
		}
	}
	last := len(words) - 1
	for last > 1 && particles[words[last-1]] {
		last--
	}
	surname := Slug(strings.Join(words[last:], " "))
	initial := firstLetter(words[0])
	if surname == "" || initial == "" {
		return Slug(name)
	}
	return surname + "-" + initial
}

func firstLetter(s string) string {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(r)
		}
	}
	return ""
}

// cleanLine makes s one line: every run of white space or control characters becomes one blank, ends are trimmed and
// invalid UTF-8 is replaced.
func cleanLine(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Join(strings.FieldsFunc(s, isGap), " ")
}

// cleanText is cleanLine for each paragraph; paragraphs stay apart by one empty line.
func cleanText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var kept []string
	for _, paragraph := range strings.Split(s, "\n\n") {
		if line := cleanLine(paragraph); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n\n")
}

func isGap(r rune) bool {
	return unicode.IsSpace(r) && r != '\u00a0' || unicode.IsControl(r) || r == '\uFEFF' || r == '\u200b'
}
