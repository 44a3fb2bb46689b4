package cite

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"recto/ingest"
	"recto/store"
)

// canonical is a text with what TeX cannot tell apart made the same: kinds of quotes and dashes, spaces, and symbols
// inside and outside of formulas. Formulas are in dollars.
func canonical(rs ...run) string {
	whole := ""
	for _, r := range rs {
		if !r.math {
			whole += r.text
		}
	}
	return canonicalIn(isGreek(whole), rs...)
}

func canonicalIn(greek bool, rs ...run) string {
	var b strings.Builder
	for _, r := range rs {
		if r.math {
			b.WriteString("$" + canonicalFormula(r.text) + "$")
			continue
		}
		letters := []rune(norm.NFC.String(r.text))
		for i := 0; i < len(letters); i++ {
			c := letters[i]
			if n := smallFigures(letters[i:], texRaised); n > 0 {
				b.WriteString(strings.Trim(small("^", letters[i:i+n], texRaised), "{}"))
				i += n - 1
			} else if n := smallFigures(letters[i:], texLowered); n > 0 {
				b.WriteString(strings.Trim(small("_", letters[i:i+n], texLowered), "{}"))
				i += n - 1
			} else if tex, ok := texMaths[c]; ok && !(greek && c >= 0x370 && c < 0x400) {
				b.WriteString("$" + tex + "$")
			} else {
				b.WriteString(string(c))
			}
		}
	}
	return sameSigns(b.String())
}

