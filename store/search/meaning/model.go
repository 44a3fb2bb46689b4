package meaning

import (
	"fmt"
	"hash/crc32"
	"math"
	"sync"
)

// mature is a catalogue that another model would not serve much better.
const mature = 200_000

// Model turns terms into vectors whose angles say how near two texts are in meaning. It never changes and may be used
// by many at once.
type Model struct {
	numbers    map[string]uint32
	terms      []string
	dimensions int
	scales     []float32 // by term
	vectors    []byte    // terms × dimensions, each an int8 to be multiplied by the term's scale
	documents  int       // that the catalogue had
	sum        uint32    // of the marshalled form
	scratch    sync.Pool
}

type scratch struct {
	doc    []uint32
	counts []entry
}

// newModel keeps each term's right singular vector times its idf in 8 bits. A document's vector is then a plain sum of
// its terms', V·Σ of the decomposition for those that it was learned from. Leaving Σ out, or a root of it, ranked worse
// on three of four judged collections.
func newModel(terms []string, idf []float32, v *matrix, documents int) *Model {
	m := &Model{terms: terms, dimensions: v.cols, documents: documents}
	m.scales, m.vectors = make([]float32, v.rows), make([]byte, len(v.data))
	for t := range v.rows {
		m.scales[t] = quantise(m.vectors[t*v.cols:(t+1)*v.cols], v.data[t*v.cols:(t+1)*v.cols]) * idf[t]
	}
	m.number()
	m.sum = crc32.Checksum(m.body(), castagnoli)
	return m
}

func (m *Model) number() {
	m.numbers = make(map[string]uint32, len(m.terms))
	for i, term := range m.terms {
		m.numbers[term] = uint32(i)
	}
}

// Vector of a text's terms, of unit length; nil when the model knows none of them. Order does not matter.
func (m *Model) Vector(terms []string) []float32 {
	s, _ := m.scratch.Get().(*scratch)
	if s == nil {
		s = &scratch{}
	}
	defer m.scratch.Put(s)
	s.doc = s.doc[:0]
	for _, term := range terms {
		if n, known := m.numbers[term]; known {
			s.doc = append(s.doc, n)
		}
	}
	s.counts = tally(s.counts[:0], s.doc)
	v := make([]float32, m.dimensions)
	for _, e := range s.counts {
		weight := e.weight * m.scales[e.term]
		for c, x := range m.vectors[int(e.term)*len(v):][:len(v)] {
			v[c] += weight * float32(int8(x))
		}
	}
	if !normalise(v) {
		return nil
	}
	return v
}

// Dimensions of the model's vectors.
func (m *Model) Dimensions() int { return m.dimensions }

// Identity tells the model from every other, for Open and Create: vectors of different models can't be compared.
func (m *Model) Identity() string { return fmt.Sprintf("lsa %d %08x", m.dimensions, m.sum) }

// Stale says whether a catalogue of so many documents has grown enough since, to twice its size, that a model should be
// learned anew. Once a model has seen a large catalogue it stays.
func (m *Model) Stale(documents int) bool {
	return m.documents < mature && documents >= 2*m.documents
}

// quantise sets dst to v in steps of the scale that it returns, each number an int8 and the largest of them 127.
func quantise(dst []byte, v []float32) float32 {
	largest := float32(0)
	for _, x := range v {
		largest = max(largest, x, -x)
	}
	if largest == 0 {
		clear(dst)
		return 0
	}
	steps := 127 / largest
	for i, x := range v {
		dst[i] = byte(int8(math.Round(float64(x * steps))))
	}
	return largest / 127
}

// normalise makes v's length 1; it can't when there is none.
func normalise(v []float32) bool {
	length := math.Sqrt(float64(dot(v, v)))
	if length == 0 || math.IsInf(length, 0) || math.IsNaN(length) {
		return false
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / length)
	}
	return true
}

// dot is the inner product of two vectors of one length.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}
