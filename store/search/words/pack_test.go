package words

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestUnpackGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.UintRange(0, 25).Draw(t, "width")
		n := rapid.IntRange(1, blockSize).Draw(t, "n")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		gaps, want := make([]uint32, n), make([]uint32, n)
		before := r.Uint32N(1000) - 1
		at := before
		for i := range gaps {
			gaps[i] = uint32(r.Uint64N(1 << w))
			at += gaps[i] + 1
			want[i] = at
		}
		packed := pack(nil, gaps, w)
		if len(packed) != packedLen(n, w) {
			t.Fatalf("%d bytes, want %d", len(packed), packedLen(n, w))
		}
		packed = append(packed, slices.Repeat([]byte{0xff}, readAhead)...)
		var got [blockSize]uint32
		unpackGaps(&got, packed, n, w, before)
		if !slices.Equal(got[:n], want) {
			t.Fatalf("got %v, want %v", got[:n], want)
		}
		var starts [blockSize + 1]uint32
		unpackStarts(&starts, packed, n, w)
		for i := range n {
			if starts[i+1]-starts[i] != gaps[i]+1 {
				t.Fatalf("length %d is %d, want %d", i, starts[i+1]-starts[i], gaps[i]+1)
			}
		}
	})
}

func TestDictionary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfNDistinct(rapid.StringMatching(`[ab]{0,6}`), 0, 60, rapid.ID[string]).Draw(t, "terms")
		slices.Sort(terms)
		var w dictWriter
		for i, term := range terms {
			w.add([]byte(term), i+1, i*10, 10)
		}
		d := dict{len(terms), w.blocks, w.index}
		c := dictCursor{dict: &d}
		i := 0
		for more := c.seek(nil); more; more = c.next() {
			if want := (entry{i, i + 1, i * 10, 10}); string(c.term) != terms[i] || c.entry != want {
				t.Fatalf("%q %v, want %q %v", c.term, c.entry, terms[i], want)
			}
			i++
		}
		if i != len(terms) {
			t.Fatalf("%d terms, want %d", i, len(terms))
		}
		sought := rapid.StringMatching(`[ab]{0,6}`).Draw(t, "sought")
		at, found := slices.BinarySearch(terms, sought)
		if e, ok := d.find([]byte(sought)); ok != found || ok && e.ordinal != at {
			t.Fatalf("find %q: %v %t, want %d %t", sought, e, ok, at, found)
		}
		if more := c.seek([]byte(sought)); more != (at < len(terms)) || more && c.ordinal != at {
			t.Fatalf("seek %q: %v %t, want %d", sought, c.entry, more, at)
		}
	})
}
