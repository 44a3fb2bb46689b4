package words

// A posting list, as it stands in a segment for a term or a key that df documents have:
//
//	one block       head, block, positions
//	more of them    positions' offset (4 bytes), a skip entry per block, blocks, positions
//
// A block is the packed gaps between its documents, an impact per document (a byte), and the packed numbers of positions.
// A key's blocks are gaps alone. A head is the widths of both and the greatest impact, a byte each. A skip entry is the
// block's last document (4 bytes), its offset among the blocks (4), its first position's (4, in positions), and a head
// padded to 4 bytes: all that is needed to pass a block without touching it.
const (
	headSize = 3
	skipSize = 16
)

// listWriter makes the posting list of one term after another; its zero value is ready.
type listWriter struct {
	docs    [blockSize]uint32
	impacts [blockSize]byte
	counts  [blockSize]uint32
	n       int // postings in the arrays
	df      int
	keys    bool // the list is a key's

	before          uint32 // the document before the arrays' first
	blockPositions  uint32 // positions before the arrays' first posting
	lastHead        [headSize]byte
	skip, data, pos []byte
}

// start begins a list.
func (w *listWriter) start(keys bool) {
	w.n, w.df, w.keys = 0, 0, keys
	w.before, w.blockPositions = ^uint32(0), 0
	w.skip, w.data, w.pos = w.skip[:0], w.data[:0], w.pos[:0]
}

// add puts a document, greater than those before, behind the others. A key has neither impact nor positions.
func (w *listWriter) add(doc uint32, impact uint8, at positionList) {
	if w.n == blockSize {
		w.flush()
	}
	w.docs[w.n], w.impacts[w.n], w.counts[w.n] = doc, impact, uint32(at.len())
	w.pos = append(w.pos, at...)
	w.n++
	w.df++
}

func (w *listWriter) flush() {
	begin := len(w.data)
	last := w.docs[w.n-1]
	for i, doc := range w.docs[:w.n] {
		w.docs[i], w.before = doc-w.before-1, doc
	}
	gaps := width(w.docs[:w.n])
	w.data = pack(w.data, w.docs[:w.n], gaps)
	w.lastHead = [headSize]byte{byte(gaps)}
	positions := w.blockPositions
	if !w.keys {
		w.data = append(w.data, w.impacts[:w.n]...)
		for i := range w.counts[:w.n] {
			w.blockPositions += w.counts[i]
			w.counts[i]--
		}
		counts := width(w.counts[:w.n])
		w.data = pack(w.data, w.counts[:w.n], counts)
		var greatest byte
		for _, q := range w.impacts[:w.n] {
			greatest = max(greatest, q)
		}
		w.lastHead[1], w.lastHead[2] = byte(counts), greatest
	}
	w.skip = le.AppendUint32(w.skip, last)
	w.skip = le.AppendUint32(w.skip, uint32(begin))
	w.skip = le.AppendUint32(w.skip, positions)
	w.skip = append(append(w.skip, w.lastHead[:]...), 0)
	w.n = 0
}

// finish gives the parts of the list, in order, good until the next start.
func (w *listWriter) finish(offset *[4]byte) [3][]byte {
	if w.n > 0 {
		w.flush()
	}
	if w.df <= blockSize {
		return [3][]byte{w.lastHead[:], w.data, w.pos}
	}
	le.PutUint32(offset[:], uint32(len(offset)+len(w.skip)+len(w.data)))
	w.data = append(w.data, w.pos...)
	return [3][]byte{offset[:], w.skip, w.data}
}

// cursor reads a posting list.
type cursor struct {
	df, blocks int
	keys       bool
	skip       []byte // nil when there is one block
	data       []byte // the blocks and all that follows them in the file
	pos        []byte
	head       [headSize]byte // of the only block

	loaded  int // the block that docs and impacts are of; -1 before the first
	n       int // its postings
	docs    [blockSize]uint32
	impacts []byte
	counts  []byte // what follows the impacts
}

// open prepares the cursor for a list of size bytes. What follows the list in the file must be there, too.
func (c *cursor) open(list []byte, size, df int, keys bool) {
	c.df, c.keys, c.loaded = df, keys, -1
	c.blocks = (df + blockSize - 1) / blockSize
	if c.blocks <= 1 {
		c.head = [headSize]byte(list)
		c.skip, c.data = nil, list[headSize:]
		begin := headSize + packedLen(df, uint(c.head[0]))
		if !keys {
			begin += df + packedLen(df, uint(c.head[1]))
		}
		c.pos = list[begin:size]
		return
	}
	c.pos = list[le.Uint32(list):size]
	c.skip = list[4 : 4+c.blocks*skipSize]
	c.data = list[4+c.blocks*skipSize:]
}

// last is the last document of a block, or the greatest number there is when the list has but one block.
func (c *cursor) last(block int) uint32 {
	if c.skip == nil {
		return ^uint32(0)
	}
	return le.Uint32(c.skip[block*skipSize:])
}

// before is the last document before a block; ^0, which is -1 to a counter, for the first.
func (c *cursor) before(block int) uint32 {
	if block == 0 {
		return ^uint32(0)
	}
	return le.Uint32(c.skip[(block-1)*skipSize:])
}

// greatest is the greatest impact of a block.
func (c *cursor) greatest(block int) uint8 {
	if c.skip == nil {
		return c.head[2]
	}
	return c.skip[block*skipSize+14]
}

// find is the first block from a block on that may hold doc or a greater one; c.blocks when there is none. It gallops.
func (c *cursor) find(block int, doc uint32) int {
	if block >= c.blocks || c.last(block) >= doc {
		return block
	}
	step := 1
	for block+step < c.blocks && c.last(block+step) < doc {
		block += step
		step *= 2
	}
	low, high := block+1, min(block+step, c.blocks)
	for low < high {
		if mid := (low + high) / 2; c.last(mid) < doc {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// load decodes a block's documents.
func (c *cursor) load(block int) {
	if c.loaded == block {
		return
	}
	data, head := c.data, c.head[:]
	if c.skip != nil {
		entry := c.skip[block*skipSize:][:skipSize]
		data, head = data[le.Uint32(entry[4:]):], entry[12:]
	}
	n := min(blockSize, c.df-block*blockSize)
	unpackGaps(&c.docs, data, n, uint(head[0]), c.before(block))
	if !c.keys {
		data = data[packedLen(n, uint(head[0])):]
		c.impacts, c.counts = data[:n], data[n:]
	}
	c.loaded, c.n = block, n
}

// seek is the place of the first document of the loaded block, from a place on, that is not below doc; c.n when there is
// none.
func (c *cursor) seek(from int, doc uint32) int {
	docs := c.docs[:c.n]
	for from+8 < len(docs) && docs[from+8] < doc {
		from += 8
	}
	for from < len(docs) && docs[from] < doc {
		from++
	}
	return from
}

// starts says where the positions of the loaded block's postings begin within pos, in positions, less the block's first.
func (c *cursor) starts(dst *[blockSize + 1]uint32) (pos positionList) {
	first, w := uint32(0), uint(c.head[1])
	if c.skip != nil {
		entry := c.skip[c.loaded*skipSize:][:skipSize]
		first, w = le.Uint32(entry[8:]), uint(entry[13])
	}
	unpackStarts(dst, c.counts, c.n, w)
	return positionList(c.pos[2*first:])
}
