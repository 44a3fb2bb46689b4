package tagger

import (
	"os"
	"path/filepath"
	"testing"
)

func benchPapers(b *testing.B) []paper {
	if dir := os.Getenv("RECTO_SHARED"); dir != "" {
		return load(b, filepath.Join(dir, "data/bulk/*.gz"), 20000)
	}
	return load(b, "testdata/papers.jsonl", 1000)
}

func BenchmarkAdd(b *testing.B) {
	papers := benchPapers(b)
	m := New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := &papers[i%len(papers)]
		m.Add(p.Title, p.Abstract)
	}
}

func BenchmarkTags(b *testing.B) {
	papers := benchPapers(b)
	m := New()
	for _, p := range papers {
		m.Add(p.Title, p.Abstract)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := &papers[i%len(papers)]
		m.Tags(p.Title, p.Abstract)
	}
}
