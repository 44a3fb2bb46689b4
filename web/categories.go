package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// categoryGroup is a field of science with its categories.
type categoryGroup struct {
	Name       string
	Categories []categoryCount // with papers
	Others     []categoryCount // without
}

type categoryCount struct {
	store.CategoryInfo
	Papers int
}

const otherCategories = "Others"

func (s *server) categories(c echo.Context) error {
	counts, err := s.DB.CategoryCounts(c.Request().Context())
	if err != nil {
		return err
	}
	view, err := s.frame(c, "Categories")
	if err != nil {
		return err
	}
	view.Section, view.Description = categoriesPath, "The papers of this catalogue by arXiv's categories."
	return s.render(c, http.StatusOK, categoriesPage(view, categoryGroups(counts)))
}

// categoryGroups puts arXiv's categories, and any others that papers have, into their groups.
func categoryGroups(counts map[string]int) []categoryGroup {
	var groups []categoryGroup
	add := func(c categoryCount) {
		i := slices.IndexFunc(groups, func(g categoryGroup) bool { return g.Name == c.Group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, categoryGroup{Name: c.Group})
		}
		if c.Papers > 0 {
			groups[i].Categories = append(groups[i].Categories, c)
		} else {
			groups[i].Others = append(groups[i].Others, c)
		}
	}
	for _, info := range store.Categories() {
		if n := counts[info.ID]; n > 0 || info.Active && info.Canonical == info.ID {
			add(categoryCount{info, n})
		}
	}
	var own []string
	for id, n := range counts {
		if _, ok := store.LookupCategory(id); !ok && n > 0 {
			own = append(own, id)
		}
	}
	slices.Sort(own)
	for _, id := range own {
		add(categoryCount{store.CategoryInfo{ID: id, Name: id, Group: otherCategories}, counts[id]})
	}
	// Fields with papers first; within both kinds the taxonomy's order stays.
	slices.SortStableFunc(groups, func(a, b categoryGroup) int {
		return min(len(b.Categories), 1) - min(len(a.Categories), 1)
	})
	return groups
}

func (s *server) category(c echo.Context) error {
	asked := c.Param("id")
	id := store.CanonicalCategory(asked)
	info, known := store.LookupCategory(id)
	f, err := s.DB.Facet(c.Request().Context(), store.FacetCategory, id)
	if err != nil && !(errors.Is(err, store.ErrNotFound) && known) {
		return err
	}
	if id != asked {
		return moved(c, categoryPath(id))
	}
	l := listing{
		Title: id, Heading: id, Section: categoriesPath, Path: categoryPath(id), Count: f.Papers, Days: true,
		Description: fmt.Sprintf("%s in %s.", plural(f.Papers, "paper"), id), Lede: info.Description,
		Filter: store.Filter{Facet: store.FacetCategory, Slug: id}, Orders: []store.Order{store.Newest, store.ByVotes},
		Empty: "No papers of this category are in the catalogue yet.",
	}
	if known {
		l.Heading, l.Title = info.Name, fmt.Sprintf("%s (%s)", info.Name, id)
	}
	if f.Papers == 0 {
		l.Filter, l.Orders = store.Filter{Order: store.Newest, Span: &store.Span{}}, nil // a facet that no paper made
	}
	return s.listing(c, l)
}

// categoryTitle is what a category's chip says when pointed at.
func categoryTitle(id string) string {
	if info, ok := store.LookupCategory(id); ok {
		return strings.TrimSpace(info.Name)
	}
	return id
}
