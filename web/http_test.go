package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"recto/web"
)

// TestErrorsComeAsAskedFor asks for what can't be had, as browsers and programs do.
func TestErrorsComeAsAskedFor(t *testing.T) {
	s := newSite(t)
	big := url.Values{"paper": {strings.Repeat("x", 100_000)}}
	requests := map[string]struct {
		method, path string
		form         url.Values
		headers      map[string]string
		status       int
	}{
		"not found":       {"GET", "/nothing", nil, nil, 404},
		"no such paper":   {"GET", "/papers/2401.00001", nil, nil, 404},
		"bad request":     {"GET", "/papers/latest?after=x", nil, nil, 400},
		"wrong method":    {"POST", "/about", url.Values{}, nil, 405},
		"unknown method":  {"DELETE", "/papers/2605.00001", nil, nil, 405},
		"too large":       {"POST", "/votes", big, nil, 413},
		"from elsewhere":  {"POST", "/votes", url.Values{}, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"vote on nothing": {"POST", "/votes", url.Values{"paper": {"?"}}, nil, 400},
	}
	for name, r := range requests {
		for accept, kind := range map[string]string{
			"text/html,application/xhtml+xml,*/*;q=0.8": "text/html", "application/json": "application/json", "application/problem+json": "application/json",
			"*/*": "text/plain", "": "text/plain", "text/plain": "text/plain", "image/png": "text/plain",
		} {
			t.Run(name+" as "+accept, func(t *testing.T) {
				headers := map[string]string{"Accept": accept}
				for k, v := range r.headers {
					headers[k] = v
				}
				p := s.visitor().in(t).do(r.method, r.path, r.form, headers).want(r.status)
				if got := p.Header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
					t.Fatalf("content type %q, want %s", got, kind)
				}
				switch kind {
				case "text/html":
					equal(t, "h1 elements", p.find("h1").Length(), 1)
					equal(t, "robots", p.attr("meta[name=robots]", "content"), "noindex")
				case "application/json":
					var answer struct {
						Status         int
						Error, Message string
					}
					if err := json.Unmarshal(p.body, &answer); err != nil || answer.Status != r.status || answer.Error == "" || answer.Message == "" {
						t.Errorf("%s: %v", p.body, err)
					}
				default:
					if len(p.body) < 10 || bytes.ContainsAny(p.body, "<{") {
						t.Errorf("text %q", p.body)
					}
				}
				if r.status == 405 && p.Header.Get("Allow") == "" {
					t.Error("no Allow header")
				}
			})
		}
	}
}

// TestBodyOfUnknownLength sends a form that doesn't say how long it is.
func TestBodyOfUnknownLength(t *testing.T) {
	v := newSite(t).visitor()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, siteURL+"/sign-in", io.MultiReader(strings.NewReader("name="), strings.NewReader(strings.Repeat("x", 1_000_000))))
	if err != nil {
		t.Fatal(err)
	}
	r.RequestURI, r.RemoteAddr = "/sign-in", v.address
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p := v.send(r); p.StatusCode < 400 || p.StatusCode >= 500 {
		t.Errorf("status %d", p.StatusCode)
	}
}

// TestOtherSitesCantPost sends forms as a page of another site would.
func TestOtherSitesCantPost(t *testing.T) {
	s := newSite(t)
	v := s.reader(novice)
	for name, tt := range map[string]struct {
		headers map[string]string
		status  int
	}{
		"another site":                    {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a sister site":                   {map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"an old browser, another origin":  {map[string]string{"Sec-Fetch-Site": "", "Origin": "https://evil.example"}, 403},
		"an old browser, no origin":       {map[string]string{"Sec-Fetch-Site": "", "Origin": "null"}, 403},
		"an old browser, this origin":     {map[string]string{"Sec-Fetch-Site": "", "Origin": siteURL}, 303},
		"this site":                       {map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": siteURL}, 303},
		"a program":                       {map[string]string{"Sec-Fetch-Site": ""}, 303},
		"somebody who typed the address":  {map[string]string{"Sec-Fetch-Site": "none"}, 303},
		"another site with a known token": {map[string]string{"Sec-Fetch-Site": "cross-site", "HX-Request": "true"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.votes(maths)
			v.in(t).do(http.MethodPost, "/votes", ballot(maths, "1"), tt.headers).want(tt.status)
			equal(t, "votes cast", s.votes(maths)-before, map[int]int{303: 1}[tt.status])
			v.in(t).post("/votes", ballot(maths, "0"))
		})
	}
	for _, path := range []string{"/sign-in", "/sign-up", "/sign-out", "/settings", "/theme"} {
		v.do(http.MethodPost, path, url.Values{}, map[string]string{"Sec-Fetch-Site": "cross-site"}).want(http.StatusForbidden)
	}
	v.do(http.MethodGet, "/papers/2605.00001", nil, map[string]string{"Sec-Fetch-Site": "cross-site"}).want(http.StatusOK)
}

func TestSecurityHeaders(t *testing.T) {
	v := newSite(t).visitor()
	for _, path := range []string{"/", "/papers/2605.00002", "/nothing", "/papers/latest?after=x", "/healthz", "/robots.txt", "/static/nothing.css", "/sign-in"} {
		p := v.get(path)
		policy := p.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "data:") {
			t.Errorf("%s: the policy has exceptions: %s", path, policy)
		}
		equal(t, path+": X-Content-Type-Options", p.Header.Get("X-Content-Type-Options"), "nosniff")
		if r := p.Header.Get("Referrer-Policy"); r != "strict-origin-when-cross-origin" && r != "same-origin" {
			t.Errorf("%s: Referrer-Policy %q", path, r)
		}
		if p.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", path)
		}
		if p.Header.Get("Server") != "" || p.Header.Get("X-Powered-By") != "" {
			t.Errorf("%s tells what it is made with", path)
		}
	}
}

