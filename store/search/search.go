package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"recto/store"
	"recto/store/search/meaning"
	"recto/store/search/query"
	"recto/store/search/words"
)

// fewHits is how many papers with all words are so few that those with most of them are shown, too.
const fewHits = 100

// Search finds papers. Any text gives results; an error says that the catalogue or the index could not be read, or that
// ctx has ended.
func (x *Index) Search(ctx context.Context, r Request) (Results, error) {
	results, err := x.search(ctx, r)
	if errors.Is(err, words.ErrDamaged) || errors.Is(err, meaning.ErrDamaged) || errors.Is(err, words.ErrClosed) {
		go x.restart(err)
		results, err = Results{Text: strings.TrimSpace(r.Text), Notes: []string{"The search index was damaged. It is being built anew; please try again in a while."}}, nil
	}
	if err != nil {
		return Results{}, fmt.Errorf("search for %.100q: %w", r.Text, err)
	}
	return results, nil
}

func (x *Index) search(ctx context.Context, r Request) (Results, error) {
	q := query.Parse(r.Text)
	res := Results{Text: q.Text, Words: q.Words(), Empty: q.Root == nil, Notes: slices.Clone(q.Notes)}
	if id, ok := query.Direct(q.Text); ok {
		res.Paper = id
		p, err := x.db.Paper(ctx, id)
		if err == nil {
			res.Known = &p
		} else if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return res, err
	}
	if res.Empty {
		return res, nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.building {
		res.Notes = append(res.Notes, "The search index is being built: some papers can't be found yet.")
	}
	if !r.AsTyped {
		corrected, err := x.corrected(ctx, q)
		if err != nil {
			return res, err
		}
		if corrected.Text != q.Text {
			res.Corrected, q = corrected.Text, corrected
		}
	}
	s := &searching{x: x, ctx: ctx, q: q, request: r}
	if err := s.run(); err != nil {
		return res, err
	}
	res.Notes = append(res.Notes, s.notes...)
	res.Total, res.About = s.counts.Total, s.counts.Estimated
	offset, limit := max(r.Offset, 0), max(r.Limit, 0)
	numbers := s.ranked[min(offset, len(s.ranked)):]
	res.More = len(numbers) > limit
	numbers = numbers[:min(limit, len(numbers))]
	var err error
	if res.Hits, err = s.hits(numbers); err != nil {
		return res, err
	}
	return res, s.choices(&res)
}

// searching is one search under way.
type searching struct {
	x       *Index
	ctx     context.Context
	q       query.Query
	request Request
	plan    plan
	counts  words.Counts
	notes   []string
	ranked  []uint32 // papers, best first, as many as can be paged through

	asIs string // the query as it would be written
}

func (s *searching) run() error {
	c := compiler{ctx: s.ctx, db: s.x.db}
	s.plan = c.plan(s.q.Root)
	if c.err != nil {
		return c.err
	}
	order := words.ByRelevance
	switch {
	case s.q.Sort == query.ByVotes:
		order = words.ByVotes
	case s.q.Sort == query.ByNew || !s.plan.ranks:
		order = words.Newest
	}
	found, err := s.find(s.plan.strict(), order)
	if err != nil {
		return err
	}
	complete := found.Hits // those with all the words
	if n := len(s.plan.loose); found.Total == 0 && n > 1 {
		if found, err = s.relax(order, n); err != nil {
			return err
		}
	}
	s.counts = found.Counts
	if order != words.ByRelevance {
		s.ranked = numbers(found.Hits)
		return nil
	}
	few := found.Total < fewHits && len(s.plan.loose) > 1
	if few {
		most, err := s.x.words.Search(s.ctx, s.plan.relaxed(1), words.Options{Limit: meaning.Depth})
		if err != nil {
			return err
		}
		found.Hits = merged(found.Hits, most.Hits)
	}
	if s.ranked, err = s.fuse(found.Hits); err != nil {
		return err
	}
	if few {
		s.ranked = completeFirst(s.ranked, complete)
	}
	if found.Total == 0 && len(s.ranked) > 0 {
		s.notes = append(s.notes, "No paper has any of these words. These are near to them in meaning.")
	}
	return s.exactFirst()
}

// relax asks for most of n terms, else for some, and says so.
func (s *searching) relax(order words.Order, n int) (words.Result, error) {
	most := n - max(1, n/3)
	found, err := s.find(s.plan.relaxed(most), order)
	if err == nil && found.Total == 0 && most > 1 {
		most = 1
		found, err = s.find(s.plan.relaxed(most), order)
	}
	switch {
	case err != nil || found.Total == 0:
	case most > 1:
		s.notes = append(s.notes, "No paper has all of these words. These have most of them.")
	default:
		s.notes = append(s.notes, "No paper has all of these words, or most of them. These have some.")
	}
	return found, err
}

// completeFirst moves papers that have all the words before the others, and changes nothing else of the order.
func completeFirst(ranked []uint32, complete []words.Hit) []uint32 {
	has := make(map[uint32]bool, len(complete))
	for _, h := range complete {
		has[h.Number] = true
	}
	first := make([]uint32, 0, len(ranked))
	var others []uint32
	for _, n := range ranked {
		if has[n] {
			first = append(first, n)
		} else {
			others = append(others, n)
		}
	}
	return append(first, others...)
}

// find asks for what matches, and counts it.
func (s *searching) find(n words.Node, order words.Order) (words.Result, error) {
	o := words.Options{Limit: MaxDepth, Order: order, Total: true}
	if s.request.Facets {
		o.Keys, o.KeyLimit, o.Months = []string{categoryKey, tagKey, hasKey}, maxTags, true
	}
	return s.x.words.Search(s.ctx, n, o)
}

// merged are the hits of both, by score. Those in the first are scored alike in the second.
func merged(a, b []words.Hit) []words.Hit {
	known := make(map[uint32]bool, len(a))
	for _, h := range a {
		known[h.Number] = true
	}
	all := slices.Clone(a)
	for _, h := range b {
		if !known[h.Number] {
			all = append(all, h)
		}
	}
	slices.SortStableFunc(all, func(a, b words.Hit) int { return cmp.Compare(b.Score, a.Score) })
	return all[:min(len(all), meaning.Depth)]
}

func numbers(hits []words.Hit) []uint32 {
	all := make([]uint32, len(hits))
	for i, h := range hits {
		all[i] = h.Number
	}
	return all
}

func wide(numbers []uint32) []int64 {
	all := make([]int64, len(numbers))
	for i, n := range numbers {
		all[i] = int64(n)
	}
	return all
}

// number of a paper in the index; 0 when it isn't there.
func (x *Index) number(ctx context.Context, id store.PaperID) (uint32, error) {
	found, err := x.words.Search(ctx, words.Key{Text: key(idKey, string(id))}, words.Options{Limit: 1, Order: words.Newest})
	if err != nil || len(found.Hits) == 0 {
		return 0, err
	}
	return found.Hits[0].Number, nil
}

// weight of a term: its inverse document frequency.
func (x *Index) weight(term string, documents int) float64 {
	n, err := x.words.DocFreq(term)
	if err != nil {
		n = 0
	}
	return math.Log(1 + float64(documents)/float64(n+1))
}
