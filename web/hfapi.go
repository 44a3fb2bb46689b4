package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/store/search"
)

// Hugging Face's limits, so that its clients are told here what they are told there.
const (
	hfPage       = 50
	hfMaxPage    = 100
	hfSearchPage = 20
	hfMaxSearch  = 120
	hfMaxQuery   = 250 // characters
)

// hfDaily lists the papers of a day, week or month by votes, or all: by date, or those that trend. Nobody is known to have
// submitted a paper, so a submitter's list is empty.
func (s *server) hfDaily(c echo.Context) error {
	f, page, err := hfFilter(c)
	if err != nil {
		return err
	}
	offset := page * f.Limit
	if c.QueryParam("submitter") != "" || offset > store.MaxOffset || f.Span != nil && f.Span.From > s.DB.Today() {
		return answer(c, []hfItem{})
	}
	papers, more, err := s.DB.PapersFrom(c.Request().Context(), f, offset)
	if err != nil {
		return err
	}
	if more && offset+f.Limit <= store.MaxOffset {
		s.linkNext(c, "p", strconv.Itoa(page+1))
	}
	return answer(c, s.hfItems(papers))
}

// hfFilter reads which daily papers are asked for, and which page of them, from 0.
func hfFilter(c echo.Context) (f store.Filter, page int, err error) {
	if f.Limit, err = intParam(c, "limit", hfPage, 1, hfMaxPage); err != nil {
		return f, 0, err
	}
	if page, err = intParam(c, "p", 0, 0, 1_000_000); err != nil {
		return f, 0, err
	}
	for _, kind := range []struct {
		name string
		kind store.SpanKind
	}{{"date", store.SpanDay}, {"week", store.SpanWeek}, {"month", store.SpanMonth}} {
		if text := c.QueryParam(kind.name); text != "" {
			span, err := store.ParseSpan(kind.kind, text)
			if err != nil {
				return f, 0, err
			}
			f.Span = &span
			break
		}
	}
	switch sort := c.QueryParam("sort"); {
	case sort != "" && sort != "publishedAt" && sort != "trending":
		return f, 0, fmt.Errorf("%w: sort is publishedAt or trending, not %.20q", store.ErrInvalid, sort)
	case f.Span != nil && sort != "publishedAt": // within a day, votes and what trends are the same order
		f.Order = store.ByVotes
	case sort == "trending":
		f.Order = store.Trending
	default:
		f.Order = store.Newest
	}
	return f, page, nil
}

// hfNewest lists all papers by their dates.
func (s *server) hfNewest(c echo.Context) error {
	limit, err := intParam(c, "limit", hfPage, 1, hfMaxPage)
	if err != nil {
		return err
	}
	return s.hfNewestPage(c, limit, func(papers []store.Paper) any {
		list := make([]hfPaper, len(papers))
		for i := range papers {
			list[i] = s.hfPaperOf(&papers[i])
		}
		return list
	})
}

func (s *server) hfNewestPage(c echo.Context, limit int, shape func([]store.Paper) any) error {
	page, err := s.DB.Papers(c.Request().Context(), store.Filter{Order: store.Newest, Limit: limit, After: store.Key(c.QueryParam("cursor"))})
	if err != nil {
		return err
	}
	if page.Next != "" {
		s.linkNext(c, "cursor", string(page.Next))
	}
	return answer(c, shape(page.Papers))
}

// hfSearch finds papers; without a query it lists the newest.
func (s *server) hfSearch(c echo.Context) error {
	limit, err := intParam(c, "limit", hfSearchPage, 1, hfMaxSearch)
	if err != nil {
		return err
	}
	text := oneLine(c.QueryParam("q"))
	switch {
	case utf8.RuneCountInString(text) > hfMaxQuery:
		return fmt.Errorf("%w: a query has at most %d characters", store.ErrInvalid, hfMaxQuery)
	case strings.TrimSpace(text) == "":
		return s.hfNewestPage(c, limit, func(papers []store.Paper) any { return s.hfItems(papers) })
	}
	found, err := s.find(c, search.Request{Text: text, Limit: limit})
	if err != nil {
		return err
	}
	items := make([]hfItem, len(found.Hits))
	for i := range found.Hits {
		items[i] = s.hfItemOf(&found.Hits[i].Paper)
	}
	return answer(c, items)
}

func (s *server) hfPaper(c echo.Context) error {
	p, err := s.paperAt(c.Request().Context(), c.Param("*"))
	if err != nil {
		return noSuchPaper(err)
	}
	return answer(c, s.hfPaperInfoOf(&p))
}

// hfRepos lists what Hugging Face has of an arXiv paper's models, datasets and demos, as far as the paper links to it.
func (s *server) hfRepos(c echo.Context) error {
	id, ok := strings.CutSuffix(c.Param("*"), "/repos")
	if !ok {
		return store.ErrNotFound
	}
	p, err := s.paperAt(c.Request().Context(), id)
	if err != nil {
		return noSuchPaper(err)
	}
	return answer(c, hfReposOf(&p))
}

// paperMarkdown is a paper as text.
func (s *server) paperMarkdown(c echo.Context, asked string) error {
	p, err := s.paperAt(c.Request().Context(), asked)
	if err != nil {
		return err
	}
	if string(p.ID) != asked {
		return c.Redirect(http.StatusMovedPermanently, paperMarkdownPath(p.ID))
	}
	return s.sendMarkdown(c, &p)
}

func (s *server) sendMarkdown(c echo.Context, p *store.Paper) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "public, no-cache")
	h.Set("Link", "<"+s.URL+paperPath(p.ID)+`>; rel="canonical"`)
	return tagged(c, "text/markdown; charset=utf-8", []byte(s.markdownOf(p)))
}

// wantsMarkdown says whether an Accept header names Markdown and would not rather have a page.
func wantsMarkdown(accept string) bool {
	markdown, page := -1.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		weight := 1.0
		for parameter := range strings.SplitSeq(parameters, ";") {
			if value, ok := strings.CutPrefix(strings.ReplaceAll(parameter, " ", ""), "q="); ok {
				q, err := strconv.ParseFloat(value, 64)
				if weight = q; err != nil {
					weight = 0
				}
			}
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "text/markdown":
			markdown = weight
		case "text/html", "application/xhtml+xml":
			page = max(page, weight)
		}
	}
	return markdown > 0 && markdown >= page
}
