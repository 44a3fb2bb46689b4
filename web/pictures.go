package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"recto/store"
	preview "recto/web/card"
	"recto/web/latex"
)

const (
	pictureSuffix   = "/card.png" // ends the address of a page's preview picture
	sitePicturePath = pictureSuffix
	keptPictures    = 16 << 20 // bytes
	pictureAge      = "public, max-age=3600"
	pictureAuthors  = 8 // of which as many are drawn as a line has room for
	picturePapers   = 3
)

// picture is what other sites show beside a link to a page.
type picture struct {
	Path string
	Alt  string
}

// pictureRoutes has the site's own. The handlers of other pages hand on what is asked for with pictureSuffix: as a route it
// would take names that hold a slash from them.
func (s *server) pictureRoutes(e *echo.Echo) {
	g := e.Group("", middleware.ContextTimeout(requestTime))
	g.GET(sitePicturePath, s.sitePicture)
	g.HEAD(sitePicturePath, s.sitePicture)
}

// picture is that of the page: its own, or the site's.
func (f frame) picture() picture {
	if f.Picture.Path != "" {
		return f.Picture
	}
	return picture{sitePicturePath, "Recto, a catalogue of research papers"}
}

func paperPicture(p *store.Paper) picture {
	return picture{paperPath(p.ID) + pictureSuffix, latex.Text(p.Title)}
}

// picture is a listing's own, if there is one.
func (l *listing) picture() picture {
	switch {
	case l.Status >= http.StatusBadRequest:
	case l.Span != nil:
		return picture{spanPath(*l.Span) + pictureSuffix, l.Title}
	case l.Filter.Facet == store.FacetTag:
		return picture{l.Path + pictureSuffix, "Papers on " + l.Title}
	}
	return picture{}
}

// pictureOf draws a paper.
func (s *server) pictureOf(c echo.Context, asked string) error {
	ctx := c.Request().Context()
	p, err := s.paperAt(ctx, asked)
	if err != nil {
		return err
	}
	if string(p.ID) != asked {
		return c.Redirect(http.StatusMovedPermanently, paperPath(p.ID)+pictureSuffix)
	}
	d := preview.Paper{Title: latex.Text(p.Title), Name: p.ID.Label(), Category: p.Primary(), Day: longDay(p.FeaturedOn), Votes: p.Votes()}
	for _, a := range p.Authors[:min(len(p.Authors), pictureAuthors)] {
		d.Authors = append(d.Authors, latex.Text(a.Name))
	}
	d.More = len(p.Authors) - len(d.Authors)
	if d.Votes > 0 {
		rank, err := s.DB.Rank(ctx, p.ID)
		if err != nil {
			return err
		}
		d.Place, d.Of = rank.Place, rank.Of
	}
	return s.sendPicture(c, d)
}

// spanPicture draws a day, week or month with a name.
func (s *server) spanPicture(c echo.Context, kind store.SpanKind, name string) error {
	ctx := c.Request().Context()
	span, err := store.ParseSpan(kind, name)
	if err != nil || span.From > s.DB.Today() {
		return store.ErrNotFound
	}
	days, err := s.DB.Days(ctx, span)
	if err != nil {
		return err
	}
	papers := 0
	for _, day := range days {
		papers += day.Papers
	}
	d := preview.Listing{Heading: spanHeading(span), Count: countOf(papers)}
	if d.Top, err = s.pictureEntries(ctx, store.Filter{Span: &span, Order: store.ByVotes}); err != nil {
		return err
	}
	return s.sendPicture(c, d)
}

func (s *server) tagPicture(c echo.Context, name string) error {
	ctx := c.Request().Context()
	slug := store.TagSlug(name)
	f, err := s.DB.Facet(ctx, store.FacetTag, slug)
	if err != nil {
		return err
	}
	if slug != name {
		return c.Redirect(http.StatusMovedPermanently, tagSlugPath(slug)+pictureSuffix)
	}
	d := preview.Listing{Heading: latex.Text(f.Name), Name: "Papers on a topic", Count: countOf(f.Papers)}
	if d.Top, err = s.pictureEntries(ctx, store.Filter{Facet: store.FacetTag, Slug: slug, Order: store.ByVotes}); err != nil {
		return err
	}
	return s.sendPicture(c, d)
}

// sitePicture is that of the pages which have none of their own.
func (s *server) sitePicture(c echo.Context) error {
	ctx := c.Request().Context()
	papers, err := s.DB.PaperCount(ctx)
	if err != nil {
		return err
	}
	d := preview.Listing{Heading: "The front page of science", Count: countOf(papers)}
	if d.Top, err = s.pictureEntries(ctx, store.Filter{Order: store.Trending}); err != nil {
		return err
	}
	return s.sendPicture(c, d)
}

func (s *server) pictureEntries(ctx context.Context, f store.Filter) ([]preview.Entry, error) {
	f.Limit = picturePapers
	page, err := s.DB.Papers(ctx, f)
	if err != nil {
		return nil, err
	}
	var entries []preview.Entry
	for i := range page.Papers {
		entries = append(entries, preview.Entry{Title: latex.Text(page.Papers[i].Title), Votes: page.Papers[i].Votes()})
	}
	return entries, nil
}

// spanHeading names a span to somebody who does not see today's date beside it.
func spanHeading(s store.Span) string {
	switch s.Kind {
	case store.SpanWeek:
		_, week := s.From.Time().ISOWeek()
		return fmt.Sprintf("Week %d, %s%s", week, weekDays(s), s.To.Time().Format(" 2006"))
	case store.SpanMonth:
		return s.From.Time().Format("January 2006")
	}
	return s.From.Time().Format("Monday, 2 January 2006")
}

func countOf(papers int) string {
	if papers == 0 {
		return "No papers"
	}
	return plural(papers, "paper")
}

// sendPicture sends what is drawn, unless whoever asks has it already.
func (s *server) sendPicture(c echo.Context, d preview.Drawing) error {
	tag := s.album.Key(d)
	if isCurrent(c, tag) {
		sharedByAll(c, tag, pictureAge)
		return c.NoContent(http.StatusNotModified)
	}
	png, err := s.album.PNG(c.Request().Context(), d)
	if err != nil {
		return err
	}
	sharedByAll(c, tag, pictureAge)
	c.Response().Header().Set(gzhttp.HeaderNoCompression, "packed already")
	return c.Blob(http.StatusOK, "image/png", png)
}

// isCurrent says whether whoever asks has what an entity tag, without quotes, stands for.
func isCurrent(c echo.Context, tag string) bool {
	match := c.Request().Header.Get("If-None-Match")
	return match == "*" || strings.Contains(match, `"`+tag+`"`)
}

// sharedByAll lets caches keep an answer, which is the same for everybody.
func sharedByAll(c echo.Context, tag, age string) {
	h := c.Response().Header()
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Cache-Control", age)
	h.Del("Vary") // the sessions' cookie bears on nothing here
}
