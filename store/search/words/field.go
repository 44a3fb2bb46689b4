package words

import "encoding/binary"

// A position is 16 bits that tell the field, too: each field has a range of its own.
const (
	titleAt    = 0
	abstractAt = 1 << 10
	authorsAt  = 1 << 15
	positions  = 1 << 16

	fieldCount = 3
)

var fieldAt = [fieldCount + 1]int{titleAt, abstractAt, authorsAt, positions}

const allFields = Title | Abstract | Authors

// fieldOf is the field's place in the order of the fields.
func fieldOf(position int) int {
	switch {
	case position < abstractAt:
		return 0
	case position < authorsAt:
		return 1
	}
	return 2
}

// positionList is a document's positions of a term, ascending, two bytes each.
type positionList []byte

func (p positionList) len() int     { return len(p) / 2 }
func (p positionList) at(i int) int { return int(binary.LittleEndian.Uint16(p[2*i:])) }

// within says whether a position lies in one of the fields.
func (p positionList) within(in Fields) bool {
	for i := range p.len() {
		if in&(1<<fieldOf(p.at(i))) != 0 {
			return true
		}
	}
	return false
}

func (p positionList) has(position int) bool {
	for i := range p.len() {
		if at := p.at(i); at >= position {
			return at == position
		}
	}
	return false
}
