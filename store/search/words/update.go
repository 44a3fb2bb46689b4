package words

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"

	"recto/store/lock"
)

// Segments in memory are written to a file when they are this large together.
const memoryLimit = 64 << 20

// Whoever writes faster than segments are merged waits when there are more segments than this.
const maxSegments = 8 * fanIn

// begin starts a change, under mu: the first one locks the directory and clears it of what was never committed.
func (idx *Index) begin() (*snapshot, error) {
	snap := idx.current.Load()
	if snap == nil {
		return nil, ErrClosed
	}
	if idx.failure != nil {
		return nil, idx.failure
	}
	if idx.lock != nil {
		return snap, nil
	}
	held, err := lock.File(filepath.Join(idx.dir, lockName))
	if err != nil {
		return nil, err
	}
	_, raw, err := readManifest(idx.dir)
	if err == nil && !bytes.Equal(raw, idx.raw) {
		err = ErrBusy // it has written since this one was opened
	}
	if err == nil {
		err = sweep(idx.dir, &idx.manifest, "")
	}
	if err != nil {
		held.Close()
		return nil, err
	}
	idx.lock = held
	return snap, nil
}

// Update takes documents out, by their numbers, and then puts documents in, in place of older forms of the same number; of
// several with one number the last counts. Searches that begin after it see all of it, those before nothing. It is made
// durable by the next Commit.
func (idx *Index) Update(docs []Doc, removed []uint32) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("update index of words: %w", err)
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	idx.mu.Lock()
	defer idx.mu.Unlock()
	snap, err := idx.begin()
	if err != nil {
		return err
	}
	latest := make(map[uint32]*Doc, len(docs))
	for i := range docs {
		latest[docs[i].Number] = &docs[i]
	}
	gone := slices.Clone(removed)
	votes := snap.votes
	set := func(number uint32, n int32) {
		var changed bool
		votes, changed = votes.set(number, n)
		idx.votesChanged = idx.votesChanged || changed
	}
	for _, number := range removed {
		set(number, 0)
	}
	fresh := make([]*Doc, 0, len(latest))
	for i := range docs {
		if d := &docs[i]; latest[d.Number] == d {
			fresh = append(fresh, d)
			gone = append(gone, d.Number)
			set(d.Number, d.Votes)
		}
	}
	views := without(snap.views, gone)
	for chunk := range slices.Chunk(fresh, maxInvert) {
		s, err := idx.inverter.invert(chunk)
		if err != nil {
			return err
		}
		views = append(views, &view{segment: s})
	}
	if views, err = mergeMemory(views); err != nil {
		return err
	}
	idx.changed = true
	idx.publish(views, votes)
	if memory(views) < memoryLimit {
		return nil
	}
	if err := idx.flush(); err != nil {
		return err
	}
	for idx.merging && len(idx.current.Load().views) > maxSegments {
		idx.merged.Wait()
	}
	return nil
}

// SetVotes sets the votes of a document. Searches see it at once; it is made durable by the next Commit.
func (idx *Index) SetVotes(number uint32, n int32) error {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	snap, err := idx.begin()
	if err != nil {
		return fmt.Errorf("set votes in index of words: %w", err)
	}
	votes, changed := snap.votes.set(number, n)
	if changed {
		idx.changed, idx.votesChanged = true, true
		idx.publish(snap.views, votes)
	}
	return nil
}

// memory is the number of bytes of the segments in memory.
func memory(views []*view) int {
	n := 0
	for _, v := range views {
		if v.file == "" {
			n += len(v.data)
		}
	}
	return n
}

// mergeMemory merges segments in memory where there are many of one size.
func mergeMemory(views []*view) ([]*view, error) {
	for {
		chosen := choose(views, func(v *view) bool { return v.file == "" })
		if chosen == nil {
			return views, nil
		}
		var out bytes.Buffer
		out.Grow(memory(chosen))
		if err := merge(&out, chosen, proceed); err != nil {
			return nil, err
		}
		s, err := openSegment("", out.Bytes(), nil)
		if err != nil {
			return nil, err
		}
		views = replace(views, chosen, &view{segment: s})
	}
}

func proceed() error { return nil }

// replace puts one view in place of others.
func replace(views, old []*view, by *view) []*view {
	kept := slices.DeleteFunc(slices.Clone(views), func(v *view) bool { return slices.Contains(old, v) })
	return append(kept, by)
}

// flush writes the segments in memory to a file.
func (idx *Index) flush() error {
	snap := idx.current.Load()
	var chosen []*view
	for _, v := range snap.views {
		if v.file == "" {
			chosen = append(chosen, v)
		}
	}
	if len(chosen) == 0 {
		return nil
	}
	s, err := idx.mergeToFile(idx.manifest.nextFile("segment"), chosen, proceed)
	if err != nil {
		return err
	}
	idx.publish(replace(snap.views, chosen, &view{segment: s}), snap.votes)
	idx.startMerging()
	return nil
}
