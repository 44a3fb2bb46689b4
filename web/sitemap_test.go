package web_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// siteMap is a part of the site's map, or its index.
type siteMap struct {
	XMLName xml.Name
	URLs    []mapped `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
	Parts   []mapped `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemap"`
}

type mapped struct {
	Loc     string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
	LastMod string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
}

// siteMap reads a map and holds it against the protocol's rules.
func (v *visitor) siteMap(t *testing.T, path, root string) []mapped {
	t.Helper()
	p := v.in(t).get(path).want(http.StatusOK)
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "application/xml") {
		t.Errorf("%s is %s", path, p.Header.Get("Content-Type"))
	}
	var m siteMap
	if err := xml.Unmarshal(p.body, &m); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	equal(t, path+": root", m.XMLName, xml.Name{Space: "http://www.sitemaps.org/schemas/sitemap/0.9", Local: root})
	all := append(m.URLs, m.Parts...)
	if len(all) > 50_000 || len(p.body) > 50<<20 {
		t.Errorf("%s holds %d addresses in %d bytes", path, len(all), len(p.body))
	}
	for _, a := range all {
		u, err := url.Parse(a.Loc)
		if err != nil || !strings.HasPrefix(a.Loc, siteURL+"/") || len(a.Loc) >= 2048 || u.String() != a.Loc {
			t.Errorf("%s: address %q, %v", path, a.Loc, err)
		}
		if a.LastMod != "" {
			if _, err := time.Parse(time.RFC3339, a.LastMod); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	return all
}

func TestSitemap(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	robots := string(v.get("/robots.txt").body)
	_, index, found := strings.Cut(robots, "\nSitemap: "+siteURL)
	if !found {
		t.Fatalf("robots.txt names no map:\n%s", robots)
	}
	counts := map[string]int{}
	for _, part := range v.siteMap(t, strings.TrimSpace(index), "sitemapindex") {
		for _, a := range v.siteMap(t, strings.TrimPrefix(part.Loc, siteURL), "urlset") {
			path := strings.TrimPrefix(a.Loc, siteURL)
			if counts[path]++; counts[path] > 1 {
				t.Errorf("%s is there %d times", path, counts[path])
			}
			if strings.Contains(part.Loc, "papers-") && a.LastMod != "2026-05-13T12:00:00Z" {
				t.Errorf("%s changed at %q", path, a.LastMod)
			}
			for line := range strings.Lines(robots) {
				if closed, is := strings.CutPrefix(strings.TrimSpace(line), "Disallow: "); is && strings.HasPrefix(path, closed) {
					t.Errorf("%s is closed to robots by %s", path, closed)
				}
			}
		}
	}
	for id := range s.catalogue() {
		path := (&url.URL{Path: "/papers/" + string(id)}).EscapedPath()
		equal(t, path, counts[path], 1)
	}
	for _, path := range []string{"/papers/date/2026-05-12", "/papers/date/1999-01-02", "/papers/top/week", "/tags/world-models", "/categories/cs.LG", "/papers/latest", "/tags"} {
		equal(t, path, counts[path], 1)
	}
	equal(t, "an empty day", counts["/papers/date/"+string(silent)], 0)
	n := 0
	for path := range counts {
		if !strings.HasPrefix(path, "/tags/topic-") || strings.HasPrefix(path, "/tags/topic-0") { // hundreds alike
			n++
			p := v.get(path).want(http.StatusOK)
			equal(t, "canonical", p.attr("link[rel=canonical]", "href"), siteURL+path)
		}
	}
	if n < 200 {
		t.Errorf("only %d pages were opened", n)
	}
	for _, part := range []string{"papers-0.xml", "papers-2.xml", "papers-01.xml", "papers-+1.xml", "papers-x.xml", "papers-1", "1.xml", "papers-9223372036854775807.xml", "papers--1.xml", "x"} {
		v.get("/sitemap/" + part).want(http.StatusNotFound)
	}
	empty := emptySite(t).visitor()
	equal(t, "parts of an empty catalogue", len(empty.siteMap(t, "/sitemap.xml", "sitemapindex")), 1)
	empty.siteMap(t, "/sitemap/listings.xml", "urlset")
	empty.get("/sitemap/papers-1.xml").want(http.StatusNotFound)
}

// TestSitemapParts fills more than one part.
func TestSitemapParts(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages: without the race detector alone")
	}
	s := emptySite(t)
	const papers = 50_002
	for n := 0; n < papers; {
		batch := store.Batch{Mined: true}
		for ; n < papers && len(batch.Papers) < 10_000; n++ {
			batch.Papers = append(batch.Papers, store.Paper{ID: store.PaperID(fmt.Sprintf("p-%d", n)), Title: "T", Source: "test", ReadAt: now})
		}
		if _, err := s.db.Ingest(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
	}
	v := s.visitor()
	equal(t, "parts", len(v.siteMap(t, "/sitemap.xml", "sitemapindex")), 3)
	first, second := v.siteMap(t, "/sitemap/papers-1.xml", "urlset"), v.siteMap(t, "/sitemap/papers-2.xml", "urlset")
	if len(first) != 50_000 || len(second) != 2 || first[0].Loc != siteURL+"/papers/p-0" || second[0].Loc != siteURL+"/papers/p-50000" {
		t.Errorf("%d and %d papers, from %v and %v", len(first), len(second), first[0], second[0])
	}
}

// TestEveryPaperIsReachable follows links as a crawler would: from the front page through days, calendars and pagers.
func TestEveryPaperIsReachable(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages: without the race detector alone")
	}
	s := newSite(t)
	v := s.visitor()
	missing := map[string]bool{}
	for id := range s.catalogue() {
		missing[(&url.URL{Path: "/papers/" + string(id)}).EscapedPath()] = true
	}
	seen := map[string]bool{"/": true}
	for queue := []string{"/"}; len(queue) > 0 && len(missing) > 0; queue = queue[1:] {
		for _, href := range v.get(queue[0]).want(http.StatusOK).attrs("a[href]", "href") {
			path, _, _ := strings.Cut(href, "#")
			delete(missing, path)
			if !seen[path] && (strings.HasPrefix(path, "/papers/date/") || strings.HasPrefix(path, "/papers/month/")) {
				seen[path] = true
				queue = append(queue, path)
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("no day leads to %v", missing)
	}
}
