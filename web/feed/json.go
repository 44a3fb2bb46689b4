package feed

import "encoding/json"

type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePageURL string     `json:"home_page_url"`
	FeedURL     string     `json:"feed_url"`
	Description string     `json:"description,omitempty"`
	NextURL     string     `json:"next_url,omitempty"`
	Icon        string     `json:"icon,omitempty"`
	Favicon     string     `json:"favicon,omitempty"`
	Language    string     `json:"language"`
	Hubs        []jsonHub  `json:"hubs,omitempty"`
	Items       []jsonItem `json:"items"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID            string       `json:"id"`
	URL           string       `json:"url"`
	Title         string       `json:"title"`
	ContentHTML   string       `json:"content_html"`
	ContentText   string       `json:"content_text"`
	DatePublished string       `json:"date_published"`
	DateModified  string       `json:"date_modified"`
	Authors       []jsonAuthor `json:"authors,omitempty"`
	Tags          []string     `json:"tags,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

func (f Feed) json() ([]byte, error) {
	doc := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.Page, FeedURL: f.Self, Description: f.Subtitle,
		NextURL: f.Next, Icon: f.Icon, Favicon: f.Icon, Language: language, Items: []jsonItem{}}
	if f.Hub != "" {
		doc.Hubs = []jsonHub{{"WebSub", f.Hub}}
	}
	for _, i := range f.Items {
		item := jsonItem{ID: i.URL, URL: i.URL, Title: i.Title, ContentHTML: i.HTML, ContentText: i.Text,
			DatePublished: rfc3339(i.Published), DateModified: rfc3339(i.Updated)}
		for _, a := range i.Authors {
			item.Authors = append(item.Authors, jsonAuthor(a))
		}
		for _, c := range i.Categories {
			item.Tags = append(item.Tags, c.Term)
		}
		doc.Items = append(doc.Items, item)
	}
	return json.Marshal(doc)
}
