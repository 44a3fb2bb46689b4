package words

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// Order is what hits are sorted by. What is equal in it is sorted by day and then number, both descending.
type Order uint8

// The orders.
const (
	ByRelevance Order = iota // the score, descending
	Newest
	ByVotes // descending
)

// maxHits bounds Offset + Limit.
const maxHits = 10_000

// Options say which of the matching documents a search is to give, and what it is to count.
type Options struct {
	Offset, Limit int // together 10,000 at most; what is beyond is left out
	Order         Order
	Total         bool     // count the matching documents
	Keys          []string // classes whose keys to count; those of a class that was asked for once are kept in memory
	KeyLimit      int      // of each class, the most frequent so many alone; 0 for all
	Months        bool     // count by month
}

// Hit is a document that matches. Its score is 0 unless the order is ByRelevance.
type Hit struct {
	Number uint32
	Score  float64
}

// Result is what a search gives.
type Result struct {
	Hits   []Hit
	Counts // as far as they were asked for
}

// Search finds the documents that a query matches. Its work is bounded by the size of the index and the number of nodes;
// it ends with the context's error soon after that is done, and with ErrDamaged when the files make no sense.
func (idx *Index) Search(ctx context.Context, query Node, o Options) (r Result, err error) {
	snap := idx.acquire()
	if snap == nil {
		return Result{}, fmt.Errorf("search: %w", ErrClosed)
	}
	defer snap.release()
	defer idx.searched(snap)
	defer func() {
		if err != nil {
			r, err = Result{}, fmt.Errorf("search: %w", err)
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	if r.Hits, err = snap.hits(ctx, query, o); err != nil {
		return r, err
	}
	if o.Total || o.Months || len(o.Keys) > 0 {
		r.Counts, err = snap.count(ctx, query, o, countWork, countMatches)
		if len(r.Hits) > 0 { // a sample may have missed some
			r.Total = max(r.Total, o.Offset+len(r.Hits))
		}
	}
	return r, err
}

func (s *snapshot) hits(ctx context.Context, query Node, o Options) ([]Hit, error) {
	offset := min(max(o.Offset, 0), maxHits)
	size := min(max(o.Limit, 0), maxHits-offset) + offset
	if size <= offset {
		return nil, nil
	}
	var floor atomic.Uint32
	tops, err := share(newPlan(s, o.Order == ByRelevance).jobs(query), func() *top { return newTop(size) },
		func(t *top, j *job) error { return j.search(ctx, j.matcher, o.Order, s.votes, t, &floor) })
	if err != nil {
		return nil, err
	}
	ranked := first(tops)
	hits := make([]Hit, 0, max(len(ranked)-offset, 0))
	for _, r := range ranked[min(offset, len(ranked)):] {
		h := Hit{Number: r.number}
		if o.Order == ByRelevance {
			h.Score = float64(r.value) * scoreUnit
		}
		hits = append(hits, h)
	}
	return hits, nil
}

// search adds the matching documents of a view to the top ones. What is below floor is beaten by enough that others found;
// it is raised to what is enough here.
func (v *view) search(ctx context.Context, x matcher, o Order, votes votes, top *top, floor *atomic.Uint32) error {
	m := newMatches()
	defer matchesPool.Put(m)
	for lo := x.next(0); lo < uint32(v.docs); {
		if err := ctx.Err(); err != nil {
			return err
		}
		hi := min(lo+window, uint32(v.docs))
		need := uint32(0)
		if o != ByVotes {
			need = max(top.need(v.day(int(lo)), v.number(int(lo))), floor.Load())
		}
		if o == Newest && need > 0 {
			return nil // older than all that are wanted
		}
		if x.enter(lo, hi) >= need {
			m.n = 0
			x.produce(m, need)
			for i, doc := range m.docs[:m.n] {
				value := int64(m.scores[i])
				if value < int64(need) || !v.good(int(doc)) {
					continue
				}
				number := v.number(int(doc))
				if o == ByVotes {
					value = int64(votes.of(number))
				}
				top.add(ranked{value, v.day(int(doc)), number})
			}
			if o == ByRelevance {
				raise(floor, top.least())
			}
		}
		lo = x.next(hi)
	}
	return nil
}

func raise(n *atomic.Uint32, to uint32) {
	for old := n.Load(); old < to && !n.CompareAndSwap(old, to); {
		old = n.Load()
	}
}
