package meaning

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
)

const (
	// Dimensions is how many a model has, fewer where the documents don't fill them.
	Dimensions = 256
	// Sample is how many documents Train reads at most. More of them change little and cost memory: 100,000 abstracts
	// take about 400 MB while a model is learned.
	Sample = 100_000

	vocabulary = 60_000 // terms, the most frequent of those that are neither rare nor common
	rare       = 2      // documents that a term must be in
	common     = 0.5    // share of the documents that a term may be in
	seed       = 1
)

// ErrTooFew says that the documents share too few terms to learn anything from.
var ErrTooFew = errors.New("too few documents to learn from")

// Options of Train. The zero value will do.
type Options struct {
	Documents int                                // in the whole catalogue, when docs is a sample of it; see Model.Stale
	Progress  func(step string, done, total int) // total is 0 while it isn't known
}

// Stride says that every so many-th of a catalogue's documents is to be given to Train, so that those it reads are
// spread over all of them.
func Stride(documents int) int { return max(1, (documents+Sample-1)/Sample) }

// Train learns a model from documents, each the terms of its title and abstract in any order. Function words may be left
// out. It reads no more than Sample documents.
//
// It is latent semantic analysis (Deerwester et al. 1990): the documents × terms matrix, weighed by (1 + ln tf) · ln(N/df)
// with rows of unit length, is reduced to its largest singular vectors. The same documents give the same model, bit for
// bit on one kind of processor.
func Train(ctx context.Context, docs iter.Seq2[[]string, error], o Options) (*Model, error) {
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	s, err := readSample(ctx, docs, o.Progress)
	if err != nil {
		return nil, fmt.Errorf("learn from documents: %w", err)
	}
	s.prune()
	s.weigh()
	if len(s.terms) == 0 {
		return nil, ErrTooFew
	}
	v, err := rightSingular(ctx, s.docs, len(s.terms), Dimensions, seed, func(done, total int) { o.Progress("learning", done, total) })
	if err != nil {
		return nil, fmt.Errorf("learn from documents: %w", err)
	}
	return newModel(s.terms, s.idf, v, max(o.Documents, len(s.docs))), nil
}

// sample is what a model learns from.
type sample struct {
	docs  [][]entry
	terms []string
	idf   []float32
}

func readSample(ctx context.Context, docs iter.Seq2[[]string, error], progress func(string, int, int)) (*sample, error) {
	s, numbers := &sample{}, map[string]uint32{}
	var doc []uint32
	for terms, err := range docs {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		doc = doc[:0]
		for _, term := range terms {
			number, known := numbers[term]
			if !known {
				number = uint32(len(s.terms))
				numbers[term] = number
				s.terms = append(s.terms, term)
			}
			doc = append(doc, number)
		}
		s.docs = append(s.docs, slices.Clip(tally(nil, doc)))
		if n := len(s.docs); n == Sample {
			break
		} else if n%1000 == 0 {
			progress("reading", n, 0)
		}
	}
	return s, nil
}

// tally appends each term of doc once to dst, weighed by 1 + ln of how often it occurs. It sorts doc.
func tally(dst []entry, doc []uint32) []entry {
	slices.Sort(doc)
	for i := 0; i < len(doc); {
		start := i
		for i < len(doc) && doc[i] == doc[start] {
			i++
		}
		weight := float32(1)
		if n := i - start; n > 1 {
			weight += float32(math.Log(float64(n)))
		}
		dst = append(dst, entry{doc[start], weight})
	}
	return dst
}

// prune keeps the vocabulary's terms, the most frequent first, and leaves no document empty.
func (s *sample) prune() {
	df := make([]int, len(s.terms))
	for _, doc := range s.docs {
		for _, e := range doc {
			df[e.term]++
		}
	}
	n := float64(len(s.docs))
	var kept []uint32
	for t, in := range df {
		if in >= rare && float64(in) <= common*n {
			kept = append(kept, uint32(t))
		}
	}
	slices.SortFunc(kept, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(df[b], df[a]), cmp.Compare(s.terms[a], s.terms[b]))
	})
	kept = kept[:min(len(kept), vocabulary)]
	const dropped = math.MaxUint32
	renumbered, terms := slices.Repeat([]uint32{dropped}, len(df)), make([]string, len(kept))
	s.idf = make([]float32, len(kept))
	for i, t := range kept {
		renumbered[t], terms[i] = uint32(i), s.terms[t]
		s.idf[i] = float32(math.Log(n / float64(df[t])))
	}
	for i, doc := range s.docs {
		left := doc[:0]
		for _, e := range doc {
			if e.term = renumbered[e.term]; e.term != dropped {
				left = append(left, e)
			}
		}
		s.docs[i] = left
	}
	s.terms = terms
	s.docs = slices.DeleteFunc(s.docs, func(doc []entry) bool { return len(doc) == 0 })
}

func (s *sample) weigh() {
	for _, doc := range s.docs {
		sum := 0.0
		for i := range doc {
			doc[i].weight *= s.idf[doc[i].term]
			sum += float64(doc[i].weight) * float64(doc[i].weight)
		}
		length := float32(math.Sqrt(sum))
		for i := range doc {
			doc[i].weight /= length
		}
	}
}
