package cite

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("%s:%d\ngot  %s\nwant %s", path, i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("%s has %d lines, not %d", path, len(wantLines), len(gotLines))
}

// TestGolden shows what becomes of papers with everything that citations get wrong.
func TestGolden(t *testing.T) {
	papers := hardPapers(t)
	for _, f := range Formats {
		var b bytes.Buffer
		if err := Write(&b, f, each(papers), site); err != nil {
			t.Fatal(err)
		}
		golden(t, string(f)+f.Extension(), b.String())
	}
	var coins, jsonld, meta strings.Builder
	for i := range papers {
		p := &papers[i]
		coins.WriteString(strings.ReplaceAll(COinS(p, site), "&", "\n&") + "\n\n")
		jsonld.Write(ScholarlyArticle(p, site))
		jsonld.WriteString("\n")
		for _, tag := range Meta(p) {
			meta.WriteString(tag.Name + ": " + tag.Content + "\n")
		}
		meta.WriteString("\n")
	}
	jsonld.Write(ItemList("Papers of 12 May 2026", site+"/papers/date/2026-05-12", 21, idsOf(papers[:3]), site))
	golden(t, "coins.golden", coins.String())
	golden(t, "jsonld.golden", jsonld.String()+"\n")
	golden(t, "meta.golden", meta.String())
}
