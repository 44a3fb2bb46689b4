package text

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"recto/store"
)

// finish makes the open word a token, or a part of the one before: multi-modal is multimodal, a data set is a dataset.
func (sc *scanner) finish() {
	if !sc.open {
		return
	}
	sc.open = false
	if !sc.plain {
		sc.fold()
	}
	if len(sc.buf) > sc.word+maxTerm {
		sc.cut()
	}
	last := sc.last
	sc.last = 0
	switch w := sc.buf[sc.word:]; {
	case len(w) == 0:
		return
	case !isLatin(w):
		sc.add(sc.start, sc.end)
		return
	case last != 0 && sc.joins(last, w):
		sc.unite()
	}
	w := sc.buf[sc.word:]
	if n := headOf(w); n > 0 && sc.end-sc.start == len(w) {
		from, to := sc.start, sc.end
		sc.tail(w[:n])
		sc.add(from, from+n)
		sc.buf = append(sc.buf, w[n:]...)
		w, sc.start, sc.end = sc.buf[sc.word:], from+n, to
	}
	e := lexicon[string(w)]
	switch {
	case sc.raw:
	case e.term != "":
		sc.tail(nil)
		sc.buf = append(sc.buf, e.term...)
	default:
		sc.tail(stem(american(w)))
	}
	sc.add(sc.start, sc.end)
	sc.last = e.role
}

// tail cuts buf behind the open word w, which may have shrunk in place.
func (sc *scanner) tail(w []byte) { sc.buf = sc.buf[:sc.word+len(w)] }

func (sc *scanner) add(from, to int) {
	sc.tokens = append(sc.tokens, Token{Start: from, End: to})
	sc.ends = append(sc.ends, int32(len(sc.buf)))
	sc.word = len(sc.buf)
}

// joins says whether the word w makes one with the token before it, which has a role.
func (sc *scanner) joins(last role, w []byte) bool {
	gap := sc.s[sc.tokens[len(sc.tokens)-1].End:sc.start]
	spaced := gap == " " || gap == "\n"
	if !spaced && gap != "-" && gap != "-\n" && gap != "\u2010" && gap != "\u2011" {
		return false
	}
	switch last {
	case prefix:
		return len(w) > 2
	case hyphenPrefix:
		return len(w) > 2 && !spaced
	case first:
		return lexicon[string(sc.buf[sc.lastWord():])].role == compound
	}
	return false
}

// lastWord is where the last token's term begins in buf.
func (sc *scanner) lastWord() int {
	if n := len(sc.ends); n > 1 {
		return int(sc.ends[n-2])
	}
	return 0
}

// unite opens the last token again, so that the open word continues it.
func (sc *scanner) unite() {
	sc.word = sc.lastWord()
	n := len(sc.tokens) - 1
	sc.start = sc.tokens[n].Start
	sc.tokens, sc.ends = sc.tokens[:n], sc.ends[:len(sc.ends)-1]
}

// fold takes the accents off the open word and what is neither letter nor digit out of it.
func (sc *scanner) fold() {
	folded := store.Fold(string(sc.buf[sc.word:]))
	sc.buf = sc.buf[:sc.word]
	for _, r := range folded {
		if isWord(r) || unicode.IsMark(r) || r == '.' {
			sc.buf = utf8.AppendRune(sc.buf, r)
		}
	}
}

func (sc *scanner) cut() {
	end := sc.word + maxTerm
	for !utf8.RuneStart(sc.buf[end]) {
		end--
	}
	sc.buf = sc.buf[:end]
}

func isLatin(w []byte) bool {
	for _, b := range w {
		if !isSmall(b) {
			return false
		}
	}
	return true
}

// headOf is the length of the first word of two that are mostly written with a hyphen and sometimes as one; else 0.
func headOf(w []byte) int {
	if len(w) < 7 {
		return 0
	}
	switch w[0] {
	case 'f':
		if bytes.HasPrefix(w, []byte("finetun")) {
			return len("fine")
		}
		if string(w) == "fewshot" {
			return len("few")
		}
	case 'z':
		if string(w) == "zeroshot" {
			return len("zero")
		}
	case 'o':
		if string(w) == "oneshot" {
			return len("one")
		}
	case 'r':
		if string(w) == "realtime" || string(w) == "realworld" {
			return len("real")
		}
	}
	return 0
}
