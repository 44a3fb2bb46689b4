package hook

import (
	"strings"
	"time"

	"recto/store"
)

// documentVersion rises when a field of the document changes its meaning or goes. New fields don't raise it.
const documentVersion = 1

// Document is what a program of a reader's own gets. Its papers have the names and forms of Recto's API.
type Document struct {
	Version      int             `json:"version"`
	Event        Event           `json:"event"`
	Delivery     string          `json:"delivery"`
	Site         string          `json:"site"`
	Subscription DocumentSubject `json:"subscription"`
	Day          string          `json:"day,omitempty"`  // of the digest, yyyy-mm-dd
	From         string          `json:"from,omitempty"` // the days whose papers are new in it
	To           string          `json:"to,omitempty"`
	URL          string          `json:"url"` // the listing of what is subscribed to
	Papers       []DocumentPaper `json:"papers"`
}

// DocumentSubject is what a subscription is to: all, a tag, a category, an author or a search.
type DocumentSubject struct {
	Subject string `json:"subject"`
	What    string `json:"what,omitempty"` // a slug, a category or a search's text
	Name    string `json:"name,omitempty"` // an author's
	Every   string `json:"every"`          // day, or a weekday
}

// DocumentPaper is a paper in its place.
type DocumentPaper struct {
	Place       int              `json:"place"`
	Again       bool             `json:"again"` // it was in an earlier digest, further down
	ID          string           `json:"id"`
	Title       string           `json:"title"`
	Abstract    string           `json:"abstract"`
	Authors     []DocumentAuthor `json:"authors"`
	URL         string           `json:"url"`
	Categories  []string         `json:"categories"`
	Tags        []string         `json:"tags"`
	SubmittedAt string           `json:"submittedAt,omitempty"`
	FeaturedOn  string           `json:"featuredOn"`
	DOI         string           `json:"doi,omitempty"`
	Votes       DocumentVotes    `json:"votes"`
}

// DocumentAuthor is an author.
type DocumentAuthor struct {
	Name        string `json:"name"`
	Affiliation string `json:"affiliation,omitempty"`
	ORCID       string `json:"orcid,omitempty"`
}

// DocumentVotes are a paper's votes: all, those that its source counted, those of the site's readers.
type DocumentVotes struct {
	Total   int `json:"total"`
	Source  int `json:"source"`
	Readers int `json:"readers"`
}

func document(i Issue) Document {
	d := Document{Version: documentVersion, Event: i.Event, Delivery: i.ID, Site: i.Site, URL: i.Digest.Links.Listing, Papers: []DocumentPaper{},
		Subscription: DocumentSubject{string(i.To.Subject), i.To.What, i.To.Name, "day"}}
	if i.To.Weekday != store.Daily {
		d.Subscription.Every = strings.ToLower(i.To.Weekday.String())
	}
	if i.Of != nil {
		d.Day, d.From, d.To = string(i.Of.Day), string(i.Of.Span.From), string(i.Of.Span.To)
	}
	for n, p := range i.Papers {
		shown := i.Digest.Papers[n]
		v := DocumentPaper{Place: shown.Place, Again: shown.Again, ID: string(p.ID), Title: p.Title, Abstract: p.Abstract, URL: shown.URL,
			Authors: make([]DocumentAuthor, len(p.Authors)), Categories: append([]string{}, p.Categories...), Tags: append([]string{}, p.AllTags()...),
			FeaturedOn: string(p.FeaturedOn), DOI: p.DOI, Votes: DocumentVotes{p.Votes(), p.SourceVotes, p.ReaderVotes}}
		for j, a := range p.Authors {
			v.Authors[j] = DocumentAuthor(a)
		}
		if !p.SubmittedAt.IsZero() {
			v.SubmittedAt = p.SubmittedAt.UTC().Format(time.RFC3339)
		}
		d.Papers = append(d.Papers, v)
	}
	return d
}
