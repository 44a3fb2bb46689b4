package text

import (
	"slices"
	"strings"
)

// Prefixes are the beginnings of terms by which the words that begin with word are found; a few other words begin so too.
// A term is a stem, so diffusion* is found by diffus and studi* by study. There are none for less than two letters.
func Prefixes(word string) []string {
	tokens := Tokens(nil, word)
	if len(tokens) != 1 {
		return nil
	}
	var found []string
	add := func(s string) {
		if len(s) > 1 && !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(s, f) }) {
			found = append(slices.DeleteFunc(found, func(f string) bool { return strings.HasPrefix(f, s) }), s)
		}
	}
	add(tokens[0].Term)
	raw := Folded(word)[0]
	add(raw)
	for _, end := range [...][2]string{{"i", "y"}, {"is", "iz"}, {"ou", "o"}, {"tio", "t"}, {"sio", "s"}} {
		if root, ok := strings.CutSuffix(raw, end[0]); ok && len(root) > 2 {
			add(root + end[1])
		}
	}
	return found
}
