package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"recto/store/search/text"
)

type kind uint8

const (
	wordToken kind = iota
	phraseToken
	openToken
	closeToken
	orToken
	andToken
	notToken
	fieldToken
)

type token struct {
	kind       kind
	text       string // a word, the inside of a phrase, a field's name
	start, end int
}

// lexer cuts a query into tokens. Blanks part them, and parentheses and bars that aren't inside a word.
type lexer struct {
	s      string
	i      int
	tokens []token
	loose  bool // a quotation mark has no partner
	prose  bool // capitals are no sign of an operator
	note   func(format string, args ...any)
}

func (l *lexer) run() []token {
	l.prose = isProse(l.s)
	for {
		l.skipBlanks()
		if l.i == len(l.s) {
			return l.merged()
		}
		l.next()
	}
}

func (l *lexer) skipBlanks() {
	l.i += len(l.s[l.i:]) - len(strings.TrimLeftFunc(l.s[l.i:], unicode.IsSpace))
}

func (l *lexer) add(k kind, text string, start, end int) {
	l.tokens = append(l.tokens, token{k, text, start, end})
	l.i = end
}

func (l *lexer) next() {
	r, size := utf8.DecodeRuneInString(l.s[l.i:])
	switch r {
	case '(':
		l.add(openToken, "", l.i, l.i+1)
	case ')':
		l.add(closeToken, "", l.i, l.i+1)
	case '|':
		l.add(orToken, "", l.i, l.i+1)
	case '"', '“', '”', '„', '«':
		l.phrase(size)
	case '-', '−':
		rest := strings.TrimLeft(l.s[l.i:], "-−")
		dashes := len(l.s) - len(rest) - l.i
		if first, _ := utf8.DecodeRuneInString(rest); dashes == size && rest != "" && !unicode.IsSpace(first) {
			l.add(notToken, "", l.i, l.i+size)
		} else {
			l.i += dashes // no sign, but a dash
		}
	default:
		l.word()
	}
}

// phrase reads up to the closing mark; one that is missing is taken to stand at the end.
func (l *lexer) phrase(size int) {
	start := l.i
	for i := start + size; i < len(l.s); {
		r, n := utf8.DecodeRuneInString(l.s[i:])
		if r == '\\' && i+1 < len(l.s) && l.s[i+1] == '"' && closesLater(l.s[i+2:]) { // Schr\"odinger
			i += 2
			continue
		}
		if r == '"' || r == '“' || r == '”' || r == '»' {
			l.add(phraseToken, l.s[start+size:i], start, i+n)
			return
		}
		i += n
	}
	if inside := l.s[start+size:]; strings.TrimSpace(inside) != "" {
		l.loose = true
		l.note("A quotation mark has no partner; the phrase was read to the end.")
		l.add(phraseToken, inside, start, len(l.s))
		return
	}
	l.i = len(l.s)
}

// closesLater says whether s begins with what a TeX accent can stand on, so that the mark before it closes nothing.
func closesLater(s string) bool {
	return s != "" && (s[0] == '{' || s[0] == '\\' || unicode.IsLetter(rune(s[0])))
}

func (l *lexer) word() {
	start := l.i
	end := wordEnd(l.s, start)
	word := l.s[start:end]
	if !l.prose {
		switch word {
		case "OR", "||":
			l.add(orToken, word, start, end)
			return
		case "AND", "&", "&&":
			l.add(andToken, word, start, end)
			return
		case "NOT":
			l.add(notToken, word, start, end)
			return
		case "ANDNOT":
			l.add(andToken, word, start, end)
			l.add(notToken, word, start, end)
			return
		}
	}
	if name, rest, ok := strings.Cut(word, ":"); ok && l.field(name, rest, start) {
		return
	}
	l.add(wordToken, word, start, max(end, start+1))
}

