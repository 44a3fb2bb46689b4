package cite

import (
	"regexp"
	"strings"
	"unicode"
)

// texTitle writes a title for a TeX file with braces around the words whose capitals a style must not take away.
//
// Braces around all of it would keep every style from setting titles in its own case, and no braces at all turn BERT into
// bert. So a word keeps its capitals when they can't come from the title's style: those inside of it (BERT, ResNet, 3D),
// and in a title written like a sentence every capital behind the first (Bayesian, Hilbert). In a title with all its words
// in capitals nobody can tell a name by its form.
func texTitle(rs []run, utf8 bool) string {
	var b, prose strings.Builder
	for _, r := range rs {
		if !r.math {
			prose.WriteString(r.text)
		}
	}
	style, sentence := texStyle{utf8, isGreek(prose.String())}, isSentence(rs)
	opening := true
	for i, r := range rs {
		if r.math {
			b.WriteString(texFormula(r.text))
			opening = false
			continue
		}
		for j, w := range words(curly(r.text)) {
			text := style.text(w.text)
			if w.isWord {
				kept := i == 0 && j == 0 || w.behindColon // BibTeX keeps these capitals itself
				if protected(w.text, !kept && (opening || sentence)) {
					text = "{" + text + "}"
				}
				opening = false
			}
			b.WriteString(text)
		}
	}
	return b.String()
}

// word is a word of a title, or what stands between two.
type word struct {
	text        string
	isWord      bool
	behindColon bool
}

// wordForm has hyphened words apart, for a style may want Self-supervised. An apostrophe is part of a word, and so are the
// signs of small figures.
var wordForm = regexp.MustCompile(`[\pL\pM\pN⁺⁻₊₋′]+(?:['’][\pL\pM\pN]+)*`)

// words takes prose apart; put together they are the prose again.
func words(s string) []word {
	var list []word
	end := 0
	for _, at := range wordForm.FindAllStringIndex(s, -1) {
		between := s[end:at[0]]
		if between != "" {
			list = append(list, word{text: between})
		}
		end = at[1]
		blank := strings.TrimRight(between, " ")
		list = append(list, word{s[at[0]:at[1]], true, blank != between && strings.HasSuffix(blank, ":")})
	}
	if end < len(s) {
		list = append(list, word{text: s[end:]})
	}
	return list
}

// isCapital leaves out Greek, whose capitals are symbols and stand in formulas.
func isCapital(r rune) bool { return unicode.IsUpper(r) && !unicode.Is(unicode.Greek, r) }

// protected says whether a word must keep its capitals. The first letter's means something by itself only where a style
// does not ask for it.
func protected(text string, firstMeans bool) bool {
	letters := []rune(text)
	for _, r := range letters[1:] {
		if isCapital(r) {
			return true
		}
	}
	if !isCapital(letters[0]) {
		return false
	}
	return firstMeans || len(letters) == 1 && text != "A" || strings.ContainsFunc(text, unicode.IsDigit) // U-Net, Qwen2
}

// isSentence says whether a title is written like a sentence: more of its longer words are small than not.
func isSentence(rs []run) bool {
	small := 0
	for i, r := range rs {
		if r.math {
			continue
		}
		for j, w := range words(r.text) {
			letters := []rune(w.text)
			switch {
			case !w.isWord || w.behindColon || i == 0 && j == 0 || len(letters) < 4 || protected(w.text, false):
			case isCapital(letters[0]):
				small--
			default:
				small++
			}
		}
	}
	return small > 0
}
