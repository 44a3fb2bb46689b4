package latex

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// minRendered is the share of formulas in real papers that must render. What
// is left uses commands that their authors defined.
const minRendered = 0.985

// TestRealPapers reads the papers in $RECTO_SHARED/data, if that is set.
func TestRealPapers(t *testing.T) {
	root := os.Getenv("RECTO_SHARED")
	if root == "" {
		t.Skip("RECTO_SHARED is not set")
	}
	r := New(WithTimeout(patience))
	formulas, failed := 0, 0
	for _, name := range []string{"odd/papers.jsonl", "kaggle/snapshot-200.jsonl", "sample/papers.jsonl", "sample/papers-58-days-with-keywords.jsonl"} {
		f, err := os.Open(filepath.Join(root, "data", name))
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(f)
		for {
			var p struct{ Title, Abstract string }
			if err := d.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{p.Title, p.Abstract} {
				checkHTML(t, text, r.HTML(t.Context(), text))
				Text(text)
				walk(parse(text), func(n *node) {
					if n.kind != mathNode {
						return
					}
					formulas++
					if _, ok := r.formula(t.Context(), n.text, n.display); !ok {
						failed++
						t.Logf("failed: %s", n.text)
					}
				})
			}
		}
		f.Close()
	}
	share := 1 - float64(failed)/float64(max(formulas, 1))
	t.Logf("%d of %d formulas failed, %.2f%% rendered", failed, formulas, 100*share)
	if share < minRendered {
		t.Errorf("%.4f of the formulas rendered, want %.4f", share, minRendered)
	}
}

func walk(nodes []node, visit func(*node)) {
	for i := range nodes {
		visit(&nodes[i])
		walk(nodes[i].kids, visit)
	}
}
