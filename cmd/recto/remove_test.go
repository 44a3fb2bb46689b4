package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// statusOf asks for a page as a browser does.
func statusOf(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// becomes waits until a page of a running site has a status and holds a text, or doesn't.
func becomes(t *testing.T, url string, status int, text string, holds bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, body := statusOf(t, url)
		if got == status && strings.Contains(body, text) == holds {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s has status %d still, and holds %q: %v", url, got, text, strings.Contains(body, text))
		}
	}
}

const threePapers = onePaper + `{"id":"a-local-paper","title":"On Newts","abstract":"They swim.","authors":["Ann Frog"],"submitted_at":"2026-05-01T10:00:00Z"}
{"id":"2605.00003","title":"On Toads","abstract":"They wait.","authors":["Ann Frog"],"submitted_at":"2026-05-01T10:00:00Z"}
`

// What one process removes, a site that another one serves has no more, and no source brings it back until it is restored.
func TestRemoveAndRestore(t *testing.T) {
	r := newRecto(t)
	r.must(threePapers, "ingest", "jsonl", "-")
	site := r.serve("--sample=false")
	becomes(t, site+"/search?q=leap", 200, "On Frogs", true)
	becomes(t, site+"/papers/2605.00001", 200, "On Frogs", true)
	day := site + "/papers/date/2026-05-01"
	becomes(t, day, 200, "On Frogs", true)

	status, out, errs := r.run("", "remove", "https://arxiv.org/abs/2605.00001v2", "2605.99999", "no id", "a-local-paper", "--reason", "A test")
	if status != 1 || out != "Removed 2605.00001: On Frogs\nRemoved a-local-paper: On Newts\n" {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	for _, want := range []string{"remove paper 2605.99999: not found", `"no id" is not`, "2 of 4 ids"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it doesn't say %q: %s", want, errs)
		}
	}
	becomes(t, site+"/papers/2605.00001", http.StatusGone, "Reason: A test.", true)
	becomes(t, day, 200, "On Frogs", false)
	becomes(t, day, 200, "On Toads", true)
	becomes(t, site+"/search?q=leap", 200, "On Frogs", false)
	becomes(t, site+"/authors/frog-a", 200, "On Newts", false)
	if out := r.must("", "export"); strings.Contains(out, "On Frogs") || !strings.Contains(out, "On Toads") {
		t.Errorf("exported: %s", out)
	}
	if out := r.must(threePapers, "ingest", "jsonl", "-"); !strings.Contains(out, "3 read: 0 new, 0 changed, 1 the same, 0 set aside, 2 passed over because they were removed here") {
		t.Errorf("ingest: %s", out)
	}
	if out := r.must("", "doctor"); !strings.Contains(out, "with 1 papers") || !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor: %s", out)
	}

	status, out, errs = r.run("", "restore", "arXiv:2605.00001", "2605.00003")
	if status != 1 || out != "2605.00001 may come back, and does so by the next ingest that has it: On Frogs\n    recto ingest arxiv --ids 2605.00001\n" ||
		!strings.Contains(errs, "restore paper 2605.00003: not found") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	becomes(t, site+"/papers/2605.00001", http.StatusNotFound, "removed", false)
	if out := r.must(threePapers, "ingest", "jsonl", "-"); !strings.Contains(out, "3 read: 1 new, 0 changed, 1 the same, 0 set aside, 1 passed over") {
		t.Errorf("ingest: %s", out)
	}
	becomes(t, site+"/papers/2605.00001", 200, "On Frogs", true)
	becomes(t, site+"/search?q=leap", 200, "On Frogs", true)
	becomes(t, site+"/papers/a-local-paper", http.StatusGone, "Reason: A test.", true)
}

// An index that nobody kept up catches up with removals.
func TestRemoveWhileNothingRuns(t *testing.T) {
	r := newRecto(t)
	r.must(threePapers, "ingest", "jsonl", "-")
	if out := r.must("", "search", "leap"); !strings.Contains(out, "On Frogs") {
		t.Fatal(out)
	}
	r.must("", "remove", "2605.00001")
	if out := r.must("", "doctor"); !strings.Contains(out, "lacks 1 changes") || !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor: %s", out)
	}
	if out := r.must("", "search", "leap"); strings.Contains(out, "On Frogs") {
		t.Errorf("found %s", out)
	}
	if out := r.must("", "doctor"); strings.Contains(out, "lacks") || !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor: %s", out)
	}
	if status, _, errs := r.run("", "remove", "2605.00003", "--reason", strings.Repeat("x", 600)); status != 1 || !strings.Contains(errs, "at most 500 bytes") {
		t.Errorf("a long reason: status %d, %s", status, errs)
	}
}
