package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// llms tells language models and their tools what this site is and how programs read it, in the form of
// https://llmstxt.org.
func (s *server) llms(c echo.Context) error {
	count, err := s.DB.PaperCount(c.Request().Context())
	if err != nil {
		return err
	}
	link := func(name, path, what string) string { return "- [" + name + "](" + s.URL + path + "): " + what + "\n" }
	var b strings.Builder
	b.WriteString("# Recto\n\n> A catalogue of research papers: " + plural(count, "paper") + " with abstracts, authors, categories, tags, links and votes, " +
		"listed by day. It holds no full texts; each paper links to where it can be read.\n\n" +
		"A paper's page is /papers/ID, where ID is an arXiv id without a version (2401.01234, hep-th/9901001), a DOI (doi:10.1000/x), " +
		"or another id of the catalogue; /papers/ID.md is its text as Markdown. Any usual spelling of an id, and any arXiv address behind this site's own, leads there: " +
		s.URL + "/arxiv.org/abs/2401.01234.\n\nAssistants speak the Model Context Protocol at " + s.URL + mcpPath + " (streamable HTTP): tools to search, " +
		"list a day, read a paper, find related ones and, with a reader's token, vote. Clients of Hugging Face's daily papers work with " +
		"HF_ENDPOINT=" + s.URL + ". Every listing and search is a feed with ?format=atom.\n\n## For programs\n\n")
	b.WriteString(link("API", apiPath, "papers, listings, search, tags, categories and authors as JSON; described for programs in "+apiPath+"/openapi.json"))
	b.WriteString(link("Citations", latestPath+"?format=bibtex", "?format= bibtex, biblatex, ris, csl, apa or markdown behind the address of a paper, a listing or a search"))
	b.WriteString(link("OAI-PMH", oaiPath+"?verb=Identify", "all records, and all that changed since a time; formats oai_dc and arXiv, sets by category"))
	b.WriteString(link("Sitemap", sitemapPath, "every paper and listing with when it changed"))
	if s.Export != "" {
		b.WriteString(link("Dump", dumpsPath, "the whole catalogue as one file, JSON Lines in zstd, made each night"))
	}
	b.WriteString(link("OpenSearch", openSearchPath, "the search box, with suggestions"))
	b.WriteString("\n## For reading\n\n")
	b.WriteString(link("Today", homePath, "the latest day's papers by votes"))
	b.WriteString(link("Trending", trendingPath, "by votes and age"))
	b.WriteString(link("Latest", latestPath, "newest first"))
	b.WriteString(link("Search", searchPath, "how to ask; /search?q=… answers"))
	b.WriteString(link("Categories", categoriesPath, "arXiv's"))
	b.WriteString(link("Tags", tagsPath, "topics"))
	b.WriteString(link("About", aboutPath, "what this is, how papers are ranked, where the data comes from"))
	return c.String(http.StatusOK, b.String())
}
