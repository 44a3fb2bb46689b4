package latex

import "strings"

// styleCommands take one argument and change how it looks; "" changes nothing.
var styleCommands = map[string]string{
	"emph": "em", "textit": "i", "textsl": "i", "textbf": "b", "texttt": "code", "textsc": "sc",
	"underline": "u", "uline": "u", "textsuperscript": "sup", "textsubscript": "sub", "strong": "b",
	"text": "", "mbox": "", "hbox": "", "fbox": "", "textrm": "", "textsf": "", "textnormal": "",
	"textup": "", "textmd": "", "num": "", "ac": "", "acs": "", "acl": "", "acf": "", "gls": "",
	"MakeUppercase": "", "MakeLowercase": "", "uppercase": "", "lowercase": "", "title": "",
	"bm": "b", "boldsymbol": "b", "mathbf": "b", "mathrm": "", "mathit": "i", "mathcal": "", "mathbb": "",
	"verb": "code", "code": "code", "path": "code", "section": "b", "subsection": "b", "paragraph": "b",
}

// switchCommands change what follows up to the end of their group.
var switchCommands = map[string]string{
	"em": "em", "it": "i", "itshape": "i", "sl": "i", "slshape": "i", "bf": "b", "bfseries": "b",
	"tt": "code", "ttfamily": "code", "sc": "sc", "scshape": "sc", "rm": "", "sf": "", "cal": "",
	"rmfamily": "", "sffamily": "", "normalfont": "", "upshape": "", "mdseries": "", "boldmath": "b",
}

// silentCommands show nothing; those with true take an argument with them.
var silentCommands = map[string]bool{
	"noindent": false, "indent": false, "xspace": false, "centering": false, "maketitle": false,
	"protect": false, "relax": false, "leavevmode": false, "smallskip": false, "medskip": false,
	"bigskip": false, "large": false, "Large": false, "LARGE": false, "huge": false, "Huge": false,
	"small": false, "footnotesize": false, "scriptsize": false, "tiny": false, "normalsize": false,
	"left": false, "right": false, "big": false, "Big": false, "bigl": false, "bigr": false,
	"limits": false, "displaystyle": false, "textstyle": false, "break": false, "clearpage": false,
	"label": true, "vspace": true, "hspace": true, "color": true, "vskip": false, "hfill": false,
	"bibliographystyle": true, "bibliography": true, "index": true, "phantom": true,
}

// symbolFrames are commands that put something around their argument.
var symbolFrames = map[string][2]string{
	"footnote": {"(", ")"}, "footnotetext": {"(", ")"}, "enquote": {"“", "”"}, "thanks": {"(", ")"},
	"sqrt": {"√(", ")"},
}

// command handles a backslash.
func (s *scanner) command() {
	start := s.pos
	s.pos++
	c := s.peek(0)
	if !isLetter(c) {
		s.symbolCommand(c)
		return
	}
	for isLetter(s.peek(0)) {
		s.pos++
	}
	name := s.in[start+1 : s.pos]
	switch name {
	case "begin", "end":
		s.environment(start, name == "begin")
		return
	case "ensuremath":
		s.ensureMath(start)
		return
	case "href":
		s.skipSpaceTo('{')
		s.href()
		return
	case "url":
		s.skipSpaceTo('{')
		s.url()
		return
	case "unicode":
		s.skipSpaceTo('{')
		arg, _ := s.rawArgument()
		s.write(unicodeArgument(arg))
		return
	case "par", "newline", "linebreak":
		s.lineBreak()
		return
	case "item":
		s.lineBreak()
		s.optional()
		s.write("•")
		s.writeSpace()
		return
	case "n", "r", "t":
		// A line's end or a tab that was written down: not TeX, unless the
		// braces of an accent follow.
		if s.peek(0) != '{' {
			s.writeSource(start)
			return
		}
	}
	if mark, ok := letterAccents[name]; ok && s.accent(mark, true) {
		return
	}
	s.wordCommand(start, name)
}

// wordCommand handles what the tables know, and what nobody knows.
func (s *scanner) wordCommand(start int, name string) {
	if letter, ok := letters[name]; ok {
		s.endWord(true)
		s.write(letter)
		return
	}
	if style, ok := switchCommands[name]; ok {
		s.switchTo(style)
		return
	}
	if strings.HasPrefix(strings.ToLower(name), "cite") {
		s.cite(start)
		return
	}
	if around, ok := symbolFrames[name]; ok && s.skipSpaceTo('{') {
		if around[0] == "(" {
			s.writeSpace()
		}
		s.write(around[0])
		s.argument(frame{kind: commandFrame, node: node{kind: groupNode}, close: around[1]})
		return
	}
	if withArgument, ok := silentCommands[name]; ok {
		s.optionalStar()
		if withArgument && s.skipSpaceTo('{') {
			s.rawArgument()
		}
		s.endWord(s.spaced)
		return
	}
	switch name {
	case "textcolor", "colorbox":
		s.optional()
		s.rawArgument()
		s.skipSpaceTo('{')
	case "ref", "eqref", "autoref", "cref", "Cref":
		s.skipSpaceTo('{')
	case "SI", "qty", "frac", "tfrac", "dfrac", "nicefrac":
		if s.twoArguments(name) {
			return
		}
	}
	if symbol, ok := symbols[name]; ok {
		s.write(symbol)
		s.endWord(false)
		return
	}
	s.braced(start, name)
}

