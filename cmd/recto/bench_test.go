package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMain lets a benchmark's children be the program: they are started from this binary.
func TestMain(m *testing.M) {
	name, value, _ := strings.Cut(childMark, "=")
	if os.Getenv(name) == value {
		main()
	}
	os.Exit(m.Run())
}

// filled is a program with a small made-up catalogue.
func filled(t *testing.T) recto {
	r := newRecto(t)
	r.must(r.must("", "synth", "-n", "150"), "ingest", "jsonl", "-")
	return r
}

// bench runs a benchmark and reads its figures.
func (r recto) bench(args ...string) (report, string) {
	r.t.Helper()
	file := filepath.Join(r.t.TempDir(), "figures.json")
	out := r.must("", append(append([]string{"bench"}, args...), "--json", file)...)
	text, err := os.ReadFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	var found report
	if err := json.Unmarshal(text, &found); err != nil {
		r.t.Fatal(err)
	}
	if found.Bench != args[0] || len(found.Rows) == 0 || len(found.Columns) == 0 {
		r.t.Errorf("the figures are %s", text)
	}
	for _, row := range found.Rows {
		if !strings.Contains(out, row.Name) {
			r.t.Errorf("the table has no row %q:\n%s", row.Name, out)
		}
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(r.db), "recto-bench-*")); err != nil || len(left) > 0 {
		r.t.Errorf("it left %v behind (%v)", left, err)
	}
	return found, out
}

// has wants rows with figures above 0.
func (r report) has(t *testing.T, figures string, rows ...string) {
	t.Helper()
	for _, name := range rows {
		at := slices.IndexFunc(r.Rows, func(row rowFound) bool { return strings.HasPrefix(row.Name, name) })
		if at < 0 {
			t.Errorf("no row %q", name)
			continue
		}
		for _, key := range strings.Fields(figures) {
			if r.Rows[at].Figures[key] <= 0 {
				t.Errorf("%s: %s is %v", r.Rows[at].Name, key, r.Rows[at].Figures[key])
			}
		}
	}
}

func TestBenchPages(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	r := filled(t)
	before := r.must("", "export")
	found, _ := r.bench("pages", "--rounds", "1", "--for", "200ms", "--connections", "2")
	found.has(t, "same plain rate p50 p99 bytes", "reference: constant 40 kB", "reference: constant, the listing's bytes", "listing, cached",
		"listing, uncached", "listing, signed in", "paper, cached", "paper, uncached", "style sheet")
	found.has(t, "rate p99", "listing, cached, during 50 votes/s")
	if at := slices.IndexFunc(found.Rows, func(row rowFound) bool { return row.Name == "reference: constant 40 kB" }); found.Rows[at].Figures["bytes"] != 40_000 {
		t.Errorf("40 kB are %v bytes", found.Rows[at].Figures["bytes"])
	}
	if r.must("", "export") != before {
		t.Error("the catalogue itself changed")
	}
}

func TestBenchListings(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	r, other := filled(t), filled(t)
	found, _ := r.bench("listings", "--calls", "2", "--beside", other.db)
	if len(found.Rows) < 45 {
		t.Errorf("only %d kinds of listings", len(found.Rows))
	}
	found.has(t, "beside ratio p50 p99 besideP50", "reference", "day, the latest", "trending, deep in", "top of the year", "category", "author, one name",
		"rank", "calendar", "rising tags", "tags page")
}

func TestBenchVotes(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	found, _ := filled(t).bench("votes", "--rounds", "1", "--for", "1s", "--voters", "3")
	found.has(t, "ratio rate", "reference", "votes by HTTP, nobody reads", "votes by HTTP, 32 readers, a page", "votes by HTTP, 32 readers as fast", "votes straight")
	for _, row := range found.Rows {
		if row.Figures["failed"] != 0 {
			t.Errorf("%s: %v failed", row.Name, row.Figures["failed"])
		}
	}
}

func TestBenchStart(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	found, out := filled(t).bench("start", "--rounds", "1")
	found.has(t, "ratio p50", "reference", "recto serve")
	if !strings.Contains(out, "the program has ") {
		t.Errorf("nothing about the program's size:\n%s", out)
	}
}

func TestBenchIngest(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	r := newRecto(t)
	for _, format := range []string{"recto", "kaggle"} {
		file := filepath.Join(t.TempDir(), "made")
		r.must("", "synth", "-n", "80", "--format", format, "-o", file)
		found, _ := r.bench("ingest", "--format", format, file)
		found.has(t, "decode rate seconds", "recto ingest", "reference: reading and decoding", "reference: reading lines")
		if _, err := sqliteProgram(); err == nil {
			found.has(t, "sqlite rate", "reference: sqlite3", "recto ingest")
		}
	}
	if _, err := os.Stat(r.db); !os.IsNotExist(err) {
		t.Errorf("it touched the catalogue: %v", err)
	}
}

