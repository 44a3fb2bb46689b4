package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"recto/store"
	"recto/web"
	"recto/web/cite"
)

// keysOf are the keys of a BibTeX file, in order.
func keysOf(body []byte) []string {
	var keys []string
	for _, m := range regexp.MustCompile(`(?m)^@[a-z]+\{([^,\n]+),$`).FindAllSubmatch(body, -1) {
		keys = append(keys, string(m[1]))
	}
	return keys
}

func TestCitationsOfAPaper(t *testing.T) {
	v := newSite(t).visitor()
	for format, want := range map[string]struct{ kind, file, begins string }{
		"bibtex":   {"application/x-bibtex", "lecun2026everything-2605.00001.bib", "@article{lecun2026everything-2605.00001,\n"},
		"biblatex": {"application/x-bibtex", "lecun2026everything-2605.00001.bib", "@article{lecun2026everything-2605.00001,\n"},
		"ris":      {"application/x-research-info-systems", "lecun2026everything-2605.00001.ris", "TY  - JOUR\r\n"},
		"csl":      {"application/vnd.citationstyles.csl+json", "lecun2026everything-2605.00001.json", "[\n{"},
		"apa":      {"text/plain", "lecun2026everything-2605.00001.txt", "LeCun, Y.,"},
		"markdown": {"text/markdown", "lecun2026everything-2605.00001.md", ""},
	} {
		t.Run(format, func(t *testing.T) {
			p := v.in(t).get("/papers/2605.00001?format=" + format).want(http.StatusOK)
			equal(t, "content type", p.Header.Get("Content-Type"), want.kind+"; charset=utf-8")
			how, parameters, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
			if err != nil || how != "attachment" || parameters["filename"] != want.file {
				t.Errorf("%s as %q: %v", how, parameters["filename"], err)
			}
			if !strings.HasPrefix(string(p.body), want.begins) || !strings.Contains(string(p.body), "LeCun") {
				t.Errorf("%.200s", p.body)
			}
			equal(t, "canonical", p.Header.Get("Link"), "<"+siteURL+`/papers/2605.00001>; rel="canonical"`)
			equal(t, "robots", p.Header.Get("X-Robots-Tag"), "noindex")
			v.in(t).do(http.MethodGet, "/papers/2605.00001?format="+format, nil, map[string]string{"If-None-Match": p.Header.Get("ETag")}).want(http.StatusNotModified)
		})
	}
	for path, to := range map[string]string{
		"/papers/2605.00001v2?format=ris":                   "/papers/2605.00001?format=ris",
		"/papers/arXiv:2605.00001/related?format=ris":       "/papers/2605.00001/related?format=ris",
		"/tags/World%20Models?format=apa":                   "/tags/world-models?format=apa",
		"/categories/math.MP?format=csl":                    "/categories/math-ph?format=csl",
		"/authors/Yann%20LeCun?format=bibtex":               "/authors/lecun-y?name=Yann+LeCun&format=bibtex",
		"/papers/2605.00001v2?format=%0d%0aX-Injected:%201": "/papers/2605.00001?format=%0D%0AX-Injected%3A+1",
	} {
		v.get(path).leadsTo(http.StatusMovedPermanently, to)
	}
	v.get("/search?q=arXiv:2605.00001&format=ris").leadsTo(http.StatusSeeOther, "/papers/2605.00001?format=ris")
	for path, status := range map[string]int{
		"/papers/2605.00001?format=bibtxe": 400, "/papers/latest?format=html": 400, "/search?q=robot&format=x": 400, "/papers/2605.00001/related?format=x": 400,
		"/papers/2401.00001?format=bibtex": 404, "/papers/date/2026-06-01?format=bibtex": 404, "/tags/nothing?format=bibtex": 404,
		"/search?q=2401.99999&format=bibtex": 404, "/search?format=bibtex": 400, "/papers/latest?format=bibtex&after=nonsense": 400,
		"/papers/2605.00001?format=": 200,
	} {
		p := v.get(path).want(status)
		equal(t, "content type of "+path, p.Header.Get("Content-Type"), "text/html; charset=UTF-8")
		equal(t, "file of "+path, p.Header.Get("Content-Disposition"), "")
	}
}

