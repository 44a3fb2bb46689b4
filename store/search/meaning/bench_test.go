package meaning

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// clustered are random vectors around so many random centres, as papers are around their subjects.
func clustered(r *rand.Rand, n, centres, dimensions int) [][]float32 {
	around := make([][]float32, centres)
	for i := range around {
		around[i] = gaussian(r, nil, 1, dimensions)
	}
	vectors := make([][]float32, n)
	for i := range vectors {
		vectors[i] = gaussian(r, around[r.IntN(centres)], 0.7, dimensions)
		normalise(vectors[i])
	}
	return vectors
}

func gaussian(r *rand.Rand, around []float32, spread float64, dimensions int) []float32 {
	v := make([]float32, dimensions)
	copy(v, around)
	for i := range v {
		v[i] += float32(spread * r.NormFloat64())
	}
	return v
}

func BenchmarkTrain(b *testing.B) {
	docs := bulk(b)
	b.ReportAllocs()
	for b.Loop() {
		trained(b, docs)
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkVector(b *testing.B) {
	docs := bulk(b)
	m := trained(b, docs[:10000])
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Vector(docs[i%len(docs)])
	}
}

func BenchmarkUpdate(b *testing.B) {
	vectors := clustered(rand.New(rand.NewPCG(1, 0)), 10_000, 100, Dimensions)
	x, err := Create(b.TempDir(), "test", Dimensions)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	changes := make([]Change, 1000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for j := range changes {
			changes[j] = Change{uint32(i*len(changes) + j), vectors[(i*len(changes)+j)%len(vectors)]}
		}
		if err := x.Update(changes); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(changes)*b.N)/b.Elapsed().Seconds(), "vectors/s")
}

// benchPapers is how many random papers are searched; RECTO_MEANING_PAPERS sets it.
func benchPapers() int {
	if n, err := strconv.Atoi(os.Getenv("RECTO_MEANING_PAPERS")); err == nil {
		return n
	}
	return 200_000
}

func BenchmarkSearch(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 0))
	const step = 10_000
	papers := benchPapers()
	x, err := Create(b.TempDir(), "test", Dimensions)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	var queries [][]float32
	for from := 0; from < papers; from += step {
		vectors := clustered(r, step, 20, Dimensions)
		changes := make([]Change, step)
		for i, v := range vectors {
			changes[i] = Change{uint32(from + i), v}
		}
		queries = append(queries, vectors[0])
		if err := x.Update(changes); err != nil {
			b.Fatal(err)
		}
	}
	if err := x.Commit(1); err != nil {
		b.Fatal(err)
	}
	for _, filter := range []struct {
		name   string
		accept func(uint32) bool
	}{
		{"all", nil},
		{"half", func(n uint32) bool { return n%2 == 0 }},
		{"a thousandth", func(n uint32) bool { return n%1000 == 0 }},
	} {
		b.Run("accept="+filter.name, func(b *testing.B) {
			b.ReportAllocs()
			var times []time.Duration
			for i := 0; b.Loop(); i++ {
				begin := time.Now()
				if _, err := x.Search(context.Background(), queries[i%len(queries)], 100, filter.accept); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(begin))
			}
			slices.Sort(times)
			for _, p := range []int{50, 99} {
				b.ReportMetric(times[len(times)*p/100].Seconds()*1000, fmt.Sprintf("p%d-ms", p))
			}
		})
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			y, err := Open(x.dir, "test", Dimensions)
			if err != nil {
				b.Fatal(err)
			}
			y.Close()
		}
	})
	b.Run("signs", func(b *testing.B) {
		s, err := x.acquire()
		if err != nil {
			b.Fatal(err)
		}
		defer s.release()
		q := signs(x.rotation.rotate(queries[0]), s.centre)
		b.SetBytes(int64(len(s.signs)))
		for b.Loop() {
			if _, err := s.candidates(context.Background(), q, candidates, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
