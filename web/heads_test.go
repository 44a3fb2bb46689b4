package web_test

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"recto/store"
)

// linkedData is the one JSON-LD document of a page.
func (p *page) linkedData() map[string]any {
	p.t.Helper()
	blocks := p.find(`script[type="application/ld+json"]`)
	if blocks.Length() != 1 {
		p.t.Fatalf("%s: %d JSON-LD documents, want one", p.path, blocks.Length())
	}
	text := blocks.Text()
	if strings.ContainsAny(text, "<>&") {
		p.t.Errorf("%s: what could end the element is not escaped: %.300s", p.path, text)
	}
	var thing map[string]any
	if err := json.Unmarshal([]byte(text), &thing); err != nil {
		p.t.Fatalf("%s: %v in %.300s", p.path, err, text)
	}
	equal(p.t, "@context", thing["@context"], any("https://schema.org"))
	return thing
}

// list is a property that is a list of things.
func list(t *testing.T, thing map[string]any, property string) []map[string]any {
	t.Helper()
	var all []map[string]any
	items, _ := thing[property].([]any)
	for _, item := range items {
		one, ok := item.(map[string]any)
		if !ok {
			t.Fatalf("%s holds %v", property, item)
		}
		all = append(all, one)
	}
	return all
}

// TestWhatProgramsReadOfAPaper reads the head of every kind of paper.
func TestWhatProgramsReadOfAPaper(t *testing.T) {
	s := newSite(t)
	published := regexp.MustCompile(`^\d{4}(/\d{2}/\d{2})?$`)
	dated := regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)
	read := 0
	s.each(t, func(t *testing.T, k kind, p *page) {
		if p.find("article.leaf").Length() == 0 {
			equal(t, "citation tags", p.find(`meta[name^="citation_"]`).Length(), 0)
			return
		}
		read++
		address := p.attr("link[rel=canonical]", "href")
		path, err := url.PathUnescape(strings.TrimPrefix(address, siteURL+"/papers/"))
		if err != nil {
			t.Fatal(err)
		}
		paper, err := s.db.Paper(t.Context(), store.PaperID(path))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "og:type", p.attr("meta[property='og:type']", "content"), "article")
		equal(t, "citation_title", p.attr("meta[name=citation_title]", "content") != "", true)
		equal(t, "citation_author tags", p.find("meta[name=citation_author]").Length(), len(paper.Authors))
		if date := p.attr("meta[name=citation_publication_date]", "content"); !published.MatchString(date) {
			t.Errorf("citation_publication_date is %q", date)
		}
		equal(t, "tags for a PDF that is elsewhere", p.find("meta[name=citation_pdf_url]").Length(), 0)
		equal(t, "citation_arxiv_id tags", p.find("meta[name=citation_arxiv_id]").Length(), min(len(paper.ID.ArXiv()), 1))
		equal(t, "empty tags", p.find(`meta[name^="citation_"][content=""]`).Length(), 0)

		article := p.linkedData()
		equal(t, "@type", article["@type"], any("ScholarlyArticle"))
		equal(t, "url", article["url"], any(address))
		equal(t, "name", article["name"], any(p.attr("meta[name=citation_title]", "content")))
		if headline, _ := article["headline"].(string); headline == "" || len([]rune(headline)) > 110 {
			t.Errorf("headline %q", headline)
		}
		if date, _ := article["datePublished"].(string); !dated.MatchString(date) {
			t.Errorf("datePublished %q", date)
		}
		people := list(t, article, "author")
		equal(t, "authors", len(people), len(paper.Authors))
		for i, name := range p.attrs("meta[name=citation_author]", "content") {
			if kind := people[i]["@type"]; people[i]["name"] != name || kind != "Person" && kind != "Organization" {
				t.Fatalf("author %d is %v, not %q", i, people[i], name)
			}
		}
		checkAlternates(t, p, s.visitor().in(t))
	})
	if read < 10 {
		t.Errorf("only %d papers", read)
	}
}

