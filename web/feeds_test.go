package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"recto/store"
)

// feedKinds are pages that have a feed, of every kind.
var feedKinds = map[string]string{
	"home": "/", "day": "/papers/date/2026-05-12", "day, newest": "/papers/date/2026-05-12?sort=newest", "day without papers": "/papers/date/2026-05-09",
	"week": "/papers/week/2026-W20", "month": "/papers/month/2026-05", "month without papers": "/papers/month/2026-02",
	"trending": "/papers/trending", "latest": "/papers/latest", "top of the week": "/papers/top/week", "top of all time": "/papers/top/all",
	"tag": "/tags/world-models", "tag in Japanese": "/tags/%E5%BC%B7%E5%8C%96%E5%AD%A6%E7%BF%92", "category": "/categories/cs.LG?sort=votes",
	"category with markup": "/categories/" + url.PathEscape(hostileCategory), "category without papers": "/categories/q-fin.TR",
	"author": "/authors/noether-e", "author of several names": "/authors/lecun-y", "author by votes": "/authors/lecun-y?sort=votes",
	"search": "/search?q=robot+diffusion+policy", "search, newest": "/search?q=paper+words+sort%3Anew", "search for markup": "/search?q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%26",
	"search that finds nothing": "/search?q=zzzzqx+cat%3Aq-fin.TR", "search for a paper": "/search?q=2605.00003", "related": "/papers/2605.00001/related",
}

// feedOf is the address of a page's feed.
func feedOf(address, format string) string {
	if strings.Contains(address, "?") {
		return address + "&format=" + format
	}
	return address + "?format=" + format
}

// feed gets a feed and checks it by its specification.
func (v *visitor) feed(address, format string) (*page, readFeed) {
	v.t.Helper()
	p := v.get(feedOf(address, format)).want(http.StatusOK)
	return p, p.feed(format)
}

func (p *page) feed(format string) (f readFeed) {
	p.t.Helper()
	switch format {
	case "atom":
		equal(p.t, "content type", p.Header.Get("Content-Type"), "application/atom+xml; charset=utf-8")
		f = checkAtom(p.t, p.body)
	case "rss":
		equal(p.t, "content type", p.Header.Get("Content-Type"), "application/rss+xml; charset=utf-8")
		f = checkRSS(p.t, p.body)
	case "json":
		equal(p.t, "content type", p.Header.Get("Content-Type"), "application/feed+json; charset=utf-8")
		f = checkJSONFeed(p.t, p.body)
	}
	checkItems(p.t, f)
	return f
}

var feedFormats = []string{"atom", "rss", "json"}

// TestFeedsOfEveryKind reads the feed behind each kind of listing in each format, by its specification and as gofeed has
// it: all three say the same.
func TestFeedsOfEveryKind(t *testing.T) {
	s := newSite(t)
	for name, address := range feedKinds {
		t.Run(name, func(t *testing.T) {
			v := s.visitor().in(t)
			var atom readFeed
			for _, format := range feedFormats {
				p, f := v.feed(address, format)
				checkAgainstGofeed(t, format, p.body, f)
				if format == "atom" {
					atom = f
				}
				equal(t, "title", f.title, atom.title)
				equal(t, "self", f.self, siteURL+feedOf(address, format))
				equal(t, "page", f.page, atom.id)
				equal(t, "papers", len(f.items), len(atom.items))
				for n := range min(len(f.items), len(atom.items)) {
					a, b := f.items[n], atom.items[n]
					if a.id != b.id || a.title != b.title || a.text != b.text || a.html != b.html || !slices.Equal(a.authors, b.authors) ||
						!slices.Equal(a.categories, b.categories) || !a.published.Equal(b.published) || !a.updated.Equal(b.updated) {
						t.Errorf("%s has\n%+v, Atom\n%+v", format, a, b)
					}
				}
			}
			newest := time.Time{}
			for _, i := range atom.items {
				if i.updated.After(newest) {
					newest = i.updated
				}
			}
			if len(atom.items) == 0 {
				newest = now.Truncate(24 * time.Hour)
			}
			equal(t, "updated", atom.updated, newest)

			listed := v.get(address)
			if listed.StatusCode == http.StatusSeeOther { // to the paper that was searched for
				return
			}
			for n, id := range listed.papers()[:min(len(listed.papers()), len(atom.items))] {
				if want := siteURL + (&url.URL{Path: "/papers/" + id}).EscapedPath(); atom.items[n].id != want {
					t.Errorf("paper %d is %s, on the page %s", n, atom.items[n].id, want)
				}
			}
			if len(listed.papers()) > len(atom.items) {
				t.Errorf("%d papers, on the page %d", len(atom.items), len(listed.papers()))
			}
		})
	}
}

