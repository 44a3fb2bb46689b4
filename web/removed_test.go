package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/web"
)

// remove takes a paper out as somebody does on the command line, and lets the index follow.
func (s *site) remove(id store.PaperID, reason string) {
	s.t.Helper()
	if _, err := s.db.RemovePaper(s.t.Context(), id, reason); err != nil {
		s.t.Fatal(err)
	}
	if err := s.index.Build(s.t.Context(), nil); err != nil {
		s.t.Fatal(err)
	}
}

// Each address of a removed paper says that it was removed, in the form that was asked for.
func TestAddressesOfRemovedPapers(t *testing.T) {
	s := newSite(t)
	secret := s.token(voter, store.ScopeRead, store.ScopeVote)
	reason := markup("reason")
	s.remove(everything, reason)
	s.remove(local, "")
	s.remove(oldStyle, "Spam.")
	v := s.visitor()
	p := v.get("/papers/2605.00001").want(http.StatusGone)
	equal(t, "heading", p.text("h1"), "Removed")
	text := p.text(".empty")
	if !strings.Contains(text, "This paper was removed from this catalogue on 13 May 2026. Reason: "+reason) {
		t.Errorf("the page says %q", text)
	}
	equal(t, "scripts in the page", p.find(".empty script, .empty b").Length(), 0)
	equal(t, "links to arXiv", strings.Join(p.attrs(`.empty a[rel=noopener]`, "href"), " "), "https://arxiv.org/abs/2605.00001")
	equal(t, "links to the search", p.find(`.empty a[href="/search"]`).Length(), 1)
	equal(t, "robots", p.attr("meta[name=robots]", "content"), "noindex")
	equal(t, "cache", p.Header.Get("Cache-Control"), "private, no-cache")
	if strings.Contains(string(p.body), "Everything a Paper Can Have") {
		t.Error("the page has the title")
	}
	p = v.get("/papers/" + string(local)).want(http.StatusGone)
	equal(t, "links to arXiv of a local paper", p.find(`.empty a[rel=noopener]`).Length(), 0)
	if text := p.text(".empty"); strings.Contains(text, "Reason") {
		t.Errorf("without a reason: %q", text)
	}
	for _, path := range []string{"/papers/2605.00001v2", "/papers/https://arxiv.org/abs/2605.00001", "/papers/2605.00001/related", "/papers/2605.00001/card.png",
		"/papers/2605.00001/badge.svg", "/papers/2605.00001.md", "/papers/2605.00001?format=bibtex", "/papers/hep-th/9901001", "/papers/hep-th/9901001/card.png",
		"/p/2605.00001", "/arxiv.org/abs/2605.00001", "/search?q=2605.00001", "/search?q=2605.00001&format=bibtex"} {
		v.get(path).want(http.StatusGone)
	}
	for accept, start := range map[string]string{"text/markdown": "Removed. This paper was removed", "application/x-bibtex": "Removed. This paper", "application/json": `{"error":"Removed"`} {
		if p := v.do(http.MethodGet, "/papers/2605.00001", nil, map[string]string{"Accept": accept}).want(http.StatusGone); !strings.HasPrefix(string(p.body), start) {
			t.Errorf("%s: %s", accept, p.body)
		}
	}
	s.reader(novice).post("/votes", url.Values{"paper": {string(everything)}, "vote": {"1"}}).want(http.StatusGone)

	program := s.program()
	for _, path := range []string{"/api/v1/papers/2605.00001", "/api/v1/papers/2605.00001/related", "/api/v1/papers/hep-th/9901001"} {
		var problem struct {
			Type, Title, Detail string
			Status              int
		}
		p := program.get(path).want(http.StatusGone)
		p.json(&problem)
		equal(t, path+": type", p.Header.Get("Content-Type"), "application/problem+json")
		equal(t, path+": cache", p.Header.Get("Cache-Control"), "no-store")
		equal(t, path+": title", problem.Title, "Gone")
		equal(t, path+": status", problem.Status, http.StatusGone)
		if !strings.Contains(problem.Detail, "was removed from this catalogue") || strings.Contains(path, "9901001") != strings.HasSuffix(problem.Detail, "Reason: Spam.") {
			t.Errorf("%s: %+v", path, problem)
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		program.do(method, "/api/v1/votes/2605.00001", nil, map[string]string{"Authorization": "Bearer " + secret}).want(http.StatusGone)
	}
	for _, path := range []string{"/api/papers/2605.00001", "/api/arxiv/2605.00001/repos"} {
		if p := program.get(path).want(http.StatusNotFound); strings.TrimSpace(string(p.body)) != `{"error":"Paper not found"}` {
			t.Errorf("%s: %s", path, p.body)
		}
	}
	program.get(oembedOf(siteURL + "/papers/2605.00001")).want(http.StatusNotFound)
	if p := v.message(aCall, nil).want(http.StatusOK); !strings.Contains(string(p.body), "This paper was removed from this catalogue on 13 May 2026.") {
		t.Errorf("a tool says %s", p.body)
	}
}

// Whatever lists papers lists a removed one no more, and counts it no more.
func TestRemovedPapersAreListedNowhere(t *testing.T) {
	s := newSite(t)
	listings := []string{"/", "/papers/date/2026-05-13", "/papers/week/2026-W20", "/papers/month/2026-05", "/papers/trending", "/papers/top/week",
		"/tags/world-models", "/categories/cs.LG?sort=votes", "/authors/lecun-y?sort=votes", "/search?q=everything+paper", "/tags/world-models?format=atom", "/search?q=everything+paper&format=atom",
		"/api/v1/papers?day=2026-05-13", "/api/v1/search?q=everything+paper", "/api/daily_papers?date=2026-05-13", "/sitemap/papers-1.xml"}
	for _, path := range listings {
		if !strings.Contains(string(s.visitor().get(path).want(http.StatusOK).body), "2605.00001") {
			t.Fatalf("%s doesn't have the paper", path)
		}
	}
	counts := func() (inCategory string, inDay int) {
		var day apiListing
		s.program().get("/api/v1/papers?day=2026-05-13&limit=100").json(&day)
		return s.visitor().get("/categories").text(`dt:has(a[href="/categories/math-ph"]) .count`), len(day.Papers)
	}
	inCategory, inDay := counts()
	equal(t, "papers of the category", inCategory, "1 paper")
	s.remove(everything, "")
	v := s.visitor()
	for _, path := range listings {
		if p := v.get(path).want(http.StatusOK); strings.Contains(string(p.body), "2605.00001") {
			t.Errorf("%s has it still", path)
		}
	}
	nowInCategory, nowInDay := counts()
	equal(t, "papers of the category", nowInCategory, "")
	equal(t, "papers of the day", nowInDay, inDay-1)
}

// A digest that was sent goes on to show the rest.
func TestDigestsWithoutRemovedPapers(t *testing.T) {
	const path = "/digest/2026-05-12"
	before := newSite(t).visitor().get(path).want(http.StatusOK).papers()
	s := newSite(t)
	s.remove(store.PaperID(before[1]), "")
	equal(t, "papers", fmt.Sprint(s.visitor().get(path).want(http.StatusOK).papers()), fmt.Sprint(slices.Delete(before, 1, 2)))
}

// A page that is kept and shows a paper goes with the paper.
func TestKeptPagesForgetRemovedPapers(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Cache = 16 << 20 })
	v := s.visitor()
	await := func(what string, happened func() bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !happened(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("waited in vain for " + what)
			}
		}
	}
	shows := func(path string, id store.PaperID) bool {
		return slices.Contains(v.get(path).want(http.StatusOK).papers(), string(id))
	}
	shows("/", everything)
	s.bring(store.Paper{ID: "2605.40001", Title: "Another", FeaturedOn: latest, FeaturedBy: "hf", SourceVotes: 2000})
	await("the cache to follow", func() bool { return shows("/", "2605.40001") })
	pages := []string{"/papers/2605.00001", "/", "/tags/world-models", "/papers/trending"}
	for _, path := range pages {
		v.get(path).want(http.StatusOK)
	}
	s.remove(everything, "")
	await("the paper's page to go", func() bool { return v.get(pages[0]).StatusCode == http.StatusGone })
	for _, path := range pages[1:] {
		await(path+" to show it no more", func() bool { return !shows(path, everything) })
	}
	if _, err := s.db.RestorePaper(t.Context(), everything); err != nil {
		t.Fatal(err)
	}
	v.get(pages[0]).want(http.StatusNotFound)
	s.bring(store.Paper{ID: everything, Title: "Back Again", Tags: []string{"world models"}, FeaturedOn: latest, FeaturedBy: "hf"})
	await("the paper to come back", func() bool { return shows("/", everything) })
	equal(t, "title", v.get(pages[0]).want(http.StatusOK).text("h1"), "Back Again")
	// What was drawn of a paper is not shown for the one that comes in its place.
	s.remove("2605.40001", "")
	if _, err := s.db.RestorePaper(t.Context(), "2605.40001"); err != nil {
		t.Fatal(err)
	}
	s.bring(store.Paper{ID: "2605.40001", Title: "Renamed", FeaturedOn: latest, FeaturedBy: "hf", SourceVotes: 2000})
	await("the new title", func() bool {
		return strings.Contains(v.get("/").text("article.paper:has(input[value='2605.40001'])"), "Renamed")
	})
}

