package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"recto/store"
	"recto/web/latex"
)

var at = time.Date(2026, 5, 13, 12, 0, 0, 0, time.FixedZone("", 2*60*60))

func writer() Writer {
	return Writer{Latex: latex.New(), Tags: "https://papers.example.org/tags",
		Paper:  func(id store.PaperID) string { return "https://papers.example.org/papers/" + string(id) },
		Author: func(name string) string { return "https://papers.example.org/authors/x" },
		Link:   func(_ *store.Paper, l store.Link) string { return l.Label }}
}

// nasty holds all that no XML document may.
func nasty(word string) string {
	var b strings.Builder
	for r := rune(0); r < 0xa0; r++ {
		if r < ' ' || r >= 0x7f {
			b.WriteRune(r)
		}
	}
	return word + b.String() + "\ufffe\uffff\xff\xed\xa0\x80]]>&<b>" + word
}

// TestControlCharacters has them in every field.
func TestControlCharacters(t *testing.T) {
	p := store.Paper{ID: "2605.00001", Title: nasty("title"), Abstract: nasty("abstract"), Authors: []store.Author{{Name: nasty("author")}},
		Categories: []string{nasty("category")}, Tags: []string{nasty("tag")}, Licence: "https://example.org/" + nasty("licence"),
		Links: []store.Link{{Kind: store.LinkCode, URL: "https://example.org/" + nasty("link"), Label: nasty("label")}, {Kind: store.LinkCode, URL: "javascript:x", Label: "never"}}, FeaturedOn: "2026-05-13"}
	f := Feed{ID: "https://papers.example.org/", Title: nasty("feed"), Subtitle: nasty("subtitle"), Page: "https://papers.example.org/", Self: "https://papers.example.org/?format=x",
		Version: nasty("version"), Items: []Item{writer().Item(context.Background(), &p, at)}}
	for _, format := range Formats {
		data, err := f.Write(format)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		if format == JSON {
			var doc any
			if err := json.Unmarshal(data, &doc); err != nil {
				t.Fatal(err)
			}
			texts = textsOf(doc)
		} else {
			for d := xml.NewDecoder(bytes.NewReader(data)); ; {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", format, err)
				}
				switch x := token.(type) {
				case xml.CharData:
					texts = append(texts, string(x))
				case xml.StartElement:
					for _, a := range x.Attr {
						texts = append(texts, a.Value)
					}
				}
			}
		}
		all := strings.Join(texts, "\n")
		if strings.ContainsFunc(all, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff }) {
			t.Errorf("%s holds control characters: %q", format, all)
		}
		for _, word := range []string{"title", "abstract", "author", "category", "tag", "link", "label", "feed"} {
			if !strings.Contains(all, word) {
				t.Errorf("%s lost %s", format, word)
			}
		}
		if strings.Contains(all, "javascript") || strings.Contains(all, "never") {
			t.Errorf("%s has a link that is none: %q", format, all)
		}
	}
}

func textsOf(doc any) (texts []string) {
	switch d := doc.(type) {
	case string:
		return []string{d}
	case []any:
		for _, x := range d {
			texts = append(texts, textsOf(x)...)
		}
	case map[string]any:
		for _, x := range d {
			texts = append(texts, textsOf(x)...)
		}
	}
	return texts
}

// TestTimesOfAnItem takes the revision, else the change here, and never a time before the submission.
func TestTimesOfAnItem(t *testing.T) {
	submitted, revised := at.AddDate(0, -2, 0), at.AddDate(0, -1, 0)
	for name, c := range map[string]struct {
		paper              store.Paper
		changed            time.Time
		published, updated time.Time
	}{
		"all known":         {store.Paper{SubmittedAt: submitted, RevisedAt: revised}, at, submitted, revised},
		"no revision":       {store.Paper{SubmittedAt: submitted}, at, submitted, at},
		"no submission":     {store.Paper{FeaturedOn: "2026-05-10"}, at, store.Day("2026-05-10").Time(), at},
		"changed long ago":  {store.Paper{FeaturedOn: "2026-05-10"}, submitted, store.Day("2026-05-10").Time(), store.Day("2026-05-10").Time()},
		"many source votes": {store.Paper{SubmittedAt: submitted, RevisedAt: revised, SourceVotes: 5, ReaderVotes: 7}, at, submitted, revised},
	} {
		i := writer().Item(context.Background(), &c.paper, c.changed)
		if !i.Published.Equal(c.published) || !i.Updated.Equal(c.updated) {
			t.Errorf("%s: published %v, updated %v", name, i.Published, i.Updated)
		}
	}
}

