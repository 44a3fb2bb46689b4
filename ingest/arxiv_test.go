package ingest

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// arXiv runs arXiv's source against a handler and says which queries came.
func arXiv(t *testing.T, o ArXivOptions, db *memory, handler http.HandlerFunc) (queries []url.Values, tally store.Tally, err error) {
	t.Helper()
	var c *clock
	o.Base, o.fetcher, c = serve(t, func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.Query())
		handler(w, r)
	})
	o.Now = testNow
	src, err := ArXiv(o)
	if err != nil {
		t.Fatal(err)
	}
	tally, err = Run(t.Context(), db, src, Options{Now: testNow})
	if c.at.Sub(testTime) < time.Duration(len(queries)-1)*arXivEvery {
		t.Errorf("%d requests in %s", len(queries), c.at.Sub(testTime))
	}
	return queries, tally, err
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile("testdata/arxiv/" + name + ".xml")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestArXivIDs(t *testing.T) {
	for _, tt := range []struct {
		name    string
		ids     []string
		steps   []http.HandlerFunc
		asked   []string
		papers  int
		rejects map[string]string
	}{
		{"one of two is there", []string{"0808.0539", "arXiv:1707.08567v1"}, []http.HandlerFunc{say(200, recorded(t, "one-of-two-ids"))},
			[]string{"0808.0539,1707.08567"}, 1, map[string]string{"0808.0539": "arXiv has no paper with this id"}},
		{"an old id", []string{"https://arxiv.org/abs/astro-ph/0601001"}, []http.HandlerFunc{say(200, recorded(t, "old-id-affiliations"))},
			[]string{"astro-ph/0601001"}, 1, nil},
		{"none is there", []string{"0707.0001"}, []http.HandlerFunc{say(200, recorded(t, "empty"))},
			[]string{"0707.0001"}, 0, map[string]string{"0707.0001": "arXiv has no paper with this id"}},
		{"no arXiv id at all", []string{"abc def", "doi:10.1000/x"}, nil, nil, 0,
			map[string]string{"abc def": `"abc def" is not an arXiv id`, "doi:10.1000/x": `"doi:10.1000/x" is not an arXiv id`}},
		{"one that arXiv dislikes", []string{"0808.0539", "1707.08567"},
			[]http.HandlerFunc{say(400, recorded(t, "bad-id")), say(200, recorded(t, "bad-id")), say(200, recorded(t, "one-of-two-ids"))},
			[]string{"0808.0539,1707.08567", "0808.0539", "1707.08567"}, 1,
			map[string]string{"0808.0539": "arXiv says: incorrect id format for abc"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := new(memory)
			queries, tally, err := arXiv(t, ArXivOptions{IDs: tt.ids}, m, script(append(tt.steps, say(500, ""))...))
			if err != nil || tally.New != tt.papers || len(m.rejects) != len(tt.rejects) || len(queries) != len(tt.asked) {
				t.Fatal(err, tally, m.rejects, queries)
			}
			for i, q := range queries {
				if q.Get("id_list") != tt.asked[i] {
					t.Errorf("asked for %s, want %s", q.Get("id_list"), tt.asked[i])
				}
			}
			for _, r := range m.rejects {
				if r.Reason != tt.rejects[r.PaperID] {
					t.Errorf("%s: %s", r.PaperID, r.Reason)
				}
			}
		})
	}
}

func TestArXivReplaysRecordedPages(t *testing.T) {
	m := new(memory)
	queries, tally, err := arXiv(t, ArXivOptions{Search: "testing", Max: 20, page: 10}, m, script(
		say(200, recorded(t, "testing-0-10")), say(503, "", "Retry-After", "40"), breakOff, say(200, recorded(t, "testing-10-10")), say(500, "")))
	if err != nil || tally.New != 20 || len(queries) != 4 || m.cursors["arxiv testing"] != "2025-03-07" {
		t.Fatal(err, tally, len(queries), m.cursors)
	}
	q := queries[3]
	if q.Get("start") != "10" || q.Get("max_results") != "10" || q.Get("search_query") != "testing" || q.Get("sortOrder") != "descending" {
		t.Error(q)
	}
}

