package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"recto/store/search/text"
)

// String writes the query so that Parse reads the same tree, order and nothing else from it.
func (q Query) String() string {
	s := written(q.Root, " OR ", " AND ")
	if isProse(s) {
		s = written(q.Root, " | ", " & ")
	}
	if q.Sort != ByRelevance {
		s = strings.TrimSpace(s + " sort:" + string(q.Sort))
	}
	return s
}

// With is the query's text narrowed by a filter, or by anything else that Parse reads; an order replaces the old one.
func (q Query) With(filter string) string {
	p := parse(filter)
	nodes := slices.Clone(parts(q.Root))
	for _, n := range parts(p.query.Root) {
		if !slices.ContainsFunc(nodes, func(m Node) bool { return key(m) == key(n) }) {
			nodes = append(nodes, n)
		}
	}
	if p.sorted {
		q.Sort = p.query.Sort
	}
	q.Root = and(nodes)
	return q.String()
}

// Without is the query's text without one of its nodes.
func (q Query) Without(n Node) string { return q.replaced(n, nil).String() }

// Replace is the query's text with a word written otherwise.
func (q Query) Replace(w *Word, by string) string {
	n := Parse(by).Root
	if words, ok := n.(*Word); ok {
		n = &Word{w.source, words.Text, words.Terms, w.Field}
	}
	return q.replaced(w, n).String()
}

func (q Query) replaced(old, by Node) Query {
	q.Root = replace(q.Root, old, by)
	return q
}

func replace(n, old, by Node) Node {
	if n == old {
		return by
	}
	each := func(nodes []Node) []Node {
		var kept []Node
		for _, m := range nodes {
			if m = replace(m, old, by); m != nil {
				kept = append(kept, m)
			}
		}
		return kept
	}
	switch n := n.(type) {
	case *And:
		return and(each(n.Nodes))
	case *Or:
		return or(each(n.Nodes))
	case *Not:
		if m := replace(n.Node, old, by); m != nil {
			return &Not{n.source, m}
		}
		return nil
	}
	return n
}

// Words are the words and phrases that results shall have, as they were typed: what the query is about.
func (q Query) Words() string {
	var words []string
	Walk(q.Root, func(n Node) {
		switch n := n.(type) {
		case *Word:
			words = append(words, n.Text)
		case *Phrase:
			words = append(words, n.Text)
		case *Prefix:
			words = append(words, n.Text)
		}
	})
	return strings.Join(words, " ")
}

// written is a node's text with the given signs for OR, and for AND where the words would else grow together.
func written(n Node, orSign, andSign string) string {
	group := func(n Node) string {
		s := written(n, orSign, andSign)
		switch n.(type) {
		case *And, *Or:
			return "(" + s + ")"
		}
		return s
	}
	switch n := n.(type) {
	case nil:
		return ""
	case *And:
		var b strings.Builder
		for i, m := range n.Nodes {
			s := group(m)
			if i > 0 && growTogether(b.String(), s) {
				b.WriteString(andSign)
			} else if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(s)
		}
		return b.String()
	case *Or:
		all := make([]string, len(n.Nodes))
		for i, m := range n.Nodes {
			all[i] = group(m)
		}
		return strings.Join(all, orSign)
	case *Not:
		s := group(n.Node)
		if w, ok := n.Node.(*Word); ok && strings.ContainsFunc(w.Text, unicode.IsSpace) { // a NOT takes one word
			s = "(" + s + ")"
		}
		return "-" + s
	}
	return leaf(n)
}

// growTogether says whether a blank between two texts would not part their words: multi modal.
func growTogether(before, after string) bool {
	const tail = 200 // bytes, more than a word has
	if i := len(before) - tail; i > 0 {
		before = before[i+strings.IndexByte(before[i:], ' ')+1:]
	}
	tokens := text.Tokens(nil, before+" "+after)
	return crosses(tokens, len(before), len(before)+1)
}

// leaf is the first spelling of n that is read as n.
func leaf(n Node) string {
	want := key(n)
	spellings := spellings(n)
	for _, s := range spellings {
		if p := parse(s); !p.loose && key(p.query.Root) == want {
			return s
		}
	}
	return spellings[len(spellings)-1]
}

func spellings(n Node) []string {
	quoted := func(name, value string) []string {
		return []string{name + value, name + `"` + value + `"`}
	}
	switch n := n.(type) {
	case *Word:
		return wordSpellings(n)
	case *Phrase:
		name := fieldName(n.Field)
		return []string{name + `"` + n.Text + `"`, name + `"` + strings.Join(n.Terms, " ") + `"`}
	case *Prefix:
		return []string{fieldName(n.Field) + n.Text + "*", fieldName(n.Field) + n.Starts[0] + "*"}
	case *In:
		return []string{"in:" + days(n.From, n.To)}
	case *Votes:
		return []string{"votes:" + votes(n.Min, n.Max)}
	case *Has:
		return []string{"has:" + n.What}
	case *Category:
		return quoted("cat:", n.ID)
	case *Tag:
		return append(quoted("tag:", n.Name), "tag:"+n.Slug)
	case *Author:
		return append(quoted("au:", n.Name), `au:"`+strings.Join(n.Terms, " ")+`"`)
	case *ID:
		return quoted("id:", string(n.Paper))
	}
	return []string{""}
}

func wordSpellings(n *Word) []string {
	var pieces []string
	for _, t := range text.Tokens(nil, n.Text) {
		pieces = append(pieces, n.Text[t.Start:t.End])
	}
	name := fieldName(n.Field)
	hyphened := strings.Join(strings.Fields(n.Text), "-")
	if n.Field == Anywhere {
		return []string{n.Text, hyphened, strings.ToLower(hyphened), strings.Join(pieces, "/"), strings.Join(n.Terms, "/")}
	}
	return []string{name + n.Text, name + hyphened, name + strings.Join(pieces, "/"), name + strings.Join(n.Terms, "/")}
}

func votes(least, most int) string {
	switch {
	case least == most:
		return strconv.Itoa(least)
	case most == NoMax:
		return strconv.Itoa(least) + ".."
	}
	return strconv.Itoa(least) + ".." + strconv.Itoa(most)
}

func fieldName(f Field) string { return [...]string{"", "ti:", "abs:", "au:"}[f] }

// key is the same for nodes that mean the same.
func key(n Node) string {
	list := func(name string, nodes []Node) string {
		keys := make([]string, len(nodes))
		for i, m := range nodes {
			keys[i] = key(m)
		}
		return name + "(" + strings.Join(keys, " ") + ")"
	}
	switch n := n.(type) {
	case *Word:
		return fmt.Sprintf("%s%q", fieldName(n.Field), n.Terms)
	case *Phrase:
		return fmt.Sprintf("%sphrase%q", fieldName(n.Field), n.Terms)
	case *Prefix:
		return fmt.Sprintf("%sprefix%q", fieldName(n.Field), n.Starts)
	case *And:
		return list("and", n.Nodes)
	case *Or:
		return list("or", n.Nodes)
	case *Not:
		return "not(" + key(n.Node) + ")"
	case *In:
		return "in:" + string(n.From) + ".." + string(n.To)
	case *Votes:
		return "votes:" + votes(n.Min, n.Max)
	case *Has:
		return "has:" + n.What
	case *Category:
		return fmt.Sprintf("cat:%q,%t", n.ID, n.Archive)
	case *Tag:
		return "tag:" + n.Slug
	case *Author:
		return fmt.Sprintf("au:%s%q", n.Slug, n.Terms)
	case *ID:
		return "id:" + string(n.Paper)
	}
	return ""
}
