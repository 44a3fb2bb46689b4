package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// pageCache keeps pages as readers who are not signed in get them: rendered and compressed. It stands before everything
// else, so that a page it has costs a look-up and a write.
//
// A page is kept under its path, the parameters that pages know, and the theme. It is made from a request that holds
// nothing else of the reader's, so no header can get into it; an answer that sets a cookie or isn't 200 is not kept. What
// a page shows is noted with it (see shown), and the catalogue's changes drop the pages that show a changed paper or
// would show it now. A page that many ask for at once is made once. Whatever was missed ends after maxAge.
type pageCache struct {
	next   http.Handler
	limit  int64 // bytes
	maxAge time.Duration
	now    func() time.Time
	log    func(r *http.Request, status int, began time.Time) // of pages that it answers with; nil for nobody
	making singleflight.Group

	mu      sync.Mutex
	pages   map[string]*page
	bytes   int64
	first   *page // most recently used; a ring through older and newer
	index   pageIndex
	drops   []dropped // the last ones
	dropped int64     // how many there were
}

// page is one kept page.
type page struct {
	key          string
	header       http.Header // the same for every encoding
	etag         string
	zstd         []byte
	gzip, brotli lazyBytes
	asked        atomic.Int32 // how often by those who take brotli
	made         time.Time
	began        int64 // how many drops there were when its making began
	shown        shown
	older, newer *page
}

const (
	pageAge     = time.Minute
	maxQuery    = 300 // bytes of a query that is worth keeping a page for
	pageStretch = 600 // bytes that a page takes beside its texts, about
)

// pageParameters are those that change what a page says. An address with another one is not kept.
var pageParameters = map[string]bool{"sort": true, "after": true, "before": true, "name": true, "letter": true, "from": true}

func newPageCache(next http.Handler, limit int64, now func() time.Time) *pageCache {
	return &pageCache{next: next, limit: limit, maxAge: pageAge, now: now, pages: make(map[string]*page), index: newPageIndex()}
}

func (c *pageCache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	theme, query, keep := keptPart(r)
	if !keep {
		c.next.ServeHTTP(w, r)
		return
	}
	key := theme + " " + r.URL.EscapedPath() + "?" + query
	p := c.get(key)
	if p == nil {
		made, err, _ := c.making.Do(key, func() (any, error) { return c.make(key, plainRequest(r.URL, theme, query)), nil })
		if p, _ = made.(*page); p == nil || err != nil { // not a page to keep: an error, a redirect
			c.next.ServeHTTP(w, r)
			return
		}
	}
	status := p.serve(w, r)
	if c.log != nil {
		c.log(r, status, began)
	}
}

// keptPart is what a request's page depends on beside its path: the theme and the parameters. Not every page is one to keep.
func keptPart(r *http.Request) (theme, query string, keep bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || len(r.URL.RawQuery) > maxQuery || r.Header.Get("HX-Request") != "" {
		return "", "", false
	}
	if accept := r.Header.Get("Accept"); accept != "" && (!strings.Contains(accept, "text/html") && !strings.Contains(accept, "*/*") || wantsOther(accept)) {
		return "", "", false
	}
	for _, cookie := range r.Cookies() {
		switch cookie.Name {
		case sessionCookie:
			return "", "", false
		case themeCookie:
			theme = cookie.Value
		}
	}
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	if !cacheable(r.URL.EscapedPath()) {
		return "", "", false
	}
	if r.URL.RawQuery == "" {
		return theme, "", true
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", "", false
	}
	for name, all := range values {
		if !pageParameters[name] || len(all) != 1 {
			return "", "", false
		}
	}
	return theme, values.Encode(), true
}

// plainRequest asks for a page and holds nothing else of its reader's.
func plainRequest(u *url.URL, theme, query string) *http.Request {
	plain := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: query}, Proto: "HTTP/1.1",
		ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: "127.0.0.1:0", Header: http.Header{"Accept": {"text/html"}}}
	plain.RequestURI = plain.URL.RequestURI()
	if theme != "" {
		plain.Header.Set("Cookie", themeCookie+"="+theme)
	}
	return plain
}

// cacheable says whether a path is a page that everybody sees alike.
func cacheable(path string) bool {
	switch path {
	case homePath, tagsPath, categoriesPath, aboutPath:
		return true
	}
	for _, part := range []string{".png", ".svg", ".md"} { // nothing but HTML is kept
		if strings.HasSuffix(path, part) {
			return false
		}
	}
	return strings.HasPrefix(path, "/papers/") || strings.HasPrefix(path, "/tags/") || strings.HasPrefix(path, "/categories/") ||
		strings.HasPrefix(path, "/authors/")
}

func (c *pageCache) get(key string) *page {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pages[key]
	if p == nil || c.now().Sub(p.made) > c.maxAge {
		return nil
	}
	c.touch(p)
	return p
}

// make renders a page and keeps it; nil when the answer is not one to keep.
func (c *pageCache) make(key string, r *http.Request) *page {
	var s shown
	c.mu.Lock()
	began, made := c.dropped, c.now()
	c.mu.Unlock()
	recorder := httptest.NewRecorder()
	c.next.ServeHTTP(recorder, r.WithContext(context.WithValue(context.Background(), shownKey{}, &s)))
	h := recorder.Header()
	if recorder.Code != http.StatusOK || h.Get("Set-Cookie") != "" || !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		return nil
	}
	body := recorder.Body.Bytes()
	sum := sha256.Sum256(body)
	p := &page{key: key, header: h.Clone(), etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`, made: made, began: began, shown: s}
	for _, name := range []string{"X-Request-Id", "Content-Length", "Content-Encoding", "Date"} {
		p.header.Del(name)
	}
	p.header["Vary"] = []string{"Cookie, Accept, Accept-Encoding"}
	p.header.Set("Etag", p.etag)
	p.header.Set("Cache-Control", "no-cache") // browsers ask again, and get a 304 while nothing has changed
	p.zstd = zstdBytes(body)
	if !s.passing {
		c.keep(p)
	}
	return p
}

// size is what the page takes with all encodings, whether or not they were asked for: they are about as long.
func (p *page) size() int64 { return int64(3*len(p.zstd)+len(p.key)) + pageStretch }

func (p *page) serve(w http.ResponseWriter, r *http.Request) (status int) {
	h := w.Header()
	for name, values := range p.header {
		h[name] = values
	}
	if match := r.Header.Get("If-None-Match"); match != "" && (match == "*" || strings.Contains(match, strings.TrimPrefix(p.etag, "W/"))) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	body, encoding := p.packed(r.Header.Get("Accept-Encoding"))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may have gone
	}
	return http.StatusOK
}

// packed is the page in an encoding that is accepted; "" is none. Brotli is the smallest and takes by far the longest to
// make, so it is made for pages that are asked for again.
func (p *page) packed(accepted string) (body []byte, encoding string) {
	switch {
	case accepts(accepted, "br") && p.asked.Add(1) > 1:
		return p.brotli.get(func() []byte { return brotliBytes(unzstd(p.zstd)) }), "br"
	case accepts(accepted, "zstd"):
		return p.zstd, "zstd"
	case accepts(accepted, "gzip"):
		return p.gzip.get(func() []byte { return gzipBytes(unzstd(p.zstd)) }), "gzip"
	}
	return unzstd(p.zstd), ""
}

// accepts says whether an Accept-Encoding header allows an encoding.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) == encoding {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && !strings.HasPrefix(weight, "q=0.000")
		}
	}
	return false
}
