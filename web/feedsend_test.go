package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/web"
)

// TestFeedIsAskedForAgain gets 304 for as long as nothing has changed, by tag and by time.
func TestFeedIsAskedForAgain(t *testing.T) {
	s := newSite(t)
	for _, format := range feedFormats {
		t.Run(format, func(t *testing.T) {
			address, v := feedOf("/papers/date/2026-05-12", format), s.visitor().in(t)
			get := func(headers ...string) *page {
				all := map[string]string{}
				for i := 0; i < len(headers); i += 2 {
					all[headers[i]] = headers[i+1]
				}
				return v.do(http.MethodGet, address, nil, all)
			}
			p := get().want(http.StatusOK)
			tag, at := p.Header.Get("ETag"), p.Header.Get("Last-Modified")
			equal(t, "cache", p.Header.Get("Cache-Control"), "public, max-age=600")
			equal(t, "robots", p.Header.Get("X-Robots-Tag"), "noindex")
			if p := get("If-None-Match", tag).want(http.StatusNotModified); len(p.body) > 0 || p.Header.Get("ETag") != tag || p.Header.Get("Cache-Control") == "" {
				t.Errorf("304 with %v and %q", p.Header, p.body)
			}
			get("If-Modified-Since", at).want(http.StatusNotModified)
			get("If-None-Match", `"other"`, "If-Modified-Since", at).want(http.StatusOK) // the tag counts
			get("If-Modified-Since", "nonsense").want(http.StatusOK)
			equal(t, "head", len(v.do(http.MethodHead, address, nil, nil).want(http.StatusOK).Header.Get("ETag")), len(tag))

			// Votes change the order, though no paper has changed
			last := p.feed(format).items[49]
			id := store.PaperID(strings.TrimPrefix(last.id, siteURL+"/papers/"))
			if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{voted(t, s, id)}}); err != nil {
				t.Fatal(err)
			}
			moved := get("If-None-Match", tag).want(http.StatusOK)
			get("If-Modified-Since", at).want(http.StatusOK)
			first := moved.feed(format).items[0]
			if first.id != last.id || !first.updated.Equal(last.updated) || !first.published.Equal(last.published) {
				t.Errorf("it is %+v, was %+v", first, last)
			}
			get("If-Modified-Since", moved.Header.Get("Last-Modified")).want(http.StatusNotModified)
		})
	}
}

// voted is a paper with more votes of its source.
func voted(t *testing.T, s *site, id store.PaperID) store.Paper {
	t.Helper()
	p, err := s.db.Paper(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p.SourceVotes += 1000
	return p
}

// TestVotesLeaveFeedsAlone votes, and then revises a paper.
func TestVotesLeaveFeedsAlone(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	before, old := v.feed("/papers/latest", "atom")
	id := store.PaperID(strings.TrimPrefix(old.items[0].id, siteURL+"/papers/"))
	s.reader(novice).post("/votes", url.Values{"paper": {string(id)}}).want(http.StatusSeeOther)
	after, _ := v.feed("/papers/latest", "atom")
	if s.votes(id) == 0 || !bytes.Equal(before.body, after.body) || before.Header.Get("ETag") != after.Header.Get("ETag") {
		t.Error("a vote changed the feed of the latest papers")
	}
	p, err := s.db.Paper(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p.Title, p.Versions, p.RevisedAt, p.ReadAt = "Another Title", []store.Version{{Number: 2, At: now.Add(time.Hour)}}, now.Add(time.Hour), now.Add(2*time.Hour)
	if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{p}}); err != nil {
		t.Fatal(err)
	}
	_, revised := v.feed("/papers/latest", "atom")
	i := revised.item(t, id)
	if i.title != "Another Title" || !i.updated.Equal(now.Add(time.Hour)) || !revised.updated.Equal(i.updated) || !i.published.Equal(old.items[0].published) {
		t.Errorf("revised: %+v in a feed of %v", i, revised.updated)
	}
}

// TestFeedsAreNotInThePageCache asks for a feed and its page in turn, where pages are kept.
func TestFeedsAreNotInThePageCache(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Cache = 16 << 20 })
	v := s.visitor()
	for range 2 {
		equal(t, "page", v.get("/papers/latest").want(http.StatusOK).Header.Get("Content-Type"), "text/html; charset=UTF-8")
		for _, format := range feedFormats {
			v.feed("/papers/latest", format)
		}
	}
	_, before := v.feed("/papers/date/2026-05-12", "rss")
	last := before.items[len(before.items)-1]
	p := voted(t, s, store.PaperID(strings.TrimPrefix(last.id, siteURL+"/papers/")))
	if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{p}}); err != nil {
		t.Fatal(err)
	}
	_, after := v.feed("/papers/date/2026-05-12", "rss")
	equal(t, "the first paper right after a change", after.items[0].id, last.id)
}

func TestWebSubHub(t *testing.T) {
	const hub = "https://hub.example.org/?a=1&b=<2>"
	v := newSite(t, func(c *web.Config) { c.WebSubHub = "https://hub.example.org/?a=1&b=2" }).visitor()
	for _, format := range feedFormats {
		p, f := v.feed("/papers/date/2026-05-12", format)
		equal(t, format+" hub", f.hub, "https://hub.example.org/?a=1&b=2")
		equal(t, format+" links", strings.Join(p.Header.Values("Link"), ", "), "<"+f.hub+`>; rel="hub", <`+f.self+`>; rel="self"`)
		next := v.get(strings.TrimPrefix(f.next, siteURL)).want(http.StatusOK).feed(format)
		equal(t, format+" hub of older papers", next.hub, "")
	}
	for _, bad := range []string{"hub.example.org", "ftp://hub.example.org", hub} {
		if _, err := web.New(t.Context(), web.Config{URL: siteURL, DB: newSite(t).db, WebSubHub: bad}); err == nil {
			t.Errorf("%q is taken for a hub", bad)
		}
	}
	_, f := newSite(t).visitor().feed("/", "atom")
	equal(t, "hub without one", f.hub, "")
}
