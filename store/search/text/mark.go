package text

import "strings"

// Span is the part s[Start:End] of a text.
type Span struct{ Start, End int }

// Marks are the parts of s to be marked: words whose terms are wanted, in order and apart. A mark holds a formula whole and
// never half of a TeX group.
func Marks(s string, wanted func(term string) bool) []Span {
	var marks []Span
	formulas := formulas(s)
	for _, token := range Tokens(nil, s) {
		if !wanted(token.Term) {
			continue
		}
		mark := Span{token.Start, token.End}
		if strings.ContainsAny(s[mark.Start:mark.End], `{}\`) {
			mark = enclosed(s, mark)
		}
		for len(formulas) > 0 && formulas[0].End <= mark.Start {
			formulas = formulas[1:]
		}
		for _, f := range formulas {
			if f.Start >= mark.End {
				break
			}
			mark = Span{min(mark.Start, f.Start), max(mark.End, f.End)}
		}
		if n := len(marks); n > 0 && mark.Start <= marks[n-1].End {
			marks[n-1].End = max(marks[n-1].End, mark.End)
		} else {
			marks = append(marks, mark)
		}
	}
	return marks
}

// enclosed widens the place of a word to the braces that it would cut.
func enclosed(s string, word Span) Span {
	depth, lowest := 0, 0
	for i := word.Start; i < word.End; i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
			lowest = min(lowest, depth)
		}
	}
	for ; lowest < 0 && word.Start > 0 && s[word.Start-1] == '{'; lowest++ {
		word.Start--
		depth++
	}
	for ; depth > 0 && word.End < len(s) && s[word.End] == '}'; depth-- {
		word.End++
	}
	return word
}

// formulas finds $…$, $$…$$, \(…\) and \[…\]. A dollar before a blank or a digit behind the closing one are money, as in
// Pandoc's Markdown.
func formulas(s string) []Span {
	const longest = 500 // bytes; what is longer was not meant to be one
	var found []Span
	for i := 0; i < len(s); i++ {
		var begin, end int
		switch s[i] {
		case '\\':
			i++
			if i == len(s) || s[i] != '(' && s[i] != '[' {
				continue
			}
			closing := `\)`
			if s[i] == '[' {
				closing = `\]`
			}
			if n := strings.Index(s[i:min(len(s), i+longest)], closing); n > 0 {
				begin, end = i-1, i+n+2
			}
		case '$':
			begin = i
			end = closingDollar(s[:min(len(s), i+longest)], i)
		}
		if end > 0 {
			found = append(found, Span{begin, end})
			i = end - 1
		}
	}
	return found
}

// closingDollar is the end of the formula that begins at i, or 0.
func closingDollar(s string, i int) int {
	sign := "$"
	if strings.HasPrefix(s[i:], "$$") {
		sign = "$$"
	}
	from := i + len(sign)
	if from < len(s) && isBlank(s[from]) && sign == "$" {
		return 0
	}
	for j := from; j < len(s); j++ {
		switch {
		case s[j] == '\\':
			j++
		case strings.HasPrefix(s[j:], sign) && j > from:
			end := j + len(sign)
			if sign == "$" && (isBlank(s[j-1]) || end < len(s) && isDigit(s[end])) {
				return 0
			}
			return end
		case strings.HasPrefix(s[j:], "\n\n"):
			return 0
		}
	}
	return 0
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }
