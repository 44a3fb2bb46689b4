package meaning

import (
	"math"
	"math/rand/v2"
)

// rotation is a fixed random rotation that spreads what a vector says evenly over its numbers. Without it the first of
// LSA's dimensions would count no more than the last when only signs are compared, and 8 bits would be spent on few large
// numbers. Angles stay what they are. It is two rounds of random signs and a Walsh–Hadamard transform (Ailon & Chazelle
// 2009), n log n steps, in blocks where n is no power of two.
type rotation struct {
	width, block int // width is a multiple of block, which is a power of two
	signs        [2][]float32
}

// newRotation is for vectors of up to width numbers, a multiple of 64.
func newRotation(width int) *rotation {
	r := &rotation{width: width, block: width & -width}
	random := rand.New(rand.NewPCG(uint64(width), 0))
	for round := range r.signs {
		r.signs[round] = make([]float32, width)
		for i := range width {
			r.signs[round][i] = float32(1-2*int(random.Uint64()&1)) / float32(math.Sqrt(float64(r.block)))
		}
	}
	return r
}

// rotate returns v turned, its end filled up with zeros.
func (r *rotation) rotate(v []float32) []float32 {
	turned, spread := make([]float32, r.width), make([]float32, r.width)
	copy(turned, v)
	for round, signs := range r.signs {
		for i, s := range signs {
			turned[i] *= s
		}
		for from := 0; from < r.width; from += r.block {
			hadamard(turned[from : from+r.block])
		}
		if round == 0 {
			for i, x := range turned {
				spread[i%r.block*(r.width/r.block)+i/r.block] = x
			}
			turned, spread = spread, turned
		}
	}
	return turned
}

// restore undoes rotate.
func (r *rotation) restore(turned []float32) []float32 {
	v, gathered := append([]float32(nil), turned...), make([]float32, r.width)
	for round := len(r.signs) - 1; round >= 0; round-- {
		if round == 0 {
			for i := range gathered {
				gathered[i] = v[i%r.block*(r.width/r.block)+i/r.block]
			}
			v = gathered
		}
		for from := 0; from < r.width; from += r.block {
			hadamard(v[from : from+r.block])
		}
		for i, s := range r.signs[round] {
			v[i] *= s
		}
	}
	return v
}

// hadamard is the Walsh–Hadamard transform in place, which its own repetition undoes but for the factor len(v).
func hadamard(v []float32) {
	for half := 1; half < len(v); half *= 2 {
		for from := 0; from < len(v); from += 2 * half {
			a, b := v[from:from+half], v[from+half:from+2*half]
			for i := range a {
				a[i], b[i] = a[i]+b[i], a[i]-b[i]
			}
		}
	}
}
