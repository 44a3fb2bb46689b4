package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on what is read of a query.
const (
	MaxLength = 1_000 // bytes
	maxDepth  = 20    // of parentheses; deeper ones are ignored
	maxNotes  = 5
)

// Parse reads what somebody typed. It never fails.
func Parse(s string) Query { return parse(s).query }

func parse(s string) *parser {
	p := new(parser)
	s = strings.ToValidUTF8(strings.TrimSpace(s), "\uFFFD")
	if len(s) > MaxLength {
		end := MaxLength
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = strings.TrimSpace(s[:end])
		p.query.Truncated = true
	}
	p.query.Text = s
	lexer := lexer{s: s, note: p.note}
	p.tokens = p.balanced(lexer.run())
	p.loose = p.loose || lexer.loose
	p.query.Root = p.either(value{})
	return p
}

type parser struct {
	query  Query
	sorted bool // an order was asked for
	loose  bool // a parenthesis or a quotation mark has no partner
	tokens []token
	i      int
}

func (p *parser) note(format string, args ...any) {
	note := fmt.Sprintf(format, args...)
	if len(p.query.Notes) < maxNotes && !slices.Contains(p.query.Notes, note) {
		p.query.Notes = append(p.query.Notes, note)
	}
}

// balanced leaves out parentheses that close nothing or lie too deep. One that is never closed is, at the end.
func (p *parser) balanced(tokens []token) []token {
	out := tokens[:0]
	depth := 0
	for _, t := range tokens {
		switch t.kind {
		case openToken:
			if depth++; depth > maxDepth {
				p.note("Parentheses are read up to %d deep.", maxDepth)
				continue
			}
		case closeToken:
			if depth == 0 {
				p.loose = true
				p.note("A parenthesis closes nothing; it was ignored.")
				continue
			}
			if depth--; depth >= maxDepth {
				continue
			}
		}
		out = append(out, t)
	}
	if depth > 0 {
		p.loose = true
		p.note("A parenthesis is never closed; the group was read to the end.")
	}
	return out
}

// value is what stands before the colon that words belong to.
type value struct {
	field field
	name  string
	start int // of the name in the text
}

func (p *parser) peek() (token, bool) {
	if p.i < len(p.tokens) {
		return p.tokens[p.i], true
	}
	return token{}, false
}

func (p *parser) peekKind(at int, kinds ...kind) bool {
	return at < len(p.tokens) && slices.Contains(kinds, p.tokens[at].kind)
}

// either reads alternatives up to the end of the group.
func (p *parser) either(v value) Node {
	var alternatives [][]Node
	for {
		if nodes := p.both(v); len(nodes) > 0 {
			alternatives = append(alternatives, nodes)
		}
		if !p.peekKind(p.i, orToken) {
			break
		}
		p.i++
	}
	if len(alternatives) == 0 {
		return nil
	}
	common := hoist(alternatives)
	nodes := make([]Node, len(alternatives))
	for i, alternative := range alternatives {
		nodes[i] = and(alternative)
	}
	return and(slices.Concat(common[0], []Node{or(nodes)}, common[1]))
}

// hoist takes the filters before the first and behind the last alternative out, since they were meant for all: a OR b
// in:2025. It takes none where another alternative has filters and words too.
func hoist(alternatives [][]Node) (common [2][]Node) {
	if len(alternatives) < 2 {
		return common
	}
	last := len(alternatives) - 1
	a, b := alternatives[0], alternatives[last]
	before, after := 0, len(b)
	for before < len(a) && IsFilter(a[before]) {
		before++
	}
	for after > 0 && IsFilter(b[after-1]) {
		after--
	}
	if before == len(a) {
		before = 0
	}
	if after == 0 {
		after = len(b)
	}
	for i, nodes := range alternatives {
		if i == 0 {
			nodes = nodes[before:]
		}
		if i == last {
			nodes = nodes[:after]
		}
		if slices.ContainsFunc(nodes, IsFilter) && !all(nodes, IsFilter) {
			return common
		}
	}
	alternatives[0], alternatives[last] = a[before:], b[:after]
	return [2][]Node{a[:before], b[after:]}
}