// TestCitationsByAccept asks one address for several things, in all orders, at a site that keeps its pages.
func TestCitationsByAccept(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages: without the race detector alone")
	}
	asks := map[string]string{ // Accept header → type of the answer
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html",
		"":                                     "text/html",
		"*/*":                                  "text/html",
		"application/x-bibtex":                 "application/x-bibtex",
		"application/x-bibtex, */*":            "application/x-bibtex",
		"application/x-bibtex, text/html":      "text/html",
		"text/html;q=0.5,application/x-bibtex": "application/x-bibtex",
		"application/x-research-info-systems":  "application/x-research-info-systems",
		"text/x-bibliography":                  "text/plain",
		"application/vnd.citationstyles.csl+json, text/html;q=0.2": "application/vnd.citationstyles.csl+json",
		"text/plain": "text/html",
	}
	for _, path := range []string{"/papers/2605.00001", "/papers/trending"} {
		for first, firstKind := range asks {
			t.Run(path+" as "+first, func(t *testing.T) {
				v := newSite(t, func(c *web.Config) { c.Cache = 8 << 20 }).visitor().in(t)
				ask := func(accept, kind string) {
					t.Helper()
					p := v.do(http.MethodGet, path, nil, map[string]string{"Accept": accept}).want(http.StatusOK)
					if got, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); got != kind {
						t.Errorf("%q gets %s, not %s", accept, got, kind)
					}
					if !strings.Contains(strings.Join(p.Header.Values("Vary"), ","), "Accept,") && !slices.Contains(p.Header.Values("Vary"), "Accept") {
						t.Errorf("%q: Vary is %q", accept, p.Header.Values("Vary"))
					}
					equal(t, "is a page", strings.Contains(string(p.body), "<html"), kind == "text/html")
					equal(t, "file", p.Header.Get("Content-Disposition"), "")
				}
				ask(first, firstKind)
				for accept, kind := range asks {
					ask(accept, kind)
				}
				ask(first, firstKind)
			})
		}
	}
	t.Run("Markdown is the paper's text", func(t *testing.T) {
		v := newSite(t).visitor().in(t)
		got := v.do(http.MethodGet, "/papers/2605.00001", nil, map[string]string{"Accept": "text/markdown"}).want(http.StatusOK)
		equal(t, "the same as by its address", string(got.body), string(v.get("/papers/2605.00001.md").want(http.StatusOK).body))
	})
	t.Run("a format in the address", func(t *testing.T) {
		v := newSite(t, func(c *web.Config) { c.Cache = 8 << 20 }).visitor().in(t)
		for range 2 {
			equal(t, "page", v.get("/papers/trending").want(http.StatusOK).Header.Get("Content-Type"), "text/html; charset=UTF-8")
			equal(t, "file", v.get("/papers/trending?format=bibtex").want(http.StatusOK).Header.Get("Content-Type"), "application/x-bibtex; charset=utf-8")
		}
	})
}

// TestCitationsOfLists turns the pages of each sort of list and compares them with its file.
func TestCitationsOfLists(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages: without the race detector alone")
	}
	s := newSite(t)
	for name, path := range map[string]string{
		"front page": "/", "day": "/papers/date/2026-05-12", "day by newest": "/papers/date/2026-05-12?sort=newest", "week": "/papers/week/2026-W20",
		"month": "/papers/month/2026-05", "trending": "/papers/trending", "latest": "/papers/latest", "top": "/papers/top/all", "tag": "/tags/world-models",
		"tag in Japanese": "/tags/%E5%BC%B7%E5%8C%96%E5%AD%A6%E7%BF%92", "category by votes": "/categories/cs.LG?sort=votes",
		"author": "/authors/lecun-y", "one of several": "/authors/lecun-y?name=Y.+LeCun&sort=votes", "search": "/search?q=paper+words",
		"search with markup": "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%26", "search, narrowed": "/search?q=words+cat%3Acs.LG+sort%3Anew",
		"related": "/papers/2303.04137/related", "votes": "/votes",
	} {
		t.Run(name, func(t *testing.T) {
			v := s.visitor().in(t)
			if name == "votes" {
				v = s.reader(voter).in(t)
			}
			first := v.get(path).want(http.StatusOK)
			var want []string
			for p := first; ; {
				for _, id := range p.papers() {
					paper, err := s.db.Paper(t.Context(), store.PaperID(id))
					if err != nil {
						t.Fatal(err)
					}
					want = append(want, cite.Key(&paper))
				}
				next := p.attrs(".pager a[rel=next]", "href")
				if len(next) == 0 {
					break
				}
				p = v.get(next[0]).want(http.StatusOK)
			}
			link := first.find("#cite-title ~ .formats a").FilterFunction(func(_ int, a *goquery.Selection) bool { return a.Text() == "BibTeX" })
			equal(t, "links to the file", link.Length(), 1)
			file := v.get(link.AttrOr("href", "")).want(http.StatusOK)
			got := keysOf(file.body)
			if len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%d papers are cited, %d listed: %q\n%q", len(got), len(want), got, want)
			}
			unique := slices.Clone(got)
			slices.Sort(unique)
			equal(t, "keys that stand twice", len(got)-len(slices.Compact(unique)), 0)
			if _, parameters, err := mime.ParseMediaType(file.Header.Get("Content-Disposition")); err != nil || !strings.HasPrefix(parameters["filename"], "recto-") || strings.Contains(parameters["filename"], "--") ||
				!strings.HasSuffix(parameters["filename"], ".bib") || strings.ContainsAny(parameters["filename"], `/\<>:"%?`) {
				t.Errorf("file %q: %v", file.Header.Get("Content-Disposition"), err)
			}
			for _, f := range cite.Formats {
				separator := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
				p := v.get(path + separator + "format=" + string(f)).want(http.StatusOK)
				equal(t, "content type", p.Header.Get("Content-Type"), f.MediaType()+"; charset=utf-8")
				if f == cite.CSLJSON {
					var items []struct{ ID, Title string }
					if err := json.Unmarshal(p.body, &items); err != nil || len(items) != len(want) || items[0].Title == "" {
						t.Errorf("%d items: %v", len(items), err)
					}
				}
			}
			head := v.do(http.MethodHead, link.AttrOr("href", ""), nil, nil).want(http.StatusOK)
			equal(t, "content type of the head", head.Header.Get("Content-Type"), "application/x-bibtex; charset=utf-8")
			equal(t, "bytes of the head", len(head.body), 0)
		})
	}
	v := s.visitor()
	t.Run("from a page on", func(t *testing.T) {
		all := keysOf(v.get("/papers/latest?format=bibtex").body)
		second := v.get("/papers/latest").attr(".pager a[rel=next]", "href")
		if got := keysOf(v.get(second + "&format=bibtex").want(http.StatusOK).body); !slices.Equal(got, all[30:]) {
			t.Errorf("%d papers, want %d", len(got), len(all)-30)
		}
		back := v.get(v.get(second).attr(".pager a[rel=next]", "href")).attr(".pager a[rel=prev]", "href")
		if got := keysOf(v.get(back + "&format=bibtex").want(http.StatusOK).body); !slices.Equal(got, all[30:]) {
			t.Errorf("backwards, %d papers, want %d", len(got), len(all)-30)
		}
		found := keysOf(v.get("/search?q=paper+words&format=bibtex").body)
		if got := keysOf(v.get("/search?q=paper+words&page=2&format=bibtex").body); !slices.Equal(got, found[30:]) {
			t.Errorf("of a search, %d papers, want %d", len(got), len(found)-30)
		}
	})
	t.Run("nothing to cite", func(t *testing.T) {
		for _, path := range []string{"/papers/date/2026-05-09", "/categories/q-fin.TR", "/search?q=zzzzqx+cat%3Aq-fin.TR"} {
			equal(t, "sections", v.get(path).find("#cite-title").Length(), 0)
			separator := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
			equal(t, "BibTeX", string(v.get(path+separator+"format=bibtex").want(http.StatusOK).body), "")
			var items []any
			if err := json.Unmarshal(v.get(path+separator+"format=csl").body, &items); err != nil || len(items) != 0 {
				t.Errorf("%d items: %v", len(items), err)
			}
		}
		v.get("/votes?format=bibtex").want(http.StatusSeeOther)
	})
}

