package query

import (
	"math"

	"recto/store"
)

// Query is what somebody typed.
type Query struct {
	Text      string   // as it was typed, without blanks around it, cut where it is too long
	Root      Node     // nil when nothing was asked for
	Sort      Sort     // relevance unless another was asked for
	Notes     []string // sentences that say what was ignored or read otherwise than it looks
	Truncated bool     // Text is only the beginning, since there were more than MaxLength bytes
}

// Sort is an order of results.
type Sort string

// The orders that can be asked for.
const (
	ByRelevance Sort = ""
	ByNew       Sort = "new"
	ByVotes     Sort = "votes"
)

// Field is where a word has to stand.
type Field uint8

// The fields. Anywhere is all of them. Authors is a Prefix's alone: whole names are an Author.
const (
	Anywhere Field = iota
	Title
	Abstract
	Authors
)

// Node is a part of a query: a pointer to one of this file's types.
type Node interface {
	// Source is the place in Query.Text that the node was read from.
	Source() (start, end int)
}

type source struct{ start, end int }

func (s source) Source() (start, end int) { return s.start, s.end }

// Word is one word as it was typed. Several terms, as few-shot has, stand side by side, as in a phrase.
type Word struct {
	source
	Text  string
	Terms []string // at least one
	Field Field
}

// Phrase is what stood in quotation marks; the words and their order were meant.
type Phrase struct {
	source
	Text  string
	Terms []string // at least one
	Field Field
}

// Prefix is a word that goes on: every term that begins with one of Starts.
type Prefix struct {
	source
	Text   string   // without its star
	Starts []string // at least one
	Field  Field
}

// And, Or and Not combine nodes. And and Or have at least two, none of their own kind.
type (
	And struct {
		source
		Nodes []Node
	}
	Or struct {
		source
		Nodes []Node
	}
	Not struct {
		source
		Node Node
	}
)

// In are the papers of some days, both ends included; an empty end is open.
type In struct {
	source
	From, To store.Day
}

// Votes are the papers with so many votes, both ends included.
type Votes struct {
	source
	Min, Max int // Max is NoMax when there is none
}

// NoMax is more votes than a paper can have.
const NoMax = math.MaxInt32

// HasVotes is what Has says of papers with votes; everything else that can be had is a kind of link.
const HasVotes = "votes"

// Has are the papers that have something: HasVotes or a link of a kind.
type Has struct {
	source
	What string
}

// Category are the papers of one of arXiv's categories, or of a whole archive such as cs.
type Category struct {
	source
	ID      string
	Archive bool
}

// Tag are the papers with a tag.
type Tag struct {
	source
	Slug string
	Name string // as it was typed
}

// Author are the papers of somebody. Where the name has a given part, the papers stand under Slug, among those of others
// whose initial is the same; Is tells them apart. Else Slug is empty, and Terms are the words of a surname.
type Author struct {
	source
	Name  string
	Slug  string
	Terms []string // of the whole name
}

// Is says whether a name on a paper can be the author's.
func (a *Author) Is(name string) bool { return a.Slug != "" && store.SameAuthor(a.Name, name) }

// ID is one paper.
type ID struct {
	source
	Paper store.PaperID
}

// IsFilter says whether a node chooses papers without saying what they are about.
func IsFilter(n Node) bool {
	switch n := n.(type) {
	case *Word, *Phrase, *Prefix:
		return false
	case *Not:
		return IsFilter(n.Node)
	case *And:
		return all(n.Nodes, IsFilter)
	case *Or:
		return all(n.Nodes, IsFilter)
	}
	return true
}

func all(nodes []Node, is func(Node) bool) bool {
	for _, n := range nodes {
		if !is(n) {
			return false
		}
	}
	return true
}

// Filters are the filters that every result has to pass, such as a page shows to be taken off.
func (q Query) Filters() []Node {
	var filters []Node
	for _, n := range parts(q.Root) {
		if IsFilter(n) {
			filters = append(filters, n)
		}
	}
	return filters
}

// parts are what a node demands at once: an And's nodes, or itself.
func parts(n Node) []Node {
	switch n := n.(type) {
	case nil:
		return nil
	case *And:
		return n.Nodes
	}
	return []Node{n}
}

// Walk calls visit for each node that results shall have, parents first; what a Not forbids is left out.
func Walk(n Node, visit func(Node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case *And:
		for _, m := range n.Nodes {
			Walk(m, visit)
		}
	case *Or:
		for _, m := range n.Nodes {
			Walk(m, visit)
		}
	}
}
