package store_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"recto/store"
)

func TestClean(t *testing.T) {
	p := store.Paper{
		ID: "arXiv:2401.01234v2", Title: " A  title\n over\ttwo\x00lines ", Abstract: "One\nline.\r\n\r\nA  second\n\n\n\n paragraph.\n",
		Authors: []store.Author{{Name: " Yann\nLeCun ", Affiliation: " A\tlab ", ORCID: "https://orcid.org/0000-0002-1825-009x"},
			{Name: " "}, {Name: "Ann Smith", ORCID: "1234"}},
		Categories: []string{"math.MP", "math-ph", " cs.LG ", "cmp-lg", "cs.CL", "", "my own"},
		Tags:       []string{"World Models", "world models", " ", "…", "C++", "C"},
		DOI:        "https://doi.org/10.1000/Xy", Licence: " https://example.org/by ", Comment: "3\npages",
		SubmittedAt: time.Date(2024, 1, 2, 1, 2, 3, 4, time.FixedZone("", 3600)),
		Versions:    []store.Version{{Number: 2}, {Number: 1, At: noon}, {Number: 2, At: noon}, {Number: 0}, {Number: -1}},
		Links: []store.Link{{Kind: "code", URL: "github.com/a/b", Stars: -3}, {Kind: "pdf", URL: " https://example.org/x.pdf ", Label: " the\npdf "},
			{Kind: "pdf", URL: "https://example.org/x.pdf"}, {Kind: "evil", URL: "https://example.org"}, {Kind: "abs", URL: "javascript:alert(1)"},
			{Kind: "abs", URL: "https://user:pass@example.org"}, {Kind: "abs", URL: "ftp://example.org"}, {Kind: "abs", URL: "https:///x"},
			{Kind: "abs", URL: "https://example.org/a b"}, {Kind: "abs", URL: "data:text/html,x"}, {Kind: "abs", URL: ""}, {Kind: "abs", URL: "/local"},
			{Kind: "abs", URL: "https://" + strings.Repeat("x", 2000)}, {Kind: "abs", URL: "https://example.org/\xff"}, {Kind: "abs", URL: "http://example.org/abs"}},
	}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	want := store.Paper{
		ID: "2401.01234", Title: "A title over two lines", Abstract: "One line.\n\nA second\n\nparagraph.",
		Authors:    []store.Author{{Name: "Yann LeCun", Affiliation: "A lab", ORCID: "0000-0002-1825-009X"}, {Name: "Ann Smith"}},
		Categories: []string{"math-ph", "cs.LG", "cs.CL", "my-own"}, Tags: []string{"World Models", "C++", "C"},
		DOI: "10.1000/Xy", Licence: "https://example.org/by", Comment: "3 pages",
		SubmittedAt: time.Date(2024, 1, 2, 0, 2, 3, 0, time.UTC), Versions: []store.Version{{Number: 1, At: noon}, {Number: 2}},
		Links: []store.Link{{Kind: "abs", URL: "http://example.org/abs"}, {Kind: "pdf", URL: "https://example.org/x.pdf", Label: "the pdf"}, {Kind: "code", URL: "https://github.com/a/b"}},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("cleaned to\n%+v, want\n%+v", p, want)
	}
}

func TestCleanRefusals(t *testing.T) {
	for message, spoil := range map[string]func(*store.Paper){
		`"no id" is not a paper's id`:                 func(p *store.Paper) { p.ID = "no id" },
		"it has no title":                             func(p *store.Paper) { p.Title = " \n\x00\u00a0 " },
		"its title is 2001 bytes long, more than":     func(p *store.Paper) { p.Title = strings.Repeat("x", store.MaxTitle+1) },
		"its abstract is 100001 bytes long, more":     func(p *store.Paper) { p.Abstract = strings.Repeat("x", store.MaxAbstract+1) },
		"it has 10001 authors, more than 10000":       func(p *store.Paper) { p.Authors = repeat(store.Author{Name: "A B"}, store.MaxAuthors+1) },
		"it has 51 tags, more than 50":                func(p *store.Paper) { p.Tags = numbered("tag ", store.MaxTags+1) },
		"it has 101 links, more than 100":             func(p *store.Paper) { p.Links = linksTo(numbered("https://example.org/", store.MaxLinks+1)) },
		"one of its fields is longer than 5000 bytes": func(p *store.Paper) { p.Comment = strings.Repeat("x", 5_001) },
		"it has -1 votes":                             func(p *store.Paper) { p.SourceVotes = -1 },
		"it has 1000000001 votes":                     func(p *store.Paper) { p.SourceVotes = 1_000_000_001 },
		`"2026-02-29" is not a day`:                   func(p *store.Paper) { p.FeaturedOn = "2026-02-29" },
		"an author's name or affiliation is longer":   func(p *store.Paper) { p.Authors[1].Affiliation = strings.Repeat("x", 5_001) },
		"an author's name or affiliation is longer ":  func(p *store.Paper) { p.Authors[1].Name = strings.Repeat("x", 5_001) },
	} {
		p := paper(1)
		spoil(&p)
		err := p.Clean()
		if !errors.Is(err, store.ErrInvalid) || !strings.Contains(err.Error(), strings.TrimSpace(message)) {
			t.Errorf("%v, want %q", err, message)
		}
	}
	p := paper(1)
	p.Title, p.Abstract = strings.Repeat("x", store.MaxTitle), strings.Repeat("x", store.MaxAbstract)
	p.Authors, p.Tags = repeat(store.Author{Name: "A B"}, store.MaxAuthors), numbered("tag ", store.MaxTags)
	p.Links = linksTo(numbered("https://example.org/", store.MaxLinks))
	if err := p.Clean(); err != nil {
		t.Errorf("a paper at its limits: %v", err)
	}
}