func TestBenchIngestWithoutSQLite(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	r := newRecto(t)
	file := filepath.Join(t.TempDir(), "made")
	r.must("", "synth", "-n", "30", "-o", file)
	t.Setenv("PATH", t.TempDir())
	if found, out := r.bench("ingest", file); !strings.Contains(out, "the sqlite3 program is not there") {
		t.Errorf("said %s\n%+v", out, found.Rows)
	}
}

func TestBenchOfAnEmptyCatalogue(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	for _, args := range []string{"pages", "listings", "votes"} {
		if status, _, errs := newRecto(t).run("", "bench", args, "--no-copy"); args != "listings" && (status != 1 || !strings.Contains(errs, "no paper")) {
			t.Errorf("bench %s: status %d, said %s", args, status, errs)
		}
	}
}

func TestLoadReadsEveryKindOfAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/length":
			_, _ = w.Write([]byte("five\n"))
		case "/chunks":
			for range 3 {
				_, _ = w.Write(bytes.Repeat([]byte("x"), 5_000))
				w.(http.Flusher).Flush()
			}
		case "/same":
			w.WriteHeader(http.StatusNotModified)
		case "/close":
			w.Header().Set("Connection", "close")
		case "/form":
			if r.FormValue("paper") != "2401.01234" || r.Header.Get("Cookie") != "a=b" {
				w.WriteHeader(http.StatusBadRequest)
			}
		default:
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	c := loadClient{Connections: 2, Header: map[string]string{"Cookie": "a=b"}}
	for _, path := range []string{"/length", "/chunks", "/same", "/close", "/broken"} {
		c.Requests = append(c.Requests, loadRequest{Method: http.MethodGet, Path: path})
	}
	c.Requests = append(c.Requests, loadRequest{Method: http.MethodPost, Path: "/form", Form: "paper=2401.01234"})
	results, err := runLoad(t.Context(), loadPlan{Addr: strings.TrimPrefix(server.URL, "http://"), Seconds: 0.3,
		Groups: []loadGroup{{Name: "fast", Clients: []loadClient{c}}, {Name: "slow", Rate: 20, Clients: []loadClient{c}}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range results {
		if got.Broken > 0 || got.Error != "" || got.Statuses[200] == 0 || got.Statuses[400] > 0 {
			t.Errorf("%+v", got)
		}
		if i == 0 && (got.Statuses[304] == 0 || got.failed() == 0 || got.Bytes < 15_000 || got.only(200) == nil) {
			t.Errorf("%+v", got)
		}
	}
	if results[1].Requests > 10 {
		t.Errorf("a rate of 20 a second made %d requests in 0.3 seconds", results[1].Requests)
	}
}

func TestLoadIsBounded(t *testing.T) {
	ask := []loadClient{{Connections: 1, Requests: []loadRequest{{Method: http.MethodGet, Path: "/"}}}}
	for name, plan := range map[string]loadPlan{
		"an hour":          {Seconds: 3600, Groups: []loadGroup{{Clients: ask}}},
		"a million people": {Seconds: 1, Groups: []loadGroup{{Clients: []loadClient{{Connections: 1_000_000, Requests: ask[0].Requests}}}}},
		"nothing to ask":   {Seconds: 1, Groups: []loadGroup{{Clients: []loadClient{{}}}}},
	} {
		if _, err := runLoad(t.Context(), plan); err == nil {
			t.Errorf("%s: nothing was said", name)
		}
	}
}

func TestFigures(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	if m := median(values); m != 3 || values[0] != 5 {
		t.Errorf("the median is %v of %v", m, values)
	}
	if m := median([]float64{1, 2}); m != 1.5 {
		t.Errorf("the median of two is %v", m)
	}
	if q := quantile(values, 0.99); q != 5 {
		t.Errorf("the last percentile is %v", q)
	}
	if quantile(nil, 0.5) != 0 || median(nil) != 0 {
		t.Error("nothing has figures")
	}
	for v, want := range map[float64]string{1234567.891: "1,234,567.89", -1234: "-1,234.00", 0: "0.00", 999.999: "1,000.00"} {
		if got := decimal(v, 2); got != want {
			t.Errorf("%v is %s, not %s", v, got, want)
		}
	}
}
