package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// recto runs the program as a shell would, with a catalogue of its own.
type recto struct {
	t  *testing.T
	db string
}

func newRecto(t *testing.T) recto {
	return recto{t, filepath.Join(t.TempDir(), "recto.db")}
}

// run returns the exit status and what was printed.
func (r recto) run(stdin string, args ...string) (status int, stdout, stderr string) {
	r.t.Helper()
	var out, errs bytes.Buffer
	status = run(context.Background(), args, r.getenv, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

func (r recto) getenv(name string) string {
	return map[string]string{"RECTO_DB": r.db}[name]
}

// must run well.
func (r recto) must(stdin string, args ...string) string {
	r.t.Helper()
	status, out, errs := r.run(stdin, args...)
	if status != 0 {
		r.t.Fatalf("recto %s: status %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// serve starts the site and returns its address; it stops with the test.
func (r recto) serve(args ...string) string {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out := &lines{first: make(chan string, 1)}
	ended := make(chan int, 1)
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--log", "none"}, args...)
	go func() { ended <- run(ctx, args, r.getenv, strings.NewReader(""), out, os.Stderr) }()
	r.t.Cleanup(func() {
		cancel()
		if status := <-ended; status != 0 {
			r.t.Errorf("serve ended with status %d", status)
		}
	})
	select {
	case line := <-out.first:
		if url := regexp.MustCompile(`http://\S+`).FindString(line); url != "" {
			return url
		}
		r.t.Fatalf("serve said %q", line)
	case status := <-ended:
		ended <- status
		r.t.Fatalf("serve ended at once with status %d", status)
	case <-time.After(time.Minute):
		r.t.Fatal("serve said nothing for a minute")
	}
	return ""
}

// lines is a writer that hands on its first line.
type lines struct {
	mu    sync.Mutex
	text  string
	first chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	had := strings.Contains(l.text, "\n")
	l.text += string(p)
	if !had && strings.Contains(l.text, "\n") {
		l.first <- l.text
	}
	return len(p), nil
}

func get(t *testing.T, url string) string {
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
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", url, resp.Status, err)
	}
	return string(body)
}

const onePaper = `{"id":"2605.00001v2","title":"On Frogs","abstract":"They leap.","authors":["Ann Frog"],"categories":["q-bio.PE"],"submitted_at":"2026-05-01T10:00:00Z"}` + "\n"

func TestFreshStartShowsTheSampleUntilSomethingIsIngested(t *testing.T) {
	r := newRecto(t)
	url := r.serve()
	page := get(t, url)
	if n := strings.Count(page, "<article"); n < 10 {
		t.Errorf("the front page shows %d papers", n)
	}
	const banner = "This is a sample of real papers"
	if !strings.Contains(page, banner) {
		t.Error("no banner tells of the sample")
	}
	if !strings.Contains(get(t, url+"/about"), "627 papers") {
		t.Error("the sample is not 627 papers")
	}
	if out := r.must(onePaper, "ingest", "jsonl", "-"); !strings.Contains(out, "1 read: 1 new") {
		t.Errorf("ingest said %q", out)
	}
	for deadline := time.Now().Add(10 * time.Second); strings.Contains(get(t, url), banner); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) { // kept pages follow the catalogue within moments
			t.Fatal("the banner is still there after an ingest")
		}
	}
	if !strings.Contains(get(t, url+"/papers/2605.00001"), "On Frogs") {
		t.Error("what was ingested is not shown")
	}
	if out := r.must("", "doctor"); !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor: %s", out)
	}
}

func TestEmptyStartStaysEmpty(t *testing.T) {
	r := newRecto(t)
	page := get(t, r.serve("--sample=false"))
	if strings.Contains(page, "<article") || !strings.Contains(page, "recto ingest") {
		t.Error("an empty catalogue should say how to fill it")
	}
}

func TestExportIngestExportIsTheSame(t *testing.T) {
	r := newRecto(t)
	r.serve()
	first := r.must("", "export")
	if n := strings.Count(first, "\n"); n != 627 {
		t.Fatalf("exported %d papers", n)
	}
	copied := newRecto(t)
	copied.must(first, "ingest", "jsonl", "-")
	if second := copied.must("", "export"); second != first {
		a, b := strings.Split(first, "\n"), strings.Split(second, "\n")
		for i := range a {
			if i >= len(b) || a[i] != b[i] {
				t.Fatalf("line %d differs:\n%s\n%s", i+1, a[i], b[min(i, len(b)-1)])
			}
		}
	}
	if out := copied.must(first, "ingest", "jsonl", "-"); !strings.Contains(out, "0 new, 0 changed, 627 the same") {
		t.Errorf("the same again: %s", out)
	}
}

func TestIngestStatuses(t *testing.T) {
	for name, c := range map[string]struct {
		stdin  string
		status int
		says   string
	}{
		"a good record":         {onePaper, 0, "1 new"},
		"one of two set aside":  {onePaper + `{"id":"2605.00002"}` + "\n", 0, "1 record was set aside"},
		"an HTML page":          {"<!doctype html><html></html>", 1, "HTML page"},
		"a truncated gzip file": {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 1, "gzip"},
		"nothing":               {"", 0, "0 read"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecto(t)
			status, out, errs := r.run(c.stdin, "ingest", "jsonl", "-")
			if status != c.status || !strings.Contains(out+errs, c.says) {
				t.Errorf("status %d, want %d; said %s%s", status, c.status, out, errs)
			}
		})
	}
}

