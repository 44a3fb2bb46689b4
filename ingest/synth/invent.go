package synth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// inventor makes words that nobody has used, of the parts of rare real ones.
type inventor struct{ words []string }

// word is the invented word of a rank; the same rank is always the same word.
func (v *inventor) word(rank int) string {
	if len(v.words) == 0 {
		return ""
	}
	d := dice(hash(uint64(rank), 7))
	base := v.words[d.below(len(v.words))]
	if strings.ContainsAny(base, "0123456789") {
		return otherDigits(base, &d, maxDigits)
	}
	other := v.words[d.below(len(v.words))]
	if strings.ContainsAny(other, "0123456789") {
		other = base
	}
	if i := strings.IndexByte(base, '-'); i > 0 { // part by part
		return base[:i+1] + strings.ToLower(other[strings.LastIndexByte(other, '-')+1:])
	}
	word := head(base, &d)
	if d.below(3) == 0 { // more parts, more words
		middle := v.words[d.below(len(v.words))]
		if part := rest(middle, &d); len(part) > 4 && isLower(part) {
			word += head(part, &d)
		}
	}
	return word + rest(other, &d)
}

const maxDigits = 12

// otherDigits is text with other digits in its numbers of at most most digits; a first one is never 0.
func otherDigits(text string, d *dice, most int) string {
	b := []byte(text)
	for i := 0; i < len(b); {
		end := i
		for end < len(b) && b[end] >= '0' && b[end] <= '9' {
			end++
		}
		if n := end - i; n > 0 && n <= most && b[i] != '0' {
			b[i] = byte('1' + d.below(9))
			for j := i + 1; j < end; j++ {
				b[j] = byte('0' + d.below(10))
			}
		}
		i = end + 1
	}
	return string(b)
}

// cut is where to cut a word: behind one of its vowels, two letters from its ends; its end when there is none.
func cut(word string, d *dice) int {
	var places [16]int
	n := 0
	for i, r := range word {
		after := i + utf8.RuneLen(r)
		if i >= 1 && after <= len(word)-2 && n < len(places) && strings.ContainsRune("aeiouyäöüéáíó", unicode.ToLower(r)) {
			places[n] = after
			n++
		}
	}
	if n == 0 {
		return len(word)
	}
	return places[d.below(n)]
}

func head(word string, d *dice) string { return word[:cut(word, d)] }

func rest(word string, d *dice) string {
	if i := cut(word, d); i < len(word) {
		return word[i:]
	}
	return strings.ToLower(word)
}

func isLower(s string) bool { return s == strings.ToLower(s) }
