package web_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recto/web"
)

func TestDumps(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newSite(t, func(c *web.Config) { c.Export = filepath.Join(dir) })
	v := s.visitor()
	if first := v.get("/export").want(http.StatusOK).text("main"); !strings.Contains(first, "being made") {
		t.Errorf("before the first one: %s", first)
	}
	for _, name := range []string{"latest", web.DumpSums, "recto-1.jsonl.zst"} {
		v.get("/export/" + name).want(http.StatusNotFound)
	}
	newer, older := strings.Repeat("newer ", 1000), "older"
	write("recto-2.jsonl.zst", newer)
	write("recto-1.jsonl.zst", older)
	write("secret.txt", "not on the list")
	sums := fmt.Sprintf("%x  recto-2.jsonl.zst\n%x  recto-1.jsonl.zst\n%x  recto-0.jsonl.zst\n", sha256.Sum256([]byte(newer)), sha256.Sum256([]byte(older)), sha256.Sum256(nil))
	write(web.DumpSums, sums)

	p := v.get("/export").want(http.StatusOK)
	equal(t, "files", strings.Join(p.attrs("main h2 a", "href"), " "), "/export/recto-2.jsonl.zst /export/recto-1.jsonl.zst")
	if text := p.text("main dl:first-of-type"); !strings.Contains(text, "6.0 kB") || !strings.Contains(text, sums[:64]) {
		t.Errorf("the newest: %s", text)
	}
	equal(t, "h1", p.text("h1"), "The whole catalogue")
	checkNothingInline(t, p)
	v.get("/export/latest").leadsTo(http.StatusFound, "/export/recto-2.jsonl.zst")
	equal(t, "checksums", string(v.get("/export/"+web.DumpSums).want(http.StatusOK).body), sums)
	dump := v.get("/export/recto-2.jsonl.zst").want(http.StatusOK)
	equal(t, "content type", dump.Header.Get("Content-Type"), "application/zstd")
	equal(t, "encoding", dump.Header.Get("Content-Encoding"), "")
	equal(t, "length", dump.Header.Get("Content-Length"), fmt.Sprint(len(newer)))
	equal(t, "text", string(dump.body), newer)
	part := v.do(http.MethodGet, "/export/recto-2.jsonl.zst", nil, map[string]string{"Range": "bytes=6-10", "If-Range": dump.Header.Get("ETag")}).want(http.StatusPartialContent)
	equal(t, "a part", string(part.body), "newer")
	head := v.do(http.MethodHead, "/export/recto-2.jsonl.zst", nil, nil).want(http.StatusOK)
	equal(t, "bytes of HEAD", len(head.body), 0)
	for _, name := range []string{"secret.txt", "recto-0.jsonl.zst", "..", "%2e%2e%2frecto.db", "x", "recto-2.jsonl.zst%00"} {
		if p := v.get("/export/" + name); p.StatusCode != http.StatusNotFound || bytes.Contains(p.body, []byte("not on the list")) {
			t.Errorf("%s: %d %.100s", name, p.StatusCode, p.body)
		}
	}
	for _, path := range []string{"/robots.txt", "/llms.txt"} {
		if body := string(v.get(path).body); !strings.Contains(body, siteURL+"/export") {
			t.Errorf("%s does not name the dump: %s", path, body)
		}
	}
	off := newSite(t).visitor()
	if text := off.get("/export").want(http.StatusNotFound).text("main"); !strings.Contains(text, "recto serve --export DIR") {
		t.Errorf("switched off: %s", text)
	}
	off.get("/export/latest").want(http.StatusNotFound)
	if body := string(off.get("/robots.txt").body); strings.Contains(body, "/export") {
		t.Errorf("a dump that isn't made is named: %s", body)
	}
}

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1.0 kB", 1_234_567: "1.2 MB", 2_000_000_000: "2.0 GB", 5_400_000_000_000_000: "5400.0 TB"} {
		equal(t, fmt.Sprint(n), web.BytesText(n), want)
	}
}
