package web

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"recto/store"
	"recto/web/cite"
	"recto/web/latex"
)

// card is a paper in a listing: what is drawn once for a revision of the paper, and the button.
type card struct {
	*drawnCard
	ID     store.PaperID
	Button string // safe HTML
}

// drawnCard is the part of a card that is the same for everybody until the paper changes. It is kept.
type drawnCard struct {
	open, body string // safe HTML, before and behind the button
	title      string // plain text
	voteSource string
	button     atomic.Pointer[drawnButton] // the last one
}

type drawnButton struct {
	of   voteButton
	html string
}

// cardKey is what a card's kept part is kept under.
type cardKey struct {
	number   int64 // of the paper
	revision int
	day      bool // with the day, as in listings of several days
}

// keptCards is how many are kept: some 4 kB each.
const keptCards = 5_000

// cardView is what is drawn of a paper.
type cardView struct {
	Paper    *store.Paper
	Title    string // safe HTML
	Abstract string // safe HTML
	Passage  bool   // Abstract is the part of it that was searched for, and is shown whole
	Authors  []store.Author
	More     int // authors that are not shown
	Day      store.Day
	Why      string // a search found it though it has not all the words
	COinS    string // its citation for programs that read pages
}

// voteButton is the arrow with a paper's votes.
type voteButton struct {
	ID          store.PaperID
	Title       string // of the paper, in plain text
	Source      string // who counted SourceVotes
	SourceVotes int
	ReaderVotes int
	Voted       bool
}

func newVoteButton(p *store.Paper, voted bool) voteButton {
	return voteButton{p.ID, latex.Text(p.Title), voteSource(p), p.SourceVotes, p.ReaderVotes, voted}
}

// What a card shows at most.
const (
	cardAuthors = 4
	cardTags    = 3
	// letters that are seen: a seventh more than the three lines that the style sheet shows hold
	cardAbstract = 310
)

// cards are the cards of a listing's entries for whoever is reading. Only papers that were not drawn before are read.
func (s *server) cards(ctx context.Context, entries []store.Entry, who store.ReaderID, days bool) ([]card, error) {
	cards := make([]card, len(entries))
	ids := make([]store.PaperID, len(entries))
	var missing []store.Entry
	for i := range entries {
		e := &entries[i]
		ids[i] = e.ID
		drawn, ok := s.drawn.Get(cardKey{e.Number, e.Revision, days})
		if !ok {
			missing = append(missing, *e)
		}
		cards[i].drawnCard = drawn
	}
	papers, err := s.DB.PapersOf(ctx, missing)
	if err != nil {
		return nil, err
	}
	voted, err := s.DB.Voted(ctx, who, ids...)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		e := &entries[i]
		if cards[i].drawnCard == nil {
			at := slices.IndexFunc(papers, func(p store.Paper) bool { return p.ID == e.ID })
			if at < 0 {
				continue // removed in between
			}
			if cards[i].drawnCard, err = drawCard(ctx, s.cardView(ctx, &papers[at], days)); err != nil {
				return nil, err
			}
			s.drawn.Add(cardKey{e.Number, e.Revision, days}, cards[i].drawnCard)
		}
		cards[i].ID = e.ID
		vote := voteButton{e.ID, cards[i].title, cards[i].voteSource, e.SourceVotes, e.ReaderVotes, voted[e.ID]}
		if cards[i].Button, err = cards[i].drawButton(ctx, vote); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(cards, func(c card) bool { return c.drawnCard == nil }), nil
}

// cardsOf are cards that are drawn for one page alone.
func (s *server) cardsOf(ctx context.Context, views []cardView, who store.ReaderID) ([]card, error) {
	cards := make([]card, len(views))
	ids := make([]store.PaperID, len(views))
	for i := range views {
		ids[i] = views[i].Paper.ID
	}
	voted, err := s.DB.Voted(ctx, who, ids...)
	if err != nil {
		return nil, err
	}
	for i, v := range views {
		drawn, err := drawCard(ctx, v)
		if err != nil {
			return nil, err
		}
		button, err := drawn.drawButton(ctx, newVoteButton(v.Paper, voted[v.Paper.ID]))
		if err != nil {
			return nil, err
		}
		cards[i] = card{drawn, v.Paper.ID, button}
	}
	return cards, nil
}

