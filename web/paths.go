package web

import (
	"net/url"
	"strings"

	"recto/store"
)

// Addresses without a variable part.
const (
	homePath       = "/"
	trendingPath   = "/papers/trending"
	latestPath     = "/papers/latest"
	tagsPath       = "/tags"
	categoriesPath = "/categories"
	aboutPath      = "/about"
	votesPath      = "/votes"
	searchPath     = "/search"
	suggestPath    = "/search/suggest"
	signInPath     = "/sign-in"
	signUpPath     = "/sign-up"
	signOutPath    = "/sign-out"
	settingsPath   = "/settings"
	themePath      = "/theme"
	healthPath     = "/healthz"

	robotsPath      = "/robots.txt"
	sitemapPath     = "/sitemap.xml"
	llmsPath        = "/llms.txt"
	openSearchPath  = "/opensearch.xml"
	openSuggestPath = "/search/suggest.json"
	oaiPath         = "/oai"
	dumpsPath       = "/export"

	tokensPath      = settingsPath + "/tokens"
	revokeTokenPath = tokensPath + "/revoke"

	// The API. Version 1 is Recto's own; the others below apiPath speak as Hugging Face does.
	apiPath     = "/api"
	apiV1Path   = apiPath + "/v1"
	openAPIPath = apiPath + "/openapi.json"
)

func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }

func paperPath(id store.PaperID) string { return escaped("/papers/" + string(id)) }

// relatedSuffix ends the address of the papers that are near to one.
const relatedSuffix = "/related"

func relatedPath(id store.PaperID) string { return paperPath(id) + relatedSuffix }

// markdownSuffix ends the address of a paper as text.
const markdownSuffix = ".md"

func paperMarkdownPath(id store.PaperID) string { return paperPath(id) + markdownSuffix }

// paperAnchor is the id of a paper's element in a listing.
func paperAnchor(id store.PaperID) string {
	return "p-" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, string(id))
}

func spanPath(s store.Span) string {
	if s.Kind == store.SpanDay {
		return "/papers/date/" + s.Name()
	}
	return "/papers/" + string(s.Kind) + "/" + s.Name()
}

func dayPath(d store.Day) string { return spanPath(store.DaySpan(d)) }

func topPath(window string) string { return "/papers/top/" + window }

func tagPath(name string) string { return escaped(tagsPath + "/" + store.TagSlug(name)) }

func tagSlugPath(slug string) string { return escaped(tagsPath + "/" + slug) }

func categoryPath(id string) string { return escaped(categoriesPath + "/" + id) }

// authorPath is the papers of a person with a name; its address alone is everybody's with that surname and initial.
func authorPath(name string) string {
	return withQuery(authorSlugPath(store.AuthorSlug(name)), "name", name)
}

func authorSlugPath(slug string) string { return escaped("/authors/" + slug) }

// searchFor is what is found by a query.
func searchFor(text string) string { return withQuery(searchPath, "q", text) }

// withQuery appends the parameters that have a value, given as name, value, name, value …
func withQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// signInThen is the sign-in page that comes back to a page of this site, and casts a vote first where one is given.
func signInThen(next string, vote store.PaperID) string {
	return withQuery(signInPath, "next", next, "vote", string(vote))
}

// localPath is s when it is an address of this site without its host, else "/". It keeps redirects here.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") ||
		strings.ContainsAny(s, "\\\r\n\t") {
		return homePath
	}
	return u.String()
}
