package text

// stem takes the English endings off w, a lower-case word of a–z: those of the plural, as Harman's S-stemmer does (How
// effective is suffixing?, JASIS 42, 1991), then those of the verb, step 1b and 5 of Porter's (An algorithm for suffix
// stripping, Program 14, 1980), and the -ion of detection and generation. It goes no further: university and universe,
// class and classify, stay apart. The result is in w's memory and never longer.
func stem(w []byte) []byte {
	if len(w) < 4 {
		return w
	}
	w = singular(w)
	if len(w) < 4 {
		return w
	}
	w = infinitive(w)
	n := len(w)
	switch {
	case n > 7 && (hasSuffix(w, "tion") || hasSuffix(w, "sion")):
		return w[:n-3]
	case n > 3 && w[n-1] == 'e' && (syllables(w[:n-1]) > 1 || !endsCVC(w[:n-1])): // model, module; but plan, plane
		return w[:n-1]
	case n > 4 && hasSuffix(w, "ll"): // modell, controll
		return w[:n-1]
	}
	return w
}

func singular(w []byte) []byte {
	n := len(w)
	if w[n-1] != 's' {
		return w
	}
	switch w[n-2] {
	case 's', 'u', 'i': // loss, focus, basis
		return w
	case 'e':
		switch {
		case n > 4 && w[n-3] == 'i': // studies
			w[n-3] = 'y'
			return w[:n-2]
		case n > 5 && hasSuffix(w, "theses"), n > 6 && hasSuffix(w, "yses"): // hypotheses, analyses
			w[n-2] = 'i'
			return w
		case hasSuffix(w, "xes"), hasSuffix(w, "ches"), hasSuffix(w, "shes"), hasSuffix(w, "sses"), hasSuffix(w, "zzes"),
			hasSuffix(w, "oes"):
			return w[:n-2]
		}
	}
	return w[:n-1]
}

func infinitive(w []byte) []byte {
	n := len(w)
	switch {
	case hasSuffix(w, "eed"):
		if syllables(w[:n-3]) > 0 && w[n-4] != 'c' { // agreed; not need, speed, exceed
			return w[:n-1]
		}
		return w
	case n > 4 && hasSuffix(w, "ied"): // studied
		w[n-3] = 'y'
		return w[:n-2]
	case hasSuffix(w, "ed"):
		n -= 2
	case hasSuffix(w, "ing"):
		n -= 3
	default:
		return w
	}
	if n < 3 || !hasVowel(w[:n]) { // red, string
		return w
	}
	root := w[:n]
	switch last := root[n-1]; {
	case n > 3 && last == root[n-2] && !isVowel(root, n-1) && last != 's' && last != 'l' && last != 'z': // planning
		return root[:n-1]
	case hasSuffix(root, "at"), hasSuffix(root, "bl"), hasSuffix(root, "iz"), syllables(root) == 1 && endsCVC(root): // scaling
		w[n] = 'e'
		return w[:n+1]
	}
	return root
}

// syllables is Porter's measure m: how often a run of vowels is followed by consonants.
func syllables(w []byte) int {
	m, vowel := 0, false
	for i := range w {
		v := isVowel(w, i)
		if vowel && !v {
			m++
		}
		vowel = v
	}
	return m
}

func hasVowel(w []byte) bool {
	for i := range w {
		if isVowel(w, i) {
			return true
		}
	}
	return false
}

// endsCVC is Porter's *o: the end is consonant, vowel, consonant, the last of them no w, x or y.
func endsCVC(w []byte) bool {
	n := len(w)
	return n > 2 && !isVowel(w, n-1) && isVowel(w, n-2) && !isVowel(w, n-3) && w[n-1] != 'w' && w[n-1] != 'x' && w[n-1] != 'y'
}

func isVowel(w []byte, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !isVowel(w, i-1)
	}
	return false
}

func hasSuffix(w []byte, suffix string) bool {
	return len(w) >= len(suffix) && string(w[len(w)-len(suffix):]) == suffix
}
