package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"recto/store"
)

func TestNextDump(t *testing.T) {
	night := func(day, hour, minute int) time.Time { return time.Date(2026, 5, day, hour, minute, 0, 0, time.Local) }
	for at, want := range map[time.Time]time.Time{
		night(13, 0, 0): night(13, 3, 0), night(13, 2, 59): night(13, 3, 0), night(13, 3, 0): night(14, 3, 0), night(13, 12, 0): night(14, 3, 0),
		night(31, 4, 0): time.Date(2026, 6, 1, 3, 0, 0, 0, time.Local),
	} {
		if got := nextDump(at); !got.Equal(want) {
			t.Errorf("after %v: %v, want %v", at, got, want)
		}
	}
	if next := nextDump(time.Time{}); !next.Before(night(1, 0, 0)) {
		t.Errorf("when none was made: %v", next)
	}
}

func TestDump(t *testing.T) {
	now := time.Date(2026, 5, 13, 3, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	r := newRecto(t)
	r.must(onePaper, "ingest", "jsonl", "-")
	db, err := store.Open(t.Context(), r.db, clock)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d := dumper{dir: t.TempDir(), db: db, now: clock}
	for name, text := range map[string]string{"notes.txt": "ours", "recto-123.part": "half", "recto-20250101T000000Z.jsonl.zst": "forgotten"} {
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := d.last(); err != nil || !last.IsZero() {
		t.Errorf("last %v, %v", last, err)
	}
	var names []string
	for range 3 {
		name, err := d.dump(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if last, err := d.last(); err != nil || !last.Equal(now) {
			t.Errorf("last %v, %v", last, err)
		}
		names = append(names, name)
		now = now.Add(24 * time.Hour)
	}
	files, err := filepath.Glob(filepath.Join(d.dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	if want := []string{"SHA256SUMS", "notes.txt", names[1], names[2]}; !slices.Equal(files, want) {
		t.Errorf("the folder has %q, want %q", files, want)
	}
	var sums string
	for _, name := range []string{names[2], names[1]} {
		data, err := os.ReadFile(filepath.Join(d.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name)
		if got, want := unzstd(t, data), r.must("", "export"); got != want || !strings.Contains(got, "On Frogs") {
			t.Errorf("it holds %s, and export writes %s", got, want)
		}
	}
	if got, err := os.ReadFile(filepath.Join(d.dir, "SHA256SUMS")); err != nil || string(got) != sums {
		t.Errorf("%s, want %s", got, sums)
	}
	// One that fails leaves what was there.
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.dump(ended); err == nil {
		t.Error("a dump that was ended says nothing")
	}
	if again, err := filepath.Glob(filepath.Join(d.dir, "*")); err != nil || len(again) != len(files) {
		t.Errorf("the folder has %q, %v", again, err)
	}
}

func unzstd(t *testing.T, data []byte) string {
	t.Helper()
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServeExports(t *testing.T) {
	r := newRecto(t)
	url := r.serve("--export", filepath.Join(t.TempDir(), "dumps"))
	for deadline := time.Now().Add(time.Minute); !strings.Contains(get(t, url+"/export"), ".jsonl.zst"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no dump was made")
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/export/latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != "" || resp.ContentLength != int64(len(data)) {
		t.Fatalf("%s, %v, %v", resp.Status, resp.Header, err)
	}
	if got, want := unzstd(t, data), r.must("", "export"); got != want {
		t.Errorf("it holds %d bytes, and export writes %d", len(got), len(want))
	}
	sums := get(t, url+"/export/SHA256SUMS")
	if want := fmt.Sprintf("%x  ", sha256.Sum256(data)); !strings.HasPrefix(sums, want) {
		t.Errorf("checksum %s, want %s", sums, want)
	}
}

func TestServeRefusesAFileToExportTo(t *testing.T) {
	r := newRecto(t)
	if status, _, errs := r.run("", "serve", "--listen", "127.0.0.1:0", "--sample=false", "--export", r.db); status != 1 || !strings.Contains(errs, "--export") {
		t.Errorf("status %d: %s", status, errs)
	}
}
