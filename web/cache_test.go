package web

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"recto/store"
)

// fakeSite answers with a page that tells how often it was asked, and shows what test says.
type fakeSite struct {
	asked atomic.Int64
	shows func(r *http.Request, s *shown)
	slow  chan struct{} // waited for, unless nil
	set   http.Header
	code  int
}

func (f *fakeSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := f.asked.Add(1)
	if f.slow != nil {
		<-f.slow
	}
	note(r.Context(), func(s *shown) {
		if f.shows != nil {
			f.shows(r, s)
		}
	})
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	for name, values := range f.set {
		w.Header()[name] = values
	}
	if f.code != 0 {
		w.WriteHeader(f.code)
	}
	fmt.Fprintf(w, "answer %d to %s with %v %s", n, r.URL.RequestURI(), r.Header, strings.Repeat("x", 2000))
}

func ask(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func testCache(f *fakeSite) *pageCache { return newPageCache(f, 1<<20, time.Now) }

func TestCacheKeepsWhatEverybodySees(t *testing.T) {
	for name, c := range map[string]struct {
		path    string
		headers []string
		kept    bool
	}{
		"a listing":             {"/papers/trending", nil, true},
		"its second page":       {"/papers/trending?after=1_2", nil, true},
		"the front page":        {"/", nil, true},
		"a theme":               {"/", []string{"Cookie", "theme=dark"}, true},
		"a foreign cookie":      {"/", []string{"Cookie", "other=1"}, true},
		"a session":             {"/", []string{"Cookie", "recto=abc"}, false},
		"a session and a theme": {"/", []string{"Cookie", "theme=dark; recto=abc"}, false},
		"an htmx request":       {"/", []string{"HX-Request", "true"}, false},
		"JSON":                  {"/", []string{"Accept", "application/json"}, false},
		"BibTeX":                {"/", []string{"Accept", "application/x-bibtex, */*"}, false},
		"less BibTeX":           {"/", []string{"Accept", "application/x-bibtex;q=0.5, text/html"}, true},
		"citations":             {"/?format=bibtex", nil, false},
		"a parameter unknown":   {"/?utm_source=x", nil, false},
		"a parameter twice":     {"/?sort=a&sort=b", nil, false},
		"a very long query":     {"/?after=" + strings.Repeat("1", 400), nil, false},
		"sign-in":               {"/sign-in", nil, false},
		"settings":              {"/settings", nil, false},
		"one's votes":           {"/votes", nil, false},
		"search":                {"/search?q=x", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeSite{}
			cache := testCache(f)
			ask(cache, c.path, c.headers...)
			ask(cache, c.path, c.headers...)
			if kept := f.asked.Load() == 1; kept != c.kept {
				t.Errorf("the site was asked %d times", f.asked.Load())
			}
		})
	}
}

func TestCacheKeepsNoAnswerThatIsSomebodys(t *testing.T) {
	for name, f := range map[string]*fakeSite{
		"a cookie set": {set: http.Header{"Set-Cookie": {"recto=secret"}}},
		"an error":     {code: http.StatusNotFound},
		"a redirect":   {code: http.StatusSeeOther},
		"not a page":   {set: http.Header{"Content-Type": {"application/json"}}},
	} {
		t.Run(name, func(t *testing.T) {
			cache := testCache(f)
			ask(cache, "/")
			before := f.asked.Load()
			ask(cache, "/")
			if f.asked.Load() == before {
				t.Error("it was kept")
			}
		})
	}
}

func TestAPageThatLacksSomethingIsNotKept(t *testing.T) {
	f := &fakeSite{}
	f.shows = func(_ *http.Request, s *shown) { s.passing = f.asked.Load() == 1 }
	cache := testCache(f)
	for range 3 {
		ask(cache, "/")
	}
	if n := f.asked.Load(); n != 2 {
		t.Errorf("the site was asked %d times, want 2: the second page is whole", n)
	}
}

