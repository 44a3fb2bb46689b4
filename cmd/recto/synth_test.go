package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSynthIsIngestedAndTheSameForASeed(t *testing.T) {
	r := newRecto(t)
	made := r.must("", "synth", "-n", "250")
	if n := strings.Count(made, "\n"); n != 250 {
		t.Fatalf("%d lines", n)
	}
	if again := r.must("", "synth", "-n", "250"); again != made {
		t.Error("the same seed made another catalogue")
	}
	if other := r.must("", "synth", "-n", "250", "--seed", "2"); other == made {
		t.Error("another seed made the same catalogue")
	}
	if out := r.must(made, "ingest", "jsonl", "-"); !strings.Contains(out, "250 read: 250 new, 0 changed, 0 the same, 0 set aside") {
		t.Errorf("ingest said %q", out)
	}
	if out := r.must("", "export"); out != made {
		t.Error("the export is not what was ingested")
	}
	if out := r.must("", "doctor"); !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor: %s", out)
	}
}

func TestSynthWritesTheSnapshotsFormatFromGivenPapers(t *testing.T) {
	r := newRecto(t)
	folder := t.TempDir()
	real, made := filepath.Join(folder, "real.jsonl"), filepath.Join(folder, "made.json")
	r.must("", "synth", "-n", "60", "-o", real)
	r.must("", "synth", "-n", "120", "--from", real, "--format", "kaggle", "-o", made)
	text, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), `{"id":"`) || strings.Count(string(text), `"authors_parsed":[[`) != 120 {
		t.Errorf("it begins %.200s", text)
	}
	if out := r.must("", "ingest", "snapshot", made); !strings.Contains(out, "120 new") {
		t.Errorf("ingest said %q", out)
	}
}

func TestSynthRefuses(t *testing.T) {
	r := newRecto(t)
	few := filepath.Join(t.TempDir(), "few.jsonl")
	if err := os.WriteFile(few, []byte(onePaper), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, says := range map[string]string{
		"synth -n 0":                   "at least 1",
		"synth -n 90000000":            "ids can name",
		"synth --from " + few:          "fewer than 20",
		"synth --from /nowhere/at-all": "no such file",
	} {
		if status, _, errs := r.run("", strings.Fields(args)...); status != 1 || !strings.Contains(errs, says) {
			t.Errorf("recto %s: status %d, said %q", args, status, errs)
		}
	}
}
