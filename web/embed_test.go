package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// embedded is an answer of oEmbed 1.0, as a site that embeds reads it.
type embedded struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Type            string   `json:"type" xml:"type"`
	Version         string   `json:"version" xml:"version"`
	Title           string   `json:"title" xml:"title"`
	Author          string   `json:"author_name" xml:"author_name"`
	Provider        string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	CacheAge        int      `json:"cache_age" xml:"cache_age"`
	Thumbnail       string   `json:"thumbnail_url" xml:"thumbnail_url"`
	ThumbnailWidth  int      `json:"thumbnail_width" xml:"thumbnail_width"`
	ThumbnailHeight int      `json:"thumbnail_height" xml:"thumbnail_height"`
	HTML            string   `json:"html" xml:"html"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
}

// embed asks for a card and reads it.
func (v *visitor) embed(path string) embedded {
	v.t.Helper()
	p := v.get(path).want(http.StatusOK)
	var e embedded
	var err error
	switch kind := p.Header.Get("Content-Type"); kind {
	case "application/json":
		err = json.Unmarshal(p.body, &e)
	case "text/xml; charset=utf-8":
		err = xml.Unmarshal(p.body, &e)
	default:
		v.t.Fatalf("%s: content type %q", path, kind)
	}
	if err != nil {
		v.t.Fatalf("%s: %v\n%s", path, err, p.body)
	}
	equal(v.t, "allowed origin", p.Header.Get("Access-Control-Allow-Origin"), "*")
	return e
}

func oembedOf(address string, more ...string) string {
	q := url.Values{"url": {address}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "/oembed?" + q.Encode()
}

// TestOEmbed finds a paper's card from its page, in both formats, and reads it.
func TestOEmbed(t *testing.T) {
	v := newSite(t).visitor()
	for _, path := range []string{"/papers/2605.00001", "/papers/2605.00002", "/papers/2605.00004", "/papers/2605.00007", "/papers/hep-th/9901001",
		"/papers/doi:10.1000/xyz%282026%29/3:1"} {
		page := v.get(path).want(http.StatusOK)
		for _, kind := range []string{"application/json+oembed", "text/xml+oembed"} {
			t.Run(path+" "+kind, func(t *testing.T) {
				address, ours := strings.CutPrefix(page.attr("link[rel=alternate][type='"+kind+"']", "href"), siteURL)
				if !ours {
					t.Fatalf("the card is at %q", address)
				}
				e := v.in(t).embed(address)
				equal(t, "type and version", e.Type+" "+e.Version, "rich 1.0")
				equal(t, "title", e.Title, page.attr("meta[property='og:title']", "content"))
				equal(t, "provider", e.Provider+" "+e.ProviderURL, "Recto "+siteURL)
				equal(t, "thumbnail", e.Thumbnail, siteURL+path+"/card.png")
				if e.ThumbnailWidth != 1200 || e.ThumbnailHeight != 630 || e.Width < 1 || e.Height < 1 || e.CacheAge < 1 {
					t.Errorf("sizes %+v", e)
				}
				card, err := goquery.NewDocumentFromReader(strings.NewReader(e.HTML))
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "address", card.Find("blockquote").AttrOr("cite", ""), siteURL+path)
				equal(t, "link", card.Find("a").First().AttrOr("href", ""), siteURL+path)
				equal(t, "title in the card", card.Find("strong").Text(), e.Title)
				card.Find("body *").Each(func(_ int, s *goquery.Selection) {
					if !strings.Contains(" blockquote p a strong ", " "+s.Nodes[0].Data+" ") {
						t.Errorf("the card has a %s", s.Nodes[0].Data)
					}
				})
				if !strings.Contains(card.Text(), "vote") {
					t.Errorf("the card says %q", card.Text())
				}
			})
		}
	}
}

func TestOEmbedParameters(t *testing.T) {
	v := newSite(t).visitor()
	paper := siteURL + "/papers/2605.00001"
	for name, tt := range map[string]struct {
		path          string
		width, height int
		thumbnail     bool
	}{
		"as large as it likes": {oembedOf(paper), 600, 160, true},
		"roomy":                {oembedOf(paper, "maxwidth", "1200", "maxheight", "630"), 600, 160, true},
		"narrow":               {oembedOf(paper, "maxwidth", "320"), 320, 160, false},
		"low":                  {oembedOf(paper, "maxheight", "100", "format", "xml"), 600, 100, false},
		"another spelling":     {oembedOf(siteURL + "/papers/arXiv:2605.00001v2"), 600, 160, true},
		"a pasted address":     {oembedOf("HTTP://PAPERS.example.org/papers/2605.00001?utm_source=x#p"), 600, 160, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := v.in(t).embed(tt.path)
			equal(t, "width", e.Width, tt.width)
			equal(t, "height", e.Height, tt.height)
			equal(t, "thumbnail", e.Thumbnail != "", tt.thumbnail)
			equal(t, "thumbnail's width", e.ThumbnailWidth != 0, tt.thumbnail)
			if !strings.HasPrefix(e.Title, "Everything a Paper Can Have") {
				t.Errorf("title %q", e.Title)
			}
		})
	}
	for path, status := range map[string]int{
		oembedOf(paper, "format", "yaml"):                        501,
		oembedOf(paper, "maxwidth", "wide"):                      400,
		oembedOf(paper, "maxheight", "-1"):                       400,
		"/oembed":                                                400,
		oembedOf("%zz"):                                          400,
		oembedOf(siteURL + "/papers/2401.00001"):                 404,
		oembedOf(siteURL + "/papers/latest"):                     404,
		oembedOf(siteURL + "/papers/"):                           404,
		oembedOf(siteURL + "/tags/world-models"):                 404,
		oembedOf("https://evil.example/papers/2605.00001"):       404,
		oembedOf("javascript://papers.example.org/papers/2605."): 404,
		oembedOf("/papers/2605.00001"):                           404,
	} {
		v.get(path).want(status)
	}
	v.do(http.MethodHead, oembedOf(paper), nil, nil).want(http.StatusOK)
}

// TestOnlyPapersAreEmbedded looks for the card of every kind of page.
func TestOnlyPapersAreEmbedded(t *testing.T) {
	newSite(t).each(t, func(t *testing.T, k kind, p *page) {
		want := 0
		if p.find("article.leaf").Length() == 1 {
			want = 2
		}
		equal(t, "links to a card", p.find("link[type$='+oembed']").Length(), want)
	})
}

// TestBadge reads the badge as an image of its own.
func TestBadge(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	for path, says := range map[string]string{
		"/papers/2605.00001/badge.svg":                          "1,531 votes",
		"/papers/2605.00002/badge.svg":                          "900 votes",
		"/papers/2605.00007/badge.svg":                          "1 vote",
		"/papers/2605.00005/badge.svg":                          "0 votes",
		"/papers/doi:10.1000/xyz%282026%29/3:1/badge.svg":       "0 votes",
		"/papers/a-paper-known-by-its-title/badge.svg":          "0 votes",
		"/papers/doi%3A10.1000%2Fxyz%282026%29%2F3:1/badge.svg": "0 votes",
	} {
		t.Run(path, func(t *testing.T) {
			p := v.in(t).get(path).want(http.StatusOK)
			equal(t, "content type", p.Header.Get("Content-Type"), "image/svg+xml; charset=utf-8")
			equal(t, "cache control", p.Header.Get("Cache-Control"), "public, max-age=300")
			equal(t, "cookies", len(p.Cookies()), 0)
			var texts []string
			elements := map[string]bool{}
			for d := xml.NewDecoder(bytes.NewReader(p.body)); ; {
				token, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("no XML: %v\n%s", err, p.body)
				}
				switch token := token.(type) {
				case xml.StartElement:
					elements[token.Name.Local] = true
					for _, a := range token.Attr {
						if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "href" {
							t.Errorf("attribute %s", a.Name.Local)
						}
					}
				case xml.CharData:
					texts = append(texts, strings.TrimSpace(string(token)))
				}
			}
			delete(elements, "svg")
			for _, name := range []string{"title", "clipPath", "g", "rect", "text"} {
				delete(elements, name)
			}
			equal(t, "other elements", len(elements), 0)
			if all := strings.Join(texts, "|"); !strings.HasSuffix(all, "|Recto||"+says) || !strings.Contains(all, says+" on Recto: ") {
				t.Errorf("the badge says %q", all)
			}
			tag := p.Header.Get("ETag")
			again := v.in(t).do(http.MethodGet, path, nil, map[string]string{"If-None-Match": tag}).want(http.StatusNotModified)
			equal(t, "bytes", len(again.body), 0)
			equal(t, "tag", again.Header.Get("ETag"), tag)
		})
	}
	t.Run("after a vote", func(t *testing.T) {
		const path = "/papers/2605.00003/badge.svg"
		before := v.in(t).get(path).Header.Get("ETag")
		s.reader(novice).in(t).post("/votes", ballot(maths, "1")).want(http.StatusSeeOther)
		v.in(t).do(http.MethodGet, path, nil, map[string]string{"If-None-Match": before}).want(http.StatusOK)
	})
	v.get("/papers/arXiv:2605.00001/badge.svg").leadsTo(http.StatusMovedPermanently, "/papers/2605.00001/badge.svg")
	v.get("/papers/2401.00001/badge.svg").want(http.StatusNotFound)
}

// TestBadgeSnippets follows what a paper's page gives to put into a README.
func TestBadgeSnippets(t *testing.T) {
	v := newSite(t).visitor()
	for _, path := range []string{"/papers/2605.00001", "/papers/doi:10.1000/xyz%282026%29/3:1"} {
		p := v.get(path).want(http.StatusOK)
		values := p.attrs(".embed input", "value")
		if len(values) != 2 {
			t.Fatalf("%s has the snippets %q", path, values)
		}
		equal(t, "Markdown", values[0], "[![Votes on Recto]("+siteURL+path+"/badge.svg)]("+siteURL+path+")")
		nodes, err := html.Parse(strings.NewReader(values[1]))
		if err != nil {
			t.Fatal(err)
		}
		doc := goquery.NewDocumentFromNode(nodes)
		equal(t, "link", doc.Find("a").AttrOr("href", ""), siteURL+path)
		image := doc.Find("a > img").AttrOr("src", "")
		v.get(strings.TrimPrefix(image, siteURL)).want(http.StatusOK)
	}
}
