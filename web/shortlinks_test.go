package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestShortLinks(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	for path, want := range map[string]string{
		"/p/2605.00001": "/papers/2605.00001", "/p/2605.00001v2": "/papers/2605.00001", "/p/hep-th/9901001": "/papers/hep-th/9901001",
		"/p/2605.00001?utm_source=x": "/papers/2605.00001", "/p/10.1000/xyz(2026)/3:1": "/papers/doi:10.1000/xyz%282026%29/3:1",
		"/p/" + string(local): "/papers/" + string(local), "/p/https://arxiv.org/abs/2605.00001": "/papers/2605.00001",
		"/arxiv.org/abs/2605.00001": "/papers/2605.00001", "/arxiv.org/abs/2605.00001v3": "/papers/2605.00001", "/arxiv.org/pdf/2605.00001": "/papers/2605.00001",
		"/arxiv.org/pdf/2605.00001v2.pdf": "/papers/2605.00001", "/arxiv.org/html/2605.00001v1": "/papers/2605.00001", "/arxiv.org/abs/hep-th/9901001v1": "/papers/hep-th/9901001",
		"/arxiv.org/pdf/hep-th/9901001.pdf": "/papers/hep-th/9901001", "/arxiv.org/abs/2605.00001?context=cs": "/papers/2605.00001",
		"/www.arxiv.org/abs/2605.00001": "/papers/2605.00001", "/export.arxiv.org/abs/2605.00001": "/papers/2605.00001",
		"/https://arxiv.org/abs/2605.00001": "/papers/2605.00001", "/http://export.arxiv.org/pdf/2605.00001v1.pdf": "/papers/2605.00001",
		"/https:/arxiv.org/abs/2605.00001": "/papers/2605.00001", "/https%3A%2F%2Farxiv.org%2Fabs%2F2605.00001": "/papers/2605.00001",
		"/https://huggingface.co/papers/2605.00001": "/papers/2605.00001", "/https://doi.org/10.1000/xyz(2026)/3:1": "/papers/doi:10.1000/xyz%282026%29/3:1",
		"/doi.org/10.1000/xyz(2026)/3:1": "/papers/doi:10.1000/xyz%282026%29/3:1", "/doi.org/10.48550/arXiv.2605.00001": "/papers/2605.00001",
	} {
		t.Run(path, func(t *testing.T) {
			v.in(t).get(path).leadsTo(http.StatusPermanentRedirect, want)
			v.in(t).do(http.MethodHead, path, nil, nil).leadsTo(http.StatusPermanentRedirect, want)
		})
	}
	for path, says := range map[string]string{
		"/p/2401.99999": "recto ingest arxiv --ids 2401.99999", "/arxiv.org/abs/2401.99999v2": "recto ingest arxiv --ids 2401.99999",
		"/https://arxiv.org/pdf/math/0611800": "recto ingest arxiv --ids math/0611800", "/doi.org/10.1000/nothing(b)": "doi:10.1000/nothing(b) isn’t in this catalogue",
		"/https://openreview.net/forum?id=Abc_1-2": "openreview:Abc_1-2 isn’t",
		"/p/nothing/of/the/kind":                   "There is no page at this address", "/arxiv.org/list/cs.LG/recent": "There is no page at this address",
		"/https://evil.example/<script>alert(1)</script>": "There is no page at this address", "/arxiv.org/": "There is no page",
		"/doi.org/10.1000/<script>alert(1)</script>": "There is no page at this address", "/p/": "There is no page",
	} {
		t.Run(path, func(t *testing.T) {
			p := v.in(t).get(path)
			if p.StatusCode == http.StatusMovedPermanently { // without the slash at the end
				p = v.in(t).get(p.Header.Get("Location"))
			}
			p.want(http.StatusNotFound)
			if !strings.Contains(p.text("main"), says) {
				t.Errorf("%q does not say %q", p.text("main"), says)
			}
			equal(t, "robots", p.attr("meta[name=robots]", "content"), "noindex")
			checkNothingInline(t, p)
		})
	}
	program := v.do(http.MethodGet, "/arxiv.org/abs/2401.99999", nil, map[string]string{"Accept": "application/json"}).want(http.StatusNotFound)
	if !strings.HasPrefix(program.Header.Get("Content-Type"), "application/json") {
		t.Errorf("a program gets %s", program.Header.Get("Content-Type"))
	}
}
