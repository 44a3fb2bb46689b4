package ingest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recto/store"
)

var update = flag.Bool("update", false, "write the golden files and the sample")

var testTime = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

func testNow() time.Time { return testTime }

// memory is a catalogue that keeps all it is given.
type memory struct {
	papers  []store.Paper
	rejects []store.Reject
	cursors map[string]string
	batches int
	failing error
	stored  func()
}

func (m *memory) Ingest(ctx context.Context, b store.Batch) (store.Tally, error) {
	if err := ctx.Err(); err != nil {
		return store.Tally{}, err
	}
	if m.failing != nil {
		return store.Tally{}, m.failing
	}
	m.batches++
	m.papers = append(m.papers, b.Papers...)
	m.rejects = append(m.rejects, b.Rejects...)
	if b.Cursor != nil {
		if m.cursors == nil {
			m.cursors = make(map[string]string)
		}
		m.cursors[b.Cursor.Source] = b.Cursor.Value
	}
	if m.stored != nil {
		m.stored()
	}
	n, bad := len(b.Papers), len(b.Rejects)
	return store.Tally{Read: n + bad, New: n, SetAside: bad}, nil
}

func (m *memory) FillFacets(context.Context, int) error { return nil }

func (m *memory) Cursor(_ context.Context, source string) (string, error) {
	return m.cursors[source], nil
}

// ingestAll runs a source into memory.
func ingestAll(t testing.TB, src Source, err error) *memory {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	m := new(memory)
	if _, err := Run(t.Context(), m, src, Options{Now: testNow}); err != nil {
		t.Fatal(err)
	}
	return m
}

// transcript is all that a parser yields, a line each, with papers in Recto's own format.
func transcript(records iter.Seq2[Record, error]) string {
	var out bytes.Buffer
	for rec, err := range records {
		switch {
		case err != nil:
			fmt.Fprintf(&out, "error: %v\n", err)
			continue
		case rec.Reason == "":
			if err := rec.Paper.Clean(); err != nil {
				rec.Reason = reasonOf(err)
			}
		}
		if rec.Reason != "" {
			fmt.Fprintf(&out, "%s: %q set aside: %s\n", rec.Place, rec.ID, rec.Reason)
			continue
		}
		fmt.Fprintf(&out, "%s: ", rec.Place)
		if err := NewEncoder(&out).Encode(&rec.Paper); err != nil {
			panic(err)
		}
	}
	return out.String()
}

// golden compares with a file in testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d:\n got %s\nwant %s", path, i+1, strings.Join(g[min(i, len(g)):min(i+1, len(g))], ""),
				strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func files(paths ...string) Files { return Files{Paths: paths} }

func text(s string) Files { return Files{Paths: []string{"-"}, Stdin: strings.NewReader(s)} }

// shared is a file or folder of the shared data, whose tests run where RECTO_SHARED says where it is.
func shared(t testing.TB, path string) string {
	t.Helper()
	root := os.Getenv("RECTO_SHARED")
	if root == "" {
		t.Skip("RECTO_SHARED is not set")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", root)
	}
	return filepath.Join(root, "data", path)
}