// atomServer has n papers, a minute apart, and understands start, max_results and the date's lower bound.
func atomServer(n int, from time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		first := 0
		if _, bound, ok := strings.Cut(r.FormValue("search_query"), "submittedDate:["); ok {
			at, _ := time.Parse("200601021504", bound[:12])
			first = max(int(at.Sub(from)/time.Minute), 0)
		}
		start, _ := strconv.Atoi(r.FormValue("start"))
		size, _ := strconv.Atoi(r.FormValue("max_results"))
		fmt.Fprintf(w, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/"><o:totalResults>%d</o:totalResults>`, n-first)
		for i := first + start; i < min(first+start+size, n); i++ {
			at := from.Add(time.Duration(i) * time.Minute).Format(time.RFC3339)
			fmt.Fprintf(w, `<entry><id>http://arxiv.org/abs/%s.%05dv1</id><title>T</title><published>%s</published></entry>`, "2401", i+1, at)
		}
		fmt.Fprint(w, `</feed>`)
	}
}

func TestArXivQueryPagesAndGoesOn(t *testing.T) {
	from := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	m := new(memory)
	o := ArXivOptions{Categories: []string{"cs.LG", "math"}, Since: "2026-05-01", page: 500}
	queries, tally, err := arXiv(t, o, m, atomServer(3_000, from))
	const cursor = "arxiv cs.LG math"
	if err != nil || tally.New != 3_000 || len(queries) != 6 || m.cursors[cursor] != "2026-05-03" {
		t.Fatal(err, tally, len(queries), m.cursors)
	}
	want := "(cat:cs.LG OR cat:math OR cat:math.*) AND (submittedDate:[202605010000 TO 202605141200])"
	if got := queries[0].Get("search_query"); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	o.Since = ""
	queries, tally, err = arXiv(t, o, m, atomServer(3_100, from))
	if err != nil || len(queries) != 1 || tally.Read != 3_100-2*24*60 {
		t.Error("going on:", err, tally, len(queries))
	}
}

// TestArXivWindows reads past the results that one query shows.
func TestArXivWindows(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := new(memory)
	o := ArXivOptions{Categories: []string{"cs.LG"}, Since: "2026-01-01", page: 200, window: 3_000}
	_, _, err := arXiv(t, o, m, atomServer(6_100, from))
	seen := make(map[store.PaperID]bool)
	for _, p := range m.papers {
		seen[p.ID] = true
	}
	if err != nil || len(seen) != 6_100 {
		t.Error(err, len(seen))
	}
}

func TestArXivTroubles(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []http.HandlerFunc
		err   string
	}{
		{"nothing found", []http.HandlerFunc{say(200, recorded(t, "empty"))}, ""},
		{"a query that it dislikes", []http.HandlerFunc{say(400, recorded(t, "bad-id"))}, "arXiv says: incorrect id format for abc"},
		{"an error with status 200", []http.HandlerFunc{say(200, recorded(t, "bad-id"))}, "arXiv says: incorrect id format for abc"},
		{"400 without a word", []http.HandlerFunc{say(400, "")}, "it answered 400 Bad Request"},
		{"HTML", []http.HandlerFunc{say(200, "<!DOCTYPE html><html>Rate exceeded.</html>")}, "it is an HTML page; expected an Atom feed"},
		{"other XML", []http.HandlerFunc{say(200, "<?xml version='1.0'?><rss></rss>")}, "it is XML with the element <rss>"},
		{"prose", []http.HandlerFunc{say(200, "Rate exceeded.")}, `something that starts with "Rate exceeded."`},
		{"broken XML", []http.HandlerFunc{say(200, strings.TrimSuffix(recorded(t, "empty"), "</feed>\n"))}, "it is broken XML"},
		{"pages that stay empty", []http.HandlerFunc{say(200, strings.Replace(recorded(t, "empty"), ">0<", ">9<", 1))}, "counts 9 results but shows none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := arXiv(t, ArXivOptions{Search: "x"}, new(memory), script(tt.steps...))
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func TestArXivOptions(t *testing.T) {
	for _, o := range []ArXivOptions{
		{},
		{IDs: []string{"2401.00001"}, Search: "x"},
		{Categories: []string{"cs.XX"}},
		{Search: "x", Since: "soon"},
		{Search: "x", Max: -1},
		{Search: "x", Base: "ftp://arxiv.org"},
	} {
		if _, err := ArXiv(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}
