package words

import (
	"encoding/binary"
	"math/bits"
)

// blockSize is the number of postings that are packed together.
const blockSize = 128

// readAhead is the number of bytes that must follow packed values in their file.
const readAhead = 16

var le = binary.LittleEndian

// width is the number of bits that the largest value needs.
func width(values []uint32) uint {
	var all uint32
	for _, v := range values {
		all |= v
	}
	return uint(bits.Len32(all))
}

// packedLen is the number of bytes that n values of w bits fill.
func packedLen(n int, w uint) int { return (n*int(w) + 7) / 8 }

// pack appends the lowest w bits of each value, the first value in the lowest bits.
func pack(dst []byte, values []uint32, w uint) []byte {
	var held uint64
	var n uint
	for _, v := range values {
		held |= uint64(v) << n
		for n += w; n >= 8; n -= 8 {
			dst = append(dst, byte(held))
			held >>= 8
		}
	}
	if n > 0 {
		dst = append(dst, byte(held))
	}
	return dst
}

// unpackGaps reads n gaps of w bits and adds them up: dst[i] = dst[i-1] + gap + 1, where before stands for dst[-1]. It
// may fill dst beyond n up to a multiple of 8 and read up to readAhead bytes behind the packed ones.
//
// Eight values fill w bytes, so that every group of eight begins with a byte; one load brings as many as fit 64 bits.
func unpackGaps(dst *[blockSize]uint32, src []byte, n int, w uint, before uint32) {
	mask := uint64(1)<<(w&63) - 1
	d := before
	switch {
	case w == 0:
		for i := range dst[:n] {
			d++
			dst[i] = d
		}
	case w <= 8:
		for i := 0; i < n; i += 8 {
			x := le.Uint64(src)
			src = src[w:]
			g := (*[8]uint32)(dst[i:])
			d += uint32(x&mask) + 1
			g[0] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[1] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[2] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[3] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[4] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[5] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[6] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[7] = d
		}
	case w <= 16:
		half, odd := w/2, w%2*4 // the second four begin in the middle of a byte when w is odd
		for i := 0; i < n; i += 8 {
			x, y := le.Uint64(src), le.Uint64(src[half:])>>(odd&63)
			src = src[w:]
			g := (*[8]uint32)(dst[i:])
			d += uint32(x&mask) + 1
			g[0] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[1] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[2] = d
			x >>= w & 63
			d += uint32(x&mask) + 1
			g[3] = d
			d += uint32(y&mask) + 1
			g[4] = d
			y >>= w & 63
			d += uint32(y&mask) + 1
			g[5] = d
			y >>= w & 63
			d += uint32(y&mask) + 1
			g[6] = d
			y >>= w & 63
			d += uint32(y&mask) + 1
			g[7] = d
		}
	default:
		for i, at := 0, uint(0); i < n; i, at = i+1, at+w {
			d += uint32(le.Uint64(src[at/8:])>>(at%8)&mask) + 1
			dst[i] = d
		}
	}
}

// unpackStarts reads n values of w bits, each one less than a length, and makes them the places where what has these
// lengths begins: dst[i+1] = dst[i] + value + 1. It may read up to readAhead bytes behind the packed ones.
func unpackStarts(dst *[blockSize + 1]uint32, src []byte, n int, w uint) {
	mask := uint64(1)<<(w&63) - 1
	var d uint32
	dst[0] = 0
	for i, at := 0, uint(0); i < n; i, at = i+1, at+w {
		d += uint32(le.Uint64(src[at/8:])>>(at%8)&mask) + 1
		dst[i+1] = d
	}
}
