package store_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

// some runs a property on fewer cases than rapid's hundred, for those that need a database.
func some(t *testing.T, cases int, prop func(*rapid.T)) {
	t.Helper()
	left := cases
	rapid.Check(t, func(t *rapid.T) {
		if left--; left < 0 {
			return
		}
		done := false
		defer func() {
			if !done { // it failed: let rapid find the smallest case
				left = math.MaxInt
			}
		}()
		prop(t)
		done = true
	})
}

// anyText is text as the world sends it.
var anyText = rapid.OneOf(
	rapid.String(),
	rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 20), func(b []byte) string { return string(b) }),
	rapid.SampledFrom([]string{"", " ", "\x00", "a\tb", "a\nb", "a\n\nb", "a\r\n\r\nb", "\r\r\n\n", "\n \n", "\ufeffx", "\u00a0", "\u2028", "\u0085", "a\u200bb",
		"C++", "https://doi.org/10.1000/x", "doi:https://doi.org/10.1000/X", "DOI: doi: 10.1/y", "math.MP", "cmp-lg", "cs LG", "https://example.org/a b",
		"https://user@example.org", "javascript:alert(1)", "github.com/a/b", "//example.org", "http://\xff", "0000-0002-1825-009x",
		"https://orcid.org/0000-0002-1825-0097", "LeCun, Yann", "<b>&amp;", "$x<y$", "مرحبا", "深度学习"}),
)

func drawTime(t *rapid.T, name string) time.Time {
	switch rapid.IntRange(0, 3).Draw(t, name+" kind") {
	case 0:
		return time.Time{}
	case 1:
		zone := time.FixedZone("somewhere", rapid.IntRange(-14, 14).Draw(t, name+" zone")*3600)
		year := rapid.SampledFrom([]int{-1, 0, 1, 999, 1000, 1969, 9999, 10000}).Draw(t, name+" year")
		return time.Date(year, rapid.SampledFrom([]time.Month{1, 12}).Draw(t, name+" month"), rapid.SampledFrom([]int{1, 31}).Draw(t, name+" day"), 23, 59, 59, 999, zone)
	}
	return time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, name), rapid.Int64Range(0, 1e9-1).Draw(t, name+" rest"))
}

// drawDirty is a paper as a bad source fills it.
func drawDirty(t *rapid.T) store.Paper {
	text := func(name string) string { return anyText.Draw(t, name) }
	texts := func(name string) []string { return rapid.SliceOfN(anyText, 0, 4).Draw(t, name) }
	p := store.Paper{
		ID:    store.PaperID(rapid.SampledFrom([]string{"2401.01234", "2401.01234v2", "arXiv:hep-th/9901001", "10.1000/X", "acl:P99-1001", "a-slug", "", "no id"}).Draw(t, "id")),
		Title: text("title"), Abstract: text("abstract"), Comment: text("comment"), JournalRef: text("journal"), DOI: text("doi"),
		Licence: text("licence"), Source: text("source"), FeaturedBy: text("featured by"), Categories: texts("categories"), Tags: texts("tags"),
		SubmittedAt: drawTime(t, "submitted"), RevisedAt: drawTime(t, "revised"), ReadAt: drawTime(t, "read"),
		Withdrawn: rapid.Bool().Draw(t, "withdrawn"), SourceVotes: rapid.OneOf(rapid.IntRange(-1, 5), rapid.Int()).Draw(t, "votes"),
		FeaturedOn: store.Day(rapid.SampledFrom([]string{"", "2026-03-11", "2026-02-29", "x"}).Draw(t, "featured on")),
	}
	for range rapid.IntRange(0, 3).Draw(t, "authors") {
		p.Authors = append(p.Authors, store.Author{Name: text("author"), Affiliation: text("affiliation"), ORCID: text("orcid")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "versions") {
		p.Versions = append(p.Versions, store.Version{Number: rapid.IntRange(-1, 4).Draw(t, "version"), At: drawTime(t, "at")})
	}
	for range rapid.IntRange(0, 4).Draw(t, "links") {
		kind := store.LinkKind(rapid.SampledFrom([]string{"pdf", "abs", "code", "video", "evil", ""}).Draw(t, "kind"))
		p.Links = append(p.Links, store.Link{Kind: kind, URL: text("url"), Label: text("label"), Stars: rapid.Int().Draw(t, "stars")})
	}
	return p
}

// drawRecord is what one of a few sources says of one paper. Records agree often enough to collide.
func drawRecord(t *rapid.T, id store.PaperID) store.Paper {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	hour := func(name string) time.Time {
		h := rapid.IntRange(-1, 80).Draw(t, name)
		if h < 0 {
			return time.Time{}
		}
		return noon.Add(time.Duration(h-200) * time.Hour)
	}
	words := func(name string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 3, rapid.ID).Draw(t, name)
	}
	p := store.Paper{
		ID: id, Title: pick("title", "A title", "Another title"), Abstract: pick("abstract", "", "An abstract.", "Another."),
		Comment: pick("comment", "", "3 pages", "4 pages"), JournalRef: pick("journal", "", "J. 1"), DOI: pick("doi", "", "10.1000/a", "10.1000/B"),
		Licence: pick("licence", "", "https://example.org/by"), Source: pick("source", "arxiv", "hf", "jsonl"), Categories: words("categories", "cs.LG", "cs.AI", "math.ST", "stat.ML"),
		Tags: words("tags", "world models", "World Models", "agents", "C++", "vision"), SubmittedAt: hour("submitted"), RevisedAt: hour("revised"),
		ReadAt:    noon.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "read")) * time.Hour),
		Withdrawn: rapid.IntRange(0, 4).Draw(t, "withdrawn") == 0, SourceVotes: rapid.IntRange(0, 5).Draw(t, "votes"),
	}
	for _, name := range words("authors", "Yann LeCun", "Y. LeCun", "Ann Smith", "Bo Li", "Smith, Ann") {
		p.Authors = append(p.Authors, store.Author{Name: name, Affiliation: pick("affiliation", "", "A lab"), ORCID: pick("orcid", "", "0000-0002-1825-0097")})
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "versions") {
		if rapid.Bool().Draw(t, "known") {
			p.Versions = append(p.Versions, store.Version{Number: n + 1, At: hour("at")})
		}
	}
	for _, url := range words("links", "https://example.org/1", "https://example.org/2", "https://example.org/3") {
		p.Links = append(p.Links, store.Link{Kind: store.LinkKind(pick("kind", "pdf", "code", "abs")), URL: url, Label: pick("label", "", "ours"), Stars: rapid.IntRange(0, 9).Draw(t, "stars")})
	}
	if rapid.Bool().Draw(t, "chosen") {
		p.FeaturedOn, p.FeaturedBy = store.Day(pick("day", "2026-05-11", "2026-05-12", "2026-05-13")), p.Source
	}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	return p
}
