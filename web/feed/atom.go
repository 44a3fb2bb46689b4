package feed

import (
	"encoding/xml"
	"time"
)

type atomFeed struct {
	XMLName   xml.Name      `xml:"http://www.w3.org/2005/Atom feed"`
	Language  string        `xml:"xml:lang,attr"`
	ID        string        `xml:"id"`
	Title     atomText      `xml:"title"`
	Subtitle  *atomText     `xml:"subtitle"`
	Updated   string        `xml:"updated"`
	Author    atomPerson    `xml:"author"` // of entries that have none, too
	Links     []atomLink    `xml:"link"`
	Rights    atomText      `xml:"rights"`
	Icon      string        `xml:"icon,omitempty"`
	Generator atomGenerator `xml:"generator"`
	Entries   []atomEntry   `xml:"entry"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      atomText       `xml:"title"`
	Links      []atomLink     `xml:"link"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Authors    []atomPerson   `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Summary    atomText       `xml:"summary"`
	Content    atomText       `xml:"content"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
}

type atomGenerator struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

// links are those of a feed's document, as Atom has them and RSS borrows them.
func (f Feed) links(of Format) []atomLink {
	links := []atomLink{{"self", of.MediaType(), f.Self}}
	for _, l := range []struct{ rel, kind, href string }{
		{"alternate", "text/html", f.Page}, {"next", of.MediaType(), f.Next}, {"previous", of.MediaType(), f.Previous}, {"hub", "", f.Hub},
	} {
		if l.href != "" && (of == Atom || l.rel != "alternate") { // RSS has an element of its own for that
			links = append(links, atomLink{l.rel, l.kind, l.href})
		}
	}
	return links
}

func (f Feed) atom() ([]byte, error) {
	doc := atomFeed{Language: language, ID: f.ID, Title: plain(f.Title), Updated: rfc3339(f.Updated), Author: atomPerson{Name: siteName},
		Links: f.links(Atom), Rights: plain(rights), Icon: f.Icon, Generator: atomGenerator{f.Version, siteName}}
	if f.Subtitle != "" {
		subtitle := plain(f.Subtitle)
		doc.Subtitle = &subtitle
	}
	for _, i := range f.Items {
		e := atomEntry{ID: i.URL, Title: plain(i.Title), Links: []atomLink{{"alternate", "text/html", i.URL}}, Published: rfc3339(i.Published),
			Updated: rfc3339(i.Updated), Summary: plain(i.Text), Content: atomText{"html", i.HTML}}
		if i.Licence != "" {
			e.Links = append(e.Links, atomLink{"license", "", i.Licence}) // RFC 4946
		}
		for _, a := range i.Authors {
			e.Authors = append(e.Authors, atomPerson{a.Name, a.URL})
		}
		for _, c := range i.Categories {
			e.Categories = append(e.Categories, atomCategory(c))
		}
		doc.Entries = append(doc.Entries, e)
	}
	return xmlDocument(doc)
}

func plain(text string) atomText { return atomText{"text", text} }

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func xmlDocument(doc any) ([]byte, error) {
	data, err := xml.Marshal(doc)
	return append([]byte(xml.Header), data...), err
}
