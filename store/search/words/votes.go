package words

import (
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

const votePage = 1 << 12

// votes are the documents' votes by number, in pages; 0 where there is no page. Setting one changes what readers of older
// copies see, too, unless they lack its page.
type votes []*[votePage]atomic.Int32

func (v votes) of(number uint32) int32 {
	if p := int(number / votePage); p < len(v) && v[p] != nil {
		return v[p][number%votePage].Load()
	}
	return 0
}

// set returns the votes to publish, and whether anything changed.
func (v votes) set(number uint32, n int32) (votes, bool) {
	p := int(number / votePage)
	if p >= len(v) || v[p] == nil {
		if n == 0 {
			return v, false
		}
		v = append(make(votes, 0, max(len(v), p+1)), v...)[:max(len(v), p+1)]
		v[p] = new([votePage]atomic.Int32)
	}
	return v, v[p][number%votePage].Swap(n) != n
}

// encode gives each document that has votes: its number less the one before, and its votes; both as varints.
func (v votes) encode() []byte {
	var b []byte
	before := uint32(0)
	for p, page := range v {
		for i := 0; page != nil && i < votePage; i++ {
			if n := page[i].Load(); n != 0 {
				number := uint32(p*votePage + i)
				b = binary.AppendUvarint(b, uint64(number-before))
				b = binary.AppendVarint(b, int64(n))
				before = number
			}
		}
	}
	return b
}

func decodeVotes(b []byte) (v votes, err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	number := uint32(0)
	for len(b) > 0 {
		number += uint32(uvarint(&b))
		n, size := binary.Varint(b)
		if size <= 0 {
			return nil, fmt.Errorf("%w: votes end early", ErrDamaged)
		}
		b = b[size:]
		v, _ = v.set(number, int32(n))
	}
	return v, nil
}
