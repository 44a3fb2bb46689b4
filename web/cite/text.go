package cite

import (
	"strings"
	"unicode/utf8"

	"recto/web/latex"
)

// run is a piece of a text: prose in Unicode, or a formula as TeX without what stood around it.
type run struct {
	text string
	math bool
}

// Formulas are masked by characters of Unicode's private use, so that the prose around them is read as a whole.
const (
	firstMask = '\uE000'
	lastMask  = '\uF8FF'
)

// entities are what some sources leave of HTML in formulas.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// runs takes a text apart into prose and formulas.
func runs(s string) []run {
	if !strings.ContainsAny(s, `$\`) {
		return prose(latex.Text(s))
	}
	masked, formulas := mask(s)
	var list []run
	text := latex.Text(masked)
	for text != "" {
		i := strings.IndexFunc(text, isMask)
		if i < 0 {
			i = len(text)
		}
		list = append(list, prose(text[:i])...)
		if text = text[i:]; text != "" {
			r, size := utf8.DecodeRuneInString(text)
			list = append(list, run{text: formulas[r-firstMask], math: true})
			text = text[size:]
		}
	}
	return list
}

func prose(s string) []run {
	if s == "" {
		return nil
	}
	return []run{{text: s}}
}

func isMask(r rune) bool { return firstMask <= r && r <= lastMask }

// mask puts a character for each formula.
func mask(s string) (masked string, formulas []string) {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if tex, n := formulaAt(s[i:]); n > 0 && firstMask+rune(len(formulas)) <= lastMask {
			b.WriteRune(firstMask + rune(len(formulas)))
			formulas = append(formulas, entities.Replace(strings.Join(strings.Fields(tex), " ")))
			i += n
			continue
		}
		if r == '\\' && i+1 < len(s) && s[i+1] < utf8.RuneSelf {
			size = 2 // \$ begins nothing
		}
		if !isMask(r) {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String(), formulas
}

// formulaAt is the formula that s begins with, and how long it is with its delimiters.
func formulaAt(s string) (tex string, n int) {
	for _, d := range [...][2]string{{"$$", "$$"}, {`\(`, `\)`}, {`\[`, `\]`}, {"$", "$"}} {
		if !strings.HasPrefix(s, d[0]) {
			continue
		}
		body := s[len(d[0]):]
		end := formulaEnd(body, d[1])
		if end < 0 || !isFormula(body[:end], body[end+len(d[1]):], d[0] == "$") {
			return "", 0
		}
		return body[:end], end + len(d[0]) + len(d[1])
	}
	return "", 0
}

// formulaEnd is where a formula's closing delimiter stands, outside of braces, or -1.
func formulaEnd(body, closing string) int {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch {
		case depth == 0 && strings.HasPrefix(body[i:], closing):
			return i
		case body[i] == '\\':
			i++
		case body[i] == '{':
			depth++
		case body[i] == '}':
			if depth--; depth < 0 {
				return -1
			}
		}
	}
	return -1
}

// isFormula tells a formula from an amount of money, mostly by pandoc's rule: no blank within the dollars and no digit
// behind them.
func isFormula(tex, after string, dollars bool) bool {
	trimmed := strings.TrimSpace(tex)
	if trimmed == "" || strings.Contains(tex, "\n\n") || strings.ContainsFunc(tex, isMask) || strings.HasPrefix(trimmed, `\unicode`) {
		return false // the last is a dash or a letter that arXiv's form would not take
	}
	if !dollars || strings.ContainsAny(tex, `\^_{}`) {
		return true
	}
	digit := func(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }
	return len(trimmed) == len(tex) && !digit(after) && !(digit(tex) && strings.Contains(tex, " "))
}

// plain is a text as readable Unicode. A formula that Unicode cannot show stays as it is, in dollars.
func plain(s string) string {
	var b strings.Builder
	for _, r := range runs(s) {
		b.WriteString(r.plain())
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (r run) plain() string {
	if !r.math {
		return r.text
	}
	if text := latex.Text("$" + r.text + "$"); !strings.ContainsAny(text, `\^_{}$`) {
		return text
	}
	return "$" + r.text + "$"
}
