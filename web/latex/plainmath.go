package latex

import (
	"strings"
	"unicode/utf8"
)

// plainMath writes a formula as readable Unicode: α², O(n log n). It is for
// places without markup and makes no claim on anything two-dimensional.
func plainMath(tex string) string {
	r := mathReader{in: tex}
	return collapseSpaces(r.sequence(false))
}

type mathReader struct {
	in    string
	pos   int
	depth int
}

// sequence reads up to the end or, within braces, to the brace that closes.
func (r *mathReader) sequence(braced bool) string {
	var out []byte
	function := false // a name was written last: what follows needs a space
	for r.pos < len(r.in) {
		c := r.in[r.pos]
		if c == '}' {
			r.pos++
			if braced {
				break
			}
			continue
		}
		name := r.functionAt()
		piece := r.atom()
		if piece == "" {
			continue
		}
		if name && len(out) > 0 && isWordByte(out[len(out)-1]) || function && isWordByte(piece[0]) {
			out = append(out, ' ')
		}
		function = name || function && (c == '^' || c == '_')
		out = append(out, piece...)
	}
	return string(out)
}

// functionAt says whether \log or its like comes next.
func (r *mathReader) functionAt() bool {
	if r.in[r.pos] != '\\' {
		return false
	}
	name := commandName(r.in[r.pos+1:])
	return functions[name] || name == "operatorname"
}

func commandName(text string) string {
	n := 0
	for n < len(text) && isLetter(text[n]) {
		n++
	}
	return text[:n]
}

// atom reads one thing: a character, a group, a command with its arguments, a
// script.
func (r *mathReader) atom() string {
	if r.pos >= len(r.in) {
		return ""
	}
	switch c := r.in[r.pos]; {
	case c == '{':
		r.pos++
		return r.group()
	case c == '}':
		return "" // belongs to the caller
	case c == '\\':
		return r.command()
	case c == '^' || c == '_':
		r.pos++
		r.skipSpace()
		if r.depth > maxDepth {
			return string(c)
		}
		r.depth++
		text, _ := script(c, strings.TrimSpace(r.atom()))
		r.depth--
		return text
	case c == '\'':
		r.pos++
		return "′"
	case c == '~' || isSpace(c):
		r.pos++
		return " "
	case c == '-':
		r.pos++
		return "−"
	case c == '&' || c == '$':
		r.pos++
		return ""
	default:
		_, size := utf8.DecodeRuneInString(r.in[r.pos:])
		r.pos += size
		return r.in[r.pos-size : r.pos]
	}
}

// group reads the rest of a group. One that is too deep loses its structure
// but not its characters.
func (r *mathReader) group() string {
	if r.depth > maxDepth {
		return ""
	}
	r.depth++
	defer func() { r.depth-- }()
	return strings.TrimSpace(r.sequence(true))
}

func (r *mathReader) skipSpace() {
	for r.pos < len(r.in) && isSpace(r.in[r.pos]) {
		r.pos++
	}
}

func (r *mathReader) argument() string {
	r.skipSpace()
	if r.depth > maxDepth {
		return ""
	}
	r.depth++
	defer func() { r.depth-- }()
	return r.atom()
}

// rawArgument reads a braced argument as it stands.
func (r *mathReader) rawArgument() string {
	r.skipSpace()
	if r.pos == len(r.in) || r.in[r.pos] != '{' {
		return ""
	}
	end := matchingBrace(r.in[r.pos:])
	if end < 0 {
		return ""
	}
	arg := r.in[r.pos+1 : r.pos+end]
	r.pos += end + 1
	return arg
}