func repeat[T any](item T, n int) []T { return slices.Repeat([]T{item}, n) }

func numbered(prefix string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, prefix+string(rune('a'+i/26))+string(rune('a'+i%26)))
	}
	return all
}

func linksTo(urls []string) []store.Link {
	var links []store.Link
	for _, u := range urls {
		links = append(links, store.Link{Kind: store.LinkCode, URL: u})
	}
	return links
}

// checkClean checks what Clean promises.
func checkClean(t interface{ Fatalf(string, ...any) }, p store.Paper) {
	if err := p.Clean(); err != nil {
		if !errors.Is(err, store.ErrInvalid) || len(err.Error()) > 300 {
			t.Fatalf("refused with %v", err)
		}
		return
	}
	lines := []string{string(p.ID), p.Title, p.Comment, p.JournalRef, p.DOI, p.Licence, p.Source, string(p.FeaturedOn), p.FeaturedBy}
	lines = append(append(append(lines, p.Categories...), p.Tags...), strings.Split(p.Abstract, "\n\n")...)
	for _, a := range p.Authors {
		lines = append(lines, a.Name, a.Affiliation, a.ORCID)
		if a.Name == "" {
			t.Fatalf("an author without a name")
		}
	}
	for _, l := range p.Links {
		lines = append(lines, string(l.Kind), l.URL, l.Label)
		if !strings.HasPrefix(strings.ToLower(l.URL), "http") || !slices.Contains(store.LinkKinds[:], l.Kind) || l.Stars < 0 {
			t.Fatalf("the link %+v", l)
		}
	}
	for _, s := range lines {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || s != strings.Trim(s, " ") || strings.Contains(s, "  ") {
			t.Fatalf("left %q as it is", s)
		}
	}
	for _, c := range p.Categories {
		if store.CanonicalCategory(c) != c {
			t.Fatalf("left the category %s as it is", c)
		}
	}
	for _, at := range []time.Time{p.SubmittedAt, p.RevisedAt, p.ReadAt} {
		if !at.IsZero() && (at.Location() != time.UTC || at.Nanosecond() != 0 || at.Year() < 1000 || at.Year() > 9999) {
			t.Fatalf("left the time %s as it is", at)
		}
	}
	for i, v := range p.Versions {
		if v.Number < 1 || i > 0 && p.Versions[i-1].Number >= v.Number {
			t.Fatalf("left the versions %v as they are", p.Versions)
		}
	}
	again := p
	again.Authors, again.Links, again.Versions = slices.Clone(p.Authors), slices.Clone(p.Links), slices.Clone(p.Versions)
	again.Tags, again.Categories = slices.Clone(p.Tags), slices.Clone(p.Categories)
	if err := again.Clean(); err != nil || !reflect.DeepEqual(again, p) {
		t.Fatalf("cleaned again, %v:\n%+v, first\n%+v", err, again, p)
	}
}

func TestCleanTwiceIsCleanOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkClean(t, drawDirty(t)) })
}

func FuzzClean(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkClean(t, drawDirty(t)) }))
}

func TestHugePapers(t *testing.T) {
	t.Parallel()
	began := time.Now()
	p := paper(1)
	p.Abstract = strings.Repeat("a\n\n\x00\xff", 2_000_000)
	p.Authors = repeat(store.Author{Name: "A\xff"}, 200_000)
	p.Tags = numbered("x", 600)
	if err := p.Clean(); !errors.Is(err, store.ErrInvalid) {
		t.Error(err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("refusing it took %s", took)
	}
}

func TestTaxonomy(t *testing.T) {
	all := store.Categories()
	if len(all) != 176 {
		t.Errorf("%d categories", len(all))
	}
	active := 0
	for _, c := range all {
		if c.Active {
			active++
			if c.Name == "" || c.Group == "" || c.Description == "" && c.ID != "econ.GN" && !strings.Contains(c.ID, "-") {
				t.Errorf("%+v", c)
			}
		}
		canonical := store.CanonicalCategory(c.ID)
		if store.CanonicalCategory(canonical) != canonical {
			t.Errorf("%s is %s, which is %s", c.ID, canonical, store.CanonicalCategory(canonical))
		}
		if found, ok := store.LookupCategory(canonical); !ok || !found.Active && canonical != c.ID {
			t.Errorf("%s is %s, which is closed", c.ID, canonical)
		}
	}
	if active != 155 {
		t.Errorf("%d active categories", active)
	}
	for id, want := range map[string]string{"math.MP": "math-ph", "stat.TH": "math.ST", "math.IT": "cs.IT", "q-fin.EC": "econ.GN", "cs.SY": "eess.SY",
		"cs.NA": "math.NA", "cmp-lg": "cs.CL", "alg-geom": "math.AG", "cs.LG": "cs.LG", "unknown": "unknown", "": ""} {
		if got := store.CanonicalCategory(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if _, ok := store.LookupCategory("cs.XX"); ok {
		t.Error("cs.XX is a category")
	}
}

// Lines that are clean already take a short cut, which must not let others through.
func TestCleanLine(t *testing.T) {
	word := rapid.SampledFrom([]string{" ", "  ", "a", "é", "\u00a0", "\n", "\t", "\x00", "\x7f", "\xff", "\xe2\x80", "\ufffd", "\u2028", "\u0085", "\u200b", "\ufeff", "$x$"})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(anyText, rapid.Map(rapid.SliceOfN(word, 0, 6), func(w []string) string { return strings.Join(w, "") })).Draw(t, "s")
		want := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), store.IsGap), " ")
		if got := store.CleanLine(s); got != want {
			t.Fatalf("%q is cleaned to %q, want %q", s, got, want)
		}
	})
}
