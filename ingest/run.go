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
	batchRecords = 500
	batchBytes   = 4 << 20
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

type run struct {
	db    Catalogue
	src   Source
	o     Options
	began time.Time
	tally store.Tally
	batch store.Batch
	bytes int
}

func (r *run) all(ctx context.Context, cursor string) error {
	for rec, err := range r.src.records(ctx, cursor) {
		if ctx.Err() != nil {
			return interrupted(ctx)
		}
		if err != nil { // what came before it is whole
			if flushed := r.flush(ctx); flushed != nil {
				return flushed
			}
			return err
		}
		if rec.Cursor != "" {
			r.batch.Cursor = &store.Cursor{Source: r.src.Cursor, Value: rec.Cursor}
		} else {
			r.add(&rec)
		}
		if rec.Cursor != "" || r.bytes >= batchBytes || len(r.batch.Papers)+len(r.batch.Rejects) >= batchRecords {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	return r.flush(ctx)
}

// interrupted hides a cancellation's cause behind ctx's own error, which callers can look for.
func interrupted(ctx context.Context) error { return fmt.Errorf("interrupted: %w", ctx.Err()) }

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

func (r *run) flush(ctx context.Context) error {
	if len(r.batch.Papers)+len(r.batch.Rejects) == 0 && r.batch.Cursor == nil {
		return nil
	}
	tally, err := r.db.Ingest(context.WithoutCancel(ctx), r.batch)
	if err != nil {
		return err
	}
	r.tally.Add(tally)
	clear(r.batch.Papers) // let go of their texts
	r.batch = store.Batch{Papers: r.batch.Papers[:0], Rejects: r.batch.Rejects[:0]}
	r.bytes = 0
	r.report(false)
	return nil
}

func (r *run) report(done bool) {
	if r.o.Progress == nil {
		return
	}
	p := Progress{Source: r.src.Name, Tally: r.tally, Elapsed: r.o.Now().Sub(r.began), Share: r.src.meter.share(), Done: done}
	r.o.Progress(p)
}
