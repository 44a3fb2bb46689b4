package web

import (
	"encoding/xml"
	"net/http"

	"github.com/labstack/echo/v4"

	"recto/static"
	"recto/web/latex"
)

// openSearchType is what a browser takes for a description of a search box.
const openSearchType = "application/opensearchdescription+xml"

// openSearchDescription is OpenSearch 1.1 with the suggestions that browsers know:
// https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
type openSearchDescription struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          // at most 16 letters
	Description string          // at most 1024
	Image       openSearchImage `xml:"Image"`
	URLs        []openSearchURL `xml:"Url"`
	Encoding    string          `xml:"InputEncoding"`
}

type openSearchImage struct {
	Type string `xml:"type,attr"`
	URL  string `xml:",chardata"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Rel      string `xml:"rel,attr"`
	Template string `xml:"template,attr"`
}

// openSearch tells a browser how to search here from its address bar.
func (s *server) openSearch(c echo.Context) error {
	const terms = "?q={searchTerms}"
	d := openSearchDescription{ShortName: "Recto", Description: "Research papers by words, ideas, authors, ids and addresses.", Encoding: "UTF-8",
		Image: openSearchImage{"image/svg+xml", s.URL + static.URL("icon.svg")},
		URLs: []openSearchURL{
			{"text/html", "results", s.URL + searchPath + terms},
			{"application/x-suggestions+json", "suggestions", s.URL + openSuggestPath + terms},
			{openSearchType, "self", s.URL + openSearchPath},
		}}
	text, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, openSearchType, append([]byte(xml.Header), text...))
}

// openSuggest completes what somebody types into a browser's address bar: the text, completions, what they are, and where
// they lead.
func (s *server) openSuggest(c echo.Context) error {
	typed := oneLine(c.QueryParam("q"))
	found, err := s.Search.Suggest(c.Request().Context(), typed, suggestions)
	if err != nil {
		return err
	}
	names, kinds, addresses := []string{}, []string{}, []string{}
	for _, f := range found {
		names, kinds, addresses = append(names, latex.Text(f.Name)), append(kinds, suggestedKind(f)), append(addresses, s.URL+suggestedPath(f))
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=60")
	c.Response().Header().Set(echo.HeaderContentType, "application/x-suggestions+json")
	return c.JSON(http.StatusOK, []any{typed, names, kinds, addresses})
}
