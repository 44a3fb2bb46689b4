package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"recto/store"
	"recto/store/search/words"
)

const (
	followEvery = 300 * time.Millisecond
	retryEvery  = 2 * time.Second
	batchPapers = 1000
	// What was indexed is made durable after so many papers or so much time, whatever comes first: a kill costs no more.
	commitPapers = 50_000
	commitEvery  = 5 * time.Second
)

// pace says how much of the machine indexing may take.
type pace int

const (
	allOut pace = 2 // two goroutines at a time beside the one that reads
	gentle pace = 1 // one, and as much rest as work
)

// sink takes the catalogue's changes in their order.
type sink interface {
	seq() int64 // the last change that it has
	put(*batch) error
	commit() error
}

// batch are changes that follow one another.
type batch struct {
	papers []analysed // that are new or have changed
	votes  []analysed // only doc.Number and doc.Votes are set
	gone   []uint32   // numbers of papers that were removed
	last   int64      // change
	pace   pace
}

type analysed struct {
	doc   words.Doc
	terms []string
	paper *store.Paper
}

// parallel calls do for each i below n.
func (b *batch) parallel(n int, do func(i int)) {
	var group sync.WaitGroup
	for w := range int(b.pace) {
		group.Go(func() {
			for i := w; i < n; i += int(b.pace) {
				do(i)
			}
		})
	}
	group.Wait()
}

// newBatch analyses changes. Of papers whose texts changed last up to drained, the votes alone are looked at.
func newBatch(changes []store.Change, last, drained int64, pace pace) *batch {
	b := &batch{last: last, pace: pace}
	for i := range changes {
		c := &changes[i]
		if c.Removed {
			b.gone = append(b.gone, uint32(c.Number))
			continue
		}
		if a := (analysed{doc: words.Doc{Number: uint32(c.Number), Votes: int32(c.Votes())}, paper: &c.Paper}); c.Text <= drained {
			b.votes = append(b.votes, a)
		} else {
			b.papers = append(b.papers, a)
		}
	}
	b.parallel(len(b.papers), func(i int) {
		a := &b.papers[i]
		a.doc, a.terms = document(a.doc.Number, a.paper)
	})
	return b
}

// into gives the batch to those sinks that don't have it, at the same time.
func (b *batch) into(sinks []sink) error {
	errs := make([]error, len(sinks))
	var group sync.WaitGroup
	for i, s := range sinks {
		if s.seq() < b.last {
			group.Go(func() { errs[i] = s.put(b) })
		}
	}
	group.Wait()
	return errors.Join(errs...)
}

// Follow keeps the index up with the catalogue until ctx ends. What goes wrong is logged and tried again.
func (x *Index) Follow(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	if x.spoken != nil {
		group.Go(func() { x.spoken.follow(ctx) })
	}
	said := ""
	wait := followEvery // a site that starts has pages to show first
	for {
		select {
		case <-ctx.Done():
			x.commit()
			return
		case <-time.After(wait):
		}
		wait = followEvery
		err := x.catchUp(ctx, gentle, func(Progress) {})
		if err == nil || ctx.Err() != nil {
			said = ""
			continue
		}
		wait = retryEvery
		if err.Error() != said {
			said = err.Error()
			x.Log.Warn("follow the catalogue with the search index", "error", err)
		}
		x.recover(err)
	}
}

// recover does what may let the next attempt succeed.
func (x *Index) recover(err error) {
	if !errors.Is(err, ErrBusy) {
		x.restart(err)
		return
	}
	if err := x.reopen(); err != nil {
		x.Log.Warn("open the search index again", "error", err)
	}
}

