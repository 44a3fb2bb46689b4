// Package text is the analyser: it takes texts apart into the terms that they are found by, marks words in them and
// chooses the passage to show. A text and a query that go through it meet whatever their capitals, accents, TeX, plurals,
// British or American spelling and hyphens are.
//
// # How a word becomes a term
//
// [Tokens] reads a text once. token.go finds the words, in any script and around TeX (tex.go); finish.go folds them as
// store.Fold does, joins what is one word (multi-modal, data set) and parts what is two (finetuning). What lexicon.go has
// nothing to say of goes through spelling.go (behaviour → behavior) and stem.go (detections → detect).
//
// # Why this stemmer
//
// BM25's nDCG@10, the mean of Cranfield, MEDLINE, LISA and SciFact's training queries: no stemmer 0.523, Harman's plurals
// 0.536, the rules of stem.go 0.543, with spelling and joined words 0.547. Porter's second stemmer, 0.544, makes one of
// university and universe. The -ion of detection was added for these sets; everything else was not tried on them.
//
// # Adding a word
//
// Irregular forms, spellings and compounds are lists in lexicon.go; families of spellings are rules in spelling.go.
// Each has its line in stem_test.go. A change of any term asks for a new index: see Version.
package text
