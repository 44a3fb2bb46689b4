// Package feed writes papers as Atom 1.0 (RFC 4287, in pages by RFC 5005), RSS 2.0 (by the RSS Advisory Board's
// specification and profile) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).
//
// A [Writer] makes an [Item] of each paper, and a [Feed] of items writes itself in one of the three formats, which hold
// the same as far as they can. Nothing of an item depends on votes: a reader's program would show it as new.
package feed

import (
	"fmt"
	"strings"
	"time"
)

// Format is a form of feeds, by the name that it has in addresses.
type Format string

// The formats.
const (
	Atom Format = "atom"
	RSS  Format = "rss"
	JSON Format = "json"
)

// Formats are all formats, in the order in which they are offered.
var Formats = [...]Format{Atom, RSS, JSON}

// Lookup is the format of a name.
func Lookup(name string) (Format, bool) {
	for _, f := range Formats {
		if string(f) == name {
			return f, true
		}
	}
	return "", false
}

// Label is the format's name for people.
func (f Format) Label() string {
	switch f {
	case Atom:
		return "Atom"
	case RSS:
		return "RSS"
	}
	return "JSON Feed"
}

// MediaType is what the format is registered or, for RSS, known as. Every format is UTF-8.
func (f Format) MediaType() string {
	switch f {
	case Atom:
		return "application/atom+xml"
	case RSS:
		return "application/rss+xml"
	}
	return "application/feed+json"
}

// Feed is one page of a feed. Addresses are whole; texts are plain.
type Feed struct {
	ID       string // an address, the same for every page and format
	Title    string
	Subtitle string
	Page     string // the page of the site that lists the same papers
	Self     string
	Next     string // "" on the last page
	Previous string // "" on the first
	Hub      string // of WebSub; "" for none
	Icon     string
	Version  string    // of Recto
	Updated  time.Time // of a feed without items; others take their newest item's
	Items    []Item
}

// Item is a paper in a feed.
type Item struct {
	URL        string // of its page here, which is its id, too
	Title      string // plain
	Text       string // the abstract, plain
	HTML       string // the abstract with formulas as MathML, and what the paper links to; safe
	Authors    []Author
	Categories []Category
	Published  time.Time
	Updated    time.Time // when its text changed
	Licence    string    // an address, or ""
}

// Author is a person with the page of the person's papers.
type Author struct{ Name, URL string }

// Category is a category or a tag.
type Category struct {
	Term   string
	Scheme string // an address: whose categories these are
}

const (
	siteName = "Recto"
	language = "en" // of the site; papers are in many
	rights   = "Each paper’s text is its authors’, under the licence that the paper names."
)

// Write writes the feed in a format.
func (f Feed) Write(format Format) ([]byte, error) {
	f = f.clean()
	if len(f.Items) > 0 {
		f.Updated = time.Time{}
	}
	for _, i := range f.Items {
		f.Updated = later(f.Updated, i.Updated)
	}
	var data []byte
	var err error
	switch format {
	case Atom:
		data, err = f.atom()
	case RSS:
		data, err = f.rss()
	case JSON:
		data, err = f.json()
	default:
		return nil, fmt.Errorf("write a feed: no format %q", format)
	}
	if err != nil {
		return nil, fmt.Errorf("write a feed as %s: %w", format, err)
	}
	return data, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// clean is the feed without characters that XML or people can't do with.
func (f Feed) clean() Feed {
	f.Title, f.Subtitle, f.Version = clean(f.Title), clean(f.Subtitle), clean(f.Version)
	items := make([]Item, len(f.Items))
	for n, i := range f.Items {
		i.Title, i.Text, i.HTML, i.Licence = clean(i.Title), clean(i.Text), clean(i.HTML), clean(i.Licence)
		authors := make([]Author, len(i.Authors))
		for a, who := range i.Authors {
			authors[a] = Author{clean(who.Name), clean(who.URL)}
		}
		categories := make([]Category, len(i.Categories))
		for c, of := range i.Categories {
			categories[c] = Category{clean(of.Term), clean(of.Scheme)}
		}
		i.Authors, i.Categories = authors, categories
		items[n] = i
	}
	f.Items = items
	return f
}

// clean drops control characters, what isn't UTF-8, and what no XML document may hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r <= 0x9f, r == 0xfffe, r == 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
