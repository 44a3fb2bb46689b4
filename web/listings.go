package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// listing is a page with papers in some order. Handlers fill the upper part; (*server).listing the rest.
type listing struct {
	Title       string // of the document
	Heading     string
	Description string
	Lede        string // a sentence under the heading
	Section     string
	Path        string // without its query
	Status      int    // 200 when zero
	NoIndex     bool
	Filter      store.Filter
	Orders      []store.Order // that a reader can choose from, the first by default
	Choices     []choice      // other listings of the same sort, such as day, week, month
	Span        *store.Span   // whose calendar stands beside it; the latest day's when nil
	Days        bool          // show each paper's day
	Count       int           // of all papers, when known and worth telling
	Empty       string        // what to say when no paper is there
	Earlier     *store.Span
	Later       *store.Span
	Names       []nameChoice // spellings of an author
	Query       string       // which of an author's names was asked for
	Feed        choice       // its feed's title and address, where they aren't its own

	Address  string // with its order and name, where it begins
	Cards    []card
	Sorts    []choice
	Previous string // addresses
	Next     string
	Calendar string // safe HTML
	Rising   []store.RisingTag
}

// choice is one of several links of which one is where the reader is.
type choice struct {
	Name    string
	Path    string
	Current bool
}

var orderNames = map[store.Order]string{store.ByVotes: "Votes", store.Newest: "Newest", store.Trending: "Trending"}

// risingTags is how many tags stand beside a listing.
const risingTags = 8

// listing reads a page of papers and renders it.
func (s *server) listing(c echo.Context, l listing) error {
	ctx := c.Request().Context()
	order := store.Order(c.QueryParam("sort"))
	if len(l.Orders) > 0 {
		l.Filter.Order = l.Orders[0]
	}
	for _, o := range l.Orders {
		sort := ""
		if o != l.Orders[0] {
			sort = string(o)
		}
		if o == order {
			l.Filter.Order = o
		}
		l.Sorts = append(l.Sorts, choice{orderNames[o], withQuery(l.Path, "sort", sort, "name", l.Query), false})
	}
	for i, o := range l.Orders {
		l.Sorts[i].Current = o == l.Filter.Order
	}
	if order != "" && order != l.Filter.Order {
		return fmt.Errorf("%w: sort %q", store.ErrInvalid, order)
	}
	if len(l.Orders) > 0 && order == l.Orders[0] {
		order = "" // what the address means without it
	}
	l.Filter.Limit = papersPerPage
	l.Filter.After, l.Filter.Before = store.Key(c.QueryParam("after")), store.Key(c.QueryParam("before"))
	l.Address = withQuery(l.Path, "sort", string(order), "name", l.Query)
	if format, ok := feedAs(c); ok {
		return s.feedListing(c, format, l)
	}
	switch format, cited, err := citedAs(c); {
	case err != nil:
		return err
	case cited:
		return s.citeListing(c, format, l)
	}
	page, entries, err := s.DB.Entries(ctx, l.Filter)
	if err != nil {
		return err
	}
	if len(entries) == 0 && (l.Filter.After != "" || l.Filter.Before != "") { // papers have gone since that link was made
		return c.Redirect(http.StatusSeeOther, l.Address)
	}
	note(ctx, func(s *shown) {
		s.listing = newShownListing(l.Filter, page, entries)
		for i := range entries {
			s.papers = append(s.papers, entries[i].ID)
		}
	})
	turned := func(name string, key store.Key) string {
		if key == "" {
			return ""
		}
		return withQuery(l.Path, "sort", string(order), "name", l.Query, name, string(key))
	}
	l.Previous, l.Next = turned("before", page.Previous), turned("after", page.Next)
	if l.Cards, err = s.cards(ctx, entries, readerID(c), l.Days); err != nil {
		return err
	}
	if err := s.besideListing(c, &l); err != nil {
		return err
	}
	view, err := s.frame(c, l.Title)
	if err != nil {
		return err
	}
	view.Section, view.Description, view.NoIndex = l.Section, l.Description, l.NoIndex || l.Status >= 400
	view.Picture = l.picture()
	if l.Filter.VotedBy == 0 && !view.NoIndex {
		f := l.feedOf()
		view.Feeds = feedLinks(f.Name, f.Path)
	}
	view.Canonical = withQuery(l.Path, "sort", string(order), "name", l.Query, "after", string(l.Filter.After), "before", string(l.Filter.Before))
	view.Head = papersHead(view, 1, l.Cards)
	return s.render(c, max(l.Status, http.StatusOK), listingPage(view, l))
}

