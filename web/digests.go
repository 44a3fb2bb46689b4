package web

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"recto/digest"
	"recto/store"
	"recto/web/latex"
)

// issue is a public digest in the archive.
type issue struct {
	Day   store.Day
	Dates string
	Top   string // the first paper's title
	More  int    // papers beside it
}

const issuesPerPage = 50

// digests lists the public digests, the newest first.
func (s *server) digests(c echo.Context) error {
	ctx := c.Request().Context()
	before := store.Day("9999-12-31")
	if text := c.QueryParam("before"); text != "" {
		var err error
		if before, err = store.ParseDay(text); err != nil {
			return err
		}
	}
	all, err := s.DB.DigestsBefore(ctx, store.PublicDigest, before, issuesPerPage+1)
	if err != nil {
		return err
	}
	next := ""
	if len(all) > issuesPerPage {
		all = all[:issuesPerPage]
		next = withQuery(digestsPath, "before", string(all[issuesPerPage-1].Day))
	}
	var issues []issue
	for i := range all {
		d := &all[i]
		it := issue{Day: d.Day, Dates: digest.Dates(d.Span), More: d.Shown - 1}
		p, err := s.DB.Paper(ctx, d.Papers[0].ID)
		if err == nil {
			it.Top = latex.Text(p.Title)
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		issues = append(issues, it)
	}
	view, err := s.frame(c, "Digests")
	if err != nil {
		return err
	}
	view.Description = "The papers of the day, as they are sent by mail to whoever asks for them."
	view.Canonical = withQuery(digestsPath, "before", c.QueryParam("before"))
	return s.render(c, http.StatusOK, digestsPage(view, issues, next))
}

// digestOf is one public digest.
func (s *server) digestOf(c echo.Context) error {
	ctx := c.Request().Context()
	day, err := store.ParseDay(c.Param("day"))
	if err != nil {
		return store.ErrNotFound
	}
	d, err := s.DB.DigestOf(ctx, store.PublicDigest, day)
	if err != nil {
		return err
	}
	papers, err := s.editor.Papers(ctx, &d)
	if err != nil {
		return err
	}
	views := make([]cardView, len(papers))
	for i, p := range papers {
		views[i] = s.cardView(ctx, p, true)
	}
	cards, err := s.cardsOf(ctx, views, readerID(c))
	if err != nil {
		return err
	}
	view, err := s.frame(c, "Digest of "+longDay(day))
	if err != nil {
		return err
	}
	view.Description = "The papers of " + digest.Dates(d.Span) + ", as they were sent by mail."
	view.Head = papersHead(view, 1, cards)
	return s.render(c, http.StatusOK, digestPage(view, issue{Day: day, Dates: digest.Dates(d.Span)}, cards))
}

// myDigest is one of a reader's subscriptions, with where to change it: not before its address has confirmed that it is
// wanted.
type myDigest struct {
	store.Subscription
	Manage string
}

func (s *server) myDigests(c echo.Context) error {
	all, err := s.DB.SubscriptionsOf(c.Request().Context(), readerID(c))
	if err != nil {
		return err
	}
	var mine []myDigest
	for _, sub := range all {
		d := myDigest{Subscription: sub}
		if sub.Runs() {
			d.Manage = managePath(s.editor.Key().Manage(&sub))
		}
		mine = append(mine, d)
	}
	return s.privatePage(c, http.StatusOK, "Digests", func(view frame) templ.Component { return myDigestsPage(view, mine) })
}

// digestPreview shows an admin the mail that a subscriber would get of the latest papers.
func (s *server) digestPreview(c echo.Context) error {
	if reader(c).Role != store.RoleAdmin {
		return echo.ErrForbidden
	}
	ctx, f := c.Request().Context(), asksFor(c)
	f.Address = "preview@example.org"
	state, err := s.state(c)
	if err != nil {
		return err
	}
	if state.Latest == "" {
		return store.ErrNotFound
	}
	d, err := s.editor.Choose(ctx, &f.Subscription, state.Latest.Add(1))
	if err == nil && d == nil {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	set, err := s.editor.Set(ctx, &f.Subscription, d)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	if c.QueryParam("part") == "text" {
		return c.String(http.StatusOK, set.Text())
	}
	html, err := set.HTML(ctx)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", // a mail brings its styles along, and nothing else
		"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return c.HTML(http.StatusOK, html)
}
