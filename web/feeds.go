package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/store/search"
	"recto/web/feed"
	"recto/web/latex"
)

// Feeds stand behind the address of what they list, with the parameter format, and are made anew each time that they are
// asked for: the page cache keeps none of them, because a program that has a feed mostly gets a 304 in its place.
const feedPapers = 50 // on a page

// feedAs is the format in which a request asks for a feed in place of a page.
func feedAs(c echo.Context) (feed.Format, bool) { return feed.Lookup(c.QueryParam(formatParameter)) }

// feedLink leads to a feed.
type feedLink struct {
	Format feed.Format
	Title  string // plain
	Path   string
}

// feedLinks lead to the feed of what an address lists, in each format.
func feedLinks(title, address string) []feedLink {
	links := make([]feedLink, len(feed.Formats))
	for i, f := range feed.Formats {
		links[i] = feedLink{f, title, feedPath(address, f)}
	}
	return links
}

// feedOf is the feed that a listing offers: of the papers in its order, but of the newest ones where the listing is of a
// tag, category or author, because those with the most votes stay what they are.
func (l listing) feedOf() choice {
	f, order := l.fed(), l.Filter.Order
	if l.Filter.Facet != 0 {
		sort := ""
		if order = store.Newest; l.Orders[0] != order {
			sort = string(order)
		}
		f.Path = withQuery(l.Path, "sort", sort, "name", l.Query)
	}
	f.Name = l.feedTitle(f.Name, order)
	return f
}

// fed is what the listing's feed is called, and the address that it is behind, in the listing's order.
func (l listing) fed() choice {
	if l.Feed.Path != "" {
		return choice{Name: l.Feed.Name, Path: l.Feed.Path + strings.TrimPrefix(l.Address, l.Path)}
	}
	return choice{Name: l.Title, Path: l.Address}
}

// feedTitle says in which order the papers come, where there are several.
func (l listing) feedTitle(title string, order store.Order) string {
	switch {
	case len(l.Orders) < 2:
		return title
	case order == store.Newest:
		return title + ", newest first"
	}
	return title + ", by votes"
}

// feedListing answers with a page of a listing's papers as a feed.
func (s *server) feedListing(c echo.Context, format feed.Format, l listing) error {
	if l.Status >= http.StatusBadRequest {
		return fmt.Errorf("feed of %s: %w", l.Title, store.ErrNotFound)
	}
	l.Filter.Limit = feedPapers
	page, err := s.DB.Papers(c.Request().Context(), l.Filter)
	if err != nil {
		return err
	}
	fed := l.fed()
	doc := feed.Feed{ID: s.URL + fed.Path, Title: l.feedTitle(fed.Name, l.Filter.Order), Subtitle: l.Description, Page: s.URL + fed.Path}
	if l.Filter.VotedBy != 0 { // the address holds a secret, and is as little of an id as the page that all readers share
		doc.ID, doc.Page = s.URL+votesPath+"#"+l.Query, s.URL+votesPath
	}
	turned := func(name string, key store.Key) string {
		if key == "" {
			return ""
		}
		return s.URL + withParameter(feedPath(l.Address, format), name, string(key))
	}
	doc.Self = s.URL + feedPath(fed.Path, format)
	switch {
	case l.Filter.After != "":
		doc.Self = turned("after", l.Filter.After)
	case l.Filter.Before != "":
		doc.Self = turned("before", l.Filter.Before)
	default:
		doc.Hub = s.WebSubHub
	}
	doc.Next, doc.Previous = turned("after", page.Next), turned("before", page.Previous)
	return s.sendFeed(c, format, doc, page.Papers, l.Filter.VotedBy != 0)
}

// feedSearch answers with what a search finds as a feed.
func (s *server) feedSearch(c echo.Context, format feed.Format, page int) error {
	ctx := c.Request().Context()
	v := searchView{Page: min(page, search.MaxDepth/feedPapers+1), typed: c.QueryParam("typed") != ""}
	var err error
	v.Results, err = s.Search.Search(ctx, search.Request{Text: oneLine(c.QueryParam("q")), AsTyped: v.typed, Offset: (v.Page - 1) * feedPapers, Limit: feedPapers})
	if err != nil {
		return err
	}
	var papers []store.Paper
	switch {
	case v.Paper != "":
		if v.Known == nil {
			return fmt.Errorf("feed of %s: %w", v.Paper, store.ErrNotFound)
		}
		papers = append(papers, *v.Known)
	case v.Empty:
		return fmt.Errorf("%w: a feed of a search for nothing", store.ErrInvalid)
	}
	for i := range v.Hits {
		papers = append(papers, v.Hits[i].Paper)
	}
	doc := feed.Feed{Title: searchFeedTitle(v.Text), Subtitle: "What this catalogue has for these words."}
	return s.feedPage(c, format, doc, v.path(v.Text), v.Page, v.More && v.Page < search.MaxDepth/feedPapers, papers)
}

