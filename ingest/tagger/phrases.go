package tagger

import "slices"

// maxPhrases bounds the phrases kept. See Model.Add for what goes first.
const maxPhrases = 600_000

// A phrase is what the catalogue knows of one to four words in a row. All its
// counts are of papers.
type phrase struct {
	hash     uint64
	papers   uint32 // that hold it
	extended uint32 // that hold the one longer phrase that most of them hold
	left     uint32 // where a phrase starts with it, somewhere
	right    uint32 // where a phrase ends with it, somewhere
	head     uint32 // where it ends a longer phrase, as a noun does
	title    uint32 // with it in the title
	strong   uint32 // with it in the title, or twice in the abstract
	plural   uint32 // where its last word is a plural, at first
	plain    uint32 // with it amid a sentence of the abstract, where capitals mean something
	cased    uint32 // of those, with a capital in each word
	hyphens  [maxWords - 1]uint32
}

// phrases is a hash table into a dense slice: no pointers, so the collector
// never walks it, and pruning and storing it are a pass over the slice.
type phrases struct {
	slots []uint64 // place in list + 1 with the upper half of its hash above it, or 0
	list  []phrase
}

func newPhrases() phrases { return phrases{slots: make([]uint64, 1<<10)} }

// find is where a phrase stands in the list, or -1.
func (p *phrases) find(hash uint64) int {
	mask := uint64(len(p.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := p.slots[i]
		if slot == 0 {
			return -1
		}
		if at := int(uint32(slot)) - 1; slot>>32 == hash>>32 && p.list[at].hash == hash {
			return at
		}
	}
}

// findAll is find for many hashes at once: asked for together, their cache misses overlap.
func (p *phrases) findAll(places []int32, n int, hash func(i int) uint64) []int32 {
	const elsewhere = -2
	places = resize(places, n)
	mask := uint64(len(p.slots) - 1)
	for i := range places {
		h := hash(i)
		slot := p.slots[h&mask]
		places[i] = int32(uint32(slot)) - 1
		if slot != 0 && slot>>32 != h>>32 {
			places[i] = elsewhere
		}
	}
	for i, at := range places {
		if h := hash(i); at == elsewhere || at >= 0 && p.list[at].hash != h {
			places[i] = int32(p.find(h))
		}
	}
	return places
}

func (p *phrases) get(hash uint64) *phrase {
	if at := p.find(hash); at >= 0 {
		return &p.list[at]
	}
	return nil
}

func (p *phrases) insert(hash uint64) int {
	if 4*(len(p.list)+1) > 3*len(p.slots) {
		p.index(2 * len(p.slots))
	}
	p.list = append(p.list, phrase{hash: hash})
	p.place(hash, uint32(len(p.list)))
	return len(p.list) - 1
}

func (p *phrases) place(hash uint64, at uint32) {
	mask := uint64(len(p.slots) - 1)
	i := hash & mask
	for p.slots[i] != 0 {
		i = (i + 1) & mask
	}
	p.slots[i] = hash>>32<<32 | uint64(at)
}

func (p *phrases) index(size int) {
	p.slots = make([]uint64, size)
	for i := range p.list {
		p.place(p.list[i].hash, uint32(i+1))
	}
}

// prune drops the phrases of the fewest papers until at most half are left.
// A phrase is never in more papers than what it is part of, so the counts of
// longer phrases never outlive the shorter ones'.
func (p *phrases) prune() {
	for least := uint32(2); len(p.list) > maxPhrases/2; least++ {
		p.list = slices.DeleteFunc(p.list, func(e phrase) bool { return e.papers < least })
	}
	p.index(len(p.slots))
}