// besideView is what stands beside a listing: a month's calendar, and for a span its neighbours.
type besideView struct {
	calendar       string   // safe HTML
	spans          []choice // the day, week and month around the same time
	earlier, later *store.Span
}

// besideKey is what a besideView is kept under for besideAge, or until papers come in.
type besideKey struct {
	span  store.Span // the one that is listed, if any
	state store.State
}

const (
	besideAge  = 5 * time.Second
	keptBeside = 200
)

// besideListing fills what stands beside the papers.
func (s *server) besideListing(c echo.Context, l *listing) error {
	state, err := s.state(c)
	if err != nil || state.Latest == "" {
		return err
	}
	key := besideKey{state: state}
	if l.Span != nil {
		key.span = *l.Span
	}
	v, ok := s.beside.Get(key)
	if !ok {
		if v, err = s.besideSpan(c.Request().Context(), key); err != nil {
			return err
		}
		s.beside.Add(key, v)
	}
	l.Calendar = v.calendar
	rising, err := s.rising.of(c.Request().Context(), state.Latest)
	if err != nil {
		return err
	}
	l.Rising = rising[:min(len(rising), risingTags)]
	if l.Span != nil {
		l.Choices, l.Earlier, l.Later = v.spans, v.earlier, v.later
	}
	return nil
}

func (s *server) besideSpan(ctx context.Context, key besideKey) (v besideView, err error) {
	day := key.state.Latest
	if key.span.Kind != "" {
		day = key.span.From
		for _, kind := range spanKinds {
			to, err := s.sameTime(ctx, key.span, kind.kind)
			if err != nil {
				return v, err
			}
			v.spans = append(v.spans, choice{kind.name, spanPath(to), kind.kind == key.span.Kind})
		}
		if v.earlier, err = s.spanBeside(ctx, key.span, s.DB.DayBefore); err != nil {
			return v, err
		}
		if v.later, err = s.spanBeside(ctx, key.span, s.DB.DayAfter); err != nil {
			return v, err
		}
	}
	month, err := s.calendar(ctx, day, key.span)
	if err != nil {
		return v, err
	}
	var drawn strings.Builder
	err = calendarMonth(month).Render(ctx, &drawn)
	v.calendar = drawn.String()
	return v, err
}

var spanKinds = []struct {
	kind store.SpanKind
	name string
}{{store.SpanDay, "Day"}, {store.SpanWeek, "Week"}, {store.SpanMonth, "Month"}}

// home is the latest day that has papers.
func (s *server) home(c echo.Context) error {
	state, err := s.state(c)
	if err != nil {
		return err
	}
	if state.Latest == "" {
		return s.listing(c, listing{Title: "Papers", Heading: "No papers yet", Section: homePath, Path: homePath,
			Filter: store.Filter{Order: store.Newest},
			Empty:  "This catalogue is empty. Bring papers in on the command line, for example: recto ingest hf --since 2026-05-01, or recto ingest arxiv --category cs.LG --since 2026-05-01."})
	}
	l := spanListing(store.DaySpan(state.Latest), s.Now())
	l.Feed = choice{Name: "Papers of the day", Path: homePath}
	return s.listing(c, l)
}

// span is the listing of a day, week or month.
func (s *server) span(kind store.SpanKind) echo.HandlerFunc {
	return func(c echo.Context) error {
		if name, ok := strings.CutSuffix(c.Param("name"), pictureSuffix); ok {
			return s.spanPicture(c, kind, name)
		}
		span, err := store.ParseSpan(kind, c.Param("name"))
		if err == nil && span.From <= s.DB.Today() {
			return s.listing(c, spanListing(span, s.Now()))
		}
		return s.noSuchSpan(c, kind)
	}
}

func spanListing(span store.Span, now time.Time) listing {
	title := spanTitle(span)
	l := listing{
		Title: "Papers of " + title, Heading: spanName(span, now), Section: homePath, Path: spanPath(span), Span: &span,
		Description: fmt.Sprintf("The papers of %s, voted up by readers.", title),
		Filter:      store.Filter{Span: &span}, Orders: []store.Order{store.ByVotes, store.Newest}, Days: span.Kind != store.SpanDay,
		Empty: fmt.Sprintf("No papers on %s.", title),
	}
	if span.Kind != store.SpanDay {
		l.Empty = fmt.Sprintf("No papers in %s.", title)
	}
	return l
}

