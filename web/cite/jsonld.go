package cite

import (
	"encoding/json"
	"strings"

	"recto/store"
)

// maxHeadline is how long a headline may be for search engines, in characters.
const maxHeadline = 110

// thing is an object of schema.org.
type thing map[string]any

func typed(kind string, pairs ...string) thing {
	t := thing{"@type": kind}
	for i := 0; i+1 < len(pairs); i += 2 {
		t.set(pairs[i], pairs[i+1])
	}
	return t
}

// set sets a property, unless the value is "".
func (t thing) set(name, value string) {
	if value != "" {
		t[name] = value
	}
}

// bytes are the object as JSON-LD that may stand in a <script>: what would end it is escaped.
func (t thing) bytes() []byte {
	t["@context"] = "https://schema.org"
	text, err := json.Marshal(t)
	if err != nil { // never: it is made of texts, numbers and lists of them
		return nil
	}
	return text
}

// ScholarlyArticle is a paper's page as JSON-LD for a <script type="application/ld+json">. The site is its address
// without a slash at the end.
func ScholarlyArticle(p *store.Paper, site string) []byte {
	w := newWork(p, site)
	page := pageURL(p.ID, site)
	t := typed("ScholarlyArticle", "@id", page, "url", page, "name", w.title, "headline", headline(w.title),
		"datePublished", w.date.join("-"), "abstract", w.abstract(), "license", p.Licence, "inLanguage", w.language(),
		"pagination", w.journal.pages("-"))
	var authors []thing
	for _, n := range w.names {
		authors = append(authors, person(n))
	}
	if authors != nil {
		t["author"] = authors
	}
	if !p.RevisedAt.IsZero() {
		t["dateModified"] = p.RevisedAt.UTC().Format("2006-01-02")
	}
	if words := w.keywords(); words != nil {
		t["keywords"] = words
	}
	var same []string
	var identifiers []thing
	identifier := func(kind, value, address string) {
		if value != "" {
			identifiers = append(identifiers, typed("PropertyValue", "propertyID", kind, "value", value, "url", address))
			same = append(same, address)
		}
	}
	if w.arXiv != "" {
		identifier("arXiv", "arXiv:"+w.arXiv, w.url)
	}
	identifier("DOI", w.anyDOI(), doiURL(w.anyDOI()))
	if identifiers != nil {
		t["identifier"] = identifiers
	} else {
		t["identifier"] = string(p.ID)
		if w.url != page {
			same = append(same, w.url)
		}
	}
	if same != nil {
		t["sameAs"] = same
	}
	if w.isArticle() {
		t["isPartOf"] = w.journal.thing()
	} else if w.isPreprint() {
		t["isPartOf"] = typed("Periodical", "name", "arXiv", "issn", "2331-8422")
	}
	return t.bytes()
}

func (j journal) thing() thing {
	if j.Volume == "" { // a conference, or what nobody can tell
		return typed("CreativeWork", "name", j.Title)
	}
	t := typed("PublicationVolume", "volumeNumber", j.Volume)
	t["isPartOf"] = typed("Periodical", "name", j.Title)
	if j.Issue == "" {
		return t
	}
	issue := typed("PublicationIssue", "issueNumber", j.Issue)
	issue["isPartOf"] = t
	return issue
}

func person(n name) thing {
	if n.Body {
		return typed("Organization", "name", n.Literal)
	}
	t := typed("Person", "name", n.natural(), "givenName", n.Given, "familyName", n.surname())
	if at := plain(n.author.Affiliation); at != "" {
		t["affiliation"] = typed("Organization", "name", at)
	}
	if n.author.ORCID != "" {
		t["@id"] = "https://orcid.org/" + n.author.ORCID
	}
	return t
}

// headline is a title cut to maxHeadline at a word.
func headline(title string) string {
	letters := []rune(title)
	if len(letters) <= maxHeadline {
		return title
	}
	cut := string(letters[:maxHeadline-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}

// listItem is an item as search engines ask for it in a list whose items have pages of their own: they read its name there.
type listItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	URL      string `json:"url"`
}

// ItemList is a listing as JSON-LD: its papers' pages in their order, the first of them being the listing's first'th,
// counted from 1. The url is the listing's own.
func ItemList(name, url string, first int, papers []store.PaperID, site string) []byte {
	items := make([]listItem, len(papers))
	for i, id := range papers {
		items[i] = listItem{"ListItem", first + i, pageURL(id, site)}
	}
	t := typed("ItemList", "name", name, "url", url)
	t["itemListElement"] = items
	t["numberOfItems"] = len(items)
	return t.bytes()
}
