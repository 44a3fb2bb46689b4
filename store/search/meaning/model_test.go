package meaning

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// subjects are documents that mix words of a few subjects with words of none.
func subjects(r *rand.Rand, n int) [][]string {
	docs := make([][]string, n)
	for i := range docs {
		subject := r.IntN(12)
		for range 20 + r.IntN(40) {
			word := 1000 + int(r.ExpFloat64()*40) // of no subject
			if r.IntN(2) == 0 {
				word = 50*subject + int(r.ExpFloat64()*10)
			}
			docs[i] = append(docs[i], "w"+string(rune('a'+word%26))+string(rune('a'+word/26%26))+string(rune('a'+word/676)))
		}
	}
	return docs
}

// TestVectorsAreTheSVD compares a model with an exact decomposition: a document that it learned from has the vector UΣ.
func TestVectorsAreTheSVD(t *testing.T) {
	docs := subjects(rand.New(rand.NewPCG(1, 0)), 300)
	m := trained(t, docs)
	s, err := readSample(context.Background(), all(docs), func(string, int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	s.prune()
	s.weigh()
	x := mat.NewDense(len(s.docs), len(s.terms), nil)
	for i, doc := range s.docs {
		for _, e := range doc {
			x.Set(i, int(e.term), float64(e.weight))
		}
	}
	var svd mat.SVD
	if !svd.Factorize(x, mat.SVDThin) {
		t.Fatal("no decomposition")
	}
	var u mat.Dense
	svd.UTo(&u)
	sigma := svd.Values(nil)
	exact := make([][]float32, len(docs))
	for i := range exact {
		exact[i] = make([]float32, m.Dimensions())
		for c := range exact[i] {
			exact[i][c] = float32(u.At(i, c) * sigma[c])
		}
		normalise(exact[i])
	}
	for i := range docs {
		v := m.Vector(docs[i])
		for _, j := range []int{i, (i + 7) % len(docs), (i + 100) % len(docs)} {
			if got, want := dot(v, m.Vector(docs[j])), dot(exact[i], exact[j]); math.Abs(float64(got-want)) > 0.01 {
				t.Fatalf("documents %d and %d: cosine %.4f, exactly %.4f", i, j, got, want)
			}
		}
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	docs := subjects(rand.New(rand.NewPCG(2, 0)), 500)
	a, b := trained(t, docs), trained(t, docs)
	if !bytes.Equal(a.body(), b.body()) {
		t.Error("two models of the same documents differ")
	}
	if c := trained(t, docs[1:]); c.Identity() == a.Identity() {
		t.Error("models of different documents have one identity")
	}
}

func TestVector(t *testing.T) {
	docs := subjects(rand.New(rand.NewPCG(3, 0)), 500)
	m := trained(t, docs)
	if m.Vector([]string{"unheard", "of"}) != nil || m.Vector(nil) != nil {
		t.Error("a vector of nothing")
	}
	v := m.Vector(docs[0])
	if length := dot(v, v); math.Abs(float64(length)-1) > 1e-5 {
		t.Errorf("length² %f", length)
	}
	shuffled := slices.Clone(docs[0])
	rand.New(rand.NewPCG(4, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if !slices.Equal(v, m.Vector(shuffled)) {
		t.Error("order matters")
	}
}

func TestTrainOnLittle(t *testing.T) {
	for _, docs := range [][][]string{nil, {nil, nil}, {{"a"}, {"b"}, {"c"}, {"d"}}, {{"a"}, {"a"}, {"a"}, {"a"}}} {
		if _, err := Train(context.Background(), all(docs), Options{}); !errors.Is(err, ErrTooFew) {
			t.Errorf("%v: %v", docs, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 0, 4), 0, 12).Draw(t, "docs")
		m, err := Train(context.Background(), all(docs), Options{})
		if errors.Is(err, ErrTooFew) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Dimensions() < 1 || m.Dimensions() > 5 {
			t.Fatalf("%d dimensions", m.Dimensions())
		}
	})
}

func TestTrainStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	_, err := Train(ctx, all(subjects(rand.New(rand.NewPCG(5, 0)), 1000)), Options{Progress: func(step string, done, total int) {
		if step == "learning" {
			steps++
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || steps != 1 {
		t.Errorf("after %d steps: %v", steps, err)
	}
	broken := errors.New("broken")
	var docs iter.Seq2[[]string, error] = func(yield func([]string, error) bool) { yield(nil, broken) }
	if _, err := Train(context.Background(), docs, Options{}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestStale(t *testing.T) {
	for _, c := range []struct {
		learned, now int
		stale        bool
	}{{100, 150, false}, {100, 200, true}, {150_000, 299_999, false}, {150_000, 300_000, true}, {200_000, 3_000_000, false}} {
		if got := (&Model{documents: c.learned}).Stale(c.now); got != c.stale {
			t.Errorf("learned from %d, now %d: %v", c.learned, c.now, got)
		}
	}
	if Stride(Sample) != 1 || Stride(Sample+1) != 2 || Stride(3_000_000) != 30 || Stride(0) != 1 {
		t.Error("strides")
	}
}

func TestModelFile(t *testing.T) {
	docs := subjects(rand.New(rand.NewPCG(6, 0)), 200)
	m := trained(t, docs)
	path := filepath.Join(t.TempDir(), "model")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if back.Identity() != m.Identity() || back.documents != len(docs) || !slices.Equal(back.Vector(docs[3]), m.Vector(docs[3])) {
		t.Error("a model changed on its way through a file")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int{0, 3, 30, len(raw) / 2, len(raw) - 1} {
		if _, err := parseModel(raw[:cut]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	for at := 0; at < len(raw); at += 1 + len(raw)/50 {
		bad := slices.Clone(raw)
		bad[at] ^= 4
		if _, err := parseModel(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("changed at %d: %v", at, err)
		}
	}
}

// FuzzParseModel feeds the parser bodies with a right checksum.
func FuzzParseModel(f *testing.F) {
	f.Add((&Model{terms: []string{"a", "bc"}, dimensions: 2, scales: []float32{1, 2}, vectors: []byte{1, 2, 3, 4}}).body())
	f.Fuzz(func(t *testing.T, body []byte) {
		if m, err := parseModel(seal(body)); err == nil {
			m.Vector([]string{"a", "bc"})
		}
	})
}
