package words

import (
	"slices"
	"sync"
	"sync/atomic"
)

// snapshot is the index as a reader sees it, for as long as it likes: nothing in it changes but votes.
type snapshot struct {
	views []*view // those with the newest documents first
	votes votes
	docs  int          // of all segments, those that are gone and not dropped yet included
	uses  atomic.Int64 // readers, and one while it is the current one

	classes sync.Map // of a class's name its *classTable, once it was asked for
}

func newSnapshot(views []*view, v votes) *snapshot {
	s := &snapshot{views: slices.Clone(views), votes: v}
	slices.SortFunc(s.views, func(a, b *view) int { return newerFirst(a.day(0), b.day(0), a.number(0), b.number(0)) })
	for _, v := range views {
		v.uses.Add(1)
		s.docs += v.docs
	}
	s.uses.Store(1)
	return s
}

// acquire is the current snapshot, to be released; nil when the index is closed.
func (idx *Index) acquire() *snapshot {
	for {
		s := idx.current.Load()
		if s == nil {
			return nil
		}
		// A count that has come to 0 is over: there is a newer snapshot by then.
		for n := s.uses.Load(); n > 0; n = s.uses.Load() {
			if s.uses.CompareAndSwap(n, n+1) {
				return s
			}
		}
	}
}

func (s *snapshot) release() {
	if s.uses.Add(-1) == 0 {
		for _, v := range s.views {
			v.segment.release()
		}
	}
}

// publish makes views what readers see from now on.
func (idx *Index) publish(views []*view, v votes) {
	if old := idx.current.Swap(newSnapshot(views, v)); old != nil {
		old.release()
	}
}

// left is the number of documents that are not gone.
func (s *snapshot) left() int {
	n := 0
	for _, v := range s.views {
		n += v.docsLeft()
	}
	return n
}

// What has been read of mapped files would stay in memory until all of them are there. When the process has more of files
// than this, it is given back; from the system's cache it comes again at little cost.
const (
	residentLimit = 512 << 20
	spareEvery    = 64 // searches
)

// spare gives back what is in memory of mapped views when it is much.
func spare(views []*view) {
	if residentFiles() < residentLimit {
		return
	}
	for _, v := range views {
		if v.unmap != nil {
			forget(v.data)
		}
	}
}

// searched counts a search in a snapshot.
func (idx *Index) searched(s *snapshot) {
	if idx.searches.Add(1)%spareEvery == 0 {
		spare(s.views)
	}
}
