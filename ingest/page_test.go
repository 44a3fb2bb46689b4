package ingest

import (
	"strings"
	"testing"
)

func TestPageTroubles(t *testing.T) {
	for name, tt := range map[string]struct{ in, err string }{
		"HTML":       {"<!doctype html><html><body>Mar 11</body></html>", "it is an HTML page"},
		"empty":      {"", "it is empty"},
		"no heading": {"A title\n\nAn abstract.\n", "it is text without a date as its heading"},
	} {
		t.Run(name, func(t *testing.T) {
			src, err := Page(PageOptions{Files: text(tt.in), Now: testNow})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Run(t.Context(), new(memory), src, Options{}); err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
	if _, err := Page(PageOptions{Year: 26}); err == nil {
		t.Error("year 26 was taken")
	}
	if _, err := Run(t.Context(), new(memory), JSONL(Files{}), Options{}); err == nil {
		t.Error("no file at all was taken")
	}
}
