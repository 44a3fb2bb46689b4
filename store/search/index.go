package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"recto/store"
	"recto/store/lock"
	"recto/store/search/meaning"
	"recto/store/search/text"
	"recto/store/search/words"
)

// ErrBusy says that another process, such as a server, writes the index.
var ErrBusy = lock.ErrBusy

// Options of an index.
type Options struct {
	Log        *slog.Logger
	Now        func() time.Time
	Embeddings *Embeddings // nil for vectors of the catalogue's own
	Anew       bool        // throw away what is there
}

// Index is a catalogue's index. All its methods may be called at the same time.
type Index struct {
	Options
	db       *store.DB
	dir      string
	identity string
	open     func() // opens the vectors, once

	following sync.Mutex // held by whoever brings the index up with the catalogue

	mu      sync.RWMutex // guards what the pointers below point to while they are used or replaced
	words   *words.Index
	learned *learned // nil until there is something to learn from
	spoken  *spoken  // nil without a language model

	// Guarded by following:
	applied   int64     // the last change that words has, committed or not
	drained   int64     // the last change of all there were at the end of a pass
	committed time.Time // when what was applied was last made durable
	tooFew    int       // papers of which nothing could be learned

	building bool // guarded by mu: it has never caught up
}

// Open opens the index of a catalogue in a folder that is its own. One that is missing, foreign or damaged is begun anew,
// with a line in the log. Vectors, which are read whole, are opened when somebody first needs them.
func Open(ctx context.Context, db *store.DB, dir string, o Options) (*Index, error) {
	id, err := db.Identity(ctx)
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	last, err := db.LastChange(ctx)
	if err != nil {
		return nil, fmt.Errorf("open search index: %w", err)
	}
	x := &Index{Options: o, db: db, dir: dir, identity: fmt.Sprintf("%s, form %d.%d", id, form, text.Version)}
	if err = words.ErrMissing; !o.Anew {
		x.words, err = words.Open(x.wordsDir(), x.identity)
	}
	if err == nil && x.words.Seq() > last { // the catalogue is an older copy
		err = errors.Join(words.ErrForeign, x.words.Close())
	}
	if err != nil {
		if !errors.Is(err, words.ErrMissing) && !errors.Is(err, words.ErrForeign) && !errors.Is(err, words.ErrDamaged) {
			return nil, fmt.Errorf("open search index: %w", err)
		}
		if !errors.Is(err, words.ErrMissing) {
			x.Log.Warn("the search index is begun anew", "reason", err)
		}
		if x.words, err = words.Create(x.wordsDir(), x.identity); err != nil {
			return nil, fmt.Errorf("open search index: %w", err)
		}
	}
	if o.Anew { // nobody else writes, as Create has seen to
		if err := errors.Join(os.RemoveAll(x.meaningDir()), os.RemoveAll(x.embeddingsDir())); err != nil {
			return nil, fmt.Errorf("throw away search index: %w", errors.Join(err, x.words.Close()))
		}
	}
	x.applied = x.words.Seq()
	x.building = x.applied == 0
	if o.Embeddings != nil {
		x.spoken = newSpoken(x, *o.Embeddings)
	}
	x.open = sync.OnceFunc(func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.openVectors(last)
	})
	return x, nil
}

// hold keeps the index as it is, opened whole, until what it returns is called.
func (x *Index) hold() (release func()) {
	x.open()
	x.mu.RLock()
	return x.mu.RUnlock
}

// openVectors opens those of the catalogue's own, which can't have more than its last change.
func (x *Index) openVectors(last int64) {
	var err error
	if x.learned, err = openLearned(x.meaningDir(), x.identity); err != nil {
		x.startedAnew("the vectors are learned anew", err)
	} else if x.learned.index.Seq() > last {
		x.startedAnew("the vectors are learned anew", errors.Join(meaning.ErrForeign, x.learned.close()))
		x.learned = nil
	}
}

func (x *Index) wordsDir() string      { return filepath.Join(x.dir, "words") }
func (x *Index) meaningDir() string    { return filepath.Join(x.dir, "meaning") }
func (x *Index) embeddingsDir() string { return filepath.Join(x.dir, "embeddings") }

// startedAnew logs why something is, unless it was never there.
func (x *Index) startedAnew(what string, reason error) {
	if !errors.Is(reason, os.ErrNotExist) {
		x.Log.Warn(what, "reason", reason)
	}
}

// Close lets go of the files once searches under way have ended; Follow and Build must have ended before.
func (x *Index) Close() error {
	x.following.Lock()
	defer x.following.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	err := x.words.Close()
	if x.learned != nil {
		err = errors.Join(err, x.learned.close())
	}
	if x.spoken != nil {
		err = errors.Join(err, x.spoken.close())
	}
	if err != nil {
		return fmt.Errorf("close search index: %w", err)
	}
	return nil
}

// restart begins the index of words anew after an error that says that it is damaged; vectors that are damaged go, too.
// It does nothing while the index is being written, by this process or another one: whoever writes it notices, too.
func (x *Index) restart(reason error) {
	if !x.following.TryLock() {
		return
	}
	defer x.following.Unlock()
	x.open()
	x.mu.Lock()
	defer x.mu.Unlock()
	if errors.Is(reason, words.ErrDamaged) {
		_ = x.words.Close() // what it held is of no use, and Create needs its lock
		fresh, err := words.Create(x.wordsDir(), x.identity)
		if err != nil { // another process writes: it will notice, too
			x.Log.Error("begin the search index anew", "error", err)
			return
		}
		x.Log.Warn("the search index is begun anew", "reason", reason)
		x.words, x.applied, x.drained, x.building = fresh, 0, 0, true
	}
	if errors.Is(reason, meaning.ErrDamaged) && x.learned != nil {
		x.Log.Warn("the vectors are learned anew", "reason", reason)
		_ = x.learned.close()
		x.learned = nil
	}
}

// Status says how far the index is.
func (x *Index) Status(ctx context.Context) (Status, error) {
	defer x.hold()()
	behind, err := x.db.CountChanges(ctx, x.words.Seq())
	if err != nil {
		return Status{}, fmt.Errorf("status of search index: %w", err)
	}
	s := Status{Papers: x.words.Stats().Documents, Behind: behind, Building: x.building}
	err = filepath.WalkDir(x.dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				s.Bytes += info.Size()
			}
		}
		return nil // files come and go
	})
	if err != nil {
		return Status{}, fmt.Errorf("status of search index: %w", err)
	}
	if x.learned != nil {
		s.Vectors = x.learned.index.Len()
	}
	return s, nil
}
