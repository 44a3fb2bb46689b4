package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// tagsView is what the page of all tags shows.
type tagsView struct {
	Rising  []store.RisingTag
	Most    []store.Facet
	Letters []choice
	Letter  string
	Named   []store.Facet // those that begin with Letter
	Next    string        // address of more of them
}

const (
	mostTags   = 60
	namedTags  = 200
	allRising  = 20
	maxLetters = 100
)

func (s *server) tags(c echo.Context) error {
	ctx := c.Request().Context()
	var v tagsView
	letter, from := c.QueryParam("letter"), c.QueryParam("from")
	state, err := s.state(c)
	if err != nil {
		return err
	}
	if letter == "" {
		if v.Rising, err = s.rising.of(ctx, state.Latest); err != nil {
			return err
		}
		if v.Most, err = s.DB.TopFacets(ctx, store.FacetTag, mostTags); err != nil {
			return err
		}
	} else {
		v.Letter = letter
		if v.Named, err = s.DB.FacetsFrom(ctx, store.FacetTag, max(letter, from), namedTags+1); err != nil {
			return err
		}
		if len(v.Named) > namedTags {
			if next := v.Named[namedTags].Slug; strings.HasPrefix(next, letter) {
				v.Next = withQuery(tagsPath, "letter", letter, "from", next)
			}
			v.Named = v.Named[:namedTags]
		}
		for i, f := range v.Named {
			if !strings.HasPrefix(f.Slug, letter) {
				v.Named = v.Named[:i]
				break
			}
		}
		if len(v.Named) == 0 {
			return store.ErrNotFound
		}
	}
	letters, err := s.DB.FacetLetters(ctx, store.FacetTag, maxLetters)
	if err != nil {
		return err
	}
	for _, l := range letters {
		v.Letters = append(v.Letters, choice{strings.ToUpper(l), withQuery(tagsPath, "letter", l), l == letter})
	}
	view, err := s.frame(c, "Tags")
	if err != nil {
		return err
	}
	view.Section, view.Description = tagsPath, "The topics of the papers in this catalogue: rising, most used, and from A to Z."
	view.Canonical = withQuery(tagsPath, "letter", letter, "from", from)
	return s.render(c, http.StatusOK, tagsPage(view, v))
}

func (s *server) tag(c echo.Context) error {
	if name, ok := strings.CutSuffix(c.Param("slug"), pictureSuffix); ok {
		return s.tagPicture(c, name)
	}
	slug := store.TagSlug(c.Param("slug"))
	f, err := s.DB.Facet(c.Request().Context(), store.FacetTag, slug)
	if err != nil {
		return err
	}
	if slug != c.Param("slug") {
		return moved(c, tagSlugPath(slug))
	}
	return s.listing(c, listing{
		Title: f.Name, Heading: f.Name, Section: tagsPath, Path: tagSlugPath(slug), Count: f.Papers, Days: true,
		Description: fmt.Sprintf("%s on %s.", plural(f.Papers, "paper"), f.Name),
		Filter:      store.Filter{Facet: store.FacetTag, Slug: slug}, Orders: []store.Order{store.ByVotes, store.Newest},
	})
}
