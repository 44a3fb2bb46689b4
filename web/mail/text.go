package mail

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const lineLength = 72 // letters

// Text is the digest as plain text.
func (d Digest) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", d.Heading, d.Dates)
	for _, p := range d.Papers {
		number := fmt.Sprintf("%2d. ", p.Place)
		wrap(&b, number, "    ", p.Title)
		if about := p.About(); about != "" {
			wrap(&b, "    ", "    ", about)
		}
		if p.Abstract != "" {
			wrap(&b, "    ", "    ", p.Abstract)
		}
		if len(p.Tags) > 0 {
			var names []string
			for _, t := range p.Tags {
				names = append(names, t.Name)
			}
			wrap(&b, "    ", "    ", "Tags: "+strings.Join(names, ", "))
		}
		fmt.Fprintf(&b, "    %s\n\n", p.URL)
	}
	if len(d.Rising) > 0 {
		b.WriteString("Rising tags\n")
		for _, t := range d.Rising {
			fmt.Fprintf(&b, "  %s\n    %s\n", t.Name, t.URL)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "-- \nMore papers: %s\nEarlier digests: %s\n", d.Links.Listing, d.Links.Archive)
	if d.Links.Manage != "" {
		fmt.Fprintf(&b, "Change when it comes: %s\nUnsubscribe: %s\n", d.Links.Manage, d.Links.Unsubscribe)
	}
	return b.String()
}

// Plain is the notice as plain text.
func (n Notice) Plain() string {
	var b strings.Builder
	for _, p := range n.Text {
		wrap(&b, "", "", p)
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%s\n\n", n.Action.URL)
	wrap(&b, "", "", n.Last)
	return b.String()
}

// wrap writes a paragraph in lines: the first begins with one text, the others with another.
func wrap(b *strings.Builder, first, other, text string) {
	line, start := first, true
	for word := range strings.FieldsSeq(text) {
		if !start && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > lineLength {
			b.WriteString(line + "\n")
			line, start = other, true
		}
		if !start {
			line += " "
		}
		line += word
		start = false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
