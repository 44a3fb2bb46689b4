package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSearchCommand(t *testing.T) {
	r := newRecto(t)
	if status, _, errs := r.run("", "search", "x"); status != 1 || !strings.Contains(errs, "no catalogue") {
		t.Errorf("without a catalogue: status %d, %s", status, errs)
	}
	r.must(`{"id":"2501.00001","title":"Zeppelin flight","abstract":"The flight of a zeppelin.","authors":[{"name":"Ada Lovelace"}],"categories":["cs.RO"],"submitted_at":"2025-01-02T00:00:00Z"}
{"id":"2501.00002","title":"Balloons","abstract":"Hot air & <nothing> else.","authors":[],"submitted_at":"2025-01-03T00:00:00Z"}
`, "ingest", "jsonl", "-")
	status, out, errs := r.run("", "search", "zepelin", "flights")
	if status != 0 || !strings.Contains(out, "2501.00001") || strings.Contains(out, "2501.00002") || !strings.Contains(errs, "Showing results for zeppelin flights") {
		t.Errorf("status %d\n%s%s", status, out, errs)
	}
	var found struct {
		Total  int
		Papers []struct {
			ID, Title, Passage string
			Authors            []string
		}
	}
	out = r.must("", "search", "--json", "balloon")
	if err := json.Unmarshal([]byte(out), &found); err != nil || found.Total != 1 || found.Papers[0].ID != "2501.00002" || found.Papers[0].Passage != "Hot air & <nothing> else." {
		t.Errorf("%v\n%s", err, out)
	}
	if out := r.must("", "search", "https://arxiv.org/abs/2501.00001"); !strings.Contains(out, "Zeppelin flight") {
		t.Errorf("by address: %s", out)
	}
	if out := r.must("", "search", "--", "-zeppelin air"); !strings.Contains(out, "2501.00002") || strings.Contains(out, "2501.00001") {
		t.Errorf("without a word: %s", out)
	}
	if out := r.must("", "index"); !strings.Contains(out, "has 2 papers") {
		t.Errorf("index: %s", out)
	}
	if out := r.must("", "index", "--anew"); !strings.Contains(out, "has 2 papers") {
		t.Errorf("index --anew: %s", out)
	}
	if out := r.must("", "doctor"); !strings.Contains(out, "checking the search index") || !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor: %s", out)
	}
	r.must(`{"id":"2501.00003","title":"Airships","authors":[],"submitted_at":"2025-01-04T00:00:00Z"}`, "ingest", "jsonl", "-")
	if out := r.must("", "doctor"); !strings.Contains(out, "lacks 1 changes") || !strings.Contains(out, "Everything is right.") {
		t.Errorf("doctor of an index that is behind: %s", out)
	}
}

// TestSearchWhileServed searches from the command line while a server keeps the index.
func TestSearchWhileServed(t *testing.T) {
	r := newRecto(t)
	r.serve()
	for range 100 {
		status, out, errs := r.run("", "search", "language models")
		if status != 0 {
			t.Fatalf("status %d\n%s", status, errs)
		}
		if strings.Count(out, "\n") == 20 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the server's index never came")
}

// TestKilledIndexing kills the program, without a chance to tidy up, while it indexes; what it left must be right.
func TestKilledIndexing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const kills, papers = 20, 2_000
	r := newRecto(t)
	path := filepath.Join(t.TempDir(), "papers.jsonl")
	r.must("", "synth", "-n", fmt.Sprint(papers), "-o", path)
	r.must("", "ingest", "jsonl", path)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for kill := range kills {
		cmd := exec.Command(exe, "index")
		cmd.Env = append(os.Environ(), childMark, "RECTO_DB="+r.db)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(40+kill*kill*3) * time.Millisecond) // some while it learns, some while it indexes
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if kill%5 == 4 { // a paper that comes in between is not lost
			r.must(fmt.Sprintf(`{"id":"hep-th/9901%03d","title":"Zeppelin %d","authors":[],"submitted_at":"2025-01-02T00:00:00Z"}`, kill, kill), "ingest", "jsonl", "-")
		}
	}
	out := r.must("", "search", "--json", "--limit", "100", "ti:zeppelin")
	var found struct{ Total int }
	if err := json.Unmarshal([]byte(out), &found); err != nil || found.Total != kills/5 {
		t.Errorf("%v, %d papers", err, found.Total)
	}
	if out := r.must("", "doctor"); !strings.Contains(out, "Everything is right.") || strings.Contains(out, "lacks") {
		t.Errorf("doctor: %s", out)
	}
	if out := r.must("", "index"); !strings.Contains(out, commas(papers+kills/5)+" papers") {
		t.Errorf("index: %s", out)
	}
}