func canonicalFormula(s string) string {
	var b strings.Builder
	for _, r := range s {
		if tex, ok := texMaths[r]; ok {
			b.WriteString(tex)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(strings.NewReplacer(`\\`, `\\`, `\lbrace`, `\{`, `\rbrace`, `\}`, `\backslash`, `\`, `\%`, `%`, `\#`, `#`, `\&`, `&`, " ", "", "\u00a0", "").Replace(b.String()))
}

func sameSigns(s string) string {
	s = strings.NewReplacer("“", "''", "”", "''", `"`, "''", "‘", "'", "’", "'", "`", "'", "—", "---", "–", "--", "‐", "-", "‑", "-").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// decoded is a field of a file as canonical text.
func decoded(field string) string { return sameSigns(decodeTeX(field)) }

// checkBibTeX reads an entry again and compares every field with what it was made of.
func checkBibTeX(t interface{ Fatalf(string, ...any) }, p *store.Paper, biblatex bool) bibEntry {
	f := BibTeX
	if biblatex {
		f = BibLaTeX
	}
	text := One(f, p, site)
	entries, err := parseBibTeX(text)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, %v in\n%s", len(entries), err, text)
	}
	e, w := entries[0], newWork(p, site)
	same := func(name, want string) {
		if got := decoded(e.fields[name]); got != want {
			t.Fatalf("%s reads\n  %q, not\n  %q in\n%s", name, got, want, text)
		}
	}
	prose := func(s string) string { return canonical(run{text: s}) }
	if e.key != w.key {
		t.Fatalf("the key is %q, not %q", e.key, w.key)
	}
	same("title", canonical(runs(p.Title)...))
	journalField := map[bool]string{false: "journal", true: "journaltitle"}[biblatex]
	same(journalField, prose(w.journal.Title))
	same("volume", w.journal.Volume)
	same("number", w.journal.Issue)
	same("pages", prose(w.journal.pages("--")))
	same("note", prose(w.journal.Whole))
	if e.fields["eprint"] != w.arXiv || e.fields["doi"] != w.doi || e.fields["url"] != w.url {
		t.Fatalf("addresses differ in\n%s", text)
	}
	if category := e.fields["primaryClass"] + e.fields["eprintclass"]; w.arXiv != "" && decoded(category) != prose(p.Primary()) {
		t.Fatalf("the category is %q in\n%s", category, text)
	}
	checkAuthors(t, e.fields["author"], w.names)
	if biblatex {
		same("date", w.issued().join("-"))
	} else {
		same("year", w.issued().year)
	}
	if !biblatex && !strings.Contains(text, "{$") && strings.ContainsAny(text, "äöüßéøłÅ“”–") {
		t.Fatalf("letters that TeX can write are not escaped in\n%s", text)
	}
	return e
}

func checkAuthors(t interface{ Fatalf(string, ...any) }, field string, names []name) {
	if len(names) == 0 {
		if field != "" {
			t.Fatalf("authors %q of none", field)
		}
		return
	}
	read, err := parseBibNames(field)
	if err != nil || len(read) != len(names) {
		t.Fatalf("%d names and not %d: %v in %q", len(read), len(names), err, field)
	}
	for i, n := range names {
		prose := func(s string) string { return canonicalIn(isGreek(n.sorted()), run{text: s}) }
		got, want := read[i], bibName{n.Particle, n.Family, n.Suffix, n.Given}
		if n.Literal != "" {
			want = bibName{last: n.Literal}
		}
		for _, part := range [][2]string{{got.last, want.last}, {got.jr, want.jr}, {got.first, want.first}, {got.von, want.von}} {
			if decoded(part[0]) != prose(part[1]) {
				t.Fatalf("name %d reads %+v, not %+v, in %q", i, got, want, field)
			}
		}
	}
}

func TestBibTeXReadsAgain(t *testing.T) {
	papers := append(hardPapers(t), collaboration(3_000))
	for i := range papers {
		checkBibTeX(t, &papers[i], false)
		checkBibTeX(t, &papers[i], true)
	}
}

func TestBibTeXOfArXivAndJournals(t *testing.T) {
	papers := hardPapers(t)
	preprint, article := checkBibTeX(t, &papers[0], false), checkBibTeX(t, &papers[3], false)
	want := []string{"title", "author", "year", "month", "eprint", "archivePrefix", "primaryClass", "url"}
	if preprint.kind != "misc" || !slices.Equal(preprint.order, want) || preprint.fields["archivePrefix"] != "arXiv" {
		t.Errorf("a preprint is @%s with %v", preprint.kind, preprint.order)
	}
	want = []string{"title", "author", "journal", "volume", "pages", "year", "eprint", "archivePrefix", "primaryClass", "doi", "url"}
	if article.kind != "article" || !slices.Equal(article.order, want) {
		t.Errorf("an article is @%s with %v", article.kind, article.order)
	}
	online := checkBibTeX(t, &papers[0], true)
	if online.kind != "online" || online.fields["eprinttype"] != "arxiv" || online.fields["date"] != "2017-06-12" {
		t.Errorf("for BibLaTeX it is @%s with %v", online.kind, online.fields)
	}
}

func TestTitlesKeepTheirCapitals(t *testing.T) {
	for _, tt := range []struct{ title, want string }{
		{"Attention Is All You Need", "Attention Is All You Need"},
		{"BERT: Pre-training of Deep Bidirectional Transformers", "{BERT}: Pre-training of Deep Bidirectional Transformers"},
		{"Deep Residual Learning and ResNet-50 in 3D, by O'Neil", "Deep Residual Learning and {ResNet}-50 in {3D}, by {O'Neil}"},
		{"A theory of Hilbert spaces", "A theory of {Hilbert} spaces"},
		{"Part I: A new proof of theorem A in Paris", "Part {I}: A new proof of theorem {A} in {Paris}"},
		{"U-Net with a C++ Part", "{U}-Net with a {C}++ Part"},
		{"(Almost) All You Need", "({Almost}) All You Need"},
		{"Élan and ÉLAN", `{\'E}lan and {{\'E}LAN}`},
		{"$N$-Body Problems", "{$N$}-Body Problems"},
		{"", ""},
	} {
		if got := texTitle(runs(tt.title), false); got != tt.want {
			t.Errorf("%q is %q, not %q", tt.title, got, tt.want)
		}
	}
}

// anyText is text as the world sends it, and worse.
var anyText = rapid.OneOf(
	rapid.String(),
	rapid.StringMatching(`[ \\{}$%&#_~^"'\x60a-zA-Z0-9,.:;()<>|@=+-]{0,40}`),
	rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
		"$", "$$", `\`, "{", "}", `\{`, `\}`, `\$`, `\%`, "%", "&", "#", "_", "^", "~", `"`, "'", "`", " ", " and ", ",", "-", "--", "@", "=",
		"$x$", "$\\alpha_{i}$", "$\\{0,1\\}$", "$\\left\\{x\\right.$", "$}{$", "$π%$", `\(y\)`, `\"o`, `{\"o}`, `\'{e}`, `\alpha`, `\begin{x}`, `\emph{`, "<i>", "&amp;",
		"Deep", "BERT", "ö", "Å", "ế", "ß", "ø", "π", "Γ", "Ωμέγα", "²", "₁₂", "−", "“", "”", "…", "\u00a0", "\u202f", "深", "ж", "\u200d", "🙂", "e\u0301", "ꙮ", "�", "\ue000",
	}), 0, 14), func(parts []string) string { return strings.Join(parts, "") }),
)

