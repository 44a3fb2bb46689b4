// Package card draws preview pictures: what other sites and messengers show beside a link to a page. They are of the
// site's light design, in its type.
//
// A [Paper] or a [Listing] says what a picture shows, in plain text; an [Album] draws it, once for as long as it is asked
// for. font.go has the fonts and what becomes of characters that none has, pen.go draws shapes and text into a palette of
// which each row leads from a ground to a colour, wrap.go breaks titles into lines.
package card

import (
	"strconv"
	"strings"
)

// Pixels of a picture: the shape that the sites which show it ask for.
const (
	Width  = 1200
	Height = 630
)

// Paper is what the picture of a paper shows.
type Paper struct {
	Title    string
	Name     string   // "arXiv 2605.00001"; it stands for a title that no font can show
	Authors  []string // the first ones
	More     int      // how many others there are
	Category string   // "" for none
	Day      string   // "12 May 2026"
	Place    int      // in its day's listing by votes; 0 when that tells nothing
	Of       int      // papers of that day
	Votes    int
}

// Listing is what the picture of a day, a tag and the like shows.
type Listing struct {
	Heading string
	Name    string // "Tag"; it stands for a heading that no font can show
	Count   string // "105 papers"
	Top     []Entry
}

// Entry is a paper of a listing.
type Entry struct {
	Title string
	Votes int
}

// Longest texts that are looked at, in characters.
const (
	longestTitle = 600
	longestName  = 80
	shownAuthors = 8
)

// What stands where, in pixels.
const (
	left    = 76
	right   = Width - left
	inner   = right - left
	head    = 110 // baseline of the wordmark
	top     = 146 // below the rule
	footer  = 560 // baseline of the last line
	actions = 514 // above the last line

	bylineRoom = 58   // from the title's last line to the authors' baseline
	capitals   = 0.68 // the height of capitals, of the size
	descent    = 0.24
	barely     = 0.3 // of a title's letters must be legible
)

func (p *pen) sansOf(size float64) font { return font{face: p.sans, size: size} }
func (p *pen) boldOf(size float64) font { return font{face: p.bold, size: size} }

// masthead draws the wordmark and the double rule.
func (p *pen) masthead() {
	f := font{face: p.serif, size: 54, tracking: -2}
	x := p.text(f, left, head, "Recto", inkOnSheet)
	p.text(f, x, head, ".", accentOnSheet)
	p.fill(left, top-10, inner, 3, inkOnSheet)
	p.fill(left, top-4, inner, 2, inkOnSheet)
}

// chip draws a category's name in an oval that ends at x.
func (p *pen) chip(x, baseline float64, name string) {
	f := p.sansOf(28)
	name = p.shorten(f, name, 420)
	w := p.width(f, name)
	p.outlined(float32(x-w-44), float32(baseline-36), float32(w+44), 52, 26, ruleOnSheet, raisedOnRule)
	p.text(f, x-w-22, baseline, name, inkOnRaised)
}

func (p *pen) outlined(x, y, w, h, radius float32, edge, inside shade) {
	p.box(x, y, w, h, radius, edge)
	p.box(x+2, y+2, w-4, h-4, radius-2, inside)
}

// votes draws the arrow with a number around a baseline, and returns where it ends.
func (p *pen) votes(x, baseline float64, votes int) float64 {
	f := p.boldOf(34)
	text := thousands(votes)
	w := 34 + 24 + 14 + p.width(f, text) + 34
	p.outlined(float32(x), float32(baseline-46), float32(w), 68, 34, accentOnSheet, washOnAccent)
	p.triangle(float32(x+34), float32(baseline-23), 24, 20, accentOnWash)
	p.text(f, x+34+24+14, baseline, text, accentOnWash)
	return x + w
}

