package text

import "bytes"

// american brings w, a lower-case word of a–z, from British to American spelling: behaviour, optimisation, analysed,
// catalogue, haemoglobin, sulphate, greyscale. The result is in w's memory and never longer. Doubled consonants
// (modelling, labelled) are the stemmer's, single words such as centre and defence the lexicon's.
func american(w []byte) []byte {
	if len(w) < 4 {
		return w
	}
	for i := range len(w) - 1 {
		switch w[i] {
		case 'o':
			if w[i+1] == 'u' && i+2 < len(w) && w[i+2] == 'r' && isOur(w[:i]) {
				w = cut(w, i+1, 1)
				return ized(w)
			}
			if w[i+1] == 'e' {
				return ized(short(w, i, oes[:]))
			}
		case 'a':
			if w[i+1] == 'e' {
				return ized(short(w, i, aes[:]))
			}
		case 'p':
			if w[i+1] == 'h' && i >= 3 && string(w[i-3:i]) == "sul" { // sulphate
				w[i] = 'f'
				return ized(cut(w, i+1, 1))
			}
		}
	}
	switch n := len(w); {
	case bytes.HasPrefix(w, []byte("grey")) && string(w) != "greyhound":
		w[2] = 'a'
	case n > 6 && hasSuffix(w, "logue"):
		return w[:n-2]
	case n > 7 && (hasSuffix(w, "logues") || hasSuffix(w, "logued")):
		return append(w[:n-3], w[n-1:]...)
	}
	return ized(w)
}

// cut takes n bytes at i out of w.
func cut(w []byte, i, n int) []byte { return append(w[:i], w[i+n:]...) }

// aes and oes are Greek roots that lose a vowel, with its place in them.
var (
	aes = [...]digraph{{"haem", 1}, {"aemi", 0}, {"paed", 1}, {"gynaec", 3}, {"archaeo", 4}, {"palaeo", 3}, {"anaesth", 2},
		{"aesth", 0}, {"caesi", 1}, {"faec", 1}, {"aetiol", 0}, {"mediaev", 4}}
	oes = [...]digraph{{"oestr", 0}, {"oesoph", 0}, {"foet", 1}, {"oedem", 0}, {"diarrhoea", 6}, {"amoeb", 2}, {"manoeuv", 3},
		{"homoeo", 3}, {"coeliac", 1}}
)

type digraph struct {
	root string
	at   int
}

func short(w []byte, i int, roots []digraph) []byte {
	for _, d := range roots {
		if from := i - d.at; from >= 0 && bytes.HasPrefix(w[from:], []byte(d.root)) {
			return cut(w, i, 1)
		}
	}
	return w
}

// isOur says whether a British word begins with root and our.
func isOur(root []byte) bool {
	switch string(root) {
	case "arb", "ard", "arm", "behavi", "misbehavi", "cand", "clam", "col", "discol", "multicol", "recol", "technicol", "tricol",
		"unicol", "watercol", "demean", "endeav", "fav", "disfav", "ferv", "flav", "harb", "hon", "dishon", "hum", "lab", "belab",
		"neighb", "od", "malod", "parl", "ranc", "rig", "rum", "savi", "sav", "splend", "tum", "antitum", "val", "vap", "vig":
		return true
	}
	return false
}

// ized spells -ise, -isation and -yse with a z.
func ized(w []byte) []byte {
	i := bytes.LastIndexByte(w, 's')
	if i > 0 && i == len(w)-1 { // the s of a plural
		i = bytes.LastIndexByte(w[:i], 's')
	}
	if i < 4 {
		return w
	}
	switch string(w[i+1:]) {
	case "e", "ed", "er", "ers", "ing", "able":
		if w[i-1] == 'y' && w[i-2] == 'l' { // analyse; the plural of analysis is another word
			w[i] = 'z'
			return w
		}
	case "es", "ings", "ation", "ations", "ational", "ability":
	default:
		return w
	}
	if w[i-1] == 'i' && !keepsS(w[:i-1]) {
		w[i] = 'z'
	}
	return w
}

// keepsS says whether root and -ise are spelt so everywhere: exercise, supervise, otherwise, noise.
func keepsS(root []byte) bool {
	n := len(root)
	switch root[n-1] {
	case 'a', 'e', 'o', 'u', 'w':
		return true
	case 'v':
		return !hasSuffix(root, "tiv")
	case 'r':
		return hasSuffix(root, "pr") || hasSuffix(root, "sunr") || hasSuffix(root, "moonr") || hasSuffix(root, "highr")
	case 'c':
		return hasSuffix(root, "xerc") || hasSuffix(root, "rec") || hasSuffix(root, "onc") || hasSuffix(root, "circumc") ||
			string(root) == "exc" || string(root) == "inc"
	}
	switch string(root) {
	case "advert", "readvert", "chast", "comprom", "dem", "desp", "disenfranch", "enfranch", "expert", "franch", "merchand", "mort",
		"parad", "pract", "prem", "prom", "surm", "treat", "val":
		return true
	}
	return false
}
