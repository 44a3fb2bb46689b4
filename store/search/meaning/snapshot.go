package meaning

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"sync/atomic"
)

// snapshot is what searches see: an index as it was when one update ended. Its table and its signs stay mapped until nobody
// reads them. The bytes are read from their file as far as they are needed: mapped, they would soon all be in memory.
type snapshot struct {
	files        *files
	table, signs []byte
	sums         [3]uint32
	slots        int
	live         int
	dead         []uint64  // a bit for each slot whose paper was replaced or removed
	centre       []float32 // rotated
	refs         atomic.Int32
}

// snapshot maps the files as they are now. None of its slots is placed yet.
func (f *files) snapshot(centre []float32) (s *snapshot, err error) {
	s = &snapshot{files: f, sums: f.sums, slots: f.slots, centre: centre, dead: make([]uint64, (f.slots+63)/64)}
	f.holders.Add(1)
	s.refs.Store(1)
	if s.table, err = mapFile(f.open[tableFile], f.slots*f.sizes[tableFile]); err == nil {
		s.signs, err = mapFile(f.open[signsFile], f.slots*f.sizes[signsFile])
	}
	if err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func (s *snapshot) release() error {
	if s.refs.Add(-1) > 0 {
		return nil
	}
	return errors.Join(unmap(s.table), unmap(s.signs), s.files.release())
}

// width of the vectors.
func (s *snapshot) width() int { return s.files.sizes[bytesFile] }

// entry is a slot's record in the table.
func (s *snapshot) entry(slot int) (number uint32, scale float32) { return entryOf(s.table, slot) }

// entryOf is a table's i-th record.
func entryOf(table []byte, i int) (number uint32, scale float32) {
	entry := table[8*i:]
	return binary.LittleEndian.Uint32(entry), math.Float32frombits(binary.LittleEndian.Uint32(entry[4:]))
}

// read sets numbers to the 8-bit numbers of a slot and, as far as there is room, of those behind it.
func (s *snapshot) read(numbers []byte, slot int) error {
	_, err := s.files.open[bytesFile].ReadAt(numbers, int64(slot)*int64(s.width()))
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("bytes end early: %w", ErrDamaged)
	}
	return err
}

// ahead has the system read the bytes of slots that are not in its cache, all at once, while they are asked for one by one.
func (s *snapshot) ahead(slots []uint32) {
	fd, width := s.files.open[bytesFile].Fd(), int64(s.width())
	for _, slot := range slots {
		willRead(fd, int64(slot)*width, width)
	}
}

// each reads what lives, slot by slot, until f fails.
func (s *snapshot) each(f func(number uint32, scale float32, numbers []byte) error) error {
	width := s.width()
	buffer := make([]byte, copyStep*width)
	for from := 0; from < s.slots; from += copyStep {
		step := min(copyStep, s.slots-from)
		if err := s.read(buffer[:step*width], from); err != nil {
			return err
		}
		for i := range step {
			if s.isDead(from + i) {
				continue
			}
			number, scale := s.entry(from + i)
			if err := f(number, scale, buffer[i*width:(i+1)*width]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *snapshot) isDead(slot int) bool { return s.dead[slot/64]>>(slot%64)&1 == 1 }

func (s *snapshot) kill(slot int) { s.dead[slot/64] |= 1 << (slot % 64) }

// place enters a table of records, those of slots from on, into slots, each paper's slot + 1 by its number.
func (s *snapshot) place(slots []uint32, table []byte, from int) []uint32 {
	for slot := from; slot < s.slots; slot++ {
		number, scale := entryOf(table, slot-from)
		if need := int(number) + 1; need > len(slots) {
			slots = append(slots, make([]uint32, need-len(slots))...)
		}
		if old := slots[number]; old > 0 {
			s.kill(int(old - 1))
			s.live--
		}
		if scale == 0 {
			s.kill(slot)
			slots[number] = 0
			continue
		}
		slots[number] = uint32(slot + 1)
		s.live++
	}
	return slots
}

// check compares what is mapped with its sums.
func (s *snapshot) check() error {
	for i, data := range [...][]byte{tableFile: s.table, signsFile: s.signs} {
		if crc32.Checksum(data, castagnoli) != s.sums[i] {
			return fmt.Errorf("%s: %w", fileKinds[i], ErrDamaged)
		}
	}
	return nil
}

// checkBytes compares the bytes with their sum.
func (s *snapshot) checkBytes() error {
	sum := crc32.New(castagnoli)
	size := int64(s.slots) * int64(s.width())
	if _, err := io.CopyBuffer(sum, io.NewSectionReader(s.files.open[bytesFile], 0, size), make([]byte, 1<<20)); err != nil {
		return err
	}
	if sum.Sum32() != s.sums[bytesFile] {
		return fmt.Errorf("%s: %w", fileKinds[bytesFile], ErrDamaged)
	}
	return nil
}

// expand sets v to a slot's rotated vector.
func expand(v []float32, scale float32, numbers []byte) {
	for i := range v {
		v[i] = float32(int8(numbers[i])) * scale
	}
}
