package ingest

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"recto/ingest/tagger"
	"recto/store"
)

// What one transaction takes at most.
const (
	batchRecords = 2_000
	batchBytes   = 8 << 20
)

// Options are how Run reads.
type Options struct {
	Now      func() time.Time // time.Now when nil
	Progress func(Progress)   // told after each batch and at the end; nil for nobody

	// Tags is where a long run mines the papers' tags while it stores them; nil leaves all papers to Tag. Tag is to be
	// called after the run in any case. Tagged is told as Tag's progress.
	Tags   TagStore
	Tagged func(tagged int)

	settled int // in place of settledPapers; for tests
}

// Run reads a source into the catalogue and says what became of its records. The tally counts what is stored, also when
// there is an error. Run again after any error, it ends in the catalogue that an undisturbed run would have made.
//
// When ctx is cancelled, the batch that is being stored is finished, and the error wraps ctx's.
func Run(ctx context.Context, db Catalogue, src Source, o Options) (store.Tally, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.settled = cmp.Or(o.settled, settledPapers)
	var cursor string
	if src.Cursor != "" {
		var err error
		if cursor, err = db.Cursor(ctx, src.Cursor); err != nil {
			return store.Tally{}, fmt.Errorf("ingest %s: %w", src.Name, err)
		}
	}
	r := &run{db: db, src: src, o: o, began: o.Now(), look: o.settled}
	err := r.all(ctx, cursor)
	r.report(true)
	if err != nil {
		return r.tally, fmt.Errorf("ingest %s: %w", src.Name, err)
	}
	return r.tally, nil
}

// run reads, cleans and tags on one goroutine while another one stores.
type run struct {
	db      Catalogue
	src     Source
	o       Options
	began   time.Time
	batch   batch // being filled
	bytes   int
	batches chan batch
	stored  chan error // the storing goroutine's end
	miner   *miner     // nil before the first full batch
	handed  int        // papers given to be stored
	look    int        // how many of them there are when settle looks next
	fresh   fresh

	tally store.Tally // the storing goroutine's until it has ended
}

// batch is what is stored in one transaction, or, with idle, nothing.
type batch struct {
	store.Batch
	readings []tagger.Reading // of its papers, when it is full
	idle     chan<- int       // told how many papers were new so far, once all before it is stored
}

// fresh are stored batches of new papers that the statistics of tags have not counted yet.
type fresh struct {
	mu      sync.Mutex
	batches []batch
}

func (f *fresh) add(b batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.batches = append(f.batches, b)
}

func (f *fresh) take() []batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	batches := f.batches
	f.batches = nil
	return batches
}

// all is the whole run; when it returns, nothing is under way any more.
func (r *run) all(ctx context.Context, cursor string) error {
	r.batches, r.stored = make(chan batch, 2), make(chan error, 1)
	go r.storeAll(ctx)
	err := r.readAll(ctx, cursor)
	close(r.batches)
	stored := <-r.stored
	if r.miner != nil {
		ctx := context.WithoutCancel(ctx)
		kept := r.countFresh(ctx)
		if kept == nil {
			kept = r.miner.keep(ctx)
		}
		if stored == nil {
			stored = kept
		}
	}
	if stored != nil {
		return stored
	}
	return err
}

// readAll hands on everything up to an error: what came before it is whole.
func (r *run) readAll(ctx context.Context, cursor string) error {
	for rec, err := range r.src.records(ctx, cursor) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			r.handOn()
			return err
		}
		if rec.Cursor != "" {
			r.batch.Cursor = &store.Cursor{Source: r.src.Cursor, Value: rec.Cursor}
		} else {
			r.add(&rec)
		}
		full := r.bytes >= batchBytes || len(r.batch.Papers)+len(r.batch.Rejects) >= batchRecords
		if full && r.o.Tags != nil {
			if err := r.mine(ctx); err != nil {
				return err
			}
		}
		if full || rec.Cursor != "" {
			if !r.handOn() {
				return nil // storing has ended, and says why
			}
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	r.handOn()
	return nil
}

// handOn gives the batch to be stored, and says whether it is going to be.
func (r *run) handOn() bool {
	if len(r.batch.Papers)+len(r.batch.Rejects) == 0 && r.batch.Cursor == nil {
		return true
	}
	if !r.give(r.batch) {
		return false
	}
	r.handed += len(r.batch.Papers)
	r.batch, r.bytes = batch{Batch: store.Batch{Papers: make([]store.Paper, 0, batchRecords)}}, 0
	return true
}

