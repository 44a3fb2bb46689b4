package search

import (
	"fmt"
	"slices"
	"strings"

	"recto/store"
	"recto/store/search/query"
	"recto/store/search/text"
)

// passageBytes is how long the part of an abstract is that is shown.
const passageBytes = 320

// wanted are the terms that a query's results are marked by.
type wanted struct {
	terms  map[string]float64 // with their weights
	starts []string
}

func (s *searching) wanted() wanted {
	w := wanted{terms: map[string]float64{}}
	documents := s.x.words.Stats().Documents
	add := func(terms []string, all bool) {
		for _, t := range terms {
			if all || !text.Common(t) {
				w.terms[t] = s.x.weight(t, documents)
			}
		}
	}
	collect := func(all bool) {
		query.Walk(s.q.Root, func(n query.Node) {
			switch n := n.(type) {
			case *query.Word:
				add(n.Terms, all)
			case *query.Phrase:
				add(n.Terms, all)
			case *query.Prefix:
				w.starts = append(w.starts, n.Starts...)
			}
		})
	}
	if collect(false); len(w.terms) == 0 && len(w.starts) == 0 {
		collect(true)
	}
	return w
}

func (w *wanted) has(term string) bool {
	if _, ok := w.terms[term]; ok {
		return true
	}
	for _, start := range w.starts {
		if strings.HasPrefix(term, start) {
			return true
		}
	}
	return false
}

// hits reads papers and marks in them what was asked for.
func (s *searching) hits(numbers []uint32) ([]Hit, error) {
	papers, err := s.x.db.ByNumber(s.ctx, wide(numbers))
	if err != nil {
		return nil, err
	}
	w := s.wanted()
	aligned := len(papers) == len(numbers) // none has gone in between
	hits := make([]Hit, len(papers))
	for i, p := range papers {
		h := Hit{Paper: p, TitleMarks: text.Marks(p.Title, w.has)}
		if !aligned || !s.complete[numbers[i]] {
			h.Why = s.why(&p)
		}
		h.Passage.Start, h.Passage.End = text.Passage(p.Abstract, w.terms, passageBytes)
		for _, m := range text.Marks(p.Abstract[h.Passage.Start:h.Passage.End], w.has) {
			h.Marks = append(h.Marks, Span{Start: h.Passage.Start + m.Start, End: h.Passage.Start + m.End})
		}
		hits[i] = h
	}
	return hits, nil
}

// why tells why a paper was found though it lacks some of the free words.
func (s *searching) why(p *store.Paper) string {
	if len(s.plan.free) == 0 {
		return ""
	}
	texts := [][]string{text.Terms(p.Title), text.Terms(p.Abstract)}
	for _, a := range p.Authors {
		texts = append(texts, text.Terms(a.Name))
	}
	var without []string
	for _, f := range s.plan.free {
		if !slices.ContainsFunc(texts, func(t []string) bool { return contains(t, f.word.Terms) }) {
			without = append(without, f.word.Text)
		}
	}
	const few = 2
	switch n := len(without); {
	case n == len(s.plan.free):
		return "by meaning"
	case n == 0 || n > few:
		return ""
	case n == 1:
		return fmt.Sprintf("without “%s”", without[0])
	default:
		return fmt.Sprintf("without “%s” and “%s”", without[0], without[1])
	}
}

// contains says whether some terms stand side by side in a text.
func contains(text, terms []string) bool {
	for i := range len(text) - len(terms) + 1 {
		if slices.Equal(text[i:i+len(terms)], terms) {
			return true
		}
	}
	return false
}
