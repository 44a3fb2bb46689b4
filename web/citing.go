package web

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/store/search"
	"recto/web/cite"
)

// What one answer cites at most.
const (
	maxCited     = 1000
	citedPerTurn = 200 // of a search: each turn ranks anew
)

// citedAs is the format in which a request asks for citations in place of a page: by its parameter, else by its Accept
// header. A header that asks for Markdown means the paper itself.
func citedAs(c echo.Context) (f cite.Format, cited bool, err error) {
	if name := c.QueryParam(formatParameter); name != "" {
		f, ok := cite.Lookup(name)
		if !ok {
			return "", false, fmt.Errorf("%w: format %.20q", store.ErrInvalid, name)
		}
		return f, true, nil
	}
	c.Response().Header().Add(echo.HeaderVary, echo.HeaderAccept)
	f, ok := cite.Negotiate(c.Request().Header.Get(echo.HeaderAccept))
	return f, ok && f != cite.Markdown, nil
}

// wantsOther says whether an Accept header may get something else of a page's address than the page.
func wantsOther(accept string) bool {
	_, cited := cite.Negotiate(accept)
	return cited || wantsMarkdown(accept)
}

// citation is one that a paper's page shows.
type citation struct{ Label, Text string }

func (s *server) citations(p *store.Paper) []citation {
	var all []citation
	for _, f := range []cite.Format{cite.BibTeX, cite.APA, cite.Markdown} {
		all = append(all, citation{f.Label(), strings.TrimSpace(cite.One(f, p, s.URL))})
	}
	return all
}

// listedPapers are the papers of cards.
func listedPapers(cards []card) []store.PaperID {
	ids := make([]store.PaperID, len(cards))
	for i := range cards {
		ids[i] = cards[i].ID
	}
	return ids
}

// moved leads to a page's one address, where it is given in the format that was asked for.
func moved(c echo.Context, address string) error {
	return c.Redirect(http.StatusMovedPermanently, citedPath(address, cite.Format(c.QueryParam(formatParameter))))
}

// sendCitation answers with one paper's citation.
func (s *server) sendCitation(c echo.Context, f cite.Format, p *store.Paper) error {
	s.citationHeaders(c, f, paperPath(p.ID), cite.Key(p))
	c.Response().Header().Set("Cache-Control", "public, no-cache")
	return tagged(c, citationType(f), []byte(cite.One(f, p, s.URL)))
}

// sendCitations streams the citations of papers, a turn at a time and maxCited in all; a turn without papers is the last.
// The address is the page's that lists them.
func (s *server) sendCitations(c echo.Context, f cite.Format, address string, turn func() ([]store.Paper, error)) error {
	papers, err := turn() // before the first byte is sent, so that an error can still become an error page
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	s.citationHeaders(c, f, address, "recto"+u.Path)
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set(echo.HeaderContentType, citationType(f))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	seen := map[store.PaperID]bool{} // votes that are cast meanwhile move papers to a later turn
	err = cite.Write(c.Response(), f, func(yield func(*store.Paper, error) bool) {
		for len(papers) > 0 {
			for i := range papers {
				if id := papers[i].ID; seen[id] {
					continue
				} else if seen[id] = true; !yield(&papers[i], nil) || len(seen) == maxCited {
					return
				}
			}
			if papers, err = turn(); err != nil {
				yield(nil, err)
				return
			}
		}
	}, s.URL)
	if err == nil {
		return nil
	}
	if c.Request().Context().Err() == nil {
		s.Log.Error("citations broke off", "error", err, "path", address, "after", len(seen))
	}
	panic(http.ErrAbortHandler) // a list that is cut must not look whole
}

func citationType(f cite.Format) string { return f.MediaType() + "; charset=utf-8" }

// citationHeaders are what an answer with citations says beside its type. Asked for by address, it is a file to keep.
func (s *server) citationHeaders(c echo.Context, f cite.Format, page, file string) {
	h := c.Response().Header()
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Link", "<"+s.URL+page+`>; rel="canonical"`)
	if c.QueryParam(formatParameter) != "" {
		h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": fileName(file) + f.Extension()}))
	}
}

// fileName is a text as it may name a file anywhere.
func fileName(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.' && r != '_'
	}), "-")
}

// citeListing answers with the citations of a listing, from the page on that was asked for.
func (s *server) citeListing(c echo.Context, f cite.Format, l listing) error {
	if l.Status >= http.StatusBadRequest {
		return fmt.Errorf("cite %s: %w", l.Title, store.ErrNotFound)
	}
	filter, last := l.Filter, false
	return s.sendCitations(c, f, l.Address, func() ([]store.Paper, error) {
		for !last {
			page, err := s.DB.Papers(c.Request().Context(), filter)
			if err != nil {
				return nil, err
			}
			filter.After, filter.Before, last = page.Next, "", page.Next == ""
			if len(page.Papers) > 0 { // else they have gone since
				return page.Papers, nil
			}
		}
		return nil, nil
	})
}

// citeSearch answers with the citations of what a search finds, of which the view has the first. Where some papers have all
// its words, those that are merely near to them are left out: they may be all there are.
func (s *server) citeSearch(c echo.Context, f cite.Format, asked search.Request, v searchView) error {
	found, begun := v.Results, false
	complete := slices.ContainsFunc(found.Hits, func(h search.Hit) bool { return h.Why == "" })
	return s.sendCitations(c, f, v.path(v.Text), func() (papers []store.Paper, err error) {
		for ; len(papers) == 0 && (!begun || found.More); begun = true {
			if begun {
				asked.Offset += asked.Limit
				if found, err = s.Search.Search(c.Request().Context(), asked); err != nil {
					return nil, err
				}
			}
			for i := range found.Hits {
				if !complete || found.Hits[i].Why == "" {
					papers = append(papers, found.Hits[i].Paper)
				}
			}
		}
		return papers, nil
	})
}

// citeOnce is a single turn of papers.
func citeOnce(papers []store.Paper) func() ([]store.Paper, error) {
	return func() (turn []store.Paper, err error) {
		turn, papers = papers, nil
		return turn, nil
	}
}