func (s *server) cardView(ctx context.Context, p *store.Paper, days bool) cardView {
	v := cardView{Paper: p, Title: s.latex.HTML(ctx, p.Title), Abstract: s.latex.HTML(ctx, opening(p.Abstract)), Authors: p.Authors,
		COinS: cite.COinS(p, s.URL)}
	if n := len(p.Authors); n > cardAuthors+1 { // "1 more" would take the place of a name
		v.Authors, v.More = p.Authors[:cardAuthors], n-cardAuthors
	}
	if days {
		v.Day = p.FeaturedOn
	}
	return v
}

func drawCard(ctx context.Context, v cardView) (*drawnCard, error) {
	var open, body strings.Builder
	if err := errors.Join(cardOpen(v).Render(ctx, &open), cardBody(v).Render(ctx, &body)); err != nil {
		return nil, fmt.Errorf("draw the card of %s: %w", v.Paper.ID, err)
	}
	return &drawnCard{open: open.String(), body: body.String(), title: latex.Text(v.Paper.Title),
		voteSource: voteSource(v.Paper)}, nil
}

// drawButton is a button as safe HTML: mostly the one that the last reader got.
func (d *drawnCard) drawButton(ctx context.Context, v voteButton) (string, error) {
	if last := d.button.Load(); last != nil && last.of == v {
		return last.html, nil
	}
	var b strings.Builder
	if err := voteForm(v).Render(ctx, &b); err != nil {
		return "", fmt.Errorf("draw the button of %s: %w", v.ID, err)
	}
	d.button.Store(&drawnButton{v, b.String()})
	return b.String(), nil
}

// opening is the beginning of an abstract, enough for the lines that a card shows of it. It ends between words and outside
// formulas and braces.
func opening(abstract string) string {
	if len(abstract) <= cardAbstract {
		return abstract
	}
	seen, end, seenToEnd, space, depth, maths := 0, 0, 0, 0, 0, false
	for i := 0; i < len(abstract); i++ {
		switch c := abstract[i]; {
		case c == '\\':
			for i++; i+1 < len(abstract) && isLetter(abstract[i]) && isLetter(abstract[i+1]); i++ { // a command's name
			}
			seen++
		case c == '$':
			maths = !maths
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ' ' || c == '\n':
			if seen > cardAbstract && space > 0 {
				if seenToEnd < cardAbstract/2 { // that dollar or brace is no formula's
					end = space
				}
				return abstract[:end] + " …"
			}
			if space = i; depth == 0 && !maths {
				end, seenToEnd = i, seen
			}
			seen++
		case utf8.RuneStart(c):
			seen++
		}
	}
	return abstract
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// Tags are those that fit on a card.
func (c cardView) Tags() []string {
	tags := c.Paper.AllTags()
	return tags[:min(len(tags), cardTags)]
}

// Stars is the code's number of stars, or 0.
func (c cardView) Stars() int {
	for _, l := range c.Paper.Links {
		if l.Kind == store.LinkCode && l.Stars > 0 {
			return l.Stars
		}
	}
	return 0
}

// Votes is the number on the button.
func (v voteButton) Votes() int { return v.SourceVotes + v.ReaderVotes }

// Label is what a screen reader says of the button.
func (v voteButton) Label() string {
	if v.Voted {
		return "Take back your vote for " + v.Title + ", " + v.spoken()
	}
	return "Vote for " + v.Title + ", " + v.spoken()
}

// spoken is the votes as the button shows them: who speaks to a button says what stands on it.
func (v voteButton) spoken() string {
	if n := v.Votes(); n >= 1000 {
		return short(n) + " votes"
	}
	return plural(v.Votes(), "vote")
}

// Parts says where the votes come from.
func (v voteButton) Parts() string {
	switch {
	case v.SourceVotes == 0:
		return plural(v.ReaderVotes, "vote") + " from readers here"
	case v.ReaderVotes == 0:
		return thousands(v.SourceVotes) + " from " + v.Source + ", none from readers here yet"
	}
	return thousands(v.SourceVotes) + " from " + v.Source + ", " + thousands(v.ReaderVotes) + " from readers here"
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
