package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestRedirects asks for other spellings of an address.
func TestRedirects(t *testing.T) {
	v := newSite(t).visitor()
	for path, want := range map[string]string{
		"/papers":     "/",
		"/papers/top": "/papers/top/week",

		"/papers/2605.00001v2":                               "/papers/2605.00001",
		"/papers/arXiv:2605.00001":                           "/papers/2605.00001",
		"/papers/arxiv:2605.00001v3":                         "/papers/2605.00001",
		"/papers/2605.00001.pdf":                             "/papers/2605.00001",
		"/papers/https://arxiv.org/abs/2605.00001v1":         "/papers/2605.00001",
		"/papers/http://www.arxiv.org/pdf/2605.00001v1.pdf":  "/papers/2605.00001",
		"/papers/https%3A%2F%2Farxiv.org%2Fabs%2F2605.00001": "/papers/2605.00001",
		"/papers/arxiv.org/abs/2605.00001":                   "/papers/2605.00001",
		"/papers/https://huggingface.co/papers/2605.00001":   "/papers/2605.00001",
		"/papers/10.48550/arXiv.2605.00001":                  "/papers/2605.00001",
		"/papers/hep-th%2F9901001v2":                         "/papers/hep-th/9901001",
		"/papers/HEP-TH/9901001":                             "/papers/hep-th/9901001",
		"/papers/hepth/9901001":                              "/papers/hep-th/9901001",
		"/papers/https://arxiv.org/abs/hep-th/9901001":       "/papers/hep-th/9901001",
		"/papers/DOI:10.1000/XYZ(2026)/3:1":                  "/papers/doi:10.1000/xyz%282026%29/3:1",
		"/papers/https://doi.org/10.1000/xyz(2026)/3:1":      "/papers/doi:10.1000/xyz%282026%29/3:1",

		"/papers/10.1000/xyz(2026)/3:1": "/papers/doi:10.1000/xyz%282026%29/3:1",

		"/tags/":                  "/tags",
		"/papers/2605.00001/?x=1": "/papers/2605.00001?x=1",
		"/papers/trending//":      "/papers/trending",

		"/categories/math.MP": "/categories/math-ph",
		"/categories/cmp-lg":  "/categories/cs.CL",

		"/tags/World%20Models": "/tags/world-models",
		"/tags/World-Models":   "/tags/world-models",
		"/tags/c%2B%2B":        "/tags/c-plus-plus",
		"/tags/C%23":           "/tags/c-sharp",
	} {
		t.Run(path, func(t *testing.T) { v.in(t).get(path).leadsTo(http.StatusMovedPermanently, want) })
	}
}

// TestNamesOfAuthors asks for a name in place of an author's address.
func TestNamesOfAuthors(t *testing.T) {
	v := newSite(t).visitor()
	for name, slug := range map[string]string{"Yann LeCun": "lecun-y", "LeCun, Y.": "lecun-y", "Lecun-Y": "lecun-y", "BERNHARD SCHÖLKOPF": "scholkopf-b",
		"ATLAS Collaboration": "atlas-collaboration", "山田太郎 ": "山田太郎"} {
		t.Run(name, func(t *testing.T) {
			p := v.in(t).get("/authors/" + url.PathEscape(name)).want(http.StatusMovedPermanently)
			for range 2 {
				to, err := url.Parse(p.Header.Get("Location"))
				if err != nil || to.Path != "/authors/"+slug {
					t.Fatalf("leads to %q, not to %s", to, slug)
				}
				if p = v.in(t).get(to.RequestURI()); p.StatusCode == http.StatusOK {
					break
				}
			}
			if len(p.want(http.StatusOK).papers()) == 0 {
				t.Error("leads to no papers")
			}
		})
	}
}

// TestSpellings opens addresses that mean the same page and aren't worth a redirect.
func TestSpellings(t *testing.T) {
	v := newSite(t).visitor()
	for path, canonical := range map[string]string{
		"/tags/%e5%bc%b7%e5%8c%96%e5%ad%a6%e7%bf%92": "/tags/%E5%BC%B7%E5%8C%96%E5%AD%A6%E7%BF%92",
		"/papers/doi:10.1000/xyz(2026)/3:1":          "/papers/doi:10.1000/xyz%282026%29/3:1",
		"/papers/doi%3A10.1000%2Fxyz(2026)%2F3%3A1":  "/papers/doi:10.1000/xyz%282026%29/3:1",
		"/papers/hep-th%2F9901001":                   "/papers/hep-th/9901001",
		"/papers/2605.00001?utm_source=x":            "/papers/2605.00001",
		"/papers/latest?utm_source=x":                "/papers/latest",
		"/papers/date/2026-05-12?sort=votes":         "/papers/date/2026-05-12",
		"/about?x=1":                                 "/about",
		"/tags?utm_source=x":                         "/tags",
		"/?utm_source=x":                             "/papers/date/2026-05-13",
	} {
		t.Run(path, func(t *testing.T) {
			equal(t, "canonical", v.in(t).get(path).want(http.StatusOK).attr("link[rel=canonical]", "href"), siteURL+canonical)
		})
	}
}

// TestNextStaysHere tries to have the sign-in, which goes on to another page, go on to another site.
func TestNextStaysHere(t *testing.T) {
	s := newSite(t)
	n := 0
	for name, tt := range map[string]struct{ next, want string }{
		"a page":                {"/papers/latest?sort=newest", "/papers/latest?sort=newest"},
		"nothing":               {"", "/"},
		"another host":          {"https://evil.example/", "/"},
		"another host, any way": {"//evil.example/", "/"},
		"three slashes":         {"///evil.example/", "/"},
		"backslashes":           {`\\evil.example/`, "/"},
		"slash and backslash":   {`/\evil.example/`, "/"},
		"escaped slash":         {"/%2Fevil.example", "/"},
		"tab":                   {"/\t/evil.example", "/"},
		"newline":               {"/\n/evil.example", "/"},
		"script":                {"javascript:alert(1)", "/"},
		"data":                  {"data:text/html,x", "/"},
		"relative":              {"papers", "/"},
		"host without a scheme": {"evil.example/x", "/"},
		"user and host":         {"//papers.example.org@evil.example/", "/"},
		"header in the address": {"/x\r\nSet-Cookie: a=b", "/"},
		"no address":            {"/%zz", "/"},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.visitor().in(t)
			n++
			v.address = fmt.Sprintf("192.0.2.%d:1", n) // each from another place: tries are counted
			p := v.post("/sign-up", url.Values{"name": {"x" + strings.Map(letters, name)}, "password": {password}, "next": {tt.next}}).want(http.StatusSeeOther)
			got := p.Header.Get("Location")
			if u, err := url.Parse(got); err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(got, "//") {
				t.Errorf("leads away, to %q", got)
			}
			equal(t, "address", got, tt.want)
			form := v.get("/sign-in?" + url.Values{"next": {tt.next}}.Encode())
			equal(t, "address kept in the form", form.attr("main input[name=next]", "value"), tt.want)
		})
	}
}

// letters keeps what a name may be made of.
func letters(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r
	}
	return -1
}
