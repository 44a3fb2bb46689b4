package ingest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recto/store"
)

// TestShared feeds every source the shared data that is its. Nothing whole is set aside.
func TestShared(t *testing.T) {
	shared(t, ".") // here, so that it is this test that is passed over without it
	glob := func(pattern string) Files {
		paths, err := filepath.Glob(shared(t, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("nothing at %s: %v", pattern, err)
		}
		return Files{Paths: paths}
	}
	for _, tt := range []struct {
		name      string
		source    func() (Source, error)
		papers    int
		ids       int
		withdrawn int
		days      int
	}{
		{"sample", func() (Source, error) { return JSONL(glob("sample/papers.jsonl")), nil }, 627, 627, 0, 22},
		{"58 days", func() (Source, error) { return JSONL(glob("sample/papers-58-days-with-keywords.jsonl")), nil }, 1492, 1492, 0, 42},
		{"odd", func() (Source, error) { return JSONL(glob("odd/papers.jsonl")), nil }, 189, 185, 12, 0},
		{"bulk", func() (Source, error) { return JSONL(glob("bulk/*.jsonl.gz")), nil }, 46_313, 46_313, 0, 0},
		{"kaggle", func() (Source, error) { return Snapshot(SnapshotOptions{Files: glob("kaggle/*.jsonl")}) }, 200, 200, 1, 0},
		{"hf", func() (Source, error) { return HF(HFOptions{Files: glob("hf/*.json")}) }, 5, 5, 0, 1},
		{"seed", func() (Source, error) { return Page(PageOptions{Files: glob("seed/*.txt"), Now: testNow}) }, 59, 59, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src, err := tt.source()
			m := ingestAll(t, src, err)
			for _, r := range m.rejects {
				t.Errorf("%s set aside: %s", r.Place, r.Reason)
			}
			ids, days, withdrawn := make(map[store.PaperID]bool), make(map[store.Day]bool), 0
			for _, p := range m.papers {
				ids[p.ID] = true
				days[p.FeaturedOn] = true
				if p.Withdrawn {
					withdrawn++
				}
				if p.Title == "" || p.Abstract == "" || len(p.Authors) == 0 && tt.name != "seed" {
					t.Errorf("%s is not whole", p.ID)
				}
			}
			if len(m.papers) != tt.papers || len(ids) != tt.ids || tt.withdrawn > 0 && withdrawn != tt.withdrawn ||
				tt.days > 0 && len(days) != tt.days {
				t.Errorf("%d papers, %d ids, %d withdrawn, %d days; want %d, %d, %d, %d", len(m.papers), len(ids), withdrawn, len(days),
					tt.papers, tt.ids, tt.withdrawn, tt.days)
			}
		})
	}
}

// TestSharedAtom reads each recorded answer of arXiv's API as what it is.
func TestSharedAtom(t *testing.T) {
	paths, err := filepath.Glob(shared(t, "arxiv_atom/*.json"))
	if err != nil || len(paths) != 20 {
		t.Fatal(len(paths), err)
	}
	papers := 0
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var reply struct {
			Status int `json:"status_code"`
			Body   string
		}
		if err := json.Unmarshal(raw, &reply); err != nil {
			t.Fatal(err)
		}
		var info atomInfo
		for rec, err := range parseAtom(strings.NewReader(reply.Body), &info) {
			switch {
			case reply.Status == 400 && err != nil && err.Error() == "arXiv says: incorrect id format for abc":
			case err != nil:
				t.Errorf("%s: %v", path, err)
			case rec.Reason != "":
				t.Errorf("%s %s: %s", path, rec.Place, rec.Reason)
			default:
				if err := rec.Paper.Clean(); err != nil {
					t.Errorf("%s %s: %v", path, rec.Place, err)
				}
				if rec.Paper.Version() == 0 || rec.Paper.Primary() == "" || rec.Paper.SubmittedAt.IsZero() {
					t.Errorf("%s %s is not whole: %+v", path, rec.Place, rec.Paper)
				}
				papers++
			}
		}
	}
	if papers != 221 {
		t.Errorf("%d papers, want 221", papers)
	}
}

// TestSharedExport: what odd papers and the sample become is written, and read back to the same bytes.
func TestSharedExport(t *testing.T) {
	export := func(f Files) string {
		var out bytes.Buffer
		e := NewEncoder(&out)
		for _, p := range ingestAll(t, JSONL(f), nil).papers {
			if err := e.Encode(&p); err != nil {
				t.Fatal(err)
			}
		}
		return out.String()
	}
	first := export(files(shared(t, "odd/papers.jsonl"), shared(t, "sample/papers.jsonl")))
	if export(text(first)) != first {
		t.Error("the second export differs")
	}
}

func BenchmarkRunIntoStore(b *testing.B) {
	path := shared(b, "bulk/arxiv-2512-01.jsonl.gz")
	read := 0
	for b.Loop() {
		tally, err := Run(b.Context(), openStore(b), JSONL(files(path)), Options{})
		if err != nil {
			b.Fatal(err)
		}
		read += tally.Read
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "papers/s")
}
