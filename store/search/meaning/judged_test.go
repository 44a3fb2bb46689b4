package meaning

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"recto/store/search/text"
)

// judged is a test collection: documents, questions and which documents answer them.
type judged struct {
	name      string
	docs      [][]string
	questions [][]string
	grades    []map[uint32]float64 // by question
}

func terms(s string) []string {
	var out []string
	for _, t := range text.Tokens(nil, s) {
		if !text.Common(t.Term) {
			out = append(out, t.Term)
		}
	}
	return out
}

// shared is the folder of data that is measured but not kept here.
func shared(tb testing.TB) string {
	dir := os.Getenv("RECTO_SHARED")
	if dir == "" {
		tb.Skip("RECTO_SHARED is not set")
	}
	return dir
}

func lines(tb testing.TB, path string, each func(line []byte)) {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	scan := bufio.NewScanner(bytes.NewReader(raw))
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			tb.Fatal(err)
		}
		scan = bufio.NewScanner(z)
	}
	scan.Buffer(nil, 1<<24)
	for scan.Scan() {
		each(scan.Bytes())
	}
	if scan.Err() != nil {
		tb.Fatal(scan.Err())
	}
}

// readJudged reads a collection in BEIR's layout, with the questions that have an answer.
func readJudged(tb testing.TB, dir string) *judged {
	type record struct {
		ID    string `json:"_id"`
		Title string
		Text  string
	}
	c := &judged{name: filepath.Base(dir)}
	numbers, answers := map[string]uint32{}, map[string]map[uint32]float64{}
	decode := func(line []byte) (r record) {
		if err := json.Unmarshal(line, &r); err != nil {
			tb.Fatal(err)
		}
		return r
	}
	lines(tb, filepath.Join(dir, "corpus.jsonl.gz"), func(line []byte) {
		r := decode(line)
		numbers[r.ID] = uint32(len(c.docs))
		c.docs = append(c.docs, terms(r.Title+"\n"+r.Text))
	})
	lines(tb, filepath.Join(dir, "qrels.tsv"), func(line []byte) {
		field := strings.Split(string(line), "\t")
		grade, err := strconv.ParseFloat(field[2], 64)
		if doc, ok := numbers[field[1]]; ok && err == nil && grade > 0 {
			if answers[field[0]] == nil {
				answers[field[0]] = map[uint32]float64{}
			}
			answers[field[0]][doc] = grade
		}
	})
	lines(tb, filepath.Join(dir, "queries.jsonl"), func(line []byte) {
		if r := decode(line); answers[r.ID] != nil {
			c.questions = append(c.questions, terms(r.Text))
			c.grades = append(c.grades, answers[r.ID])
		}
	})
	return c
}

func judgedSets(tb testing.TB) []*judged {
	dirs, err := filepath.Glob(filepath.Join(shared(tb), "data/search/*"))
	if err != nil || len(dirs) == 0 {
		tb.Skip("no judged sets", err)
	}
	var sets []*judged
	for _, dir := range dirs {
		sets = append(sets, readJudged(tb, dir))
	}
	return sets
}

// ndcg is the normalised discounted cumulative gain of the first k hits (Järvelin & Kekäläinen 2002).
func ndcg(hits []Hit, grades map[uint32]float64, k int) float64 {
	got, best := 0.0, 0.0
	for i, h := range hits[:min(k, len(hits))] {
		got += grades[h.Number] / math.Log2(float64(i+2))
	}
	ideal := make([]float64, 0, len(grades))
	for _, g := range grades {
		ideal = append(ideal, g)
	}
	slices.SortFunc(ideal, func(a, b float64) int { return cmp.Compare(b, a) })
	for i, g := range ideal[:min(k, len(ideal))] {
		best += g / math.Log2(float64(i+2))
	}
	return got / best
}

// recall is the share of the answers that is among the first k hits.
func recall(hits []Hit, grades map[uint32]float64, k int) float64 {
	found := 0
	for _, h := range hits[:min(k, len(hits))] {
		if grades[h.Number] > 0 {
			found++
		}
	}
	return float64(found) / float64(len(grades))
}

// bm25 ranks all documents by every word of a question (Robertson & Zaragoza 2009).
type bm25 struct {
	postings map[string][]Hit // Score is the term's weight in the document
}

func newBM25(docs [][]string) *bm25 {
	const k1, b = 1.2, 0.75
	counts, lengths, total := make([]map[string]float64, len(docs)), make([]float64, len(docs)), 0.0
	df := map[string]float64{}
	for i, d := range docs {
		counts[i] = map[string]float64{}
		for _, t := range d {
			counts[i][t]++
			lengths[i]++
		}
		for t := range counts[i] {
			df[t]++
		}
		total += lengths[i]
	}
	x := &bm25{map[string][]Hit{}}
	n := float64(len(docs))
	for i := range docs {
		norm := k1 * (1 - b + b*lengths[i]/(total/n))
		for t, tf := range counts[i] {
			idf := math.Log(1 + (n-df[t]+0.5)/(df[t]+0.5))
			x.postings[t] = append(x.postings[t], Hit{uint32(i), float32(idf * tf * (k1 + 1) / (tf + norm))})
		}
	}
	return x
}

func (x *bm25) search(question []string, k int) []Hit {
	scores := map[uint32]float32{}
	for _, t := range question {
		for _, p := range x.postings[t] {
			scores[p.Number] += p.Score
		}
	}
	hits := make([]Hit, 0, len(scores))
	for n, s := range scores {
		hits = append(hits, Hit{n, s})
	}
	return best(hits, k)
}

func best(hits []Hit, k int) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Number, b.Number)) })
	return hits[:min(k, len(hits))]
}

// nearest ranks all vectors exactly.
func nearest(vectors [][]float32, q []float32, k int) []Hit {
	var hits []Hit
	for i, v := range vectors {
		if v != nil && q != nil {
			hits = append(hits, Hit{uint32(i), dot(v, q)})
		}
	}
	return best(hits, k)
}
