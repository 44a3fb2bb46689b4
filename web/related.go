package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web/latex"
)

// relatedView is the papers that are near to one.
type relatedView struct {
	Of             *store.Paper
	Title          string // of that one, in plain text
	Cards          []card
	Previous, Next string // addresses
}

// relatedPages is how many pages of them there are at most: what comes later has little to do with the paper.
const relatedPages = 10

// related lists the papers that are near to one, nearest first.
func (s *server) related(c echo.Context, asked string) error {
	ctx := c.Request().Context()
	p, err := s.paperAt(ctx, asked)
	if err != nil {
		return err
	}
	if string(p.ID) != asked {
		return moved(c, relatedPath(p.ID))
	}
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	first := (page - 1) * papersPerPage
	if format, ok := feedAs(c); ok {
		return s.feedRelated(c, format, &p, page)
	}
	switch format, cited, err := citedAs(c); {
	case err != nil:
		return err
	case cited:
		papers, err := s.Search.Related(ctx, &p, first, max(0, relatedPages*papersPerPage-first))
		if err != nil {
			return err
		}
		return s.sendCitations(c, format, relatedPath(p.ID), citeOnce(papers))
	}
	var papers []store.Paper
	if page <= relatedPages {
		if papers, err = s.Search.Related(ctx, &p, first, papersPerPage+1); err != nil {
			return err
		}
	}
	if len(papers) == 0 && page > 1 {
		return c.Redirect(http.StatusSeeOther, relatedPath(p.ID))
	}
	v := relatedView{Of: &p, Title: latex.Text(p.Title)}
	if page > 1 {
		v.Previous = pagePath(relatedPath(p.ID), page-1)
	}
	if len(papers) > papersPerPage && page < relatedPages {
		v.Next = pagePath(relatedPath(p.ID), page+1)
	}
	papers = papers[:min(len(papers), papersPerPage)]
	views := make([]cardView, len(papers))
	for i := range papers {
		views[i] = s.cardView(ctx, &papers[i], true)
	}
	if v.Cards, err = s.cardsOf(ctx, views, readerID(c)); err != nil {
		return err
	}
	note(ctx, func(s *shown) {
		s.papers = append(s.papers, p.ID)
		for i := range papers {
			s.papers = append(s.papers, papers[i].ID)
		}
	})
	view, err := s.frame(c, "Related to "+v.Title)
	if err != nil {
		return err
	}
	view.NoIndex, view.Description = true, fmt.Sprintf("Papers that are near to %s.", v.Title)
	view.Canonical = pagePath(relatedPath(p.ID), page)
	view.Feeds = feedLinks(relatedFeedTitle(&p), relatedPath(p.ID))
	view.Head = papersHead(view, first+1, v.Cards)
	return s.render(c, http.StatusOK, relatedPage(view, v))
}
