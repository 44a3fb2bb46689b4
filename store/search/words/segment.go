package words

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sort"
	"sync"
	"sync/atomic"
)

// The sections of a segment, in the order of the file. Documents have places 0, 1, … by descending Day, then descending
// Number, so that whoever walks a posting list meets the newest first and a range of days is a range of places.
const (
	listsSection     = iota // posting lists in the order of their terms
	numbersSection          // per place: the document's number, 4 bytes
	daysSection             // per place: its day, 4 bytes
	placesSection           // places by ascending number, 4 bytes each
	keyOffsets              // per place, and one more: where its keys begin in the next section, 4 bytes
	keysSection             // per place: the ordinals of its keys, ascending, as the differences to the one before (less 1)
	dictSection             // see dict
	dictIndexSection        // see dict
	sections
)

const (
	segmentMagic = 0x5744524f54434552 // "RECTORDW"
	segmentForm  = 1
)

// How much of a mapped file is read ahead.
const (
	leastAhead = 16 << 10 // bytes; what is less is read as it comes
	stepAhead  = 4 << 20  // bytes at a time of what is read from end to end
)

// footer ends a segment.
type footer struct {
	Sections    [sections]struct{ Offset, Size uint64 }
	Checksums   [sections]uint32 // CRC-32C
	Docs        uint32
	Terms, Keys uint32 // of the dictionary; keys come first
	Form        uint32
	Magic       uint64
	Checksum    uint32 // of what stands before it
}

var footerSize = binary.Size(footer{})

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// segment is an immutable part of the index, in a mapped file or in memory.
type segment struct {
	file  string // its name; "" in memory
	data  []byte
	unmap func()
	uses  atomic.Int64 // snapshots that hold it

	sum                    uint32 // the footer's checksum, by which a manifest knows it
	docs, keys             int
	lists                  []byte // what follows them is there, too
	numbers, days, places  []byte
	keyOffsets, keyOrdinal []byte
	dict                   dict
	checksums              [sections]uint32
	parts                  [sections][]byte
	classes                sync.Map // of a class's name its *keyClass, once it was asked for
}

// openSegment checks a segment's footer, not what it describes.
func openSegment(file string, data []byte, unmap func()) (*segment, error) {
	if len(data) < footerSize {
		return nil, fmt.Errorf("%w: %s is cut off", ErrDamaged, file)
	}
	tail := data[len(data)-footerSize:]
	var f footer
	if _, err := binary.Decode(tail, le, &f); err != nil {
		return nil, err
	}
	if f.Magic != segmentMagic || f.Form != segmentForm || f.Checksum != checksum(tail[:footerSize-4]) {
		return nil, fmt.Errorf("%w: %s has no right end", ErrDamaged, file)
	}
	s := &segment{file: file, data: data, unmap: unmap, sum: f.Checksum, docs: int(f.Docs), keys: int(f.Keys)}
	end := uint64(0)
	for i, section := range f.Sections {
		if section.Offset != end || section.Size > uint64(len(data)-footerSize)-end {
			return nil, fmt.Errorf("%w: %s has sections outside it", ErrDamaged, file)
		}
		end += section.Size
		s.parts[i] = data[section.Offset:end:end]
	}
	s.checksums = f.Checksums
	s.lists = data[:len(data):len(data)]
	s.numbers, s.days, s.places = s.parts[numbersSection], s.parts[daysSection], s.parts[placesSection]
	s.keyOffsets, s.keyOrdinal = s.parts[keyOffsets], s.parts[keysSection]
	s.dict = dict{terms: int(f.Terms), blocks: s.parts[dictSection], index: s.parts[dictIndexSection]}
	blocks := (s.dict.terms + dictBlock - 1) / dictBlock
	for part, want := range map[int]int{numbersSection: s.docs, daysSection: s.docs, placesSection: s.docs,
		keyOffsets: s.docs + 1, dictIndexSection: blocks} {
		if len(s.parts[part]) != 4*want {
			return nil, fmt.Errorf("%w: %s has sections of wrong sizes", ErrDamaged, file)
		}
	}
	if s.docs == 0 || s.keys > s.dict.terms {
		return nil, fmt.Errorf("%w: %s has wrong counts", ErrDamaged, file)
	}
	if s.unmap != nil {
		for _, section := range [...]int{listsSection, keysSection} {
			from := s.begin(section)
			readAlone(data, from, from+len(s.parts[section]))
		}
	}
	return s, nil
}

// verify reads the whole segment and compares it with its checksums.
func (s *segment) verify(cancelled func() error) error {
	at := 0
	for i, part := range s.parts {
		var sum uint32
		for len(part) > 0 {
			if err := cancelled(); err != nil {
				return err
			}
			n := min(stepAhead, len(part))
			s.ahead(at, n)
			sum = crc32.Update(sum, castagnoli, part[:n])
			part = part[n:]
			at += n
		}
		if sum != s.checksums[i] {
			return fmt.Errorf("%w: section %d of %s has another checksum", ErrDamaged, i, s.file)
		}
	}
	return nil
}

// begin is where a section begins in the file.
func (s *segment) begin(section int) int {
	at := 0
	for _, part := range s.parts[:section] {
		at += len(part)
	}
	return at
}

func (s *segment) number(place int) uint32 { return le.Uint32(s.numbers[4*place:]) }
func (s *segment) day(place int) int32     { return int32(le.Uint32(s.days[4*place:])) }

// place finds a document by its number.
func (s *segment) place(number uint32) (int, bool) {
	at := func(i int) int { return int(le.Uint32(s.places[4*i:])) }
	if number < s.number(at(0)) || number > s.number(at(s.docs-1)) {
		return 0, false
	}
	i := sort.Search(s.docs, func(i int) bool { return s.number(at(i)) >= number })
	if i == s.docs || s.number(at(i)) != number {
		return 0, false
	}
	return at(i), true
}

// span is the places of the documents of a range of days: from the first to before the second.
func (s *segment) span(first, last int32) (from, to int) {
	from = sort.Search(s.docs, func(i int) bool { return s.day(i) <= last })
	to = sort.Search(s.docs, func(i int) bool { return s.day(i) < first })
	return from, max(from, to)
}

// eachKey calls f with the ordinals of a document's keys, ascending, until it says false.
func (s *segment) eachKey(place int, f func(ordinal uint32) bool) {
	keys := s.keyOrdinal[le.Uint32(s.keyOffsets[4*place:]):le.Uint32(s.keyOffsets[4*place+4:])]
	next := uint32(0)
	for len(keys) > 0 {
		if keys[0] < 0x80 { // as most are
			next += uint32(keys[0])
			keys = keys[1:]
		} else {
			next += uint32(uvarint(&keys))
		}
		if !f(next) {
			return
		}
		next++
	}
}

// open prepares a cursor for a term's list.
func (s *segment) open(c *cursor, e entry) {
	c.open(s.lists[e.list:], e.size, e.df, e.ordinal < s.keys)
	s.ahead(e.list, e.size-len(c.pos))
}

// ahead has a part of the file read in the background, when it is mapped and the part is worth it.
func (s *segment) ahead(from, size int) {
	if to := min(from+size, len(s.data)); s.unmap != nil && to-from >= leastAhead {
		willRead(s.data, from, to)
	}
}

func (s *segment) release() {
	if s.uses.Add(-1) == 0 && s.unmap != nil {
		s.unmap()
	}
}
