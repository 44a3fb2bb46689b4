package words

import (
	"bytes"
	"encoding/binary"
	"sort"
)

// The dictionary of a segment has its terms in order, in blocks of dictBlock. A block begins with the offset of its first
// list; each entry is the length of what it shares with the term before, the length of the rest, the rest, the number of
// documents and the size of the list. Lists stand in the order of their terms, so sizes are enough. The dictionary's index
// is the offset of each block, 4 bytes each.
const dictBlock = 16

// entry is where a term's posting list is.
type entry struct {
	ordinal    int // the term's place in the dictionary
	df         int
	list, size int // offset and bytes
}

type dictWriter struct {
	terms  int
	blocks []byte
	index  []byte
	last   []byte
}

// add puts a term behind those before.
func (w *dictWriter) add(term []byte, df, list, size int) {
	shared := 0
	if w.terms%dictBlock == 0 {
		w.index = le.AppendUint32(w.index, uint32(len(w.blocks)))
		w.blocks = binary.AppendUvarint(w.blocks, uint64(list))
	} else {
		for shared < min(len(term), len(w.last)) && term[shared] == w.last[shared] {
			shared++
		}
	}
	for _, n := range [...]int{shared, len(term) - shared} {
		w.blocks = binary.AppendUvarint(w.blocks, uint64(n))
	}
	w.blocks = append(w.blocks, term[shared:]...)
	for _, n := range [...]int{df, size} {
		w.blocks = binary.AppendUvarint(w.blocks, uint64(n))
	}
	w.last = append(w.last[:0], term...)
	w.terms++
}

// dict reads a dictionary.
type dict struct {
	terms         int
	blocks, index []byte
}

// dictCursor walks along a dictionary. Its term, good until the next step, and its entry are those that it stands on.
type dictCursor struct {
	dict *dict
	rest []byte // from the next entry on
	term []byte
	entry
}

// seek goes to the first term that is not below a term; false when there is none.
func (c *dictCursor) seek(term []byte) bool {
	d := c.dict
	if d.terms == 0 {
		return false
	}
	// The last block that begins with a lower term is where it would be.
	block := sort.Search((d.terms-1)/dictBlock, func(i int) bool {
		first := d.block(i + 1)
		uvarint(&first)
		uvarint(&first)
		n := uvarint(&first)
		return bytes.Compare(first[:n], term) >= 0
	})
	*c = d.before(block * dictBlock)
	for c.next() {
		if bytes.Compare(c.term, term) >= 0 {
			return true
		}
	}
	return false
}

// next goes to the next term; false when there is none.
func (c *dictCursor) next() bool {
	if c.ordinal++; c.ordinal >= c.dict.terms {
		return false
	}
	if c.ordinal%dictBlock == 0 {
		c.list, c.size = int(uvarint(&c.rest)), 0
	}
	shared := uvarint(&c.rest)
	n := uvarint(&c.rest)
	c.term = append(c.term[:shared], c.rest[:n]...)
	c.rest = c.rest[n:]
	c.list += c.size
	c.df, c.size = int(uvarint(&c.rest)), int(uvarint(&c.rest))
	return true
}

// find looks up a term.
func (d *dict) find(term []byte) (entry, bool) {
	c := dictCursor{dict: d}
	found := c.seek(term) && bytes.Equal(c.term, term)
	return c.entry, found
}

// before gives a cursor that stands before the block of the term of a place.
func (d *dict) before(ordinal int) dictCursor {
	block := ordinal / dictBlock
	return dictCursor{dict: d, rest: d.block(block), entry: entry{ordinal: block*dictBlock - 1}}
}

func (d *dict) block(i int) []byte { return d.blocks[le.Uint32(d.index[4*i:]):] }

// uvarint takes a number off the front of b. Bytes that hold none make it panic, as reading beyond a slice's end does.
func uvarint(b *[]byte) uint64 {
	n, size := binary.Uvarint(*b)
	*b = (*b)[max(size, -size):]
	if size <= 0 {
		panic(damaged("a number does not end"))
	}
	return n
}
