package tagger

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
)

// The binary form is a magic word with the version, the sums, the phrases by
// ascending hash (as differences), the acronyms, the spellings, and a checksum
// of all that. Numbers are varints. A phrase's counts other than its papers
// come as a mask of those that are not zero and, when it is in more than one
// paper, their values. A phrase takes about 14 bytes.
const (
	magic   = "recto tags 1\n"
	sumSize = 4
)

// ErrCorrupt is returned for data that MarshalBinary did not write.
var ErrCorrupt = errors.New("tagger: corrupt model")

func (p *phrase) counts() [12]*uint32 {
	return [...]*uint32{&p.extended, &p.left, &p.right, &p.head, &p.title, &p.strong,
		&p.plural, &p.plain, &p.cased, &p.hyphens[0], &p.hyphens[1], &p.hyphens[2]}
}

// MarshalBinary is the model in its compact form. The same model always gives
// the same bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, len(magic)+12*len(m.phrases.list)+1<<10)
	b = append(b, magic...)
	b = binary.AppendUvarint(b, uint64(m.papers))
	b = binary.AppendUvarint(b, m.grams)
	b = binary.AppendUvarint(b, m.titled)

	list := slices.Clone(m.phrases.list)
	slices.SortFunc(list, func(x, y phrase) int { return cmp.Compare(x.hash, y.hash) })
	b = binary.AppendUvarint(b, uint64(len(list)))
	var last uint64
	for i := range list {
		p := &list[i]
		b = binary.AppendUvarint(b, p.hash-last)
		last = p.hash
		b = binary.AppendUvarint(b, uint64(p.papers))
		counts, mask := p.counts(), uint64(0)
		for k, n := range counts {
			if *n > 0 {
				mask |= 1 << k
			}
		}
		b = binary.AppendUvarint(b, mask)
		for _, n := range counts {
			if *n > 0 && p.papers > 1 {
				b = binary.AppendUvarint(b, uint64(*n))
			}
		}
	}

	b = binary.AppendUvarint(b, uint64(len(m.acronyms.short)))
	for _, s := range slices.Sorted(maps.Keys(m.acronyms.short)) {
		longs := slices.Clone(m.acronyms.short[s])
		slices.SortFunc(longs, func(x, y long) int { return cmp.Compare(x.words, y.words) })
		b = appendString(b, s)
		b = binary.AppendUvarint(b, uint64(len(longs)))
		for _, l := range longs {
			b = appendString(b, l.words)
			b = binary.AppendUvarint(b, uint64(l.n))
		}
	}

	b = binary.AppendUvarint(b, uint64(len(m.spelling.forms)))
	for _, w := range slices.Sorted(maps.Keys(m.spelling.forms)) {
		forms := slices.Clone(m.spelling.forms[w])
		slices.SortFunc(forms, func(x, y form) int { return cmp.Compare(x.text, y.text) })
		b = appendString(b, w)
		b = binary.AppendUvarint(b, uint64(len(forms)))
		for _, f := range forms {
			b = appendString(b, f.text)
			b = binary.AppendUvarint(b, uint64(f.n))
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// UnmarshalBinary makes the model what MarshalBinary wrote. On an error, which
// wraps ErrCorrupt, the model stays as it was.
func (m *Model) UnmarshalBinary(data []byte) error {
	n := len(data) - sumSize
	if n < len(magic) || string(data[:len(magic)]) != magic {
		return fmt.Errorf("%w: not a model of this version", ErrCorrupt)
	}
	if crc32.ChecksumIEEE(data[:n]) != binary.LittleEndian.Uint32(data[n:]) {
		return fmt.Errorf("%w: wrong checksum", ErrCorrupt)
	}
	d := decoder{rest: data[len(magic):n]}
	read := New()
	read.papers = int(d.number(1 << 40))
	read.grams, read.titled = d.number(1<<60), d.number(1<<60)
	d.phrases(&read.phrases)
	d.acronyms(&read.acronyms)
	d.spelling(&read.spelling)
	if d.bad || len(d.rest) > 0 {
		return fmt.Errorf("%w: wrong structure", ErrCorrupt)
	}
	m.papers, m.grams, m.titled = read.papers, read.grams, read.titled
	m.phrases, m.acronyms, m.spelling = read.phrases, read.acronyms, read.spelling
	return nil
}

// A decoder reads numbers and strings until something is wrong with them.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) number(most uint64) uint64 {
	v, n := binary.Uvarint(d.rest)
	if d.bad || n <= 0 || v > most {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) text() string {
	n := d.number(uint64(len(d.rest)))
	if d.bad || n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

const most32 = 1<<32 - 1

func (d *decoder) phrases(p *phrases) {
	n := int(d.number(maxPhrases))
	if d.bad || n > len(d.rest) {
		d.bad = true
		return
	}
	size := len(p.slots)
	for 3*size < 4*(n+1) {
		size *= 2
	}
	p.list = make([]phrase, 0, n)
	var last uint64
	for i := range n {
		step := d.number(1<<64 - 1)
		if d.bad || i > 0 && step == 0 || last+step < last {
			d.bad = true
			return
		}
		last += step
		e := phrase{hash: last, papers: uint32(d.number(most32))}
		mask := d.number(1<<12 - 1)
		for k, c := range e.counts() {
			switch {
			case mask&(1<<k) == 0:
			case e.papers == 1:
				*c = 1
			default:
				*c = uint32(d.number(uint64(e.papers)))
			}
		}
		p.list = append(p.list, e)
	}
	p.index(size)
}

func (d *decoder) acronyms(a *acronyms) {
	for range d.number(maxAcronyms) {
		s := d.text()
		for range d.number(maxLongs) {
			a.short[s] = append(a.short[s], long{words: d.text(), n: uint32(d.number(most32))})
			if d.bad {
				return
			}
		}
		if d.bad {
			return
		}
	}
	a.invert()
}

func (d *decoder) spelling(s *spelling) {
	for range d.number(maxSpelled) {
		w := d.text()
		if w == "" {
			d.bad = true
		}
		for range d.number(maxForms) {
			s.forms[w] = append(s.forms[w], form{text: d.text(), n: uint32(d.number(most32))})
		}
		if d.bad {
			return
		}
	}
}
