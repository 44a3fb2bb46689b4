package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"recto/web"
)

func TestEveryKindOfPage(t *testing.T) {
	newSite(t).each(t, func(t *testing.T, k kind, p *page) {
		equal(t, "content type", p.Header.Get("Content-Type"), "text/html; charset=UTF-8")
		equal(t, "h1 elements", p.find("h1").Length(), 1)
		if p.text("h1") == "" || p.attr("html", "lang") != "en" || !strings.HasSuffix(p.text("head > title"), "Recto") {
			t.Errorf("title %q, h1 %q", p.text("head > title"), p.text("h1"))
		}
		for _, landmark := range []string{"body > header", "body > header nav", "body > main#main", "main", "body > footer", "form[role=search]"} {
			equal(t, landmark+" elements", p.find(landmark).Length(), 1)
		}
		equal(t, "first element of the body", p.find("body > :first-child").AttrOr("href", ""), "#main")
		checkHead(t, k, p)
		checkNothingInline(t, p)
		checkIDs(t, p)
		p.find("article.paper").Each(func(_ int, s *goquery.Selection) {
			if name := p.find("#" + cssID(s.AttrOr("aria-labelledby", "none"))); strings.TrimSpace(name.Text()) == "" {
				t.Errorf("the paper %s has no name", s.AttrOr("id", ""))
			}
		})
		equal(t, "buttons outside of forms", p.find("button").Length()-p.find("form button").Length(), 0)
		p.find("form").Each(func(_ int, s *goquery.Selection) {
			if m := s.AttrOr("method", "get"); m != "post" && m != "dialog" && s.AttrOr("role", "") != "search" {
				t.Errorf("a form is sent by %s", m)
			}
		})
	})
}

func cssID(id string) string { return strings.NewReplacer(".", `\.`, ":", `\:`).Replace(id) }

// checkHead checks what other programs read: the page's one address, or that it has none.
func checkHead(t *testing.T, k kind, p *page) {
	t.Helper()
	canonical := p.attrs("link[rel=canonical]", "href")
	noindex := strings.Contains(strings.Join(p.attrs("meta[name=robots]", "content"), " "), "noindex")
	equal(t, "hidden from search engines", noindex, k.hidden)
	if k.hidden {
		equal(t, "canonical addresses", len(canonical), 0)
		return
	}
	if len(canonical) != 1 || !strings.HasPrefix(canonical[0], siteURL+"/") {
		t.Fatalf("canonical addresses %q", canonical)
	}
	equal(t, "og:url", p.attr("meta[property='og:url']", "content"), canonical[0])
	equal(t, "og:title", p.attr("meta[property='og:title']", "content")+" · Recto", p.text("head > title"))
	described := p.find("meta[name=description]").Length() == 1 && p.attr("meta[name=description]", "content") != ""
	if bare := p.find("article.leaf").Length() == 1 && p.find(".full").Length() == 0; !described && !bare {
		t.Error("no description")
	}
}

// checkNothingInline checks that nothing on the page would break its content security policy or ask another host.
func checkNothingInline(t *testing.T, p *page) {
	t.Helper()
	for _, banned := range []string{"style", "script:not([src]):not([type='application/ld+json'])", "[style]", "iframe", "object", "embed", "base", "meta[http-equiv]",
		`[href^="javascript:"]`, `[src^="javascript:"]`, `[src^="data:"]`} {
		if n := p.find(banned).Length(); n > 0 {
			html, _ := goquery.OuterHtml(p.find(banned).First())
			t.Errorf("%d of %s: %.200s", n, banned, html)
		}
	}
	p.find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "hx-on" || strings.HasPrefix(a.Key, "hx-on:") {
				t.Errorf("<%s %s=%q>", s.Nodes[0].Data, a.Key, a.Val)
			}
		}
	})
	for _, loaded := range slices.Concat(p.attrs("script[src], img, source, video, audio", "src"), p.attrs("head link:not([rel=canonical]):not([rel=alternate]):not([rel=search])", "href")) {
		if !strings.HasPrefix(loaded, "/static/") {
			t.Errorf("loads %q", loaded)
		}
	}
}

