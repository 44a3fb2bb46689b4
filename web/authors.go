package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web/latex"
)

// nameChoice is a spelling of an author's name.
type nameChoice struct {
	choice
	Papers int
}

// What an author's page reads and shows of the spellings that share its address.
const (
	maxNames   = 5_000
	shownNames = 40
)

// author lists the papers of everybody whose name folds to one address, or of the one person whose name is given, in all
// spellings that can be that person's.
func (s *server) author(c echo.Context) error {
	ctx, slug := c.Request().Context(), c.Param("slug")
	names, err := s.DB.AuthorNames(ctx, slug, maxNames)
	if err != nil {
		return err
	}
	if len(names) == 0 { // perhaps a name in place of its address: /authors/Yann LeCun
		return s.authorNamed(c, slug)
	}
	f, err := s.DB.Facet(ctx, store.FacetAuthor, slug)
	if err != nil {
		return err
	}
	path, name := authorSlugPath(slug), c.QueryParam("name")
	l := listing{Path: path, Count: f.Papers, Days: true, Filter: store.Filter{Facet: store.FacetAuthor, Slug: slug},
		Orders: []store.Order{store.Newest, store.ByVotes}}
	one := true // everybody here can be one person
	for _, n := range names {
		one = one && store.SameAuthor(n.Name, names[0].Name)
	}
	heading := names[0].Name
	switch {
	case one:
		for _, n := range names[:min(len(names), shownNames)] {
			l.Names = append(l.Names, nameChoice{choice{Name: n.Name}, n.Papers})
		}
	case name != "":
		heading, l.Query, l.Count = name, name, 0
		for _, n := range names {
			if store.SameAuthor(n.Name, name) {
				l.Filter.Names = append(l.Filter.Names, n.Name)
				l.Names = append(l.Names, nameChoice{choice{Name: n.Name, Current: true}, n.Papers})
			}
		}
		if len(l.Filter.Names) == 0 {
			return c.Redirect(http.StatusSeeOther, withParameter(path, formatParameter, c.QueryParam(formatParameter)))
		}
		l.Names = append(l.Names, nameChoice{choice{Name: "Everybody under this initial", Path: path}, f.Papers})
	default:
		heading = store.InitialName(names[0].Name)
		l.Lede = "Several people share this surname and initial. Choose one:"
		for _, n := range names[:min(len(names), shownNames)] {
			l.Names = append(l.Names, nameChoice{choice{Name: n.Name, Path: withQuery(path, "name", n.Name)}, n.Papers})
		}
	}
	if len(l.Names) == 1 {
		l.Names = nil
	}
	l.Heading = latex.Text(heading)
	l.Title, l.Description = l.Heading, fmt.Sprintf("Papers by %s.", l.Heading)
	return s.listing(c, l)
}

// authorNamed leads from a name to its address.
func (s *server) authorNamed(c echo.Context, name string) error {
	slug := store.AuthorSlug(name)
	if slug == name {
		return fmt.Errorf("author %q: %w", name, store.ErrNotFound)
	}
	if _, err := s.DB.Facet(c.Request().Context(), store.FacetAuthor, slug); err != nil {
		return err
	}
	return moved(c, authorPath(name))
}
