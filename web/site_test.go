package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"recto/store"
	"recto/store/search"
	"recto/web"
)

// Every test lives on the same day, at a site with the same address.
var now = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

const (
	siteURL  = "https://papers.example.org"
	password = "correct horse battery"
)

// The accounts that the filled catalogue has, all with the same password.
const (
	voter   = "Marie-C" // voted for a few papers
	novice  = "novice"  // never voted
	keeper  = "keeper_1"
	noSuch  = "nobody-here"
	wrong   = "incorrect horse"
	another = "another good password"
)

// site is the whole site over a catalogue of its own.
type site struct {
	t       testing.TB
	db      *store.DB
	index   *search.Index
	handler http.Handler
}

// filled is the folder of the catalogue of fixture_test.go and its index, built once: opening a copy takes a few
// milliseconds.
var filled = sync.OnceValues(func() (fs.FS, error) {
	dir, err := os.MkdirTemp("", "recto-web-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, index, err := open(context.Background(), dir)
	if err != nil {
		return nil, err
	}
	if err := fill(db); err != nil {
		return nil, err
	}
	if err := errors.Join(index.Build(context.Background(), nil), index.Close(), db.Close()); err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = &fstest.MapFile{Data: data, Mode: 0o600}
		return err
	})
	return files, err
})

func clock() time.Time { return now }

// open opens the catalogue in a folder and its index.
func open(ctx context.Context, dir string) (*store.DB, *search.Index, error) {
	db, err := store.Open(ctx, filepath.Join(dir, "recto.db"), clock)
	if err != nil {
		return nil, nil, err
	}
	index, err := search.Open(ctx, db, filepath.Join(dir, "search"), search.Options{Log: slog.New(slog.DiscardHandler), Now: clock})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, index, nil
}

// newSite is the site over a fresh copy of the filled catalogue.
func newSite(t testing.TB, change ...func(*web.Config)) *site {
	t.Helper()
	files, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	return openSite(t, dir, change...)
}

// emptySite is the site over a catalogue without papers.
func emptySite(t testing.TB) *site {
	t.Helper()
	return openSite(t, t.TempDir())
}

func openSite(t testing.TB, dir string, change ...func(*web.Config)) *site {
	t.Helper()
	db, index, err := open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close(); db.Close() })
	config := web.Config{DB: db, Search: index, URL: siteURL, Log: slog.New(slog.DiscardHandler), Now: clock, Version: "test"}
	for _, c := range change {
		c(&config)
	}
	handler, err := web.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, db, index, handler}
}

// serve is a filled site that a browser can reach, and its address. As when it is run for real, it keeps pages.
func serve(t testing.TB, change ...func(*web.Config)) (*site, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	s := newSite(t, append(change, func(c *web.Config) { c.URL, c.Cache = address, 16<<20 })...)
	server := httptest.NewUnstartedServer(s.handler)
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return s, address
}

// votes is how many votes a paper has.
func (s *site) votes(id store.PaperID) int {
	s.t.Helper()
	p, err := s.db.Paper(context.Background(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return p.Votes()
}

// visitor is a browser without scripts: it keeps cookies and follows nothing by itself.
type visitor struct {
	t       testing.TB
	handler http.Handler
	cookies map[string]*http.Cookie
	headers map[string]string
	address string // that requests come from
}

// browser is what every browser sends.
func browser() map[string]string {
	return map[string]string{"Accept": "text/html", "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
}

func (s *site) visitor() *visitor {
	return &visitor{s.t, s.handler, map[string]*http.Cookie{}, browser(), "192.0.2.7:4711"}
}

// in is the visitor, whose answers are judged in a subtest.
func (v *visitor) in(t testing.TB) *visitor {
	u := *v
	u.t = t
	return &u
}

// reader is a visitor who has signed in.
func (s *site) reader(name string) *visitor {
	s.t.Helper()
	v := s.visitor()
	v.post("/sign-in", url.Values{"name": {name}, "password": {password}}).want(http.StatusSeeOther)
	return v
}

func (v *visitor) get(path string) *page { v.t.Helper(); return v.do(http.MethodGet, path, nil, nil) }

func (v *visitor) post(path string, form url.Values) *page {
	v.t.Helper()
	return v.do(http.MethodPost, path, form, nil)
}

// from posts a form that stands on another page of the site.
func (v *visitor) from(referer, path string, form url.Values) *page {
	v.t.Helper()
	return v.do(http.MethodPost, path, form, map[string]string{"Referer": siteURL + referer})
}

func (v *visitor) do(method, path string, form url.Values, headers map[string]string) *page {
	v.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, siteURL+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r = r.WithContext(v.t.Context())
	r.RemoteAddr, r.RequestURI = v.address, path
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	all := maps.Clone(v.headers)
	maps.Copy(all, headers)
	for name, value := range all {
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	for _, name := range slices.Sorted(maps.Keys(v.cookies)) {
		r.AddCookie(v.cookies[name])
	}
	return v.send(r)
}

func (v *visitor) send(r *http.Request) *page {
	v.t.Helper()
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	p := &page{Response: w.Result(), t: v.t, path: r.Method + " " + r.URL.RequestURI(), body: w.Body.Bytes()}
	if p.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(w.Body)
		if err == nil {
			p.body, err = io.ReadAll(unpacked)
		}
		if err != nil {
			v.t.Fatalf("%s: %v", p.path, err)
		}
	}
	for _, c := range p.Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c
		}
	}
	return p
}

// page is an answer of the site.
type page struct {
	*http.Response
	t    testing.TB
	path string
	body []byte
	doc  *goquery.Document
}

// want ends the test when the answer has another status.
func (p *page) want(status int) *page {
	p.t.Helper()
	if p.StatusCode != status {
		p.t.Fatalf("%s: status %d, want %d; location %q\n%.600s", p.path, p.StatusCode, status, p.Header.Get("Location"), p.body)
	}
	return p
}

// leadsTo ends the test when the answer is no redirect to the address.
func (p *page) leadsTo(status int, location string) {
	p.t.Helper()
	p.want(status)
	if got := p.Header.Get("Location"); got != location {
		p.t.Errorf("%s leads to %q, want %q", p.path, got, location)
	}
}

func (p *page) find(selector string) *goquery.Selection {
	p.t.Helper()
	if p.doc == nil {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(p.body))
		if err != nil {
			p.t.Fatalf("%s: %v", p.path, err)
		}
		p.doc = doc
	}
	return p.doc.Find(selector)
}

// text is the text of what matches, with single blanks.
func (p *page) text(selector string) string {
	p.t.Helper()
	return strings.Join(strings.Fields(p.find(selector).Text()), " ")
}

// attrs are the values of an attribute of all that matches.
func (p *page) attrs(selector, name string) []string {
	p.t.Helper()
	return p.find(selector).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr(name, "") })
}

// attr is the attribute of the one element that matches.
func (p *page) attr(selector, name string) string {
	p.t.Helper()
	all := p.attrs(selector, name)
	if len(all) != 1 {
		p.t.Fatalf("%s: %d elements match %s, want one", p.path, len(all), selector)
	}
	return all[0]
}

// papers are the ids of a listing's papers, in order.
func (p *page) papers() []string {
	p.t.Helper()
	return p.attrs("article.paper input[name=paper]", "value")
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
