// Package tagger mines tags: it names the topics of a paper by the phrases of
// its title and abstract that stand out against the rest of the catalogue. It
// knows neither the catalogue nor the web; ingest feeds it texts.
//
// A [Model] counts papers in with [Model.Add] and names a paper's topics with
// [Model.Tags]. It is kept between runs by MarshalBinary and UnmarshalBinary.
// Tags are right as of the model: as the catalogue grows they get better, so
// ingest tags all papers again when it has doubled.
//
// # The method
//
// Reading (scan.go, words.go, fold.go). TeX, formulas, addresses and entities
// are taken out. Words are folded: case, diacritics, British spelling, plural
// of the last word, hyphens ("vision-language" is "vision language", and
// "multi-modal" is "multimodal"). An acronym in parentheses after the words
// that it abbreviates is taken out of the flow and the pair is noted
// (acronyms.go), after Schwartz and Hearst, "A simple algorithm for
// identifying abbreviation definitions in biomedical text", 2003.
//
// Phrases (gram.go). A run is what stands between punctuation and the words of
// a stop list (stop.go), as in RAKE (Rose, Engel, Cramer and Cowley,
// "Automatic keyword extraction from individual documents", 2010). Each one to
// four words in a run are a phrase. One "of" may join two sides. The stop list
// holds function words and the verbs, adjectives and adverbs that any abstract
// uses, of no field. Nouns of any field are in two softer lists: "weak" ones
// (model, data) make no tag however combined, "bound" ones (video, latent)
// make one only together.
//
// Counting (phrases.go, model.go). Of each phrase, in papers p:
//
//	title     has it in the title
//	strong    has it in the title or twice
//	left      a run starts with it
//	right     a run ends with it
//	head      a run ends with it and starts before it
//	extended  holds the one longer phrase that most of them hold
//
// These answer, without grammar, what makes a term. Accessor variety (Feng,
// Chen, Deng and Zheng, 2004) is the idea behind left and right: "language
// models" seldom starts a run, "large language" never ends one. The nested
// discount 1 − extended/p stands for that of the C-value (Frantzi, Ananiadou
// and Mima, "Automatic recognition of multi-word terms", 2000), which wants
// all longer phrases and not only the most frequent. The lift
//
//	lift = ((title + 3b) / (p + 3)) / b,   b = Σ title / Σ p over all phrases
//
// tells topics from talk in any field, for titles name topics: it is the
// weirdness of Ahmad, Gillam and Tostevin (1999) with titles for the special
// corpus and abstracts for the general one, smoothed by three papers.
//
// Scoring (term.go). A concept is a phrase with its twin in which an acronym
// stands for the long form (concept.go); their counts are joined. Then
//
//	term  = w · log2(lift / floor) · (1 − extended/p) · sqrt(left/p · right/p)
//	about = (log2(1 + times) + 2 if in the title) · sqrt(log2(1 + papers/p))
//	score = term · about
//
// where w and floor are 1 and 0.45 for phrases, 0.6 and 1.5 for single words,
// and floor is higher for what mostly stands before a noun or ends in a vague
// word (task, framework). A concept needs 3 papers, one more each time that a
// catalogue of thousands doubles, a title, and bounds on left, right and
// extended. about is TF-IDF (Spärck Jones, 1972) with both factors dampened:
// "large language models" stays a tag where a third of the papers have them,
// but what is that common must be more than mentioned.
//
// Choosing (tags.go). Best score first, at most eight; a concept that a chosen
// one contains is left out unless the paper names it apart, and so is a longer
// name that adds only a vague word. Single words mentioned once fill up to four.
// A paper without any gets up to two phrases that its title holds and its
// abstract repeats.
//
// Naming (concept.go, spelling.go). A tag is written as most papers write it:
// plural or not, hyphens or not, capitals or not, the long form or the acronym.
//
// # Limits
//
// At most 600,000 phrases of 64 bytes, 40,000 acronyms and 120,000 spellings
// are kept: about 70 MB, 12 MB stored. Beyond, those of the fewest papers are
// forgotten (see [Model.Count]), so that a phrase in fewer than about one in
// five thousand papers may never be seen as shared. The bounds were chosen by
// looking at a catalogue of machine learning, one of all of arXiv, and one of
// physics and mathematics; they hold general words, and a few that several fields share (quantum, clinical, robot).
//
// Start reading at Tags.
package tagger
