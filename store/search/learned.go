package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"recto/store"
	"recto/store/search/meaning"
	"recto/store/search/text"
)

// learned are the model learned from the catalogue and the papers' vectors by it.
type learned struct {
	model   *meaning.Model
	index   *meaning.Index
	applied int64 // the last change that the index has, committed or not
}

func modelFile(dir string) string  { return filepath.Join(dir, "model") }
func vectorsDir(dir string) string { return filepath.Join(dir, "vectors") }

// openLearned opens what is in a folder; nil and why when that can't be used.
func openLearned(dir, identity string) (*learned, error) {
	model, err := meaning.Load(modelFile(dir))
	if err != nil {
		return nil, err
	}
	index, err := meaning.Open(vectorsDir(dir), identity+", "+model.Identity(), model.Dimensions())
	if err != nil {
		return nil, err
	}
	return &learned{model, index, index.Seq()}, nil
}

func (l *learned) close() error { return l.index.Close() }

// learn makes a model of the catalogue as it is, and an index without vectors, in a folder.
func (x *Index) learn(ctx context.Context, dir string, papers int, progress func(Progress)) (*learned, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	o := meaning.Options{Documents: papers, Progress: func(step string, done, total int) {
		progress(Progress{Step: "learn: " + step, Done: done, Total: total})
	}}
	model, err := meaning.Train(ctx, x.sample(ctx, meaning.Stride(papers)), o)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		err = model.Save(modelFile(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("learn a model: %w", err)
	}
	index, err := meaning.Create(vectorsDir(dir), x.identity+", "+model.Identity(), model.Dimensions())
	if err != nil {
		return nil, err
	}
	return &learned{model: model, index: index}, nil
}

var errEnough = errors.New("enough")

// sample gives every stride-th paper's terms.
func (x *Index) sample(ctx context.Context, stride int) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		err := x.db.Sampled(ctx, stride, func(p *store.Paper) error {
			if !yield(subject(text.Terms(p.Title), text.Terms(p.Abstract)), nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// learnWhenDue learns a model when there is none or when the catalogue has outgrown it. A first one serves at once while
// it is being filled; a later one takes the old one's place when it has all that the old one has.
func (x *Index) learnWhenDue(ctx context.Context, pace pace, progress func(Progress)) error {
	papers, err := x.db.PaperCount(ctx)
	if err != nil || papers == 0 {
		return err
	}
	x.mu.RLock()
	old := x.learned
	x.mu.RUnlock()
	if old != nil && !old.model.Stale(papers) || old == nil && papers < x.tooFew*2 {
		return nil
	}
	dir := x.meaningDir()
	if old != nil {
		dir += ".next"
	}
	fresh, err := x.learn(ctx, dir, papers, progress)
	if errors.Is(err, meaning.ErrTooFew) {
		x.tooFew = papers
		return nil
	}
	if err != nil {
		return err
	}
	if old != nil {
		sinks := []sink{fresh}
		err := x.pass(ctx, sinks, pace, progress)
		if err == nil {
			err = commitAll(sinks)
		}
		if err = errors.Join(err, fresh.close()); err != nil {
			return err
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		x.learned = nil
		err = errors.Join(old.close(), os.RemoveAll(x.meaningDir()), os.Rename(dir, x.meaningDir()))
		if err == nil {
			fresh, err = openLearned(x.meaningDir(), x.identity)
		}
		if err != nil {
			return err
		}
		x.learned = fresh
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.learned = fresh
	return nil
}

// As a sink it keeps the vectors up with the catalogue.
func (l *learned) seq() int64 { return l.applied }

func (l *learned) put(b *batch) error {
	changes := make([]meaning.Change, len(b.papers), len(b.papers)+len(b.gone))
	b.parallel(len(changes), func(i int) {
		changes[i] = meaning.Change{Number: b.papers[i].doc.Number, Vector: l.model.Vector(b.papers[i].terms)}
	})
	for _, number := range b.gone {
		changes = append(changes, meaning.Change{Number: number})
	}
	if err := l.index.Update(changes); err != nil {
		return err
	}
	l.applied = b.last
	return nil
}

func (l *learned) commit() error {
	if l.applied == l.index.Seq() {
		return nil
	}
	return l.index.Commit(l.applied)
}