func drawPaper(t *rapid.T) store.Paper {
	text := func(label string) string { return anyText.Draw(t, label) }
	p := store.Paper{
		ID:    store.PaperID(rapid.SampledFrom([]string{"2401.01234", "hep-th/9901001", "doi:10.1000/x", "acl:P99-1001", "openreview:Abc_1-2", "a-slug"}).Draw(t, "id")),
		Title: "x" + text("title"), Abstract: text("abstract"), JournalRef: text("journal"), DOI: rapid.SampledFrom([]string{"", "10.1000/a b", "10.1/{", "10.1000/%7d"}).Draw(t, "doi"),
		Categories: []string{text("category")}, Tags: []string{text("tag"), "tag"}, FeaturedOn: "2026-03-11", Licence: text("licence"),
	}
	if rapid.Bool().Draw(t, "submitted") {
		p.SubmittedAt = on("2024-02-29")
	}
	for range rapid.IntRange(0, 4).Draw(t, "authors") {
		p.Authors = append(p.Authors, store.Author{Name: rapid.OneOf(anyText, rapid.StringMatching(`([A-Z][a-zéü.]{0,5}[ ,-]{1,2}){0,3}(van |de )?[A-Za-z']{1,6}( Jr\.)?`)).Draw(t, "author"), Affiliation: text("affiliation")})
	}
	if rapid.Bool().Draw(t, "linked") {
		p.Links = []store.Link{{Kind: store.LinkAbs, URL: "https://example.org/{a}\"b\\" + rapid.StringMatching(`[a-z%&?=]*`).Draw(t, "link")}}
	}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAnyPaperReadsAgain feeds papers of random text: whatever is in them, the file can be read and says the same.
func TestAnyPaperReadsAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPaper(t)
		checkBibTeX(t, &p, false)
		checkBibTeX(t, &p, true)
		checkRIS(t, One(RIS, &p, site), 1)
		checkCSL(t, One(CSLJSON, &p, site), 1)
		checkCOinS(t, &p)
		checkJSONLD(t, &p)
	})
}

// catalogue collects what a source brings.
type catalogue struct{ papers []store.Paper }

func (c *catalogue) Ingest(_ context.Context, b store.Batch) (store.Tally, error) {
	c.papers = append(c.papers, b.Papers...)
	return store.Tally{Read: len(b.Papers)}, nil
}

func (c *catalogue) Cursor(context.Context, string) (string, error) { return "", nil }

func (c *catalogue) FillFacets(context.Context, int) error { return nil }

// sample is the catalogue that comes with the program.
func sample(t *testing.T) []store.Paper {
	t.Helper()
	var c catalogue
	if _, err := ingest.Run(t.Context(), &c, ingest.Sample(), ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	if len(c.papers) < 600 {
		t.Fatalf("%d papers", len(c.papers))
	}
	return c.papers
}

// TestSample writes the whole sample in every format and reads it again.
func TestSample(t *testing.T) {
	papers := sample(t)
	for _, f := range []Format{BibTeX, BibLaTeX} {
		var b bytes.Buffer
		if err := Write(&b, f, each(papers), site); err != nil {
			t.Fatal(err)
		}
		entries, err := parseBibTeX(b.String())
		if err != nil || len(entries) != len(papers) {
			t.Fatalf("%s: %d entries of %d papers, %v", f, len(entries), len(papers), err)
		}
		keys := map[string]bool{}
		for i, e := range entries {
			key := strings.ToLower(e.key) // BibTeX takes these for the same
			if keys[key] || e.key != Key(&papers[i]) {
				t.Errorf("%s: key %q of %s, %q alone", f, e.key, papers[i].ID, Key(&papers[i]))
			}
			keys[key] = true
			checkBibTeX(t, &papers[i], f == BibLaTeX)
		}
	}
	var ris, csl bytes.Buffer
	if err := Write(&ris, RIS, each(papers), site); err != nil {
		t.Fatal(err)
	}
	if err := Write(&csl, CSLJSON, each(papers), site); err != nil {
		t.Fatal(err)
	}
	checkRIS(t, ris.String(), len(papers))
	checkCSL(t, csl.String(), len(papers))
	for i := range papers {
		checkCOinS(t, &papers[i])
		checkJSONLD(t, &papers[i])
	}
}
