package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPrefixes(t *testing.T) {
	for word, want := range map[string]string{
		"diffus": "diffus", "diffusion": "diffus", "studi": "studi study", "optimis": "optimis optimiz", "detectio": "detect",
		"Schröd": "schrod", "multi-mod": "multimod", "data se": "", "few-shot": "", "a": "", "": "", "gpt4": "gpt4", "centre": "center centre",
		"behaviou": "behavio",
	} {
		if got := strings.Join(Prefixes(word), " "); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// A word is found by its own prefix, typed out.
func TestPrefixesFindTheWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{2,8}(ise|isation|our|s|ies|ing|ed|ion|logue|yse)?`).Draw(t, "word")
		terms := Terms(word)
		if len(terms) != 1 || len(terms[0]) < 2 {
			return
		}
		for _, prefix := range Prefixes(word) {
			if strings.HasPrefix(terms[0], prefix) {
				return
			}
		}
		t.Fatalf("%s, found by %s, is not among %q", word, terms[0], Prefixes(word))
	})
}

func TestFolded(t *testing.T) {
	if got := strings.Join(Folded(`Schr\"odinger's Multi-Modal Data Sets, analysed`), " "); got != "schrodinger multimodal datasets analysed" {
		t.Errorf("got %q", got)
	}
}