// sameTime is the span of another kind around the same time: from a week or month to a day, its last one with papers.
func (s *server) sameTime(ctx context.Context, span store.Span, kind store.SpanKind) (store.Span, error) {
	if kind == store.SpanMonth && span.Kind != store.SpanMonth {
		return store.SpanOf(kind, span.From), nil
	}
	day, err := s.DB.DayBefore(ctx, store.DaySpan(min(span.To, s.DB.Today()).Add(1)))
	if errors.Is(err, store.ErrNotFound) || err == nil && !span.Contains(day) {
		return store.SpanOf(kind, span.From), nil
	}
	return store.SpanOf(kind, day), err
}

// noSuchSpan is the 404 of a day to come, or of none; it offers the latest ones.
func (s *server) noSuchSpan(c echo.Context, kind store.SpanKind) error {
	l := listing{Title: "No such " + string(kind), Heading: "No such " + string(kind), Section: homePath, Path: homePath,
		Status: http.StatusNotFound, Filter: store.Filter{Order: store.ByVotes, Span: &store.Span{}},
		Empty: fmt.Sprintf("“%.40s” is no %s that has been.", c.Param("name"), kind)}
	state, err := s.state(c)
	if err != nil {
		return err
	}
	if state.Latest != "" {
		span := store.SpanOf(kind, state.Latest)
		l.Earlier = &span
	}
	return s.listing(c, l)
}

func spanTitle(span store.Span) string {
	switch span.Kind {
	case store.SpanWeek:
		_, week := span.From.Time().ISOWeek()
		return fmt.Sprintf("week %d, %s%s", week, weekDays(span), span.To.Time().Format(" 2006"))
	case store.SpanMonth:
		return span.From.Time().Format("January 2006")
	}
	return longDay(span.From)
}

func (s *server) trending(c echo.Context) error {
	return s.listing(c, listing{
		Title: "Trending papers", Heading: "Trending", Section: trendingPath, Path: trendingPath, Days: true,
		Description: "Papers by votes and freshness together.",
		Lede:        fmt.Sprintf("Votes and freshness together: ten times the votes make up for %d hours of age.", store.TrendHours),
		Filter:      store.Filter{Order: store.Trending}, Empty: "No papers yet.",
	})
}

func (s *server) latest(c echo.Context) error {
	return s.listing(c, listing{
		Title: "Latest papers", Heading: "Latest", Section: latestPath, Path: latestPath, Days: true,
		Description: "The papers that were submitted last.",
		Filter:      store.Filter{Order: store.Newest}, Empty: "No papers yet.",
	})
}

// windows are the spans of /papers/top: how many days up to the latest one with papers; 0 for all.
var windows = []struct {
	name, title, current string
	days                 int
}{
	{"week", "Top papers of the week", "Week", 7},
	{"month", "Top papers of the month", "Month", 30},
	{"year", "Top papers of the year", "Year", 365},
	{"all", "Top papers of all time", "All time", 0},
}

func (s *server) top(c echo.Context) error {
	at := -1
	var choices []choice
	for i, w := range windows {
		if w.name == c.Param("window") {
			at = i
		}
		choices = append(choices, choice{w.current, topPath(w.name), w.name == c.Param("window")})
	}
	if at < 0 {
		return store.ErrNotFound
	}
	w := windows[at]
	l := listing{Title: w.title, Heading: "Top", Section: topPath("week"), Path: topPath(w.name), Days: true,
		Description: w.title + ", by votes.", Choices: choices, Filter: store.Filter{Order: store.ByVotes}, Empty: "No papers yet."}
	state, err := s.state(c)
	if err != nil {
		return err
	}
	if latest := state.Latest; w.days > 0 && latest != "" {
		l.Filter.Span = &store.Span{Kind: store.SpanRange, From: latest.Add(1 - w.days), To: latest}
		l.Lede = fmt.Sprintf("By votes, among the papers of %s to %s.", longDay(l.Filter.Span.From), longDay(latest))
	}
	return s.listing(c, l)
}
