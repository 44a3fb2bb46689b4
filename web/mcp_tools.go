package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"recto/store"
	"recto/store/search"
	"recto/web/latex"
)

// How many papers a tool lists.
const (
	toolPapers    = 10
	maxToolPapers = 50
	toolAuthors   = 10  // of a paper in a list
	toolSummary   = 400 // letters of a paper's abstract in a list
)

type searchInput struct {
	Query  string `json:"query" jsonschema:"what to search for: words and \"phrases\", with -word to leave out, OR, and the filters au: ti: abs: cat: tag: in:2025 or in:2026-05 votes:>10 has:code sort:new sort:votes. Misspellings are corrected, and papers near in meaning found as well."`
	Limit  int    `json:"limit,omitempty" jsonschema:"how many papers, 1 to 50; 10 when it is not given"`
	Offset int    `json:"offset,omitempty" jsonschema:"how many papers to pass over"`
}

type searchOutput struct {
	Answered string      `json:"answered,omitempty" jsonschema:"the corrected query that was answered in place of the given one"`
	Notes    []string    `json:"notes,omitempty" jsonschema:"what was ignored, or read otherwise than it looks"`
	Total    int         `json:"total" jsonschema:"papers that match the words and filters"`
	About    bool        `json:"about,omitempty" jsonschema:"the total is an estimate"`
	More     bool        `json:"more" jsonschema:"there are papers after these"`
	Papers   []toolPaper `json:"papers"`
}

type listDayInput struct {
	Day    string `json:"day,omitempty" jsonschema:"yyyy-mm-dd; the latest day that has papers when it is not given"`
	Sort   string `json:"sort,omitempty" jsonschema:"votes, which is the default, or newest"`
	Limit  int    `json:"limit,omitempty" jsonschema:"how many papers, 1 to 50; 10 when it is not given"`
	Cursor string `json:"cursor,omitempty" jsonschema:"the next of the answer before, for the papers after those"`
}

type listDayOutput struct {
	Day     store.Day   `json:"day"`
	Earlier store.Day   `json:"earlier,omitempty" jsonschema:"the day before this that has papers"`
	Papers  []toolPaper `json:"papers"`
	Next    string      `json:"next,omitempty" jsonschema:"cursor of the papers after these"`
}

type readPaperInput struct {
	ID string `json:"id" jsonschema:"an arXiv id, a DOI, or the address of a paper"`
}

type relatedInput struct {
	ID    string `json:"id" jsonschema:"an arXiv id, a DOI, or the address of a paper"`
	Limit int    `json:"limit,omitempty" jsonschema:"how many papers, 1 to 50; 10 when it is not given"`
}

type relatedOutput struct {
	Papers []toolPaper `json:"papers"`
}

type voteInput struct {
	ID   string `json:"id" jsonschema:"an arXiv id, a DOI, or the address of a paper"`
	Cast *bool  `json:"cast,omitempty" jsonschema:"false takes the vote back"`
}

type voteOutput struct {
	ID    store.PaperID `json:"id"`
	Voted bool          `json:"voted"`
	Votes int           `json:"votes"`
}

// toolPaper is a paper in a tool's list.
type toolPaper struct {
	ID          store.PaperID `json:"id"`
	Title       string        `json:"title"`
	Authors     []string      `json:"authors" jsonschema:"the first ten"`
	MoreAuthors int           `json:"more_authors,omitempty"`
	Day         store.Day     `json:"day"`
	Votes       int           `json:"votes"`
	Categories  []string      `json:"categories,omitempty"`
	Tags        []string      `json:"tags,omitempty"`
	Text        string        `json:"text,omitempty" jsonschema:"the abstract's beginning, or the part of it that was searched for"`
	Why         string        `json:"why,omitempty" jsonschema:"how it was found though it has not all the words"`
	URL         string        `json:"url"`
}

func (s *server) newToolPaper(p *store.Paper) toolPaper {
	v := toolPaper{ID: p.ID, Title: latex.Text(p.Title), Authors: []string{}, Day: p.FeaturedOn, Votes: p.Votes(), Categories: p.Categories,
		Tags: p.AllTags(), Text: summary(p.Abstract, toolSummary), URL: s.URL + paperPath(p.ID)}
	for _, a := range p.Authors[:min(len(p.Authors), toolAuthors)] {
		v.Authors = append(v.Authors, latex.Text(a.Name))
	}
	v.MoreAuthors = len(p.Authors) - len(v.Authors)
	return v
}

func (s *server) toolPapers(papers []store.Paper) []toolPaper {
	all := make([]toolPaper, len(papers))
	for i := range papers {
		all[i] = s.newToolPaper(&papers[i])
	}
	return all
}

// toolLimit is how many papers to list.
func toolLimit(n int) (int, error) {
	switch {
	case n == 0:
		return toolPapers, nil
	case n < 1 || n > maxToolPapers:
		return 0, toldError(fmt.Sprintf("limit is 1 to %d.", maxToolPapers))
	}
	return n, nil
}

// addTools adds those that read the catalogue.
func (s *server) addTools(m *mcp.Server) {
	inside := false
	reads := &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &inside}
	addTool(s, m, &mcp.Tool{Name: "search", Title: "Search papers", Description: "Find papers by words, meaning and filters.", Annotations: reads}, s.searchTool)
	addTool(s, m, &mcp.Tool{Name: "list_day", Title: "Papers of a day", Description: "List the papers of a day, the most voted first.", Annotations: reads}, s.listDayTool)
	addTool(s, m, &mcp.Tool{Name: "read_paper", Title: "Read a paper", Description: "All that the catalogue knows of a paper, as Markdown: authors, abstract, links, votes.", Annotations: reads}, s.readPaperTool)
	addTool(s, m, &mcp.Tool{Name: "related", Title: "Related papers", Description: "Find the papers that are near to one.", Annotations: reads}, s.relatedTool)
}

