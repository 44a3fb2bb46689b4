package ingest

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

// TestEncodeDecode is the promise of export: what was written comes back, and is written the same again.
func TestEncodeDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPaper(t)
		if err := p.Clean(); err != nil {
			t.Skip(err.Error())
		}
		first := encoded(t, &p)
		var back []store.Paper
		for rec, err := range parseJSONL(strings.NewReader(first)) {
			if err != nil || rec.Reason != "" {
				t.Fatalf("%v %s in %s", err, rec.Reason, first)
			}
			back = append(back, rec.Paper)
		}
		if len(back) != 1 {
			t.Fatalf("%d papers came back from %s", len(back), first)
		}
		if err := back[0].Clean(); err != nil {
			t.Fatal(err)
		}
		if second := encoded(t, &back[0]); second != first {
			t.Fatalf("written\n%s then\n%s", first, second)
		}
		if p.FeaturedBy == "" {
			p.FeaturedOn = ""
		}
		p.MinedTags, p.ReaderVotes = nil, 0
		if empty := (store.Paper{}); reflect.DeepEqual(p, empty) || !reflect.DeepEqual(normal(p), normal(back[0])) {
			t.Fatalf("written %+v, read %+v", p, back[0])
		}
	})
}

// normal makes empty lists nil.
func normal(p store.Paper) store.Paper {
	v := reflect.ValueOf(&p).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() == 0 {
			f.SetZero()
		}
	}
	return p
}

func encoded(t interface{ Fatal(...any) }, p *store.Paper) string {
	var b bytes.Buffer
	if err := NewEncoder(&b).Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func drawPaper(t *rapid.T) store.Paper {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a, b", "<b>&amp;</b>", "x\n\ny", "\u2028", "$x<y$", "Müller, Jr."}))
	at := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "unknown") {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, "seconds"), 5).UTC()
	})
	list := func(name string) []string { return rapid.SliceOfN(text, 0, 4).Draw(t, name) }
	p := store.Paper{
		ID:    store.PaperID(rapid.SampledFrom([]string{"2401.01234", "hep-th/9901001", "doi:10.1000/x", "acl:P99-1001", "a-slug"}).Draw(t, "id")),
		Title: text.Draw(t, "title"), Abstract: text.Draw(t, "abstract"), Categories: list("categories"), Tags: list("tags"),
		MinedTags: list("mined"), SubmittedAt: at.Draw(t, "submitted"), RevisedAt: at.Draw(t, "revised"),
		FeaturedOn: store.Day(rapid.SampledFrom([]string{"", "2026-03-11"}).Draw(t, "on")),
		Comment:    text.Draw(t, "comment"), JournalRef: text.Draw(t, "journal"), DOI: text.Draw(t, "doi"),
		Licence: text.Draw(t, "licence"), Withdrawn: rapid.Bool().Draw(t, "withdrawn"), Source: text.Draw(t, "source"),
		ReadAt: at.Draw(t, "read"), SourceVotes: rapid.IntRange(0, 9).Draw(t, "votes"), ReaderVotes: 3,
	}
	if p.FeaturedOn != "" {
		p.FeaturedBy = rapid.SampledFrom([]string{"", "hf"}).Draw(t, "by")
	}
	for range rapid.IntRange(0, 3).Draw(t, "authors") {
		p.Authors = append(p.Authors, store.Author{Name: text.Draw(t, "name"), Affiliation: text.Draw(t, "affiliation"),
			ORCID: rapid.SampledFrom([]string{"", "0000-0002-1825-0097"}).Draw(t, "orcid")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "versions") {
		p.Versions = append(p.Versions, store.Version{Number: rapid.IntRange(1, 9).Draw(t, "number"), At: at.Draw(t, "at")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "links") {
		p.Links = append(p.Links, store.Link{Kind: rapid.SampledFrom(store.LinkKinds[:]).Draw(t, "kind"),
			URL: rapid.SampledFrom([]string{"https://a.example/x?a=1&b=<", "github.com/a/b"}).Draw(t, "url"), Label: text.Draw(t, "label"),
			Stars: rapid.IntRange(0, 9).Draw(t, "stars")})
	}
	return p
}

func TestEncodeGolden(t *testing.T) {
	line, err := os.ReadFile("testdata/jsonl/own.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(line), "\n")
	for rec := range parseJSONL(strings.NewReader(first)) {
		if got := encoded(t, &rec.Paper); got != first+"\n" {
			t.Errorf("got  %swant %s", got, first)
		}
	}
}
