// Package cite writes papers as citations: BibTeX, BibLaTeX, RIS, CSL-JSON, APA and Markdown for people and their
// reference managers, and COinS, JSON-LD and Highwire tags for the programs that read pages.
//
// # How a citation is made
//
// Every format is written from one [work], which reads a paper once: its names taken apart (name.go), its journal
// reference understood where its form is clear (journal.go), its date, its addresses and its key. Text is prose with
// formulas in it (text.go): formats that are TeX keep the formulas and escape the prose (tex.go, title.go), all others
// show both as readable Unicode.
//
// # What is cited
//
// An arXiv paper is cited as a preprint, by its arXiv id and the date of its first version. One with a journal reference
// is cited as that article, and its arXiv id goes along. A paper's key never changes with either, nor with what else is
// cited beside it.
//
// # Files
//
// Start with format.go, the door, and work.go. bibtex.go, ris.go, csl.go and prose.go (APA and Markdown) write the
// formats; coins.go, jsonld.go and meta.go what stands in pages. A format is added as a constant in format.go, with its
// details and its writer there.
package cite
