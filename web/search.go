package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/store/search"
	"recto/web/cite"
	"recto/web/latex"
)

const (
	suggestions  = 8
	lastPage     = (search.MaxDepth + papersPerPage - 1) / papersPerPage // of a search
	headingShown = 150                                                   // letters of a query
)

// search finds papers. Whatever is asked for, it answers with a page; the id or address of a paper leads to the paper.
func (s *server) search(c echo.Context) error {
	ctx := c.Request().Context()
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	if format, ok := feedAs(c); ok {
		return s.feedSearch(c, format, page)
	}
	format, cited, err := citedAs(c)
	if err != nil {
		return err
	}
	v := searchView{Page: min(page, lastPage+1), typed: c.QueryParam("typed") != ""}
	asked := search.Request{Text: oneLine(c.QueryParam("q")), AsTyped: v.typed, Facets: true,
		Offset: (v.Page - 1) * papersPerPage, Limit: papersPerPage}
	if cited {
		asked.Facets, asked.Limit = false, citedPerTurn
	}
	v.Results, err = s.Search.Search(ctx, asked)
	switch {
	case err != nil:
		return err
	case v.Paper != "":
		return s.searchPaper(c, v, cited)
	case v.Empty && cited:
		return fmt.Errorf("%w: citations of a search for nothing", store.ErrInvalid)
	case cited:
		return s.citeSearch(c, format, asked, v)
	case v.Empty:
		return s.searchHelp(c, v)
	case page > 1 && len(v.Hits) == 0:
		return c.Redirect(http.StatusSeeOther, v.path(v.Text))
	}
	if v.Named, err = s.named(ctx, v.Text); err != nil {
		return err
	}
	views := make([]cardView, len(v.Hits))
	for i := range v.Hits {
		views[i] = s.hitView(ctx, &v.Hits[i])
	}
	if v.Cards, err = s.cardsOf(ctx, views, readerID(c)); err != nil {
		return err
	}
	view, err := s.searchFrame(c, v)
	if err != nil {
		return err
	}
	view.Canonical = pagePath(v.path(v.Text), v.Page)
	view.Feeds = v.feeds()
	view.Head = papersHead(view, asked.Offset+1, v.Cards)
	return s.render(c, http.StatusOK, searchPage(view, v))
}

func (s *server) searchFrame(c echo.Context, v searchView) (frame, error) {
	title := "Search"
	if v.Text != "" {
		title = latex.Opening(v.Text, headingShown) + " – search"
	}
	view, err := s.frame(c, title)
	view.NoIndex, view.Query = true, v.Text
	return view, err
}

// searchPaper leads to the paper whose id or address was asked for, or says that it isn't here.
func (s *server) searchPaper(c echo.Context, v searchView, cited bool) error {
	if v.Known != nil {
		return c.Redirect(http.StatusSeeOther, citedPath(paperPath(v.Known.ID), cite.Format(c.QueryParam(formatParameter))))
	}
	if _, err := s.DB.Paper(c.Request().Context(), v.Paper); removalOf(err) != nil {
		return err
	}
	if cited {
		return fmt.Errorf("cite %s: %w", v.Paper, store.ErrNotFound)
	}
	view, err := s.searchFrame(c, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, noSuchPaperPage(view, v.Paper))
}

// suggest answers with a list of what somebody who is typing may mean.
func (s *server) suggest(c echo.Context) error {
	found, err := s.Search.Suggest(c.Request().Context(), oneLine(c.QueryParam("q")), suggestions)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, max-age=60")
	return s.render(c, http.StatusOK, suggestionList(found))
}

// pageOf is the number of the page that is asked for, from 1.
func pageOf(c echo.Context) (int, error) {
	text := c.QueryParam("page")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%w: page %.20q", store.ErrInvalid, text)
	}
	return n, nil
}

// pagePath is a page of what an address lists.
func pagePath(address string, page int) string {
	switch {
	case page <= 1:
		return address
	case strings.Contains(address, "?"):
		return address + "&page=" + strconv.Itoa(page)
	}
	return address + "?page=" + strconv.Itoa(page)
}

// oneLine is a text without what no page may hold.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// namedListing is a listing that a whole query is the name of.
type namedListing struct {
	Kind, Name, Path string
	Papers           int
}

const longestName = 200 // bytes

// named are the tag, the category and the author that a text names.
func (s *server) named(ctx context.Context, text string) ([]namedListing, error) {
	if len(text) > longestName {
		return nil, nil
	}
	var all []namedListing
	for _, k := range []struct {
		name string
		kind store.FacetKind
		slug string
		path func(string) string
	}{
		{"Tag", store.FacetTag, store.TagSlug(text), tagSlugPath},
		{"Category", store.FacetCategory, store.CanonicalCategory(text), categoryPath},
	} {
		f, err := s.DB.Facet(ctx, k.kind, k.slug)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, namedListing{k.name, f.Name, k.path(f.Slug), f.Papers})
	}
	author, err := s.namedAuthor(ctx, text)
	if err == nil && author.Papers > 0 {
		all = append(all, author)
	}
	return all, err
}

// namedAuthor is the author whose name a text is: in a spelling that papers have, or with initials. "Random forest" is not
// R. Forest.
func (s *server) namedAuthor(ctx context.Context, text string) (namedListing, error) {
	name := store.ParseAuthor(text).Name
	names, err := s.DB.AuthorNames(ctx, store.AuthorSlug(name), maxNames)
	if err != nil {
		return namedListing{}, err
	}
	names = slices.DeleteFunc(names, func(n store.Facet) bool { return !store.SameAuthor(n.Name, name) })
	if len(names) == 0 {
		return namedListing{}, nil
	}
	author := namedListing{Kind: "Author"}
	at := slices.IndexFunc(names, func(n store.Facet) bool { return store.Slug(n.Name) == store.Slug(name) })
	switch {
	case at >= 0:
		author.Name = names[at].Name
	case store.Slug(store.InitialName(name)) == store.Slug(name):
		author.Name = store.InitialName(names[0].Name)
	default:
		return namedListing{}, nil
	}
	for _, n := range names {
		author.Papers += n.Papers
	}
	author.Path = authorPath(author.Name)
	return author, nil
}
