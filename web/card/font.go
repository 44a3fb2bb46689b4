package card

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// typeface is fonts of one look: a character is drawn by the first that has it.
type typeface []*sfnt.Font

// typefaces are those of the design.
type typefaces struct {
	serif typeface // titles
	sans  typeface
	bold  typeface // numbers
}

// systemCJK is where systems have a font of Chinese, Japanese and Korean: 10 MB and more, too much to bring along.
var systemCJK = [...]string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Medium.ttc",    // Debian's fonts-noto-cjk-extra
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",   // Debian's fonts-noto-cjk
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",        // Arch
	"/usr/share/fonts/noto/NotoSansCJK-Regular.ttc",            // Alpine's font-noto-cjk
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", // Fedora, before 36
	"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/usr/share/fonts/wenquanyi/wqy-zenhei/wqy-zenhei.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", // Debian's fonts-droid-fallback
	"/System/Library/Fonts/PingFang.ttc",
	"/System/Library/Fonts/Hiragino Sans GB.ttc",
}

// openTypefaces reads the fonts. That of the system comes last, and is cjk when it is there.
func openTypefaces(cjk *sfnt.Font) (t typefaces, err error) {
	open := func(names ...string) (face typeface) {
		for _, name := range names {
			data, readErr := fs.ReadFile(fontFiles, "fonts/"+name+".ttf")
			f, parseErr := sfnt.Parse(data)
			if e := errors.Join(readErr, parseErr); e != nil {
				err = fmt.Errorf("font %s: %w", name, e)
				return nil
			}
			face = append(face, f)
		}
		return face
	}
	t.serif = open("newsreader-latin", "newsreader-ext", "newsreader-vietnamese", "source-serif-greek", "source-serif-cyrillic")
	t.sans = open("inter-latin", "inter-ext", "inter-vietnamese", "inter-greek", "inter-greek-ext", "inter-cyrillic")
	t.bold = open("inter-semibold")
	rest := open("noto-sans-math")
	if cjk != nil {
		rest = append(rest, cjk)
	}
	t.serif, t.sans = append(t.serif, rest...), append(t.sans, rest...)
	return t, err
}

// findCJK is the first font of some files that can be read, or nil. Its file stays open: glyphs are read when they are
// drawn.
func findCJK(paths []string) *sfnt.Font {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			continue
		}
		fonts, err := sfnt.ParseCollectionReaderAt(file)
		if err == nil {
			if f, err := fonts.Font(0); err == nil {
				return f
			}
		}
		file.Close()
	}
	return nil
}

// isCJK says whether a character is drawn alone, without joining its neighbours, in a font of the system.
func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303f || r >= 0x30fb && r <= 0x30fc || r >= 0xff00 && r <= 0xffef
}

// form is how a character is drawn: a glyph, at its size and on the baseline, or smaller and raised or lowered.
type form struct {
	font  *sfnt.Font
	glyph sfnt.GlyphIndex
	scale float64
	rise  float64 // in sizes of the text
}

// of finds a character's form. The fonts lack most super- and subscripts, which are made of what they are of.
func (t typeface) of(b *sfnt.Buffer, r rune) (form, bool) {
	for _, f := range t {
		if i, err := f.GlyphIndex(b, r); err == nil && i != 0 {
			return form{f, i, 1, 0}, true
		}
	}
	if rise := scriptRise(r); rise != 0 {
		if base := []rune(norm.NFKD.String(string(r))); len(base) == 1 && base[0] != r {
			f, ok := t.of(b, base[0])
			f.scale, f.rise = 0.64, rise
			return f, ok
		}
	}
	return form{}, false
}

// scriptRise is how far a superscript stands above the baseline, or a subscript, negative, below; 0 for anything else.
func scriptRise(r rune) float64 {
	switch {
	case r >= 0x2080 && r <= 0x209c, r >= 0x1d62 && r <= 0x1d6a, r == 0x2c7c:
		return -0.16
	case r >= 0x2070 && r <= 0x207f, r >= 0x02b0 && r <= 0x02b8, r >= 0x02e0 && r <= 0x02e4, r >= 0x1d2c && r <= 0x1d61,
		r == 0x1d78, r >= 0x1d9b && r <= 0x1dbf, r == 0x2c7d, r == 0xb2, r == 0xb3, r == 0xb9:
		return 0.34
	}
	return 0
}

// has says whether a character can be drawn. Scripts whose letters join or stack are not, whatever a system's font has.
func (p *pen) has(t typeface, r rune) bool {
	f, ok := t.of(&p.buf, r)
	return ok && (f.font != p.cjk || isCJK(r))
}

const gap = "…"

// drawable is a text of at most max characters without those that no font has. A letter without a glyph becomes the one
// that it is a form of, where that can be drawn (ℬ is B); other letters become a gap, and signs and marks are left out.
// legible is how much of the text's letters are left, from 0 to 1.
func (p *pen) drawable(t typeface, text string, max int) (drawn string, legible float64) {
	var b strings.Builder
	letters, lost, n := 0, 0, 0
	space, inGap := false, false
	put := func(s string) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(s)
	}
	before, last := rune(0), rune(0)
	for _, r := range norm.NFC.String(text) {
		before, last = last, r
		if n++; n > max {
			put(gap)
			break
		}
		letter := unicode.IsLetter(r)
		if letter {
			letters++
		}
		switch s := ""; {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = true
		case unicode.Is(unicode.Cf, r): // shows nothing
		case unicode.Is(unicode.Mn, r) && !unicode.IsLetter(before): // one mark goes onto a letter
		case p.has(t, r):
			put(string(r))
			inGap = false
		default:
			for _, d := range norm.NFKD.String(string(r)) {
				if d != r && !unicode.Is(unicode.Hangul, r) && p.has(t, d) {
					s += string(d)
				}
			}
			if s != "" {
				put(s)
				inGap = false
			} else if letter {
				if lost++; !inGap {
					put(gap)
				}
				inGap = true
			}
		}
	}
	if letters == 0 {
		return b.String(), 1
	}
	return b.String(), float64(letters-lost) / float64(letters)
}