func TestStatic(t *testing.T) {
	v := newSite(t).visitor()
	front := v.get("/")
	files := append(front.attrs("script[src]", "src"), front.attrs("head link[href^='/static/']", "href")...)
	if len(files) < 5 {
		t.Fatalf("files %q", files)
	}
	sheet := v.get(front.attr("link[rel=stylesheet]", "href"))
	for _, part := range strings.Split(string(sheet.body), `url("`)[1:] {
		address, _, _ := strings.Cut(part, `"`)
		if !strings.HasPrefix(address, "/static/") {
			t.Errorf("the style sheet loads %s", address)
		}
		files = append(files, address)
	}
	kinds := map[string]string{"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
	for _, path := range files {
		p := v.in(t).get(path).want(http.StatusOK)
		ext := path[strings.LastIndexByte(path, '.')+1:]
		if !strings.HasPrefix(p.Header.Get("Content-Type"), kinds[ext]) || kinds[ext] == "" {
			t.Errorf("%s is %s", path, p.Header.Get("Content-Type"))
		}
		if c := p.Header.Get("Cache-Control"); !strings.Contains(c, "immutable") || !strings.Contains(c, "max-age=31536000") || !strings.Contains(c, "public") {
			t.Errorf("%s: Cache-Control %q", path, c)
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if parts := strings.Split(name, "."); len(parts) < 3 || len(parts[len(parts)-2]) < 12 {
			t.Errorf("%s has no hash in its name", path)
		}
		equal(t, path+": cookies", len(p.Cookies()), 0)
	}
	for _, path := range []string{"/static/", "/static/recto.css", "/static/../static.go", "/static/%2e%2e/go.mod", "/static/fonts/", "/static/recto.000000000000.css"} {
		v.get(path).want(http.StatusNotFound)
	}
	icon := v.get("/favicon.ico").want(http.StatusMovedPermanently).Header.Get("Location")
	v.get(icon).want(http.StatusOK)
}

func TestHealth(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	p := v.get("/healthz").want(http.StatusOK)
	equal(t, "answer", strings.TrimSpace(string(p.body)), "ok")
	equal(t, "cookies", len(p.Cookies()), 0)
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	v.get("/healthz").want(http.StatusServiceUnavailable)
	broken := v.get("/papers/latest").want(http.StatusInternalServerError)
	if text := strings.ToLower(string(broken.body)); strings.Contains(text, "sql") || strings.Contains(text, "database is closed") {
		t.Errorf("the page tells what broke: %s", broken.body)
	}
}

func TestRobots(t *testing.T) {
	p := newSite(t).visitor().get("/robots.txt").want(http.StatusOK)
	if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("content type %s", p.Header.Get("Content-Type"))
	}
	for _, line := range []string{"User-agent: *", "Disallow: /votes", "Disallow: /settings", "Disallow: /search"} {
		if !strings.Contains(string(p.body), line+"\n") {
			t.Errorf("no %q in %q", line, p.body)
		}
	}
	if strings.Contains(string(p.body), "Disallow: /\n") {
		t.Error("crawlers are kept out")
	}
}

func TestCompression(t *testing.T) {
	v := newSite(t).visitor()
	for _, path := range []string{"/papers/2605.00001", "/nothing", v.get("/").attr("link[rel=stylesheet]", "href")} {
		plain := v.do(http.MethodGet, path, nil, map[string]string{"Accept-Encoding": ""})
		packed := v.get(path)
		equal(t, path+": encoding", packed.Header.Get("Content-Encoding"), "gzip")
		if !strings.Contains(packed.Header.Get("Vary"), "Accept-Encoding") || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: Vary %q, plain encoding %q", path, packed.Header.Get("Vary"), plain.Header.Get("Content-Encoding"))
		}
		if !bytes.Equal(packed.body, plain.body) {
			t.Errorf("%s: the packed page is another one", path)
		}
	}
}

func TestAddressOfTheSite(t *testing.T) {
	for address, good := range map[string]bool{
		"https://papers.example.org": true, "http://localhost:8080": true, "https://papers.example.org/": true, "http://[::1]:80": true,
		"": false, "papers.example.org": false, "//papers.example.org": false, "ftp://papers.example.org": false, "https://": false,
		"https://papers.example.org/recto": false, "https://papers.example.org/?a=b": false,
	} {
		s := newSite(t)
		_, err := web.New(t.Context(), web.Config{DB: s.db, Search: s.index, URL: address})
		if (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}
