package digest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"recto/store"
	"recto/store/search"
)

// How many papers are in a digest, and how many are remembered as passed over.
const (
	dailyPapers    = 10
	weeklyPapers   = 15
	remembered     = 30
	daysBack       = 7   // whose digests are looked at, before the day's; twice as many for a weekly one
	searchDepth    = 200 // papers that a search is asked for
	submittedSince = 60  // days before a paper stands in a day's listing
)

// Choose is a subscription's digest of a day of the subscriber's; nil when there is nothing new.
func (e *Editor) Choose(ctx context.Context, s *store.Subscription, day store.Day) (*store.Digest, error) {
	back := daysBack
	if s.Weekday != store.Daily {
		back = 2 * daysBack
	}
	earlier, err := e.db.DigestsBefore(ctx, s.ID, day, back)
	if err != nil {
		return nil, err
	}
	span := newDays(s, day, earlier, back)
	if span.From > span.To {
		return nil, nil
	}
	earlier = slices.DeleteFunc(earlier, func(d store.Digest) bool { return d.Day < day.Add(-back) })
	fresh, err := e.standings(ctx, s, span)
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	risen, err := e.risen(ctx, s, earlier)
	if err != nil {
		return nil, err
	}
	limit := dailyPapers
	if s.Weekday != store.Daily {
		limit = weeklyPapers
	}
	d := store.Digest{Subscription: s.ID, Day: day, Span: span}
	d.Papers, d.Shown = rank(fresh, risen, limit)
	return &d, nil
}

// newDays are the days whose papers are new: from the last digest's on, but not more than some days back, or else those since
// the morning on which one would have come; to yesterday.
func newDays(s *store.Subscription, day store.Day, earlier []store.Digest, back int) store.Span {
	from := day.Add(-1)
	switch {
	case s.Weekday != store.Daily:
		from = day.Add(-7)
	case day.Time().Weekday() == time.Monday:
		from = day.Add(-2)
	}
	if len(earlier) > 0 {
		from = max(earlier[0].Span.To.Add(1), day.Add(-back))
	}
	span := store.Span{Kind: store.SpanRange, From: from, To: day.Add(-1)}
	if span.From == span.To {
		span.Kind = store.SpanDay
	}
	return span
}

// candidate is a paper of an earlier digest with the votes that it got since.
type candidate struct {
	store.Standing
	gain int
	best int // the best place in which it was sent, from 0; -1 when it was passed over
}

// risen are papers of the earlier digests' days that have got votes since, or that came only after the digest of their day.
func (e *Editor) risen(ctx context.Context, s *store.Subscription, earlier []store.Digest) ([]candidate, error) {
	known := make(map[store.PaperID]candidate)
	for _, d := range earlier { // the newest first
		for i, p := range d.Papers {
			c, seen := known[p.ID]
			if !seen {
				c = candidate{Standing: p, best: -1}
			}
			if i < d.Shown && (c.best < 0 || i < c.best) {
				c.best = i
			}
			known[p.ID] = c
		}
	}
	var all []candidate
	taken := make(map[store.PaperID]bool)
	for _, d := range earlier {
		now, err := e.standings(ctx, s, d.Span)
		if err != nil {
			return nil, err
		}
		for _, p := range now {
			c, seen := known[p.ID]
			late := false
			if !seen { // it was below all that was noted, or wasn't there yet
				c = candidate{Standing: store.Standing{ID: p.ID}, best: -1}
				if n := len(d.Papers); n >= remembered {
					c.Votes = d.Papers[n-1].Votes
				} else {
					late = true
				}
			}
			c.gain = p.Votes - c.Votes
			if (c.gain > 0 || late) && !taken[p.ID] {
				taken[p.ID] = true
				c.Votes = p.Votes
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// rank puts new papers and risen ones in one order, and says how many of them are shown. The others are new papers that were
// passed over.
func rank(fresh []store.Standing, risen []candidate, limit int) (papers []store.Standing, shown int) {
	var all []candidate
	isNew := make(map[store.PaperID]bool)
	for _, p := range fresh {
		isNew[p.ID] = true
		all = append(all, candidate{p, p.Votes, -1})
	}
	for _, c := range risen {
		if !isNew[c.ID] {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.gain, a.gain) })
	var passed []store.Standing
	for _, c := range all {
		place := len(papers)
		switch {
		case place < limit && (c.best < 0 || place < c.best):
			c.Again = c.best >= 0
			papers = append(papers, c.Standing)
		case isNew[c.ID]:
			passed = append(passed, c.Standing)
		}
	}
	shown = len(papers)
	papers = append(papers, passed...)
	return papers[:min(len(papers), max(remembered, shown))], shown
}

// standings are the papers of some days that a subscription is to, the most voted first. They are read once for all who
// subscribe to the same.
func (e *Editor) standings(ctx context.Context, s *store.Subscription, span store.Span) ([]store.Standing, error) {
	key := standingsKey{s.Subject, s.What, s.Name, span, e.minute()}
	if all, ok := e.listed.Get(key); ok {
		return all, nil
	}
	all, err := e.readStandings(ctx, s, span)
	if err == nil {
		e.listed.Add(key, all)
	}
	return all, err
}

func (e *Editor) readStandings(ctx context.Context, s *store.Subscription, span store.Span) ([]store.Standing, error) {
	switch s.Subject {
	case store.SubjectSearch:
		return e.found(ctx, s, span)
	case store.SubjectAuthor:
		if s.Name == "" {
			break
		}
		names, err := e.db.AuthorNames(ctx, s.What, 5000)
		if err != nil {
			return nil, err
		}
		var same []string
		for _, n := range names {
			if store.SameAuthor(n.Name, s.Name) {
				same = append(same, n.Name)
			}
		}
		if len(same) == 0 {
			return nil, nil
		}
		return e.db.Standings(ctx, s, same, span, 2*remembered)
	}
	return e.db.Standings(ctx, s, nil, span, 2*remembered)
}

// found are the papers that a search finds by its words, not by meaning alone.
func (e *Editor) found(ctx context.Context, s *store.Subscription, span store.Span) ([]store.Standing, error) {
	results, err := e.search.Search(ctx, search.Request{AsTyped: true, Limit: searchDepth,
		Text: fmt.Sprintf("in:%s..%s %s", span.From.Add(-submittedSince), span.To, s.What)})
	if err != nil {
		return nil, err
	}
	var all []store.Standing
	for i := range results.Hits {
		if h := &results.Hits[i]; h.Why == "" && !h.Withdrawn && span.Contains(h.FeaturedOn) {
			all = append(all, store.Standing{ID: h.ID, Votes: h.Votes()})
		}
	}
	slices.SortStableFunc(all, func(a, b store.Standing) int { return cmp.Compare(b.Votes, a.Votes) })
	return all[:min(len(all), 2*remembered)], nil
}
