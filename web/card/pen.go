package card

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// The colours of the light design.
var (
	sheet  = color.RGBA{0xfc, 0xfb, 0xf8, 0xff}
	raised = color.RGBA{0xff, 0xff, 0xff, 0xff}
	ink    = color.RGBA{0x1b, 0x1a, 0x17, 0xff}
	soft   = color.RGBA{0x5e, 0x5a, 0x50, 0xff}
	rule   = color.RGBA{0xe2, 0xde, 0xd3, 0xff}
	accent = color.RGBA{0xb8, 0x32, 0x1a, 0xff}
	wash   = color.RGBA{0xfb, 0xea, 0xe5, 0xff}
)

// shade is a colour on another one: a row of the palette from that to this, for the edges of what is drawn.
type shade uint8

const (
	inkOnSheet shade = iota
	softOnSheet
	accentOnSheet
	ruleOnSheet
	raisedOnRule
	inkOnRaised
	washOnAccent
	accentOnWash
	shades
)

const levels = 256 / int(shades) // of a shade

// palette is made once for each pen: a shade after the other, each from its ground to its colour.
func newPalette() color.Palette {
	p := make(color.Palette, 0, int(shades)*levels)
	for _, s := range [shades][2]color.RGBA{{sheet, ink}, {sheet, soft}, {sheet, accent}, {sheet, rule}, {rule, raised}, {raised, ink},
		{accent, wash}, {wash, accent}} {
		for i := range levels {
			mix := func(from, to uint8) uint8 { return uint8((int(from)*(levels-1-i) + int(to)*i) / (levels - 1)) }
			p = append(p, color.RGBA{mix(s[0].R, s[1].R), mix(s[0].G, s[1].G), mix(s[0].B, s[1].B), 0xff})
		}
	}
	return p
}

// pen draws one picture at a time.
type pen struct {
	typefaces
	cjk    *sfnt.Font // the system's, or nil
	buf    sfnt.Buffer
	raster vector.Rasterizer
	mask   image.Alpha
	page   *image.Paletted
	out    bytes.Buffer
	packer png.Encoder
	packed *png.EncoderBuffer
}

func newPen(t typefaces, cjk *sfnt.Font) *pen {
	p := &pen{typefaces: t, cjk: cjk, page: image.NewPaletted(image.Rect(0, 0, Width, Height), newPalette())}
	p.packer = png.Encoder{CompressionLevel: png.DefaultCompression, BufferPool: p}
	return p
}

// Get and Put keep the encoder's memory with the pen.
func (p *pen) Get() *png.EncoderBuffer  { return p.packed }
func (p *pen) Put(b *png.EncoderBuffer) { p.packed = b }

// png is what has been drawn; the page is empty again.
func (p *pen) png() ([]byte, error) {
	p.out.Reset()
	err := p.packer.Encode(&p.out, p.page)
	clear(p.page.Pix)
	return bytes.Clone(p.out.Bytes()), err
}

// begin readies the raster for a shape within a rectangle of the page.
func (p *pen) begin(r image.Rectangle) {
	p.raster.Reset(r.Dx(), r.Dy())
	p.raster.DrawOp = draw.Src
	if need := r.Dx() * r.Dy(); cap(p.mask.Pix) < need {
		p.mask.Pix = make([]uint8, need)
	} else {
		p.mask.Pix = p.mask.Pix[:need]
	}
	p.mask.Stride, p.mask.Rect = r.Dx(), image.Rect(0, 0, r.Dx(), r.Dy())
}

// end puts the shape on the page, which has the shade's ground there.
func (p *pen) end(r image.Rectangle, s shade) {
	p.raster.Draw(&p.mask, p.mask.Rect, image.Opaque, image.Point{})
	first := uint8(int(s) * levels)
	seen := r.Intersect(p.page.Rect)
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		from := (y-r.Min.Y)*p.mask.Stride + seen.Min.X - r.Min.X
		to := p.page.PixOffset(seen.Min.X, y)
		for x, alpha := range p.mask.Pix[from : from+seen.Dx()] {
			if level := (int(alpha)*(levels-1) + 127) / 255; level > 0 {
				p.page.Pix[to+x] = first + uint8(level)
			}
		}
	}
}

// fill draws a rectangle.
func (p *pen) fill(x, y, w, h int, s shade) {
	p.box(float32(x), float32(y), float32(w), float32(h), 0, s)
}

