package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstded(t testing.TB, s string) string {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(z.EncodeAll([]byte(s), nil))
}

const (
	paperOne = `{"id":"2401.00001","title":"One"}` + "\n"
	paperTwo = `{"id":"2401.00002","title":"Two"}` + "\n"
)

func TestOpen(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		want          int
		err           string
	}{
		{"plain", paperOne + paperTwo, 2, ""},
		{"gzip", gzipped(t, paperOne+paperTwo), 2, ""},
		{"two gzip members", gzipped(t, paperOne) + gzipped(t, paperTwo), 2, ""},
		{"zstd", zstded(t, paperOne+paperTwo), 2, ""},
		{"two zstd frames", zstded(t, paperOne) + zstded(t, paperTwo), 2, ""},
		{"a byte order mark", "\uFEFF" + paperOne, 1, ""},
		{"Windows line ends", strings.ReplaceAll(paperOne+paperTwo, "\n", "\r\n"), 2, ""},
		{"an array", "[" + paperOne + "," + paperTwo + "]", 2, ""},
		{"an empty array", " [ ] ", 0, ""},
		{"nothing", "", 0, ""},
		{"only blanks", " \n\n ", 0, ""},
		{"a truncated gzip file", cut(gzipped(t, strings.Repeat(paperOne, 1000))), -1, "a gzip file that is cut off"},
		{"a truncated zstd file", cut(zstded(t, strings.Repeat(paperOne, 1000))), -1, "a zstd file that is cut off"},
		{"rubbish behind gzip", gzipped(t, paperOne) + strings.Repeat("rubbish", 9), -1, "a damaged gzip file"},
		{"a gzip header alone", "\x1f\x8b\x08", -1, "a damaged gzip file"},
		{"a zip archive", "PK\x03\x04....", 0, "a zip archive"},
		{"xz", "\xfd7zXZ\x00....", 0, "an xz file"},
		{"HTML", "<!DOCTYPE html>\n<html><body>Too many requests</body></html>", 0, "it is an HTML page; expected JSON Lines"},
		{"XML", "<?xml version='1.0'?><feed/>", 0, "it is XML"},
		{"prose", "Daily papers", 0, `something that starts with "Daily papers"`},
		{"binary", "\x00\x01\x02", 0, "it is binary"},
		{"UTF-16", "\xff\xfe{\x00", 0, "UTF-16"},
		{"one object over lines", "{\n\"id\": \"2401.00001\"\n}", 0, "over several lines"},
		{"an array that is cut off", "[" + paperOne + "," + paperTwo[:9], 1, "cut off in its item 2"},
		{"an array that goes on", "[" + paperOne + "] {}", 1, "after its end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "papers.jsonl")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, in := range []Files{files(path), text(tt.content)} {
				m := new(memory)
				tally, err := Run(t.Context(), m, JSONL(in), Options{Now: testNow})
				if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				if tt.want >= 0 && (len(m.papers) != tt.want || tally.New != tt.want || len(m.rejects) != 0) {
					t.Errorf("%d papers, %d rejects, %+v; want %d", len(m.papers), len(m.rejects), tally, tt.want)
				}
			}
		})
	}
}

func cut(s string) string { return s[:len(s)-9] }

func TestOpenNamesTheFile(t *testing.T) {
	_, err := Run(t.Context(), new(memory), JSONL(files("testdata/missing.jsonl")), Options{})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "testdata/missing.jsonl") {
		t.Error(err)
	}
	_, err = Run(t.Context(), new(memory), JSONL(files("testdata/arxiv/empty.xml")), Options{})
	if err == nil || err.Error() != "ingest jsonl: empty.xml: it is XML; expected "+jsonlExpected {
		t.Error(err)
	}
}

// TestStdinThatNeverEnds cancels a run that waits for a terminal.
func TestStdinThatNeverEnds(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := Run(ctx, new(memory), JSONL(Files{Paths: []string{"-"}, Stdin: r}), Options{})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
