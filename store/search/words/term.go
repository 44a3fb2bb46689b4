package words

// term matches a posting list.
type term struct {
	cursor
	weight uint32 // 0 where scores don't matter
	lo, hi uint32
	block  int // the window's first
}

func (t *term) next(doc uint32) uint32 {
	for t.block = t.find(t.block, doc); t.block < t.blocks; t.block++ {
		t.load(t.block)
		if i := t.seek(0, doc); i < t.n {
			return t.docs[i]
		}
	}
	return none
}

func (t *term) enter(lo, hi uint32) uint32 {
	t.lo, t.hi = lo, hi
	t.block = t.find(t.block, lo)
	if t.weight == 0 {
		return 0
	}
	var greatest uint8
	for b := t.block; b < t.blocks && t.before(b)+1 < hi; b++ {
		greatest = max(greatest, t.greatest(b))
	}
	return t.weight * uint32(greatest)
}

func (t *term) most() int { return t.df }
func (t *term) work() int { return t.df }

// each calls f with the postings of the window's blocks that may reach a score: those from i to before end of the loaded
// block.
func (t *term) each(need uint32, f func(i, end int)) {
	for b := t.block; b < t.blocks && t.before(b)+1 < t.hi; b++ {
		if need > 0 && t.weight*uint32(t.greatest(b)) < need {
			continue
		}
		t.load(b)
		i, end := 0, t.n
		if t.docs[0] < t.lo {
			i = t.seek(0, t.lo)
		}
		if t.docs[end-1] >= t.hi {
			end = t.seek(i, t.hi)
		}
		f(i, end)
	}
}

func (t *term) produce(out *matches, need uint32) {
	t.each(need, func(i, end int) {
		docs := out.docs[out.n:][:end-i]
		copy(docs, t.docs[i:end])
		scores := out.scores[out.n:][:end-i]
		if t.weight == 0 {
			clear(scores)
			out.n += len(docs)
			return
		}
		impacts := t.impacts[i:end]
		if need == 0 {
			for j := range scores {
				scores[j] = t.weight * uint32(impacts[j])
			}
			out.n += len(docs)
			return
		}
		n, least := out.n, (need-1)/t.weight // an impact above it reaches need
		for j, q := range impacts {
			if uint32(q) > least {
				out.docs[n], out.scores[n] = t.docs[i+j], t.weight*uint32(q)
				n++
			}
		}
		out.n = n
	})
}

func (t *term) filter(m *matches, need uint32) {
	n := 0
	t.join(m.docs[:m.n], m.scores[:m.n], need, func(at int, score uint32) {
		m.docs[n], m.scores[n] = m.docs[at], m.scores[at]+score
		n++
	})
	m.n = n
}

// join calls f for each of the documents that the list has, with its place among them and what it scores for the term.
// Those that score too little together with what they have scored may be left out.
func (t *term) join(docs, scores []uint32, need uint32, f func(at int, score uint32)) {
	for at, b := 0, t.block; at < len(docs); b++ {
		if b = t.find(b, docs[at]); b == t.blocks {
			return
		}
		greatest, last := t.weight*uint32(t.greatest(b)), t.last(b)
		for i, loaded := 0, false; at < len(docs) && docs[at] <= last; at++ {
			if scores[at]+greatest < need {
				continue
			}
			doc := docs[at]
			if !loaded {
				t.load(b)
				loaded = true
				last = t.docs[t.n-1]
				if doc > last {
					break
				}
			}
			if i = t.seek(i, doc); i < t.n && t.docs[i] == doc {
				score := uint32(0)
				if t.weight > 0 {
					score = t.weight * uint32(t.impacts[i])
				}
				f(at, score)
			}
		}
	}
}
