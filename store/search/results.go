package search

import (
	"time"

	"recto/store"
	"recto/store/search/text"
)

// Request is one page of a search.
type Request struct {
	Text          string // as it was typed; package query has the language
	Offset, Limit int    // together MaxDepth at most; what is beyond is left out
	AsTyped       bool   // correct no spelling
	Facets        bool   // count what stands beside the results
	By            By
}

// By is what papers are ranked by. All but the first are there for measuring.
type By uint8

// What papers are ranked by.
const (
	ByBoth By = iota
	ByWords
	ByMeaning
)

// MaxDepth is how many results of a search can be paged through.
const MaxDepth = 1000

// Results is what a search gives. Every Text in it is a query that can be searched for.
type Results struct {
	Text      string        // as it was typed, without blanks around it and cut where it is too long
	Empty     bool          // nothing was asked for
	Paper     store.PaperID // the text is this paper's id, DOI or address and nothing else
	Known     *store.Paper  // that paper; nil when it isn't in the catalogue
	Notes     []string      // sentences that say what was ignored, read otherwise than it looks, or relaxed
	Corrected string        // the text that was answered in place of Text, whose words nothing has; "" for Text itself
	Words     string        // the words that the query is about, without its filters

	Hits  []Hit
	More  bool // there are hits after these
	Total int  // papers that the words and filters match; hits by meaning alone are not among them
	About bool // Total is an estimate, and so are the facets' numbers

	Sorts   []Choice // the orders, one of them in force
	Filters []Choice // those in force; Text is without it

	Years      []Choice // newest first
	Categories []Choice // the most frequent first, as all that follow
	Tags       []Choice
	Has        []Choice
	Months     []Month // oldest first, without gaps
}

// Hit is a paper that was found.
type Hit struct {
	store.Paper
	TitleMarks []Span // of the title, to be marked
	Passage    Span   // of the abstract, to be shown: what has most of the words
	Marks      []Span // of the abstract, within Passage, to be marked
	Why        string // it was found though it has not all the words: "by meaning", "without “robot”"; "" else
}

// Span is the part s[Start:End] of a text s.
type Span = text.Span

// Choice narrows, widens or sorts a search anew.
type Choice struct {
	Name   string
	Papers int    // that it would leave; 0 where that is not counted
	Text   string // the query to search for
	On     bool   // it is in force
}

// Month is how many of the papers found are of a month.
type Month struct {
	Year   int
	Month  time.Month
	Papers int
	Text   string // the query narrowed to it
}

// Suggestion is what somebody who is typing may mean: one of Paper, Author and Tag is set.
type Suggestion struct {
	Name   string // a title, an author's name, a tag; plain text, maths and all
	Paper  store.PaperID
	Author string // slug
	Tag    string // slug
	Papers int    // of the tag or author
}

// Progress is how far a long task has come.
type Progress struct {
	Step        string // such as "index"
	Done, Total int    // papers; Total is 0 while it isn't known
}

// Status is how far the index is.
type Status struct {
	Papers   int   // that searches find
	Vectors  int   // that searches find by meaning
	Behind   int   // changes of the catalogue that are not in it yet
	Bytes    int64 // on disk
	Building bool  // it has never yet caught up with the catalogue
}
