package web

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web/latex"
)

// paperView is what a paper's page shows.
type paperView struct {
	Paper    *store.Paper
	Title    string // safe HTML
	Abstract string // safe HTML
	Vote     voteButton
	Rank     store.Rank
	Trend    trend
	Spark    spark
	Related  []store.Paper
	URL      string // of this page, to share

	Citations []citation
}

// trend explains where a paper stands in /papers/trending.
type trend struct {
	Place int     // 0 when beyond what is counted
	Votes float64 // the votes' part of the score
	Age   float64 // what its age has cost since, in the same unit
	Today int     // votes with which a paper of today would stand level
}

const relatedPapers = 5

// paperParts are what there is of a paper beside its page, by what its address ends in.
func (s *server) paperParts() map[string]func(c echo.Context, asked string) error {
	return map[string]func(echo.Context, string) error{
		relatedSuffix:  s.related,
		pictureSuffix:  s.pictureOf,
		badgeSuffix:    s.badgeOf,
		markdownSuffix: s.paperMarkdown,
	}
}

func (s *server) paper(c echo.Context) error {
	ctx := c.Request().Context()
	asked := c.Param("*")
	p, err := s.paperAt(ctx, asked)
	if errors.Is(err, store.ErrNotFound) {
		for suffix, part := range s.parts {
			if of, ok := strings.CutSuffix(asked, suffix); ok {
				return part(c, of)
			}
		}
	}
	if err != nil {
		return err
	}
	if string(p.ID) != asked {
		return moved(c, paperPath(p.ID))
	}
	switch format, cited, err := citedAs(c); {
	case err != nil:
		return err
	case cited:
		return s.sendCitation(c, format, &p)
	case wantsMarkdown(c.Request().Header.Get(echo.HeaderAccept)):
		return s.sendMarkdown(c, &p)
	}
	v := paperView{Paper: &p, Title: s.latex.HTML(ctx, p.Title), Abstract: s.latex.HTML(ctx, p.Abstract), URL: s.URL + paperPath(p.ID),
		Citations: s.citations(&p)}
	voted, err := s.DB.Voted(ctx, readerID(c), p.ID)
	if err != nil {
		return err
	}
	v.Vote = newVoteButton(&p, voted[p.ID])
	if v.Rank, err = s.DB.Rank(ctx, p.ID); err != nil {
		return err
	}
	if v.Related, err = s.Search.Related(ctx, &p, 0, relatedPapers); err != nil {
		return err
	}
	points, err := s.DB.VoteHistory(ctx, p.ID, sparkPoints)
	if err != nil {
		return err
	}
	v.Spark = newSpark(&p, points, s.Now())
	if v.Trend.Place, err = s.DB.TrendPlace(ctx, &p); err != nil {
		return err
	}
	state, err := s.state(c)
	if err != nil {
		return err
	}
	today := max(state.Latest, p.FeaturedOn)
	v.Trend.Votes = math.Log10(1 + float64(p.Votes()))
	v.Trend.Age = max(0, today.Time().Sub(p.FeaturedOn.Time()).Hours()/store.TrendHours)
	v.Trend.Today = store.VotesToMatch(p.Votes(), p.FeaturedOn, today)

	note(ctx, func(s *shown) {
		s.papers = append(s.papers, p.ID)
		for _, beside := range []*store.Paper{v.Rank.Previous, v.Rank.Next} {
			if beside != nil {
				s.papers = append(s.papers, beside.ID)
			}
		}
		for i := range v.Related {
			s.papers = append(s.papers, v.Related[i].ID)
		}
	})
	view, err := s.frame(c, latex.Text(p.Title))
	if err != nil {
		return err
	}
	view.Canonical, view.Description = paperPath(p.ID), describe(&p)
	view.Head = paperHead(&p, s.URL)
	view.Picture, view.Embeddable = paperPicture(&p), true
	return s.render(c, http.StatusOK, paperPage(view, v))
}

// paperAt is the paper that an address spells, in one of the ways in which people write ids.
func (s *server) paperAt(ctx context.Context, asked string) (store.Paper, error) {
	id, err := askedID(asked)
	if err != nil {
		return store.Paper{}, fmt.Errorf("%w: %w", store.ErrNotFound, err)
	}
	return s.DB.Paper(ctx, id)
}

// askedID is the id that an address spells.
func askedID(asked string) (store.PaperID, error) {
	if scheme, rest, ok := strings.Cut(asked, ":/"); ok && !strings.HasPrefix(rest, "/") {
		asked = scheme + "://" + rest // some proxies make one slash of two
	}
	return store.ParsePaperID(asked)
}

// describe is a paper in a sentence or two, for lists of other sites.
func describe(p *store.Paper) string {
	if p.Abstract != "" {
		return summary(p.Abstract, 200)
	}
	if who := etAl(p.Authors); who != "" {
		return "A paper by " + who + ", " + longDay(p.FeaturedOn) + "."
	}
	return "A paper of " + longDay(p.FeaturedOn) + "."
}

