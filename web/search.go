package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// found is what the search box leads to when it isn't one thing alone.
type found struct {
	Query   string
	Unknown store.PaperID // an id that no paper here has
	Tags    []store.Facet
	Authors []store.Facet
}

const foundEach = 20

// search opens a paper by its id or address, a category, a tag or an author, and otherwise offers the tags and authors
// that begin with the words.
func (s *server) search(c echo.Context) error {
	ctx := c.Request().Context()
	v := found{Query: strings.TrimSpace(c.QueryParam("q"))}
	if len(v.Query) > 300 {
		v.Query = strings.ToValidUTF8(v.Query[:300], "")
	}
	if id, err := store.ParsePaperID(v.Query); err == nil {
		p, err := s.DB.Paper(ctx, id)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, paperPath(p.ID))
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if id.Label() != "" {
			v.Unknown = id
		}
	}
	for _, exact := range []struct {
		kind store.FacetKind
		slug string
		path func(string) string
	}{
		{store.FacetCategory, store.CanonicalCategory(v.Query), categoryPath},
		{store.FacetTag, store.TagSlug(v.Query), tagSlugPath},
	} {
		if exact.slug == "" {
			continue
		}
		_, err := s.DB.Facet(ctx, exact.kind, exact.slug)
		if err == nil {
			return c.Redirect(http.StatusSeeOther, exact.path(exact.slug))
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	for _, part := range []struct {
		kind  store.FacetKind
		slug  string
		found *[]store.Facet
	}{{store.FacetTag, store.TagSlug(v.Query), &v.Tags}, {store.FacetAuthor, store.AuthorSlug(v.Query), &v.Authors}} {
		if part.slug == "" {
			continue
		}
		facets, err := s.DB.FacetsFrom(ctx, part.kind, part.slug, foundEach)
		if err != nil {
			return err
		}
		for _, f := range facets {
			if strings.HasPrefix(f.Slug, part.slug) {
				*part.found = append(*part.found, f)
			}
		}
	}
	if len(v.Tags) == 0 && len(v.Authors) == 1 && v.Unknown == "" {
		return c.Redirect(http.StatusSeeOther, authorSlugPath(v.Authors[0].Slug))
	}
	view, err := s.frame(c, "Find")
	if err != nil {
		return err
	}
	view.NoIndex, view.Query = true, v.Query
	return s.render(c, http.StatusOK, searchPage(view, v))
}
