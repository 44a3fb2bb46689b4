package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// readFeed is what a feed of any format says.
type readFeed struct {
	id, title, self, page, next, previous, hub string
	updated                                    time.Time
	items                                      []readItem
}

type readItem struct {
	id, title, link, html, text string
	authors, categories         []string
	published, updated          time.Time
}

// element is a piece of an XML document. Its name has its namespace in front.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Kids    []element  `xml:",any"`
}

const (
	atomNS    = "http://www.w3.org/2005/Atom"
	contentNS = "http://purl.org/rss/1.0/modules/content/"
	dcNS      = "http://purl.org/dc/elements/1.1/"
)

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all are the element's children of a name, which its specification lets stand there so often.
func (e element) all(t testing.TB, space, name string, least, most int) (found []element) {
	t.Helper()
	for _, k := range e.Kids {
		if k.XMLName == (xml.Name{Space: space, Local: name}) {
			found = append(found, k)
		}
	}
	if n := len(found); n < least || most >= 0 && n > most {
		t.Errorf("%s has %d of %s, which stands there from %d to %d times", e.XMLName.Local, n, name, least, most)
	}
	return found
}

// one is the text of the one child of a name, "" when it may be missing and is.
func (e element) one(t testing.TB, space, name string, least int) string {
	t.Helper()
	found := e.all(t, space, name, least, 1)
	if len(found) == 0 {
		return ""
	}
	k := found[0]
	if len(k.Kids) > 0 || strings.TrimSpace(k.Text) == "" {
		t.Errorf("%s has %d elements in it and the text %q", name, len(k.Kids), k.Text)
	}
	return k.Text
}

// only says which children are left over when those that are allowed are taken away.
func (e element) only(t testing.TB, names ...string) {
	t.Helper()
	for _, k := range e.Kids {
		if name := strings.TrimPrefix(k.XMLName.Space+" "+k.XMLName.Local, " "); !slices.Contains(names, name) {
			t.Errorf("%s has a child %q", e.XMLName.Local, name)
		}
	}
}

func parseXML(t testing.TB, body []byte) element {
	t.Helper()
	if !bytes.HasPrefix(body, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) {
		t.Errorf("it begins with %.60q", body)
	}
	var root element
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = true
	if err := d.Decode(&root); err != nil {
		t.Fatalf("not XML: %v\n%.300s", err, body)
	}
	return root
}

// checkAddress holds an address against RFC 3986: whole, and without characters that no address has.
func checkAddress(t testing.TB, what, address string) {
	t.Helper()
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(address, " \"<>\\^`{|}\n") {
		t.Errorf("%s is no address: %q", what, address)
	}
}

// rfc3339 is a date as RFC 4287, 3.3, and JSON Feed want it: T and Z are capitals.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

func checkDate(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || !rfc3339.MatchString(text) {
		t.Errorf("%q is no date: %v", text, err)
	}
	return at
}