func TestNoHeaderOfARequestGetsIntoAKeptPage(t *testing.T) {
	cache := testCache(&fakeSite{})
	poison := []string{"X-Forwarded-Host", "evil.example", "X-Forwarded-For", "203.0.113.9", "Referer", "https://evil.example/", "Origin", "https://evil.example",
		"User-Agent", "poison", "Accept-Language", "poison", "X-Original-Url", "/poison", "Cookie", "theme=poison; other=poison", "Authorization", "poison",
		"Accept-Encoding", "poison"}
	body := ask(cache, "/", poison...).Body.String()
	for _, word := range []string{"evil", "poison", "203.0.113.9"} {
		if strings.Contains(body, word) {
			t.Errorf("%q is in the page: %.300s", word, body)
		}
	}
}

func TestEncodingsAndEtags(t *testing.T) {
	f := &fakeSite{}
	cache := testCache(f)
	plain := ask(cache, "/", "Accept-Encoding", "identity")
	for _, c := range []struct{ accept, want string }{
		{"gzip", "gzip"}, {"zstd;q=0, gzip", "gzip"}, {"", ""}, {"gzip, zstd", "zstd"},
		{"gzip, deflate, br, zstd", "zstd"}, {"gzip, deflate, br, zstd", "br"}, {"gzip, deflate, br", "br"}, {"br;q=0, zstd", "zstd"}, {"br", "br"},
	} {
		w := ask(cache, "/", "Accept-Encoding", c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.want || w.Code != http.StatusOK {
			t.Errorf("%q gets %q, status %d; want %q", c.accept, got, w.Code, c.want)
		}
		if unpacked(t, w) != plain.Body.String() {
			t.Errorf("%q holds another page", c.want)
		}
	}
	etag := plain.Header().Get("Etag")
	if w := ask(cache, "/", "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("the same page again: status %d, %d bytes", w.Code, w.Body.Len())
	}
	if w := ask(cache, "/", "If-None-Match", `W/"other"`); w.Code != http.StatusOK {
		t.Errorf("another tag: status %d", w.Code)
	}
	if f.asked.Load() != 1 {
		t.Errorf("the site was asked %d times", f.asked.Load())
	}
}

// unpacked is an answer's text.
func unpacked(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = w.Body
	var err error
	switch w.Header().Get("Content-Encoding") {
	case "zstd":
		return string(unzstd(w.Body.Bytes()))
	case "gzip":
		r, err = gzip.NewReader(w.Body)
	case "br":
		r = brotli.NewReader(w.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAStampedeMakesOnePage(t *testing.T) {
	f := &fakeSite{slow: make(chan struct{})}
	cache := testCache(f)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if w := ask(cache, "/"); w.Code != http.StatusOK {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	time.Sleep(50 * time.Millisecond) // for most of them to stand in line
	close(f.slow)
	wg.Wait()
	if n := f.asked.Load(); n > 3 { // those that came late may have found it gone by
		t.Errorf("the site was asked %d times", n)
	}
}

func votes(id store.PaperID, n int) store.Paper {
	return store.Paper{ID: id, FeaturedOn: "2026-05-12", SourceVotes: n}
}

func TestAChangeDropsThePagesThatShowThePaper(t *testing.T) {
	day := store.DaySpan("2026-05-12")
	other := store.DaySpan("2026-05-11")
	pages := map[string]shown{
		"/papers/a":         {papers: []store.PaperID{"a"}},
		"/papers/b":         {papers: []store.PaperID{"b"}},
		"/papers/first":     {papers: []store.PaperID{"x"}, listing: &shownListing{filter: store.Filter{Order: store.ByVotes, Span: &day}, top: 90, bottom: 50, first: true}},
		"/papers/second":    {papers: []store.PaperID{"a"}, listing: &shownListing{filter: store.Filter{Order: store.ByVotes, Span: &day}, top: 49, bottom: 20}},
		"/papers/last":      {papers: []store.PaperID{"y"}, listing: &shownListing{filter: store.Filter{Order: store.ByVotes, Span: &day}, top: 19, bottom: 5, last: true}},
		"/papers/other-day": {papers: []store.PaperID{"z"}, listing: &shownListing{filter: store.Filter{Order: store.ByVotes, Span: &other}, top: 90, bottom: 1, first: true, last: true}},
		"/about":            {},
	}
	for name, c := range map[string]struct {
		changed store.Paper
		gone    string
	}{
		"a vote within its page":     {votes("a", 30), "/papers/a /papers/second"},
		"a vote that moves it up":    {votes("a", 60), "/papers/a /papers/first /papers/second"},
		"a new paper at the top":     {votes("new", 900), "/papers/first"},
		"a new paper at the bottom":  {votes("new", 0), "/papers/last"},
		"a paper that nothing shows": {store.Paper{ID: "far", FeaturedOn: "2020-01-01"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeSite{shows: func(r *http.Request, s *shown) { *s = pages[r.URL.Path] }}
			cache := testCache(f)
			for path := range pages {
				ask(cache, path)
			}
			cache.drop([]store.Paper{c.changed})
			for path := range pages {
				before := f.asked.Load()
				ask(cache, path)
				if gone := f.asked.Load() > before; gone != strings.Contains(" "+c.gone+" ", " "+path+" ") {
					t.Errorf("%s gone: %t", path, gone)
				}
			}
		})
	}
}

func TestAPageInTheMakingWhileItsPaperChangesIsNotKept(t *testing.T) {
	f := &fakeSite{}
	cache := testCache(f)
	f.shows = func(_ *http.Request, s *shown) {
		s.papers = []store.PaperID{"a"}
		if f.asked.Load() == 1 { // the page has read its paper; now it changes
			cache.drop([]store.Paper{votes("a", 1)})
		}
	}
	ask(cache, "/papers/a")
	ask(cache, "/papers/a")
	ask(cache, "/papers/a")
	if n := f.asked.Load(); n != 2 {
		t.Errorf("the site was asked %d times, want 2: the first answer was old before it was kept", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	f := &fakeSite{}
	cache := newPageCache(f, 20_000, time.Now)
	for i := range 500 {
		ask(cache, fmt.Sprintf("/papers/%d", i))
	}
	if cache.bytes > 20_000 || len(cache.pages) == 0 || len(cache.pages) > 40 {
		t.Errorf("%d pages of %d bytes are kept", len(cache.pages), cache.bytes)
	}
	before := f.asked.Load()
	ask(cache, "/papers/499")
	if f.asked.Load() != before {
		t.Error("the last page is gone")
	}
	cache.dropAll()
	if cache.bytes != 0 || len(cache.pages) != 0 || cache.first != nil {
		t.Errorf("after dropping all, %d bytes are left", cache.bytes)
	}
}

func TestAPageGetsOld(t *testing.T) {
	now := time.Now()
	f := &fakeSite{}
	cache := newPageCache(f, 1<<20, func() time.Time { return now })
	ask(cache, "/")
	now = now.Add(pageAge + time.Second)
	ask(cache, "/")
	if f.asked.Load() != 2 {
		t.Errorf("the site was asked %d times", f.asked.Load())
	}
}

func TestCacheUnderARaceOfEverything(t *testing.T) {
	f := &fakeSite{shows: func(r *http.Request, s *shown) {
		s.papers = []store.PaperID{store.PaperID(strings.TrimPrefix(r.URL.Path, "/papers/"))}
	}}
	cache := newPageCache(f, 30_000, time.Now)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 300 {
				id := fmt.Sprint((i*7 + g) % 40)
				switch {
				case i%50 == 49:
					cache.dropAll()
				case i%7 == 6:
					cache.drop([]store.Paper{votes(store.PaperID(id), i)})
				default:
					if w := ask(cache, "/papers/"+id, "Accept-Encoding", "gzip"); w.Code != http.StatusOK {
						t.Errorf("status %d", w.Code)
					}
				}
			}
		})
	}
	wg.Wait()
	var bytes int64
	for _, p := range cache.pages {
		bytes += p.size()
	}
	if bytes != cache.bytes {
		t.Errorf("%d bytes are counted, %d kept", cache.bytes, bytes)
	}
}
