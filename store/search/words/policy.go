package words

import (
	"errors"
	"fmt"
	"math/bits"
	"runtime/debug"
	"slices"
)

// fanIn is how many segments of about one size become one.
const fanIn = 8

// choose picks views that ought to be merged, among those that are eligible; nil when all is well. Segments of one tier,
// that is with as many documents within a factor of fanIn, are merged when there are fanIn of them, the smallest tier
// first, so that a document is written once per tier. One that has lost almost half its documents is written anew.
func choose(views []*view, eligible func(*view) bool) []*view {
	var tiers [64][]*view
	for _, v := range views {
		if !eligible(v) {
			continue
		}
		if v.docs > 1000 && v.dead > v.docs*2/5 {
			return []*view{v}
		}
		tier := bits.Len(uint(v.docsLeft())) / (bits.Len(fanIn) - 1)
		tiers[tier] = append(tiers[tier], v)
	}
	for _, tier := range tiers {
		if len(tier) >= fanIn {
			return tier
		}
	}
	return nil
}

// startMerging merges files in the background until all is well.
func (idx *Index) startMerging() {
	if idx.merging || idx.failure != nil {
		return
	}
	idx.merging = true
	go func() {
		for more := true; more; {
			more = idx.mergeOnce()
		}
	}()
}

// mergeOnce does one merge; false when there is none to do, after having said so.
func (idx *Index) mergeOnce() bool {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	snap := idx.acquire()
	var chosen []*view
	if snap != nil && !idx.closing.Load() {
		chosen = choose(snap.views, func(v *view) bool { return v.file != "" })
	}
	var err error
	if chosen != nil {
		idx.output = idx.manifest.nextFile("segment")
		idx.mu.Unlock()
		var s *segment
		s, err = idx.mergeFiles(chosen)
		idx.mu.Lock()
		idx.output = ""
		if err == nil {
			err = idx.install(chosen, s)
		}
	}
	if snap != nil {
		snap.release()
	}
	if chosen != nil && err == nil {
		return true
	}
	if err != nil && !errors.Is(err, ErrClosed) {
		idx.failure = fmt.Errorf("merge: %w", err)
	}
	idx.merging = false
	idx.merged.Broadcast()
	return false
}

// mergeFiles merges files without mu. They are verified first: a merge would give damage a good checksum.
func (idx *Index) mergeFiles(chosen []*view) (s *segment, err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	going := func() error {
		spare(chosen)
		if idx.closing.Load() {
			return ErrClosed
		}
		return nil
	}
	for _, v := range chosen {
		if err := v.verify(going); err != nil {
			return nil, err
		}
	}
	return idx.mergeToFile(idx.output, chosen, going)
}

// install puts a merged segment in place of the views that it was made of, less what has gone from them meanwhile.
func (idx *Index) install(chosen []*view, s *segment) (err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	snap := idx.current.Load()
	var now []*view
	var gone []uint32
	for _, was := range chosen {
		i := slices.IndexFunc(snap.views, func(v *view) bool { return v.segment == was.segment })
		if i < 0 { // all of it has gone
			i = len(snap.views)
		} else {
			now = append(now, snap.views[i])
		}
		for place := range was.docs {
			if was.good(place) && (i == len(snap.views) || !snap.views[i].good(place)) {
				gone = append(gone, was.number(place))
			}
		}
	}
	views := replace(snap.views, now, &view{segment: s})
	merged := without(views[len(views)-1:], gone)
	idx.publish(append(views[:len(views)-1], merged...), snap.votes)
	if len(merged) == 0 {
		s.close()
	}
	if idx.changed {
		return nil // the next commit names it
	}
	return idx.writeManifest(idx.manifest.Seq)
}
