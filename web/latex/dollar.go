package latex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFormula is the longest formula that is looked for, in bytes.
const maxFormula = 4 << 10

// dollar handles $ and $$: maths, or an amount of money.
func (s *scanner) dollar() {
	if strings.HasPrefix(s.in[s.pos:], "$$") {
		body := s.in[s.pos+2:]
		end := strings.Index(body[:min(len(body), maxFormula+2)], "$$")
		if end > 0 && strings.TrimSpace(body[:end]) != "" {
			s.formula("$$", body[:end], "$$", true)
			return
		}
		s.write("$$")
		s.pos += 2
		return
	}
	body := s.in[s.pos+1:]
	if end := formulaEnd(body); end > 0 {
		s.formula("$", body[:end], "$", false)
		return
	}
	s.write("$")
	s.pos++
}

// formulaEnd returns where the formula at the start of body ends, or -1 if
// there is none.
func formulaEnd(body string) int {
	first, last := dollarsIn(body)
	if first <= 0 {
		return -1
	}
	// The dollars of \text{if $x$ is even} don't end the formula around them.
	if last != first && looksLikeMaths(body[:last], body[last+1:]) {
		return last
	}
	if looksLikeMaths(body[:first], body[first+1:]) {
		return first
	}
	return -1
}

// dollarsIn finds the next dollar, and the first one outside braces if it is
// at most the third.
func dollarsIn(body string) (first, outside int) {
	first = -1
	depth := 0
	body = body[:min(len(body), maxFormula+1)]
	for i, seen := 0, 0; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth--
		case '$':
			if seen++; first < 0 {
				first = i
			}
			if depth <= 0 {
				return first, i
			}
			if seen == 3 {
				return first, first
			}
		}
	}
	return first, first
}

// looksLikeMaths applies pandoc's rule, no space within the dollars and no
// digit after them, and helps it where authors don't follow it: with a sign
// of TeX in it, $ x^2 $ and $\sim$5 are maths; without one, and with words,
// "$12 and then x$" is not.
func looksLikeMaths(tex, after string) bool {
	if strings.TrimSpace(tex) == "" || strings.Contains(tex, "\n\n") {
		return false
	}
	strict := !isSpace(tex[0]) && !isSpace(tex[len(tex)-1]) && (after == "" || !isDigit(after[0]))
	words := proseWords(tex)
	switch {
	case strings.ContainsAny(tex, `\^_=<>+|{}`):
		if strict {
			return words < 6
		}
		return words < 3 && !(isDigit(tex[0]) && words > 0)
	case strict:
		return words < 2 && !(isDigit(tex[0]) && strings.ContainsAny(tex, " \n"))
	}
	// $ x $, and Greek letters as such.
	return len(strings.TrimSpace(tex)) <= 8 && words == 0 && !isDigit(strings.TrimSpace(tex)[0])
}

// proseWords counts the words of a formula that look like those of a
// sentence: small letters after a space, outside braces.
func proseWords(tex string) int {
	depth, words := 0, 0
	for i := 0; i < len(tex); i++ {
		switch c := tex[i]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case isSpace(c) && depth == 0:
			end := i + 1
			for end < len(tex) && 'a' <= tex[end] && tex[end] <= 'z' {
				end++
			}
			if end-i > 3 && (end == len(tex) || isSpace(tex[end]) || strings.IndexByte(".,;:)", tex[end]) >= 0) {
				words++
			}
		}
	}
	return words
}

// bracketMath handles \( and \[, of which the backslash has been read.
func (s *scanner) bracketMath(c byte) {
	open, closing := `\(`, `\)`
	if c == '[' {
		open, closing = `\[`, `\]`
	}
	body := s.in[s.pos+1:]
	end := strings.Index(body[:min(len(body), maxFormula+2)], closing)
	if end < 0 || strings.TrimSpace(body[:end]) == "" {
		s.write(open)
		s.pos++
		return
	}
	s.pos--
	s.formula(open, body[:end], closing, c == '[')
}

// ensureMath handles \ensuremath{…}, whose name has been read.
func (s *scanner) ensureMath(start int) {
	tex, ok := s.rawArgument()
	if !ok || strings.TrimSpace(tex) == "" {
		s.writeSource(start)
		return
	}
	s.addMath(node{kind: mathNode, text: tex, open: `\ensuremath{`, close: "}"})
}

