package search

import (
	"cmp"
	"math"
	"slices"

	"recto/store"
	"recto/store/search/meaning"
	"recto/store/search/text"
	"recto/store/search/words"
)

// The prior: a paper's rank by words and meaning, from 0 to 1, gains up to votesPrior by its votes, all of it at 1,000 of
// them, and up to freshPrior by its age, half of it in a year. Both together weigh less than what tells apart two papers
// of which one has a rare word in its title: they order what is otherwise alike. Only the first priorDepth are looked at.
const (
	votesPrior = 0.02
	freshPrior = 0.02
	priorDepth = 90
	exactDepth = 20 // papers whose title is compared with the question
)

// fuse ranks what words found together with what is near in meaning.
func (s *searching) fuse(found []words.Hit) ([]uint32, error) {
	byWords := make([]meaning.Hit, len(found))
	for i, h := range found {
		byWords[i] = meaning.Hit{Number: h.Number, Score: float32(h.Score)}
	}
	var near []meaning.Hit
	if s.request.By != ByWords && len(s.plan.about) > 0 {
		var err error
		if near, err = s.near(byWords); err != nil {
			return nil, err
		}
	}
	fused := meaning.Fuse(byWords, near, MaxDepth)
	if err := s.prior(fused); err != nil {
		return nil, err
	}
	ranked := make([]uint32, len(fused))
	for i, h := range fused {
		ranked[i] = h.Number
	}
	return ranked, nil
}

// near finds the papers near in meaning that pass everything but the free words, and says how near those that words found
// are.
func (s *searching) near(byWords []meaning.Hit) ([]meaning.Hit, error) {
	index, question := s.vectors()
	if index == nil {
		return nil, nil
	}
	var first [][]float32
	for _, h := range byWords[:min(len(byWords), meaning.FeedbackPapers)] {
		first = append(first, index.Vector(h.Number))
	}
	question = meaning.Feedback(question, first)
	if question == nil {
		return nil, nil
	}
	var accept func(uint32) bool
	if len(s.plan.must) > 0 {
		set, err := s.x.words.Matching(s.ctx, s.plan.must)
		if err != nil {
			return nil, err
		}
		if set.Len() == 0 {
			return nil, nil
		}
		accept = set.Has
	}
	near, err := index.Search(s.ctx, question, meaning.Depth, accept)
	if err != nil {
		return nil, err
	}
	known := make(map[uint32]bool, len(near))
	for _, h := range near {
		known[h.Number] = true
	}
	var others []uint32
	for _, h := range byWords {
		if !known[h.Number] {
			others = append(others, h.Number)
		}
	}
	scores, err := index.Scores(question, others)
	return append(near, scores...), err
}

// vectors are those to search by, and the question's; nil when there are none.
func (s *searching) vectors() (*meaning.Index, []float32) {
	l := s.x.learned
	if sp := s.x.spoken; sp != nil {
		sp.mu.RLock()
		index := sp.index
		sp.mu.RUnlock()
		if index != nil && (l == nil || index.Len() > l.index.Len()/2) {
			if question := sp.question(s.ctx, s.q.Words()); question != nil {
				return index, question
			}
		}
	}
	if l == nil {
		return nil, nil
	}
	return l.index, l.model.Vector(s.plan.about)
}

// prior adds votes and freshness to the scores of the first hits and sorts these.
func (s *searching) prior(hits []meaning.Hit) error {
	hits = hits[:min(len(hits), priorDepth)]
	first := make([]uint32, len(hits))
	for i, h := range hits {
		first[i] = h.Number
	}
	values, err := s.x.words.Values(first)
	if err != nil {
		return err
	}
	today := dayNumber(store.DayOf(s.x.Now()))
	for i, n := range first {
		if v, ok := values[n]; ok {
			hits[i].Score += prior(v.Votes, today-v.Day)
		}
	}
	slices.SortStableFunc(hits, func(a, b meaning.Hit) int { return cmp.Compare(b.Score, a.Score) })
	return nil
}

// prior of a paper with so many votes that was listed so many days ago.
func prior(votes, days int32) float32 {
	byVotes := math.Log1p(float64(max(votes, 0))) / math.Log1p(1000)
	return float32(votesPrior*min(byVotes, 1) + freshPrior*math.Exp2(-float64(max(days, 0))/365))
}

// exactFirst puts papers whose title is what was asked for before all others.
func (s *searching) exactFirst() error {
	title := text.Terms(s.q.Words())
	if len(title) == 0 || s.request.By == ByMeaning {
		return nil
	}
	node := append(words.All{words.Key{Text: key(titleKey, titleSum(title))}}, s.plan.must...)
	named, err := s.x.words.Search(s.ctx, node, words.Options{Limit: exactDepth, Order: words.Newest})
	if err != nil || len(named.Hits) == 0 {
		return err
	}
	all := numbers(named.Hits)
	papers, err := s.x.db.ByNumber(s.ctx, wide(all))
	if err != nil || len(papers) != len(all) { // one has gone in between
		return err
	}
	var exact []uint32
	for i := range papers {
		if slices.Equal(text.Terms(papers[i].Title), title) {
			exact = append(exact, all[i])
		}
	}
	s.ranked = append(exact, slices.DeleteFunc(s.ranked, func(n uint32) bool { return slices.Contains(exact, n) })...)
	return nil
}
