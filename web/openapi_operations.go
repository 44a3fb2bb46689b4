package web

import (
	"net/http"

	"recto/store"
	"recto/store/search"
)

// operation is one thing that the API does, as its document tells it.
type operation struct {
	Method  string
	Path    string // with {id} for a paper's
	ID      string // for the names of generated clients' functions
	Summary string
	Group   string
	Scope   store.Scope // that a token must have; "" for everybody
	Params  []parameter
	Answer  any // a value of the answer's type
}

type parameter struct {
	Name     string
	About    string
	Enum     []string
	Example  string
	Integer  bool
	Min, Max int // of an Integer
	Default  int // of an Integer; 0 for none
	Longest  int // characters
	InPath   bool
}

const (
	ownGroup = "Recto’s own API"
	hfGroup  = "Hugging Face’s API"
)

// operations are all that the API does. Tests hold them against the routes and the answers.
func operations() []operation {
	number := func(name, about string, absent, least, most int) parameter {
		return parameter{Name: name, About: about, Integer: true, Min: least, Max: most, Default: absent}
	}
	id := parameter{Name: "id", InPath: true, About: "The paper’s id, in any usual spelling. Its slashes may be escaped or not.", Example: "2401.01234"}
	limit := number("limit", "How many at most.", apiPapers, 1, apiMaxPapers)
	cursor := parameter{Name: "cursor", About: "The next of the page before."}
	get := func(path, id, summary string, answer any, params ...parameter) operation {
		return operation{Method: http.MethodGet, Path: apiV1Path + path, ID: id, Summary: summary, Group: ownGroup, Answer: answer, Params: params}
	}
	hf := func(path, id, summary string, answer any, params ...parameter) operation {
		return operation{Method: http.MethodGet, Path: apiPath + path, ID: id, Summary: summary, Group: hfGroup, Answer: answer, Params: params}
	}
	own := func(o operation, method string, scope store.Scope) operation {
		o.Method, o.Scope = method, scope
		return o
	}
	facetParams := []parameter{
		{Name: "order", About: "By name, in pages; or those with most papers, in one.", Enum: []string{"name", "papers"}},
		number("limit", "How many at most.", apiFacets, 1, apiMaxFacets), cursor,
	}
	return []operation{
		get("/papers", "listPapers", "List papers: all, or those of one day, week, month, tag, category or author", apiListingView{},
			parameter{Name: "order", About: "A span’s papers come by votes unless told otherwise, all others newest first. Trending orders the whole catalogue alone.",
				Enum: []string{string(store.ByVotes), string(store.Newest), string(store.Trending)}},
			parameter{Name: "day", Example: "2026-05-12"}, parameter{Name: "week", Example: "2026-W20"}, parameter{Name: "month", Example: "2026-05"},
			parameter{Name: "tag", About: "A tag or its slug.", Example: "world-models"}, parameter{Name: "category", Example: "cs.LG"},
			parameter{Name: "author", About: "An author’s slug.", Example: "lecun-y"}, limit, cursor),
		get("/papers/{id}", "getPaper", "Get a paper", apiPaperView{}, id),
		get("/papers/{id}/related", "relatedPapers", "List the papers near to one in meaning, nearest first", apiRelatedView{}, id, limit,
			number("offset", "", 0, 0, search.MaxDepth)),
		get("/search", "search", "Search papers, in the language that the search page explains", apiSearchView{},
			parameter{Name: "q", About: "What is looked for. The id or address of a paper finds the paper.", Example: `diffusion policy cat:cs.RO in:2023..2026`},
			number("limit", "How many at most.", apiPapers, 1, apiMaxPapers), number("offset", "", 0, 0, search.MaxDepth),
			number("facets", "1 to count what is found by year, month, category, tag and links.", 0, 0, 1),
			number("typed", "1 to correct no spelling.", 0, 0, 1)),
		get("/tags", "listTags", "List tags", apiFacetsView{}, facetParams...),
		get("/categories", "listCategories", "List categories", apiCategoriesView{}),
		get("/authors", "listAuthors", "List authors: surname and initial, with all who share them", apiFacetsView{}, facetParams...),
		own(get("/votes", "listVotes", "List the papers that the token’s reader voted for, the last vote first", apiListingView{}, limit, cursor), http.MethodGet, store.ScopeRead),
		own(get("/votes/{id}", "castVote", "Vote for a paper", apiVoteView{}, id), http.MethodPut, store.ScopeVote),
		own(get("/votes/{id}", "takeBackVote", "Take a vote back", apiVoteView{}, id), http.MethodDelete, store.ScopeVote),

		hf("/daily_papers", "hfDailyPapers", "List the papers of a day, week or month by votes, or all of them", []hfItem{},
			parameter{Name: "date", Example: "2026-05-12"}, parameter{Name: "week", Example: "2026-W20"}, parameter{Name: "month", Example: "2026-05"},
			parameter{Name: "submitter", About: "Nobody is known to have submitted a paper: the list is empty."},
			parameter{Name: "sort", Enum: []string{"publishedAt", "trending"}},
			number("p", "The page, from 0.", 0, 0, 1_000_000), number("limit", "", hfPage, 1, hfMaxPage)),
		hf("/papers", "hfPapers", "List all papers by date", []hfPaper{}, cursor, number("limit", "", hfPage, 1, hfMaxPage)),
		hf("/papers/search", "hfSearch", "Search papers", []hfItem{}, parameter{Name: "q", Longest: hfMaxQuery}, number("limit", "", hfSearchPage, 1, hfMaxSearch)),
		hf("/papers/{id}", "hfPaper", "Get a paper", hfPaperInfo{}, id),
		hf("/arxiv/{id}/repos", "hfRepos", "List the models, datasets and demos on Hugging Face that a paper links to", hfRepoLists{}, id),
	}
}
