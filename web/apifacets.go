package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// apiFacetView is a tag or an author's address.
type apiFacetView struct {
	Slug   string `json:"slug" doc:"What /papers takes as tag or author."`
	Name   string `json:"name"`
	Papers int    `json:"papers"`
	URL    string `json:"url" doc:"Its page here." format:"uri"`
}

type apiFacetsView struct {
	Items []apiFacetView `json:"items"`
	Next  string         `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

type apiCategoryView struct {
	ID          string `json:"id" doc:"Such as cs.LG."`
	Name        string `json:"name"`
	Group       string `json:"group"`
	Description string `json:"description"`
	Papers      int    `json:"papers"`
	URL         string `json:"url" format:"uri"`
}

type apiCategoriesView struct {
	Items []apiCategoryView `json:"items"`
}

// apiFacets lists tags or authors: from A to Z in pages, or those with most papers.
func (s *server) apiFacets(kind store.FacetKind, path func(string) string) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		limit, err := intParam(c, "limit", apiFacets, 1, apiMaxFacets)
		if err != nil {
			return err
		}
		var facets []store.Facet
		var v apiFacetsView
		switch order := c.QueryParam("order"); order {
		case "", "name":
			if facets, err = s.DB.FacetsFrom(ctx, kind, c.QueryParam("cursor"), limit+1); err != nil {
				return err
			}
			if len(facets) > limit {
				v.Next = facets[limit].Slug
				s.linkNext(c, "cursor", v.Next)
				facets = facets[:limit]
			}
		case "papers":
			if facets, err = s.DB.TopFacets(ctx, kind, limit); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: order is name or papers, not %.20q", store.ErrInvalid, order)
		}
		v.Items = make([]apiFacetView, len(facets))
		for i, f := range facets {
			v.Items[i] = apiFacetView{f.Slug, f.Name, f.Papers, s.URL + path(f.Slug)}
		}
		return answer(c, v)
	}
}

func (s *server) apiCategories(c echo.Context) error {
	counts, err := s.DB.CategoryCounts(c.Request().Context())
	if err != nil {
		return err
	}
	v := apiCategoriesView{Items: []apiCategoryView{}}
	for _, g := range categoryGroups(counts) {
		for _, list := range [][]categoryCount{g.Categories, g.Others} {
			for _, k := range list {
				v.Items = append(v.Items, apiCategoryView{k.ID, k.Name, k.Group, k.Description, k.Papers, s.URL + categoryPath(k.ID)})
			}
		}
	}
	return answer(c, v)
}