func TestRejectsAreListed(t *testing.T) {
	r := newRecto(t)
	if out := r.must("", "ingest", "rejects"); out != "No record was set aside.\n" {
		t.Errorf("said %q", out)
	}
	r.must(onePaper+`{"id":"2605.00002"}`+"\n", "ingest", "jsonl", "-")
	if out := r.must("", "ingest", "rejects", "--text"); !strings.Contains(out, "line 2") || !strings.Contains(out, "title") || !strings.Contains(out, `{"id":"2605.00002"}`) {
		t.Errorf("said %q", out)
	}
}

func TestReaderCommands(t *testing.T) {
	r := newRecto(t)
	for _, c := range []struct {
		args   string
		stdin  string
		status int
		says   string
	}{
		{"reader add Ada --role admin", "lovelace-1815\n", 0, "Ada is admin now"},
		{"reader add ada", "another-one\n", 1, "already taken"},
		{"reader add admin", "whatever-it-is\n", 1, "kept for the site"},
		{"reader add Bob", "short\n", 1, "at least 8 characters"},
		{"reader passwd ADA", "new-password\n", 0, "new password"},
		{"reader role ada curator", "", 0, "curator"},
		{"reader role ada king", "", 1, "no role"},
		{"reader passwd nobody-here", "new-password\n", 1, "not found"},
	} {
		status, out, errs := r.run(c.stdin, strings.Fields(c.args)...)
		if status != c.status || !strings.Contains(out+errs, c.says) {
			t.Errorf("recto %s: status %d, want %d; said %s%s", c.args, status, c.status, out, errs)
		}
	}
}

func TestUnknownFlagsAndCommands(t *testing.T) {
	r := newRecto(t)
	for _, args := range []string{"--nonsense", "frobnicate", "ingest", "ingest jsonl"} {
		if status, _, errs := r.run("", strings.Fields(args)...); status != 2 || !strings.Contains(errs, "recto --help") {
			t.Errorf("recto %s: status %d, said %s", args, status, errs)
		}
	}
	if out := r.must("", "version"); !strings.HasPrefix(out, "recto ") {
		t.Errorf("version said %q", out)
	}
	if out := r.must("", "--help"); !strings.Contains(out, "ingest") || !strings.Contains(out, "doctor") {
		t.Errorf("help said %q", out)
	}
}
