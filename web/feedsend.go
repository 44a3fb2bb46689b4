package web

import (
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"

	"recto/static"
	"recto/store"
	"recto/web/feed"
	"recto/web/latex"
)

const (
	feedAge   = "max-age=600"
	keptTimes = 10_000 // feeds of which is known since when they are what they are
)

// sendFeed sends a feed of papers, or 304 to whoever has it.
func (s *server) sendFeed(c echo.Context, format feed.Format, doc feed.Feed, papers []store.Paper, private bool) error {
	ctx := c.Request().Context()
	ids := make([]store.PaperID, len(papers))
	for i := range papers {
		ids[i] = papers[i].ID
	}
	changed, err := s.DB.ChangedAt(ctx, ids...)
	if err != nil {
		return err
	}
	doc.Title += " · Recto"
	doc.Icon, doc.Version = s.URL+static.URL("icon.svg"), s.Version
	doc.Updated = store.DayOf(s.Now()).Time() // of a feed without papers: it was looked for today
	items := s.feedWriter()
	for i := range papers {
		doc.Items = append(doc.Items, items.Item(ctx, &papers[i], changed[papers[i].ID]))
	}
	if err := ctx.Err(); err != nil { // some formulas may have been left out
		return err
	}
	if private {
		doc.Hub = ""
	}
	body, err := doc.Write(format)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "public, "+feedAge)
	if private {
		h.Set("Cache-Control", "private, no-cache")
	}
	if doc.Hub != "" {
		h.Add("Link", "<"+doc.Hub+`>; rel="hub"`)
		h.Add("Link", "<"+doc.Self+`>; rel="self"`)
	}
	since := s.feedTimes.since(doc.Self, sha256.Sum256(body), s.Now())
	h.Set(echo.HeaderLastModified, since.Format(http.TimeFormat))
	if c.Request().Header.Get("If-None-Match") == "" {
		if at, err := http.ParseTime(c.Request().Header.Get(echo.HeaderIfModifiedSince)); err == nil && !since.After(at) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return tagged(c, format.MediaType()+"; charset=utf-8", body)
}

func (s *server) feedWriter() feed.Writer {
	return feed.Writer{
		Latex:  s.latex,
		Paper:  func(id store.PaperID) string { return s.URL + paperPath(id) },
		Author: func(name string) string { return s.URL + authorPath(name) },
		Tags:   s.URL + tagsPath,
		Link:   func(p *store.Paper, l store.Link) string { return latex.Text(linkName(p, l)) },
	}
}

// feedTimes remembers since when feeds are what they are. No time of their papers can tell: a paper that moves up brings
// no new time with it, and whoever asks by time alone would never get it.
type feedTimes struct {
	mu   sync.Mutex
	seen *lru.Cache[string, feedTime]
}

type feedTime struct {
	sum   [sha256.Size]byte
	since time.Time
}

func newFeedTimes() (*feedTimes, error) {
	seen, err := lru.New[string, feedTime](keptTimes)
	return &feedTimes{seen: seen}, err
}

// since is when a feed's body was first seen as it is: in whole seconds, of which no two bodies have the same.
func (f *feedTimes) since(address string, sum [sha256.Size]byte, now time.Time) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	old, ok := f.seen.Get(address)
	if ok && old.sum == sum {
		return old.since
	}
	t := feedTime{sum, now.UTC().Truncate(time.Second)}
	if ok && !t.since.After(old.since) {
		t.since = old.since.Add(time.Second)
	}
	f.seen.Add(address, t)
	return t.since
}

// withoutSecret is an address as a log may hold it.
func withoutSecret(address string) string {
	path, query, _ := strings.Cut(address, "?")
	values, _ := url.ParseQuery(query) // as handlers read it: what is no parameter is left out
	if !values.Has(tokenParameter) {
		return address
	}
	values.Set(tokenParameter, "…")
	return path + "?" + values.Encode()
}
