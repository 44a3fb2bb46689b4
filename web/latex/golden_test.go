package latex

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

type excerpt struct {
	ID, Kind, Text string
}

func excerpts(t testing.TB) []excerpt {
	t.Helper()
	f, err := os.Open("testdata/excerpts.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []excerpt
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e excerpt
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestGolden(t *testing.T) {
	r := New(WithTimeout(patience))
	var b strings.Builder
	for _, e := range excerpts(t) {
		html := r.HTML(t.Context(), e.Text)
		checkHTML(t, e.Text, html)
		b.WriteString("## " + e.ID + " " + e.Kind + "\nin:   " + collapse(e.Text) + "\nhtml: " + html + "\ntext: " + Text(e.Text) + "\n\n")
	}
	const name = "testdata/excerpts.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range min(len(gotLines), len(wantLines)) {
			if gotLines[i] != wantLines[i] {
				t.Fatalf("%s:%d\n got %s\nwant %s\n(-update writes it)", name, i+1, gotLines[i], wantLines[i])
			}
		}
		t.Fatalf("%s: %d lines, want %d (-update writes it)", name, len(gotLines), len(wantLines))
	}
}
