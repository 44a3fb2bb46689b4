package latex

import (
	"html"
	"strings"
	"unicode"
)

// markupTags are the elements of HTML that stay what they are, when they are
// paired and without attributes.
var markupTags = map[string]bool{"i": true, "b": true, "em": true, "strong": true, "sub": true, "sup": true}

// markup handles < in the text: one of a few tags, or itself.
func (s *scanner) markup() {
	name, closing, n := tagAt(s.in[s.pos:])
	switch {
	case n == 0:
		s.write("<")
		s.pos++
	case name == "br":
		s.pos += n
		s.lineBreak()
	case name == "p":
		s.pos += n
		s.lineBreak()
	case closing:
		s.closeTag(name, n)
	case s.full():
		s.write(s.in[s.pos : s.pos+n])
		s.pos += n
	default:
		s.push(frame{kind: tagFrame, node: node{kind: styleNode, text: name}, source: s.in[s.pos : s.pos+n]})
		s.pos += n
	}
}

// closeTag ends the nearest frame if it is that tag's.
func (s *scanner) closeTag(name string, n int) {
	if t := s.top(); s.ghosts == 0 && t.kind == tagFrame && t.node.text == name {
		s.pop()
	} else {
		s.write(s.in[s.pos : s.pos+n])
	}
	s.pos += n
}

// tagAt reads a tag that we know at the start of text; n is its length, 0 if
// there is none.
func tagAt(text string) (name string, closing bool, n int) {
	end := strings.IndexByte(text[:min(len(text), len("</strong >"))], '>')
	if end < 0 {
		return "", false, 0
	}
	name = strings.ToLower(text[1:end])
	if closing = strings.HasPrefix(name, "/"); closing {
		name = name[1:]
	}
	switch {
	case markupTags[name], name == "p":
		return name, closing, end + 1
	case !closing && strings.TrimRight(name, " /") == "br":
		return "br", false, end + 1
	}
	return "", false, 0
}

// maxEntity is the longest entity that occurs in prose.
const maxEntity = 12

// entity decodes &amp; and its like, which records carry that went through
// one program too many.
func (s *scanner) entity() {
	text, n := entityAt(s.in[s.pos:])
	if n == 0 {
		s.write("&")
		s.pos++
		return
	}
	if text == "&" { // &amp;lt; is < escaped twice
		if again, m := entityAt("&" + s.in[s.pos+n:min(len(s.in), s.pos+n+maxEntity)]); m > 0 {
			text, n = again, n+m-1
		}
	}
	s.pos += n
	if strings.TrimSpace(text) == "" && text != nbsp {
		s.writeSpace()
		return
	}
	s.write(text)
}

func entityAt(text string) (string, int) {
	end := strings.IndexByte(text[:min(len(text), maxEntity)], ';')
	if end < 2 {
		return "", 0
	}
	for _, c := range []byte(text[1:end]) {
		if !isLetter(c) && !isDigit(c) && c != '#' {
			return "", 0
		}
	}
	decoded := html.UnescapeString(text[:end+1])
	if decoded == text[:end+1] || strings.HasSuffix(decoded, ";") || strings.ContainsFunc(decoded, isControl) {
		return "", 0
	}
	return decoded, end + 1
}

// isControl counts the marks that turn the direction of text.
func isControl(r rune) bool {
	return unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)
}