// box draws a rectangle with rounded corners.
func (p *pen) box(x, y, w, h, radius float32, s shade) {
	r := image.Rect(int(x), int(y), int(x+w)+1, int(y+h)+1)
	p.begin(r)
	x0, y0 := x-float32(r.Min.X), y-float32(r.Min.Y)
	x1, y1 := x0+w, y0+h
	const c = 1 - 0.5523 // where the handles of a quarter circle's curve lie
	k := radius * c
	p.raster.MoveTo(x0+radius, y0)
	p.raster.LineTo(x1-radius, y0)
	p.raster.CubeTo(x1-k, y0, x1, y0+k, x1, y0+radius)
	p.raster.LineTo(x1, y1-radius)
	p.raster.CubeTo(x1, y1-k, x1-k, y1, x1-radius, y1)
	p.raster.LineTo(x0+radius, y1)
	p.raster.CubeTo(x0+k, y1, x0, y1-k, x0, y1-radius)
	p.raster.LineTo(x0, y0+radius)
	p.raster.CubeTo(x0, y0+k, x0+k, y0, x0+radius, y0)
	p.raster.ClosePath()
	p.end(r, s)
}

// triangle draws the arrow of a vote.
func (p *pen) triangle(x, y, w, h float32, s shade) {
	r := image.Rect(int(x), int(y), int(x+w)+1, int(y+h)+1)
	p.begin(r)
	x, y = x-float32(r.Min.X), y-float32(r.Min.Y)
	p.raster.MoveTo(x+w/2, y)
	p.raster.LineTo(x+w, y+h)
	p.raster.LineTo(x, y+h)
	p.raster.ClosePath()
	p.end(r, s)
}

// font is a typeface in a size, in pixels, with what is put between letters, in hundredths of the size.
type font struct {
	face     typeface
	size     float64
	tracking float64
}

// each gives the characters of a text and where they begin, and returns where the text ends.
func (p *pen) each(f font, text string, do func(c form, ppem, x fixed.Int26_6)) float64 {
	size, x := fixed.Int26_6(f.size*64), fixed.Int26_6(0)
	var before form
	for _, r := range text {
		c, ok := f.face.of(&p.buf, r)
		if !ok {
			continue
		}
		ppem := fixed.Int26_6(float64(size) * c.scale)
		if c.font == before.font && c.rise == before.rise {
			if kern, err := c.font.Kern(&p.buf, before.glyph, c.glyph, ppem, 0); err == nil {
				x += kern
			}
		}
		if do != nil {
			do(c, ppem, x)
		}
		advance, err := c.font.GlyphAdvance(&p.buf, c.glyph, ppem, 0)
		if err != nil {
			continue
		}
		x += advance + fixed.Int26_6(f.tracking*float64(ppem)/100)
		before = c
	}
	return float64(x) / 64
}

func (p *pen) width(f font, text string) float64 { return p.each(f, text, nil) }

// text draws a line from x on a baseline, and returns where it ends.
func (p *pen) text(f font, x, y float64, text string, s shade) float64 {
	width := p.width(f, text)
	size := int(f.size)
	r := image.Rect(int(x)-size/2, int(y)-size*5/4, int(x+width)+size/2, int(y)+size/2).Intersect(p.page.Rect)
	if r.Empty() {
		return x + width
	}
	p.begin(r)
	p.each(f, text, func(c form, ppem, at fixed.Int26_6) {
		segments, err := c.font.LoadGlyph(&p.buf, c.glyph, ppem, nil)
		if err != nil {
			return // a glyph in a form that is not known, such as a coloured one
		}
		dx, dy := float32(x)+float32(at)/64-float32(r.Min.X), float32(y-c.rise*f.size)-float32(r.Min.Y)
		for _, seg := range segments {
			var q [3][2]float32
			for i, a := range seg.Args {
				q[i] = [2]float32{float32(a.X)/64 + dx, float32(a.Y)/64 + dy}
			}
			switch seg.Op {
			case sfnt.SegmentOpMoveTo:
				p.raster.ClosePath()
				p.raster.MoveTo(q[0][0], q[0][1])
			case sfnt.SegmentOpLineTo:
				p.raster.LineTo(q[0][0], q[0][1])
			case sfnt.SegmentOpQuadTo:
				p.raster.QuadTo(q[0][0], q[0][1], q[1][0], q[1][1])
			case sfnt.SegmentOpCubeTo:
				p.raster.CubeTo(q[0][0], q[0][1], q[1][0], q[1][1], q[2][0], q[2][1])
			}
		}
		p.raster.ClosePath()
	})
	p.end(r, s)
	return x + width
}
