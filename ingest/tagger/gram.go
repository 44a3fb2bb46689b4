package tagger

// A gram is a phrase as it stands in one paper.
type gram struct {
	hash           uint64
	at, words      int32 // its first occurrence's first token, and its length
	prefix, suffix int32 // the longest shorter grams that open and close it, or -1
	times          int32
	flags          gramFlags
}

type gramFlags uint16

const (
	gramTitle gramFlags = 1 << iota
	gramLeft            // a phrase starts here
	gramRight           // a phrase ends here
	gramHead            // ends a longer phrase
	gramWhole           // cuts no compound in two
	gramPlain           // amid a sentence
	gramCased
	gramPlural
	gramOf // holds an "of" between spaces
	gramAside
	gramTwice  // stands in the paper more than once
	gramHyphen // a hyphen before its second word; the next bits are the third's and the fourth's
)

// reader holds what is read off one paper; it is reused.
type reader struct {
	scanner
	grams      []gram
	table      []int32 // hash → place in grams + 1
	span       []int32 // token × length → place in grams + 1
	edges      []edge
	expanded   []long  // what each token is short for, or nothing
	places     []int32 // of the grams among the model's phrases, or -1
	counted    []counted
	candidates []candidate
	forms      []spelt
	met        []meeting
	twins      []int32 // places in met of concepts with an acronym
}

type edge struct{ left, right, leftFree, rightFree bool }

func (r *reader) paper(title, abstract string) {
	r.reset()
	r.read(title, inTitle)
	r.read(abstract, 0)
	r.stock()
	r.collect()
}

// stock ends phrases at those that only praise or place.
func (r *reader) stock() {
	t := r.tokens
	for i := range t {
	next:
		for _, rest := range t[i].stock {
			if i+len(rest) >= len(t) {
				continue
			}
			for k, w := range rest {
				if x := &t[i+1+k]; x.is(opensRun) || x.word != w && x.one != w {
					continue next
				}
			}
			for k := i; k <= i+len(rest); k++ {
				t[k].class = cut
				t[k].flags &^= hyphened
			}
			if n := i + len(rest) + 1; n < len(t) {
				t[n].flags &^= hyphened
			}
		}
	}
}

// collect lists the paper's grams, each once, with the shorter ones that it
// starts and ends with.
func (r *reader) collect() {
	t := r.tokens
	n := len(t)
	r.grams = r.grams[:0]
	r.edges = resize(r.edges, n)
	r.span = resize(r.span, n*maxWords)
	clear(r.span)
	size := 1 << 10
	for size < 8*n {
		size <<= 1
	}
	r.table = resize(r.table, size)
	clear(r.table)

	for i := range t {
		e := edge{left: t[i].class < cut, right: t[i].class < cut}
		joinedLeft := t[i].is(hyphened)
		joinedRight := i+1 < n && t[i+1].is(hyphened)
		if t[i].class == cut && joinedRight && !joinedLeft && len(t[i].word) > 0 {
			e.left = true // "long-context", "4-bit"
		}
		if t[i].class == cut && joinedLeft && isQuantity(t[i].word) {
			e.right = true // "GPT-4"
		}
		e.leftFree = !joinedLeft && (i == 0 || t[i].is(opensRun) || t[i-1].class >= cut)
		e.rightFree = !joinedRight && (i+1 == n || t[i+1].is(opensRun) || t[i+1].class >= cut)
		r.edges[i] = e
	}
	for i := n - 1; i >= 0; i-- {
		if !r.edges[i].left {
			continue
		}
		r.from(i)
	}
	for i := range r.asides {
		a := &r.asides[i]
		g := gram{hash: mix(0, a.last), at: int32(-1 - i), words: 1, prefix: -1, suffix: -1,
			flags: gramLeft | gramRight | gramWhole | gramAside}
		if a.one != a.word {
			g.flags |= gramPlural
		}
		if a.is(inTitle) {
			g.flags |= gramTitle
		}
		r.note(g)
	}
}

// from lists the grams that start at token i.
func (r *reader) from(i int) {
	t := r.tokens
	n := len(t)
	var h uint64
	prefix := int32(-1)
	withOf := false
	cased := true
	for j := i; j < n && j < i+maxWords; j++ {
		x := &t[j]
		if j > i && x.is(opensRun) {
			break
		}
		loose := !x.is(hyphened) && !(j+1 < n && t[j+1].is(hyphened))
		if x.class >= cut && loose {
			if x.class != of || j == i || j+1 >= n || t[j+1].is(opensRun) || withOf {
				break
			}
			withOf = true
		} else if x.class < cut && !isCapital(x.raw) {
			cased = false
		}
		if r.edges[j].right && !(j == i && x.class >= cut) {
			g := gram{hash: mix(h, x.last), at: int32(i), words: int32(j - i + 1), prefix: prefix, suffix: -1}
			for k := i + 1; k <= j; k++ {
				if at := r.span[k*maxWords+j-k]; at > 0 {
					g.suffix = at - 1
					break
				}
			}
			if !x.is(inTitle) && !t[i].is(opensPhrase) && (j > i || !x.is(defined)) {
				g.flags |= gramPlain
				if cased {
					g.flags |= gramCased
				}
			}
			if x.is(inTitle) {
				g.flags |= gramTitle
			}
			if r.edges[i].leftFree {
				g.flags |= gramLeft
			}
			if r.edges[j].rightFree {
				g.flags |= gramRight
			}
			if r.edges[j].rightFree && !r.edges[i].leftFree {
				g.flags |= gramHead
			}
			if !t[i].is(hyphened) && !(j+1 < n && t[j+1].is(hyphened)) {
				g.flags |= gramWhole
			}
			if x.one != x.word {
				g.flags |= gramPlural
			}
			if withOf {
				g.flags |= gramOf
			}
			prefix = r.note(g)
			r.span[i*maxWords+j-i] = prefix + 1
		}
		h = mix(h, x.inner)
	}
}

// note adds a gram, or one more occurrence of it, and returns its place.
func (r *reader) note(g gram) int32 {
	mask := uint64(len(r.table) - 1)
	i := g.hash & mask
	for ; r.table[i] != 0; i = (i + 1) & mask {
		at := r.table[i] - 1
		old := &r.grams[at]
		if old.hash != g.hash {
			continue
		}
		old.times++
		plural := g.flags & gramPlural
		if old.flags&gramWhole == 0 && g.flags&gramWhole != 0 {
			old.at, old.words = g.at, g.words
		}
		if g.at < old.at || old.at < 0 { // read backwards: the last noted is the first in the text
			old.flags = old.flags&^gramPlural | plural
		}
		wasCased, wasPlain := old.flags&gramCased != 0, old.flags&gramPlain != 0
		old.flags |= g.flags &^ (gramPlural | gramAside)
		if wasPlain && !wasCased || !wasPlain && g.flags&gramCased == 0 {
			old.flags &^= gramCased
		}
		return at
	}
	g.times = 1
	r.grams = append(r.grams, g)
	r.table[i] = int32(len(r.grams))
	return int32(len(r.grams) - 1)
}

// isCapital tells a word with a capital anywhere: "Monte", "iPhone".
func isCapital(raw string) bool {
	for i := range len(raw) {
		if c := raw[i]; 'A' <= c && c <= 'Z' {
			return true
		}
	}
	return false
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}