func (r *run) give(b batch) bool {
	select {
	case r.batches <- b:
		return true
	case err := <-r.stored:
		r.stored <- err
		return false
	}
}

// storeAll stores batches until there are no more, or one can't be stored.
func (r *run) storeAll(ctx context.Context) {
	filler := facetFiller{db: r.db}
	err := r.storeEach(ctx, &filler)
	r.stored <- filler.end(ctx, err)
}

// storeEach stores batches. Once ctx is cancelled, what waits is left.
func (r *run) storeEach(ctx context.Context, filler *facetFiller) (left error) {
	for b := range r.batches {
		if b.idle != nil {
			b.idle <- r.tally.New
			continue
		}
		if ctx.Err() != nil {
			left = context.Cause(ctx)
			continue
		}
		tally, err := r.db.Ingest(context.WithoutCancel(ctx), b.Batch)
		if err != nil {
			return err
		}
		r.tally.Add(tally)
		r.report(false)
		if b.readings != nil && tally.New == len(b.Papers) {
			r.fresh.add(b)
		}
		if b.Bulk {
			if err := filler.add(ctx, tally.New); err != nil {
				return err
			}
		}
	}
	return left
}

// mine reads a full batch's texts and, once the tags' statistics have settled, finds its tags. A batch that turns out to be
// new throughout is counted in the statistics; the papers of another are left to Tag, or, once the statistics have settled,
// not counted at all: being of many papers, they don't notice.
func (r *run) mine(ctx context.Context) (err error) {
	if r.miner == nil {
		if r.miner, err = loadMiner(ctx, r.o.Tags, r.o.settled); err != nil {
			return err
		}
	}
	if err := r.countFresh(ctx); err != nil {
		return err
	}
	if !r.miner.settled() && r.handed >= r.look {
		if err := r.settle(ctx); err != nil {
			return err
		}
	}
	r.batch.Mined = r.miner.settled()
	r.batch.Bulk = r.batch.Mined && r.handed >= r.o.settled // a day's papers are in their facets at once
	r.batch.readings = r.miner.read(r.batch.Papers, r.batch.Mined)
	return nil
}

// settle tags what waits in the queue, once there are papers enough for it.
func (r *run) settle(ctx context.Context) error {
	idle := make(chan int, 1)
	if !r.give(batch{idle: idle}) {
		return nil
	}
	select {
	case added := <-idle:
		r.look = max(r.o.settled, r.handed+r.o.settled-added)
		if added < r.o.settled {
			return nil
		}
	case err := <-r.stored:
		r.stored <- err
		return nil
	}
	if err := r.countFresh(ctx); err != nil {
		return err
	}
	return r.miner.queue(ctx, r.o.Tagged)
}

// countFresh counts what was stored since.
func (r *run) countFresh(ctx context.Context) error {
	for _, b := range r.fresh.take() {
		if err := r.miner.count(ctx, b.Papers, b.readings, b.Mined); err != nil {
			return err
		}
	}
	return nil
}

// add cleans a record and puts it into the batch, among the papers or the rejects.
func (r *run) add(rec *Record) {
	r.bytes += max(len(rec.Raw), 500)
	if rec.Reason == "" {
		p := rec.Paper
		p.Source = cmp.Or(strings.TrimSpace(p.Source), r.src.Name)
		if p.ReadAt.IsZero() {
			p.ReadAt = r.began
		}
		if p.FeaturedOn != "" {
			p.FeaturedBy = cmp.Or(strings.TrimSpace(p.FeaturedBy), p.Source)
		} else {
			p.FeaturedBy = ""
		}
		err := p.Clean()
		if err == nil {
			r.batch.Papers = append(r.batch.Papers, p)
			return
		}
		rec.Reason = reasonOf(err)
	}
	text := string(rec.Raw[:min(len(rec.Raw), store.MaxRejectText)])
	r.batch.Rejects = append(r.batch.Rejects, store.Reject{Source: r.src.Name, Place: rec.Place, PaperID: rec.ID,
		Reason: rec.Reason, Text: strings.ToValidUTF8(text, "\uFFFD"), At: r.began})
}

func (r *run) report(done bool) {
	if r.o.Progress == nil {
		return
	}
	p := Progress{Source: r.src.Name, Tally: r.tally, Elapsed: r.o.Now().Sub(r.began), Share: r.src.meter.share(), Done: done}
	r.o.Progress(p)
}
