package web_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestOpenSearch(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	link := v.get("/about").find("head link[rel=search]")
	equal(t, "type of the link", link.AttrOr("type", ""), "application/opensearchdescription+xml")
	p := v.get(link.AttrOr("href", "")).want(http.StatusOK)
	equal(t, "content type", p.Header.Get("Content-Type"), "application/opensearchdescription+xml")
	var d struct {
		XMLName     xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName   string
		Description string
		Image       string
		URLs        []struct {
			Type     string `xml:"type,attr"`
			Template string `xml:"template,attr"`
		} `xml:"Url"`
	}
	if err := xml.Unmarshal(p.body, &d); err != nil {
		t.Fatal(err)
	}
	if n := len(d.ShortName); n == 0 || n > 16 || d.Description == "" || len(d.URLs) != 3 {
		t.Errorf("%+v", d)
	}
	v.get(strings.TrimPrefix(d.Image, siteURL)).want(http.StatusOK)
	for _, u := range d.URLs {
		path := strings.ReplaceAll(strings.TrimPrefix(u.Template, siteURL), "{searchTerms}", url.QueryEscape("diffusion policy"))
		if strings.ContainsAny(path, "{}") || !strings.HasPrefix(path, "/") {
			t.Errorf("the template %q", u.Template)
		}
		if got := v.get(path).want(http.StatusOK).Header.Get("Content-Type"); !strings.HasPrefix(got, u.Type) {
			t.Errorf("%s is %s, not %s", path, got, u.Type)
		}
	}
}

func TestOpenSuggestions(t *testing.T) {
	v := newSite(t).visitor()
	ask := func(typed string) (echo string, names, kinds, addresses []string) {
		t.Helper()
		p := v.get("/search/suggest.json?q=" + url.QueryEscape(typed)).want(http.StatusOK)
		if err := json.Unmarshal(p.body, &[]any{&echo, &names, &kinds, &addresses}); err != nil || names == nil || len(names) != len(kinds) || len(names) != len(addresses) {
			t.Fatalf("%s: %v", p.body, err)
		}
		return echo, names, kinds, addresses
	}
	echo, names, kinds, addresses := ask("world mod")
	if echo != "world mod" || len(names) == 0 || names[len(names)-1] != "world models" || !strings.HasPrefix(kinds[len(names)-1], "tag") || addresses[len(names)-1] != siteURL+"/tags/world-models" {
		t.Errorf("%q %q %q %q", echo, names, kinds, addresses)
	}
	for _, address := range addresses {
		v.get(strings.TrimPrefix(address, siteURL)).want(http.StatusOK)
	}
	if _, names, _, _ := ask("title script"); len(names) == 0 || !strings.Contains(names[0], `<script>alert("title")`) {
		t.Errorf("%q", names) // plain text, which the browser shows as such
	}
	if echo, names, _, _ := ask("<b>\x00\""); !strings.HasPrefix(echo, "<b>") || len(names) > 0 {
		t.Errorf("%q %q", echo, names)
	}
	ask("")
}

// TestLLMs follows every address that llms.txt names.
func TestLLMs(t *testing.T) {
	s := newSite(t)
	p := s.visitor().get("/llms.txt").want(http.StatusOK)
	equal(t, "content type", strings.ToLower(p.Header.Get("Content-Type")), "text/plain; charset=utf-8")
	text := string(p.body)
	if !strings.HasPrefix(text, "# Recto\n\n> ") || !strings.Contains(text, fmt.Sprintf("%d papers with abstracts", len(s.catalogue()))) {
		t.Errorf("%.200s", text)
	}
	n := 0
	for _, part := range strings.Split(text, "]("+siteURL)[1:] {
		path, _, _ := strings.Cut(part, ")")
		s.visitor().in(t).get(path).want(http.StatusOK)
		n++
	}
	for _, path := range []string{"/papers/2605.00001.md", "/api/openapi.json"} { // named without a link
		if !strings.Contains(text, path[strings.LastIndexByte(path, '.'):]) {
			t.Errorf("it does not name %s", path)
		}
		s.visitor().in(t).get(path).want(http.StatusOK)
	}
	for _, named := range []string{siteURL + "/mcp (", "HF_ENDPOINT=" + siteURL, "?format=atom"} {
		if !strings.Contains(text, named) {
			t.Errorf("it does not name %s", named)
		}
	}
	if n < 8 {
		t.Errorf("%d links", n)
	}
	if strings.Contains(text, "/export") {
		t.Error("it names a dump that isn't made")
	}
}
