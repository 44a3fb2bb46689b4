package latex

import "strings"

// openBrace opens a plain group. Its braces vanish, as in {B}ayesian, unless
// they hold a set such as {0, 1}.
func (s *scanner) openBrace() {
	if s.full() {
		s.ghosts++
		s.pos++
		return
	}
	f := frame{kind: braceFrame, node: node{kind: groupNode}, source: "{"}
	if !isWordByte(s.prev()) && isSet(s.in[s.pos+1:]) {
		s.write("{")
		f.close, f.source = "}", ""
	}
	s.push(f)
	s.pos++
}

// maxSet is how long a set written in prose may be.
const maxSet = 40

// isSet says whether rest, after a brace, starts with the members of a set
// and its closing brace: short, plain, with a comma inside.
func isSet(rest string) bool {
	end := strings.IndexAny(rest[:min(len(rest), maxSet)], `}{\$`)
	if end < 0 || rest[end] != '}' {
		return false
	}
	before, after, found := strings.Cut(rest[:end], ",")
	return found && strings.TrimSpace(before) != "" && strings.TrimSpace(after) != ""
}

// closeBrace ends the nearest group and what was left open in it.
func (s *scanner) closeBrace() {
	s.pos++
	if s.ghosts > 0 {
		s.ghosts--
		return
	}
	i := len(s.stack) - 1
	for i > 0 && (s.stack[i].kind == switchFrame || s.stack[i].kind == tagFrame) {
		i--
	}
	if i == 0 {
		s.write("}")
		return
	}
	for len(s.stack)-1 > i {
		s.abandon()
	}
	s.pop()
}

// argument opens the braces of a command's argument, which is at the current
// position. What is in it becomes n.
func (s *scanner) argument(f frame) {
	if s.full() {
		s.openBrace()
		return
	}
	s.push(f)
	s.pos++
}

// maxRawArgument bounds an argument that is read as it stands.
const maxRawArgument = 2000

// rawArgument reads a braced argument at the current position as it stands.
func (s *scanner) rawArgument() (string, bool) {
	if s.peek(0) != '{' {
		return "", false
	}
	end := matchingBrace(s.in[s.pos:min(len(s.in), s.pos+maxRawArgument)])
	if end < 0 {
		return "", false
	}
	arg := s.in[s.pos+1 : s.pos+end]
	s.pos += end + 1
	return arg, true
}

// matchingBrace returns where the brace at the start of text closes, or -1.
func matchingBrace(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// optional skips an argument in brackets at the current position and returns
// it with them.
func (s *scanner) optional() string {
	if s.peek(0) != '[' {
		return ""
	}
	end := strings.IndexByte(s.in[s.pos:min(len(s.in), s.pos+100)], ']')
	if end < 0 {
		return ""
	}
	arg := s.in[s.pos : s.pos+end+1]
	s.pos += end + 1
	return arg
}

// script shows 10^{-3}, x_{max} and R^2 outside maths raised and lowered. A
// bare underscore stays: H_2O may as well be a name.
func (s *scanner) script(c byte) {
	source := string(c)
	style := node{kind: styleNode, text: source}
	before := s.prev()
	if !isWordByte(before) && strings.IndexByte(")]}", before) < 0 || s.full() {
		s.pos++
		s.write(source)
		return
	}
	rest := s.in[s.pos+1:]
	if name := commandName(strings.TrimPrefix(rest, `\`)); c == '^' && strings.HasPrefix(rest, `\`) && (name == "circ" || name == "deg") {
		s.pos += len(`^\`) + len(name)
		s.write("°")
		return
	}
	number, skip := "", 1
	switch end := -1; {
	case strings.HasPrefix(rest, "{"):
		if end = matchingBrace(rest[:min(len(rest), maxSet)]); end > 1 {
			if number = exponent(rest[1:end]); len(number) != end-1 {
				s.pos++
				s.argument(frame{kind: commandFrame, node: style})
				return
			}
			skip += len("{}")
		}
	case c == '^':
		number = exponent(rest)
	}
	s.pos += skip + len(number)
	if number == "" {
		s.write(source)
		return
	}
	s.flush()
	style.kids = []node{{kind: textNode, text: strings.Replace(number, "-", "−", 1)}}
	s.add(style)
}

// exponent returns the number, with its sign, at the start of rest.
func exponent(rest string) string {
	n := 0
	if n < len(rest) && (rest[n] == '-' || rest[n] == '+') {
		n++
	}
	digits := n
	for n < len(rest) && isDigit(rest[n]) {
		n++
	}
	if n == digits {
		return ""
	}
	return rest[:n]
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isWordByte counts every byte beyond ASCII as a letter.
func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c >= 0x80 }
