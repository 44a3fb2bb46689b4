package cite

import (
	"strings"
	"unicode"

	"recto/store"
	"recto/web/latex"
)

// name is an author's name taken apart. A body's, a single word, one in Chinese or Japanese and what nobody can take apart
// are a Literal, and the parts are empty.
type name struct {
	Given    string
	Particle string // "van der"
	Family   string
	Suffix   string // "Jr."
	Literal  string
	Body     bool // a collaboration's or several persons'
	author   *store.Author
}

// Much the same words as in store.AuthorSlug, so that a page and its citations agree on who somebody is; but Văn is no van.
var (
	particles = setOf("van von de der den del della di da dos du la le el al bin ibn ter ten zu zur st san")
	suffixes  = setOf("jr sr ii iii iv")
	unnamed   = map[string]bool{"et al": true, "et al.": true, "and others": true, "others": true}
	bodies    = setOf("collaboration team consortium group project initiative network lab labs and &")
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// names are the authors in their order, and whether a source stops naming them with "et al." What sources put between
// names, such as a colon behind a team's, is left out.
func names(authors []store.Author) (list []name, others bool) {
	list = make([]name, 0, len(authors))
	for i := range authors {
		switch n := parseName(authors[i].Name); {
		case n.isOthers():
			others = true
		case n != name{}:
			n.author = &authors[i]
			list = append(list, n)
		}
	}
	return list, others
}

// isOthers says whether the name stands for authors whom a source doesn't name.
func (n name) isOthers() bool { return unnamed[strings.ToLower(n.natural())] }

// parseName takes a name apart as its author most probably would. A name without a letter is the zero name.
func parseName(s string) name {
	s = strings.Join(strings.Fields(latex.Text(s)), " ")
	s = strings.Trim(s, " ,;:*")
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return name{}
	}
	if strings.Contains(s, ",") {
		s = store.ParseAuthor(s).Name
	}
	words := strings.Fields(s)
	if len(words) == 1 {
		words = splitInitials(words[0])
	}
	if len(words) == 1 || strings.Contains(s, ",") || strings.ContainsFunc(s, isEastern) {
		return name{Literal: s}
	}
	for _, word := range words {
		if bodies[strings.ToLower(strings.Trim(word, "()."))] {
			return name{Literal: s, Body: true}
		}
	}
	var n name
	last := len(words) - 1
	if last > 1 && suffixes[strings.ToLower(strings.Trim(words[last], "."))] {
		n.Suffix = words[last]
		last--
	}
	first := last
	for first > 1 && particles[strings.ToLower(words[first-1])] {
		first--
	}
	n.Given = strings.Join(words[:first], " ")
	family := first // as BibTeX has it, behind the last small word: De la Cruz, but De Freitas
	for i, word := range words[first:last] {
		if unicode.IsLower([]rune(word)[0]) {
			family = first + i + 1
		}
	}
	n.Particle = strings.Join(words[first:family], " ")
	n.Family = strings.Join(words[family:last+1], " ")
	return n
}

// isEastern finds the scripts in whose names the family stands first.
func isEastern(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// splitInitials parts J.K.Rowling into J.K. and Rowling.
func splitInitials(word string) []string {
	dot := strings.LastIndexByte(word, '.')
	if rest := word[dot+1:]; dot > 0 && len([]rune(rest)) > 1 {
		return []string{word[:dot+1], rest}
	}
	return []string{word}
}

// surname is the family name with its particle.
func (n name) surname() string {
	if n.Particle == "" {
		return n.Family
	}
	return n.Particle + " " + n.Family
}

// natural is the name in the order in which it is spoken.
func (n name) natural() string {
	if n.Literal != "" {
		return n.Literal
	}
	return strings.TrimSpace(n.Given + " " + n.surname() + " " + n.Suffix)
}

// sorted is the name as catalogues write it: "van der Maaten, Laurens", "King, Martin Luther, Jr."; a body's name has no
// comma, for one would take it apart.
func (n name) sorted() string {
	if n.Literal != "" {
		return strings.ReplaceAll(n.Literal, ",", "")
	}
	s := n.surname() + ", " + n.Given
	if n.Suffix != "" {
		s += ", " + n.Suffix
	}
	return s
}

// initials are the given names' first letters: "J.-P. K."
func (n name) initials() string {
	var out []string
	for _, word := range strings.Fields(strings.ReplaceAll(n.Given, ".", ". ")) {
		var parts []string
		for _, part := range strings.Split(word, "-") {
			if i := strings.IndexFunc(part, unicode.IsLetter); i >= 0 {
				parts = append(parts, string(unicode.ToUpper([]rune(part[i:])[0]))+".")
			}
		}
		if initial := strings.Join(parts, "-"); strings.HasPrefix(word, "-") && initial != "" && len(out) > 0 {
			out[len(out)-1] += "-" + initial // the J. of G.-J.
		} else if initial != "" {
			out = append(out, initial)
		}
	}
	return strings.Join(out, " ")
}
