package words

import "unicode/utf8"

// pattern is a word that others are compared with, by a bit-parallel algorithm: Hyyrö, "A Bit-Vector Algorithm for
// Computing Levenshtein and Damerau Edit Distances", 2003. Bit i of a vector is about the word's i-th letter.
type pattern struct {
	length int
	ascii  [utf8.RuneSelf]uint64
	others map[rune]uint64
}

// newPattern is nil for a word longer than maxLength.
func newPattern(word string) *pattern {
	p := &pattern{}
	for _, r := range word {
		if p.length == maxLength {
			return nil
		}
		if r < utf8.RuneSelf {
			p.ascii[r] |= 1 << p.length
		} else {
			if p.others == nil {
				p.others = map[rune]uint64{}
			}
			p.others[r] |= 1 << p.length
		}
		p.length++
	}
	return p
}

// distance is the number of insertions, deletions, substitutions and swaps of neighbours, no letter taking part in two of
// them, that make one word of the other.
func (p *pattern) distance(word string) int {
	if p.length == 0 {
		return utf8.RuneCountInString(word)
	}
	var (
		vp, vn   = ^uint64(0), uint64(0) // where a column rises or falls from one letter to the next
		d0       = uint64(0)             // where a diagonal does not rise
		before   = uint64(0)             // where the last letter of word is in the pattern
		last     = uint64(1) << (p.length - 1)
		distance = p.length
	)
	for _, r := range word {
		var at uint64
		if r < utf8.RuneSelf {
			at = p.ascii[r]
		} else {
			at = p.others[r]
		}
		swap := (^d0 & at) << 1 & before
		d0 = ((at & vp) + vp) ^ vp | at | vn | swap
		hp := vn | ^(d0 | vp)
		hn := d0 & vp
		if hp&last != 0 {
			distance++
		}
		if hn&last != 0 {
			distance--
		}
		hp = hp<<1 | 1
		hn <<= 1
		vp = hn | ^(d0 | hp)
		vn = hp & d0
		before = at
	}
	return distance
}
