// Package query reads what people type into a search box as a tree. [Parse] is pure, takes linear time and never fails:
// what can't be meant as an operator is a word, and what was ignored is said in a note.
//
// # The language
//
//	deep learning               both words
//	"deep learning"             the phrase
//	cats OR dogs, cats | dogs   either; AND binds tighter
//	-cats, NOT cats, ANDNOT     without
//	( … )                       a group, also behind a field: ti:(cats OR dogs)
//	diffus*                     words that begin so
//	ti: abs: au: all:           in the title, the abstract, the authors' names, anywhere
//	cat:cs.LG cat:cs tag:llm    a category, an archive, a tag
//	in:2025 in:2025-03-01..     a day, week, month or year, or a range of them, open on either side
//	submittedDate:[… TO …]      the same, as the arXiv API writes it
//	has:code has:votes          papers with something
//	votes:>10 votes:5..10       by votes
//	id:2401.01234               one paper
//	sort:new|votes|relevance
//
// Long names (title: author: abstract: category: date:) and SciRate's (in:quant-ph, order:scites, scites:) mean the same.
// A filter beside the first or last alternative of an OR holds for all: cats OR dogs in:2025.
//
// # Files
//
// node.go has the tree, lex.go cuts the text, parse.go builds the tree, leaf.go and date.go read what stands behind a
// field, string.go writes a tree as text again: adding and removing filters goes through it.
package query