// checkIDs checks that ids are unique and that what is referred to by id is there.
func checkIDs(t *testing.T, p *page) {
	t.Helper()
	seen := map[string]bool{}
	for _, id := range p.attrs("[id]", "id") {
		if id == "" || seen[id] || strings.ContainsAny(id, " \t") {
			t.Errorf("the id %q stands twice, or is none", id)
		}
		seen[id] = true
	}
	for _, name := range []string{"for", "aria-labelledby", "aria-describedby"} {
		for _, id := range p.attrs("["+name+"]", name) {
			if !seen[id] {
				t.Errorf("%s=%q refers to nothing", name, id)
			}
		}
	}
	for _, href := range p.attrs(`a[href^="#"]`, "href") {
		if !seen[href[1:]] {
			t.Errorf("%s leads nowhere", href)
		}
	}
}

// TestLinksLeadSomewhere opens every address of the site that stands on any kind of page, and every canonical address.
func TestLinksLeadSomewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages: without the race detector alone")
	}
	s := newSite(t)
	found := map[string]string{} // address → a page that it stands on
	canonical := map[string]string{}
	s.each(t, func(t *testing.T, k kind, p *page) {
		for _, href := range p.attrs("a[href], link[href]", "href") {
			href = strings.TrimPrefix(href, siteURL)
			u, err := url.Parse(href)
			if err != nil {
				t.Errorf("%q: %v", href, err)
				continue
			}
			switch {
			case u.IsAbs() || strings.HasPrefix(href, "#"):
			case !strings.HasPrefix(href, "/") || strings.HasPrefix(href, "//"):
				t.Errorf("the address %q is neither of this site nor whole", href)
			case strings.HasPrefix(u.Path, "/tags/topic-1"), k.huge && strings.HasPrefix(u.Path, "/authors/member"):
				// hundreds like those that are opened
			case u.Path != "/votes" && !strings.HasPrefix(u.Path, "/settings"):
				found[u.RequestURI()] = k.name
			}
		}
		for _, href := range p.attrs("link[rel=canonical]", "href") {
			canonical[strings.TrimPrefix(href, siteURL)] = k.name
		}
	})
	if len(found) < 300 {
		t.Errorf("only %d links on all pages", len(found))
	}
	v := s.visitor()
	for _, path := range slices.Sorted(maps.Keys(found)) {
		if p := v.get(path); p.StatusCode >= 300 {
			t.Errorf("%s, on the page %q: %d %s", path, found[path], p.StatusCode, p.Header.Get("Location"))
		}
	}
	for path, name := range canonical {
		p := v.get(path).want(http.StatusOK)
		if got := p.attr("link[rel=canonical]", "href"); got != siteURL+path {
			t.Errorf("the canonical address of %q is %s, and of that one %s", name, path, got)
		}
	}
}

