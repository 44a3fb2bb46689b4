package web

import (
	"errors"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/store/search"
)

// apiPaperView is a paper as Recto's own API gives it.
type apiPaperView struct {
	ID       string      `json:"id" doc:"Such as 2401.01234, hep-th/9901001, doi:10.1000/x or a local name."`
	Title    string      `json:"title" doc:"As its authors wrote it, with TeX where it has formulas."`
	Abstract string      `json:"abstract" doc:"The same; empty where no source has one. An empty line parts paragraphs."`
	Authors  []apiAuthor `json:"authors"`
	apiDetails
}

// apiDetails are what Recto knows of a paper beside its text. Hugging Face's API gets them under "recto".
type apiDetails struct {
	URL         string       `json:"url" doc:"Its page here." format:"uri"`
	Categories  []string     `json:"categories" doc:"arXiv's, the primary one first."`
	Tags        []string     `json:"tags" doc:"Its topics, given ones before those that were found in the text."`
	SubmittedAt string       `json:"submittedAt,omitempty" doc:"When version 1 was submitted; absent where no source knows it." format:"date-time"`
	RevisedAt   string       `json:"revisedAt,omitempty" doc:"When the newest version was." format:"date-time"`
	Versions    []apiVersion `json:"versions"`
	FeaturedOn  string       `json:"featuredOn" doc:"The day in whose listing it stands." format:"date"`
	FeaturedBy  string       `json:"featuredBy,omitempty" doc:"The source that chose the day; absent when it is just the day of submission."`
	Comment     string       `json:"comment,omitempty" doc:"Such as 12 pages, 3 figures."`
	JournalRef  string       `json:"journalRef,omitempty"`
	DOI         string       `json:"doi,omitempty" doc:"The publisher's, without a resolver's address."`
	Licence     string       `json:"licence,omitempty" doc:"An address."`
	Withdrawn   bool         `json:"withdrawn"`
	Links       []apiLink    `json:"links"`
	Source      string       `json:"source" doc:"Where its text came from, such as arxiv."`
	ReadAt      string       `json:"readAt" doc:"When that source was read." format:"date-time"`
	Votes       apiVoteCount `json:"votes"`
}

type apiAuthor struct {
	Name        string `json:"name"`
	Affiliation string `json:"affiliation,omitempty"`
	ORCID       string `json:"orcid,omitempty"`
}

type apiVersion struct {
	Number int    `json:"number"`
	At     string `json:"at,omitempty" format:"date-time"`
}

type apiLink struct {
	Kind  string `json:"kind" enum:"abs,pdf,code,project,model,dataset,demo,video"`
	URL   string `json:"url" format:"uri"`
	Label string `json:"label,omitempty"`
	Stars int    `json:"stars,omitempty" doc:"Absent where they are not known."`
}

type apiVoteCount struct {
	Total   int `json:"total"`
	Source  int `json:"source" doc:"Those that its source counted."`
	Readers int `json:"readers" doc:"Those of this site's readers."`
}

// apiListingView is one page of papers.
type apiListingView struct {
	Papers []apiPaperView `json:"papers"`
	Next   string         `json:"next,omitempty" doc:"The cursor of the next page; absent on the last. The Link header has the whole address."`
}

func (s *server) apiPaperView(p *store.Paper) apiPaperView {
	v := apiPaperView{ID: string(p.ID), Title: p.Title, Abstract: p.Abstract, Authors: make([]apiAuthor, len(p.Authors)), apiDetails: s.apiDetails(p)}
	for i, a := range p.Authors {
		v.Authors[i] = apiAuthor(a)
	}
	return v
}

func (s *server) apiDetails(p *store.Paper) apiDetails {
	d := apiDetails{URL: s.URL + paperPath(p.ID), Categories: notNil(p.Categories), Tags: notNil(p.AllTags()), SubmittedAt: instantText(p.SubmittedAt),
		RevisedAt: instantText(p.RevisedAt), Versions: make([]apiVersion, len(p.Versions)), FeaturedOn: string(p.FeaturedOn), FeaturedBy: p.FeaturedBy,
		Comment: p.Comment, JournalRef: p.JournalRef, DOI: p.DOI, Licence: p.Licence, Withdrawn: p.Withdrawn, Links: make([]apiLink, len(p.Links)),
		Source: p.Source, ReadAt: instantText(p.ReadAt), Votes: apiVotesOf(p)}
	for i, version := range p.Versions {
		d.Versions[i] = apiVersion{version.Number, instantText(version.At)}
	}
	for i, l := range p.Links {
		d.Links[i] = apiLink{string(l.Kind), l.URL, l.Label, l.Stars}
	}
	return d
}

