package meaning

import (
	"context"
	"encoding/json"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
)

// all yields documents as Train reads them.
func all(docs [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
	}
}

var bulkTexts = sync.OnceValue(func() map[string][][]string { return map[string][][]string{} })

// bulk are the terms of many real abstracts.
func bulk(tb testing.TB) [][]string {
	dir := shared(tb)
	if docs := bulkTexts()[dir]; docs != nil {
		return docs
	}
	paths, err := filepath.Glob(filepath.Join(dir, "data/bulk/*.jsonl.gz"))
	if err != nil || len(paths) == 0 {
		tb.Skip("no bulk papers", err)
	}
	var docs [][]string
	for _, path := range paths {
		lines(tb, path, func(line []byte) {
			var p struct{ Title, Abstract string }
			if err := json.Unmarshal(line, &p); err != nil {
				tb.Fatal(err)
			}
			docs = append(docs, terms(p.Title+"\n"+p.Abstract))
		})
	}
	bulkTexts()[dir] = docs
	return docs
}

func trained(tb testing.TB, docs [][]string) *Model {
	tb.Helper()
	m, err := Train(context.Background(), all(docs), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func filled(tb testing.TB, vectors [][]float32) *Index {
	tb.Helper()
	dimensions := 0
	var changes []Change
	for i, v := range vectors {
		if v != nil {
			dimensions = len(v)
			changes = append(changes, Change{uint32(i), v})
		}
	}
	x, err := Create(tb.TempDir(), "test", dimensions)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { x.Close() })
	for from := 0; from < len(changes); from += 10000 {
		if err := x.Update(changes[from:min(from+10000, len(changes))]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := x.Commit(1); err != nil {
		tb.Fatal(err)
	}
	return x
}

// recallOf is the share of the exact nearest that x finds, on average over some of the vectors.
func recallOf(tb testing.TB, x *Index, vectors, queries [][]float32, k int) float64 {
	sum, n := 0.0, 0
	for _, q := range queries {
		exact := map[uint32]float64{}
		for _, h := range nearest(vectors, q, k) {
			exact[h.Number] = 1
		}
		hits, err := x.Search(context.Background(), q, k, nil)
		if err != nil {
			tb.Fatal(err)
		}
		sum += recall(hits, exact, k)
		n++
	}
	return sum / float64(n)
}

func TestRecallOnBulk(t *testing.T) {
	docs := bulk(t)
	m := trained(t, docs)
	var vectors [][]float32
	for _, d := range docs {
		vectors = append(vectors, m.Vector(d))
	}
	x := filled(t, vectors)
	r := rand.New(rand.NewPCG(1, 1))
	var asDoc, asQuery [][]float32
	for range 100 {
		d := docs[r.IntN(len(docs))]
		asDoc = append(asDoc, m.Vector(d))
		if len(d) > 10 {
			at := r.IntN(len(d) - 5)
			asQuery = append(asQuery, m.Vector(d[at:at+4]))
		}
	}
	for _, k := range []int{10, 100} {
		t.Logf("recall@%d: documents %.3f, four words %.3f", k, recallOf(t, x, vectors, asDoc, k), recallOf(t, x, vectors, asQuery, k))
	}
}
