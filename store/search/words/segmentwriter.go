package words

import (
	"cmp"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
)

// segmentWriter writes a segment from its beginning to its end, holding its dictionary and columns in memory until then.
// First come the lists (start, add, end), then finish.
type segmentWriter struct {
	out    io.Writer
	err    error
	held   []byte // not written yet
	footer footer
	sum    uint32 // of what is written of the section
	offset uint64 // of what comes next
	begin  uint64 // of the section

	list listWriter
	dict dictWriter
	keys int
	term []byte
}

// writeSize is the number of bytes that are written at once.
const writeSize = 1 << 18

func newSegmentWriter(out io.Writer) *segmentWriter {
	return &segmentWriter{out: out, held: make([]byte, 0, writeSize)}
}

func (w *segmentWriter) write(b []byte) {
	w.offset += uint64(len(b))
	if len(w.held)+len(b) > writeSize {
		w.flush()
	}
	if len(b) >= writeSize {
		w.writeOut(b)
		return
	}
	w.held = append(w.held, b...)
}

func (w *segmentWriter) flush() {
	w.writeOut(w.held)
	w.held = w.held[:0]
}

func (w *segmentWriter) writeOut(b []byte) {
	w.sum = crc32.Update(w.sum, castagnoli, b)
	if w.err == nil {
		_, w.err = w.out.Write(b)
	}
}

func (w *segmentWriter) endSection(section int) {
	w.flush()
	w.footer.Sections[section].Offset, w.footer.Sections[section].Size = w.begin, w.offset-w.begin
	w.footer.Checksums[section] = w.sum
	w.begin, w.sum = w.offset, 0
}

// start begins the list of a term, which bears its mark and comes after those before.
func (w *segmentWriter) start(term []byte) {
	w.term = append(w.term[:0], term...)
	w.list.start(term[0] == keyMark[0])
}

// end writes the list and says whether there was anything in it: a term that no document has is left out.
func (w *segmentWriter) end() bool {
	if w.list.df == 0 {
		return false
	}
	begin := w.offset
	var offset [4]byte
	for _, part := range w.list.finish(&offset) {
		w.write(part)
	}
	w.dict.add(w.term, w.list.df, int(begin), int(w.offset-begin))
	if w.list.keys {
		w.keys++
	}
	return true
}

// finish writes all but the lists. The columns are by place; keys appends a document's ordinals, ascending.
func (w *segmentWriter) finish(numbers []uint32, days []int32, keys func(dst []uint32, place int) []uint32) error {
	w.endSection(listsSection)
	var b [4]byte
	put := func(v uint32) {
		le.PutUint32(b[:], v)
		w.write(b[:])
	}
	for _, n := range numbers {
		put(n)
	}
	w.endSection(numbersSection)
	for _, d := range days {
		put(uint32(d))
	}
	w.endSection(daysSection)
	places := make([]uint32, len(numbers))
	for i := range places {
		places[i] = uint32(i)
	}
	slices.SortFunc(places, func(a, b uint32) int { return cmp.Compare(numbers[a], numbers[b]) })
	for _, p := range places {
		put(p)
	}
	w.endSection(placesSection)

	var coded []byte
	var ordinals []uint32
	put(0)
	for place := range numbers {
		ordinals = keys(ordinals[:0], place)
		next := uint32(0)
		for _, o := range ordinals {
			coded = binary.AppendUvarint(coded, uint64(o-next))
			next = o + 1
		}
		put(uint32(len(coded)))
	}
	w.endSection(keyOffsets)
	w.write(coded)
	w.endSection(keysSection)
	w.write(w.dict.blocks)
	w.endSection(dictSection)
	w.write(w.dict.index)
	w.endSection(dictIndexSection)

	f := &w.footer
	f.Docs, f.Terms, f.Keys = uint32(len(numbers)), uint32(w.dict.terms), uint32(w.keys)
	f.Form, f.Magic = segmentForm, segmentMagic
	tail, err := binary.Append(nil, le, f)
	if err != nil {
		return err
	}
	le.PutUint32(tail[len(tail)-4:], checksum(tail[:len(tail)-4]))
	w.write(tail)
	w.flush()
	return w.err
}
