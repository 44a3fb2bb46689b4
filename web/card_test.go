package web

import (
	"strings"
	"testing"
)

func TestOpeningEndsBetweenWordsAndOutsideFormulas(t *testing.T) {
	long := strings.Repeat("word ", 200)
	for name, c := range map[string]struct{ abstract, has, hasNot string }{
		"short":                {"A short one.", "A short one.", "…"},
		"long":                 {long, "word …", "word word  "},
		"a formula at the cut": {strings.Repeat("word ", 66) + "$a + b + c + d + e + f + g + h$ " + long, "word …", "$"},
		"braces at the cut":    {strings.Repeat("word ", 66) + `\emph{some words that go on here} ` + long, "word …", `\emph`},
		"one endless word":     {strings.Repeat("x", 2000), "xxx", "…"},
		"a lone dollar":        {"It costs $5 " + long, "$5", "\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := opening(c.abstract)
			if !strings.Contains(got, c.has) || strings.Contains(got, c.hasNot) {
				t.Errorf("%d bytes: …%s", len(got), got[max(0, len(got)-80):])
			}
		})
	}
}
