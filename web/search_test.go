package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// found searches for a text and wants a page of it.
func (v *visitor) found(text string) *page {
	v.t.Helper()
	return v.get("/search?q=" + url.QueryEscape(text)).want(http.StatusOK)
}

func inner(s *goquery.Selection) string {
	html, _ := s.First().Html()
	return strings.TrimSpace(html)
}

func TestSearchLeadsStraightToAPaper(t *testing.T) {
	v := newSite(t).visitor()
	for query, want := range map[string]string{
		"2605.00001":                            "/papers/2605.00001",
		" arXiv:2605.00001v2 ":                  "/papers/2605.00001",
		"https://arxiv.org/abs/2605.00001":      "/papers/2605.00001",
		"https://arxiv.org/pdf/2605.00001":      "/papers/2605.00001",
		"hep-th/9901001":                        "/papers/hep-th/9901001",
		"10.1000/xyz(2026)/3:1":                 "/papers/doi:10.1000/xyz%282026%29/3:1",
		"https://doi.org/10.1000/xyz(2026)/3:1": "/papers/doi:10.1000/xyz%282026%29/3:1",
		siteURL + "/papers/2605.00001":          "/papers/2605.00001",
	} {
		t.Run(query, func(t *testing.T) {
			v.in(t).get("/search?q="+url.QueryEscape(query)).leadsTo(http.StatusSeeOther, want)
		})
	}
	t.Run("not here", func(t *testing.T) {
		p := v.in(t).found("https://arxiv.org/abs/2401.99999v2")
		equal(t, "link to arXiv", p.attr(`main a[href^="https://arxiv.org"]`, "href"), "https://arxiv.org/abs/2401.99999")
		equal(t, "how to add it", p.text("main code"), "recto ingest arxiv --ids 2401.99999")
		if p := v.in(t).found("10.1000/nothing"); !strings.Contains(p.text("main"), "doi:10.1000/nothing isn’t in this catalogue") {
			t.Errorf("the page says %q", p.text("main"))
		}
	})
}

func TestSearchResults(t *testing.T) {
	p := newSite(t).visitor().found(" diffusion policy ")
	equal(t, "title", p.text("head > title"), "diffusion policy – search · Recto")
	equal(t, "heading", p.text("h1"), "diffusion policy")
	equal(t, "query in the box", p.attr(".search input", "value"), "diffusion policy")
	equal(t, "count", p.text(".count"), "1 paper")
	equal(t, "first paper", p.papers()[0], "2303.04137")
	first := p.find("article.paper").First()
	equal(t, "title, marked", inner(first.Find("h2 a")), "<mark>Diffusion</mark> <mark>Policy</mark>: Visuomotor <mark>Policy</mark> Learning via Action <mark>Diffusion</mark>")
	passage := inner(first.Find(".abstract"))
	if !strings.Contains(passage, "<mark>Diffusion</mark> <mark>Policy</mark>") && !strings.Contains(passage, "<mark>policy</mark> is a conditional denoising <mark>diffusion</mark>") {
		t.Errorf("passage %s", passage)
	}
	if begins, ends := strings.HasPrefix(passage, "…"), strings.HasSuffix(passage, "…"); !begins && !ends || len(passage) > 600 {
		t.Errorf("passage is not cut, or not said to be: %s", passage)
	}
	equal(t, "why the first was found", first.Find(".why").Length(), 0)
	why := p.find(".why").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if !slices.Contains(why, "without “diffusion”") || !slices.Contains(why, "without “policy”") {
		t.Errorf("why others were found: %q", why)
	}
	equal(t, "orders", p.text("nav[aria-label=Order]"), "RelevanceNewestVotes")
	equal(t, "order in force", p.text("nav[aria-label=Order] [aria-current]"), "Relevance")
	equal(t, "named listing", p.text(".said"), "Tag: diffusion policy · 1 paper")
}

