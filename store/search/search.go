package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

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
	defer x.hold()()
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

	complete map[uint32]bool // those among the first that have all the words
	asIs     string          // the query as it would be written
}

func (s *searching) run() error {
	c := compiler{ctx: s.ctx, db: s.x.db}
	s.plan = c.plan(s.q.Root)
	if c.err != nil {
		return c.err
	}
	if s.request.By == ByMeaning {
		var err error
		s.ranked, err = s.fuse(nil)
		return err
	}
	order := words.ByRelevance
	switch {
	case s.q.Sort == query.ByVotes:
		order = words.ByVotes
	case s.q.Sort == query.ByNew || !s.plan.ranks:
		order = words.Newest
	}
	node := s.plan.strict()
	found, err := s.find(node, order, MaxDepth)
	if err != nil {
		return err
	}
	s.complete = make(map[uint32]bool, len(found))
	for _, h := range found {
		s.complete[h.Number] = true
	}
	if len(found) == 0 && len(s.plan.loose) > 1 {
		if node, found, err = s.relax(order); err != nil {
			return err
		}
	}
	var beside errgroup.Group
	beside.Go(func() error { return s.count(node, len(found)) })
	if order == words.ByRelevance {
		err = s.rank(found)
	} else {
		s.ranked = numbers(found)
	}
	return errors.Join(err, beside.Wait())
}

// relax asks for most of the terms, else for some, and says so.
func (s *searching) relax(order words.Order) (words.Node, []words.Hit, error) {
	n := len(s.plan.loose)
	most := n - max(1, n/3)
	node := s.plan.relaxed(most)
	found, err := s.find(node, order, MaxDepth)
	if err == nil && len(found) == 0 && most > 1 {
		most, node = 1, s.plan.relaxed(1)
		found, err = s.find(node, order, MaxDepth)
	}
	switch {
	case err != nil || len(found) == 0:
	case most > 1:
		s.notes = append(s.notes, "No paper has all of these words. These have most of them.")
	default:
		s.notes = append(s.notes, "No paper has all of these words, or most of them. These have some.")
	}
	return node, found, err
}

// rank brings what words found and what is near in meaning into one order.
func (s *searching) rank(found []words.Hit) error {
	byWords := found
	few := len(found) < fewHits && len(s.plan.loose) > 1
	if few {
		most, err := s.find(s.plan.relaxed(1), words.ByRelevance, meaning.Depth)
		if err != nil {
			return err
		}
		byWords = merged(found, most)
	}
	var err error
	if s.ranked, err = s.fuse(byWords); err != nil {
		return err
	}
	if few {
		s.ranked = s.completeFirst(s.ranked)
	}
	if len(found) == 0 && len(s.ranked) > 0 {
		s.notes = append(s.notes, "No paper has any of these words. These are near to them in meaning.")
	}
	return s.exactFirst()
}

// completeFirst moves papers that have all the words before the others, and changes nothing else of the order.
func (s *searching) completeFirst(ranked []uint32) []uint32 {
	first := make([]uint32, 0, len(ranked))
	var others []uint32
	for _, n := range ranked {
		if s.complete[n] {
			first = append(first, n)
		} else {
			others = append(others, n)
		}
	}
	return append(first, others...)
}

// find asks for the first of what matches.
func (s *searching) find(n words.Node, order words.Order, limit int) ([]words.Hit, error) {
	r, err := s.x.words.Search(s.ctx, n, words.Options{Limit: limit, Order: order})
	return r.Hits, err
}

// count counts what matches, of which so many were found.
func (s *searching) count(n words.Node, found int) error {
	o := words.Options{Total: true}
	if s.request.Facets {
		o.Keys, o.KeyLimit, o.Months = []string{categoryKey, tagKey, hasKey}, maxTags, true
	}
	r, err := s.x.words.Search(s.ctx, n, o)
	s.counts = r.Counts
	s.counts.Total = max(s.counts.Total, found) // a sample may have missed some
	return err
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
