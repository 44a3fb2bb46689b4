package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web/latex"
)

// searchHelp is a search for nothing: it tells what can be searched for.
func (s *server) searchHelp(c echo.Context, v searchView) error {
	e, err := s.known(c)
	if err != nil {
		return err
	}
	view, err := s.searchFrame(c, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, searchHelpPage(view, v.Notes, e.examples()))
}

// known is what examples are made of, so that they find something in this catalogue.
type known struct {
	author, category, tag string
	latest                store.Day     // with papers
	paper                 store.PaperID // the newest, or ""
}

func (s *server) known(c echo.Context) (known, error) {
	ctx := c.Request().Context()
	k := known{author: "Y. LeCun", category: "cs.LG", tag: "reinforcement learning", latest: s.DB.Today()}
	for kind, name := range map[store.FacetKind]*string{store.FacetAuthor: &k.author, store.FacetCategory: &k.category, store.FacetTag: &k.tag} {
		top, err := s.DB.TopFacets(ctx, kind, 1)
		if err != nil {
			return k, err
		}
		if len(top) > 0 && !strings.Contains(top[0].Name, `"`) {
			*name = latex.Text(top[0].Name)
		}
	}
	state, err := s.state(c)
	if err != nil {
		return k, err
	}
	if state.Latest != "" {
		k.latest = state.Latest
	}
	_, newest, err := s.DB.Entries(ctx, store.Filter{Order: store.Newest, Limit: 1})
	if len(newest) > 0 {
		k.paper = newest[0].ID
	}
	return k, err
}

// example is a query, its address and what it finds.
type example struct{ Text, Path, Finds string }

func (k known) examples() []example {
	const monthForm, yearForm = "2006-01", "2006"
	month, before := k.latest.Time().Format(monthForm), k.latest.Add(-31).Time().Format(monthForm)
	all := []example{
		{Text: "diffusion policy", Finds: "both words, or what is near in meaning"},
		{Text: `"neural network"`, Finds: "the words side by side"},
		{Text: "image -video", Finds: "the first word without the second"},
		{Text: "images OR videos", Finds: "either word"},
		{Text: "(image OR video) generation", Finds: "either of the two with the third"},
		{Text: "diffus*", Finds: "words that begin so"},
		{Text: "ti:survey", Finds: "a word of the title"},
		{Text: "abs:benchmark", Finds: "a word of the abstract"},
		{Text: `au:"` + k.author + `"`, Finds: "an author, in all spellings that can be the same name"},
		{Text: "cat:" + k.category, Finds: "a category; cat:cs is all of computer science"},
		{Text: `tag:"` + k.tag + `"`, Finds: "a tag"},
		{Text: "in:" + string(k.latest), Finds: "a day"},
		{Text: "in:" + month, Finds: "a month; in:" + k.latest.Time().Format(yearForm) + " is a year"},
		{Text: "in:" + before + ".." + month, Finds: "from one month to another; either may be left out"},
		{Text: "has:code", Finds: "with code; also pdf, project, model, dataset, demo, video"},
		{Text: "has:votes", Finds: "with a vote at least"},
		{Text: "votes:>10", Finds: "with more than ten votes; votes:5..10 is a range"},
		{Text: "model sort:new", Finds: "the newest first; sort:votes is by votes"},
	}
	for i := range all {
		all[i].Path = searchFor(all[i].Text)
	}
	if k.paper != "" {
		all = append(all, example{"id:" + string(k.paper), paperPath(k.paper), "one paper; so does its address or DOI alone"})
	}
	return all
}
