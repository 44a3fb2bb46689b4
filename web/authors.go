package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web/latex"
)

// nameChoice is one spelling of an author's name.
type nameChoice struct {
	choice
	Papers int
}

// maxNames is how many spellings an author's page shows.
const maxNames = 40

// author lists the papers of everybody whose name folds to one address; a spelling narrows it.
func (s *server) author(c echo.Context) error {
	ctx := c.Request().Context()
	slug, asked := c.Param("slug"), c.Param("slug")
	names, err := s.DB.AuthorNames(ctx, slug, maxNames)
	if err != nil {
		return err
	}
	if len(names) == 0 { // a name in place of its address: "Yann LeCun"
		if slug = store.AuthorSlug(asked); slug == asked {
			return fmt.Errorf("author %q: %w", asked, store.ErrNotFound)
		}
		if _, err := s.DB.Facet(ctx, store.FacetAuthor, slug); err != nil {
			return err
		}
		return c.Redirect(http.StatusMovedPermanently, authorSlugPath(slug))
	}
	f, err := s.DB.Facet(ctx, store.FacetAuthor, slug)
	if err != nil {
		return err
	}
	path, name := authorSlugPath(slug), c.QueryParam("name")
	l := listing{Path: path, Count: f.Papers, Days: true, Filter: store.Filter{Facet: store.FacetAuthor, Slug: slug, Name: name},
		Orders: []store.Order{store.Newest, store.ByVotes}}
	heading := names[0].Name
	if len(names) > 1 {
		l.Names = append(l.Names, nameChoice{choice{"All", path, name == ""}, f.Papers})
	}
	for _, n := range names {
		if n.Name == name {
			l.Count = n.Papers
		}
		if len(names) > 1 {
			l.Names = append(l.Names, nameChoice{choice{latex.Text(n.Name), withQuery(path, "name", n.Name), n.Name == name}, n.Papers})
		}
	}
	if name != "" {
		heading = name
	} else if len(names) > 1 {
		l.Lede = "Several spellings, and perhaps several people, share this page: choose one to see its papers alone."
	}
	l.Heading = latex.Text(heading)
	l.Title = l.Heading
	l.Description = fmt.Sprintf("%s by %s.", plural(l.Count, "paper"), l.Heading)
	err = s.listing(c, l)
	if errors.Is(err, store.ErrNotFound) && name != "" {
		return c.Redirect(http.StatusSeeOther, path)
	}
	return err
}
