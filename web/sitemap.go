package web

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// The map of the site for search engines, as in https://www.sitemaps.org/protocol.html. One part is of the listings; the
// others are of papers, each of the numbers that its own number says, so that a part never changes for papers that come in
// later, and making one reads no more than it holds.
const (
	sitemapXMLNS    = "http://www.sitemaps.org/schemas/sitemap/0.9"
	sitemapListings = "listings.xml"
	sitemapPapers   = 50_000 // numbers in a part: the protocol's most addresses
	sitemapStep     = 1000   // papers read at once
	sitemapTags     = 20_000 // the most used
)

func sitemapPartPath(n int64) string { return fmt.Sprintf("/sitemap/papers-%d.xml", n) }

// sitemapParts is how many parts the papers fill.
func sitemapParts(state store.State) int64 { return (state.Newest + sitemapPapers - 1) / sitemapPapers }

// sitemap lists the parts.
func (s *server) sitemap(c echo.Context) error {
	state, err := s.state(c)
	if err != nil {
		return err
	}
	w := newSitemapWriter(c, "sitemapindex", "sitemap")
	w.add(s.URL+"/sitemap/"+sitemapListings, time.Time{})
	for n := int64(1); n <= sitemapParts(state); n++ {
		w.add(s.URL+sitemapPartPath(n), time.Time{})
	}
	return w.end()
}

// sitemapPart is one part, written while it is read.
func (s *server) sitemapPart(c echo.Context) error {
	ctx := c.Request().Context()
	name := c.Param("part")
	if name == sitemapListings {
		return s.sitemapOfListings(c)
	}
	number, _ := strings.CutPrefix(name, "papers-")
	n, err := strconv.ParseInt(strings.TrimSuffix(number, ".xml"), 10, 64)
	if err != nil || n < 1 || sitemapPartPath(n) != "/sitemap/"+name {
		return store.ErrNotFound
	}
	state, err := s.state(c)
	if err != nil {
		return err
	}
	if n > sitemapParts(state) {
		return store.ErrNotFound
	}
	first := (n - 1) * sitemapPapers
	w := newSitemapWriter(c, "urlset", "url")
	for at := first; at < min(first+sitemapPapers, state.Newest); at += sitemapStep {
		if err := s.DB.Addresses(ctx, at+1, at+sitemapStep, func(a store.Address) error {
			w.add(s.URL+paperPath(a.ID), a.ChangedAt)
			return w.err
		}); err != nil {
			return err
		}
	}
	return w.end()
}

// sitemapOfListings is every listing that has papers: days, categories and tags, and the pages that lead there.
func (s *server) sitemapOfListings(c echo.Context) error {
	ctx := c.Request().Context()
	paths, err := s.listingPaths(ctx)
	if err != nil {
		return err
	}
	w := newSitemapWriter(c, "urlset", "url")
	for _, path := range paths {
		w.add(s.URL+path, time.Time{})
	}
	return w.end()
}

func (s *server) listingPaths(ctx context.Context) ([]string, error) {
	paths := []string{trendingPath, latestPath, tagsPath, categoriesPath, aboutPath}
	for _, w := range windows {
		paths = append(paths, topPath(w.name))
	}
	days, err := s.DB.Days(ctx, store.Span{Kind: store.SpanRange, To: s.DB.Today()})
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		paths = append(paths, dayPath(d.Day))
	}
	categories, err := s.DB.TopFacets(ctx, store.FacetCategory, sitemapTags)
	if err != nil {
		return nil, err
	}
	for _, f := range categories {
		paths = append(paths, categoryPath(f.Slug))
	}
	tags, err := s.DB.TopFacets(ctx, store.FacetTag, sitemapTags)
	if err != nil {
		return nil, err
	}
	for _, f := range tags {
		paths = append(paths, tagSlugPath(f.Slug))
	}
	return paths[:min(len(paths), sitemapPapers)], nil
}

// sitemapWriter writes addresses as they come. The first error ends it.
type sitemapWriter struct {
	out        *bufio.Writer
	root, item string
	err        error
}

func newSitemapWriter(c echo.Context, root, item string) *sitemapWriter {
	c.Response().Header().Set(echo.HeaderContentType, "application/xml; charset=utf-8")
	w := &sitemapWriter{bufio.NewWriterSize(c.Response(), 64<<10), root, item, nil}
	w.write(xml.Header, "<", root, ` xmlns="`+sitemapXMLNS+`">`, "\n")
	return w
}

func (w *sitemapWriter) write(parts ...string) {
	for _, p := range parts {
		if w.err == nil {
			_, w.err = w.out.WriteString(p)
		}
	}
}

// add writes one address, with when it changed where that is known.
func (w *sitemapWriter) add(address string, changed time.Time) {
	w.write("<", w.item, "><loc>")
	if w.err == nil {
		w.err = xml.EscapeText(w.out, []byte(address))
	}
	w.write("</loc>")
	if !changed.IsZero() {
		w.write("<lastmod>", changed.UTC().Format(time.RFC3339), "</lastmod>")
	}
	w.write("</", w.item, ">\n")
}

func (w *sitemapWriter) end() error {
	w.write("</", w.root, ">\n")
	if w.err == nil {
		w.err = w.out.Flush()
	}
	if w.err != nil {
		return fmt.Errorf("write a site map: %w", w.err)
	}
	return nil
}
