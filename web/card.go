package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"recto/store"
	"recto/web/latex"
)

// card is a paper in a listing.
type card struct {
	Paper    *store.Paper
	Title    string // safe HTML
	Abstract string // safe HTML
	Authors  []store.Author
	More     int // authors that are not shown
	Vote     voteButton
	Day      store.Day // shown when the listing holds several days
}

// voteButton is the arrow with a paper's votes.
type voteButton struct {
	Paper *store.Paper
	Voted bool
}

// What a card shows at most.
const (
	cardAuthors = 4
	cardTags    = 4
)

// cards are the cards of papers for whoever is reading.
func (s *server) cards(ctx context.Context, papers []store.Paper, who store.ReaderID, days bool) ([]card, error) {
	voted, err := s.DB.Voted(ctx, who, papers)
	if err != nil {
		return nil, err
	}
	cards := make([]card, len(papers))
	for i := range papers {
		p := &papers[i]
		c := card{Paper: p, Title: s.latex.HTML(ctx, p.Title), Abstract: s.latex.HTML(ctx, p.Abstract),
			Authors: p.Authors, Vote: voteButton{p, voted[p.ID]}}
		if n := len(p.Authors); n > cardAuthors+1 { // "1 more" would take the place of a name
			c.Authors, c.More = p.Authors[:cardAuthors], n-cardAuthors
		}
		if days {
			c.Day = p.FeaturedOn
		}
		cards[i] = c
	}
	return cards, nil
}

// Tags are those that fit on a card.
func (c card) Tags() []string {
	tags := c.Paper.AllTags()
	return tags[:min(len(tags), cardTags)]
}

// Stars is the code's number of stars, or 0.
func (c card) Stars() int {
	for _, l := range c.Paper.Links {
		if l.Kind == store.LinkCode && l.Stars > 0 {
			return l.Stars
		}
	}
	return 0
}

// Label is what a screen reader says of the button.
func (v voteButton) Label() string {
	if v.Voted {
		return fmt.Sprintf("Take back your vote for %s, %s", latex.Text(v.Paper.Title), plural(v.Paper.Votes(), "vote"))
	}
	return fmt.Sprintf("Vote for %s, %s", latex.Text(v.Paper.Title), plural(v.Paper.Votes(), "vote"))
}

// Parts says where the votes come from.
func (v voteButton) Parts() string {
	p := v.Paper
	if p.SourceVotes == 0 {
		return plural(p.ReaderVotes, "vote") + " from readers here"
	}
	if p.ReaderVotes == 0 {
		return fmt.Sprintf("%s from %s, none from readers here yet", thousands(p.SourceVotes), voteSource(p))
	}
	return fmt.Sprintf("%s from %s, %s from readers here", thousands(p.SourceVotes), voteSource(p), thousands(p.ReaderVotes))
}

// Cast is what pressing the button sends.
func (v voteButton) Cast() string {
	if v.Voted {
		return "0"
	}
	return "1"
}

// sourceNames are how sources are called on pages.
var sourceNames = map[string]string{"hf": "Hugging Face", "arxiv": "arXiv", "snapshot": "arXiv’s metadata snapshot",
	"page": "a captured papers page", "jsonl": "a file", "acl": "the ACL Anthology", "openreview": "OpenReview"}

func sourceName(source string) string {
	if name, ok := sourceNames[source]; ok {
		return name
	}
	return source
}

// voteSource is who counted the source's votes: the source that featured the paper, where one did.
func voteSource(p *store.Paper) string {
	if p.FeaturedBy != "" {
		return sourceName(p.FeaturedBy)
	}
	return sourceName(p.Source)
}

// plural is "1 vote", "2,000 votes".
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
		if strings.HasSuffix(noun, "ys") {
			noun = strings.TrimSuffix(noun, "ys") + "ies"
		}
	}
	return thousands(n) + " " + noun
}

// thousands is 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short is 1.5k for 1,530: a number that fits into a card.
func short(n int) string {
	switch {
	case n >= 100_000:
		return strconv.Itoa(n/1000) + "k"
	case n >= 1000:
		return strings.TrimSuffix(strconv.FormatFloat(float64(n/100)/10, 'f', 1, 64), ".0") + "k"
	}
	return strconv.Itoa(n)
}
