// Package words finds documents by the words in them: an inverted index with positions, exact keys, days and votes. It knows
// documents by number and texts as terms, and imports nothing of ours.
//
// # How a document gets in
//
// [Index.Update] inverts documents into a segment in memory (invert.go, segmentwriter.go), which searches see at once.
// Segments in memory are merged as they become many, written to a file when they are large or at [Index.Commit], and the
// files are merged in the background (policy.go, merge.go); a document that is replaced or removed loses its bit in the
// segment that has it (view.go). Votes are a column beside the segments that is changed in place (votes.go). The manifest
// names the files that count, so a kill at any moment leaves what was committed last (manifest.go, commit.go).
//
// # How a query is answered
//
// A search holds on to a snapshot (snapshot.go), looks up the query's terms in the segments' dictionaries (plan.go, dict.go)
// and compiles a tree of matchers for each segment (match.go, term.go, phrase.go, some.go). They go through the segment in
// windows of neighbouring documents, newest first. A term's impact in a document, all that BM25F says of it but the weight
// of the term, is a byte that was computed when the document came in (score.go); posting lists (list.go) have the greatest
// one of each block, so a window that can't bring anything into the first hits is passed over, and within a window the
// terms that can't do so even together are only asked about documents that others bring up: MaxScore (Turtle & Flood,
// "Query evaluation: strategies and optimizations", 1995) with the block maxima of Ding & Suel, "Faster top-k document
// retrieval using block-max indexes", 2011. Nothing is lost by it: hits are those of scoring every document.
//
// Counts are exact while that is cheap and estimated from a sample spread over all documents where it isn't (count.go).
// [Index.Matching] is the set of all matches. [Index.TermsFrom], [Index.Similar] and [Index.DocFreq] tell of the terms
// themselves, for completing and correcting what is typed (vocabulary.go, distance.go).
//
// # Files
//
// They are mapped, and what is read of them stays in memory only as long as it isn't much (snapshot.go, [Index.Verify]
// reads all). The system is told what will be read, a posting list or all of a file, and otherwise to read single pages of
// lists and keys (segment.go). Nothing of a posting is checked before its use: what makes no sense ends in a panic that
// every exported method turns into ErrDamaged (errors.go).
package words
