package latex

import (
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep the tree gets. Braces beyond it are counted, so
// that theirs match, and otherwise ignored.
const maxDepth = 20

// A frame is something opened and not yet closed.
type frame struct {
	kind   frameKind
	node   node   // what it becomes
	source string // how it was opened, shown if it never closes or stays empty
	close  string // text written when it closes
}

type frameKind uint8

const (
	braceFrame   frameKind = iota // a plain group; unclosed, its brace is text
	commandFrame                  // the argument of a command; unclosed, it ends with the text
	unknownFrame                  // the argument of an unknown command; empty, the command is text
	switchFrame                   // after {\em; ends with the group around it
	tagFrame                      // after <i>; unclosed, the tag is text
)

// scanner makes a tree of nodes from a text, in one pass.
type scanner struct {
	in     string
	pos    int
	stack  []frame // stack[0] is the root
	ghosts int     // open braces beyond maxDepth
	text   []byte  // what the top frame's next text node will hold
	spaced bool    // the last thing written was a space, a break or nothing
	links  int     // open links: none is made inside another
	single bool    // an opening single quote waits for the closing one
	nested bool    // a formula that is text: no third level

	marks  []Mark // those that have not ended
	marked bool   // what is read is to be marked
	edge   int    // where that changes, or where the text ends
}

func parse(text string) []node { return scan(text, false, nil) }

// scan reads a text; marks are of a clean one.
func scan(text string, nested bool, marks []Mark) []node {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if strings.ContainsFunc(text, isStray) {
		text = strings.Map(func(r rune) rune {
			if isStray(r) {
				return -1
			}
			return r
		}, text)
	}
	s := scanner{in: text, stack: make([]frame, 1, 4), spaced: true, nested: nested, marks: marks, edge: len(text)}
	s.run()
	for len(s.stack) > 1 {
		s.abandon()
	}
	s.flush()
	return trimRight(s.stack[0].node.kids)
}

// isStray says whether r is a control character that doesn't belong in text.
func isStray(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }

// special has the bytes that the scanner looks at; the rest is copied.
var special = func() (t [256]bool) {
	for _, c := range "\\{}$~`'-<&^_hH" {
		t[c] = true
	}
	for c := range 0x21 {
		t[c] = true
	}
	return t
}()

func (s *scanner) run() {
	for s.pos < len(s.in) {
		if len(s.marks) > 0 {
			s.mark()
		}
		if n := s.plainRun(); n > 0 {
			s.write(s.in[s.pos : s.pos+n])
			s.pos += n
			continue
		}
		switch c := s.in[s.pos]; c {
		case '\\':
			s.command()
		case '{':
			s.openBrace()
		case '}':
			s.closeBrace()
		case '$':
			s.dollar()
		case '~':
			s.tilde()
		case '`':
			s.backtick()
		case '\'':
			s.apostrophe()
		case '-':
			s.dashes()
		case '<':
			s.markup()
		case '&':
			s.entity()
		case '^', '_':
			s.script(c)
		case 'h', 'H':
			s.maybeURL()
		default: // white space
			s.space()
		}
	}
}

// plainRun returns how many bytes from here on mean themselves: no special
// ones, or such as only look special.
func (s *scanner) plainRun() int {
	i := s.pos
	for ; i < s.edge; i++ {
		c := s.in[i]
		if !special[c] {
			continue
		}
		if i == s.pos || i+1 == len(s.in) {
			break
		}
		next := s.in[i+1]
		if c == ' ' && s.in[i-1] != ' ' && (!special[next] || next|0x20 == 'h') || c|0x20 == 'h' && next|0x20 != 't' {
			continue // a space between words, an h that begins no URL
		}
		break
	}
	return i - s.pos
}

// prev is the byte before the current one, a space at the start.
func (s *scanner) prev() byte {
	if s.pos == 0 {
		return ' '
	}
	return s.in[s.pos-1]
}

// peek is the byte n after the current one, 0 at the end.
func (s *scanner) peek(n int) byte {
	if s.pos+n < len(s.in) {
		return s.in[s.pos+n]
	}
	return 0
}

func (s *scanner) write(text string) {
	if text == "" {
		return
	}
	s.text = append(s.text, text...)
	s.spaced = false
}

// writeSource writes what was read since start as it stands, but for its white
// space.
func (s *scanner) writeSource(start int) { s.write(collapse(s.in[start:s.pos])) }

// writeSpace writes one space, however often it is called.
func (s *scanner) writeSpace() {
	if !s.spaced {
		s.text = append(s.text, ' ')
		s.spaced = true
	}
}

// lineBreak starts a new line, unless the text has only just begun.
func (s *scanner) lineBreak() {
	s.trimSpace()
	if len(s.text) == 0 && len(s.stack) == 1 && len(s.stack[0].node.kids) == 0 {
		return
	}
	s.flush()
	if kids := s.top().node.kids; len(kids) > 0 && kids[len(kids)-1].kind == breakNode {
		return
	}
	s.add(node{kind: breakNode})
	s.spaced = true
}

// trimSpace takes back spaces at the end of what was written, no-break ones
// too.
func (s *scanner) trimSpace() {
	for {
		n := len(s.text)
		switch {
		case n > 0 && s.text[n-1] == ' ':
			s.text = s.text[:n-1]
		case n > 1 && s.text[n-2] == 0xC2 && s.text[n-1] == 0xA0:
			s.text = s.text[:n-2]
		default:
			return
		}
		s.spaced = false
	}
}

func (s *scanner) top() *frame { return &s.stack[len(s.stack)-1] }

func (s *scanner) add(n node) {
	t := s.top()
	n.marked = s.marked && n.kind != breakNode
	t.node.kids = append(t.node.kids, n)
	s.spaced = false
}

// flush ends the current text node.
func (s *scanner) flush() {
	if len(s.text) > 0 {
		t := s.top()
		t.node.kids = append(t.node.kids, node{kind: textNode, text: string(s.text), marked: s.marked})
		s.text = s.text[:0]
	}
}

// full says that nothing more may be opened.
func (s *scanner) full() bool { return len(s.stack) >= maxDepth }

func (s *scanner) push(f frame) {
	s.flush()
	if f.node.kind == linkNode {
		s.links++
	}
	s.stack = append(s.stack, f)
}

// pop closes the top frame: its node goes to the one below.
func (s *scanner) pop() {
	f := s.top()
	if f.kind == unknownFrame && len(s.text) == 0 && len(f.node.kids) == 0 {
		s.write(f.source)
	}
	if f.close != "" {
		s.trimSpace()
		s.write(f.close)
	}
	s.flush()
	n := f.node
	s.stack = s.stack[:len(s.stack)-1]
	t := s.top()
	switch n.kind {
	case linkNode:
		s.links--
		t.node.kids = append(t.node.kids, n)
	case groupNode:
		t.node.kids = append(t.node.kids, n.kids...)
	default:
		t.node.kids = append(t.node.kids, n)
	}
}

// abandon ends the top frame although it was never closed.
func (s *scanner) abandon() {
	switch f := s.top(); f.kind {
	case braceFrame, tagFrame:
		s.flush()
		kids := append([]node{{kind: textNode, text: f.source}}, f.node.kids...)
		f.node = node{kind: groupNode, kids: kids}
		f.close = ""
		s.pop()
	default:
		s.pop()
	}
}

func trimRight(nodes []node) []node {
	for len(nodes) > 0 {
		last := &nodes[len(nodes)-1]
		switch last.kind {
		case breakNode:
			nodes = nodes[:len(nodes)-1]
			continue
		case textNode:
			last.text = strings.TrimRight(last.text, " ")
			if last.text == "" {
				nodes = nodes[:len(nodes)-1]
				continue
			}
		}
		break
	}
	return nodes
}