// Harvesters are told of papers that were removed.
func TestOAIDeletedRecords(t *testing.T) {
	s := newSite(t)
	all := len(s.catalogue())
	equal(t, "deletions", s.oai(t, "verb=Identify").Identify.Deleted, "persistent")
	seen := map[store.PaperID]string{}
	records, pages := s.harvestOAI(t, "verb=ListRecords&metadataPrefix=oai_dc", func(page int) {
		if page == 0 { // and one is still to come
			s.remove(everything, "")
			s.remove(published, "")
		}
	})
	for _, r := range records {
		id := idOf(t, r.Header.Identifier)
		seen[id] = r.Header.Status
		if (r.Header.Status == "deleted") != (r.DC == nil) {
			t.Errorf("%s is %q with %.100v", id, r.Header.Status, r.DC)
		}
	}
	equal(t, "papers", len(seen), all)
	equal(t, "pages", pages, 2)
	equal(t, "deleted meanwhile", seen[everything]+" "+seen[published], "deleted deleted")
	s.remove(hostile, "")
	deleted := func(query string) []string {
		var ids []string
		records, _ := s.harvestOAI(t, query, nil)
		for _, r := range records {
			if r.Header.Status == "deleted" {
				ids = append(ids, string(idOf(t, r.Header.Identifier)))
			}
		}
		slices.Sort(ids)
		return ids
	}
	for query, want := range map[string][]string{
		"verb=ListIdentifiers&metadataPrefix=oai_dc":                              {"2605.00001", "2605.00002", string(published)},
		"verb=ListRecords&metadataPrefix=arXiv":                                   {"2605.00001", "2605.00002"},
		"verb=ListRecords&metadataPrefix=oai_dc&set=physics":                      {"2605.00001"},
		"verb=ListIdentifiers&metadataPrefix=oai_dc&set=cs:cs:LG&from=2026-05-13": {"2605.00001", "2605.00002"},
		"verb=ListIdentifiers&metadataPrefix=oai_dc&until=2026-05-13T12:00:00Z":   {"2605.00001", "2605.00002", string(published)},
		"verb=ListIdentifiers&metadataPrefix=oai_dc&set=math&until=2026-05-13":    nil,
	} {
		if got := deleted(query); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	list := s.oai(t, "verb=ListIdentifiers&metadataPrefix=oai_dc").Headers
	equal(t, "size of the list", list.Token.Size, fmt.Sprint(all))
	const one = "verb=GetRecord&identifier=oai:papers.example.org:"
	got := s.oai(t, one+"2605.00001&metadataPrefix=oai_dc").Got
	if got == nil || got.Header.Status != "deleted" || got.DC != nil || got.Header.Datestamp != "2026-05-13T12:00:00Z" ||
		strings.Join(got.Header.Sets, " ") != "cs:cs:LG stat:stat:ML physics:math-ph" {
		t.Errorf("%+v", got)
	}
	if body := s.visitor().get("/oai?" + one + "2605.00001&metadataPrefix=arXiv").body; strings.Contains(string(body), "<metadata") {
		t.Errorf("%s", body)
	}
	if r := s.oai(t, one+url.QueryEscape(string(published))+"&metadataPrefix=arXiv"); r.Error == nil || r.Error.Code != "cannotDisseminateFormat" {
		t.Errorf("%+v", r.Error)
	}
}