// rfc822 is a date as RSS wants it: RFC 822's, with the year's four digits.
var rfc822 = regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (GMT|[+-]\d{4})$`)

func checkDate822(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC1123, text)
	if err != nil || !rfc822.MatchString(text) || at.Format("Mon") != text[:3] {
		t.Errorf("%q is no date of RFC 822: %v", text, err)
	}
	return at
}

// checkAtom holds a document against RFC 4287 and RFC 5005.
func checkAtom(t testing.TB, body []byte) (f readFeed) {
	t.Helper()
	root := parseXML(t, body)
	equal(t, "root", root.XMLName, xml.Name{Space: atomNS, Local: "feed"})
	equal(t, "language", root.attr("lang"), "en")
	own := func(names ...string) []string {
		for i, n := range names {
			names[i] = atomNS + " " + n
		}
		return names
	}
	root.only(t, own("id", "title", "subtitle", "updated", "author", "link", "rights", "icon", "generator", "entry")...)
	f.id, f.title = root.one(t, atomNS, "id", 1), atomText(t, root, "title")
	f.updated = checkDate(t, root.one(t, atomNS, "updated", 1))
	atomText(t, root, "rights")
	equal(t, "generator", root.one(t, atomNS, "generator", 1), "Recto")
	checkAddress(t, "icon", root.one(t, atomNS, "icon", 1))
	checkAddress(t, "id", f.id)
	atomPersons(t, root, 1) // for entries without an author
	links := atomLinks(t, root)
	f.self, f.page, f.next, f.previous, f.hub = links["self"], links["alternate"], links["next"], links["previous"], links["hub"]
	for _, e := range root.all(t, atomNS, "entry", 0, -1) {
		e.only(t, own("id", "title", "link", "published", "updated", "author", "category", "summary", "content")...)
		i := readItem{id: e.one(t, atomNS, "id", 1), title: atomText(t, e, "title"), text: atomText(t, e, "summary"),
			published: checkDate(t, e.one(t, atomNS, "published", 0)), updated: checkDate(t, e.one(t, atomNS, "updated", 1)), link: atomLinks(t, e)["alternate"]}
		content := e.all(t, atomNS, "content", 1, 1)[0]
		equal(t, "content type", content.attr("type"), "html")
		i.html = e.one(t, atomNS, "content", 1)
		i.authors = atomPersons(t, e, 0)
		for _, c := range e.all(t, atomNS, "category", 0, -1) {
			checkAddress(t, "scheme", c.attr("scheme"))
			i.categories = append(i.categories, c.attr("term"))
		}
		f.items = append(f.items, i)
	}
	return f
}

// atomText is a text construct of RFC 4287, 3.1, of type text.
func atomText(t testing.TB, e element, name string) string {
	t.Helper()
	for _, k := range e.all(t, atomNS, name, 1, 1) {
		equal(t, "type of "+name, k.attr("type"), "text")
	}
	return e.one(t, atomNS, name, 1)
}

func atomPersons(t testing.TB, e element, least int) (names []string) {
	t.Helper()
	for _, p := range e.all(t, atomNS, "author", least, -1) {
		p.only(t, atomNS+" name", atomNS+" uri")
		if uri := p.one(t, atomNS, "uri", 0); uri != "" {
			checkAddress(t, "author's page", uri)
		}
		names = append(names, p.one(t, atomNS, "name", 1))
	}
	return names
}

func atomLinks(t testing.TB, e element) map[string]string {
	t.Helper()
	links := map[string]string{}
	for _, l := range e.all(t, atomNS, "link", 1, -1) {
		rel := l.attr("rel")
		if !slices.Contains([]string{"self", "alternate", "next", "previous", "hub", "license"}, rel) || links[rel] != "" {
			t.Errorf("link of rel %q, or one more of it", rel)
		}
		checkAddress(t, rel, l.attr("href"))
		links[rel] = l.attr("href")
	}
	return links
}

// checkRSS holds a document against the RSS Advisory Board's specification, https://www.rssboard.org/rss-specification.
func checkRSS(t testing.TB, body []byte) (f readFeed) {
	t.Helper()
	root := parseXML(t, body)
	equal(t, "root", root.XMLName, xml.Name{Local: "rss"})
	equal(t, "version", root.attr("version"), "2.0")
	root.only(t, "channel")
	c := root.all(t, "", "channel", 1, 1)[0]
	c.only(t, "title", "link", "description", "language", "copyright", "lastBuildDate", "generator", "docs", atomNS+" link", "item")
	f.title, f.page, f.updated = c.one(t, "", "title", 1), c.one(t, "", "link", 1), checkDate822(t, c.one(t, "", "lastBuildDate", 1))
	checkAddress(t, "link", f.page)
	c.one(t, "", "description", 1)
	c.one(t, "", "copyright", 1)
	equal(t, "language", c.one(t, "", "language", 1), "en")
	links := atomLinks(t, c)
	f.self, f.next, f.previous, f.hub = links["self"], links["next"], links["previous"], links["hub"]
	for _, e := range c.all(t, "", "item", 0, -1) {
		e.only(t, "title", "link", "guid", "pubDate", atomNS+" updated", dcNS+" creator", "category", dcNS+" rights", "description", contentNS+" encoded")
		i := readItem{id: e.one(t, "", "guid", 1), title: e.one(t, "", "title", 1), link: e.one(t, "", "link", 1), html: e.one(t, contentNS, "encoded", 1),
			published: checkDate822(t, e.one(t, "", "pubDate", 1)), updated: checkDate(t, e.one(t, atomNS, "updated", 1))}
		equal(t, "isPermaLink", e.all(t, "", "guid", 1, 1)[0].attr("isPermaLink"), "true")
		i.text = htmlText(t, e.one(t, "", "description", 1)) // a description is HTML
		for _, a := range e.all(t, dcNS, "creator", 0, -1) {
			i.authors = append(i.authors, a.Text)
		}
		for _, c := range e.all(t, "", "category", 0, -1) {
			i.categories = append(i.categories, c.Text)
		}
		f.items = append(f.items, i)
	}
	return f
}

func htmlText(t testing.TB, html string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Text()
}

// checkJSONFeed holds a document against https://www.jsonfeed.org/version/1.1/.
func checkJSONFeed(t testing.TB, body []byte) (f readFeed) {
	t.Helper()
	type author struct {
		Name, URL string
	}
	var doc struct {
		Version, Title, Description, Icon, Favicon, Language *string
		HomePageURL                                          string `json:"home_page_url"`
		FeedURL                                              string `json:"feed_url"`
		NextURL                                              string `json:"next_url"`
		Hubs                                                 []struct{ Type, URL string }
		Items                                                *[]struct {
			ID, URL, Title string
			ContentHTML    string `json:"content_html"`
			ContentText    string `json:"content_text"`
			DatePublished  string `json:"date_published"`
			DateModified   string `json:"date_modified"`
			Authors        []author
			Tags           []string
		}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil || doc.Version == nil || doc.Title == nil || doc.Items == nil || doc.Language == nil || doc.Icon == nil {
		t.Fatalf("not a JSON Feed: %v\n%.300s", err, body)
	}
	equal(t, "version", *doc.Version, "https://jsonfeed.org/version/1.1")
	equal(t, "language", *doc.Language, "en")
	checkAddress(t, "icon", *doc.Icon)
	f = readFeed{title: *doc.Title, page: doc.HomePageURL, self: doc.FeedURL, next: doc.NextURL}
	checkAddress(t, "feed_url", f.self)
	checkAddress(t, "home_page_url", f.page)
	for _, h := range doc.Hubs {
		equal(t, "type of hub", h.Type, "WebSub")
		f.hub = h.URL
	}
	for _, e := range *doc.Items {
		i := readItem{id: e.ID, title: e.Title, link: e.URL, html: e.ContentHTML, text: e.ContentText, categories: e.Tags,
			published: checkDate(t, e.DatePublished), updated: checkDate(t, e.DateModified)}
		for _, a := range e.Authors {
			checkAddress(t, "author's page", a.URL)
			i.authors = append(i.authors, a.Name)
		}
		f.items = append(f.items, i)
	}
	return f
}

// checkItems checks what must hold of the items of every format: ids that are addresses of this site and all different,
// HTML in which nothing runs and nothing is relative, and texts without what no text has.
func checkItems(t testing.TB, f readFeed) {
	t.Helper()
	seen := map[string]bool{}
	for _, i := range f.items {
		if seen[i.id] || i.id != i.link || !strings.HasPrefix(i.id, siteURL+"/papers/") {
			t.Errorf("id %q of %q, again or wrong", i.id, i.link)
		}
		seen[i.id] = true
		checkAddress(t, "link", i.link)
		if i.title == "" || i.text == "" || i.html == "" || i.updated.Before(i.published) {
			t.Errorf("%s: title %q, text %.30q, HTML %.30q, published %v and updated %v", i.id, i.title, i.text, i.html, i.published, i.updated)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(i.html))
		if err != nil {
			t.Fatal(err)
		}
		if bad := doc.Find("script, style, iframe, object, embed, img, form, [style], [src], a:not([href^=http])"); bad.Length() > 0 {
			t.Errorf("%s: %s in %s", i.id, bad.Nodes[0].Data, i.html)
		}
		doc.Find("*").Each(func(_ int, s *goquery.Selection) {
			for _, a := range s.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: %s in %s", i.id, a.Key, i.html)
				}
			}
		})
		for _, text := range append(slices.Concat(i.authors, i.categories), i.title, i.text, i.html) {
			if strings.TrimSpace(text) == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 }) {
				t.Errorf("%s: %q", i.id, text)
			}
		}
	}
}
