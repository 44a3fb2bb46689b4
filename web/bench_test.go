package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"recto/web"
)

// BenchmarkPage draws pages as a browser gets them: kept ones, and without the page cache.
func BenchmarkPage(b *testing.B) {
	for _, kept := range []struct {
		name  string
		bytes int64
	}{{"kept", 1 << 20}, {"drawn", 0}} {
		for name, path := range map[string]string{"listing": "/papers/date/2026-05-12", "paper": "/papers/2605.00003"} {
			b.Run(name+"/"+kept.name, func(b *testing.B) {
				s := newSite(b, func(c *web.Config) { c.Cache = kept.bytes })
				b.ReportAllocs()
				for b.Loop() {
					r := httptest.NewRequest(http.MethodGet, path, nil)
					r.Header.Set("Accept", "text/html")
					r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
					w := httptest.NewRecorder()
					s.handler.ServeHTTP(w, r)
					if n, _ := io.Copy(io.Discard, w.Body); w.Code != http.StatusOK || n == 0 {
						b.Fatalf("status %d, %d bytes", w.Code, n)
					}
				}
			})
		}
	}
}