// TestMarkupIsShownAsText reads the pages on which a hostile source's fields stand.
func TestMarkupIsShownAsText(t *testing.T) {
	v := newSite(t).visitor()
	paper := v.get("/papers/2605.00002").want(http.StatusOK)
	listing := v.get("/papers/latest").want(http.StatusOK)
	category := v.get(paper.find(`.facts a[href^="/categories/x"]`).AttrOr("href", "")).want(http.StatusOK)
	author := v.get(paper.find(`.authors a`).AttrOr("href", "")).want(http.StatusOK)
	tag := v.get(paper.find(`.facts a[href^="/tags/"]`).First().AttrOr("href", "")).want(http.StatusOK)
	all := v.get("/categories").want(http.StatusOK)
	search := v.get("/search?q=" + url.QueryEscape(markup("query"))).want(http.StatusOK)
	misspelt := v.get("/search?q=" + url.QueryEscape("difusion polcy "+markup("query"))).want(http.StatusOK)
	nothing := v.get("/search?q=" + url.QueryEscape("zzzzqx<script>alert(1) cat:q-fin.TR")).want(http.StatusOK)
	related := v.get("/papers/2605.00002/related").want(http.StatusOK)
	signUp := v.post("/sign-up", url.Values{"name": {markup("name")}, "password": {password}, "next": {"/" + markup("next")}}).want(http.StatusUnprocessableEntity)
	noDay := v.get("/papers/date/" + url.PathEscape(markup("d"))).want(http.StatusNotFound)

	tests := map[string]struct {
		page     *page
		selector string
		want     string
	}{
		"title":                    {paper, "h1", `title <script>alert("title")</script> &`},
		"title in the document":    {paper, "head > title", `title <script>alert("title")</script> &`},
		"title in a listing":       {listing, "h2", `title <script>alert("title")</script> &`},
		"abstract":                 {paper, ".full", `abstract <script>alert("abstract")</script> &`},
		"abstract in a listing":    {listing, ".abstract", `abstract <script>alert("abstract")</script> &`},
		"author":                   {paper, ".authors", `author <script>`},
		"author in a listing":      {listing, ".byline", `author <script>`},
		"author's own page":        {author, "h1", `author <script>`},
		"affiliation":              {paper, ".details", `affiliation <script>`},
		"category":                 {paper, ".facts", hostileCategory},
		"category's own page":      {category, "h1", hostileCategory},
		"category among all":       {all, "main", hostileCategory},
		"tag":                      {paper, ".facts", `tag <script>alert("tag")</script> & <b`},
		"tag's own page":           {tag, "h1", `tag <script>alert("tag")</script> & <b`},
		"comment":                  {paper, ".details", `comment <script>`},
		"journal":                  {paper, ".details", `journal <script>`},
		"DOI":                      {paper, ".details", `doi <script>alert("doi")`},
		"licence":                  {paper, ".details", `javascript:alert('licence')//<script>`},
		"source":                   {paper, ".details", `source <script>alert("source")`},
		"who featured it":          {paper, "article", `featurer <script>alert("featurer")`},
		"link's label":             {paper, ".aside", `label <script>alert("label")`},
		"words that were searched": {search, "h1", `query <script>alert("query")`},
		"title that was found":     {search, "article.paper h2", `title <script>alert("title")</script> &`},
		"abstract that was found":  {search, ".abstract", `abstract <script>alert("abstract")</script> &`},
		"words that are corrected": {misspelt, "main", `query <script>alert("query")`},
		"words that find nothing":  {nothing, "main", `zzzzqx<script>alert(1)`},
		"paper with related ones":  {related, ".lede", `title <script>alert("title")</script> &`},
		"day that was asked for":   {noDay, "main", `d <script>alert("d")`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.page.text(tt.selector); !strings.Contains(straight(got), tt.want) {
				t.Errorf("%s holds %.300q, not %q", tt.selector, got, tt.want)
			}
			equal(t, "injected elements", tt.page.find("[onclick], body script").Length(), 0)
			checkNothingInline(t, tt.page)
		})
	}
	t.Run("fields of a form", func(t *testing.T) {
		equal(t, "name", signUp.attr("input[name=name]", "value"), markup("name"))
		checkNothingInline(t, signUp)
	})
	t.Run("what programs read", func(t *testing.T) {
		for _, selector := range []string{"meta[name=citation_title]", "meta[name=citation_author]", "meta[name=citation_abstract]", "meta[property='og:title']", "meta[name=description]"} {
			if got := paper.attr(selector, "content"); !strings.Contains(straight(got), "<script>alert(") {
				t.Errorf("%s is %q", selector, got)
			}
		}
		equal(t, "the link", paper.attrs(`.aside a[href*="example.org"]`, "href")[0], `https://example.org/?q=%3Cscript%3E&%22'`)
	})
}

// straight undoes the typography of quotation marks.
func straight(s string) string {
	return strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'").Replace(s)
}