// TestNarrowing follows every choice beside some results: it leads to as many papers as it says.
func TestNarrowing(t *testing.T) {
	v := newSite(t).visitor()
	for _, query := range []string{"paper OR robot", "has:code", "paper words in:2026", "robotics", `words cat:"` + hostileCategory + `"`} {
		p := v.found(query)
		links := 0
		p.find(".aside .rows li, .bars li").Each(func(_ int, s *goquery.Selection) {
			link := s.Find("a")
			if link.Length() == 0 { // a month without papers
				return
			}
			name, count := link.Text(), s.Find("span").Text()
			if label, ok := s.Find("[aria-label]").Attr("aria-label"); ok {
				name, count, _ = strings.Cut(label, ": ")
				count = strings.Fields(count)[0]
			}
			links++
			narrowed := v.get(link.AttrOr("href", "")).want(http.StatusOK)
			equal(t, fmt.Sprintf("papers of %q narrowed to %q", query, name), strings.Fields(narrowed.text(".count"))[0], count)
			if narrowed.find("ul[aria-label=Filters] a").Length() == 0 {
				t.Errorf("%q narrowed to %q: no filter can be removed", query, name)
			}
		})
		if links < 3 && query != `words cat:"`+hostileCategory+`"` {
			t.Errorf("%q can be narrowed in %d ways", query, links)
		}
	}
	p := v.found("robot cat:cs.RO has:code")
	equal(t, "filters", p.text("ul[aria-label=Filters]"), "Without cat:cs.RO ×Without has:code ×")
	equal(t, "heading", p.text("h1"), "robot")
	for i, want := range []string{"robot has:code", "robot cat:cs.RO"} {
		less := v.get(p.attrs("ul[aria-label=Filters] a", "href")[i]).want(http.StatusOK)
		equal(t, "query without a filter", less.attr(".search input", "value"), want)
	}
	newest := v.get(v.found("paper words").find("nav[aria-label=Order] a").Eq(1).AttrOr("href", ""))
	equal(t, "query by the newest", newest.attr(".search input", "value"), "paper words sort:new")
	equal(t, "order in force", newest.text("nav[aria-label=Order] [aria-current]"), "Newest")
	if dates := newest.attrs("article time", "datetime"); len(dates) < 20 || !slices.IsSortedFunc(dates, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("newest first: %q", dates)
	}
}

// TestPagesOfASearch turns them to the last one and back.
func TestPagesOfASearch(t *testing.T) {
	v := newSite(t).visitor()
	p := v.found("paper words sort:new")
	total, err := strconv.Atoi(strings.Fields(p.text(".count"))[0])
	if err != nil {
		t.Fatal(err)
	}
	var forth [][]string
	for {
		forth = append(forth, p.papers())
		next := p.attrs(".pager a[rel=next]", "href")
		if len(next) == 0 {
			break
		}
		p = v.get(next[0]).want(http.StatusOK)
		equal(t, "query in the box", p.attr(".search input", "value"), "paper words sort:new")
		if !strings.Contains(p.text(".count"), fmt.Sprintf("page %d", len(forth)+1)) {
			t.Errorf("page %d says %q", len(forth)+1, p.text(".count"))
		}
	}
	all := slices.Concat(forth...)
	equal(t, "papers", len(all), total)
	slices.Sort(all)
	equal(t, "papers, each once", len(slices.Compact(all)), total)
	for at := len(forth) - 2; at >= 0; at-- {
		p = v.get(p.attr(".pager a[rel=prev]", "href")).want(http.StatusOK)
		if !slices.Equal(p.papers(), forth[at]) {
			t.Errorf("page %d is another on the way back", at+1)
		}
	}
	const path = "/search?q=paper+words+sort%3Anew"
	for page, to := range map[string]string{"9": path, "34": path, "35": path, "99999999999": path} {
		v.get(path+"&page="+page).leadsTo(http.StatusSeeOther, to)
	}
	for _, page := range []string{"0", "-1", "x", "1.5", "%00", "99999999999999999999999999"} {
		v.get(path + "&page=" + page).want(http.StatusBadRequest)
	}
	v.get(path + "&page=1").want(http.StatusOK)
}

func TestMisspeltSearch(t *testing.T) {
	v := newSite(t).visitor()
	p := v.found("difusion polcy")
	equal(t, "heading", p.text("h1"), "diffusion policy")
	equal(t, "query in the box", p.attr(".search input", "value"), "difusion polcy")
	equal(t, "first paper", p.papers()[0], "2303.04137")
	equal(t, "what is said", p.text(".said"), "Showing results for diffusion policy. Search instead for difusion polcy.")
	links := p.attrs(".said a", "href")
	corrected := v.get(links[0]).want(http.StatusOK)
	equal(t, "query, corrected", corrected.attr(".search input", "value"), "diffusion policy")
	typed := v.get(links[1]).want(http.StatusOK)
	equal(t, "papers as it was typed", len(typed.papers()), 0)
	if strings.Contains(typed.text("main"), "Showing results for") {
		t.Error("it is corrected all the same")
	}
}

