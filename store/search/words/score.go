package words

import (
	"fmt"
	"math"
)

// BM25F (Robertson, Zaragoza & Taylor, "Simple BM25 Extension to Multiple Weighted Fields", 2004): a term's frequencies
// in the fields, each weighted and divided by a measure of the field's length, are added up before they saturate.
//
// All that a document's own part of the formula needs is constant, so an impact that has been written stays right however
// the collection grows. The averages are those of 20,000 arXiv papers of 2025.
const saturation = 1.2 // k1

type field struct {
	weight  float64
	slope   float64 // b: how much of the length counts
	average float64 // length in terms
}

var scoring = [fieldCount]field{
	{weight: 3, slope: 0.4, average: 11},
	{weight: 1, slope: 0.7, average: 185},
	{weight: 1, slope: 0.4, average: 12},
}

// scoringForm changes when an index that was written with other constants must be written again.
var scoringForm = fmt.Sprint(saturation, scoring)

// factors are what a field's term frequencies are multiplied by in a document with fields of these lengths.
func factors(lengths [fieldCount]int) (f [fieldCount]float64) {
	for i, s := range scoring {
		f[i] = s.weight / (1 - s.slope + s.slope*float64(lengths[i])/s.average)
	}
	return f
}

// impact is a term's saturated frequency in a document, in 255ths, from 1 to 255.
func impact(frequencies [fieldCount]int, factors [fieldCount]float64) uint8 {
	var tf float64
	for i, n := range frequencies {
		tf += float64(n) * factors[i]
	}
	return max(1, uint8(255*tf/(saturation+tf)+0.5))
}

// A score is a whole number while it is added up, so that the order of adding changes nothing: a term's weight times an
// impact. scoreUnit makes of it what BM25F says.
const (
	weightUnit = 512
	scoreUnit  = (saturation + 1) / (weightUnit * 255)
)

// weight is a term's inverse document frequency, in weightUnits.
func weight(documents, having int) uint32 {
	n, df := float64(documents), float64(having)
	idf := math.Log(1 + (max(n-df, 0)+0.5)/(df+0.5))
	return uint32(max(1, math.Round(idf*weightUnit)))
}
