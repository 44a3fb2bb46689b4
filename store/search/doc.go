// Package search finds papers by their words and by what they are about, and those near to a paper. It is the one door to
// the packages below it; what it keeps is derived from the catalogue and may be thrown away at any time.
//
// # How a paper gets in
//
// [Index.Follow] reads the catalogue's changes in their order (follow.go), makes a document of each paper (document.go)
// and gives it to the index of words and to the vectors (learned.go), each of which remembers the last change that it
// has. So a crash, a kill or an import is caught up with. When nothing but votes changed, nothing else is written.
// An index that is missing, another catalogue's or damaged is begun anew (index.go). One process writes; others read
// what was committed last.
//
// # How a search goes
//
// Package query reads the text, compile.go makes of it what the index of words takes, spelling.go corrects what nothing
// has. search.go asks for all words, then for most of them; rank.go adds what is near in meaning and the prior for votes
// and freshness; results.go says what comes out, marks.go what is marked, facets.go counts what stands beside it.
//
// # Files
//
// words/ is the index of words, meaning/ the model learned from the catalogue and the vectors by it, embeddings/ the
// vectors of a language model when there is one.
package search