func TestNamedListings(t *testing.T) {
	v := newSite(t).visitor()
	for query, want := range map[string][2]string{
		"world models":       {"Tag: world models", "/tags/world-models"},
		"Robotics":           {"Tag: robotics · 2 papers", "/tags/robotics"},
		"C++":                {"Tag: C++", "/tags/c-plus-plus"},
		"強化学習":               {"Tag: 強化学習", "/tags/%E5%BC%B7%E5%8C%96%E5%AD%A6%E7%BF%92"},
		"cs.LG":              {"Category: cs.LG", "/categories/cs.LG"},
		"ada lovelace":       {"Author: Ada Lovelace", "/authors/lovelace-a?name=Ada+Lovelace"},
		"LeCun, Yann":        {"Author: Yann LeCun", "/authors/lecun-y?name=Yann+LeCun"},
		"y. lecun":           {"Author: Y. LeCun", "/authors/lecun-y?name=Y.+LeCun"},
		"Shuran Song":        {"Author: Shuran Song · 2 papers", "/authors/song-s?name=Shuran+Song"},
		"Bernhard Scholkopf": {"Author: Bernhard Schölkopf", "/authors/scholkopf-b?name=Bernhard+Sch%C3%B6lkopf"},
	} {
		t.Run(query, func(t *testing.T) {
			p := v.in(t).found(query)
			said := p.find(".said li").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(s.Text(), want[0]) })
			if said.Length() != 1 {
				t.Fatalf("said is %q", p.text(".said"))
			}
			path := said.Find("a").AttrOr("href", "")
			equal(t, "address", path, want[1])
			count := said.Text()[strings.LastIndex(said.Text(), "·")+len("· "):]
			if listing := v.in(t).get(path).want(http.StatusOK); listing.text(".count") != "" && listing.text(".dateline .count") != count {
				t.Errorf("%q, but the listing has %q", said.Text(), listing.text(".count"))
			}
		})
	}
	for _, query := range []string{"learning", "Yves LeCun", "world models robots", "cs.LG words", "Alpha Lovelace"} {
		if p := v.found(query); strings.Contains(p.text(".said"), "Author:") || strings.Contains(p.text(".said"), "Category:") {
			t.Errorf("%q: %s", query, p.text(".said"))
		}
	}
}

// TestAnythingCanBeSearchedFor gives the box what no search is.
func TestAnythingCanBeSearchedFor(t *testing.T) {
	v := newSite(t).visitor()
	for name, query := range map[string]string{
		"nothing": "", "blanks": "   ", "nothing known": "zzzzqx", "a quotation mark": `"`, "quotes": `"'` + "`", "parentheses": "((", "closing": "))(",
		"a minus": "-", "minuses": "- - -", "nothing but NOT": "-robot", "a field": "ti:", "fields": "ti:abs:au:cat:", "a colon": ":", "a star": "*",
		"an operator": "OR", "operators": "OR OR AND NOT", "letters": strings.Repeat("a", 5000), "words": strings.Repeat("robot ", 2000),
		"accents": strings.Repeat("é ", 4000), "groups": strings.Repeat("(a OR ", 300), "fields of fields": strings.Repeat("ti:", 500) + "x",
		"NUL": "robot\x00arm", "controls": "\x01\x02\x1b[31m", "lines": "robot\r\narm", "invalid UTF-8": "\xff\xfe robot \xc3", "half a letter": "robot\xe5\xbc",
		"right to left": "\u202erobot", "emoji": "🤖🤖", "SQL": "' OR 1=1 --", "FTS5": `robot* NEAR/2 "`, "TeX": `\frac{$x$`, "percent": "100%", "markup": `"><svg onload=x>`,
		"a range": "in:2026-99..x", "no year": "in:0", "votes": "votes:>99999999999999999999", "an order": "sort:worst", "nothing of a category": "cat:",
	} {
		t.Run(name, func(t *testing.T) {
			for _, more := range []string{"", "&typed=1"} {
				p := v.in(t).get("/search?q=" + url.QueryEscape(query) + more).want(http.StatusOK)
				equal(t, "h1 elements", p.find("h1").Length(), 1)
				if p.text("h1") == "" || len(p.text("main")) < 20 {
					t.Errorf("the page says only %q", p.text("main"))
				}
				if i := strings.IndexFunc(string(p.body), func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == '\uFFFD' && name == "NUL" }); i >= 0 {
					t.Errorf("the page holds %q", p.body[i:min(len(p.body), i+20)])
				}
				checkNothingInline(t, p)
				checkIDs(t, p)
			}
			v.in(t).get("/search/suggest?q=" + url.QueryEscape(query)).want(http.StatusOK)
		})
	}
	if p := v.found(strings.Repeat("robot ", 400)); p.find("ul[aria-label=Notes]").Length() != 1 {
		t.Error("it is not said that the text was too long")
	}
	for _, path := range []string{"/search?q=%ff%00", "/search?q=%zz", "/search?q=a&q=b", "/search?q", "/search?typed=1"} {
		if p := v.get(path); p.StatusCode != http.StatusOK && p.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", path, p.StatusCode)
		}
	}
}