// TestForms compares whole documents with what the specifications' examples look like.
func TestForms(t *testing.T) {
	f := Feed{ID: "https://x.org/", Title: "A & B", Page: "https://x.org/", Self: "https://x.org/?format=a&b", Updated: at}
	i := Item{URL: "https://x.org/papers/1", Title: "1 < 2 & 3", Text: "a < b", HTML: "<p>a &lt; b</p>", Authors: []Author{{"Ada", "https://x.org/authors/a"}},
		Categories: []Category{{"cs.LG", arXivScheme}}, Published: at.Add(-time.Hour), Updated: at, Licence: "https://cc.org/by"}
	for format, want := range map[Format][]string{
		Atom: {`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>https://x.org/</id><title type="text">A &amp; B</title>`,
			`<updated>2026-05-13T10:00:00Z</updated><author><name>Recto</name></author><link rel="self" type="application/atom+xml" href="https://x.org/?format=a&amp;b"></link>`,
			`<entry><id>https://x.org/papers/1</id><title type="text">1 &lt; 2 &amp; 3</title>`, `<link rel="license" href="https://cc.org/by"></link><published>2026-05-13T09:00:00Z</published>`,
			`<category term="cs.LG" scheme="http://arxiv.org/schemas/atom"></category><summary type="text">a &lt; b</summary><content type="html">&lt;p&gt;a &amp;lt; b&lt;/p&gt;</content></entry></feed>`},
		RSS: {`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"`, `<channel><title>A &amp; B</title><link>https://x.org/</link><description>A &amp; B</description>`,
			`<item><title>1 &lt; 2 &amp; 3</title><link>https://x.org/papers/1</link><guid isPermaLink="true">https://x.org/papers/1</guid><pubDate>Wed, 13 May 2026 09:00:00 GMT</pubDate>`,
			`<dc:creator>Ada</dc:creator><category domain="http://arxiv.org/schemas/atom">cs.LG</category>`, `<description>a &amp;lt; b</description><content:encoded>&lt;p&gt;a &amp;lt; b&lt;/p&gt;</content:encoded></item></channel></rss>`},
		JSON: {`{"version":"https://jsonfeed.org/version/1.1","title":"A \u0026 B","home_page_url":"https://x.org/","feed_url":"https://x.org/?format=a\u0026b","language":"en","items":[{"id":"https://x.org/papers/1","url":`,
			`"content_text":"a \u003c b","date_published":"2026-05-13T09:00:00Z","date_modified":"2026-05-13T10:00:00Z","authors":[{"name":"Ada","url":"https://x.org/authors/a"}],"tags":["cs.LG"]}]}`},
	} {
		f.Items = []Item{i}
		data, err := f.Write(format)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(string(data), part) {
				t.Errorf("%s has no %s in\n%s", format, part, data)
			}
		}
		f.Items = nil
		if data, err = f.Write(format); err != nil || format == Atom && !strings.Contains(string(data), "<updated>2026-05-13T10:00:00Z") || format == JSON && !strings.Contains(string(data), `"items":[]`) {
			t.Errorf("empty %s, %v: %s", format, err, data)
		}
	}
	if _, err := f.Write("opml"); err == nil {
		t.Error("OPML is written")
	}
	if _, ok := Lookup("opml"); ok {
		t.Error("OPML is found")
	}
}
