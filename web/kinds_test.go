package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

// kind is one kind of page. Everything that must hold on every page is checked on all of them: in pages_test.go by
// their HTML, in quality_test.go in a browser.
type kind struct {
	name   string
	path   string
	follow string // a selector of a link on that page, which leads to the page that is meant
	status int    // 200 when zero
	reader string // who is signed in
	hidden bool   // from search engines
	huge   bool   // it has thousands of links; axe takes longer for it than an action may take
	form   url.Values
}

var kinds = []kind{
	{name: "front page", path: "/"},
	{name: "day", path: "/papers/date/2026-05-12"},
	{name: "day by newest", path: "/papers/date/2026-05-12?sort=newest"},
	{name: "day, second page", path: "/papers/date/2026-05-12", follow: "a[rel=next].button"},
	{name: "day with few papers", path: "/papers/date/2025-10-01"},
	{name: "day without papers", path: "/papers/date/2026-05-09"},
	{name: "day before all papers", path: "/papers/date/1990-01-01"},
	{name: "day to come", path: "/papers/date/2026-06-01", status: 404, hidden: true},
	{name: "no day", path: "/papers/date/yesterday", status: 404, hidden: true},
	{name: "week", path: "/papers/week/2026-W20"},
	{name: "week without papers", path: "/papers/week/2026-W13"},
	{name: "month", path: "/papers/month/2026-05"},
	{name: "month without papers", path: "/papers/month/2026-02"},
	{name: "trending", path: "/papers/trending"},
	{name: "latest", path: "/papers/latest"},
	{name: "top of the week", path: "/papers/top/week"},
	{name: "top of all time", path: "/papers/top/all"},

	{name: "paper with everything", path: "/papers/2605.00001"},
	{name: "paper with markup", path: "/papers/2605.00002"},
	{name: "paper with maths", path: "/papers/2605.00003"},
	{name: "paper with 60 authors", path: "/papers/2605.00008"},
	{name: "paper with 3,001 authors", path: "/papers/2605.00004", huge: true},
	{name: "paper withdrawn", path: "/papers/2605.00005"},
	{name: "paper in many scripts", path: "/papers/2605.00006"},
	{name: "paper with a title alone", path: "/papers/2605.00007"},
	{name: "paper with an old id", path: "/papers/hep-th/9901001"},
	{name: "paper with a DOI", path: "/papers/doi:10.1000/xyz%282026%29/3:1"},
	{name: "paper with an id of its title", path: "/papers/a-paper-known-by-its-title"},
	{name: "paper that the reader voted for", path: "/papers/2605.00001", reader: voter},

	{name: "related papers", path: "/papers/2605.00001/related", hidden: true},
	{name: "related papers, second page", path: "/papers/2605.10001/related", follow: ".pager a[rel=next]", hidden: true},
	{name: "related papers of one with markup", path: "/papers/2605.00002/related", hidden: true},
	{name: "related papers of one with a DOI", path: "/papers/doi:10.1000/xyz%282026%29/3:1/related", hidden: true},
	{name: "related papers of one with a title alone", path: "/papers/2605.00007/related", hidden: true},

	{name: "tags", path: "/tags"},
	{name: "tags of a letter", path: "/tags?letter=t"},
	{name: "tags of a letter, second page", path: "/tags?letter=t", follow: "a[rel=next]"},
	{name: "tag", path: "/tags/world-models"},
	{name: "tag in Japanese", path: "/tags/%E5%BC%B7%E5%8C%96%E5%AD%A6%E7%BF%92"},
	{name: "categories", path: "/categories"},
	{name: "category", path: "/categories/cs.LG"},
	{name: "category with markup", path: "/papers/2605.00002", follow: `.facts a[href^="/categories/x"]`},
	{name: "category without papers", path: "/categories/q-fin.TR"},
	{name: "author of several names", path: "/authors/lecun-y"},
	{name: "author of several names, one chosen", path: "/authors/lecun-y?name=Y.+LeCun&sort=votes"},
	{name: "author of one name", path: "/authors/lovelace-a"},
	{name: "author with markup", path: "/papers/2605.00002", follow: `.authors a`},

	{name: "search for nothing", path: "/search", hidden: true},
	{name: "search for less than a word", path: "/search?q=ti%3A", hidden: true},
	{name: "search", path: "/search?q=robot+diffusion+policy", hidden: true},
	{name: "search that finds many", path: "/search?q=paper+words", hidden: true},
	{name: "search, second page", path: "/search?q=paper+words", follow: ".pager a[rel=next]", hidden: true},
	{name: "search narrowed and sorted", path: "/search?q=words+cat%3Acs.LG+in%3A2026+sort%3Anew", hidden: true},
	{name: "search by filters alone", path: "/search?q=has%3Acode", hidden: true},
	{name: "search over years", path: "/search?q=paper+OR+robot+OR+strings", hidden: true},
	{name: "search misspelt", path: "/search?q=difusion+polcy", hidden: true},
	{name: "search for a tag", path: "/search?q=world+models", hidden: true},
	{name: "search for maths", path: "/search?q=bounds+claims+Schrodinger+integral", hidden: true},
	{name: "search that finds markup", path: "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%26", hidden: true},
	{name: "search that finds nothing", path: "/search?q=zzzzqx%3Cscript%3E+cat%3Aq-fin.TR", hidden: true},
	{name: "search for a paper that isn't here", path: "/search?q=2401.99999", hidden: true},
	{name: "search for a DOI that isn't here", path: "/search?q=10.1000/nothing%3Cb%3E", hidden: true},
	{name: "search of a reader", path: "/search?q=bounds+claims", reader: voter, hidden: true},
	{name: "about", path: "/about"},
	{name: "API", path: "/api"},
	{name: "export, switched off", path: "/export", status: 404, hidden: true},
	{name: "short link to a paper that isn't here", path: "/arxiv.org/abs/2401.99999", status: 404, hidden: true},
	{name: "short link to a DOI that isn't here", path: "/https://doi.org/10.1000/nothing%28b%29", status: 404, hidden: true},
	{name: "nothing here", path: "/nothing/here", status: 404, hidden: true},
	{name: "paper that isn't here", path: "/papers/2401.00001", status: 404, hidden: true},

	{name: "sign in", path: "/sign-in", hidden: true},
	{name: "sign in to vote", path: "/sign-in?next=%2Fpapers%2Flatest&vote=2605.00001", hidden: true},
	{name: "sign in, wrong", path: "/sign-in", form: url.Values{"name": {noSuch}, "password": {wrong}}, status: 422, hidden: true},
	{name: "sign up", path: "/sign-up", hidden: true},
	{name: "sign up, wrong", path: "/sign-up", form: url.Values{"name": {`"><script>`}, "password": {"short"}}, status: 422, hidden: true},
	{name: "front page of a reader", path: "/", reader: voter},
	{name: "settings", path: "/settings", reader: novice, hidden: true},
	{name: "settings, wrong", path: "/settings", reader: novice, form: url.Values{"password": {wrong}, "new": {"short"}}, status: 422, hidden: true},
	{name: "tokens", path: "/settings/tokens", reader: novice, hidden: true},
	{name: "tokens, wrong", path: "/settings/tokens", reader: novice, form: url.Values{"name": {`"><script>`}}, status: 422, hidden: true},
	{name: "votes", path: "/votes", reader: voter, hidden: true},
	{name: "digests", path: "/digest"},
	{name: "digest", path: "/digest/2026-05-12"},
	{name: "digest that isn't there", path: "/digest/2026-05-13", status: 404, hidden: true},
	{name: "subscribe", path: "/subscribe", hidden: true},
	{name: "subscribe to a search with markup", path: "/subscribe?subject=search&what=%22%3E%3Cscript%3E&when=1", hidden: true},
	{name: "subscribe, wrong", path: "/subscribe", form: url.Values{"address": {"ada@localhost"}}, status: 422, hidden: true},
	{name: "subscribed", path: "/subscribe/asked", hidden: true},
	{name: "digests of a reader without any", path: "/settings/digests", reader: novice, hidden: true},
	{name: "webhooks", path: "/settings/webhooks", reader: voter, hidden: true},
	{name: "webhooks of a reader without any", path: "/settings/webhooks?subject=tag&what=world-models", reader: novice, hidden: true},
	{name: "webhooks, wrong", path: "/settings/webhooks", reader: novice, form: url.Values{"url": {"https://localhost/x"}, "what": {`"><script>`}, "title": {`"><script>`}, "zone": {"Mars"}}, status: 422, hidden: true},
	{name: "votes without one", path: "/votes", reader: novice, hidden: true},
	{name: "bad request", path: "/papers/latest?after=nonsense", status: 400, hidden: true},
	{name: "bad method", path: "/about", form: url.Values{}, status: 405, hidden: true},
}

// each opens every kind of page, with its visitors signed in where they must be, and gives what it opened.
func (s *site) each(t *testing.T, do func(t *testing.T, k kind, p *page)) {
	visitors := map[string]*visitor{"": s.visitor()}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			v := visitors[k.reader]
			if v == nil {
				v = s.reader(k.reader)
				v.get("/") // says welcome, once
				visitors[k.reader] = v
			}
			do(t, k, v.in(t).open(k))
		})
	}
}

func (v *visitor) open(k kind) *page {
	v.t.Helper()
	if k.form != nil {
		return v.post(k.path, k.form).want(k.status)
	}
	path := k.path
	if k.follow != "" {
		links := v.get(path).want(http.StatusOK).find(k.follow)
		if links.Length() == 0 {
			v.t.Fatalf("%s has no %s", path, k.follow)
		}
		path = links.First().AttrOr("href", "")
	}
	return v.get(path).want(max(k.status, http.StatusOK))
}
