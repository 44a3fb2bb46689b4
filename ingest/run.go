package ingest

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
	r := &run{db: db, src: src, o: o, began: o.Now(), look: batchRecords}
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
	batch   store.Batch // being filled
	bytes   int
	batches chan store.Batch
	stored  chan error            // the storing goroutine's end
	miner   atomic.Pointer[miner] // set once its statistics have settled
	fresh   fresh

	tally store.Tally // the storing goroutine's until it has ended, as is look
	look  int         // how many new papers there are when settle looks next
}

// fresh are stored papers that the statistics of tags have not counted yet.
type fresh struct {
	mu     sync.Mutex
	papers [][]store.Paper
}

func (f *fresh) add(papers []store.Paper) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.papers = append(f.papers, papers)
}

func (f *fresh) take() [][]store.Paper {
	f.mu.Lock()
	defer f.mu.Unlock()
	papers := f.papers
	f.papers = nil
	return papers
}

// all is the whole run; when it returns, nothing is under way any more.
func (r *run) all(ctx context.Context, cursor string) error {
	r.batches, r.stored = make(chan store.Batch, 1), make(chan error, 1)
	go r.storeAll(ctx)
	err := r.readAll(ctx, cursor)
	close(r.batches)
	stored := <-r.stored
	if m := r.miner.Load(); m != nil {
		r.countFresh(m)
		if kept := m.keep(context.WithoutCancel(ctx)); kept != nil && stored == nil {
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
		if full {
			r.mine()
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
	select {
	case r.batches <- r.batch:
	case err := <-r.stored:
		r.stored <- err
		return false
	}
	r.batch, r.bytes = store.Batch{Papers: make([]store.Paper, 0, batchRecords)}, 0
	return true
}

// storeAll stores batches until there are no more, or one can't be stored. Once ctx is cancelled, what waits is left.
func (r *run) storeAll(ctx context.Context) {
	var left error
	for batch := range r.batches {
		if ctx.Err() != nil {
			left = context.Cause(ctx)
			continue
		}
		tally, err := r.db.Ingest(context.WithoutCancel(ctx), batch)
		if err != nil {
			r.stored <- err
			return
		}
		r.tally.Add(tally)
		r.report(false)
		if batch.Mined && tally.New == len(batch.Papers) {
			r.fresh.add(batch.Papers)
		}
		if err := r.settle(ctx); err != nil {
			r.stored <- err
			return
		}
	}
	r.stored <- left
}

// settle looks after the first full batch whether the tags' statistics have settled, and tags what waits in the queue once
// that is enough for it. From then on, full batches are tagged before they are stored.
func (r *run) settle(ctx context.Context) error {
	if r.o.Tags == nil || r.miner.Load() != nil || r.tally.New < r.look {
		return nil
	}
	m, err := loadMiner(ctx, r.o.Tags, r.o.settled)
	if err == nil && !m.settled() && r.tally.New >= r.o.settled {
		err = m.queue(ctx, r.o.Tagged)
	}
	if err != nil {
		return err
	}
	r.look = max(r.o.settled, r.tally.New+batchRecords)
	if m.settled() {
		r.miner.Store(m)
	}
	return nil
}

// mine tags a full batch, once the statistics have settled. A batch that turns out to be new throughout is counted in
// them; of others they notice nothing, being of many papers.
func (r *run) mine() {
	m := r.miner.Load()
	if m == nil {
		return
	}
	r.countFresh(m)
	for i, mined := range tagsOf(m.model, r.batch.Papers) {
		r.batch.Papers[i].MinedTags = mined.Tags
	}
	r.batch.Mined = true
}

func (r *run) countFresh(m *miner) {
	for _, papers := range r.fresh.take() {
		m.count(papers)
	}
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
