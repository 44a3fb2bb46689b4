package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// shape is what keys a JSON value has, and of what types; those of all items of a list together.
func shape(value any, at string, all map[string]map[string]bool) {
	note := func(kind string) {
		if all[at] == nil {
			all[at] = map[string]bool{}
		}
		all[at][kind] = true
	}
	switch v := value.(type) {
	case map[string]any:
		note("object")
		for name, field := range v {
			if name != "recto" { // is Recto's own
				shape(field, at+"."+name, all)
			}
		}
	case []any:
		note("list")
		for _, item := range v {
			shape(item, at+"[]", all)
		}
	default:
		note(fmt.Sprintf("%T", v))
	}
}

// always are the keys that every item of a list has.
func always(list []any, inner string) []string {
	var keys []string
	for i, item := range list {
		fields := item.(map[string]any)
		if inner != "" {
			fields = fields[inner].(map[string]any)
		}
		if i == 0 {
			for key := range fields {
				keys = append(keys, key)
			}
		}
		keys = slices.DeleteFunc(keys, func(key string) bool { _, ok := fields[key]; return !ok })
	}
	return keys
}

// TestHFShape compares answers with a recorded one of Hugging Face's (testdata/hf/daily_papers.json, three items recorded in the
// repository all-news-ai): their keys and types.
func TestHFShape(t *testing.T) {
	data, err := os.ReadFile("testdata/hf/daily_papers.json")
	if err != nil {
		t.Fatal(err)
	}
	var theirs, ours []any
	if err := json.Unmarshal(data, &theirs); err != nil {
		t.Fatal(err)
	}
	v := newSite(t).program()
	v.get("/api/daily_papers?date=2026-05-13&limit=100").want(http.StatusOK).json(&ours)
	known, got := map[string]map[string]bool{}, map[string]map[string]bool{}
	shape(theirs, "", known)
	shape(ours, "", got)
	known["[].paper.withdrawnAt"] = map[string]bool{"string": true} // of withdrawn papers, none of which was recorded
	if known["[].mediaUrls[]"] == nil {
		for _, at := range []string{"[].mediaUrls", "[].paper.mediaUrls"} {
			known[at], known[at+"[]"] = map[string]bool{"list": true}, map[string]bool{"string": true}
		}
	}
	for at, kinds := range got {
		for kind := range kinds {
			if !known[at][kind] {
				t.Errorf("%s is of type %s, theirs of %v", at, kind, known[at])
			}
		}
	}
	// What only Hugging Face knows is left out.
	unknown := []string{"submittedBy", "submittedOnDailyBy", "discussionId", "organization"}
	for _, inner := range []string{"", "paper"} {
		has := always(ours, inner)
		for _, key := range always(theirs, inner) {
			if !slices.Contains(has, key) && !slices.Contains(unknown, key) {
				t.Errorf("%s %s is missing", inner, key)
			}
		}
	}
	instant := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`) // huggingface_hub's parse_datetime reads only this
	for _, item := range ours {
		paper := item.(map[string]any)["paper"].(map[string]any)
		for _, at := range []any{item.(map[string]any)["publishedAt"], paper["publishedAt"], paper["submittedOnDailyAt"]} {
			if text, ok := at.(string); !ok || !instant.MatchString(text) {
				t.Errorf("%v: instant %v", paper["id"], at)
			}
		}
	}
}

// hubPaper is what huggingface_hub's PaperInfo makes of an item, by the same rules: a field of the inner paper before the outer
// one, in its order.
type hubPaper struct {
	ID, Title, Summary, Source, ProjectPage, GitHubRepo string
	Authors                                             []string
	PublishedAt, SubmittedAt                            time.Time
	Upvotes, Comments, GitHubStars                      int
}

func hubPaperOf(t *testing.T, item map[string]any) (p hubPaper) {
	t.Helper()
	paper, _ := item["paper"].(map[string]any)
	first := func(places ...any) any {
		for i := 0; i+1 < len(places); i += 2 {
			if v, ok := places[i].(map[string]any)[places[i+1].(string)]; ok && v != nil && v != "" && v != 0.0 {
				return v
			}
		}
		return nil
	}
	text := func(v any) string { s, _ := v.(string); return s }
	number := func(v any) int { n, _ := v.(float64); return int(n) }
	at := func(v any) time.Time {
		parsed, err := time.Parse("2006-01-02T15:04:05.000Z", text(v))
		if err != nil {
			t.Error(err)
		}
		return parsed
	}
	p.ID = text(first(item, "id", paper, "id"))
	for _, a := range first(paper, "authors", item, "authors", map[string]any{"": []any{}}, "").([]any) {
		p.Authors = append(p.Authors, text(a.(map[string]any)["name"]))
	}
	p.PublishedAt = at(first(paper, "publishedAt", item, "publishedAt"))
	p.Title, p.Source = text(item["title"]), text(item["source"])
	p.Summary = text(first(paper, "summary", item, "summary"))
	p.Upvotes, p.Comments = number(first(paper, "upvotes", item, "upvotes")), number(item["numComments"])
	if paper == nil {
		delete(item, "publishedAt") // taken already
	}
	p.SubmittedAt = at(first(item, "publishedAt", item, "submittedOnDailyAt"))
	p.ProjectPage, p.GitHubRepo, p.GitHubStars = text(item["projectPage"]), text(item["githubRepo"]), number(item["githubStars"])
	return p
}

func TestHFPaperInfo(t *testing.T) {
	s := newSite(t)
	v := s.program()
	for _, id := range []store.PaperID{everything, hostile, bare, oldStyle, published, collaboration} {
		want, err := s.db.Paper(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var flat map[string]any
		v.get("/api/papers/" + string(id)).want(http.StatusOK).json(&flat)
		got := hubPaperOf(t, flat)
		if got.ID != string(id) || got.Title != want.Title || got.Summary != want.Abstract || got.Upvotes != want.Votes() || got.Source != want.Source ||
			len(got.Authors) != len(want.Authors) || !got.PublishedAt.Equal(want.ListedAt()) || !got.SubmittedAt.Equal(want.FeaturedOn.Time()) {
			t.Errorf("%+v", got)
		}
	}
	var all map[string]any
	v.get("/api/papers/2605.00001").json(&all)
	equal(t, "project page", hubPaperOf(t, all).ProjectPage, "https://example.org/project?a=1&b=3")
	if _, has := all["githubRepo"]; has {
		t.Error("code elsewhere is taken for GitHub's")
	}
	if recto := all["recto"].(map[string]any); recto["doi"] != "10.1000/everything" || len(recto["links"].([]any)) != len(store.LinkKinds) {
		t.Errorf("beyond: %v", recto)
	}
	var gone map[string]any
	v.get("/api/papers/2605.00005").json(&gone)
	if _, err := time.Parse(time.RFC3339, fmt.Sprint(gone["withdrawnAt"])); err != nil {
		t.Error(err)
	}
}

// TestNoSuchPaper asks for ids that no paper has, and for what is no id.
func TestNoSuchPaper(t *testing.T) {
	v := newSite(t).program()
	for _, id := range []string{"2401.00001", "9999.99999", "2613.00001", "hep-th/9901999", "nonsense", "%3Cscript%3E", "doi:10.1000/none"} {
		for _, path := range []string{"/api/papers/" + id, "/api/arxiv/" + id + "/repos"} {
			var p map[string]string
			v.get(path).want(http.StatusNotFound).json(&p)
			equal(t, path, fmt.Sprint(p), "map[error:Paper not found]")
		}
		var p struct{ Detail string }
		v.get("/api/v1/papers/" + id).want(http.StatusNotFound).json(&p)
		equal(t, "/api/v1/papers/"+id, p.Detail, "Paper not found")
	}
}

// TestHFRepos brings in papers that link to GitHub and Hugging Face.
func TestHFRepos(t *testing.T) {
	s := newSite(t)
	p := store.Paper{ID: "2605.00099", Title: "With repositories", FeaturedOn: latest, Source: "hf", ReadAt: now, Links: []store.Link{
		{Kind: store.LinkCode, URL: "https://gitlab.com/a/b"}, {Kind: store.LinkCode, URL: "https://github.com/a/b", Stars: 7},
		{Kind: store.LinkModel, URL: "https://huggingface.co/org/model-7b"}, {Kind: store.LinkDataset, URL: "https://huggingface.co/datasets/org/data"},
		{Kind: store.LinkDemo, URL: "https://huggingface.co/spaces/org/demo"}, {Kind: store.LinkModel, URL: "https://example.org/org/model"},
		{Kind: store.LinkProject, URL: "https://huggingface.co/blog/org"}, {Kind: store.LinkVideo, URL: "https://example.org/film.mp4"}}}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{p}}); err != nil {
		t.Fatal(err)
	}
	v := s.program()
	type repo struct{ ID, Author, RepoType string }
	var lists struct{ Models, Datasets, Spaces []repo }
	v.get("/api/arxiv/2605.00099/repos").want(http.StatusOK).json(&lists)
	for what, got := range map[string][]repo{"org/model-7b model": lists.Models, "org/data dataset": lists.Datasets, "org/demo space": lists.Spaces} {
		if len(got) != 1 || got[0].ID+" "+got[0].RepoType != what || got[0].Author != "org" {
			t.Errorf("%s: %+v", what, got)
		}
	}
	var info struct {
		GitHubRepo, GitHubRepoAddedBy string
		GitHubStars, NumTotalModels   int
		MediaURLs                     []string
		LinkedModels                  []repo
	}
	v.get("/api/papers/2605.00099").want(http.StatusOK).json(&info)
	if info.GitHubRepo != "https://github.com/a/b" || info.GitHubRepoAddedBy != "auto" || info.GitHubStars != 7 || info.NumTotalModels != 1 ||
		!slices.Equal(info.LinkedModels, lists.Models) || !slices.Equal(info.MediaURLs, []string{"https://example.org/film.mp4"}) {
		t.Errorf("%+v", info)
	}
	v.get("/api/arxiv/2605.00007/repos").want(http.StatusOK).json(&lists)
	if lists.Models == nil || len(lists.Models)+len(lists.Datasets)+len(lists.Spaces) != 0 {
		t.Errorf("%+v", lists)
	}
}

// TestHFPages walks through what comes in pages: each visits every paper once.
func TestHFPages(t *testing.T) {
	s := newSite(t)
	all, err := s.db.PaperCount(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/api/daily_papers?date=2026-05-12&limit=20": papered, "/api/daily_papers?date=2026-05-12": papered, "/api/daily_papers?week=2026-W20&limit=100": papered + 6 + 2 + 8,
		"/api/daily_papers?month=2026-05&limit=33": -1, "/api/daily_papers?limit=41": all, "/api/daily_papers?sort=trending&limit=100": all,
		"/api/daily_papers?date=2026-05-12&sort=publishedAt&limit=50": papered, "/api/papers?limit=37": all, "/api/papers/search?limit=120": all,
		"/api/daily_papers?date=2026-05-09": 0, "/api/daily_papers?date=2030-01-01": 0, "/api/daily_papers?submitter=akhaliq": 0, "/api/daily_papers?p=1000000": 0,
	} {
		t.Run(path, func(t *testing.T) {
			v := s.program().in(t)
			seen := map[string]bool{}
			var votes []int
			for at := path; at != ""; {
				p := v.get(at).want(http.StatusOK)
				var items []struct {
					ID    string
					Paper struct {
						ID      string
						Upvotes int
					}
				}
				p.json(&items)
				for _, item := range items {
					id := item.ID + item.Paper.ID
					if seen[id] || id == "" {
						t.Fatalf("%q comes again", id)
					}
					seen[id] = true
					votes = append(votes, item.Paper.Upvotes)
				}
				at = p.next()
			}
			if want >= 0 {
				equal(t, "papers", len(seen), want)
			} else if len(seen) < papered {
				t.Errorf("%d papers", len(seen))
			}
			if strings.Contains(path, "date=") && !strings.Contains(path, "sort=") && !slices.IsSortedFunc(votes, func(a, b int) int { return b - a }) {
				t.Errorf("votes %v", votes)
			}
		})
	}
	var found []struct{ Paper struct{ ID string } }
	s.program().get("/api/papers/search?q=diffusion+policy&limit=3").want(http.StatusOK).json(&found)
	if len(found) == 0 || len(found) > 3 || found[0].Paper.ID != "2303.04137" {
		t.Errorf("found %+v", found)
	}
}

// TestPaperAsMarkdown asks for a paper's text in both ways.
func TestPaperAsMarkdown(t *testing.T) {
	s, _ := serve(t) // keeps pages: these must not take the text's place
	v := s.program()
	for _, id := range []store.PaperID{everything, maths, oldStyle, published, local, bare} {
		path := "/papers/" + string(id)
		page := v.do(http.MethodGet, path, nil, map[string]string{"Accept": "text/html"}).want(http.StatusOK)
		p := v.get(path + ".md").want(http.StatusOK)
		equal(t, path+": kind", p.Header.Get("Content-Type"), "text/markdown; charset=utf-8")
		if !strings.HasPrefix(string(p.body), "# ") || strings.Contains(string(p.body), "<html") {
			t.Errorf("%s: %.200s", path, p.body)
		}
		for _, accept := range []string{"text/markdown", "text/markdown, text/html, */*", "text/html;q=0.8, text/markdown;q=0.9", "Text/Markdown;q=1, */*;q=0.1"} {
			same := v.do(http.MethodGet, path, nil, map[string]string{"Accept": accept}).want(http.StatusOK)
			equal(t, path+" as "+accept, string(same.body), string(p.body))
			if !strings.Contains(strings.Join(same.Header.Values("Vary"), ","), "Accept") {
				t.Errorf("Vary %q", same.Header.Values("Vary"))
			}
		}
		for _, accept := range []string{"", "*/*", "text/html, text/markdown;q=0.9", "text/markdown;q=0", "text/markdown;q=x"} {
			other := v.do(http.MethodGet, path, nil, map[string]string{"Accept": accept})
			if kind := other.Header.Get("Content-Type"); other.StatusCode == http.StatusOK && !strings.HasPrefix(kind, "text/html") {
				t.Errorf("%s as %q is %s", path, accept, kind)
			}
		}
		if page.find("h1").Length() != 1 {
			t.Errorf("%s: no page", path)
		}
	}
	text := string(v.get("/papers/2605.00001.md").body)
	for _, part := range []string{"# Everything a Paper Can Have", "Yann LeCun, Ada Lovelace", "- Votes: 1531\n", "- Journal: J. Test. 12 (2026) 34\n", "\n## Abstract\n\nFirst paragraph", "\n\nSecond paragraph"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	v.get("/papers/arXiv:2605.00001v2.md").leadsTo(http.StatusMovedPermanently, "/papers/2605.00001.md")
	v.get("/papers/2401.00001.md").want(http.StatusNotFound)
}
