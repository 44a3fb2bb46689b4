package words

import "strings"

// Doc is a document as the index takes it.
type Doc struct {
	Number uint32

	// The terms of each field by position; "" is a gap that only keeps the positions apart. A field is indexed up to a
	// length: 1024 positions of the title, 31,744 of the abstract, 32,768 of the authors.
	Title, Abstract, Authors []string

	Keys  []string // exact values such as "c:cs.LG": a class, a colon, a value
	Day   int32    // days since 1970-01-01
	Votes int32
}

// Fields is a set of a document's fields; the zero set stands for all of them.
type Fields uint8

// The fields.
const (
	Title Fields = 1 << iota
	Abstract
	Authors
)

// Column is a number that every document has.
type Column uint8

// The columns.
const (
	Day Column = iota
	Votes
)

// Node is a query. All, Any and AtLeast add up the scores of those of their nodes that match; Key, Range and Not score
// nothing.
type Node interface{ node() }

// Term matches the documents that hold a term in one of the fields. It scores the whole document's BM25F for the term,
// whatever the fields.
type Term struct {
	Text string
	In   Fields
}

// Phrase matches the documents that hold the terms one after another within one of the fields; "" stands for any one
// position. It scores as its different terms do together.
type Phrase struct {
	Terms []string
	In    Fields
}

// Prefix matches the documents that hold a term that begins so. It scores as one term that is as frequent as the most
// frequent of them. Of very many such terms the most frequent count (256).
type Prefix struct {
	Text string
	In   Fields
}

// Key matches the documents that have the key.
type Key struct{ Text string }

// Range matches the documents whose column lies between Min and Max, both included.
type Range struct {
	Column   Column
	Min, Max int32
}

// All matches what every node matches; without nodes, every document.
type All []Node

// Any matches what one of the nodes or more match; without nodes, nothing.
type Any []Node

// Not matches what the node does not.
type Not struct{ Node Node }

// AtLeast matches what N of the nodes or more match. With N = 0 it matches everything and its nodes only score.
type AtLeast struct {
	N     int
	Nodes []Node
}

func (Term) node()    {}
func (Phrase) node()  {}
func (Prefix) node()  {}
func (Key) node()     {}
func (Range) node()   {}
func (All) node()     {}
func (Any) node()     {}
func (Not) node()     {}
func (AtLeast) node() {}

// Terms and keys stand in one dictionary, told apart by their first byte; keys come first.
const (
	keyMark  = "\x00"
	termMark = "\x01"
)

// class is the part of a key before the colon.
func class(key string) string {
	c, _, _ := strings.Cut(key, ":")
	return c
}
