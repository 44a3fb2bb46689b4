package ingest

import (
	"bytes"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"
)

// fuzz feeds a parser anything. Whatever comes, it ends, and each record is a paper that Clean takes or has a reason.
func fuzz(f *testing.F, seeds string, parse func(io.Reader) iter.Seq2[Record, error]) {
	paths, err := filepath.Glob(seeds)
	if err != nil || len(paths) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range paths {
		seed, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
		f.Add(seed[:len(seed)/2])
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		failed := false
		for rec, err := range parse(bytes.NewReader(in)) {
			if failed {
				t.Fatal("it goes on after an error")
			}
			if err != nil {
				failed = true
				continue
			}
			if rec.Place == "" {
				t.Errorf("a record without a place: %+v", rec)
			}
			if rec.Reason == "" {
				if err := rec.Paper.Clean(); err != nil && reasonOf(err) == "" {
					t.Errorf("%s is set aside without a reason: %v", rec.Place, err)
				}
			}
		}
	})
}

func FuzzJSONL(f *testing.F)    { fuzz(f, "testdata/jsonl/*.jsonl", parseJSONL) }
func FuzzHF(f *testing.F)       { fuzz(f, "testdata/hf/*.json", parseHFFile) }
func FuzzAtom(f *testing.F)     { fuzz(f, "testdata/arxiv/*.xml", parseAtomFile) }
func FuzzSnapshot(f *testing.F) { fuzz(f, "testdata/snapshot/*.json*", parseWholeSnapshot) }
func FuzzPage(f *testing.F)     { fuzz(f, "testdata/page/*.txt", parsePageOf2026) }

func parseWholeSnapshot(r io.Reader) iter.Seq2[Record, error] { return parseSnapshot(r, nil, "") }
func parsePageOf2026(r io.Reader) iter.Seq2[Record, error]    { return parsePage(r, 2026, "2026-05-13") }

// FuzzDecompress: damaged files are errors that say so, never a hang or a panic.
func FuzzDecompress(f *testing.F) {
	f.Add([]byte(gzipped(f, paperOne)))
	f.Add([]byte(zstded(f, paperOne)))
	f.Add([]byte("BZh91AY&SY"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := decompress(bytes.NewReader(in))
		if err != nil {
			return
		}
		defer r.Close()
		_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<20))
	})
}
