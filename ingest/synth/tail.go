package synth

import "math"

// tail is the distribution of the ranks of rare things, a power law without an end (Zipf and Mandelbrot's):
// P(rank) ∝ (q + rank)^-alpha. Of m draws from it about m^(1/alpha) differ, which is Heaps' law.
type tail struct{ alpha, q float64 }

const maxRank = 1 << 50

// rank is the rank of a random number in (0, 1). Ranks too large for an int have a rank of their own all the same.
func (t tail) rank(u float64) int {
	rank := t.q * (math.Pow(u, -1/(t.alpha-1)) - 1)
	if rank < maxRank {
		return int(rank)
	}
	return maxRank + int(mix(math.Float64bits(u))%maxRank)
}

// distinct is how many ranks m draws are expected to show.
func (t tail) distinct(m float64) float64 {
	const steps, decades = 600, 14
	sum, last := 0.0, 1.0
	for i := 1; i <= steps; i++ { // x = (q + rank)/q, by equal ratios
		x := math.Pow(10, decades*float64(i)/steps)
		middle := math.Sqrt(x * last)
		p := (t.alpha - 1) / t.q * math.Pow(middle, -t.alpha)
		sum += -math.Expm1(-m*p) * (x - last) * t.q
		last = x
	}
	return sum
}

// outlook is over how many times the real papers the growth of a tail is fit.
const outlook = 16

// leastAlpha is where the ranks' growth is nearly in step with the draws; below it, hardly a rank comes twice.
const leastAlpha = 1.15

// fitTail is the tail by which m draws show so many different things, and outlook times m draws times as many.
func fitTail(distinct, m, times float64) tail {
	return between(leastAlpha, 4, func(alpha float64) (tail, bool) {
		t := between(math.Log(1e-3), math.Log(1e12), func(q float64) (tail, bool) {
			t := tail{alpha, math.Exp(q)}
			return t, t.distinct(m) < distinct
		})
		return t, t.distinct(outlook*m) > times*distinct
	})
}

// between narrows a parameter down; try says whether it has to be larger.
func between(low, high float64, try func(float64) (tail, bool)) tail {
	for {
		middle := (low + high) / 2
		t, larger := try(middle)
		if high-low < 1e-3 {
			return t
		}
		if larger {
			low = middle
		} else {
			high = middle
		}
	}
}

// growth measures Heaps' exponent between half of the real papers and all of them.
type growth struct {
	counts       map[string]int
	draws, half  int
	distinctHalf int
}

func newGrowth() *growth { return &growth{counts: make(map[string]int)} }

func (g *growth) add(word string) {
	g.draws++
	g.counts[word]++
}

// halfWay notes how things stand when half of the papers are through.
func (g *growth) halfWay() { g.half, g.distinctHalf = g.draws, len(g.counts) }

// exponent is kept between bounds, because few papers say little of it.
func (g *growth) exponent(least, most float64) float64 {
	if g.half == 0 || g.distinctHalf == 0 || g.draws == g.half {
		return (least + most) / 2
	}
	beta := math.Log(float64(len(g.counts))/float64(g.distinctHalf)) / math.Log(float64(g.draws)/float64(g.half))
	return min(max(beta, least), most)
}
