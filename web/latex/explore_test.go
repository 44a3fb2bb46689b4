package latex

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

func TestExplore(t *testing.T) {
	f, err := os.Open("/tmp/lx/in.txt")
	if err != nil {
		t.Skip()
	}
	r := New()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		fmt.Println("IN  ", sc.Text())
		fmt.Println("HTML", r.HTML(context.Background(), sc.Text()))
		fmt.Println("TEXT", Text(sc.Text()))
	}
}

func TestExploreData(t *testing.T) {
	var files []string
	for _, p := range strings.Fields(os.Getenv("LX")) {
		m, _ := filepath.Glob("/work/shared/data/" + p)
		files = append(files, m...)
	}
	r := New(WithCacheBytes(1 << 30))
	out, _ := os.Create("/tmp/lx/texts.txt")
	fails, _ := os.Create("/tmp/lx/fails.txt")
	w := bufio.NewWriter(out)
	defer w.Flush()
	total, failed, texts := 0, 0, 0
	why := map[string]int{}
	var textTime, scanTime time.Duration
	start := time.Now()
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var rd io.Reader = bytes.NewReader(raw)
		if strings.HasSuffix(name, ".gz") {
			rd, _ = gzip.NewReader(rd)
		}
		d := json.NewDecoder(rd)
		for d.More() {
			var p struct{ ID, Title, Abstract string }
			if err := d.Decode(&p); err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{p.Title, p.Abstract} {
				texts++
				t0 := time.Now()
				plain := Text(s)
				t1 := time.Now()
				nodes := parse(s)
				textTime += t1.Sub(t0)
				scanTime += time.Since(t1)
				walk(nodes, func(n *node) {
					if n.kind != mathNode {
						return
					}
					total++
					if _, ok := r.formula(context.Background(), n.text, n.display); !ok {
						failed++
						f, err := prepare(n.text)
						if err == nil {
							_, err = r.engine.render(context.Background(), f, n.display)
						}
						e := "clean"
						if err != nil {
							e = err.Error()
						}
						e, _, _ = strings.Cut(e, " at ")
						why[e]++
						fmt.Fprintf(fails, "%s\t%q\n", e, n.text)
					}
				})
				if strings.ContainsAny(s, "\\$^_{}~`<&\n") {
					fmt.Fprintf(w, "IN   %q\nTEXT %s\n", s, plain)
				}
			}
		}
	}
	fmt.Println(texts, "texts", total, "formulas", failed, "failed", time.Since(start), "text", textTime/time.Duration(texts), "scan", scanTime/time.Duration(texts), "cache", r.cache.bytes, r.cache.lru.Len())
	var keys []string
	for k := range why {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return why[keys[i]] > why[keys[j]] })
	for _, k := range keys[:min(len(keys), 40)] {
		fmt.Println(why[k], k)
	}
}

func walk(nodes []node, f func(*node)) {
	for i := range nodes {
		f(&nodes[i])
		walk(nodes[i].kids, f)
	}
}
