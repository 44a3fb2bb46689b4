package meaning

import (
	"encoding/binary"
	"errors"
	"math"
	"sync/atomic"
)

// snapshot is what searches see: an index as it was when one update ended. Its files stay mapped until nobody reads them.
type snapshot struct {
	data   [3][]byte // by file
	sizes  [3]int
	slots  int
	live   int
	dead   []uint64  // a bit for each slot whose paper was replaced or removed
	centre []float32 // rotated
	refs   atomic.Int32
}

func (s *snapshot) release() error {
	if s.refs.Add(-1) > 0 {
		return nil
	}
	var err error
	for _, data := range s.data {
		err = errors.Join(err, unmap(data))
	}
	return err
}

// record of a slot.
func (s *snapshot) record(slot int) (number uint32, scale float32, numbers []byte) {
	entry := s.data[tableFile][8*slot:]
	size := s.sizes[bytesFile]
	return binary.LittleEndian.Uint32(entry), math.Float32frombits(binary.LittleEndian.Uint32(entry[4:])), s.data[bytesFile][slot*size : (slot+1)*size]
}

func (s *snapshot) isDead(slot int) bool { return s.dead[slot/64]>>(slot%64)&1 == 1 }

func (s *snapshot) kill(slot int) { s.dead[slot/64] |= 1 << (slot % 64) }

// place enters the records of slots from on into slots, each paper's slot + 1 by its number.
func (s *snapshot) place(slots []uint32, from int) []uint32 {
	for slot := from; slot < s.slots; slot++ {
		number, scale, _ := s.record(slot)
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

// expand sets v to a slot's rotated vector.
func expand(v []float32, scale float32, numbers []byte) {
	for i := range v {
		v[i] = float32(int8(numbers[i])) * scale
	}
}
