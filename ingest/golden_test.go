package ingest

import (
	"io"
	"iter"
	"testing"
)

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		file  string
		parse func(io.Reader) iter.Seq2[Record, error]
	}{
		{"jsonl/own.jsonl", parseJSONL},
		{"jsonl/odd.jsonl", parseJSONL},
		{"jsonl/sample.jsonl", parseJSONL},
		{"hf/daily_papers.json", parseHFFile},
		{"hf/traps.json", parseHFFile},
		{"arxiv/old-id-affiliations.xml", parseAtomFile},
		{"arxiv/one-of-two-ids.xml", parseAtomFile},
		{"arxiv/testing-0-10.xml", parseAtomFile},
		{"arxiv/testing-10-10.xml", parseAtomFile},
		{"arxiv/empty.xml", parseAtomFile},
		{"arxiv/bad-id.xml", parseAtomFile},
		{"snapshot/papers.jsonl", parseWholeSnapshot},
		{"snapshot/array.json", parseWholeSnapshot},
		{"snapshot/traps.jsonl", parseWholeSnapshot},
		{"page/papers-page.txt", parsePageOf2026},
		{"page/traps.txt", parsePageOf2026},
	} {
		t.Run(tt.file, func(t *testing.T) {
			golden(t, tt.file+".golden", transcript(tt.parse(open(t, "testdata/"+tt.file))))
		})
	}
}
