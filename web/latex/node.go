package latex

import "strings"

type kind uint8

const (
	textNode  kind = iota // text
	mathNode              // text is the formula, open and close its delimiters
	breakNode             // a line break
	styleNode             // text is a key of styleTags
	linkNode              // text is the URL
	groupNode             // kids, nothing else
)

type node struct {
	kind        kind
	text        string
	open, close string
	display     bool
	marked      bool // it stands in a <mark>
	kids        []node
}

// styleTags has every element that a style may become.
var styleTags = map[string][2]string{
	"em":     {"<em>", "</em>"},
	"i":      {"<i>", "</i>"},
	"strong": {"<strong>", "</strong>"},
	"b":      {"<b>", "</b>"},
	"u":      {"<u>", "</u>"},
	"code":   {"<code>", "</code>"},
	"sup":    {"<sup>", "</sup>"},
	"sub":    {"<sub>", "</sub>"},
	"^":      {"<sup>", "</sup>"}, // written with a caret outside maths
	"_":      {"<sub>", "</sub>"},
	"sc":     {`<span class="small-caps">`, "</span>"},
}

type htmlWriter struct {
	out  []byte
	math func(tex string, display bool) (string, bool)
}

func (w *htmlWriter) nodes(nodes []node) {
	marked := false
	for i := range nodes {
		if nodes[i].marked && !marked {
			w.out = append(w.out, "<mark>"...)
		} else if marked && !nodes[i].marked {
			w.out = append(w.out, "</mark>"...)
		}
		marked = nodes[i].marked
		w.node(&nodes[i])
	}
	if marked {
		w.out = append(w.out, "</mark>"...)
	}
}

func (w *htmlWriter) node(n *node) {
	switch n.kind {
	case textNode:
		w.out = appendEscaped(w.out, n.text)
	case breakNode:
		w.out = append(w.out, "<br>"...)
	case groupNode:
		w.nodes(n.kids)
	case linkNode:
		w.out = append(w.out, `<a href="`...)
		w.out = appendEscaped(w.out, n.text)
		w.out = append(w.out, `" rel="nofollow noopener">`...)
		w.nodes(n.kids)
		w.out = append(w.out, "</a>"...)
	case styleNode:
		if len(n.kids) == 0 {
			return
		}
		tags := styleTags[n.text]
		w.out = append(w.out, tags[0]...)
		w.nodes(n.kids)
		w.out = append(w.out, tags[1]...)
	case mathNode:
		if markup, ok := w.math(n.text, n.display); ok {
			w.out = append(w.out, markup...)
			return
		}
		w.out = append(w.out, `<code class="tex">`...)
		w.out = appendEscaped(w.out, n.open+collapse(n.text)+n.close)
		w.out = append(w.out, "</code>"...)
	}
}

// appendEscaped escapes for text and for attributes in double quotes.
func appendEscaped(out []byte, s string) []byte {
	start := 0
	for i := range len(s) {
		var esc string
		switch s[i] {
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '&':
			esc = "&amp;"
		case '"':
			esc = "&#34;"
		default:
			continue
		}
		out = append(append(out, s[start:i]...), esc...)
		start = i + 1
	}
	return append(out, s[start:]...)
}

// collapse makes white space of a source one space each.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
