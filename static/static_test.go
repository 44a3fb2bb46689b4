package static

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "pack the files anew")

// packable are the files that compressing makes smaller.
func packable(url string) bool {
	switch path.Ext(url) {
	case ".css", ".js", ".svg", ".json":
		return true
	}
	return false
}

// TestPacked holds the packed forms against the files. With -update it makes them.
func TestPacked(t *testing.T) {
	byURL, _ := assets()
	if *update {
		old, _ := filepath.Glob("packed/*.*.*")
		for _, name := range old {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for url, a := range byURL {
		if !packable(url) {
			continue
		}
		for _, e := range encodings {
			name := "packed/" + path.Base(url) + e.ext
			if *update {
				if err := os.WriteFile(name, pack(t, e.name, a.data), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			data, err := files.ReadFile(name)
			if err != nil {
				t.Fatalf("%v: run go test ./static -update", err)
			}
			if !bytes.Equal(unpack(t, e.name, data), a.data) {
				t.Errorf("%s is not %s: run go test ./static -update", name, url)
			}
		}
	}
}

func pack(t *testing.T, encoding string, data []byte) []byte {
	var buf bytes.Buffer
	var w io.WriteCloser = brotli.NewWriterLevel(&buf, brotli.BestCompression)
	var err error
	switch encoding {
	case "zstd":
		w, err = zstd.NewWriter(&buf, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	case "gzip":
		w, err = gzip.NewWriterLevel(&buf, gzip.BestCompression)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func unpack(t *testing.T, encoding string, data []byte) []byte {
	var r io.Reader = brotli.NewReader(bytes.NewReader(data))
	switch encoding {
	case "zstd":
		z, err := zstd.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r = z
	case "gzip":
		var err error
		if r, err = gzip.NewReader(bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHandler(t *testing.T) {
	for name, c := range map[string]struct{ file, accept, encoding, kind string }{
		"brotli":    {"recto.css", "gzip, deflate, br, zstd", "br", "text/css; charset=utf-8"},
		"zstd":      {"app.js", "zstd", "zstd", "text/javascript; charset=utf-8"},
		"gzip":      {"htmx.min.js", "gzip", "gzip", "text/javascript; charset=utf-8"},
		"neither":   {"recto.css", "identity", "", "text/css; charset=utf-8"},
		"a font":    {"fonts/inter-basic.woff2", "br", "", "font/woff2"},
		"the rules": {"speculation.json", "br", "br", "application/speculationrules+json"},
		"a licence": {"licences/htmx", "br", "", "text/plain; charset=utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, URL(c.file), nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			Handler().ServeHTTP(w, r)
			h := w.Header()
			if w.Code != http.StatusOK || h.Get("Content-Encoding") != c.encoding || h.Get("Content-Type") != c.kind ||
				!strings.Contains(h.Get("Cache-Control"), "immutable") {
				t.Errorf("%d %v", w.Code, h)
			}
			_, urls := assets()
			byURL, _ := assets()
			want := byURL[strings.TrimPrefix(urls[c.file], Prefix)].data
			got := w.Body.Bytes()
			if c.encoding != "" {
				got = unpack(t, c.encoding, got)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%d bytes, want %d", len(got), len(want))
			}
		})
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, Prefix+"recto.css", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("a name without its hash: %d", w.Code)
	}
}

func TestTheSheetNamesFontsByTheirHashes(t *testing.T) {
	byURL, urls := assets()
	css := string(byURL[strings.TrimPrefix(urls["recto.css"], Prefix)].data)
	if strings.Contains(css, `url("fonts/`) || !strings.Contains(css, urls["fonts/inter-basic.woff2"]) {
		t.Error("the style sheet names a font without its hash")
	}
	if !strings.Contains(css, "@layer math {") {
		t.Error("the style sheet has no rules for maths")
	}
}
