package latex

import (
	"strings"
	"testing"
)

var (
	benchAbstract = strings.Repeat("We study how models learn from data, and show that they do so well in practice. ", 18)[:1400]
	benchMaths    = `We prove a bound of $O(n\log n)$ for graphs with $\alpha_i \le \frac{1}{2}$ and \emph{many} edges, ` + benchAbstract
)

func BenchmarkHTMLCached(b *testing.B) {
	r := New(WithTimeout(patience))
	r.HTML(b.Context(), benchMaths)
	for b.Loop() {
		r.HTML(b.Context(), benchMaths)
	}
}

// BenchmarkHTMLUncached renders two formulas.
func BenchmarkHTMLUncached(b *testing.B) {
	r := New(WithTimeout(patience), WithCacheBytes(0), WithWorkers(1))
	r.HTML(b.Context(), benchMaths)
	for b.Loop() {
		r.HTML(b.Context(), benchMaths)
	}
}

func BenchmarkHTMLWithoutMaths(b *testing.B) {
	r := New(WithTimeout(patience))
	for b.Loop() {
		r.HTML(b.Context(), benchAbstract)
	}
}

func BenchmarkTextWithoutMaths(b *testing.B) {
	for b.Loop() {
		Text(benchAbstract)
	}
}

func BenchmarkTextWithMaths(b *testing.B) {
	for b.Loop() {
		Text(benchMaths)
	}
}

func BenchmarkMachineStart(b *testing.B) {
	for b.Loop() {
		if _, err := newMachine(); err != nil {
			b.Fatal(err)
		}
	}
}