// TestCitationsOfWhatWordsFind has no papers in a file that are found by meaning alone: a search that says it found two
// papers is no list of hundreds.
func TestCitationsOfWhatWordsFind(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	var found struct {
		Total int
		Hits  []struct {
			Paper struct{ ID store.PaperID }
			Why   string
		}
	}
	if err := json.Unmarshal(v.get("/api/v1/search?q=robot&limit=100").want(http.StatusOK).body, &found); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, h := range found.Hits {
		if paper, err := s.db.Paper(t.Context(), h.Paper.ID); err != nil {
			t.Fatal(err)
		} else if h.Why == "" {
			want = append(want, cite.Key(&paper))
		}
	}
	if len(want) != found.Total || len(want) == 0 || len(want) == len(found.Hits) {
		t.Fatalf("%d of %d papers have the words, %d are told", len(want), len(found.Hits), found.Total)
	}
	if got := keysOf(v.get("/search?q=robot&format=bibtex").body); !slices.Equal(got, want) {
		t.Errorf("cited are %q, want %q", got, want)
	}
}

func TestCitationsEndSomewhere(t *testing.T) {
	s := emptySite(t)
	var papers []store.Paper
	for n := range 1040 {
		p := store.Paper{ID: store.PaperID(fmt.Sprintf("2605.%05d", n+1)), Title: fmt.Sprintf("Paper %d", n), SubmittedAt: now, ReadAt: now, Source: "arxiv"}
		if err := p.Clean(); err != nil {
			t.Fatal(err)
		}
		papers = append(papers, p)
	}
	if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: papers}); err != nil {
		t.Fatal(err)
	}
	got := keysOf(s.visitor().get("/papers/latest?format=bibtex").want(http.StatusOK).body)
	equal(t, "papers", len(got), 1000)
	slices.Sort(got)
	equal(t, "different ones", len(slices.Compact(got)), 1000)
}

// closing closes the catalogue as soon as it is written to.
type closing struct {
	http.ResponseWriter
	db *store.DB
}

func (w closing) Write(b []byte) (int, error) {
	w.db.Close()
	return w.ResponseWriter.Write(b)
}

// TestCutCitationsDontLookWhole has the catalogue fail in the middle of a file.
func TestCutCitationsDontLookWhole(t *testing.T) {
	s := newSite(t)
	w := httptest.NewRecorder()
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("the answer ended with %v", err)
		}
		if n := len(keysOf(w.Body.Bytes())); n == 0 || n >= papered {
			t.Errorf("%d papers were sent before", n)
		}
	}()
	s.handler.ServeHTTP(closing{w, s.db}, httptest.NewRequest(http.MethodGet, siteURL+"/papers/date/2026-05-12?format=bibtex", nil))
}