func TestTeXInResults(t *testing.T) {
	v := newSite(t).visitor()
	for query, want := range map[string]struct{ title, abstract string }{
		"Schrodinger":   {"Light <mark>Schrödinger</mark> Bridge", "<em><mark>Schrödinger</mark> Bridges</em>"},
		"light solvers": {"<mark>Light</mark> Schrödinger Bridge", "<b><mark>light</mark> <mark>solvers</mark></b>"},
		"bold claims":   {"<b><mark>bold</mark></b> <mark>claims</mark>", "<math>"},
		"manipulators":  {"Robot Arms that Learn from <i>N</i> Demonstrations", "A <mark>manipulator</mark> imitates"},
	} {
		t.Run(query, func(t *testing.T) {
			first := v.in(t).found(query).find("article.paper").First()
			if title := inner(first.Find("h2 a")); !strings.Contains(plainMaths.ReplaceAllString(title, "<i>$1</i>"), want.title) {
				t.Errorf("title %s", title)
			}
			if abstract := inner(first.Find(".abstract")); !strings.Contains(abstract, want.abstract) {
				t.Errorf("abstract %s", abstract)
			}
		})
	}
}

// plainMaths is a formula of one letter.
var plainMaths = regexp.MustCompile(`<math[^>]*><mi>(\w)</mi></math>`)

// TestVoteOnAResult votes without scripts: the results come back where they were.
func TestVoteOnAResult(t *testing.T) {
	s := newSite(t)
	v := s.reader(voter)
	p := v.found("bounds claims")
	equal(t, "buttons pressed", p.attr(`article[id="p-2605.00003"] .vote`, "aria-pressed"), "true")
	before := s.votes(maths)
	v.from("/search?q=bounds+claims&page=1", "/votes", ballot(maths, "0")).leadsTo(http.StatusSeeOther, "/search?q=bounds+claims&page=1#p-2605.00003")
	equal(t, "votes", s.votes(maths), before-1)
	if again := v.found("bounds claims"); again.attr(`article[id="p-2605.00003"] .vote`, "aria-pressed") != "false" {
		t.Error("the button is pressed still")
	}
}

func TestSuggestions(t *testing.T) {
	v := newSite(t).visitor()
	for typed, want := range map[string]string{
		"diffusion pol": "Diffusion Policy: Visuomotor Policy Learning via Action Diffusion paper",
		"light sch":     "Light Schrödinger Bridge paper",
		"lovel":         "Ada Lovelace author · ",
		"robotics":      "robotics tag · 2 papers",
		"title scri":    `title <script>alert("title")</script>`,
	} {
		t.Run(typed, func(t *testing.T) {
			p := v.in(t).get("/search/suggest?q=" + url.QueryEscape(typed)).want(http.StatusOK)
			equal(t, "content type", p.Header.Get("Content-Type"), "text/html; charset=UTF-8")
			options := p.find("body > a[role=option][aria-selected=false][tabindex='-1']")
			equal(t, "what is no option", p.find("body > *").Length()-options.Length(), 0)
			names := options.Map(func(_ int, s *goquery.Selection) string { return straight(s.Text()) })
			if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, want) }) {
				t.Errorf("suggests %q", names)
			}
			checkIDs(t, p)
			checkNothingInline(t, p)
			for _, href := range p.attrs("a", "href") {
				v.in(t).get(href).want(http.StatusOK)
			}
		})
	}
	for _, typed := range []string{"", "d", " ", "zzzzqx", "ti:"} {
		equal(t, "suggestions for "+typed, len(v.get("/search/suggest?q="+url.QueryEscape(typed)).want(http.StatusOK).attrs("a", "href")), 0)
	}
}
