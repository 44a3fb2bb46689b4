package tagger

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDump lists candidates with their counts.
func TestDump(t *testing.T) {
	set := cmp.Or(os.Getenv("SET"), "sample/papers.jsonl")
	papers := load(t, filepath.Join(os.Getenv("RECTO_SHARED"), "data", set), 1000000)
	if os.Getenv("N") != "" {
		rand.New(rand.NewSource(1)).Shuffle(len(papers), func(i, j int) { papers[i], papers[j] = papers[j], papers[i] })
		var n int
		json.Unmarshal([]byte(os.Getenv("N")), &n)
		papers = papers[:min(n, len(papers))]
	}
	m := New()
	for _, p := range papers {
		m.Add(p.Title, p.Abstract)
	}
	type row struct {
		name string
		c    concept
	}
	seen := map[uint64]row{}
	r := new(reader)
	for _, p := range papers {
		r.paper(p.Title, p.Abstract)
		for i := range r.grams {
			g := &r.grams[i]
			if g.flags&gramWhole == 0 || !r.specific(g) {
				continue
			}
			if e := m.phrases.get(g.hash); e == nil || e.strong < 2 {
				continue
			}
			c, ok := m.concept(r, g, 2)
			if !ok {
				continue
			}
			seen[c.id] = row{strings.Join(c.short, " "), c}
		}
	}
	var rows []row
	for _, x := range seen {
		rows = append(rows, x)
	}
	base := float64(m.titled) / float64(m.grams)
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.c.all.strong, a.c.all.strong), strings.Compare(a.name, b.name))
	})
	fmt.Printf("base %.4f\n", base)
	for _, x := range rows {
		e := x.c.all
		n := float64(e.papers)
		if len(x.c.short) > 1 != (os.Getenv("MULTI") != "") {
			continue
		}
		fmt.Printf("%-32s n%4d strong %.2f lift %.2f L %.2f R %.2f X %.2f H %.2f pl %.2f\n", x.name, e.papers, float64(e.strong)/n, float64(e.title)/n/base, float64(e.left)/n, float64(e.right)/n, float64(e.extended)/n, float64(e.head)/n, float64(e.plural)/n)
	}
}