// reopen sees what another process has committed since.
func (x *Index) reopen() error {
	x.following.Lock()
	defer x.following.Unlock()
	x.open()
	fresh, err := words.Open(x.wordsDir(), x.identity)
	if err != nil {
		return err
	}
	vectors, err := openLearned(x.meaningDir(), x.identity)
	if err != nil {
		x.startedAnew("searching without vectors", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	err = x.words.Close()
	x.words, x.applied, x.drained = fresh, fresh.Seq(), 0
	if x.learned != nil {
		err = errors.Join(err, x.learned.close())
	}
	x.learned = vectors
	return err
}

// Build brings the index to the catalogue's last change and makes it durable.
func (x *Index) Build(ctx context.Context, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	if err := x.catchUp(ctx, allOut, progress); err != nil {
		return fmt.Errorf("build search index: %w", err)
	}
	if x.spoken != nil {
		if err := x.spoken.catchUp(ctx, progress); err != nil {
			return fmt.Errorf("build search index: %w", err)
		}
	}
	if err := x.commit(); err != nil {
		return fmt.Errorf("build search index: %w", err)
	}
	return nil
}

func (x *Index) catchUp(ctx context.Context, pace pace, progress func(Progress)) error {
	x.following.Lock()
	defer x.following.Unlock()
	x.open()
	last, err := x.db.LastChange(ctx)
	if err != nil {
		return err
	}
	if x.behind(last) {
		if x.learned == nil { // so that one pass does for both
			if err := x.learnWhenDue(ctx, pace, progress); err != nil {
				return err
			}
		}
		if err := x.pass(ctx, x.sinks(), pace, progress); err != nil {
			return err
		}
		x.drained = x.applied
		if err := x.learnWhenDue(ctx, pace, progress); err != nil {
			return err
		}
	}
	x.mu.Lock()
	x.building = false
	x.mu.Unlock()
	if time.Since(x.committed) > commitEvery {
		return x.commitLocked()
	}
	return nil
}

func (x *Index) sinks() []sink {
	sinks := []sink{&wordSink{x}}
	if x.learned != nil {
		sinks = append(sinks, x.learned)
	}
	return sinks
}

func (x *Index) behind(last int64) bool {
	for _, s := range x.sinks() {
		if s.seq() < last {
			return true
		}
	}
	return false
}

func (x *Index) commit() error {
	x.following.Lock()
	defer x.following.Unlock()
	return x.commitLocked()
}

func (x *Index) commitLocked() error {
	x.committed = time.Now()
	return commitAll(x.sinks())
}

func commitAll(sinks []sink) error {
	for _, s := range sinks {
		if err := s.commit(); err != nil {
			return err
		}
	}
	return nil
}

// pass gives sinks all changes that they don't have.
func (x *Index) pass(ctx context.Context, sinks []sink, pace pace, progress func(Progress)) error {
	after := sinks[0].seq()
	for _, s := range sinks {
		after = min(after, s.seq())
	}
	drained := int64(0) // each sink has all texts up to it
	if after == x.drained {
		drained = after
	}
	total, err := x.db.CountChanges(ctx, after)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done, uncommitted := 0, 0
	for r := range x.read(ctx, after) {
		if r.err != nil {
			return errors.Join(r.err, commitAll(sinks))
		}
		began := time.Now()
		if err := newBatch(r.changes, r.last, drained, pace).into(sinks); err != nil {
			return err
		}
		done += len(r.changes)
		if uncommitted += len(r.changes); uncommitted >= commitPapers {
			uncommitted = 0
			if err := commitAll(sinks); err != nil {
				return err
			}
		}
		progress(Progress{Step: "index", Done: min(done, total), Total: total})
		if pace == gentle && len(r.changes) == batchPapers {
			select {
			case <-time.After(time.Since(began)):
			case <-ctx.Done():
			}
		}
	}
	return ctx.Err()
}

type changesRead struct {
	changes []store.Change
	last    int64
	err     error
}

// read gives the catalogue's changes ahead of whoever takes them, until there are no more or ctx ends.
func (x *Index) read(ctx context.Context, after int64) <-chan changesRead {
	out := make(chan changesRead, 1)
	go func() {
		defer close(out)
		for {
			changes, last, err := x.db.Changes(ctx, after, batchPapers)
			if err == nil && last == after {
				return
			}
			select {
			case out <- changesRead{changes, last, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
			after = last
		}
	}()
	return out
}

// wordSink keeps the index of words up with the catalogue.
type wordSink struct{ x *Index }

func (s *wordSink) seq() int64 { return s.x.applied }

func (s *wordSink) put(b *batch) error {
	docs := make([]words.Doc, len(b.papers))
	for i := range b.papers {
		docs[i] = b.papers[i].doc
	}
	if len(docs)+len(b.gone) > 0 {
		if err := s.x.words.Update(docs, b.gone); err != nil {
			return err
		}
	}
	for _, v := range b.votes {
		if err := s.x.words.SetVotes(v.doc.Number, v.doc.Votes); err != nil {
			return err
		}
	}
	s.x.applied = b.last
	return nil
}

func (s *wordSink) commit() error {
	if s.x.applied == s.x.words.Seq() {
		return nil
	}
	return s.x.words.Commit(s.x.applied)
}
