package web

import (
	"context"
	"strings"

	"recto/store/search"
	"recto/web/latex"
)

// searchView is what a search shows.
type searchView struct {
	search.Results
	Page  int // from 1
	Named []namedListing
	Cards []card
	typed bool // the spelling stays as it was typed
}

// path is the search for one of the texts of the results.
func (v searchView) path(text string) string {
	typed := ""
	if v.typed {
		typed = "1"
	}
	return withQuery(searchPath, "q", text, "typed", typed)
}

// TypedPath is the search for the words in their own spelling.
func (v searchView) TypedPath() string {
	v.typed = true
	return v.path(v.Text)
}

// Previous and Next are the pages beside this one, or "".
func (v searchView) Previous() string {
	if v.Page == 1 {
		return ""
	}
	return pagePath(v.path(v.Text), v.Page-1)
}

func (v searchView) Next() string {
	if !v.More || v.Page >= lastPage {
		return ""
	}
	return pagePath(v.path(v.Text), v.Page+1)
}

// Cut says that there are papers beyond the last page.
func (v searchView) Cut() bool { return v.More && v.Page >= lastPage }

// Heading is what was searched for; filters stand below it.
func (v searchView) Heading() string {
	heading := v.Text
	switch {
	case v.Corrected != "":
		heading = v.Corrected
	case len(v.Filters) > 0 && v.Words == "":
		heading = "Papers"
	case len(v.Filters) > 0:
		heading = v.Words
	}
	return latex.Opening(heading, headingShown)
}

// Count is "798,000 papers", with "about" for an estimate.
func (v searchView) Count() string {
	switch {
	case v.Total == 0 && len(v.Hits) > 0:
		return "No papers with these words"
	case v.Total == 0:
		return "No papers"
	case v.About:
		return "about " + plural(v.Total, "paper")
	}
	return plural(v.Total, "paper")
}

// Orders are the orders that the papers can be sorted in.
func (v searchView) Orders() []choice {
	if len(v.Hits) == 0 {
		return nil
	}
	var all []choice
	for _, s := range v.Sorts {
		all = append(all, choice{s.Name, v.path(s.Text), s.On})
	}
	return all
}

// facetGroup is one way to narrow a search.
type facetGroup struct {
	ID, Name    string
	First, More []search.Choice // More unfold
}

// facetShown is how many choices of a group are seen at once; two more don't need a fold.
const facetShown = 8

// Facets are the groups that have a choice to make. What is in force already stands above the papers.
func (v searchView) Facets() []facetGroup {
	var all []facetGroup
	for _, g := range []facetGroup{
		{ID: "years", Name: "Years", First: v.Years},
		{ID: "categories", Name: "Categories", First: v.Categories},
		{ID: "tags", Name: "Tags", First: v.Tags},
		{ID: "has", Name: "Has", First: v.Has},
	} {
		if len(g.First) == 0 || len(g.First) == 1 && g.First[0].Papers >= v.Total { // narrows nothing
			continue
		}
		if len(g.First) > facetShown+2 {
			g.First, g.More = g.First[:facetShown], g.First[facetShown:]
		}
		all = append(all, g)
	}
	return all
}

// hitView is the card of a paper that was found.
func (s *server) hitView(ctx context.Context, h *search.Hit) cardView {
	v := s.cardView(ctx, &h.Paper, true)
	v.Why = h.Why
	v.Title = s.latex.Marked(ctx, h.Title, within(h.TitleMarks, 0))
	if h.Passage.Start < h.Passage.End {
		v.Passage = true
		v.Abstract = s.latex.Marked(ctx, h.Abstract[h.Passage.Start:h.Passage.End], within(h.Marks, h.Passage.Start))
		if h.Passage.Start > 0 {
			v.Abstract = "… " + v.Abstract
		}
		if strings.TrimSpace(h.Abstract[h.Passage.End:]) != "" {
			v.Abstract += " …"
		}
	}
	return v
}

// within are marks as they stand in the part of the text from start on.
func within(spans []search.Span, start int) []latex.Mark {
	marks := make([]latex.Mark, len(spans))
	for i, s := range spans {
		marks[i] = latex.Mark{Start: s.Start - start, End: s.End - start}
	}
	return marks
}

// suggestedPath is where a suggestion leads.
func suggestedPath(s search.Suggestion) string {
	switch {
	case s.Author != "":
		return authorSlugPath(s.Author)
	case s.Tag != "":
		return tagSlugPath(s.Tag)
	}
	return paperPath(s.Paper)
}

// suggestedKind is what a suggestion is: "tag · 312 papers".
func suggestedKind(s search.Suggestion) string {
	switch {
	case s.Author != "":
		return "author · " + plural(s.Papers, "paper")
	case s.Tag != "":
		return "tag · " + plural(s.Papers, "paper")
	}
	return "paper"
}