func (r *mathReader) command() string {
	start := r.pos
	r.pos++
	name := commandName(r.in[r.pos:])
	if name == "" {
		return r.sign()
	}
	r.pos += len(name)
	switch {
	case functions[name]:
		return name
	case relations[name]:
		r.skipSpace()
		return " " + symbols[name] + " "
	case letters[name] != "" && name != "i" && name != "j":
		r.skipSpace()
		return letters[name]
	case symbols[name] != "":
		space := r.pos
		if r.skipSpace(); r.pos < len(r.in) && strings.IndexByte("=<>+-:|", r.in[r.pos]) >= 0 {
			r.pos = space // the author's, on both sides of the sign
		}
		return symbols[name]
	}
	switch name {
	case "frac", "tfrac", "dfrac", "nicefrac", "cfrac", "sfrac":
		above := r.argument()
		return operand(above) + "/" + operand(r.argument())
	case "sqrt":
		if arg := r.argument(); utf8.RuneCountInString(arg) > 1 {
			return "√(" + arg + ")"
		} else {
			return "√" + arg
		}
	case "binom":
		above := r.argument()
		return "(" + above + " choose " + r.argument() + ")"
	case "mathbb", "mathds", "mathbbm", "Bbb":
		arg := r.argument()
		if letter, ok := doubleStruck[arg]; ok {
			return letter
		}
		return arg
	case "text", "mbox", "textrm", "textit", "textbf", "hbox", "textsc", "textsf", "texttt":
		r.skipSpace()
		return collapseText(r.rawArgument())
	case "pmod":
		return " (mod " + strings.TrimSpace(r.argument()) + ")"
	case "bmod", "mod":
		return " mod "
	case "unicode":
		return unicodeArgument(r.rawArgument())
	case "begin", "end", "label", "tag", "color", "hspace", "vspace":
		r.rawArgument()
		return ""
	case "not":
		return r.argument() + "\u0338"
	}
	if mark, ok := mathAccents[name]; ok {
		return accentMath(r.argument(), mark)
	}
	if ignoredInMath[name] {
		r.skipSpace()
		return ""
	}
	return r.in[start:r.pos]
}

// sign reads a command of one sign, whose backslash has been read.
func (r *mathReader) sign() string {
	if r.pos == len(r.in) {
		return `\`
	}
	_, size := utf8.DecodeRuneInString(r.in[r.pos:])
	c := r.in[r.pos : r.pos+size]
	r.pos += size
	switch c {
	case "!", "/", "-":
		return ""
	case ",", ";", ":", ">", " ", "\\", "\n":
		return " "
	case "|":
		return "‖"
	}
	return c
}

// operand puts parentheses around what would read wrongly beside a stroke.
func operand(s string) string {
	if strings.ContainsAny(s, " +−/=<>") {
		return "(" + s + ")"
	}
	return s
}

// collapseText keeps single spaces at the ends: \text{ if }.
func collapseText(s string) string {
	inner := plainText(scan(s, true, nil))
	if s != "" && isSpace(s[0]) {
		inner = " " + inner
	}
	if s != "" && isSpace(s[len(s)-1]) {
		inner += " "
	}
	return inner
}

// mathAccents maps accents over one letter to combining marks.
var mathAccents = map[string]string{
	"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
	"widetilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c",
	"breve": "\u0306", "mathring": "\u030a", "underline": "\u0332", "acute": "\u0301", "grave": "\u0300",
}

func accentMath(s, mark string) string {
	if utf8.RuneCountInString(s) == 1 {
		return s + mark
	}
	return s
}

// ignoredInMath are the commands without which the rest reads the same.
var ignoredInMath = set("left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle " +
	"mathrm mathbf mathit mathcal mathscr mathfrak mathsf mathtt boldsymbol bm rm bf it cal sf tt em operatorname " +
	"displaystyle textstyle scriptstyle limits nolimits ensuremath mathop mathbin mathrel mathord nonumber notag " +
	"phantom hphantom vphantom smash substack overset underset stackrel pmb xspace small mathnormal")

// script writes text raised or lowered. When Unicode has no such characters
// it says so with the sign, and ok is false.
func script(sign byte, text string) (_ string, ok bool) {
	table := raised
	if sign == '_' {
		table = lowered
	}
	var out strings.Builder
	for _, r := range text {
		to, found := table[r]
		if !found {
			return signed(sign, text), false
		}
		out.WriteRune(to)
	}
	return out.String(), true
}

func signed(sign byte, text string) string {
	word := strings.IndexFunc(text, func(r rune) bool { return r < 0x80 && !isWordByte(byte(r)) }) < 0
	if word && sign == '_' || utf8.RuneCountInString(text) == 1 {
		return string(sign) + text
	}
	return string(sign) + "(" + text + ")"
}