// addVoting adds the tool that needs a token.
func (s *server) addVoting(m *mcp.Server) {
	inside, destroys := false, false
	addTool(s, m, &mcp.Tool{Name: "vote", Title: "Vote for a paper",
		Description: "Cast the vote of the reader whose token comes with the request, or take it back. It needs a token of the scope vote, which readers make in their settings.",
		Annotations: &mcp.ToolAnnotations{IdempotentHint: true, OpenWorldHint: &inside, DestructiveHint: &destroys}}, s.voteTool)
}

func (s *server) searchTool(ctx context.Context, _ *mcp.CallToolRequest, in searchInput) (_ *mcp.CallToolResult, out searchOutput, err error) {
	limit, err := toolLimit(in.Limit)
	if err != nil {
		return nil, out, err
	}
	if in.Offset < 0 || in.Offset > search.MaxDepth {
		return nil, out, toldError(fmt.Sprintf("offset is 0 to %d.", search.MaxDepth))
	}
	r, err := s.Search.Search(ctx, search.Request{Text: oneLine(in.Query), Offset: in.Offset, Limit: limit})
	if err != nil {
		return nil, out, err
	}
	out = searchOutput{Answered: r.Corrected, Notes: r.Notes, Total: r.Total, About: r.About, More: r.More, Papers: []toolPaper{}}
	switch {
	case r.Empty:
		return nil, out, toldError("Nothing was asked for.")
	case r.Paper != "":
		if r.Known != nil {
			out.Total, out.Papers = 1, []toolPaper{s.newToolPaper(r.Known)}
		}
		return nil, out, nil
	}
	for i := range r.Hits {
		h := &r.Hits[i]
		p := s.newToolPaper(&h.Paper)
		p.Why = h.Why
		if passage := latex.Text(h.Abstract[h.Passage.Start:h.Passage.End]); passage != "" {
			p.Text = passage
		}
		out.Papers = append(out.Papers, p)
	}
	return nil, out, nil
}

func (s *server) listDayTool(ctx context.Context, _ *mcp.CallToolRequest, in listDayInput) (_ *mcp.CallToolResult, out listDayOutput, err error) {
	f := store.Filter{After: store.Key(in.Cursor)}
	if f.Limit, err = toolLimit(in.Limit); err != nil {
		return nil, out, err
	}
	switch in.Sort {
	case "", "votes":
		f.Order = store.ByVotes
	case "newest":
		f.Order = store.Newest
	default:
		return nil, out, toldError("sort is votes or newest.")
	}
	if in.Day == "" {
		out.Day, err = s.DB.LatestDay(ctx)
	} else if out.Day, err = store.ParseDay(in.Day); err != nil || out.Day > s.DB.Today() {
		return nil, out, toldError("day is like 2026-05-12, and none to come.")
	}
	if err != nil {
		return nil, out, err
	}
	span := store.DaySpan(out.Day)
	f.Span = &span
	page, err := s.DB.Papers(ctx, f)
	if err != nil {
		return nil, out, err
	}
	out.Papers, out.Next = s.toolPapers(page.Papers), string(page.Next)
	if out.Earlier, err = s.DB.DayBefore(ctx, span); errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return nil, out, err
}

func (s *server) readPaperTool(ctx context.Context, _ *mcp.CallToolRequest, in readPaperInput) (*mcp.CallToolResult, any, error) {
	p, err := s.paperAt(ctx, in.ID)
	if err != nil {
		return nil, nil, err
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s.markdownOf(&p)}}}, nil, nil
}

func (s *server) relatedTool(ctx context.Context, _ *mcp.CallToolRequest, in relatedInput) (_ *mcp.CallToolResult, out relatedOutput, err error) {
	limit, err := toolLimit(in.Limit)
	if err != nil {
		return nil, out, err
	}
	p, err := s.paperAt(ctx, in.ID)
	if err != nil {
		return nil, out, err
	}
	papers, err := s.Search.Related(ctx, &p, 0, limit)
	out.Papers = s.toolPapers(papers)
	return nil, out, err
}

func (s *server) voteTool(ctx context.Context, r *mcp.CallToolRequest, in voteInput) (_ *mcp.CallToolResult, out voteOutput, err error) {
	var header http.Header
	if r.Extra != nil {
		header = r.Extra.Header
	}
	scheme, secret := authorization(header)
	if scheme != bearerScheme {
		secret = ""
	}
	token, err := s.DB.UseToken(ctx, secret)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, out, toldError("This needs a token, which readers make in their settings: Authorization: Bearer " + store.TokenPrefix + "…")
	case err != nil:
		return nil, out, err
	case !token.Allows(store.ScopeVote):
		return nil, out, toldError(fmt.Sprintf("This needs a token of the scope %q.", store.ScopeVote))
	}
	p, err := s.paperAt(ctx, in.ID)
	if err != nil {
		return nil, out, err
	}
	cast := in.Cast == nil || *in.Cast
	if p, err = s.DB.SetVote(ctx, token.Reader, p.ID, cast); err != nil {
		return nil, out, err
	}
	return nil, voteOutput{p.ID, cast, p.Votes()}, nil
}
