// Package synth writes catalogues of any size that behave like a real one: for measuring, not for reading.
//
// A [Model] is learned from real papers, and a [Generator] makes n papers of it. Each paper follows from the seed and
// its number alone, so papers can be made in any order, by several goroutines, and are the same every time.
//
// What is kept of the real papers:
//
//   - Text (corpus.go, text.go): an abstract is put together from sentences of papers on one subject, and inside a
//     sentence the text goes over to another paper wherever that has the same two words, rather to one of the same
//     category. So phrases of two to four words recur as often as they do in real text, and words that belong together
//     stand together.
//   - Growth (tail.go, invent.go): new words and new authors keep appearing, as Heaps' law says, by the exponent that the
//     real papers show. A rare word's or an author's rank is drawn from a power law without an end; the ranks beyond what
//     the real papers hold get invented words and names made of real parts.
//   - Authors: how many sign a paper, how often the same one does, with whom they sign, and on what.
//   - Categories and the company they keep, links to code, comments, votes: those of the real papers.
//   - Days (calendar.go): thirty years of growth that end on the newest real day, with the weekdays and the unevenness of
//     the real days; ids are arXiv's, old ones before April 2007.
//
// What is not: a paper stands on the day of its submission also where its source chose the day, and the same categories
// reach back through all years. Where the real papers say nothing of versions, DOIs or licences, usual shares stand in.
//
// Start with model.go, then paper.go. kaggle.go writes a paper as arXiv's snapshot has it.
package synth
