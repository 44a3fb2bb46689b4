package search

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"recto/store"
	"recto/store/search/query"
	"recto/store/search/words"
)

// Choices of each kind that stand beside the results.
const (
	maxYears      = 40
	maxCategories = 10
	maxTags       = 12
)

var orders = []struct {
	sort       query.Sort
	name, text string
}{{query.ByRelevance, "Relevance", "sort:relevance"}, {query.ByNew, "Newest", "sort:new"}, {query.ByVotes, "Votes", "sort:votes"}}

// choices are the ways to go on from the results.
func (s *searching) choices(res *Results) error {
	for _, o := range orders {
		if s.plan.ranks || o.sort != query.ByRelevance {
			on := s.q.Sort == o.sort || !s.plan.ranks && s.q.Sort == query.ByRelevance && o.sort == query.ByNew
			res.Sorts = append(res.Sorts, Choice{Name: o.name, Text: s.q.With(o.text), On: on})
		}
	}
	for _, f := range s.q.Filters() {
		start, end := f.Source()
		name := ""
		if start >= 0 && start < end && end <= len(s.q.Text) {
			name = s.q.Text[start:end]
		}
		res.Filters = append(res.Filters, Choice{Name: name, Text: s.q.Without(f), On: true})
	}
	if !s.request.Facets {
		return nil
	}
	s.asIs = s.q.String()
	s.time(res)
	for _, c := range s.top(categoryKey, maxCategories) {
		name := c.value
		if info, ok := store.LookupCategory(c.value); ok {
			name = info.Name
		}
		s.add(&res.Categories, name, c.papers, "cat:"+c.value)
	}
	for _, c := range s.top(tagKey, maxTags) {
		tag, err := s.x.db.Facet(s.ctx, store.FacetTag, c.value)
		if errors.Is(err, store.ErrNotFound) { // nothing has it any more
			continue
		}
		if err != nil {
			return err
		}
		s.add(&res.Tags, tag.Name, c.papers, "tag:"+c.value)
	}
	for _, kind := range store.LinkKinds {
		if kind != store.LinkAbs && kind != store.LinkPDF { // nearly all have these
			for _, c := range s.counts.Keys[hasKey] {
				if c.Key == key(hasKey, string(kind)) {
					s.add(&res.Has, strings.ToUpper(string(kind[:1]))+string(kind[1:]), c.Documents, "has:"+string(kind))
				}
			}
		}
	}
	return nil
}

// add a choice unless it is in force already.
func (s *searching) add(to *[]Choice, name string, papers int, filter string) {
	if text := s.q.With(filter); text != s.asIs {
		*to = append(*to, Choice{Name: name, Papers: papers, Text: text})
	}
}

type counted struct {
	value  string
	papers int
}

// top are the most frequent keys of a class.
func (s *searching) top(class string, n int) []counted {
	keys := s.counts.Keys[class]
	var top []counted
	for _, k := range keys[:min(n, len(keys))] {
		top = append(top, counted{strings.TrimPrefix(k.Key, class+":"), k.Documents})
	}
	return top
}

// time are the years and months of the results.
func (s *searching) time(res *Results) {
	narrowed := s.narrowing()
	years := map[int]int{}
	for i, m := range s.counts.Months {
		years[m.Year] += m.Documents
		if i > 0 {
			for at := next(s.counts.Months[i-1]); at.Year < m.Year || at.Year == m.Year && at.Month < m.Month; at = next(at) {
				res.Months = append(res.Months, month(at, narrowed))
			}
		}
		res.Months = append(res.Months, month(m, narrowed))
	}
	var newest []int
	for y := range years {
		newest = append(newest, y)
	}
	slices.Sort(newest)
	slices.Reverse(newest)
	for _, y := range newest[:min(maxYears, len(newest))] {
		name := fmt.Sprintf("%04d", y)
		if text := narrowed("in:" + name); text != s.asIs {
			res.Years = append(res.Years, Choice{Name: name, Papers: years[y], Text: text})
		}
	}
}

// narrowing gives the query narrowed to a time: a query is written once for all times, unless it is narrowed to one already.
func (s *searching) narrowing() func(in string) string {
	const some = "in:1900-01"
	before, after, found := strings.Cut(s.q.With(some), some)
	isTime := func(n query.Node) bool { _, ok := n.(*query.In); return ok }
	if !found || strings.Contains(after, some) || slices.ContainsFunc(s.q.Filters(), isTime) {
		return s.q.With
	}
	return func(in string) string { return before + in + after }
}

func month(m words.MonthCount, narrowed func(in string) string) Month {
	return Month{m.Year, m.Month, m.Documents, narrowed(fmt.Sprintf("in:%04d-%02d", m.Year, m.Month))}
}

func next(m words.MonthCount) words.MonthCount {
	m.Documents = 0
	if m.Month++; m.Month > 12 {
		m.Year, m.Month = m.Year+1, 1
	}
	return m
}
