package web

import (
	"net/url"
	"strconv"
	"strings"

	"recto/store"
	"recto/web/cite"
	"recto/web/feed"
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

	digestsPath       = "/digest"
	digestPreviewPath = digestsPath + "/preview"
	subscribePath     = "/subscribe"
	askedPath         = subscribePath + "/asked"
	myDigestsPath     = settingsPath + "/digests"
	webhooksPath      = settingsPath + "/webhooks"

	tokensPath      = settingsPath + "/tokens"
	revokeTokenPath = tokensPath + "/revoke"
	votesFeedPath   = tokensPath + "/feed"

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

// formatParameter asks for what an address shows in another form than a page: a paper, a listing or a search as citations,
// a listing or a search as a feed.
const formatParameter = "format"

// citedPath is an address with its papers as citations; without a format, the address itself.
func citedPath(address string, f cite.Format) string {
	return withParameter(address, formatParameter, string(f))
}

// feedPath is an address with its papers as a feed.
func feedPath(address string, f feed.Format) string {
	return withParameter(address, formatParameter, string(f))
}

// tokenParameter holds the secret of a feed that is one reader's alone.
const tokenParameter = "token"

// withParameter appends a parameter that has a value to an address, which may have others.
func withParameter(address, name, value string) string {
	path, query, _ := strings.Cut(address, "?")
	switch {
	case value == "":
		return address
	case query != "":
		query += "&"
	}
	return path + "?" + query + name + "=" + url.QueryEscape(value)
}

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

func digestPath(d store.Day) string { return digestsPath + "/" + string(d) }

// confirmPath, managePath and stopPath are pages of a subscription, for whoever has its secret from a mail.
func confirmPath(secret string) string { return subscribePath + "/confirm/" + secret }

func managePath(secret string) string { return subscribePath + "/manage/" + secret }

func stopPath(secret string) string { return subscribePath + "/stop/" + secret }

// webhookPath takes an action on one of the reader's webhooks.
func webhookPath(id store.SubscriptionID, action string) string {
	return webhooksPath + "/" + strconv.FormatInt(int64(id), 10) + "/" + action
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
