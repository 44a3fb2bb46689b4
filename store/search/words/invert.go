package words

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// maxInvert is the number of documents that one invert takes: an occurrence keeps its document in 16 bits.
const maxInvert = 1 << 12

// inverter makes segments of documents; it keeps what it needs for the next ones.
type inverter struct {
	terms, keys vocabularyMap
	factors     [][fieldCount]float64
	sorted      []uint32
	out         bytes.Buffer
}

// vocabularyMap numbers strings as they come and remembers every occurrence.
type vocabularyMap struct {
	ids         map[string]uint32
	texts       []string
	counts      []uint32 // of each text
	of          []uint32 // each occurrence's text
	occurrences []uint32 // document<<16 | position
}

func (v *vocabularyMap) reset() {
	if v.ids == nil {
		v.ids = make(map[string]uint32)
	}
	clear(v.ids)
	clear(v.texts) // so that the texts of documents aren't held
	v.texts, v.counts, v.of, v.occurrences = v.texts[:0], v.counts[:0], v.of[:0], v.occurrences[:0]
}

func (v *vocabularyMap) add(text string, occurrence uint32) {
	id, ok := v.ids[text]
	if !ok {
		id = uint32(len(v.texts))
		v.ids[text] = id
		v.texts = append(v.texts, text)
		v.counts = append(v.counts, 0)
	}
	v.counts[id]++
	v.of = append(v.of, id)
	v.occurrences = append(v.occurrences, occurrence)
}

// sort brings the occurrences into the order of their texts' ids, those of one text staying in their order. The ones of
// text id begin at starts[id].
func (v *vocabularyMap) sort(dst []uint32) (sorted, starts []uint32) {
	starts = make([]uint32, len(v.texts)+1)
	for i, n := range v.counts {
		starts[i+1] = starts[i] + n
	}
	next := slices.Clone(starts)
	sorted = slices.Grow(dst[:0], len(v.of))[:len(v.of)]
	for i, id := range v.of {
		sorted[next[id]] = v.occurrences[i]
		next[id]++
	}
	return sorted, starts
}

// order is the ids in the order of their texts.
func (v *vocabularyMap) order() []uint32 {
	type start struct { // of a text, as a number that sorts alike
		bytes uint64
		id    uint32
	}
	starts := make([]start, len(v.texts))
	for i, text := range v.texts {
		var b [8]byte
		copy(b[:], text)
		starts[i] = start{binary.BigEndian.Uint64(b[:]), uint32(i)}
	}
	slices.SortFunc(starts, func(a, b start) int {
		if c := cmp.Compare(a.bytes, b.bytes); c != 0 {
			return c
		}
		return cmp.Compare(v.texts[a.id], v.texts[b.id])
	})
	ids := make([]uint32, len(starts))
	for i, s := range starts {
		ids[i] = s.id
	}
	return ids
}

// newerFirst is the order of documents in a segment.
func newerFirst(dayA, dayB int32, numberA, numberB uint32) int {
	return cmp.Or(cmp.Compare(dayB, dayA), cmp.Compare(numberB, numberA))
}

// invert makes a segment in memory of up to maxInvert documents with different numbers, whose order it changes.
func (v *inverter) invert(docs []*Doc) (*segment, error) {
	slices.SortFunc(docs, func(a, b *Doc) int { return newerFirst(a.Day, b.Day, a.Number, b.Number) })
	v.terms.reset()
	v.keys.reset()
	v.factors = v.factors[:0]
	for i, d := range docs {
		var lengths [fieldCount]int
		for f, terms := range [...][]string{d.Title, d.Abstract, d.Authors} {
			terms = terms[:min(len(terms), fieldAt[f+1]-fieldAt[f])]
			for at, term := range terms {
				if term != "" {
					v.terms.add(term, uint32(i)<<16|uint32(fieldAt[f]+at))
					lengths[f]++
				}
			}
		}
		v.factors = append(v.factors, factors(lengths))
		for _, key := range d.Keys {
			v.keys.add(key, uint32(i))
		}
	}
	v.out.Reset()
	w := newSegmentWriter(&v.out)
	ordinals := v.writeKeys(w, len(docs))
	v.writeTerms(w)
	numbers, days := make([]uint32, len(docs)), make([]int32, len(docs))
	for i, d := range docs {
		numbers[i], days[i] = d.Number, d.Day
	}
	err := w.finish(numbers, days, func(dst []uint32, place int) []uint32 { return append(dst, ordinals[place]...) })
	if err != nil {
		return nil, err
	}
	return openSegment("", bytes.Clone(v.out.Bytes()), nil)
}

// writeKeys writes the lists of the keys and returns the ordinals of each document's keys.
func (v *inverter) writeKeys(w *segmentWriter, docs int) [][]uint32 {
	ordinals := make([][]uint32, docs)
	var text []byte
	sorted, starts := v.keys.sort(v.sorted)
	v.sorted = sorted
	for ordinal, id := range v.keys.order() {
		text = append(append(text[:0], keyMark...), v.keys.texts[id]...)
		w.start(text)
		before := -1
		for _, doc := range sorted[starts[id]:starts[id+1]] {
			if int(doc) != before { // a key may be named twice
				w.list.add(doc, 0, nil)
				ordinals[doc] = append(ordinals[doc], uint32(ordinal))
			}
			before = int(doc)
		}
		w.end()
	}
	return ordinals
}

func (v *inverter) writeTerms(w *segmentWriter) {
	var text []byte
	var at positionList
	sorted, starts := v.terms.sort(v.sorted)
	v.sorted = sorted
	for _, id := range v.terms.order() {
		text = append(append(text[:0], termMark...), v.terms.texts[id]...)
		w.start(text)
		for all := sorted[starts[id]:starts[id+1]]; len(all) > 0; {
			doc := all[0] >> 16
			var frequencies [fieldCount]int
			at = at[:0]
			for len(all) > 0 && all[0]>>16 == doc {
				position := all[0] & (positions - 1)
				frequencies[fieldOf(int(position))]++
				at = le.AppendUint16(at, uint16(position))
				all = all[1:]
			}
			w.list.add(doc, impact(frequencies, v.factors[doc]), at)
		}
		w.end()
	}
}