// braced handles a command with an argument in braces. One that isn't known
// shows its argument; without any, it is shown itself.
func (s *scanner) braced(start int, name string) {
	style, known := styleCommands[name]
	if known {
		s.optionalStar()
		s.skipSpaceTo('{')
	}
	if s.peek(0) != '{' {
		s.writeSource(start)
		return
	}
	f := frame{kind: commandFrame, node: node{kind: groupNode}}
	if style != "" {
		f.node = node{kind: styleNode, text: style}
	}
	if !known {
		f.kind, f.source = unknownFrame, s.in[start:s.pos]
	}
	s.argument(f)
}

// twoArguments shows a fraction or a quantity whose arguments are short.
func (s *scanner) twoArguments(name string) bool {
	start := s.pos
	first, ok1 := s.rawArgument()
	second, ok2 := s.rawArgument()
	if !ok1 || !ok2 {
		s.pos = start
		return false
	}
	if name == "SI" || name == "qty" {
		s.write(plainMath(first) + nbsp + plainMath(second))
	} else {
		s.write(plainMath(`\frac{` + first + `}{` + second + `}`))
	}
	return true
}

// switchTo handles {\em …}. Outside a group it would change all the rest,
// which never is what was meant; \it{…} is taken for \textit{…}.
func (s *scanner) switchTo(style string) {
	n := node{kind: groupNode}
	if style != "" {
		n = node{kind: styleNode, text: style}
	}
	if s.peek(0) == '{' {
		s.argument(frame{kind: commandFrame, node: n})
		return
	}
	s.endWord(s.spaced || len(s.stack) > 1)
	if len(s.stack) == 1 || style == "" || s.full() || s.top().kind == tagFrame {
		return
	}
	s.push(frame{kind: switchFrame, node: n})
}

// cite shows what is cited, as [key]: it may be a word of the sentence.
func (s *scanner) cite(start int) {
	for s.optional() != "" {
	}
	keys, ok := s.rawArgument()
	if !ok {
		s.writeSource(start)
		return
	}
	if keys = collapse(keys); keys != "" {
		if isWordByte(s.before(s.pos - start + 1)) {
			s.writeSpace()
		}
		s.write("[" + keys + "]")
	}
}

// symbolCommand handles a backslash before c, which is no letter.
func (s *scanner) symbolCommand(c byte) {
	if s.pos == len(s.in) {
		s.write(`\`)
		return
	}
	if mark, ok := accents[c]; ok && s.accent(mark, false) {
		return
	}
	switch c {
	case '(', '[':
		s.bracketMath(c)
		return
	case ' ', '\n', '\t', '\r':
		s.space()
		return
	case '\\':
		s.pos++
		s.optionalStar()
		if s.peek(0) == '[' && isDigit(s.peek(1)) { // a skip: \\[8pt]
			s.optional()
		}
		s.lineBreak()
		return
	case '%', '&', '_', '#', '$', '{', '}', '"', '\'', '~', '^', '`', '=', '.':
		s.write(string(c))
		if s.pos++; strings.HasPrefix(s.in[s.pos:], "{}") {
			s.pos += len("{}")
		}
		return
	case ',':
		s.write("\u202f")
	case ';', ':', '>':
		s.writeSpace()
	case '|':
		s.write("‖")
	case '!', '-', '/', '@':
	default:
		s.write(`\`)
		return
	}
	s.pos++
}

// endWord ends the name of a command: {} after it goes, and white space too
// if it only ends the name.
func (s *scanner) endWord(space bool) {
	if strings.HasPrefix(s.in[s.pos:], "{}") {
		s.pos += len("{}")
		return
	}
	if space {
		s.skipSpace()
	}
}

func (s *scanner) optionalStar() {
	if s.peek(0) == '*' && (s.peek(1) == '{' || s.peek(1) == '[' || isSpace(s.peek(1))) {
		s.pos++
	}
}

// skipSpace skips white space, but no paragraph's end.
func (s *scanner) skipSpace() {
	end := s.pos
	for end < len(s.in) && isSpace(s.in[end]) {
		end++
	}
	if strings.Count(s.in[s.pos:end], "\n") < 2 {
		s.pos = end
	}
}

// skipSpaceTo skips white space if c follows it.
func (s *scanner) skipSpaceTo(c byte) bool {
	start := s.pos
	s.skipSpace()
	if s.peek(0) == c {
		return true
	}
	s.pos = start
	return false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