func (c Paper) draw(p *pen) {
	p.masthead()
	if category, legible := p.drawable(p.sans, c.Category, longestName); category != "" && legible > 0.5 {
		p.chip(right, head-4, category)
	}

	title, legible := p.drawable(p.serif, c.Title, longestTitle)
	if title == "" || legible < barely {
		title, _ = p.drawable(p.serif, c.Name, longestTitle)
	}
	b := p.fit(p.serif, title, inner, 3, 74, 68, 62, 56, 50, 46)
	byline := p.byline(c)
	leading := b.font.size * 1.14
	tall := b.font.size*capitals + leading*float64(len(b.lines)-1) + b.font.size*descent
	if byline != "" {
		tall += bylineRoom
	}
	y := float64(top+actions)/2 - tall/2 + b.font.size*capitals
	for _, line := range b.lines {
		p.text(b.font, left, y, line, inkOnSheet)
		y += leading
	}
	if byline != "" {
		p.text(p.sansOf(32), left, y-leading+b.font.size*descent+bylineRoom, byline, softOnSheet)
	}

	x := float64(left)
	says := c.Day
	if c.Votes > 0 {
		x = p.votes(x, footer, c.Votes) + 28
		if c.Place > 0 {
			says = "#" + thousands(c.Place) + " of " + thousands(c.Of) + " on " + c.Day
		}
	}
	says, _ = p.drawable(p.sans, says, longestName)
	x = p.text(p.sansOf(32), x, footer, p.shorten(p.sansOf(32), says, right-x), softOnSheet)
	name, _ := p.drawable(p.sans, c.Name, longestName)
	f := p.sansOf(28)
	if room := right - x - 40; name != title && p.width(f, name) <= room {
		p.text(f, right-p.width(f, name), footer, name, softOnSheet)
	}
}

// byline is as many of the authors as a line has room for, and how many there are beside.
func (p *pen) byline(c Paper) string {
	total := len(c.Authors) + c.More
	var names []string
	for _, a := range c.Authors[:min(len(c.Authors), shownAuthors)] {
		if name, legible := p.drawable(p.sans, a, longestName); name != "" && legible == 1 {
			names = append(names, name)
		}
	}
	f := p.sansOf(32)
	for n := len(names); n > 0; n-- {
		line := strings.Join(names[:n], ", ")
		if n < total {
			line += " and " + thousands(total-n) + " more"
		}
		if n == 1 || p.width(f, line) <= inner {
			return p.shorten(f, line, inner)
		}
	}
	switch total {
	case 0:
		return ""
	case 1:
		return "1 author"
	}
	return thousands(total) + " authors"
}

func (c Listing) draw(p *pen) {
	p.masthead()
	f := p.sansOf(32)
	p.text(f, right-p.width(f, c.Count), head, c.Count, softOnSheet)
	heading, legible := p.drawable(p.serif, c.Heading, longestTitle)
	if legible < barely {
		heading = c.Name
	}
	b := p.fit(p.serif, heading, inner, 1, 80, 72, 64, 56, 48)
	y := float64(246)
	if len(c.Top) == 0 {
		y = 380
	}
	for _, line := range b.lines {
		p.text(b.font, left, y, line, inkOnSheet)
	}
	for i, e := range c.Top {
		y := 354 + float64(i)*92
		x := p.rowVotes(y, e.Votes)
		title, legible := p.drawable(p.serif, e.Title, longestTitle)
		if legible > 0 {
			f := font{face: p.serif, size: 38, tracking: -0.5}
			p.text(f, x, y, p.shorten(f, title, right-x), inkOnSheet)
		}
		if i+1 < len(c.Top) {
			p.fill(left, int(y)+36, inner, 2, ruleOnSheet)
		}
	}
}

// rowVotes draws a paper's votes before its title, and returns where that begins.
func (p *pen) rowVotes(baseline float64, votes int) float64 {
	const column = 130
	f := p.boldOf(30)
	text := thousands(votes)
	p.triangle(left, float32(baseline-21), 22, 18, accentOnSheet)
	end := p.text(f, left+34, baseline, text, accentOnSheet)
	return max(left+column, end+28)
}

// thousands is a number with commas.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
