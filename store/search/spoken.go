package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"recto/store/search/meaning"
)

// Embeddings is an endpoint that speaks the protocol of OpenAI's /v1/embeddings.
type Embeddings struct {
	URL   string // such as http://localhost:11434/v1
	Model string
	Key   string // sent as a bearer token unless ""
}

const (
	askTime      = 3 * time.Second // that a search waits for its question's vector
	askAgain     = time.Minute     // after the endpoint did not answer, before it is asked again
	keptAsked    = 1000
	embedBatch   = 64
	commitSpoken = 20 // batches
)

// spoken are the papers' vectors by a language model behind an endpoint. They are filled in the background and used as
// soon as most papers have one, and while the endpoint answers; else those learned from the catalogue do.
type spoken struct {
	x        *Index
	embedder *meaning.Embedder
	asked    *lru.Cache[string, []float32]
	filling  sync.Mutex // held by whoever fills the index
	applied  int64      // guarded by filling, as is drained
	drained  int64      // the last change of all there were when all had a vector

	mu    sync.RWMutex   // guards what follows
	index *meaning.Index // nil until the first vector came
	quiet time.Time      // the endpoint isn't asked before
}

func newSpoken(x *Index, e Embeddings) *spoken {
	asked, err := lru.New[string, []float32](keptAsked)
	if err != nil {
		panic(err) // only a wrong size does that
	}
	return &spoken{x: x, asked: asked, embedder: &meaning.Embedder{URL: e.URL, Model: e.Model, Key: e.Key}}
}

func (s *spoken) identity() string { return s.x.identity + ", " + s.embedder.Identity() }

// open opens the index for vectors of so many dimensions, or begins one. It is called under filling.
func (s *spoken) open(dimensions int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index != nil {
		return nil
	}
	index, err := meaning.Open(s.x.embeddingsDir(), s.identity(), dimensions)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, meaning.ErrForeign) || errors.Is(err, meaning.ErrDamaged) {
		s.x.startedAnew("the embeddings are asked for anew", err)
		index, err = meaning.Create(s.x.embeddingsDir(), s.identity(), dimensions)
	}
	if err != nil {
		return err
	}
	s.index, s.applied = index, index.Seq()
	return nil
}

func (s *spoken) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index == nil {
		return nil
	}
	err := s.index.Close()
	s.index = nil
	return err
}

// follow keeps the vectors up with the catalogue until ctx ends.
func (s *spoken) follow(ctx context.Context) {
	said, wait := "", time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = followEvery
		err := s.catchUp(ctx, func(Progress) {})
		switch {
		case ctx.Err() != nil:
		case err == nil:
			said = ""
		case errors.Is(err, ErrBusy):
			wait = retryEvery
		default:
			wait = askAgain
			if err.Error() != said {
				said = err.Error()
				s.x.Log.Warn("fill in embeddings", "error", err)
			}
		}
	}
}

// catchUp asks for the vectors of all papers that changed since.
func (s *spoken) catchUp(ctx context.Context, progress func(Progress)) (err error) {
	s.filling.Lock()
	defer s.filling.Unlock()
	s.mu.RLock()
	known := s.index != nil
	s.mu.RUnlock()
	last, err := s.x.db.LastChange(ctx)
	if err != nil || known && s.applied >= last {
		return err
	}
	if !known { // how long the model's vectors are, only the endpoint knows
		v, err := s.embedder.Embed(ctx, []string{"How long are your vectors?"})
		if err != nil {
			return err
		}
		if err := s.open(len(v[0])); err != nil {
			return err
		}
	}
	total, err := s.x.db.CountChanges(ctx, s.applied)
	if err != nil {
		return err
	}
	defer func() {
		if s.applied != s.index.Seq() { // what has come is kept, whatever came after
			err = cmp.Or(err, s.index.Commit(s.applied))
		}
	}()
	for batches, done := 1, 0; ; batches++ {
		changes, last, err := s.x.db.Changes(ctx, s.applied, embedBatch)
		if err == nil && last == s.applied {
			s.drained = last
		}
		if err != nil || last == s.applied {
			return err
		}
		var texts []string
		var vectors, gone []meaning.Change
		for i := range changes {
			switch c := &changes[i]; {
			case c.Removed:
				gone = append(gone, meaning.Change{Number: uint32(c.Number)})
			case c.Text > s.drained:
				texts = append(texts, described(&c.Paper))
				vectors = append(vectors, meaning.Change{Number: uint32(c.Number)})
			}
		}
		got, err := s.embedder.Embed(ctx, texts)
		if err != nil {
			return err
		}
		for i := range vectors {
			vectors[i].Vector = got[i]
		}
		if err := s.index.Update(append(vectors, gone...)); err != nil {
			return err
		}
		s.applied = last
		if batches%commitSpoken == 0 {
			if err := s.index.Commit(s.applied); err != nil {
				return err
			}
		}
		done += len(changes)
		progress(Progress{Step: "embeddings", Done: done, Total: total})
	}
}

// question is the vector of what somebody asks; nil when the endpoint does not answer in time.
func (s *spoken) question(ctx context.Context, text string) []float32 {
	if v, ok := s.asked.Get(text); ok {
		return v
	}
	s.mu.RLock()
	quiet := s.x.Now().Before(s.quiet)
	s.mu.RUnlock()
	if quiet {
		return nil
	}
	asking, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	v, err := s.embedder.Embed(asking, []string{text})
	if err != nil {
		if ctx.Err() == nil {
			s.mu.Lock()
			s.quiet = s.x.Now().Add(askAgain)
			s.mu.Unlock()
			s.x.Log.Warn("ask for a question's embedding", "error", fmt.Errorf("searching without it for %v: %w", askAgain, err))
		}
		return nil
	}
	s.asked.Add(text, v[0])
	return v[0]
}
