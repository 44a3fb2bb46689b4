package web

import (
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"recto/store/search"
)

// apiSearchView is one page of what a search found.
type apiSearchView struct {
	Query     string         `json:"query" doc:"As it was asked."`
	Corrected string         `json:"corrected,omitempty" doc:"The query that was answered in its place, whose words some paper has."`
	Notes     []string       `json:"notes" doc:"What was ignored, read otherwise than it looks, or relaxed."`
	Total     int            `json:"total" doc:"Papers with the words and filters; those found by meaning alone are not among them."`
	About     bool           `json:"about" doc:"The numbers are estimates."`
	More      bool           `json:"more" doc:"There are hits after these."`
	Hits      []apiHit       `json:"hits"`
	Facets    *apiFacetCount `json:"facets,omitempty" doc:"With facets=1."`
}

type apiHit struct {
	Paper apiPaperView `json:"paper"`
	Why   string       `json:"why,omitempty" doc:"Why it was found though it has not all the words."`
}

// apiFacetCount are the numbers beside the results, each with the query that narrows to it.
type apiFacetCount struct {
	Years      []apiChoice `json:"years"`
	Months     []apiChoice `json:"months"`
	Categories []apiChoice `json:"categories"`
	Tags       []apiChoice `json:"tags"`
	Has        []apiChoice `json:"has"`
}

type apiChoice struct {
	Name   string `json:"name"`
	Papers int    `json:"papers"`
	Query  string `json:"query"`
}

// apiSearch answers the whole query language.
func (s *server) apiSearch(c echo.Context) error {
	limit, err := intParam(c, "limit", apiPapers, 1, apiMaxPapers)
	if err != nil {
		return err
	}
	offset, err := intParam(c, "offset", 0, 0, search.MaxDepth)
	if err != nil {
		return err
	}
	facets, err := intParam(c, "facets", 0, 0, 1)
	if err != nil {
		return err
	}
	typed, err := intParam(c, "typed", 0, 0, 1)
	if err != nil {
		return err
	}
	found, err := s.find(c, search.Request{Text: oneLine(c.QueryParam("q")), Offset: offset, Limit: limit, Facets: facets == 1, AsTyped: typed == 1})
	if err != nil {
		return err
	}
	if found.More {
		s.linkNext(c, "offset", strconv.Itoa(offset+limit))
	}
	v := apiSearchView{Query: found.Text, Corrected: found.Corrected, Notes: notNil(found.Notes), Total: found.Total, About: found.About, More: found.More,
		Hits: make([]apiHit, len(found.Hits))}
	for i := range found.Hits {
		v.Hits[i] = apiHit{s.apiPaperView(&found.Hits[i].Paper), found.Hits[i].Why}
	}
	if facets == 1 {
		v.Facets = &apiFacetCount{apiChoices(found.Years), []apiChoice{}, apiChoices(found.Categories), apiChoices(found.Tags), apiChoices(found.Has)}
		for _, m := range found.Months {
			v.Facets.Months = append(v.Facets.Months, apiChoice{fmt.Sprintf("%04d-%02d", m.Year, m.Month), m.Papers, m.Text})
		}
	}
	return answer(c, v)
}

func apiChoices(choices []search.Choice) []apiChoice {
	list := make([]apiChoice, len(choices))
	for i, choice := range choices {
		list[i] = apiChoice{choice.Name, choice.Papers, choice.Text}
	}
	return list
}

// find searches. The id or address of a paper finds the paper.
func (s *server) find(c echo.Context, r search.Request) (search.Results, error) {
	found, err := s.Search.Search(c.Request().Context(), r)
	if found.Known != nil {
		if found.Total = 1; r.Offset == 0 {
			found.Hits = []search.Hit{{Paper: *found.Known}}
		}
	}
	return found, err
}
