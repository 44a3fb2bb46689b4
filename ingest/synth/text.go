package synth

import "strings"

const (
	goOver       = 0.3 // how often an abstract goes over to another one in which the same words stand
	titleOver    = 0.45
	farOver      = 0.2 // how often that may be of any category
	maxSentence  = 120 // words
	offSubject   = 0.15
	titleTries   = 4
	closing      = 25 // words before the end from which on a last sentence follows
	halfSentence = 11 // words by which a text ends beside its aim, on average
)

// writer puts a text together.
type writer struct {
	g     *Generator
	d     *dice
	c     *corpus
	out   []byte
	words int
	over  float64
}

// abstract is a text of the length of a paper's, made of sentences of papers on its subject.
func (w *writer) abstract(of int) string {
	w.c, w.over, w.words, w.out = &w.g.abstracts, goOver, 0, w.out[:0]
	aim := w.c.words(of)
	s := &w.g.sources[of]
	for k := 0; k == 0 || w.words < aim-halfSentence; k++ {
		from := of
		switch p := w.d.unit(); {
		case p < offSubject:
			topic := w.g.topics[s.topic]
			from = topic[0] + w.d.below(topic[1]-topic[0])
		case p < 0.6:
			from = int(s.kin[w.d.below(len(s.kin))])
		}
		n := w.c.sentences(from)
		at := min(k, n-1)
		if k > 0 && (k >= n || aim-w.words < closing) {
			at = n - 1 - w.d.below(min(2, n))
		}
		w.sentence(w.c.heads[int(w.c.doc[from])+at], sentenceEnd)
	}
	return string(w.out[:len(w.out)-1])
}

// title is a title on a paper's subject, about as long as its own.
func (w *writer) title(of int) string {
	w.c, w.over = &w.g.titles, titleOver
	s := &w.g.sources[of]
	aim, best, bestOff := w.c.words(of), "", -1
	for range titleTries {
		from := of
		if w.d.chance(0.7) {
			from = int(s.kin[w.d.below(len(s.kin))])
		}
		w.words, w.out = 0, w.out[:0]
		w.sentence(w.c.docs[from], textEnd)
		off := max(aim-w.words, w.words-aim)
		if bestOff < 0 || off < bestOff {
			best, bestOff = string(w.out[:len(w.out)-1]), off
		}
		if bestOff <= 2 {
			break
		}
	}
	return strings.TrimRight(best, ".")
}

// sentence writes words from a place on until one with the flag end. Runs of words are copied as they stand.
func (w *writer) sentence(at int32, end uint8) {
	c := w.c
	run := at
	for n := 1; ; n++ {
		w.words++
		flags := c.flags[at]
		if flags&rareToken != 0 {
			if rank := w.g.words.rank(w.d.unit()); rank >= w.g.rareWords {
				w.out = append(w.out, c.text[c.from[run]:c.from[at]]...)
				w.inPlaceOf(c.text[c.from[at]:c.from[at+1]], w.g.invented.word(rank))
				run = at + 1
			}
		}
		if flags&(end|textEnd) != 0 || n >= maxSentence {
			w.out = append(w.out, c.text[c.from[run]:c.from[at+1]]...)
			return
		}
		next := at
		if w.d.chance(w.over) {
			if next = c.near[at]; next == at || w.d.chance(farOver) {
				next = c.far[at]
			}
		}
		if next != at {
			w.out = append(w.out, c.text[c.from[run]:c.from[at+1]]...)
			if c.flags[next]&(end|textEnd) != 0 { // the same word, at an end there
				return
			}
			at, run = next, next+1
		}
		at++
	}
}

// inPlaceOf writes a word with the punctuation of the one that it stands for.
func (w *writer) inPlaceOf(token []byte, word string) {
	text := string(token)
	bare := strings.TrimLeft(text, punctuation)
	w.out = append(w.out, text[:len(text)-len(bare)]...)
	w.out = append(w.out, word...)
	w.out = append(w.out, bare[len(strings.TrimRight(bare, punctuation+" ")):]...)
}