// both reads what has to hold at once, up to an OR or the end of the group.
func (p *parser) both(v value) []Node {
	var nodes []Node
	for {
		t, ok := p.peek()
		if !ok || t.kind == closeToken {
			return nodes
		}
		switch {
		case p.lone(t): // AND gates
			p.tokens[p.i].kind = wordToken
		case t.kind == orToken:
			return nodes
		case t.kind == andToken:
			p.i++
			continue
		}
		if n := p.one(v); n != nil {
			nodes = append(nodes, n)
		}
	}
}

// lone says whether an operator in letters begins a group and stands before a word, so that it is one too.
func (p *parser) lone(t token) bool {
	return (t.kind == orToken || t.kind == andToken) && len(t.text) > 1 && t.text[0] >= 'A' && t.text[0] <= 'Z' &&
		(p.i == 0 || p.tokens[p.i-1].kind == openToken) && p.peekKind(p.i+1, wordToken)
}

// one reads a word, a phrase or a group, with the NOTs and the fields before it; nil where there is nothing to look for.
func (p *parser) one(v value) Node {
	start := p.tokens[p.i].start
	negated := false
	for p.peekKind(p.i, notToken, fieldToken) {
		t := p.tokens[p.i]
		p.i++
		if t.kind == notToken {
			negated = !negated
		} else {
			v = value{fields[t.text], t.text, t.start}
		}
	}
	n := p.operand(v, start)
	if negated && n != nil {
		_, end := n.Source()
		if not, ok := n.(*Not); ok {
			return not.Node
		}
		return &Not{source{start, end}, n}
	}
	return n
}

func (p *parser) operand(v value, start int) Node {
	t, ok := p.peek()
	if !ok || t.kind == closeToken || t.kind == orToken || t.kind == andToken {
		if p.i > 0 && p.tokens[p.i-1].kind == fieldToken {
			p.note("Nothing follows “%s:”.", v.name)
		}
		return nil
	}
	p.i++
	if t.kind == openToken {
		n := p.either(v)
		if p.peekKind(p.i, closeToken) {
			p.i++
		}
		return n
	}
	if comparison(t.text) && p.peekKind(p.i, wordToken) && (v.field == votesField || v.field == inField) { // votes:> 10
		next := p.tokens[p.i]
		t.text, t.end = t.text+next.text, next.end
		p.i++
	}
	if p.i > 1 && binds(p.tokens[p.i-2].kind) {
		return p.leaf(v, t, start)
	}
	return p.leaf(v, t, t.start)
}

func comparison(s string) bool { return s == ">" || s == "<" || s == ">=" || s == "<=" }

// and joins nodes, taking those that are Ands themselves apart. Of none it is nil, of one the node.
func and(nodes []Node) Node {
	var flat []Node
	for _, n := range nodes {
		flat = append(flat, parts(n)...)
	}
	switch len(flat) {
	case 0:
		return nil
	case 1:
		return flat[0]
	}
	return &And{around(flat), flat}
}

func or(nodes []Node) Node {
	var flat []Node
	for _, n := range nodes {
		if or, ok := n.(*Or); ok {
			flat = append(flat, or.Nodes...)
		} else if n != nil {
			flat = append(flat, n)
		}
	}
	switch len(flat) {
	case 0:
		return nil
	case 1:
		return flat[0]
	}
	return &Or{around(flat), flat}
}

func around(nodes []Node) source {
	var s source
	s.start, s.end = nodes[0].Source()
	for _, n := range nodes[1:] {
		start, end := n.Source()
		s = source{min(s.start, start), max(s.end, end)}
	}
	return s
}