// checkAgainstGofeed reads a feed by another's code.
func checkAgainstGofeed(t *testing.T, format string, body []byte, f readFeed) {
	t.Helper()
	got, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("gofeed: %v", err)
	}
	equal(t, "gofeed: type", got.FeedType, format)
	equal(t, "gofeed: title", got.Title, f.title)
	equal(t, "gofeed: page", got.Link, f.page)
	equal(t, "gofeed: address", got.FeedLink, f.self)
	equal(t, "gofeed: papers", len(got.Items), len(f.items))
	for n := range min(len(got.Items), len(f.items)) {
		i, want := got.Items[n], f.items[n]
		equal(t, "gofeed: id", i.GUID, want.id)
		equal(t, "gofeed: title", i.Title, want.title)
		equal(t, "gofeed: link", i.Link, want.link)
		equal(t, "gofeed: content", i.Content, want.html)
		if i.PublishedParsed == nil || !i.PublishedParsed.Equal(want.published) {
			t.Errorf("gofeed: %s published %v, want %v", want.id, i.PublishedParsed, want.published)
		}
		if format != "rss" && (i.UpdatedParsed == nil || !i.UpdatedParsed.Equal(want.updated)) {
			t.Errorf("gofeed: %s updated %v, want %v", want.id, i.UpdatedParsed, want.updated)
		}
		var authors []string
		for _, a := range i.Authors {
			authors = append(authors, a.Name)
		}
		wanted := slices.Clone(want.authors)
		for a := range wanted {
			if format == "json" && strings.ContainsAny(wanted[a], "@()") {
				wanted[a] = "" // gofeed takes it for an address
			}
		}
		if format == "rss" && i.DublinCoreExt != nil {
			authors = i.DublinCoreExt.Creator
		}
		if !slices.Equal(authors, wanted) {
			t.Errorf("gofeed: %s is by %q, want %q", want.id, authors, wanted)
		}
		if !slices.Equal(i.Categories, want.categories) {
			t.Errorf("gofeed: %s is in %q, want %q", want.id, i.Categories, want.categories)
		}
		if len(i.Enclosures) > 0 {
			t.Errorf("gofeed: %s has enclosures", want.id)
		}
	}
}

// item is the item of a paper.
func (f readFeed) item(t testing.TB, id store.PaperID) readItem {
	t.Helper()
	at := slices.IndexFunc(f.items, func(i readItem) bool { return i.id == siteURL+"/papers/"+string(id) })
	if at < 0 {
		t.Fatalf("%s is not in the feed", id)
	}
	return f.items[at]
}

