package tagger

import (
	"os"
	"path/filepath"
	"testing"
)

func benchPapers(b *testing.B) []paper {
	if dir := os.Getenv("RECTO_SHARED"); dir != "" {
		return load(b, filepath.Join(dir, "data/sample/papers-58-days-with-keywords.jsonl"))
	}
	return load(b, "testdata/papers.jsonl")
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
	m := modelOf(papers)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := &papers[i%len(papers)]
		m.Tags(p.Title, p.Abstract)
	}
}