// TestEveryRouteIsRequested finds the route of each request that this package's tests make of it: a route that is new
// needs a kind of page in kinds_test.go or an entry here.
func TestEveryRouteIsRequested(t *testing.T) {
	e := web.Routes()
	// These are asked for by the tests named.
	requests := map[string]string{
		"GET /healthz": "TestHealth", "GET /robots.txt": "TestRobots", "GET /sitemap.xml": "TestSitemap", "GET /sitemap/listings.xml": "TestSitemap", "GET /llms.txt": "TestLLMs",
		"GET /opensearch.xml": "TestOpenSearch", "GET /search/suggest.json": "TestOpenSuggestions", "GET /oai": "TestOAIHarvest", "POST /oai": "TestOAIIdentify",
		"GET /export/latest": "TestDumps", "GET /p/2605.00001": "TestShortLinks", "GET /www.arxiv.org/abs/2605.00001": "TestShortLinks",
		"GET /export.arxiv.org/abs/2605.00001": "TestShortLinks", "GET /doi.org/10.1000/x": "TestShortLinks", "GET /http://arxiv.org/abs/2605.00001": "TestShortLinks",
		"GET /favicon.ico": "TestStatic", "GET /static/recto.css": "TestStatic",
		"GET /search/suggest": "TestSuggestions",
		"GET /papers":         "TestRedirects", "GET /papers/top": "TestRedirects",
		"POST /sign-in": "TestSignIn", "POST /sign-up": "TestSignUp", "POST /sign-out": "TestSignOut", "POST /settings": "TestPassword",
		"POST /votes": "TestVote", "POST /theme": "TestTheme",
		"GET /subscribe/confirm/x": "TestSubscribingStory", "POST /subscribe/confirm/x": "TestSubscribingStory", "GET /subscribe/manage/x": "TestSubscribingStory",
		"POST /subscribe/manage/x": "TestSubscribingStory", "GET /subscribe/stop/x": "TestSubscribingStory", "POST /subscribe/stop/x": "TestSubscribingStory",
		"GET /digest/preview":            "TestPreview",
		"POST /settings/webhooks/2/test": "TestLifeOfAWebhook", "POST /settings/webhooks/2/change": "TestLifeOfAWebhook", "POST /settings/webhooks/2/secret": "TestWebhookOfAProgram",
		"POST /settings/webhooks/2/remove": "TestLifeOfAWebhook", "POST /settings/webhooks/2/resume": "TestLifeOfAWebhook",
		"POST /settings/tokens": "TestLifeOfAToken", "POST /settings/tokens/revoke": "TestLifeOfAToken", "POST /settings/tokens/feed": "TestFeedOfVotes",
		"GET /api/openapi.json": "TestAPIRoutesAreDocumented", "PUT /api/v1/votes/2605.00003": "TestAPIVotes", "DELETE /api/v1/votes/2605.00003": "TestAPIVotes",
		"GET /card.png": "TestPictures", "GET /oembed": "TestOEmbed", "POST /mcp": "TestMCP", "OPTIONS /mcp": "TestMCPFromPages",
	}
	for _, k := range kinds {
		method := http.MethodGet
		if k.form != nil {
			method = http.MethodPost
		}
		u, err := url.Parse(k.path)
		if err != nil {
			t.Fatal(err)
		}
		requests[method+" "+u.Path] = "TestEveryKindOfPage"
	}
	for _, addresses := range asked {
		for _, address := range addresses {
			path, _, _ := strings.Cut(address, "?")
			requests["GET "+path] = "TestAPIAnswersAreDocumented"
		}
	}
	reached := map[string]bool{}
	for request := range requests {
		method, path, _ := strings.Cut(request, " ")
		c := e.NewContext(nil, nil)
		e.Router().Find(method, path, c)
		reached[method+" "+c.Path()] = true
		if method == http.MethodGet {
			reached["HEAD "+c.Path()] = true // TestHead asks for them
		}
	}
	for _, r := range e.Routes() {
		if r.Method != echo.RouteNotFound && !reached[r.Method+" "+r.Path] {
			t.Errorf("no test requests %s %s", r.Method, r.Path)
		}
	}
}

func TestHead(t *testing.T) {
	s := newSite(t)
	get, head := s.visitor(), s.visitor()
	for _, k := range kinds {
		if k.form != nil || k.reader != "" {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			want := get.in(t).get(k.path)
			got := head.in(t).do(http.MethodHead, k.path, nil, nil)
			equal(t, "status", got.StatusCode, want.StatusCode)
			equal(t, "content type", got.Header.Get("Content-Type"), want.Header.Get("Content-Type"))
		})
	}
}
