package words

import (
	"fmt"
	"runtime/debug"
)

// Values are a document's columns.
type Values struct{ Day, Votes int32 }

// Values are those of documents, by number. What is not in the index is left out.
func (idx *Index) Values(numbers []uint32) (values map[uint32]Values, err error) {
	snap := idx.acquire()
	if snap == nil {
		return nil, fmt.Errorf("values: %w", ErrClosed)
	}
	defer snap.release()
	defer func() {
		if err != nil {
			values, err = nil, fmt.Errorf("values: %w", err)
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	values = make(map[uint32]Values, len(numbers))
	for _, v := range snap.views {
		for _, n := range numbers {
			if place, ok := v.place(n); ok && v.good(place) {
				values[n] = Values{v.day(place), snap.votes.of(n)}
			}
		}
	}
	return values, nil
}