func TestWhatAFeedSaysOfAPaper(t *testing.T) {
	_, f := newSite(t).visitor().feed("/papers/latest", "atom")
	_, day := newSite(t).visitor().feed("/", "atom")
	if len(f.items) != 50 || f.title != "Latest papers · Recto" || day.title != "Papers of the day, by votes · Recto" || day.id != siteURL+"/" {
		t.Errorf("%d papers of %q, and %q with the id %s", len(f.items), f.title, day.title, day.id)
	}
	i := day.item(t, everything)
	at := latest.Time().Add(-30 * time.Hour)
	equal(t, "title", i.title, "Everything a Paper Can Have: A Study of k-Means & More")
	equal(t, "published", i.published, at.AddDate(0, -2, 0))
	equal(t, "updated", i.updated, at)
	equal(t, "authors", strings.Join(i.authors[:3], "; "), "Yann LeCun; Ada Lovelace; Bernhard Schölkopf")
	equal(t, "categories", strings.Join(i.categories, ", "), "cs.LG, stat.ML, math-ph, world models, few-shot learning, k-means, clustering")
	for _, part := range []string{"First paragraph, about $5 and 50%.", "<em>emphasis</em>", `<math alttext="\sum_{i=1}^n x_i^2">`, `<a href="https://example.org/pdf?a=1&amp;b=1">PDF</a>`} {
		if !strings.Contains(i.html, part) {
			t.Errorf("no %q in %s", part, i.html)
		}
	}
	if strings.ContainsAny(i.text, `<\`) || !strings.HasSuffix(i.text, "Second paragraph: emphasis and ∑ᵢ₌₁ⁿ xᵢ².") {
		t.Errorf("as text: %q", i.text)
	}
	i = day.item(t, maths)
	equal(t, "updated, as no source says when it was revised", i.updated, now)
	if !strings.Contains(i.html, `alttext="\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}."`) {
		t.Errorf("no source of a formula in %s", i.html)
	}
	i = day.item(t, collaboration)
	equal(t, "authors of a collaboration", len(i.authors), 50)
	if !strings.Contains(i.text, "It has 3001 authors, of which the first 50 are named.") {
		t.Errorf("as text: %q", i.text)
	}
	if i = day.item(t, withdrawn); !strings.HasPrefix(i.text, "This paper was withdrawn.") || !strings.HasPrefix(i.html, "<p><em>This paper was withdrawn.") {
		t.Errorf("withdrawn: %q", i.text)
	}
	equal(t, "a title alone", day.item(t, bare).text, "This paper came without an abstract.")
	i = day.item(t, hostile)
	equal(t, "markup in a title", i.title, `title <script>alert("title")</script> & <b onclick="x()">'bold'</b> <i>`)
	if strings.Contains(i.html, "<script") || !strings.Contains(i.html, "abstract &lt;script&gt;") || !strings.Contains(i.html, "label &lt;script&gt;") {
		t.Errorf("markup: %s", i.html)
	}
}

// TestFeedPages follows a feed to its end and back, in pages by RFC 5005.
func TestFeedPages(t *testing.T) {
	s := newSite(t)
	for _, address := range []string{"/papers/date/2026-05-12", "/papers/date/2026-05-12?sort=newest", "/papers/week/2026-W20", "/categories/cs.LG", "/papers/top/all", "/search?q=paper+words"} {
		for _, format := range feedFormats {
			t.Run(format+" "+address, func(t *testing.T) {
				v := s.visitor().in(t)
				seen, pages := map[string]bool{}, []string{}
				_, f := v.feed(address, format)
				id, title := f.id, f.title
				for {
					pages = append(pages, f.self)
					for _, i := range f.items {
						if seen[i.id] {
							t.Errorf("%s again", i.id)
						}
						seen[i.id] = true
					}
					if f.id != id || f.title != title || len(f.items) > 50 {
						t.Errorf("page %d has the id %s, the title %q and %d papers", len(pages), f.id, f.title, len(f.items))
					}
					if f.next == "" {
						break
					}
					next := f.next
					f = v.get(strings.TrimPrefix(next, siteURL)).want(http.StatusOK).feed(format)
					equal(t, "self", f.self, next)
					equal(t, "can go back", f.previous != "", format != "json")
				}
				if len(seen) <= 50 || len(pages) < 2 {
					t.Errorf("%d papers on %d pages", len(seen), len(pages))
				}
				if address == "/papers/date/2026-05-12" && len(seen) != papered {
					t.Errorf("%d papers of the day, want %d", len(seen), papered)
				}
			})
		}
	}
	v := s.visitor()
	v.get("/papers/latest?format=atom&after=nonsense").want(http.StatusBadRequest)
	if f := v.get("/papers/date/2026-05-12?format=atom&after=-1_1").want(http.StatusOK).feed("atom"); len(f.items) > 0 || f.next != "" {
		t.Errorf("behind the last paper are %d, and %q", len(f.items), f.next)
	}
	if f := v.get("/search?q=paper+words&format=json&page=99999").want(http.StatusOK).feed("json"); len(f.items) > 0 || f.next != "" {
		t.Errorf("behind the last page are %d, and %q", len(f.items), f.next)
	}
}

// TestFeedsAreFound looks for them where browsers and people do.
func TestFeedsAreFound(t *testing.T) {
	s := newSite(t)
	for address, want := range map[string]string{
		"/": "/", "/papers/date/2026-05-12?sort=newest": "/papers/date/2026-05-12?sort=newest", "/papers/trending": "/papers/trending", "/papers/week/2026-W20": "/papers/week/2026-W20",
		"/tags/world-models": "/tags/world-models?sort=newest", "/categories/cs.LG?sort=votes": "/categories/cs.LG", "/authors/lecun-y?sort=votes": "/authors/lecun-y",
		"/search?q=robot+policy": "/search?q=robot+policy+sort%3Anew", "/search?q=robot+policy+sort:new": "/search?q=robot+policy+sort%3Anew", "/categories/q-fin.TR": "/categories/q-fin.TR",
		"/papers/2605.00001/related": "/papers/2605.00001/related",
	} {
		t.Run(address, func(t *testing.T) {
			v := s.visitor().in(t)
			p := v.get(address).want(http.StatusOK)
			for n, kind := range []string{"application/atom+xml", "application/rss+xml", "application/feed+json"} {
				href := p.attr(`head link[rel=alternate][type="`+kind+`"]`, "href")
				equal(t, kind, href, feedOf(want, feedFormats[n]))
				equal(t, "link at the foot", p.attr(`.foot .feeds a[type="`+kind+`"]`, "href"), href)
				f := v.get(href).want(http.StatusOK).feed(feedFormats[n])
				equal(t, "title", f.title, p.attr(`head link[rel=alternate][type="`+kind+`"]`, "title")+" · Recto")
			}
			equal(t, "icon", p.find(".foot .feeds svg").Length(), 1)
		})
	}
	for _, address := range []string{"/about", "/tags", "/search", "/papers/date/2026-06-01", "/nothing"} {
		equal(t, "feeds of "+address, s.visitor().get(address).find(`link[rel=alternate][type*="atom"], .feeds`).Length(), 0)
	}
	equal(t, "feeds of one's votes", s.reader(voter).get("/votes").find(`link[rel=alternate][type*="atom"], .feeds`).Length(), 0)
}

func TestTitlesOfSearchFeeds(t *testing.T) {
	v := newSite(t).visitor()
	for text, want := range map[string]string{"paper words": "Search for paper words · Recto", "paper words sort:new": "Search for paper words, newest first · Recto"} {
		_, f := v.feed("/search?q="+url.QueryEscape(text), "atom")
		equal(t, text, f.title, want)
	}
}

func TestFeedsThatAreNot(t *testing.T) {
	v := newSite(t).visitor()
	for address, status := range map[string]int{
		"/papers/date/2026-06-01?format=atom": 404, "/papers/date/yesterday?format=rss": 404, "/tags/no-such-tag?format=json": 404, "/categories/no.such?format=rss": 404,
		"/authors/nobody-x?format=atom": 404, "/search?format=atom": 400, "/search?q=2401.99999&format=atom": 404, "/papers/latest?format=atom&sort=votes": 400,
		"/papers/latest?format=opml": 400, "/votes?format=atom": 404, "/votes?format=atom&token=recto_x": 404, "/papers/2401.00001/related?format=atom": 404,
	} {
		v.get(address).want(status)
	}
	for address, to := range map[string]string{
		"/tags/World%20Models?format=rss": "/tags/world-models?format=rss", "/categories/cmp-lg?format=atom": "/categories/cs.CL?format=atom", "/papers?format=json": "/?format=json",
		"/authors/Yann%20LeCun?format=atom": "/authors/lecun-y?name=Yann+LeCun&format=atom", "/papers/arXiv:2605.00001/related?format=atom": "/papers/2605.00001/related?format=atom",
	} {
		v.get(address).leadsTo(http.StatusMovedPermanently, to)
	}
}

// TestFeedOfOneOfSeveralPeople takes the name along, in the feed's own address as in those of its pages.
func TestFeedOfOneOfSeveralPeople(t *testing.T) {
	s := newSite(t)
	var papers []store.Paper
	for n := range 55 {
		papers = append(papers, store.Paper{ID: store.PaperID(fmt.Sprintf("2604.2%04d", n)), Title: fmt.Sprintf("Paper %d", n), Authors: authors([]string{"Yves LeCun", "Yann & LeCun"}[n/54]),
			SubmittedAt: now.Add(-time.Duration(n) * time.Hour), Source: "arxiv", ReadAt: now})
		if err := papers[n].Clean(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: papers}); err != nil {
		t.Fatal(err)
	}
	v := s.visitor()
	p := v.get("/authors/lecun-y?name=Yves+LeCun&sort=votes").want(http.StatusOK)
	equal(t, "feed", p.attr(`head link[rel=alternate][type="application/atom+xml"]`, "href"), "/authors/lecun-y?name=Yves+LeCun&format=atom")
	_, f := v.feed("/authors/lecun-y?name=Yves+LeCun&sort=votes", "rss")
	equal(t, "self", f.self, siteURL+"/authors/lecun-y?name=Yves+LeCun&sort=votes&format=rss")
	next := v.get(strings.TrimPrefix(f.next, siteURL)).want(http.StatusOK).feed("rss")
	if len(f.items) != 50 || len(next.items) < 4 || next.next != "" {
		t.Errorf("%d papers, then %d", len(f.items), len(next.items))
	}
	for _, i := range slices.Concat(f.items, next.items) {
		if !slices.ContainsFunc(i.authors, func(name string) bool { return name == "Yves LeCun" || name == "Y. LeCun" }) {
			t.Errorf("%s is by %q", i.id, i.authors)
		}
	}
	v.get("/authors/lecun-y?name=Nobody&format=rss").leadsTo(http.StatusSeeOther, "/authors/lecun-y?format=rss")
}
