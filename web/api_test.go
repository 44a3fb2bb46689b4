package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"recto/store"
)

// program is a visitor that is no browser: it sends nothing but what it is told to.
func (s *site) program() *visitor {
	v := s.visitor()
	v.headers = map[string]string{}
	return v
}

// json reads an answer.
func (p *page) json(to any) {
	p.t.Helper()
	if kind := p.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "application/problem+json") {
		p.t.Fatalf("%s is %s", p.path, kind)
	}
	if err := json.Unmarshal(p.body, to); err != nil {
		p.t.Fatalf("%s: %v\n%.300s", p.path, err, p.body)
	}
}

// next is the address of the next page.
func (p *page) next() string {
	link := p.Header.Get("Link")
	if link == "" {
		return ""
	}
	address, ok := strings.CutSuffix(link, `>; rel="next"`)
	address, ours := strings.CutPrefix(address, "<"+siteURL)
	if !ok || !ours {
		p.t.Fatalf("%s: Link %q", p.path, link)
	}
	return address
}

type apiListing struct {
	Papers []struct {
		ID    string
		Votes struct{ Total, Source, Readers int }
	}
	Next string
}

func (l apiListing) ids() []string {
	all := []string{}
	for _, p := range l.Papers {
		all = append(all, p.ID)
	}
	return all
}

// walk follows the links to the next page from an address on, and gives all ids.
func walk(v *visitor, path string) []string {
	v.t.Helper()
	var all []string
	for pages := 0; path != ""; pages++ {
		if pages > 200 {
			v.t.Fatal("the pages have no end")
		}
		p := v.get(path).want(http.StatusOK)
		var l apiListing
		p.json(&l)
		all = append(all, l.ids()...)
		if (l.Next == "") != (p.next() == "") || len(l.Papers) == 0 && l.Next != "" {
			v.t.Errorf("%s: next is %q, and the link %q", path, l.Next, p.next())
		}
		path = p.next()
	}
	return all
}

