package search

import (
	"context"
	"errors"
	"fmt"

	"recto/store"
	"recto/store/search/meaning"
	"recto/store/search/text"
	"recto/store/search/words"
)

// Related are papers near to one in meaning, nearest first, from an offset on; MaxDepth of them at most. Where it has no
// vector, they are those that share words of its title.
func (x *Index) Related(ctx context.Context, p *store.Paper, offset, limit int) ([]store.Paper, error) {
	papers, err := x.related(ctx, p, max(offset, 0), limit)
	if errors.Is(err, words.ErrDamaged) || errors.Is(err, meaning.ErrDamaged) {
		go x.restart(err)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("papers related to %s: %w", p.ID, err)
	}
	return papers, nil
}

func (x *Index) related(ctx context.Context, p *store.Paper, offset, limit int) ([]store.Paper, error) {
	defer x.hold()()
	number, err := x.number(ctx, p.ID)
	if err != nil || number == 0 {
		return nil, err
	}
	k := min(offset+limit, MaxDepth)
	var near []uint32
	if index := x.vectorsOf(number); index != nil {
		hits, err := index.Near(ctx, number, k, nil)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			near = append(near, h.Number)
		}
	} else {
		var nodes []words.Node
		for _, term := range subject(text.Terms(p.Title)) {
			nodes = append(nodes, words.Term{Text: term})
		}
		found, err := x.words.Search(ctx, words.All{words.AtLeast{N: 1, Nodes: nodes}, words.Not{Node: words.Key{Text: key(idKey, string(p.ID))}}},
			words.Options{Limit: k})
		if err != nil {
			return nil, err
		}
		near = numbers(found.Hits)
	}
	return x.db.ByNumber(ctx, wide(near[min(offset, len(near)):]))
}

// vectorsOf are those that a paper is among; nil when there are none.
func (x *Index) vectorsOf(number uint32) *meaning.Index {
	if s := x.spoken; s != nil {
		s.mu.RLock()
		index := s.index
		s.mu.RUnlock()
		if index != nil && index.Contains(number) && (x.learned == nil || index.Len() > x.learned.index.Len()/2) {
			return index
		}
	}
	if x.learned != nil && x.learned.index.Contains(number) {
		return x.learned.index
	}
	return nil
}
