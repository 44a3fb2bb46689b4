package latex

import "strings"

// maxURL is longer than any that is worth a link.
const maxURL = 1000

// maybeURL makes a link of a bare URL in the text.
func (s *scanner) maybeURL() {
	if isWordByte(s.prev()) || schemeLen(s.in[s.pos:]) == 0 {
		s.write(s.in[s.pos : s.pos+1])
		s.pos++
		return
	}
	source := bareURL(s.in[s.pos:min(len(s.in), s.pos+maxURL)])
	url, ok := safeURL(source)
	if source == "" {
		source = s.in[s.pos : s.pos+1]
	}
	s.pos += len(source)
	if !ok || s.links > 0 {
		s.write(unescapeURL(source))
		return
	}
	s.flush()
	s.add(node{kind: linkNode, text: url, kids: []node{{kind: textNode, text: url}}})
}

// schemeLen returns the length of http:// or https:// at the start of text.
func schemeLen(text string) int {
	for _, scheme := range []string{"https://", "http://"} {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// bareURL returns how much of text, which starts with a URL, belongs to it:
// not the punctuation of the sentence around it.
func bareURL(text string) string {
	end := len(text)
scan:
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			if i+1 == len(text) || strings.IndexByte(`_%#&~`, text[i+1]) < 0 {
				end = i
				break scan
			}
			i++
		case c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"{}|^`$", c) >= 0:
			end = i
			break scan
		}
	}
	round := strings.Count(text[:end], ")") - strings.Count(text[:end], "(")
	square := strings.Count(text[:end], "]") - strings.Count(text[:end], "[")
	for ; end > 0; end-- {
		switch c := text[end-1]; {
		case strings.IndexByte(`.,;:!?'*~\`, c) >= 0:
		case c == ')' && round > 0:
			round--
		case c == ']' && square > 0:
			square--
		default:
			return text[:end]
		}
	}
	return ""
}

// safeURL returns an http or https URL without TeX's escapes.
func safeURL(source string) (string, bool) {
	url := unescapeURL(strings.TrimSpace(source))
	n := schemeLen(url)
	if n == 0 || n == len(url) || !isWordByte(url[n]) || len(url) > maxURL {
		return "", false
	}
	for i := range len(url) {
		if url[i] <= ' ' || url[i] == 0x7f {
			return "", false
		}
	}
	return url, true
}

var urlEscapes = strings.NewReplacer(
	`\_`, "_", `\%`, "%", `\#`, "#", `\&`, "&", `\~{}`, "~", `\~`, "~", `\textasciitilde{}`, "~",
	`\textasciitilde `, "~", `\textasciitilde`, "~", `{\_}`, "_", `$\sim$`, "~",
)

func unescapeURL(source string) string {
	if !strings.ContainsAny(source, `\$`) {
		return source
	}
	return urlEscapes.Replace(source)
}

// href handles \href{url}{text}, whose command has been read.
func (s *scanner) href() {
	source, ok := s.rawArgument()
	if !ok {
		s.write(`\href`)
		return
	}
	url, safe := safeURL(source)
	after := s.pos
	s.skipSpace()
	switch {
	case s.peek(0) != '{':
		// Half of it, as truncated text has.
		s.pos = after
		s.writeURL(source)
	case safe && s.links == 0 && !s.full():
		s.argument(frame{kind: commandFrame, node: node{kind: linkNode, text: url}})
	case !safe && collapse(source) != "" && source[0] != '#':
		// Not a link that we would make: show where it would have led.
		s.argument(frame{kind: commandFrame, node: node{kind: groupNode}, close: " (" + collapse(source) + ")"})
	default:
		s.argument(frame{kind: commandFrame, node: node{kind: groupNode}})
	}
}

// url handles \url{…}, whose command has been read.
func (s *scanner) url() {
	source, ok := s.rawArgument()
	if !ok {
		s.write(`\url`)
		return
	}
	s.writeURL(source)
}

func (s *scanner) writeURL(source string) {
	url, ok := safeURL(source)
	if !ok || s.links > 0 {
		s.write(collapse(unescapeURL(source)))
		return
	}
	s.flush()
	s.add(node{kind: linkNode, text: url, kids: []node{{kind: textNode, text: url}}})
}
