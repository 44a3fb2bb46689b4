package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"recto/store"
)

func manyPapers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id":"2401.%05d","title":"Paper %d"}`+"\n", i+1, i+1)
	}
	return b.String()
}

func TestRunFillsInAndSetsAside(t *testing.T) {
	in := `{"id":"2401.00001","title":"One","featured_on":"2024-01-05"}` + "\n" +
		`{"id":"2401.00002","title":"` + strings.Repeat("x", store.MaxTitle+1) + `"}` + "\n" +
		"nonsense\n" +
		`{"id":"2401.00003","title":"Three","source":"arxiv","read_at":"2024-01-06"}` + "\n"
	m := ingestAll(t, JSONL(text(in)), nil)
	if len(m.papers) != 2 || len(m.rejects) != 2 {
		t.Fatalf("%d papers, %d rejects", len(m.papers), len(m.rejects))
	}
	one, three := m.papers[0], m.papers[1]
	if one.Source != "jsonl" || !one.ReadAt.Equal(testTime) || one.FeaturedBy != "jsonl" {
		t.Errorf("%+v", one)
	}
	if three.Source != "arxiv" || three.ReadAt.Equal(testTime) || three.FeaturedBy != "" {
		t.Errorf("%+v", three)
	}
	r := m.rejects[0]
	if r.Source != "jsonl" || r.Place != "standard input line 2" || r.PaperID != "2401.00002" ||
		!strings.Contains(r.Reason, "title is 2001 bytes") || !r.At.Equal(testTime) || !strings.HasPrefix(r.Text, `{"id":"2401.00002"`) {
		t.Errorf("%+v", r)
	}
	if r := m.rejects[1]; r.Text != "nonsense" || r.Place != "standard input line 3" {
		t.Errorf("%+v", r)
	}
}

func TestRunBatches(t *testing.T) {
	const papers = 2*batchRecords + 200
	m := ingestAll(t, JSONL(text(manyPapers(papers))), nil)
	if m.batches != 3 || len(m.papers) != papers {
		t.Errorf("%d papers in %d batches", len(m.papers), m.batches)
	}
	long := `{"id":"2401.00001","title":"x","unknown":"` + strings.Repeat("y", 1<<20) + `"}` + "\n"
	if m := ingestAll(t, JSONL(text(strings.Repeat(long, 16))), nil); m.batches != 2 {
		t.Errorf("16 MB went into %d batches", m.batches)
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := new(memory)
	m.stored = func() { cancel() } // while the first batch is being stored
	tally, err := Run(ctx, m, JSONL(text(manyPapers(2*batchRecords+200))), Options{})
	if !errors.Is(err, context.Canceled) || tally.Read != batchRecords || len(m.papers) != batchRecords {
		t.Errorf("%v, %+v, %d papers", err, tally, len(m.papers))
	}
}

func TestRunStoreFails(t *testing.T) {
	m := &memory{failing: errors.New("disk full")}
	if _, err := Run(t.Context(), m, JSONL(text(manyPapers(1))), Options{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Error(err)
	}
}

func TestRunKeepsWhatCameBeforeTheError(t *testing.T) {
	m := new(memory)
	packed := gzipped(t, manyPapers(20_000))
	tally, err := Run(t.Context(), m, JSONL(text(packed[:len(packed)/2])), Options{})
	if err == nil || tally.Read < 5_000 || tally.SetAside != 0 || len(m.papers) != tally.Read {
		t.Errorf("%v, %+v, %d papers", err, tally, len(m.papers))
	}
}

// TestRunIntoStore reads twice into a real catalogue: the second time, all is the same.
func TestRunIntoStore(t *testing.T) {
	db := openStore(t)
	for i, want := range []store.Tally{{Read: 22, New: 6, SetAside: 16}, {Read: 22, Same: 6, SetAside: 16}} {
		got, err := Run(t.Context(), db, JSONL(files("testdata/jsonl/own.jsonl")), Options{Now: testNow})
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("reading %d: %+v, want %+v", i+1, got, want)
		}
	}
}

// TestRunInterruptedAndAgain ends in the catalogue that an undisturbed run makes, and what is exported from it makes the
// same catalogue again.
func TestRunInterruptedAndAgain(t *testing.T) {
	const half, all = batchRecords + 200, 2*batchRecords + 100
	in := manyPapers(half) + strings.Repeat("bad\n", 3) + manyPapers(all)[len(manyPapers(half)):]
	whole, broken, again := openStore(t), openStore(t), openStore(t)
	if _, err := Run(t.Context(), whole, JSONL(text(in)), Options{Now: testNow}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stop := func(p Progress) {
		if p.Tally.Read >= batchRecords {
			cancel()
		}
	}
	if _, err := Run(ctx, broken, JSONL(text(in)), Options{Now: testNow, Progress: stop}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	tally, err := Run(t.Context(), broken, JSONL(text(in)), Options{Now: testNow})
	if want := (store.Tally{Read: all + 3, New: all - batchRecords, Same: batchRecords, SetAside: 3}); err != nil || tally != want {
		t.Errorf("%v, %+v, want %+v", err, tally, want)
	}
	want := export(t, whole)
	if got := export(t, broken); got != want {
		t.Errorf("the catalogues differ")
	}
	if _, err := Run(t.Context(), again, JSONL(text(want)), Options{}); err != nil {
		t.Fatal(err)
	}
	if got := export(t, again); got != want {
		t.Errorf("the second export differs")
	}
}

func openStore(t testing.TB) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir()+"/recto.db", testNow)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func export(t testing.TB, db *store.DB) string {
	t.Helper()
	var out bytes.Buffer
	if err := db.EachPaper(t.Context(), NewEncoder(&out).Encode); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestProgress(t *testing.T) {
	p := Progress{Source: "jsonl", Tally: store.Tally{Read: 12_500, SetAside: 3}, Elapsed: 5 * time.Second, Share: 0.25}
	if got := p.String(); got != "jsonl: 12,500 read, 2,500/s, 25 %, 15s left, 3 set aside" {
		t.Error(got)
	}
	p.Share = -1
	if got := p.String(); got != "jsonl: 12,500 read, 2,500/s, 3 set aside" {
		t.Error(got)
	}
	if got := Summary(store.Tally{Read: 1234567, New: 1, Changed: 2, Same: 3, SetAside: 4}); got !=
		"1,234,567 read: 1 new, 2 changed, 3 the same, 4 set aside" {
		t.Error(got)
	}
	show := func(terminal bool) string {
		var b bytes.Buffer
		f := Progresses(&b, terminal)
		for i := range 25 {
			f(Progress{Source: "x", Elapsed: time.Duration(i) * time.Second, Share: -1})
		}
		f(Progress{Source: "x", Elapsed: 25 * time.Second, Done: true})
		return b.String()
	}
	if got := show(false); strings.Count(got, "\n") != 2 || strings.Contains(got, "\x1b") {
		t.Errorf("plain: %q", got)
	}
	if got := show(true); strings.Count(got, "\n") != 0 || strings.Count(got, "\r") != 25 || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("terminal: %q", got)
	}
}

func TestRunTellsProgress(t *testing.T) {
	var seen []Progress
	path := "testdata/jsonl/odd.jsonl"
	_, err := Run(t.Context(), new(memory), JSONL(files(path, path)), Options{Progress: func(p Progress) { seen = append(seen, p) }})
	if err != nil || len(seen) == 0 {
		t.Fatal(err, seen)
	}
	if last := seen[len(seen)-1]; !last.Done || last.Share != 1 || last.Tally.Read == 0 {
		t.Errorf("%+v", last)
	}
}
