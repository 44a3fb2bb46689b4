package ingest

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"recto/store"
)

func TestSampleGoesInWhole(t *testing.T) {
	m := ingestAll(t, Sample(), nil)
	if len(m.papers) != 627 || len(m.rejects) != 0 {
		t.Fatalf("%d papers and %d rejects, want 627 and none", len(m.papers), len(m.rejects))
	}
	days := make(map[store.Day]int)
	for _, p := range m.papers {
		days[p.FeaturedOn]++
		if p.Source != "hf" || p.FeaturedBy != "hf" || p.URL(store.LinkPDF) == "" || p.SubmittedAt.IsZero() || len(p.Authors) == 0 {
			t.Errorf("%s is not whole: %+v", p.ID, p)
		}
	}
	if len(days) != 22 {
		t.Errorf("%d days, want 22", len(days))
	}
}

// TestSampleIsCurrent makes the sample from the shared data and compares, or writes it with -update.
func TestSampleIsCurrent(t *testing.T) {
	m := ingestAll(t, JSONL(files(shared(t, "sample/papers.jsonl"))), nil)
	slices.SortFunc(m.papers, func(a, b store.Paper) int {
		return cmp.Or(cmp.Compare(a.FeaturedOn, b.FeaturedOn), b.SourceVotes-a.SourceVotes, cmp.Compare(a.ID, b.ID))
	})
	var want bytes.Buffer
	e := NewEncoder(&want)
	for _, p := range m.papers {
		p.Source, p.ReadAt = "hf", time.Date(2026, 5, 13, 0, 0, 0, 0, time.UTC)
		if err := e.Encode(&p); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		var packed bytes.Buffer
		z, err := zstd.NewWriter(&packed, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
		if err != nil {
			t.Fatal(err)
		}
		_, err1 := z.Write(want.Bytes())
		if err := cmp.Or(err1, z.Close(), os.WriteFile("sample/papers.jsonl.zst", packed.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	r, err := decompress(bytes.NewReader(sampleCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("the embedded sample differs from the shared one: run RECTO_SHARED=… go test ./ingest -run Sample -update")
	}
}
