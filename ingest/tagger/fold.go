package tagger

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// irregular plurals worth folding, plural first. Those that English shares
// with a verb or with another noun ("leaves", "axes") are left alone.
var irregular = map[string]string{
	"matrices": "matrix", "indices": "index", "vertices": "vertex", "vortices": "vortex",
	"analyses": "analysis", "hypotheses": "hypothesis", "syntheses": "synthesis",
	"crises": "crisis", "diagnoses": "diagnosis", "theses": "thesis", "ellipses": "ellipsis",
	"phenomena": "phenomenon", "criteria": "criterion", "automata": "automaton",
	"spectra": "spectrum", "continua": "continuum", "quanta": "quantum",
	"nuclei": "nucleus", "radii": "radius", "stimuli": "stimulus", "tori": "torus",
	"supernovae": "supernova", "nebulae": "nebula", "antennae": "antenna", "formulae": "formula",
	"halves": "half", "children": "child", "women": "woman", "caches": "cache", "movies": "movie",
	"cookies": "cookie", "calories": "calorie", "niches": "niche", "headaches": "headache",
}

var irregularPlural = inverse(irregular)

func inverse(m map[string]string) map[string]string {
	inv := make(map[string]string, len(m))
	for plural, singular := range m {
		inv[singular] = plural
	}
	return inv
}

// unfolded end in s and are no plurals.
var unfolded = set(`series species news lens bias gas atlas canvas alias chaos cosmos kudos ethos pathos
	texas kansas christmas means whereas perhaps always sometimes besides towards corps pandas
	gauss bayes laplace menses aids jeans mars paris wales aries dos ios bios macos lotos
	christoffels debris rhinoceros diabetes rabies herpes mathias thomas jones hodges
	lagrangias kinesis acoustics yes`)

// singular folds a lower-case word to the form that its singular and its
// plural share. It folds only what pluralise can undo, so that a name can be
// spelled either way from the folded form.
func singular(w string) string {
	n := len(w)
	if n < 4 || w[n-1] != 's' && w[n-1] != 'a' && w[n-1] != 'i' && w[n-1] != 'e' && w[n-1] != 'n' {
		return w
	}
	if s, ok := irregular[w]; ok {
		return s
	}
	if w[n-1] != 's' || unfolded[w] {
		return w
	}
	switch w[n-2] {
	case 's', 'u', 'i', '\'':
		return w
	case 'c':
		if w[n-3] == 'i' { // physics, dynamics, and with them the rare "topics"
			if n < 7 || hasAnySuffix(w, "topics", "metrics", "critics", "classics", "heuristics", "mosaics", "lyrics") && !hasAnySuffix(w, "geometrics", "econometrics", "psychometrics", "biometrics") {
				return w[:n-1]
			}
			return w
		}
	case 'e':
		switch {
		case w[n-3] == 'i' && n > 4:
			return w[:n-3] + "y"
		case hasAnySuffix(w, "sses", "shes", "ches", "xes", "zzes", "biases", "lenses", "gases", "viruses", "buses", "corpuses", "statuses", "campuses", "focuses", "atlases", "aliases", "canvases"):
			return w[:n-2]
		}
	}
	s := w[:n-1]
	if pluralise(s) != w {
		return w
	}
	return s
}

// pluralise undoes singular.
func pluralise(w string) string {
	if p, ok := irregularPlural[w]; ok {
		return p
	}
	n := len(w)
	if n < 2 {
		return w + "s"
	}
	switch {
	case w[n-1] == 'y' && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case hasAnySuffix(w, "ss", "sh", "ch", "x", "zz") || unfolded[w] || hasAnySuffix(w, "virus", "corpus", "status", "campus", "focus", "bus"):
		return w + "es"
	}
	return w + "s"
}

func hasAnySuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}

// american maps the regular British spellings to the American ones. It only
// makes keys: which spelling readers see is decided by use.
func american(w string) string {
	n := len(w)
	if n < 6 {
		return w
	}
	switch {
	case strings.HasSuffix(w, "isation"):
		return w[:n-7] + "ization"
	case strings.HasSuffix(w, "isations"):
		return w[:n-8] + "izations"
	case strings.HasSuffix(w, "elling"), strings.HasSuffix(w, "elled"): // modelling, labelled
		i := strings.LastIndex(w, "ell")
		if i >= 3 && w != "spelling" && w != "dwelling" && w != "swelling" {
			return w[:i+2] + w[i+3:]
		}
	case strings.Contains(w, "our"):
		for _, stem := range [...]string{"behaviour", "colour", "neighbour", "favour", "flavour", "tumour", "vapour", "harbour", "labour", "humour"} {
			if i := strings.Index(w, stem); i >= 0 {
				at := i + len(stem)
				return w[:at-2] + w[at-1:]
			}
		}
	case strings.HasSuffix(w, "centre"), strings.HasSuffix(w, "centred"), strings.HasSuffix(w, "fibre"), strings.HasSuffix(w, "fibres"), strings.HasSuffix(w, "centres"):
		return strings.Replace(strings.Replace(w, "tre", "ter", 1), "bre", "ber", 1)
	}
	return w
}

// appendPlain appends s in lower case and without its diacritics.
func appendPlain(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return appendPlainRunes(dst, s[i:])
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func appendPlainRunes(dst []byte, s string) []byte {
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ø' || r == 'Ø':
			dst = append(dst, 'o')
		case r == 'ł' || r == 'Ł':
			dst = append(dst, 'l')
		default:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// The hash of a phrase is built word by word: FNV-1a over a word's bytes, then
// mixed into what came before. It is stored, so it must never change without a
// new version of the binary form.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
	mixer     = 0x9e3779b97f4a7c15
)

func hashWord(w string) uint64 {
	h := uint64(fnvOffset)
	for i := 0; i < len(w); i++ {
		h = (h ^ uint64(w[i])) * fnvPrime
	}
	return h
}

func mix(phrase, word uint64) uint64 {
	h := (phrase ^ word) * mixer
	return h ^ h>>29
}

// hashPhrase is the hash of space-separated words whose last one is folded to
// its singular.
func hashPhrase(words string) uint64 {
	var h uint64
	for w := range strings.FieldsSeq(words) {
		h = mix(h, hashWord(w))
	}
	return h
}
