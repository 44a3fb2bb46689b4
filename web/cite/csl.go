package cite

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// cslEntry has fields of CSL's schema for input data, csl-data.json.
type cslEntry struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title"`
	Author    []cslName `json:"author,omitempty"`
	Issued    *cslDate  `json:"issued,omitempty"`
	Journal   string    `json:"container-title,omitempty"`
	Volume    string    `json:"volume,omitempty"`
	Issue     string    `json:"issue,omitempty"`
	Page      string    `json:"page,omitempty"`
	Number    string    `json:"number,omitempty"`
	Genre     string    `json:"genre,omitempty"`
	Publisher string    `json:"publisher,omitempty"`
	DOI       string    `json:"DOI,omitempty"`
	URL       string    `json:"URL,omitempty"`
	Abstract  string    `json:"abstract,omitempty"`
	Keyword   string    `json:"keyword,omitempty"`
	Note      string    `json:"note,omitempty"`
}

type cslName struct {
	Family   string `json:"family,omitempty"`
	Given    string `json:"given,omitempty"`
	Particle string `json:"non-dropping-particle,omitempty"`
	Suffix   string `json:"suffix,omitempty"`
	Literal  string `json:"literal,omitempty"`
}

type cslDate struct {
	Parts [][]int `json:"date-parts"`
}

// cslItem is one item, in a line without its end.
func cslItem(w work) string {
	e := cslEntry{
		ID: w.key, Type: "article", Title: w.title, DOI: w.anyDOI(), URL: w.url, Abstract: w.abstract(),
		Keyword: strings.Join(w.keywords(), ", "), Note: w.journal.Whole,
	}
	if w.isArticle() {
		e.Type = "article-journal"
		e.Journal, e.Volume, e.Issue, e.Page = w.journal.Title, w.journal.Volume, w.journal.Issue, w.journal.pages("-")
	}
	switch id := "arXiv:" + w.arXiv; {
	case w.isPreprint():
		e.Genre, e.Number, e.Publisher = "Preprint", id, "arXiv"
	case w.arXiv != "" && e.Note != "":
		e.Note += "; " + id
	case w.arXiv != "":
		e.Note = id // an article's number is another
	}
	for _, n := range w.names {
		e.Author = append(e.Author, cslName{n.Family, n.Given, n.Particle, n.Suffix, n.Literal})
	}
	if d := w.issued(); d.year != "" {
		var parts []int
		for _, part := range strings.Split(d.join("-"), "-") {
			n, _ := strconv.Atoi(part)
			parts = append(parts, n)
		}
		e.Issued = &cslDate{[][]int{parts}}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(e) != nil { // never: it is made of texts and numbers
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}