// summary is the beginning of a text as plain words, of at most n letters.
func summary(tex string, n int) string {
	return latex.Opening(latex.Text(tex), n)
}

// leafAuthors is how many authors stand above the abstract; the others of a large collaboration unfold.
const leafAuthors = 20

// Authors are those that are seen at once.
func (v paperView) Authors() []store.Author {
	if len(v.Paper.Authors) > leafAuthors+1 {
		return v.Paper.Authors[:leafAuthors]
	}
	return v.Paper.Authors
}

// MoreAuthors are the others.
func (v paperView) MoreAuthors() []store.Author { return v.Paper.Authors[len(v.Authors()):] }

// DayPath is the day's listing, at the paper where its first page shows it.
func (v paperView) DayPath() string {
	if v.Rank.Place > papersPerPage {
		return dayPath(v.Paper.FeaturedOn)
	}
	return dayPath(v.Paper.FeaturedOn) + "#" + paperAnchor(v.Paper.ID)
}

// PDF is where the paper can be read, or "".
func (v paperView) PDF() string { return v.Paper.URL(store.LinkPDF) }

// linkName is how a link reads.
func linkName(p *store.Paper, l store.Link) string {
	if l.Label != "" {
		return l.Label
	}
	switch l.Kind {
	case store.LinkAbs:
		if label := p.ID.Label(); label != "" {
			return label
		}
		return "Abstract page"
	case store.LinkPDF:
		return "PDF"
	case store.LinkCode:
		return "Code"
	case store.LinkProject:
		return "Project page"
	case store.LinkModel:
		return "Model"
	case store.LinkDataset:
		return "Dataset"
	case store.LinkDemo:
		return "Demo"
	case store.LinkVideo:
		return "Video"
	}
	return l.URL
}

// Says tells the score's two parts and what they come to.
func (t trend) Says() string {
	text := fmt.Sprintf("%.2f for its votes − %.2f for its age", t.Votes, t.Age)
	if t.Place > 0 {
		text += fmt.Sprintf(": No. %s", thousands(t.Place))
	}
	switch {
	case t.Age == 0:
		return text + "."
	case t.Today == 0:
		return text + ". Every paper of the latest day stands above it."
	}
	return text + fmt.Sprintf(". A paper of the latest day needs %s to stand level.", plural(t.Today, "vote"))
}

// spark is the curve of a paper's votes.
type spark struct {
	Path  string // of an SVG of sparkWidth by sparkHeight
	Label string
}

const (
	sparkPoints = 60
	sparkWidth  = 200.0
	sparkHeight = 48.0
)

// newSpark draws the votes from the start of the paper's day, when it had none, through every count that is known.
func newSpark(p *store.Paper, points []store.VotePoint, now time.Time) spark {
	from := p.FeaturedOn.Time()
	if len(points) == 0 || p.Votes() == 0 {
		return spark{}
	}
	if first := points[0].At; first.Before(from) {
		from = first
	}
	last := points[len(points)-1].At
	to := last.Add(max(last.Sub(from)/8, time.Hour)) // some room behind the last change
	if to.After(now) && now.After(last) {
		to = now
	}
	most := 1
	for _, pt := range points {
		most = max(most, pt.Votes)
	}
	x := func(t time.Time) float64 { return t.Sub(from).Seconds() / max(to.Sub(from).Seconds(), 1) * sparkWidth }
	y := func(votes int) float64 { return sparkHeight - 3 - float64(votes)/float64(most)*(sparkHeight-6) }
	var b strings.Builder
	fmt.Fprintf(&b, "M0 %.1f", y(0))
	for _, pt := range points {
		fmt.Fprintf(&b, "L%.1f %.1f", x(pt.At), y(pt.Votes))
	}
	fmt.Fprintf(&b, "H%.0f", sparkWidth)
	days := int(last.Sub(from).Hours()/24) + 1
	return spark{b.String(), fmt.Sprintf("%s in %s", plural(p.Votes(), "vote"), plural(days, "day"))}
}

// etAl is "Alon Albalak et al.".
func etAl(authors []store.Author) string {
	switch len(authors) {
	case 0:
		return ""
	case 1, 2:
		names := []string{}
		for _, a := range authors {
			names = append(names, latex.Text(a.Name))
		}
		return strings.Join(names, " and ")
	}
	return latex.Text(authors[0].Name) + " et al."
}

// broughtInBy says who brought the paper in and when.
func broughtInBy(p *store.Paper) string {
	return fmt.Sprintf("Read from %s on %s", sourceName(p.Source), p.ReadAt.Format("2 January 2006, 15:04 UTC"))
}

// newestFirst are the versions to show, the newest first.
func newestFirst(versions []store.Version) []store.Version {
	v := slices.Clone(versions)
	slices.Reverse(v)
	return v
}
