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
	latin := false // the letter before
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, "\uFFFD")) {
		if unicode.Is(unicode.Mn, r) {
			if !latin { // elsewhere a mark makes another letter: が is not か
				b.WriteRune(r)
			}
			continue
		}
		r = unicode.ToLower(r)
		latin = unicode.Is(unicode.Latin, r)
		if plain, ok := latinForms[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
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
	gap, word := false, false
	for _, r := range Fold(s) {
		if word && unicode.IsMark(r) { // a vowel of a script that writes them so
			b.WriteRune(r)
			continue
		}
		if word = unicode.IsLetter(r) || unicode.IsDigit(r); !word {
			gap = r != '\'' && r != '’' || gap // O'Neil is one word
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
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
	given, surname := splitName(name)
	if len(given) == 0 {
		return Slug(surname)
	}
	initial := firstLetter(given[0])
	if surname = Slug(surname); surname == "" || initial == "" {
		return Slug(name)
	}
	return surname + "-" + initial
}

// SameAuthor says whether two names with one AuthorSlug can be one person's: their given names agree as far as both tell
// them, an initial agreeing with every name that it begins. Yann LeCun is Y. LeCun and Yann A. Lecun, not Yves LeCun.
func SameAuthor(a, b string) bool {
	givenA, surnameA := splitName(a)
	givenB, surnameB := splitName(b)
	if Slug(surnameA) != Slug(surnameB) {
		return false
	}
	for i := range min(len(givenA), len(givenB)) {
		x, y := Slug(givenA[i]), Slug(givenB[i])
		short := min(len(x), len(y))
		if x != y && (firstLetter(x) != firstLetter(y) || short > len(firstLetter(x))) {
			return false
		}
	}
	return true
}

// InitialName is a name with one initial for its given names: Yann LeCun → Y. LeCun.
func InitialName(name string) string {
	given, surname := splitName(name)
	words := strings.Fields(ParseAuthor(name).Name)
	if n := len(strings.Fields(surname)); len(given) > 0 && n < len(words) {
		return strings.ToUpper(firstLetter(given[0])) + ". " + strings.Join(words[len(words)-n:], " ")
	}
	return name
}

// splitName takes a name apart into folded given names and the folded surname with its particles. A name that has no
// surname, such as a body's or a single word, has no given names either.
func splitName(name string) (given []string, surname string) {
	if strings.Contains(name, ",") {
		name = ParseAuthor(name).Name
	}
	words := strings.FieldsFunc(Fold(name), func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == '~' })
	for len(words) > 1 && generations[strings.Trim(words[len(words)-1], ",")] {
		words = words[:len(words)-1]
	}
	if len(words) < 2 {
		return nil, Fold(name)
	}
	for _, w := range words {
		if groups[w] {
			return nil, Fold(name)
		}
	}
	last := len(words) - 1
	for last > 1 && particles[words[last-1]] {
		last--
	}
	return words[:last], strings.Join(words[last:], " ")
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
	if isCleanLine(s) {
		return s
	}
	var line strings.Builder
	line.Grow(len(s))
	gap := false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if isGap(r) {
			gap = true
			continue
		}
		if gap && line.Len() > 0 {
			line.WriteByte(' ')
		}
		gap = false
		line.WriteRune(r)
	}
	return line.String()
}

// isCleanLine says whether cleanLine would change nothing. Most texts are clean, and looking is much faster than cleaning.
func isCleanLine(s string) bool {
	blank := true // the byte before was one, or there is none
	for i := 0; i < len(s); {
		b := s[i]
		switch {
		case b >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size < 2 || isGap(r) {
				return false
			}
			i, blank = i+size, false
			continue
		case b < ' ' || b == 0x7f || b == ' ' && blank:
			return false
		}
		i, blank = i+1, b == ' '
	}
	return !blank || s == ""
}

// cleanText is cleanLine for each paragraph; paragraphs stay apart by one empty line.
func cleanText(s string) string {
	if isCleanLine(s) {
		return s
	}
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
