package feed

import (
	"encoding/xml"
	"html"
	"time"
)

type rssFeed struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         string     `xml:"title"`
	Link          string     `xml:"link"`
	Description   string     `xml:"description"`
	Language      string     `xml:"language"`
	Copyright     string     `xml:"copyright"`
	LastBuildDate string     `xml:"lastBuildDate"`
	Generator     string     `xml:"generator"`
	Docs          string     `xml:"docs"`
	Links         []atomLink `xml:"atom:link"`
	Items         []rssItem  `xml:"item"`
}

type rssItem struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	GUID        rssGUID       `xml:"guid"`
	PubDate     string        `xml:"pubDate"`
	Updated     string        `xml:"atom:updated"`
	Creators    []string      `xml:"dc:creator"`
	Categories  []rssCategory `xml:"category"`
	Rights      string        `xml:"dc:rights,omitempty"`
	Description string        `xml:"description"`
	Content     string        `xml:"content:encoded"`
}

type rssGUID struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	URL       string `xml:",chardata"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Term   string `xml:",chardata"`
}

// rss has the description as HTML without any markup, for readers that know no content:encoded. Titles are plain text.
func (f Feed) rss() ([]byte, error) {
	channel := rssChannel{Title: f.Title, Link: f.Page, Description: f.Subtitle, Language: language, Copyright: rights, LastBuildDate: rfc822(f.Updated),
		Generator: siteName, Docs: "https://www.rssboard.org/rss-specification", Links: f.links(RSS)}
	if f.Version != "" {
		channel.Generator += " " + f.Version
	}
	if channel.Description == "" { // which must be there
		channel.Description = f.Title
	}
	for _, i := range f.Items {
		item := rssItem{Title: i.Title, Link: i.URL, GUID: rssGUID{true, i.URL}, PubDate: rfc822(i.Published), Updated: rfc3339(i.Updated), Rights: i.Licence,
			Description: html.EscapeString(i.Text), Content: i.HTML}
		for _, a := range i.Authors {
			item.Creators = append(item.Creators, a.Name)
		}
		for _, c := range i.Categories {
			item.Categories = append(item.Categories, rssCategory{c.Scheme, c.Term})
		}
		channel.Items = append(channel.Items, item)
	}
	return xmlDocument(rssFeed{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/",
		DC: "http://purl.org/dc/elements/1.1/", Channel: channel})
}

// rfc822 is a time in RFC 822's form with the year's four digits, as RSS wants it.
func rfc822(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }
