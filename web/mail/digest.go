package mail

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"recto/store"
	"recto/web/latex"
)

// Links makes the addresses that mails lead to, whole ones with a host.
type Links struct {
	Home        string
	Archive     string // of the public digest
	Paper       func(store.PaperID) string
	Tag         func(name string) string
	Listing     func(*store.Subscription) string // of what is subscribed to
	Confirm     func(secret string) string
	Manage      func(secret string) string
	Unsubscribe func(secret string) string
}

// Digest is what a digest says.
type Digest struct {
	Heading string // what it is a digest of
	Dates   string // of its papers
	Papers  []Paper
	Rising  []Link
	Links   Footer
}

// Footer is where the lines under a mail lead to.
type Footer struct {
	Home, Listing, Archive, Manage, Unsubscribe string
}

// Link is a name with its address.
type Link struct{ Name, URL string }

// Paper is a paper in a digest. All is plain text.
type Paper struct {
	Place    int
	Title    string
	URL      string
	Authors  string
	Abstract string
	Votes    int
	Tags     []Link
	Again    bool // it was in an earlier digest, further down
}

// About is the line under a paper's title.
func (p Paper) About() string {
	var parts []string
	if p.Votes > 0 {
		parts = append(parts, plural(p.Votes, "vote"))
	}
	if p.Again {
		parts = append(parts, "risen since an earlier digest")
	}
	if p.Authors != "" {
		parts = append(parts, p.Authors)
	}
	return strings.Join(parts, " · ")
}

// What of a paper is shown.
const (
	shownAuthors  = 4
	shownTags     = 3
	shownAbstract = 220 // letters: two to three lines
	shownTitle    = 300
)

// NewPaper is what a digest shows of a paper.
func NewPaper(place int, p *store.Paper, again bool, links Links) Paper {
	v := Paper{Place: place, Title: latex.Opening(Plain(p.Title), shownTitle), URL: links.Paper(p.ID), Votes: p.Votes(), Again: again,
		Abstract: latex.Opening(Plain(p.Abstract), shownAbstract)}
	if v.Title == "" { // there was nothing but marks of TeX
		v.Title = string(p.ID)
	}
	authors := p.Authors[:min(len(p.Authors), shownAuthors)]
	if len(p.Authors) == shownAuthors+1 { // "1 more" would take the place of a name
		authors = p.Authors
	}
	var names []string
	for _, a := range authors {
		names = append(names, latex.Opening(Plain(a.Name), 100))
	}
	v.Authors = strings.Join(names, ", ")
	if more := len(p.Authors) - len(authors); more > 0 {
		v.Authors += " and " + commas(more) + " more"
	}
	tags := p.AllTags()
	for _, t := range tags[:min(len(tags), shownTags)] {
		v.Tags = append(v.Tags, Link{latex.Opening(Plain(t), 60), links.Tag(t)})
	}
	return v
}

// Plain is a text without TeX, on one line, without what steers terminals and mail readers.
func Plain(s string) string {
	gap := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	return strings.Join(strings.FieldsFunc(latex.Text(s), gap), " ")
}

// maxSubject is how long a subject gets, in letters, as far as the paper's title makes it.
const maxSubject = 90

// Subject names the top paper.
func (d Digest) Subject() string {
	if len(d.Papers) == 0 {
		return d.Heading
	}
	title := latex.Opening(d.Papers[0].Title, maxSubject)
	if n := len(d.Papers) - 1; n > 0 {
		return fmt.Sprintf("%s, and %d more", title, n)
	}
	return title
}

// HTML is the digest's page.
func (d Digest) HTML(ctx context.Context) (string, error) {
	var b strings.Builder
	err := digestMail(d).Render(ctx, &b)
	return b.String(), err
}

// Notice is a mail about a subscription itself.
type Notice struct {
	Title  string
	Text   []string // paragraphs
	Action Link
	Last   string // what follows the link
}

// NewNotice is the mail that a subscription waits for.
func NewNotice(s *store.Subscription, key store.MailKey, links Links) Notice {
	what := Naming(s)
	if s.Subject == store.SubjectSearch || s.Subject == store.SubjectAuthor {
		what = unlinked(what)
	}
	if s.Notice == store.NoticeKnown {
		return Notice{"You are subscribed already",
			[]string{fmt.Sprintf("Somebody, probably you, asked for a digest of %s to be sent to this address. "+
				"You get it already, so nothing was changed.", what)},
			Link{"Change when it comes, or end it", links.Manage(key.Manage(s))}, "If it wasn’t you, nothing needs to be done."}
	}
	return Notice{"Confirm your digest",
		[]string{fmt.Sprintf("Somebody, probably you, asked for a digest of %s to be sent to this address, %s.", what, Often(s)),
			"Nothing is sent until you open this page and press its button:"},
		Link{"Confirm the subscription", links.Confirm(key.Confirm(s))}, "If it wasn’t you, do nothing: the request is forgotten in a week."}
}

// unlinked is a text in which mail programs find no address to make a link of, for a blank without width stands behind what
// begins one. Anybody can have a notice sent to anybody, and chooses the words of a search.
func unlinked(s string) string {
	var b strings.Builder
	letters := []rune(s)
	for i, r := range letters {
		b.WriteRune(r)
		if inside := i+1 < len(letters) && !unicode.IsSpace(letters[i+1]); inside && strings.ContainsRune(".:@", r) {
			b.WriteRune('\u200b')
		}
	}
	return b.String()
}

// Naming is what a subscription is to, within a sentence.
func Naming(s *store.Subscription) string {
	switch s.Subject {
	case store.SubjectTag:
		return "papers tagged " + s.What
	case store.SubjectCategory:
		return "papers in " + s.What
	case store.SubjectAuthor:
		if s.Name != "" {
			return "papers by " + Plain(s.Name)
		}
		return "papers by " + s.What
	case store.SubjectSearch:
		return "papers found by “" + latex.Opening(Plain(s.What), 100) + "”"
	}
	return "all papers"
}

// Often says when a subscription's digests come, within a sentence.
func Often(s *store.Subscription) string {
	if s.Weekday == store.Daily {
		return "every day that has papers"
	}
	return "every " + s.Weekday.String()
}

// HTML is the notice's page.
func (n Notice) HTML(ctx context.Context) (string, error) {
	var b strings.Builder
	err := noticeMail(n).Render(ctx, &b)
	return b.String(), err
}

// plural is "1 vote", "1,200 votes".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return commas(n) + " " + noun + "s"
}

func commas(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// preheader is what mail readers show beside the subject.
func (d Digest) preheader() string {
	var titles []string
	for _, p := range d.Papers[min(1, len(d.Papers)):min(4, len(d.Papers))] {
		titles = append(titles, p.Title)
	}
	if len(titles) == 0 {
		return d.Heading
	}
	return latex.Opening(strings.Join(titles, " · "), 200)
}
