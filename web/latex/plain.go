package latex

import "strings"

// plainText writes a tree as text.
func plainText(nodes []node) string {
	var b strings.Builder
	writePlain(&b, nodes)
	return collapseSpaces(b.String())
}

func writePlain(b *strings.Builder, nodes []node) {
	for i := range nodes {
		switch n := &nodes[i]; n.kind {
		case textNode:
			b.WriteString(n.text)
		case breakNode:
			b.WriteByte(' ')
		case mathNode:
			b.WriteString(plainMath(n.text))
		case styleNode:
			writePlainStyle(b, n)
		case linkNode:
			writePlain(b, n.kids)
			if len(n.kids) != 1 || n.kids[0].text != n.text {
				b.WriteString(" (" + n.text + ")")
			}
		default:
			writePlain(b, n.kids)
		}
	}
}

// writePlainStyle drops the style, but for what is raised or lowered: 10^{-3}
// must not read 10-3.
func writePlainStyle(b *strings.Builder, n *node) {
	switch n.text {
	case "^", "sup", "_", "sub":
		var inner strings.Builder
		writePlain(&inner, n.kids)
		sign := byte('^')
		if n.text == "_" || n.text == "sub" {
			sign = '_'
		}
		text, ok := script(sign, inner.String())
		if !ok && len(n.text) > 1 {
			text = inner.String() // 5<sup>th</sup> without its style
		}
		b.WriteString(text)
	default:
		writePlain(b, n.kids)
	}
}

// collapseSpaces makes runs of spaces one and trims the ends.
func collapseSpaces(s string) string {
	if !strings.Contains(s, "  ") {
		return strings.Trim(s, " ")
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] == ' ' && (len(out) == 0 || out[len(out)-1] == ' ') {
			continue
		}
		out = append(out, s[i])
	}
	return strings.TrimRight(string(out), " ")
}
