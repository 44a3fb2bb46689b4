package words

import (
	"context"
	"fmt"
	"runtime/debug"
)

const setPage = 1 << 16

// Set is a set of documents' numbers. The zero Set is empty.
type Set struct {
	pages []*[setPage / 64]uint64 // nil where there is none
	size  int
}

// Has says whether a number is in the set.
func (s Set) Has(number uint32) bool {
	p := int(number / setPage)
	return p < len(s.pages) && s.pages[p] != nil && s.pages[p][number%setPage/64]>>(number%64)&1 != 0
}

// Len is how many numbers are in the set.
func (s Set) Len() int { return s.size }

// add puts a number in that isn't there yet.
func (s *Set) add(number uint32) {
	p := int(number / setPage)
	if p >= len(s.pages) {
		s.pages = append(s.pages, make([]*[setPage / 64]uint64, p+1-len(s.pages))...)
	}
	if s.pages[p] == nil {
		s.pages[p] = new([setPage / 64]uint64)
	}
	s.pages[p][number%setPage/64] |= 1 << (number % 64)
	s.size++
}

// Matching is the numbers of all documents that a query matches. It reads what the query is about and no more, so a Key
// costs as much as it has documents. It ends with the context's error soon after that is done.
func (idx *Index) Matching(ctx context.Context, query Node) (set Set, err error) {
	snap := idx.acquire()
	if snap == nil {
		return Set{}, fmt.Errorf("match: %w", ErrClosed)
	}
	defer snap.release()
	defer idx.searched(snap)
	defer func() {
		if err != nil {
			set, err = Set{}, fmt.Errorf("match: %w", err)
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	p := newPlan(snap, false)
	m := newMatches()
	defer matchesPool.Put(m)
	for i, v := range snap.views {
		x := p.compile(query, i)
		if x == nil {
			continue
		}
		for lo := x.next(0); lo < uint32(v.docs); {
			if err := ctx.Err(); err != nil {
				return Set{}, err
			}
			hi := min(lo+window, uint32(v.docs))
			m.n = 0
			x.enter(lo, hi)
			x.produce(m, 0)
			for _, doc := range m.docs[:m.n] {
				if v.good(int(doc)) {
					set.add(v.number(int(doc)))
				}
			}
			lo = x.next(hi)
		}
	}
	return set, nil
}
