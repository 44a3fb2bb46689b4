package words

import (
	"bytes"
	"io"
)

// dropped stands for the new place of a document that is gone.
const dropped = ^uint32(0)

// input is a view that is being merged.
type input struct {
	*view
	places   []uint32 // new places by old ones; dropped for what is gone
	ordinals []uint32 // new ordinals of its keys
	dict     dictCursor
	more     bool // dict stands on a term
	ahead    int  // of the file, as far as it is being read

	// The posting list of that term, as it is being read.
	list     cursor
	block, i int
	starts   [blockSize + 1]uint32
	pos      positionList
	doc      uint32 // the new place of the posting
}

// merge writes one segment of several, without the documents that are gone. It reads and writes term by term: what it
// holds in memory is the columns, the dictionary, and one posting list. It calls between now and then and gives up with
// its error.
func merge(out io.Writer, views []*view, between func() error) error {
	inputs := make([]*input, len(views))
	for i, v := range views {
		in := &input{view: v, ordinals: make([]uint32, v.keys), dict: dictCursor{dict: &v.segment.dict}}
		in.more = in.dict.seek(nil)
		inputs[i] = in
	}
	numbers, days, from := newPlaces(inputs)
	w := newSegmentWriter(out)
	var term []byte
	var with []*input
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if err := between(); err != nil {
				return err
			}
		}
		with = with[:0]
		for _, in := range inputs {
			if !in.more {
				continue
			}
			order := -1
			if len(with) > 0 {
				order = bytes.Compare(in.dict.term, with[0].dict.term)
			}
			if order < 0 {
				with = append(with[:0], in)
			} else if order == 0 {
				with = append(with, in)
			}
		}
		if len(with) == 0 {
			break
		}
		term = append(term[:0], with[0].dict.term...)
		w.start(term)
		mergeLists(&w.list, with)
		ordinal := uint32(w.dict.terms)
		written := w.end()
		for _, in := range with {
			if written && in.dict.ordinal < in.keys {
				in.ordinals[in.dict.ordinal] = ordinal
			}
			in.more = in.dict.next()
		}
	}
	return w.finish(numbers, days, func(dst []uint32, place int) []uint32 {
		in := inputs[from[place].input]
		in.eachKey(int(from[place].place), func(o uint32) bool {
			dst = append(dst, in.ordinals[o])
			return true
		})
		return dst
	})
}

// origin is where a document of the new segment comes from.
type origin struct {
	input uint16
	place uint32
}

// newPlaces gives every document that is left its place in the new segment: newer first.
func newPlaces(inputs []*input) (numbers []uint32, days []int32, from []origin) {
	next := make([]int, len(inputs))
	total := 0
	for _, in := range inputs {
		total += in.docsLeft()
		in.places = make([]uint32, in.docs)
	}
	numbers, days, from = make([]uint32, 0, total), make([]int32, 0, total), make([]origin, 0, total)
	for {
		best := -1
		var day int32
		var number uint32
		for i, in := range inputs {
			for next[i] < in.docs && !in.good(next[i]) {
				in.places[next[i]] = dropped
				next[i]++
			}
			if p := next[i]; p < in.docs {
				if d, n := in.day(p), in.number(p); best < 0 || newerFirst(d, day, n, number) < 0 {
					best, day, number = i, d, n
				}
			}
		}
		if best < 0 {
			return numbers, days, from
		}
		inputs[best].places[next[best]] = uint32(len(numbers))
		numbers, days, from = append(numbers, number), append(days, day), append(from, origin{uint16(best), uint32(next[best])})
		next[best]++
	}
}

// mergeLists writes the posting lists that the inputs' dictionaries stand on as one. Often one input's documents are all
// newer than another's: as long as one goes first, the others aren't looked at.
func mergeLists(w *listWriter, inputs []*input) {
	for _, in := range inputs {
		for in.ahead < min(in.dict.list+in.dict.size, len(in.data)) {
			in.segment.ahead(in.ahead, stepAhead)
			in.ahead += stepAhead
		}
		in.segment.open(&in.list, in.dict.entry)
		in.block, in.i = -1, 0
		in.advance()
	}
	for {
		var first *input
		until := dropped
		for _, in := range inputs {
			switch {
			case in.doc == dropped:
			case first == nil:
				first = in
			case in.doc < first.doc:
				first, until = in, first.doc
			default:
				until = min(until, in.doc)
			}
		}
		if first == nil {
			return
		}
		if first.doc == until {
			panic(damaged("a document is in a list twice"))
		}
		for first.doc < until {
			var q uint8
			var at positionList
			if !first.list.keys {
				q = first.list.impacts[first.i]
				at = first.pos[2*first.starts[first.i] : 2*first.starts[first.i+1]]
			}
			w.add(first.doc, q, at)
			first.i++
			first.advance()
		}
	}
}

// advance goes to the first posting, from the one that it is at, whose document is left; doc is dropped at the end.
func (in *input) advance() {
	for {
		if in.block >= 0 {
			for ; in.i < in.list.n; in.i++ {
				if in.doc = in.places[in.list.docs[in.i]]; in.doc != dropped {
					return
				}
			}
		}
		if in.block++; in.block >= in.list.blocks {
			in.doc = dropped
			return
		}
		in.list.load(in.block)
		in.i = 0
		if !in.list.keys {
			in.pos = in.list.starts(&in.starts)
		}
	}
}
