package card

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// block is a text broken into lines.
type block struct {
	font  font
	lines []string
}

// fit breaks a text into at most lines lines of a width, in the largest of some sizes in which that goes. When none will
// do, it is cut short in the smallest.
func (p *pen) fit(face typeface, text string, width float64, lines int, sizes ...float64) block {
	var b block
	for _, size := range sizes {
		b = block{font: font{face: face, size: size, tracking: -1}}
		if b.lines = p.wrap(b.font, text, width); len(b.lines) <= lines {
			return p.balance(b, text, width)
		}
	}
	last := strings.Join(b.lines[lines-1:], " ")
	b.lines = append(b.lines[:lines-1], p.shorten(b.font, last, width))
	return b
}

// balance makes a block's lines about equally long, without one more.
func (p *pen) balance(b block, text string, width float64) block {
	low, high := width/float64(max(len(b.lines), 1)), width
	for high-low > 4 {
		middle := (low + high) / 2
		if lines := p.wrap(b.font, text, middle); len(lines) <= len(b.lines) {
			b.lines, high = lines, middle
		} else {
			low = middle
		}
	}
	return b
}

// wrap breaks a text into lines of a width, at blanks and between Chinese characters; a word that is too long for a line
// is broken anywhere.
func (p *pen) wrap(f font, text string, width float64) []string {
	var lines []string
	line := ""
	for text != "" {
		word := nextWord(text)
		text = text[len(word):]
		if p.width(f, line+strings.TrimRight(word, " ")) <= width {
			line += word
			continue
		}
		if line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
		}
		for word != "" && p.width(f, strings.TrimRight(word, " ")) > width {
			n := p.longest(f, word, width)
			lines = append(lines, word[:n])
			word = word[n:]
		}
		line = word
	}
	if line = strings.TrimRight(line, " "); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// nextWord is the text up to where a line may end, with the blank there.
func nextWord(text string) string {
	before, twoBefore := rune(0), rune(0)
	for i, r := range text {
		switch {
		case before == 0:
		case before == ' ' && r != ' ',
			before == '-' && unicode.IsLetter(twoBefore) && unicode.IsLetter(r),
			before == '—' && r != ' ',
			(isCJK(before) || isCJK(r)) && before != ' ' && !unicode.In(before, unicode.Ps, unicode.Pi) && !staysBehind(r):
			return text[:i]
		}
		before, twoBefore = r, before
	}
	return text
}

// staysBehind says whether a character may not begin a line.
func staysBehind(r rune) bool {
	return r == ' ' || r == 'ー' || unicode.In(r, unicode.Po, unicode.Pe, unicode.Pf, unicode.Pd)
}

// longest is how many bytes of a text a line of a width has room for, at least one character's.
func (p *pen) longest(f font, text string, width float64) int {
	_, n := utf8.DecodeRuneInString(text)
	for i := range text {
		if i > n && p.width(f, text[:i]) > width {
			break
		}
		n = max(n, i)
	}
	return n
}

// shorten is a text that fits a line of a width: what doesn't is replaced by an ellipsis, after a whole word if there is
// one.
func (p *pen) shorten(f font, text string, width float64) string {
	if p.width(f, text) <= width {
		return text
	}
	n := p.longest(f, text, width-p.width(f, gap))
	cut := text[:n]
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 && text[n] != ' ' {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.-–…&(") + gap
}
