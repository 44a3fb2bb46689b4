package tagger

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

type paper struct {
	ID, Title, Abstract string
	Keywords            []string
}

func load(t testing.TB, path string, most int) []paper {
	t.Helper()
	files, _ := filepath.Glob(path)
	var out []paper
	for _, f := range files {
		h, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader = h
		if strings.HasSuffix(f, ".gz") {
			in, err = gzip.NewReader(h)
			if err != nil {
				t.Fatal(err)
			}
		}
		b := bufio.NewScanner(in)
		b.Buffer(nil, 1<<24)
		for b.Scan() {
			var p paper
			if err := json.Unmarshal(b.Bytes(), &p); err != nil {
				continue
			}
			out = append(out, p)
			if len(out) == most {
				h.Close()
				return out
			}
		}
		h.Close()
	}
	return out
}

func TestLook(t *testing.T) {
	set := cmp.Or(os.Getenv("SET"), "sample/papers.jsonl")
	papers := load(t, filepath.Join(os.Getenv("RECTO_SHARED"), "data", set), 1000000)
	if os.Getenv("N") != "" {
		rand.New(rand.NewSource(1)).Shuffle(len(papers), func(i, j int) { papers[i], papers[j] = papers[j], papers[i] })
		var n int
		json.Unmarshal([]byte(os.Getenv("N")), &n)
		papers = papers[:min(n, len(papers))]
	}
	var a, b runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&a)
	m := New()
	start := time.Now()
	for _, p := range papers {
		m.Add(p.Title, p.Abstract)
	}
	added := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&b)
	start = time.Now()
	count := map[string]int{}
	all := make([][]string, len(papers))
	sum, none := 0, 0
	for i, p := range papers {
		all[i] = m.Tags(p.Title, p.Abstract)
		sum += len(all[i])
		if len(all[i]) == 0 {
			none++
		}
		for _, x := range all[i] {
			count[x]++
		}
	}
	tagged := time.Since(start)
	n := time.Duration(len(papers))
	t.Logf("%d papers; add %v, tags %v; %d phrases, %d acronyms, %d spelled, %d KiB; %.2f tags a paper, %d without; %d tags", len(papers), added/n, tagged/n, len(m.phrases.list), len(m.acronyms.short), len(m.spelling.forms), (b.HeapAlloc-a.HeapAlloc)>>10, float64(sum)/float64(len(papers)), none, len(count))
	hist := map[int]int{}
	for _, c := range count {
		hist[min(c, 10)]++
	}
	t.Log("tags by papers", hist)
	// the yardstick
	known := map[string]int{}
	for _, p := range load(t, filepath.Join(os.Getenv("RECTO_SHARED"), "data/sample/papers-58-days-with-keywords.jsonl"), 1e6) {
		for _, k := range p.Keywords {
			known[foldName(k)]++
		}
	}
	hit, w := 0, 0
	for x, c := range count {
		if known[foldName(x)] > 0 {
			hit += c
			w++
		}
	}
	t.Logf("yardstick: %.1f%% of tags given, %.1f%% of tags", 100*float64(hit)/float64(sum), 100*float64(w)/float64(len(count)))
	if os.Getenv("MISS") != "" {
		have := map[string]bool{}
		for x := range count {
			have[foldName(x)] = true
		}
		for k, n := range known {
			if n >= 5 && !have[k] {
				t.Log("missing ", n, k)
			}
		}
	}
	type row struct {
		name string
		n    int
	}
	var rows []row
	for x, c := range count {
		rows = append(rows, row{x, c})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.n, a.n), strings.Compare(a.name, b.name)) })
	top := 100
	if os.Getenv("TOP") != "" {
		json.Unmarshal([]byte(os.Getenv("TOP")), &top)
	}
	var line strings.Builder
	for i, x := range rows[:min(top, len(rows))] {
		mark := ""
		if known[foldName(x.name)] == 0 {
			mark = "*"
		}
		line.WriteString(x.name + mark + " " + itoa(x.n) + " | ")
		if i%8 == 7 {
			line.WriteString("\n")
		}
	}
	t.Log("\n" + line.String())
	rnd := rand.New(rand.NewSource(7))
	show := 30
	if os.Getenv("SHOW") != "" {
		json.Unmarshal([]byte(os.Getenv("SHOW")), &show)
	}
	for range show {
		i := rnd.Intn(len(papers))
		t.Logf("%s\n      %s", strings.Join(strings.Fields(papers[i].Title), " "), strings.Join(all[i], " · "))
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func foldName(s string) string {
	r := new(reader)
	r.reset()
	r.read(s, 0)
	var w []string
	for i, t := range r.tokens {
		if i == len(r.tokens)-1 {
			w = append(w, t.one)
		} else {
			w = append(w, t.word)
		}
	}
	return strings.Join(w, " ")
}
