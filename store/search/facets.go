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
	if text := s.q.With(filter); text != s.q.String() {
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
	s.narrowed = s.q.With(someMonth)
	years := map[int]int{}
	for i, m := range s.counts.Months {
		years[m.Year] += m.Documents
		if i > 0 {
			for at := next(s.counts.Months[i-1]); at.Year < m.Year || at.Year == m.Year && at.Month < m.Month; at = next(at) {
				res.Months = append(res.Months, s.month(at))
			}
		}
		res.Months = append(res.Months, s.month(m))
	}
	var newest []int
	for y := range years {
		newest = append(newest, y)
	}
	slices.Sort(newest)
	slices.Reverse(newest)
	for _, y := range newest[:min(maxYears, len(newest))] {
		s.add(&res.Years, fmt.Sprint(y), years[y], fmt.Sprintf("in:%04d", y))
	}
}

// someMonth stands for any month in a query that is narrowed to one.
const someMonth = "in:0001-01"

func (s *searching) month(m words.MonthCount) Month {
	in := fmt.Sprintf("in:%04d-%02d", m.Year, m.Month)
	text := strings.Replace(s.narrowed, someMonth, in, 1)
	if strings.Count(s.narrowed, someMonth) != 1 {
		text = s.q.With(in)
	}
	return Month{m.Year, m.Month, m.Documents, text}
}

func next(m words.MonthCount) words.MonthCount {
	m.Documents = 0
	if m.Month++; m.Month > 12 {
		m.Year, m.Month = m.Year+1, 1
	}
	return m
}
