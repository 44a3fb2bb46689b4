package feed

import (
	"context"
	"html"
	"strconv"
	"strings"
	"time"

	"recto/store"
	"recto/web/latex"
)

// Writer makes items of papers. Its functions say where things are on the site, in whole addresses.
type Writer struct {
	Latex  *latex.Renderer
	Paper  func(store.PaperID) string
	Author func(name string) string
	Tags   string                                // the page of all tags: tags are terms of it
	Link   func(*store.Paper, store.Link) string // what a link is called, in plain text
}

// maxAuthors is how many of a paper's authors an item names: a collaboration of thousands would drown the others.
const maxAuthors = 50

// arXiv's own feeds name its categories so.
const arXivScheme = "http://arxiv.org/schemas/atom"

// Item is a paper, of which sources changed what they say at a time.
func (w Writer) Item(ctx context.Context, p *store.Paper, changed time.Time) Item {
	item := Item{URL: w.Paper(p.ID), Title: latex.Text(p.Title), Published: p.ListedAt(), Updated: p.RevisedAt}
	if item.Updated.IsZero() { // no source says
		item.Updated = changed
	}
	item.Updated = later(item.Published, item.Updated)
	if isWeb(p.Licence) {
		item.Licence = p.Licence
	}
	for _, a := range p.Authors[:min(len(p.Authors), maxAuthors)] {
		item.Authors = append(item.Authors, Author{latex.Text(a.Name), w.Author(a.Name)})
	}
	for _, id := range p.Categories {
		item.Categories = append(item.Categories, Category{id, arXivScheme})
	}
	for _, tag := range p.AllTags() {
		item.Categories = append(item.Categories, Category{tag, w.Tags})
	}
	item.HTML, item.Text = w.content(ctx, p)
	return item
}

// content is what there is to read: the abstract, what must be known of it, and where the paper leads.
func (w Writer) content(ctx context.Context, p *store.Paper) (inHTML, inText string) {
	var h, t strings.Builder
	say := func(sentence string) {
		h.WriteString("<p><em>" + html.EscapeString(sentence) + "</em></p>\n")
		t.WriteString(sentence + "\n\n")
	}
	if p.Withdrawn {
		say("This paper was withdrawn.")
	}
	if p.Abstract == "" {
		say("This paper came without an abstract.")
	} else {
		h.WriteString("<p>" + w.Latex.Portable(ctx, p.Abstract) + "</p>\n")
		t.WriteString(latex.Text(p.Abstract) + "\n\n")
	}
	if more := len(p.Authors) - maxAuthors; more > 0 {
		say("It has " + strconv.Itoa(len(p.Authors)) + " authors, of which the first " + strconv.Itoa(maxAuthors) + " are named.")
	}
	var links []string
	for _, l := range p.Links {
		if isWeb(l.URL) {
			links = append(links, `<a href="`+html.EscapeString(l.URL)+`">`+html.EscapeString(w.Link(p, l))+"</a>")
		}
	}
	if len(links) > 0 {
		h.WriteString("<p>" + strings.Join(links, " · ") + "</p>\n")
	}
	return strings.TrimSpace(h.String()), strings.TrimSpace(t.String())
}

func isWeb(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}
