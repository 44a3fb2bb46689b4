package ingest

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"recto/store"
)

// hfItems is an answer of n items, the first numbered from.
func hfItems(from, n int) string {
	var items []string
	for i := range n {
		items = append(items, fmt.Sprintf(`{"paper":{"id":"2605.%05d","title":"Paper","summary":"x","authors":[],"upvotes":%d}}`, from+i, i))
	}
	return "[" + strings.Join(items, ",") + "]"
}

// hf runs Hugging Face's source against a handler and says which queries came.
func hf(t *testing.T, o HFOptions, db *memory, handler http.HandlerFunc) (queries []string, tally store.Tally, err error) {
	t.Helper()
	o.Base, o.fetcher, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, strings.TrimPrefix(r.URL.String(), "/api/daily_papers?"))
		handler(w, r)
	})
	o.Now = testNow
	src, err := HF(o)
	if err != nil {
		t.Fatal(err)
	}
	tally, err = Run(t.Context(), db, src, Options{Now: testNow})
	return queries, tally, err
}

func TestHFReplaysARecordedDay(t *testing.T) {
	body, err := os.ReadFile("testdata/hf/daily_papers.json")
	if err != nil {
		t.Fatal(err)
	}
	m := new(memory)
	_, tally, err := hf(t, HFOptions{Date: "2026-03-11"}, m, say(200, string(body)))
	if err != nil || tally.New != 3 || len(m.cursors) != 0 {
		t.Fatal(err, tally, m.cursors)
	}
	for _, p := range m.papers {
		if p.FeaturedOn != "2026-03-11" || p.FeaturedBy != "hf" || p.Source != "hf" {
			t.Errorf("%+v", p)
		}
	}
}

func TestHFPages(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []http.HandlerFunc
		pages int
		read  int
	}{
		{"by Link", []http.HandlerFunc{say(200, hfItems(1, 20), "Link", `<https://x/?p=1>; rel="next"`), say(200, hfItems(21, 20), "Link", `<https://x/?p=0>; rel="prev"`)}, 2, 40},
		{"until a short one", []http.HandlerFunc{say(200, hfItems(1, 100)), say(200, hfItems(101, 100)), say(200, hfItems(201, 7))}, 3, 207},
		{"a server with smaller pages", []http.HandlerFunc{say(200, hfItems(1, 50)), say(200, hfItems(51, 3))}, 2, 53},
		{"until an empty one", []http.HandlerFunc{say(200, hfItems(1, 100)), say(200, "[]")}, 2, 100},
		{"a server that knows no pages", []http.HandlerFunc{say(200, hfItems(1, 60))}, 2, 60},
	} {
		t.Run(tt.name, func(t *testing.T) {
			queries, tally, err := hf(t, HFOptions{Month: "2026-04"}, new(memory), script(tt.steps...))
			if err != nil || tally.Read != tt.read || len(queries) != tt.pages {
				t.Fatal(err, tally, queries)
			}
			if queries[0] != "limit=100&month=2026-04&p=0" || queries[1] != "limit=100&month=2026-04&p=1" {
				t.Error(queries)
			}
		})
	}
}

func TestHFSince(t *testing.T) {
	m := new(memory)
	day := func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("date") == "2026-05-13" { // today has not begun
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprint(w, hfItems(1, 2))
	}
	queries, tally, err := hf(t, HFOptions{Since: "2026-05-10"}, m, day)
	if err != nil || len(queries) != 4 || tally.Read != 6 || m.cursors["hf"] != "2026-05-13" {
		t.Fatal(err, queries, tally, m.cursors)
	}
	if got := m.papers[2].FeaturedOn; got != "2026-05-11" {
		t.Errorf("featured on %s", got)
	}
	m.cursors["hf"] = "2026-05-12"
	if queries, _, err := hf(t, HFOptions{}, m, day); err != nil || len(queries) != 2 || !strings.Contains(queries[0], "date=2026-05-12") {
		t.Error("going on:", err, queries)
	}
	if queries, _, err := hf(t, HFOptions{}, new(memory), day); err != nil || len(queries) != hfLookBack+1 {
		t.Error("for the first time:", err, queries)
	}
}

// TestHFBreaksOff: what came before the trouble stays, and the cursor stands before it.
func TestHFBreaksOff(t *testing.T) {
	m := new(memory)
	_, tally, err := hf(t, HFOptions{Since: "2026-05-10"}, m,
		script(say(200, hfItems(1, 2)), say(503, "", "Retry-After", "7"), say(200, hfItems(3, 2)), say(200, "<html>Log in</html>")))
	if err == nil || !strings.Contains(err.Error(), "it is an HTML page; expected Hugging Face's daily papers") ||
		tally.Read != 4 || m.cursors["hf"] != "2026-05-11" {
		t.Error(err, tally, m.cursors)
	}
	_, _, err = hf(t, HFOptions{Date: "2026-05-10"}, m, say(400, `{"error":"bad date"}`))
	if err == nil || !strings.Contains(err.Error(), `400 Bad Request: {"error":"bad date"}`) {
		t.Error(err)
	}
}

func TestHFOptions(t *testing.T) {
	for _, o := range []HFOptions{
		{Date: "2026-03-11", Week: "2026-W11"},
		{Date: "11 March"},
		{Week: "2026-W60"},
		{Month: "2026-3"},
		{Since: "soon"},
		{Date: "2026-05-14"}, // tomorrow
		{Base: "huggingface.co"},
	} {
		o.Now = testNow
		if _, err := HF(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}
