package web_test

import (
	"net/http"
	"slices"
	"testing"

	"recto/store"
)

func TestRelated(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	paper := v.get("/papers/2303.04137").want(http.StatusOK)
	equal(t, "nearest on the paper's page", len(paper.attrs(".related a", "href")), 5)
	p := v.get(paper.attr(`.aside a[href$="/related"]`, "href")).want(http.StatusOK)
	equal(t, "way back", p.attr(".lede a", "href"), "/papers/2303.04137")
	equal(t, "its name", p.text(".lede a"), "Diffusion Policy: Visuomotor Policy Learning via Action Diffusion")
	var first []string
	for _, id := range p.papers()[:5] {
		first = append(first, "/papers/"+id)
	}
	if got := paper.attrs(".related a", "href"); !slices.Equal(got, first) {
		t.Errorf("nearest on the paper's page %q, on its own %q", got, first)
	}
	if slices.Contains(p.papers(), "2303.04137") {
		t.Error("the paper is related to itself")
	}
	seen := p.papers()
	for next := p.attrs(".pager a[rel=next]", "href"); len(next) > 0; next = p.attrs(".pager a[rel=next]", "href") {
		p = v.get(next[0]).want(http.StatusOK)
		seen = append(seen, p.papers()...)
	}
	n := len(seen)
	slices.Sort(seen)
	equal(t, "papers that stand twice", n-len(slices.Compact(seen)), 0)

	const path = "/papers/2303.04137/related"
	v.get(path+"?page=11").leadsTo(http.StatusSeeOther, path)
	v.get(path+"?page=99999999999").leadsTo(http.StatusSeeOther, path)
	v.get(path + "?page=0").want(http.StatusBadRequest)
	v.get("/papers/2401.00001/related").want(http.StatusNotFound)
	v.get("/papers/nothing/related/related").want(http.StatusNotFound)
	v.get("/papers/related").want(http.StatusNotFound)
	v.get("/papers/arXiv:2303.04137v1/related").leadsTo(http.StatusMovedPermanently, path)
	v.get("/papers/hep-th/9901001/related").want(http.StatusOK)
	v.get("/papers/doi:10.1000/xyz(2026)/3:1/related").want(http.StatusOK)

	t.Run("a DOI that ends so", func(t *testing.T) {
		odd := store.Paper{ID: "doi:10.1000/close/related", Title: "Closely Related", SubmittedAt: now}
		if err := odd.Clean(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{odd}}); err != nil {
			t.Fatal(err)
		}
		p := v.in(t).get("/papers/doi:10.1000/close/related").want(http.StatusOK)
		equal(t, "heading", p.text("h1"), "Closely Related")
		// It isn't in the index yet.
		equal(t, "papers", len(v.in(t).get("/papers/doi:10.1000/close/related/related").want(http.StatusOK).papers()), 0)
	})
}