// field reads the name of a known field, whose value follows.
func (l *lexer) field(name, rest string, start int) bool {
	lower := strings.ToLower(name)
	if fields[lower] == 0 {
		if isName(name) && name == lower && startsValue(rest) {
			l.note("There is no field “%s:”; it was read as a word.", name)
		}
		return false
	}
	if strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "/") {
		return false
	}
	after := start + len(name) + 1
	if rest == "" && after < len(l.s) && l.s[after] != '"' && l.s[after] != '(' && name != lower {
		return false // Title: a Subtitle
	}
	l.add(fieldToken, lower, start, after)
	l.skipBlanks()
	if strings.HasPrefix(l.s[l.i:], "[") || strings.HasPrefix(l.s[l.i:], "{") { // submittedDate:[… TO …]
		if n := strings.IndexAny(l.s[l.i:], "]}"); n > 0 && fields[lower] == inField {
			l.add(wordToken, l.s[l.i:l.i+n+1], l.i, l.i+n+1)
		}
		return true
	}
	if fields[lower] == authorField {
		l.inverted()
	}
	return true
}

// inverted reads a name with its surname first whole: LeCun, Yann.
func (l *lexer) inverted() {
	end := l.i
	for end < len(l.s) && !strings.ContainsRune(" \t\n\"()|", rune(l.s[end])) {
		end++
	}
	if end == l.i || l.s[end-1] != ',' || end == len(l.s) || l.s[end] != ' ' {
		return
	}
	given := end + 1
	to := wordEnd(l.s, given)
	if word := l.s[given:to]; word != "" && !isOperator(word) && !strings.Contains(word, ":") && unicode.IsLetter(rune(word[0])) {
		l.add(wordToken, l.s[l.i:to], l.i, to)
	}
}

func isOperator(word string) bool {
	return word == "OR" || word == "AND" || word == "NOT" || word == "ANDNOT"
}

func isName(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

func startsValue(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (r == '"' || r == '(' || unicode.IsLetter(r) || unicode.IsDigit(r))
}

// wordEnd is where the word that begins at start ends. Parentheses that open and close in it are its own, as in SU(2) and
// p(y|x); a quotation mark behind a field's colon is not.
func wordEnd(s string, start int) int {
	depth, opened := 0, 0
	for i := start; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			if depth > 0 {
				return opened
			}
			return i
		case r == '(':
			if i > start && s[i-1] == ':' {
				return i
			}
			if depth == 0 {
				opened = i
			}
			depth++
		case r == ')':
			if depth == 0 {
				return i
			}
			depth--
		case r == '|' && depth == 0, r == '"' && i > start && s[i-1] == ':':
			return i
		}
		i += size
	}
	if depth > 0 {
		return opened
	}
	return len(s)
}

// isProse says whether s is a sentence in capitals: it has no small letters, but function words that are no operators.
func isProse(s string) bool {
	if strings.ContainsFunc(s, unicode.IsLower) {
		return false
	}
	for _, word := range strings.Fields(s) {
		if lower := strings.ToLower(word); !isOperator(word) && len(lower) > 1 && text.Common(lower) {
			return true
		}
	}
	return false
}

// merged joins neighbours that are one word for the analyser, such as multi modal and Gr\o nbech.
func (l *lexer) merged() []token {
	out := l.tokens[:0]
	for i := 0; i < len(l.tokens); {
		run := i
		for run < len(l.tokens) && l.tokens[run].kind == wordToken && (run == 0 || !binds(l.tokens[run-1].kind) || run > i) {
			run++
		}
		if run-i < 2 {
			out = append(out, l.tokens[i])
			i++
			continue
		}
		out = append(out, l.joined(l.tokens[i:run])...)
		i = run
	}
	return out
}

// binds says whether a token takes the next word for itself alone.
func binds(k kind) bool { return k == notToken || k == fieldToken }

func (l *lexer) joined(words []token) []token {
	from := words[0].start
	found := text.Tokens(nil, l.s[from:words[len(words)-1].end])
	out := words[:1:1]
	for _, w := range words[1:] {
		last := &out[len(out)-1]
		if crosses(found, last.end-from, w.start-from) {
			last.end = w.end
			last.text = l.s[last.start:last.end]
		} else {
			out = append(out, w)
		}
	}
	return out
}

// crosses says whether one of the tokens, which are in order, reaches from before end to behind start.
func crosses(tokens []text.Token, end, start int) bool {
	for _, t := range tokens {
		if t.Start < end && t.End > start {
			return true
		}
	}
	return false
}