// feedRelated answers with the papers that are near to one as a feed.
func (s *server) feedRelated(c echo.Context, format feed.Format, p *store.Paper, page int) error {
	const last = relatedPages * papersPerPage / feedPapers
	page = min(page, last+1)
	var papers []store.Paper
	if page <= last {
		var err error
		if papers, err = s.Search.Related(c.Request().Context(), p, (page-1)*feedPapers, feedPapers+1); err != nil {
			return err
		}
	}
	more := len(papers) > feedPapers
	doc := feed.Feed{Title: relatedFeedTitle(p), Subtitle: "The nearest in meaning first."}
	return s.feedPage(c, format, doc, relatedPath(p.ID), page, more && page < last, papers[:min(len(papers), feedPapers)])
}

func relatedFeedTitle(p *store.Paper) string {
	return "Papers near to “" + latex.Text(p.Title) + "”"
}

// feedPage is a page, from 1, of the feed of an address whose pages are numbered.
func (s *server) feedPage(c echo.Context, format feed.Format, doc feed.Feed, address string, page int, more bool, papers []store.Paper) error {
	at := func(page int) string { return s.URL + pagePath(feedPath(address, format), page) }
	doc.ID, doc.Page, doc.Self = s.URL+address, s.URL+address, at(page)
	if page == 1 {
		doc.Hub = s.WebSubHub
	} else {
		doc.Previous = at(page - 1)
	}
	if more {
		doc.Next = at(page + 1)
	}
	return s.sendFeed(c, format, doc, papers, false)
}

// feeds are those that a search offers: of the newest papers that it finds.
func (v searchView) feeds() []feedLink {
	text := v.Text
	for _, choice := range v.Sorts {
		if choice.Name == orderNames[store.Newest] {
			text = choice.Text
		}
	}
	return feedLinks(searchFeedTitle(text), v.path(text))
}

// searchFeedTitle says of a search's order what people say.
func searchFeedTitle(text string) string {
	words, newest := strings.CutSuffix(text, " sort:new")
	title := "Search for " + latex.Opening(words, headingShown)
	if newest {
		title += ", newest first"
	}
	return title
}

// feedVotes is the private feed of the papers that a reader voted for: of whom it is, the token in the address tells.
func (s *server) feedVotes(c echo.Context, format feed.Format) error {
	ctx, secret := c.Request().Context(), c.QueryParam(tokenParameter)
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store") // of the answer that there is none
	h.Set("Referrer-Policy", "no-referrer")
	token, err := s.DB.UseToken(ctx, secret)
	if err == nil && !token.Allows(store.ScopeFeed) {
		err = store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("feed of votes: %w", err)
	}
	who, err := s.DB.Reader(ctx, token.Reader)
	if err != nil {
		return err
	}
	return s.feedListing(c, format, listing{Title: "Votes of " + who.Name, Description: "The papers that " + who.Name + " voted for, the last vote first.",
		Path: votesPath, Address: withQuery(votesPath, tokenParameter, secret), Query: who.Name,
		Filter: store.Filter{Order: store.Newest, VotedBy: who.ID, After: store.Key(c.QueryParam("after")), Before: store.Key(c.QueryParam("before"))}})
}

// addVotesFeed makes the token of a feed of the reader's votes, and shows the feed's addresses this once.
func (s *server) addVotesFeed(c echo.Context) error {
	_, secret, err := s.DB.AddToken(c.Request().Context(), readerID(c), store.Token{Name: "Feed of my votes", Scopes: []store.Scope{store.ScopeFeed}})
	if errors.Is(err, store.ErrInvalid) {
		return s.tokensPage(c, http.StatusUnprocessableEntity, tokensView{Wrong: sentence(err)})
	}
	if err != nil {
		return err
	}
	return s.tokensPage(c, http.StatusOK, tokensView{Feeds: feedLinks("Your votes", withQuery(votesPath, tokenParameter, secret))})
}
