package meaning

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/mat"
)

const (
	oversampling = 64   // columns beyond the wanted ones, at least
	iterations   = 3    // of the subspace
	stripe       = 32   // columns that are worth a worker of their own: two cache lines a row
	slab         = 256  // rows that are summed in 32 bits before they join the sum in 64
	nothing      = 1e-9 // a direction with less than this share of the largest one's energy is rounding noise
)

// entry is one term of a document and its weight there.
type entry struct {
	term   uint32
	weight float32
}

// matrix is dense and stored row by row.
type matrix struct {
	rows, cols int
	data       []float32
}

func newMatrix(rows, cols int) *matrix {
	return &matrix{rows, cols, make([]float32, rows*cols)}
}

// band is rows from to to as BLAS wants them.
func (m *matrix) band(from, to int) blas32.General {
	return blas32.General{Rows: to - from, Cols: m.cols, Stride: m.cols, Data: m.data[from*m.cols : to*m.cols]}
}

// rightSingular finds the right singular vectors of the documents × terms matrix X, one a column, those with the largest
// singular values first. There are up to dimensions of them, fewer when X has a lower rank.
//
// It is randomised subspace iteration on XᵀX (Halko, Martinsson & Tropp 2011, "Finding structure with randomness",
// algorithm 4.4) with a Rayleigh–Ritz step at the end. Only the terms' side is ever dense: two matrices of terms ×
// (dimensions + oversampling). The result depends on docs and seed, never on the number of processors.
func rightSingular(ctx context.Context, docs [][]entry, terms, dimensions int, seed uint64, step func(done, total int)) (*matrix, error) {
	dimensions = min(dimensions, terms, len(docs))
	q := newMatrix(terms, (dimensions+oversampling+stripe-1)/stripe*stripe)
	random := rand.New(rand.NewPCG(seed, 0))
	for i := range q.data {
		q.data[i] = float32(random.NormFloat64())
	}
	z := newMatrix(q.rows, q.cols)
	for i := range iterations {
		if err := gramProduct(ctx, docs, q, z); err != nil {
			return nil, err
		}
		orthonormalise(z)
		q, z = z, q
		step(i+1, iterations+1)
	}
	if err := gramProduct(ctx, docs, q, z); err != nil {
		return nil, err
	}
	energies, directions := eigen(innerProduct(q, z))
	rank := 0
	for rank < min(dimensions, len(energies)) && energies[rank] > nothing*energies[0] {
		rank++
	}
	v := newMatrix(terms, rank)
	multiply(q, directions, v)
	step(iterations+1, iterations+1)
	return v, nil
}

// gramProduct sets z to XᵀX·q. Each worker takes some columns through all documents, so no sum is shared.
func gramProduct(ctx context.Context, docs [][]entry, q, z *matrix) error {
	clear(z.data)
	stripes := q.cols / stripe
	workers := min(runtime.GOMAXPROCS(0), stripes)
	var all sync.WaitGroup
	for w := range workers {
		from, to := w*stripes/workers*stripe, (w+1)*stripes/workers*stripe
		all.Go(func() {
			y := make([]float32, to-from)
			for i, doc := range docs {
				if i%4096 == 0 && ctx.Err() != nil {
					return
				}
				clear(y)
				for _, e := range doc {
					blas32.Implementation().Saxpy(len(y), e.weight, q.data[int(e.term)*q.cols+from:], 1, y, 1)
				}
				for _, e := range doc {
					blas32.Implementation().Saxpy(len(y), e.weight, y, 1, z.data[int(e.term)*z.cols+from:], 1)
				}
			}
		})
	}
	all.Wait()
	return ctx.Err()
}

// orthonormalise makes z's columns orthonormal and sets those that add nothing to zero.
func orthonormalise(z *matrix) {
	energies, directions := eigen(innerProduct(z, z))
	for c, energy := range energies {
		scale := 0.0
		if energy > nothing*energies[0] {
			scale = 1 / math.Sqrt(energy)
		}
		for r := range energies {
			directions.Set(r, c, directions.At(r, c)*scale)
		}
	}
	multiply(z, directions, z)
}

// innerProduct is aᵀb, which must be symmetric.
func innerProduct(a, b *matrix) *mat.SymDense {
	sum := make([]float64, a.cols*a.cols)
	part := newMatrix(a.cols, a.cols)
	for from := 0; from < a.rows; from += slab {
		to := min(from+slab, a.rows)
		blas32.Gemm(blas.Trans, blas.NoTrans, 1, a.band(from, to), b.band(from, to), 0, part.band(0, a.cols))
		for i, v := range part.data {
			sum[i] += float64(v)
		}
	}
	return mat.NewSymDense(a.cols, sum)
}

// multiply sets to to the first columns of a·b; to may be a.
func multiply(a *matrix, b *mat.Dense, to *matrix) {
	factor := newMatrix(a.cols, to.cols)
	for r := range factor.rows {
		for c := range factor.cols {
			factor.data[r*factor.cols+c] = float32(b.At(r, c))
		}
	}
	part := newMatrix(slab, to.cols)
	for from := 0; from < a.rows; from += slab {
		end := min(from+slab, a.rows)
		blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, a.band(from, end), factor.band(0, factor.rows), 0, part.band(0, end-from))
		copy(to.data[from*to.cols:end*to.cols], part.data)
	}
}

// eigen are the eigenvalues of s, largest first and none below zero, and their vectors, one a column.
func eigen(s *mat.SymDense) ([]float64, *mat.Dense) {
	n := s.SymmetricDim()
	var found mat.EigenSym
	if !found.Factorize(s, true) { // s holds a NaN or an infinity: unit vectors can't make one
		panic("meaning: eigenvalues did not converge")
	}
	values := found.Values(nil)
	var vectors mat.Dense
	found.VectorsTo(&vectors)
	sorted := mat.NewDense(n, n, nil)
	for c := range n / 2 {
		values[c], values[n-1-c] = values[n-1-c], values[c]
	}
	for c := range n {
		values[c] = max(values[c], 0)
		for r := range n {
			sorted.Set(r, c, vectors.At(r, n-1-c))
		}
	}
	return values, sorted
}
