package ingest

import (
	"cmp"
	"context"
	"fmt"
	"strings"
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
}

// Run reads a source into the catalogue and says what became of its records. The tally counts what is stored, also when
// there is an error. Run again after any error, it ends in the catalogue that an undisturbed run would have made.
//
// When ctx is cancelled, the batch that is being stored is finished, and the error wraps ctx's.
func Run(ctx context.Context, db Catalogue, src Source, o Options) (store.Tally, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	var cursor string
	if src.Cursor != "" {
		var err error
		if cursor, err = db.Cursor(ctx, src.Cursor); err != nil {
			return store.Tally{}, fmt.Errorf("ingest %s: %w", src.Name, err)
		}
	}
	r := &run{db: db, src: src, o: o, began: o.Now()}
	err := r.all(ctx, cursor)
	r.report(true)
	if err != nil {
		return r.tally, fmt.Errorf("ingest %s: %w", src.Name, err)
	}
	return r.tally, nil
}

// run reads and cleans on one goroutine while another one stores.
type run struct {
	db      Catalogue
	src     Source
	o       Options
	began   time.Time
	batch   store.Batch // being filled
	bytes   int
	batches chan store.Batch
	stored  chan error // the storing goroutine's end

	tally store.Tally // the storing goroutine's until it has ended
}

// all is the whole run; when it returns, nothing is under way any more.
func (r *run) all(ctx context.Context, cursor string) error {
	r.batches, r.stored = make(chan store.Batch, 1), make(chan error, 1)
	go r.storeAll(ctx)
	err := r.readAll(ctx, cursor)
	close(r.batches)
	if stored := <-r.stored; stored != nil {
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
		if rec.Cursor != "" || r.bytes >= batchBytes || len(r.batch.Papers)+len(r.batch.Rejects) >= batchRecords {
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
	}
	r.stored <- left
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
