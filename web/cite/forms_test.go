package cite

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

type fataler interface{ Fatalf(string, ...any) }

var risLine = regexp.MustCompile(`^(?:TY  - (?:JOUR|UNPB)|ER  - |(?:ID|TI|AU|PY|DA|T2|VL|IS|SP|EP|N1|PB|AN|DO|UR|AB|KW)  - \S.*)$`)

// checkRIS holds every line against the format, and the records against their number.
func checkRIS(t fataler, text string, records int) {
	open, n := false, 0
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if strings.ContainsAny(line, "\r\n") {
			t.Fatalf("a line's end in %q", line)
		}
		if line == "" && !open {
			continue
		}
		if !risLine.MatchString(line) || strings.HasPrefix(line, "TY") == open {
			t.Fatalf("the line %q in\n%s", line, text)
		}
		if open = !strings.HasPrefix(line, "ER"); !open {
			n++
		}
	}
	if open || n != records {
		t.Fatalf("%d records, not %d", n, records)
	}
}

// checkCSL decodes items with no other fields than CSL's schema has and checks what it requires.
func checkCSL(t fataler, text string, items int) {
	var list []struct {
		ID, Type, Title string
		Author          []map[string]string
		Issued          struct {
			Parts [][]int `json:"date-parts"`
		}
		Journal                                                                 string `json:"container-title"`
		Volume, Issue, Page, Number, Genre, Publisher, DOI, URL, Abstract, Note string
		Keyword                                                                 string
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil || len(list) != items {
		t.Fatalf("%d items, not %d: %v in\n%s", len(list), items, err, text)
	}
	for _, item := range list {
		if item.ID == "" || item.Title == "" || item.Type != "article" && item.Type != "article-journal" {
			t.Fatalf("%+v", item)
		}
		for _, part := range item.Issued.Parts {
			if len(part) < 1 || len(part) > 3 || part[0] < 1000 {
				t.Fatalf("%s was issued %v", item.ID, part)
			}
		}
		for _, author := range item.Author {
			for field := range author {
				if !slices.Contains([]string{"family", "given", "non-dropping-particle", "suffix", "literal"}, field) {
					t.Fatalf("a name with %s", field)
				}
			}
			if (author["literal"] == "") == (author["family"] == "") {
				t.Fatalf("the name %v", author)
			}
		}
	}
}

// checkCOinS reads the context object as a query.
func checkCOinS(t fataler, p *store.Paper) {
	text := COinS(p, site)
	q, err := url.ParseQuery(text)
	if err != nil || q.Get("ctx_ver") != "Z39.88-2004" || strings.ContainsAny(text, "<>\"' ") {
		t.Fatalf("%v in %s", err, text)
	}
	w := newWork(p, site)
	title, author := "rft.title", "rft.creator"
	if w.isArticle() {
		title, author = "rft.atitle", "rft.au"
	}
	want := min(len(w.names), maxCOinSAuthors)
	if strings.HasPrefix(q.Get("rft_id"), "info:doi/") && want > maxCOinSAuthorsDOI {
		want = 0 // so that the DOI is asked
	}
	if q.Get(title) != w.title || len(q[author])+len(q["rft.aucorp"]) != want || q.Get("rft.date") != w.issued().join("-") {
		t.Fatalf("%s of %+v", text, w)
	}
}

// checkJSONLD decodes the object and looks for what schema.org's readers require.
func checkJSONLD(t fataler, p *store.Paper) {
	text := ScholarlyArticle(p, site)
	var o struct {
		Context   string `json:"@context"`
		Type      string `json:"@type"`
		Name      string
		Headline  string
		URL       string
		Published string `json:"datePublished"`
		Author    []struct {
			Type string `json:"@type"`
			Name string
		}
		Identifier any
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if o.Context != "https://schema.org" || o.Type != "ScholarlyArticle" || o.Name == "" || o.Published == "" || o.Identifier == nil ||
		!strings.HasPrefix(o.URL, site+"/papers/") || len([]rune(o.Headline)) > 110 || o.Headline == "" || len(o.Author) != len(newWork(p, site).names) {
		t.Fatalf("%s", text)
	}
	for _, a := range o.Author {
		if a.Name == "" || a.Type != "Person" && a.Type != "Organization" {
			t.Fatalf("an author of %s", text)
		}
	}
	if bytes.ContainsAny(text, "<>&") {
		t.Fatalf("%s could end a script", text)
	}
}

func TestFormsOfHardPapers(t *testing.T) {
	papers := hardPapers(t)
	for i := range papers {
		checkCOinS(t, &papers[i])
		checkJSONLD(t, &papers[i])
	}
	var ris, csl bytes.Buffer
	if err := errors.Join(Write(&ris, RIS, each(papers), site), Write(&csl, CSLJSON, each(papers), site)); err != nil {
		t.Fatal(err)
	}
	checkRIS(t, ris.String(), len(papers))
	checkCSL(t, csl.String(), len(papers))
}

// TestLargeCollaborations counts the authors of a paper with 3,000.
func TestLargeCollaborations(t *testing.T) {
	p := collaboration(3_000)
	if n := strings.Count(One(RIS, &p, site), "\nAU  - "); n != 3_000 {
		t.Errorf("RIS has %d", n)
	}
	if n := strings.Count(One(CSLJSON, &p, site), `"family"`); n != 3_000 {
		t.Errorf("CSL-JSON has %d", n)
	}
	for _, line := range strings.Split(One(BibTeX, &p, site), "\n") {
		if len(line) > 150 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	if apa := One(APA, &p, site); strings.Count(apa, "mily") != 20 || !strings.Contains(apa, "Fämily18, G., … Fämily2999, G. (2025).") {
		t.Errorf("APA has %s", apa)
	}
	if markdown := One(Markdown, &p, site); !strings.Contains(markdown, "Given18 Fämily18, … Given2999 Fämily2999. 2025. arXiv:2507.06261") {
		t.Errorf("Markdown has %s", markdown)
	}
	tags := 0
	for _, tag := range Meta(&p) {
		if tag.Name == "citation_author" {
			tags++
		}
	}
	if tags != 3_000 {
		t.Errorf("%d tags", tags)
	}
}

func TestAPAAuthors(t *testing.T) {
	for _, tt := range []struct{ authors, want string }{
		{"", "T. (2020)."},
		{"Ann Smith", "Smith, A. (2020)."},
		{"Ann B. Smith; Bo Li", "Smith, A. B., & Li, B. (2020)."},
		{"Ann Smith; OpenAI; Martin Luther King Jr.", "Smith, A., OpenAI, & King, M. L., Jr. (2020)."},
		{"Kimi Team", "Kimi Team. (2020)."},
	} {
		p := store.Paper{ID: "a-slug", Title: "T", SubmittedAt: on("2020-01-01"), Authors: authors(tt.authors)}
		if got := One(APA, &p, site); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q is %q, not %q", tt.authors, got, tt.want)
		}
	}
}

// TestOthers cites papers whose sources stop naming authors.
func TestOthers(t *testing.T) {
	for _, others := range []string{"et al", "et al.", "{\\it et al.}", "and others", "Others"} {
		p := &store.Paper{ID: "hep-th/9901002", Title: "A title", Authors: []store.Author{{Name: "Ada Lovelace"}, {Name: "Yann LeCun"}, {Name: others}}}
		for f, want := range map[Format]string{
			BibTeX: "author = {Lovelace, Ada and LeCun, Yann and others},\n", BibLaTeX: "author = {Lovelace, Ada and LeCun, Yann and others},\n",
			APA: "Lovelace, A., LeCun, Y., et al. (1999). A title.", Markdown: "Ada Lovelace, Yann LeCun, et al. 1999.",
			RIS: "AU  - Lovelace, Ada\r\nAU  - LeCun, Yann\r\nPY", CSLJSON: `"author":[{"family":"Lovelace","given":"Ada"},{"family":"LeCun","given":"Yann"}]`,
		} {
			if got := One(f, p, site); !strings.Contains(got, want) {
				t.Errorf("%q in %s:\n%s", others, f, got)
			}
		}
		for _, tag := range Meta(p) {
			if tag.Name == "citation_author" && tag.Content != "Ada Lovelace" && tag.Content != "Yann LeCun" {
				t.Errorf("%q is the author %q", others, tag.Content)
			}
		}
		p.Authors = p.Authors[2:]
		if got := One(BibTeX, p, site); strings.Contains(got, "author") {
			t.Errorf("%q alone: %s", others, got)
		}
	}
}

func TestMeta(t *testing.T) {
	p := hardPapers(t)[0]
	all := map[string][]string{}
	for _, tag := range Meta(&p) {
		all[tag.Name] = append(all[tag.Name], tag.Content)
	}
	if len(all["citation_author"]) != 8 || all["citation_publication_date"][0] != "2017/06/12" || all["citation_pdf_url"] != nil ||
		!slices.Equal(all["citation_keywords"], []string{"transformers", "machine translation"}) || all["citation_language"][0] != "en" {
		t.Errorf("%v", all)
	}
	if date, err := time.Parse("2006/01/02", all["citation_publication_date"][0]); err != nil || !date.Equal(p.SubmittedAt) {
		t.Errorf("published %v, %v", date, err)
	}
}

func idsOf(papers []store.Paper) []store.PaperID {
	ids := make([]store.PaperID, len(papers))
	for i := range papers {
		ids[i] = papers[i].ID
	}
	return ids
}

func TestItemList(t *testing.T) {
	papers := hardPapers(t)
	var list struct {
		Type  string `json:"@type"`
		Items []struct {
			Position int
			URL      string
		} `json:"itemListElement"`
	}
	text := ItemList("<Papers>", site+"/papers/latest", 26, idsOf(papers), site)
	if err := json.Unmarshal(text, &list); err != nil || bytes.ContainsAny(text, "<>&") {
		t.Fatalf("%v in %s", err, text)
	}
	if list.Type != "ItemList" || len(list.Items) != len(papers) || list.Items[0].Position != 26 || list.Items[7].URL != site+"/papers/hep-th/9901001" {
		t.Errorf("%s", text)
	}
}

func TestWriteStopsAtAnError(t *testing.T) {
	papers, broken := hardPapers(t), errors.New("broken")
	var b bytes.Buffer
	err := Write(&b, APA, func(yield func(*store.Paper, error) bool) {
		if yield(&papers[0], nil) {
			yield(nil, broken)
		}
	}, site)
	if !errors.Is(err, broken) || !strings.HasPrefix(b.String(), "Vaswani") {
		t.Errorf("%v after %q", err, b.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWriteSaysWhatFailed(t *testing.T) {
	papers := hardPapers(t)
	if err := Write(fullDisk{}, BibTeX, each(papers), site); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("%v", err)
	}
}

func TestNoPapers(t *testing.T) {
	for _, f := range Formats {
		var b bytes.Buffer
		if err := Write(&b, f, each(nil), site); err != nil {
			t.Fatal(err)
		}
		if f == CSLJSON {
			checkCSL(t, b.String(), 0)
		} else if b.Len() > 0 {
			t.Errorf("%s: %q", f, b.String())
		}
	}
}

func TestFormats(t *testing.T) {
	for _, f := range Formats {
		if got, ok := Lookup(string(f)); !ok || got != f {
			t.Errorf("%s is looked up as %q", f, got)
		}
		if f.Label() == "" || !strings.Contains(f.MediaType(), "/") || !strings.HasPrefix(f.Extension(), ".") {
			t.Errorf("%s is %q, %q, %q", f, f.Label(), f.MediaType(), f.Extension())
		}
	}
	if _, ok := Lookup("endnote"); ok {
		t.Error("endnote is a format")
	}
}

func TestNegotiate(t *testing.T) {
	for _, tt := range []struct {
		accept string
		want   Format
	}{
		{"", ""},
		{"*/*", ""},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ""},
		{"application/x-bibtex", BibTeX},
		{"APPLICATION/X-BIBTEX ; q=1", BibTeX},
		{"application/x-bibtex, */*", BibTeX},
		{"application/x-bibtex;q=0.4, */*;q=0.5", ""},
		{"text/html, application/x-bibtex", ""},
		{"text/html;q=0.9, application/x-bibtex", BibTeX},
		{"application/x-research-info-systems;q=0.5, application/vnd.citationstyles.csl+json;q=0.7", CSLJSON},
		{"application/vnd.citationstyles.csl+json, application/x-bibtex", CSLJSON},
		{"text/x-bibliography; style=apa; locale=en-GB", APA},
		{"application/json, text/plain, */*", ""},
		{"text/markdown", Markdown},
		{"text/markdown, */*", ""},
		{"text/markdown, */*;q=0.1", Markdown},
		{"text/markdown, text/html, */*", ""},
		{"application/x-bibtex;q=0", ""},
		{"application/x-bibtex;q=zero", BibTeX},
		{",;,=;q", ""},
	} {
		if got, ok := Negotiate(tt.accept); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%q gives %q, %v, not %q", tt.accept, got, ok, tt.want)
		}
	}
}