// TestAPIPapers walks through listings: each visits the papers that the store lists, in its order, each once.
func TestAPIPapers(t *testing.T) {
	s := newSite(t)
	day, week := store.DaySpan(busy), store.WeekSpan(busy)
	for query, f := range map[string]store.Filter{
		"order=newest&limit=17":                       {Order: store.Newest},
		"order=trending&limit=50":                     {Order: store.Trending},
		"order=votes&limit=100":                       {Order: store.ByVotes},
		"day=2026-05-12&limit=9":                      {Order: store.ByVotes, Span: &day},
		"day=2026-05-12&order=newest&limit=10":        {Order: store.Newest, Span: &day},
		"week=2026-W20&limit=40":                      {Order: store.ByVotes, Span: &week},
		"tag=World+Models&limit=3":                    {Order: store.Newest, Facet: store.FacetTag, Slug: "world-models"},
		"category=cs.LG&order=votes&limit=7":          {Order: store.ByVotes, Facet: store.FacetCategory, Slug: "cs.LG"},
		"author=lecun-y&limit=5":                      {Order: store.Newest, Facet: store.FacetAuthor, Slug: "lecun-y"},
		"day=2026-05-09":                              {Order: store.ByVotes, Span: &store.Span{From: silent, To: silent}},
		"category=" + url.QueryEscape("math-ph"):      {Order: store.Newest, Facet: store.FacetCategory, Slug: "math-ph"},
		"category=math.MP&limit=1":                    {Order: store.Newest, Facet: store.FacetCategory, Slug: "math-ph"},
		"tag=" + url.QueryEscape("強化学習") + "&limit=2": {Order: store.Newest, Facet: store.FacetTag, Slug: "強化学習"},
	} {
		t.Run(query, func(t *testing.T) {
			var want []string
			f.Limit = store.MaxLimit
			for {
				page, err := s.db.Papers(t.Context(), f)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range page.Papers {
					want = append(want, string(p.ID))
				}
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			if got := walk(s.program().in(t), "/api/v1/papers?"+query); !slices.Equal(got, want) {
				t.Errorf("%d papers %.300q, want %d %.300q", len(got), got, len(want), want)
			}
		})
	}
}

func TestAPIPaper(t *testing.T) {
	s := newSite(t)
	v := s.program()
	for _, spelling := range []string{"2605.00001", "2605.00001v2", "arXiv:2605.00001", "https://arxiv.org/abs/2605.00001", "https%3A%2F%2Farxiv.org%2Fabs%2F2605.00001"} {
		var p struct {
			ID, Title, URL, SubmittedAt, FeaturedOn, DOI string
			Authors                                      []struct{ Name, Affiliation, ORCID string }
			Categories, Tags                             []string
			Versions                                     []struct {
				Number int
				At     string
			}
			Links []struct {
				Kind, URL string
				Stars     int
			}
			Votes struct{ Total, Source, Readers int }
		}
		v.in(t).get("/api/v1/papers/" + spelling).want(http.StatusOK).json(&p)
		equal(t, spelling, p.ID, "2605.00001")
		equal(t, "address", p.URL, siteURL+"/papers/2605.00001")
		equal(t, "votes", p.Votes, struct{ Total, Source, Readers int }{1531, 1530, 1})
		equal(t, "title", p.Title, "Everything a Paper Can Have: A Study of $k$-Means & More")
		equal(t, "first author's ORCID", p.Authors[0].ORCID, "0000-0002-1825-0097")
		equal(t, "versions", len(p.Versions), 3)
		equal(t, "links", len(p.Links), len(store.LinkKinds))
		if !slices.Contains(p.Tags, "world models") || !slices.Contains(p.Tags, "clustering") {
			t.Errorf("tags %q", p.Tags)
		}
	}
	for _, id := range []store.PaperID{oldStyle, published, local} {
		for _, path := range []string{string(id), url.PathEscape(string(id))} {
			var p struct{ ID string }
			v.get("/api/v1/papers/" + path).want(http.StatusOK).json(&p)
			equal(t, path, p.ID, string(id))
			var near apiListing
			v.get("/api/v1/papers/" + path + "/related?limit=3").want(http.StatusOK).json(&near)
			if slices.Contains(near.ids(), string(id)) {
				t.Errorf("%s is near to itself", id)
			}
		}
	}
	var first, second apiListing
	v.get("/api/v1/papers/2605.10001/related?limit=4").want(http.StatusOK).json(&first)
	v.get("/api/v1/papers/2605.10001/related?limit=2&offset=2").want(http.StatusOK).json(&second)
	if len(first.Papers) != 4 || !slices.Equal(first.ids()[2:], second.ids()) {
		t.Errorf("related %q, from the third on %q", first.ids(), second.ids())
	}
}

// TestAPIKeepsMarkup asks for the paper whose every field holds markup: it comes as data.
func TestAPIKeepsMarkup(t *testing.T) {
	v := newSite(t).program()
	var own struct {
		Title, Abstract, Comment string
		Authors                  []struct{ Name string }
	}
	p := v.get("/api/v1/papers/2605.00002").want(http.StatusOK)
	p.json(&own)
	equal(t, "nosniff", p.Header.Get("X-Content-Type-Options"), "nosniff")
	for field, text := range map[string]string{"title": own.Title, "abstract": own.Abstract, "comment": own.Comment, "author": own.Authors[0].Name} {
		if !strings.Contains(text, `<script>alert("`+field+`")</script>`) {
			t.Errorf("%s is %q", field, text)
		}
	}
	text := string(v.get("/papers/2605.00002.md").want(http.StatusOK).body)
	for _, bad := range []string{"<script", "<b ", "<i>", "](", "javascript:alert('licence')//<"} {
		if strings.Contains(strings.ReplaceAll(text, `\<`, ""), bad) {
			t.Errorf("the Markdown holds %s:\n%s", bad, text)
		}
	}
	if !strings.Contains(text, `\<script>alert(`) {
		t.Errorf("the Markdown lost its text:\n%s", text)
	}
}

func TestAPISearch(t *testing.T) {
	s := newSite(t)
	v := s.program()
	type answer struct {
		Query, Corrected string
		Notes            []string
		Total            int
		More             bool
		Hits             []struct {
			Paper struct{ ID string }
			Why   string
		}
		Facets *struct {
			Years, Months, Categories, Tags, Has []struct {
				Name   string
				Papers int
				Query  string
			}
		}
	}
	ask := func(query string) (a answer) {
		t.Helper()
		v.get("/api/v1/search?" + query).want(http.StatusOK).json(&a)
		return a
	}
	if a := ask("q=robot+cat:cs.RO&facets=1"); a.Total != 2 || len(a.Hits) < 2 || a.Facets == nil || len(a.Facets.Years) == 0 || a.Facets.Years[0].Name != "2023" ||
		a.Facets.Years[0].Papers != 2 || len(a.Facets.Months) == 0 || !strings.HasPrefix(a.Facets.Months[0].Name, "2023-") {
		t.Errorf("%+v", a)
	} else if narrowed := ask("q=" + url.QueryEscape(a.Facets.Months[0].Query)); narrowed.Total != a.Facets.Months[0].Papers {
		t.Errorf("%q finds %d papers, not %d", a.Facets.Months[0].Query, narrowed.Total, a.Facets.Months[0].Papers)
	}
	if a := ask("q=difusion+polcy"); a.Corrected != "diffusion policy" || a.Facets != nil {
		t.Errorf("%+v", a)
	}
	if a := ask("q=difusion+polcy&typed=1"); a.Corrected != "" {
		t.Errorf("%+v", a)
	}
	for _, id := range []string{"arXiv:2605.00001v2", "https://arxiv.org/abs/2605.00001"} {
		if a := ask("q=" + url.QueryEscape(id)); a.Total != 1 || len(a.Hits) != 1 || a.Hits[0].Paper.ID != "2605.00001" {
			t.Errorf("%s: %+v", id, a)
		}
	}
	for _, query := range []string{"", "q=", "q=2401.99999", "q=%00%ff", "q=" + strings.Repeat("x", 5000)} {
		if a := ask(query); len(a.Hits) != 0 || a.Total != 0 {
			t.Errorf("%.40s: %+v", query, a)
		}
	}
	var walked []string
	for offset := 0; ; offset += 20 {
		a := ask(fmt.Sprintf("q=paper+words&limit=20&offset=%d", offset))
		for _, h := range a.Hits {
			walked = append(walked, h.Paper.ID)
		}
		if !a.More {
			break
		}
	}
	var followed []string
	for next := "/api/v1/search?q=paper+words&limit=50"; next != ""; {
		p := v.get(next).want(http.StatusOK)
		var a answer
		p.json(&a)
		for _, h := range a.Hits {
			followed = append(followed, h.Paper.ID)
		}
		link := p.Header.Get("Link")
		if (link != "") != a.More {
			t.Fatalf("%s: more is %v, the link %q", next, a.More, link)
		}
		next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"+siteURL), `>; rel="next"`)
	}
	if !slices.Equal(followed, walked) {
		t.Errorf("%d hits by links, %d by offsets", len(followed), len(walked))
	}
	distinct := maps.Collect(func(yield func(string, bool) bool) {
		for _, id := range walked {
			yield(id, true)
		}
	})
	if len(walked) < 100 || len(distinct) != len(walked) {
		t.Errorf("%d hits, %d papers", len(walked), len(distinct))
	}
}

func TestAPIFacets(t *testing.T) {
	s := newSite(t)
	v := s.program()
	type answer struct {
		Items []struct {
			Slug, ID, Name, URL string
			Papers              int
		}
		Next string
	}
	for _, kind := range []struct {
		name  string
		facet store.FacetKind
	}{{"tags", store.FacetTag}, {"authors", store.FacetAuthor}} {
		t.Run(kind.name, func(t *testing.T) {
			v := v.in(t)
			want, err := s.db.FacetsFrom(t.Context(), kind.facet, "", 100_000)
			if err != nil {
				t.Fatal(err)
			}
			var got []store.Facet
			for path := "/api/v1/" + kind.name + "?limit=61"; path != ""; {
				var a answer
				p := v.get(path).want(http.StatusOK)
				p.json(&a)
				for _, i := range a.Items {
					got = append(got, store.Facet{Slug: i.Slug, Name: i.Name, Papers: i.Papers})
				}
				path = p.next()
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d items, want %d", len(got), len(want))
			}
			var most answer
			v.get("/api/v1/" + kind.name + "?order=papers&limit=3").want(http.StatusOK).json(&most)
			if len(most.Items) != 3 || most.Items[0].Papers < most.Items[2].Papers || most.Next != "" {
				t.Fatalf("%+v", most)
			}
			u, err := url.Parse(most.Items[0].URL)
			if err != nil {
				t.Fatal(err)
			}
			v.get(u.RequestURI()).want(http.StatusOK)
		})
	}
	var categories answer
	v.get("/api/v1/categories").want(http.StatusOK).json(&categories)
	counts := map[string]int{}
	for _, c := range categories.Items {
		counts[c.ID] = c.Papers
	}
	known, err := s.db.CategoryCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, n := range known {
		equal(t, "papers of "+id, counts[id], n)
	}
	if _, ok := counts["q-fin.TR"]; !ok {
		t.Error("a category without papers is missing")
	}
}