// mathEnvironments are those that are maths without dollars.
var mathEnvironments = map[string]bool{
	"equation": true, "displaymath": true, "math": true, "align": true, "alignat": true, "flalign": true,
	"gather": true, "multline": true, "eqnarray": true,
}

// environment handles \begin and \end, which have been read.
func (s *scanner) environment(start int, begin bool) {
	name, ok := s.rawArgument()
	if !ok || len(name) > 20 {
		s.writeSource(start)
		return
	}
	bare := strings.TrimSuffix(name, "*")
	if begin && mathEnvironments[bare] {
		body, closing := s.in[s.pos:], `\end{`+name+`}`
		end := strings.Index(body[:min(len(body), maxFormula+len(closing))], closing)
		if end >= 0 {
			source := s.in[start : s.pos+end+len(closing)]
			s.pos += end + len(closing)
			s.addMath(node{kind: mathNode, text: source, display: bare != "math"})
			return
		}
		s.writeSource(start)
		return
	}
	switch bare {
	case "itemize", "enumerate", "description", "quote", "center", "abstract":
		s.optional()
		s.lineBreak()
	default:
		s.writeSource(start)
	}
}

// formula adds the formula at the current position, with its delimiters.
func (s *scanner) formula(open, tex, closing string, display bool) {
	s.pos += len(open) + len(tex) + len(closing)
	if !s.nested && isTextCommand(tex) {
		for _, n := range scan(tex, true, nil) {
			s.flush()
			s.add(n)
		}
		return
	}
	if n, ok := bareScript(tex); ok && !display {
		s.flush()
		s.add(n)
		return
	}
	s.addMath(node{kind: mathNode, text: tex, open: open, close: closing, display: display})
}

// maxBareScript is how many characters a script without a base may have.
const maxBareScript = 12

// bareScript makes a node of a formula that only raises or lowers something,
// as in H$_2$O and 5$^{\rm th}$: a browser may break a line on either side of
// <math>, and within H₂O it must not.
func bareScript(tex string) (node, bool) {
	tex = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(tex), "{}"))
	if len(tex) < 2 || tex[0] != '^' && tex[0] != '_' {
		return node{}, false
	}
	arg := strings.TrimSpace(tex[1:])
	switch name := commandName(strings.TrimPrefix(arg, `\`)); {
	case arg == "":
		return node{}, false
	case arg[0] == '{' && matchingBrace(arg) == len(arg)-1, len(arg) == 1:
	case arg[0] == '\\' && len(name) == len(arg)-1:
	default:
		return node{}, false
	}
	text := plainMath(arg)
	if n := utf8.RuneCountInString(text); n == 0 || n > maxBareScript || strings.ContainsFunc(text, notInScript) {
		return node{}, false
	}
	if text == "∘" && tex[0] == '^' {
		return node{kind: textNode, text: "°"}, true
	}
	script := node{kind: styleNode, text: tex[:1], kids: []node{{kind: textNode, text: text}}}
	if len(text) == 1 && isLetter(text[0]) && !strings.Contains(arg, `\`) {
		script.kids = []node{{kind: styleNode, text: "i", kids: script.kids}}
	}
	return script, true
}

func notInScript(r rune) bool {
	return !unicode.IsDigit(r) && (r >= 0x80 || !isLetter(byte(r))) && !strings.ContainsRune("+−.⊙∘†‡∗*′", r)
}

func (s *scanner) addMath(n node) {
	s.flush()
	s.add(n)
	s.spaced = false
}

// isTextCommand says whether a formula is nothing but words within a command
// for text, as $\textbf{16.3%}$ and $\href{…}{…}$ are.
func isTextCommand(tex string) bool {
	tex = strings.TrimSpace(tex)
	if !strings.HasPrefix(tex, `\`) {
		return false
	}
	n := 1
	for n < len(tex) && isLetter(tex[n]) {
		n++
	}
	rest := tex[n:]
	switch tex[1:n] {
	case "href":
		end := matchingBrace(rest)
		if end < 0 {
			return false
		}
		rest = strings.TrimSpace(rest[end+1:])
	case "url", "textbf", "textit", "texttt", "textsc", "textrm", "text", "emph", "mbox", "underline":
	default:
		return false
	}
	end := matchingBrace(rest)
	return strings.HasPrefix(rest, "{") && end == len(rest)-1 && !strings.ContainsAny(rest, `^`)
}
