package ingest

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"iter"
)

// sampleCatalogue is in Recto's own format; sample/README.md says where it is from.
//
//go:embed sample/papers.jsonl.zst
var sampleCatalogue []byte

// Sample is the small catalogue that comes with the program: 627 papers of 22 days of spring 2026.
func Sample() Source {
	src := Source{Name: "sample", meter: new(meter)}
	src.records = func(context.Context, string) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			text, err := decompress(&meteredReader{bytes.NewReader(sampleCatalogue), src.meter})
			if err != nil {
				yield(Record{}, fmt.Errorf("the sample catalogue: %w", err))
				return
			}
			defer text.Close()
			src.meter.total.Store(int64(len(sampleCatalogue)))
			parseJSONL(text)(yield)
		}
	}
	return src
}