// checkAlternates opens the other forms of a page.
func checkAlternates(t *testing.T, p *page, v *visitor) {
	t.Helper()
	var types []string
	for _, link := range p.find("head link[rel=alternate]").EachIter() {
		kind, href := link.AttrOr("type", ""), link.AttrOr("href", "")
		types = append(types, kind)
		other := v.get(strings.TrimPrefix(href, siteURL)).want(http.StatusOK)
		if got, _, err := mime.ParseMediaType(other.Header.Get("Content-Type")); err != nil || got != kind && !strings.HasSuffix(kind, "+oembed") {
			t.Errorf("%s is %s, not %s", href, got, kind)
		}
		if link.AttrOr("title", "") == "" {
			t.Errorf("%s has no title", href)
		}
	}
	for _, kind := range []string{"text/markdown", "application/json", "application/x-bibtex", "application/x-research-info-systems",
		"application/vnd.citationstyles.csl+json", "text/plain"} {
		if !slices.Contains(types, kind) {
			t.Errorf("no alternate of type %s", kind)
		}
	}
}

// TestWhatProgramsReadOfAList reads the rows of every page with papers.
func TestWhatProgramsReadOfAList(t *testing.T) {
	s := newSite(t)
	read := 0
	s.each(t, func(t *testing.T, k kind, p *page) {
		papers := p.papers()
		equal(t, "rows for Zotero", p.find("article.paper span.Z3988").Length(), len(papers))
		if len(papers) == 0 {
			return
		}
		read++
		equal(t, "og:type", p.attr("meta[property='og:type']", "content"), "website")
		items := p.linkedData()
		equal(t, "@type", items["@type"], any("ItemList"))
		if address, _ := items["url"].(string); !strings.HasPrefix(address, siteURL+"/") {
			t.Errorf("url %q", address)
		}
		links := p.attrs("article.paper h2 a", "href")
		all := list(t, items, "itemListElement")
		equal(t, "items", len(all), len(links))
		for i, item := range all {
			if item["@type"] != "ListItem" || item["url"] != siteURL+links[i] || item["position"] != all[0]["position"].(float64)+float64(i) {
				t.Errorf("item %d is %v, not %s", i, item, links[i])
			}
		}
		for i, title := range p.attrs("span.Z3988", "title") {
			fields, err := url.ParseQuery(title)
			if err != nil || fields.Get("ctx_ver") != "Z39.88-2004" || fields.Get("rft.title")+fields.Get("rft.atitle") == "" {
				t.Errorf("row %d is %q: %v", i, title, err)
			}
		}
	})
	if read < 20 {
		t.Errorf("only %d lists", read)
	}
	second := s.visitor().get("/search?q=paper+words&page=2").want(http.StatusOK)
	equal(t, "first item of the second page", list(t, second.linkedData(), "itemListElement")[0]["position"], any(31.0))
}

// TestMarkupForPrograms reads a hostile source's fields where only programs look.
func TestMarkupForPrograms(t *testing.T) {
	v := newSite(t).visitor()
	paper := v.get("/papers/2605.00002").want(http.StatusOK)
	article := paper.linkedData()
	for name, got := range map[string]any{
		"title": article["name"], "abstract": article["abstract"], "author": list(t, article, "author")[0]["name"],
		"title as citation": paper.attr("meta[name=citation_title]", "content"), "reference": paper.find(".citations pre").Eq(1).Text(),
	} {
		if text, _ := got.(string); !strings.Contains(straight(text), "<script>") {
			t.Errorf("%s is %.200q", name, text)
		}
	}
	row := ""
	for _, title := range v.get("/papers/date/2026-05-13").want(http.StatusOK).attrs("span.Z3988", "title") {
		if fields, err := url.ParseQuery(title); err == nil && strings.Contains(fields.Get("rft.title")+fields.Get("rft.atitle"), "<script>") {
			row = title
		}
	}
	if row == "" {
		t.Error("no row has the markup as text")
	}
}
