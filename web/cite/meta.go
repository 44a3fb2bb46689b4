package cite

import (
	"strings"
	"unicode"

	"recto/store"
)

// Tag is a <meta name= content=> of a page's head; neither is escaped.
type Tag struct{ Name, Content string }

// Meta are the Highwire tags of a paper's page, which Google Scholar and Zotero read. There is none for a PDF: Scholar
// wants it in the page's own folder.
func Meta(p *store.Paper) []Tag {
	w := newWork(p, "")
	var tags []Tag
	add := func(name, content string) {
		if content != "" {
			tags = append(tags, Tag{name, content})
		}
	}
	add("citation_title", w.title)
	for _, n := range w.names {
		add("citation_author", n.natural())
		add("citation_author_institution", plain(n.author.Affiliation))
		if n.author.ORCID != "" {
			add("citation_author_orcid", "https://orcid.org/"+n.author.ORCID)
		}
	}
	if w.isArticle() && w.journal.Year != "" {
		add("citation_online_date", w.date.highwire())
	}
	add("citation_publication_date", w.issued().highwire())
	if w.isArticle() {
		add("citation_journal_title", w.journal.Title)
		add("citation_volume", w.journal.Volume)
		add("citation_issue", w.journal.Issue)
		add("citation_firstpage", w.journal.First)
		add("citation_lastpage", w.journal.Last)
	}
	add("citation_arxiv_id", w.arXiv)
	add("citation_doi", w.anyDOI())
	add("citation_abstract", w.abstract())
	for _, keyword := range w.keywords() {
		add("citation_keywords", keyword)
	}
	add("citation_language", w.language())
	if w.url != pageURL(p.ID, "") {
		add("citation_public_url", w.url)
	}
	return tags
}

// highwire is a whole day, else the year: Scholar reads nothing between.
func (d date) highwire() string {
	if d.day == "" {
		return d.year
	}
	return d.join("/")
}

// language is "en" for arXiv's papers, whose titles and abstracts are in English, and "" where nothing tells it.
func (w work) language() string {
	foreign := func(r rune) bool { return unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Greek) }
	if w.arXiv == "" || isGreek(w.title) || strings.ContainsFunc(w.title, foreign) {
		return ""
	}
	return "en"
}