func apiVotesOf(p *store.Paper) apiVoteCount {
	return apiVoteCount{p.Votes(), p.SourceVotes, p.ReaderVotes}
}

// notNil keeps JSON's null out of lists.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *server) apiPaperViews(papers []store.Paper) []apiPaperView {
	views := make([]apiPaperView, len(papers))
	for i := range papers {
		views[i] = s.apiPaperView(&papers[i])
	}
	return views
}

// apiListing lists papers: all, or those of a span, a tag, a category or an author.
func (s *server) apiListing(c echo.Context) error {
	f, err := s.apiFilter(c)
	if err != nil {
		return err
	}
	page, err := s.DB.Papers(c.Request().Context(), f)
	if err != nil {
		return err
	}
	v := apiListingView{s.apiPaperViews(page.Papers), string(page.Next)}
	if page.Next != "" {
		s.linkNext(c, "cursor", string(page.Next))
	}
	return answer(c, v)
}

// apiFilter reads which papers are asked for.
func (s *server) apiFilter(c echo.Context) (store.Filter, error) {
	f := store.Filter{Order: store.Order(c.QueryParam("order")), After: store.Key(c.QueryParam("cursor"))}
	var err error
	if f.Limit, err = intParam(c, "limit", apiPapers, 1, apiMaxPapers); err != nil {
		return f, err
	}
	narrowed := ""
	for _, name := range []string{"day", "week", "month", "tag", "category", "author"} {
		value := c.QueryParam(name)
		if value == "" {
			continue
		}
		if narrowed != "" {
			return f, fmt.Errorf("%w: %s and %s can't be combined; a search can", store.ErrInvalid, narrowed, name)
		}
		narrowed = name
		switch name {
		case "tag":
			f.Facet, f.Slug = store.FacetTag, store.TagSlug(value)
		case "category":
			f.Facet, f.Slug = store.FacetCategory, store.CanonicalCategory(value)
		case "author":
			f.Facet, f.Slug = store.FacetAuthor, value
		default:
			span, err := store.ParseSpan(store.SpanKind(name), value)
			if err != nil {
				return f, err
			}
			f.Span = &span
		}
	}
	switch {
	case f.Order == "" && f.Span != nil:
		f.Order = store.ByVotes
	case f.Order == "":
		f.Order = store.Newest
	case f.Order == store.Trending && narrowed != "":
		return f, fmt.Errorf("%w: only the whole catalogue is ordered by trending", store.ErrInvalid)
	case f.Order != store.ByVotes && f.Order != store.Newest && f.Order != store.Trending:
		return f, fmt.Errorf("%w: order is votes, newest or trending, not %.20q", store.ErrInvalid, f.Order)
	}
	return f, nil
}

// apiPaper is one paper, or those near to it.
func (s *server) apiPaper(c echo.Context) error {
	p, err := s.paperAt(c.Request().Context(), c.Param("*"))
	if errors.Is(err, store.ErrNotFound) {
		if of, ok := strings.CutSuffix(c.Param("*"), relatedSuffix); ok {
			return s.apiRelated(c, of)
		}
	}
	if err != nil {
		return noSuchPaper(err)
	}
	return answer(c, s.apiPaperView(&p))
}

// noSuchPaper says in an API's words that a paper isn't there.
func noSuchPaper(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return echo.NewHTTPError(404, "Paper not found").SetInternal(err)
	}
	return err
}

// apiRelatedView is papers near to one, nearest first.
type apiRelatedView struct {
	Papers []apiPaperView `json:"papers"`
}

func (s *server) apiRelated(c echo.Context, asked string) error {
	ctx := c.Request().Context()
	limit, err := intParam(c, "limit", apiPapers, 1, apiMaxPapers)
	if err != nil {
		return err
	}
	offset, err := intParam(c, "offset", 0, 0, search.MaxDepth)
	if err != nil {
		return err
	}
	p, err := s.paperAt(ctx, asked)
	if err != nil {
		return noSuchPaper(err)
	}
	papers, err := s.Search.Related(ctx, &p, offset, limit)
	if err != nil {
		return err
	}
	return answer(c, apiRelatedView{s.apiPaperViews(papers)})
}
