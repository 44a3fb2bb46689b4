package synth

import (
	"math"
	"math/bits"
)

// dice are a stream of random numbers (splitmix64), the same on every machine and with every version of Go.
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	return mix(uint64(*d))
}

// below is a number from 0 to n-1.
func (d *dice) below(n int) int { return int(scale(d.next(), n)) }

// unit is a number in (0, 1).
func (d *dice) unit() float64 { return unit(d.next()) }

// chance says yes with a probability.
func (d *dice) chance(p float64) bool { return d.unit() < p }

// normal is a number of the standard normal distribution.
func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(d.unit())) * math.Cos(2*math.Pi*d.unit())
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// hash makes one number of two.
func hash(a, b uint64) uint64 { return mix(mix(a+0x9e3779b97f4a7c15) ^ (b+1)*0xd6e8feb86659fd93) }

func unit(x uint64) float64 { return (float64(x>>11) + 0.5) / (1 << 53) }

// scale brings a random number below n.
func scale(x uint64, n int) uint64 {
	high, _ := bits.Mul64(x, uint64(n))
	return high
}
