package search_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/store/search"
)

func clock() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// options log nowhere.
func options() search.Options {
	return search.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: clock}
}

func openDB(t testing.TB, path string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), path, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newDB(t testing.TB, papers ...store.Paper) *store.DB {
	t.Helper()
	db := openDB(t, t.TempDir()+"/test.db")
	put(t, db, papers...)
	return db
}

func open(t testing.TB, db *store.DB, dir string, o search.Options) *search.Index {
	t.Helper()
	x, err := search.Open(context.Background(), db, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func build(t testing.TB, x *search.Index) {
	t.Helper()
	if err := x.Build(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, db *store.DB, papers ...store.Paper) {
	t.Helper()
	for i := range papers {
		if err := papers[i].Clean(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Ingest(context.Background(), store.Batch{Papers: papers}); err != nil {
		t.Fatal(err)
	}
}

// indexed is a catalogue of some papers and its index.
func indexed(t testing.TB, papers ...store.Paper) (*store.DB, *search.Index) {
	t.Helper()
	db := newDB(t, papers...)
	x := open(t, db, t.TempDir(), options())
	build(t, x)
	return db, x
}

func find(t testing.TB, x *search.Index, text string) search.Results {
	t.Helper()
	r, err := x.Search(context.Background(), search.Request{Text: text, Limit: 30, Facets: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(hits []search.Hit) []string {
	all := []string{}
	for _, h := range hits {
		all = append(all, string(h.ID))
	}
	return all
}

// byWords are the ids of what has all the words, sorted.
func byWords(r search.Results) []string {
	all := []string{}
	for _, h := range r.Hits {
		if h.Why == "" {
			all = append(all, string(h.ID))
		}
	}
	slices.Sort(all)
	return all
}

func paper(id store.PaperID, title, abstract string, more ...func(*store.Paper)) store.Paper {
	p := store.Paper{ID: id, Title: title, Abstract: abstract, SubmittedAt: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)}
	for _, m := range more {
		m(&p)
	}
	return p
}

func by(names ...string) func(*store.Paper) {
	return func(p *store.Paper) {
		for _, n := range names {
			p.Authors = append(p.Authors, store.Author{Name: n})
		}
	}
}

func on(day store.Day) func(*store.Paper) {
	return func(p *store.Paper) { p.SubmittedAt = day.Time().Add(10 * time.Hour) }
}

func votes(n int) func(*store.Paper) { return func(p *store.Paper) { p.SourceVotes = n } }

func tags(names ...string) func(*store.Paper) { return func(p *store.Paper) { p.Tags = names } }

func categories(ids ...string) func(*store.Paper) {
	return func(p *store.Paper) { p.Categories = ids }
}

func code(p *store.Paper) {
	p.Links = append(p.Links, store.Link{Kind: store.LinkCode, URL: "https://example.org/code"})
}

func shelf() []store.Paper {
	return []store.Paper{
		paper("2501.00001", "Few-shot learning for robots", "We colour the data sets of many detectors.", by("Yann LeCun", "Bernhard Schölkopf"), categories("cs.LG", "cs.RO"), tags("few-shot learning"), on("2025-01-02"), votes(3), code),
		paper("2501.00002", "The Schrödinger equation", "A wave function and its behaviour.", by("Erwin Schrödinger"), categories("quant-ph"), on("2025-01-31"), votes(20)),
		paper("2502.00003", "Robotic vision with few examples", "One shot is enough for a robot. Colors help.", by("Y. LeCun"), categories("cs.CV"), tags("vision"), on("2025-02-10"), votes(10)),
		paper("2503.00004", "Attention is all you need", "A network based on attention mechanisms.", by("Yves LeCun", "Ada Lovelace"), categories("cs.CL", "cs.LG"), tags("vision", "attention"), on("2024-12-31"), code),
		paper("2503.00005", "What attention is: all you need to know", "Attention, attention, attention: is all you need attention?", by("Ada Lovelace"), categories("cs.CL"), on("2025-03-15"), votes(1000)),
		paper("hep-th/9901001", "Black holes and $\\mathcal{N}=4$ strings", "We study strings near black holes.", by("Juan Maldacena"), categories("hep-th"), on("1999-01-02")),
	}
}

func TestWhatPeopleType(t *testing.T) {
	_, x := indexed(t, shelf()...)
	const one, two, three, four, five, strings = "2501.00001", "2501.00002", "2502.00003", "2503.00004", "2503.00005", "hep-th/9901001"
	for _, c := range []struct {
		text string
		want []string
	}{
		{"robot", []string{one, three}},
		{"ROBOTS", []string{one, three}},
		{"robot few", []string{one, three}},
		{`"few shot"`, []string{one}},
		{"few-shot", []string{one}},
		{"few shot robots", []string{one, three}},
		{"schrodinger", []string{two}},
		{`Schr\"odinger`, []string{two}},
		{"Schrödinger", []string{two}},
		{"behavior", []string{two}},
		{"color", []string{one, three}},
		{"dataset", []string{one}},
		{"robot -vision", []string{one}},
		{"schrödinger OR strings", []string{two, strings}},
		{"(schrödinger OR robot) -few", []string{two}},
		{"ti:robot", []string{one}},
		{"abs:robot", []string{three}},
		{"ti:(vision OR equation)", []string{two, three}},
		{`au:"Y. LeCun"`, []string{one, three, four}},
		{`au:"Yann LeCun"`, []string{one, three}},
		{"au:lecun", []string{one, three, four}},
		{"LeCun, Yann", []string{one}},
		{"yann lecun", []string{one}},
		{`au:"LeCun, Yann"`, []string{one, three}},
		{"cat:cs.LG", []string{one, four}},
		{"cat:cs", []string{one, three, four, five}},
		{"cat:hep-th", []string{strings}},
		{"tag:vision", []string{three, four}},
		{`tag:"Few-Shot Learning"`, []string{one}},
		{"in:2025-01", []string{one, two}},
		{"in:2024", []string{four}},
		{"in:2025-01-02", []string{one}},
		{"in:2025-01-31..2025-02", []string{two, three}},
		{"in:1999 strings", []string{strings}},
		{"has:code", []string{one, four}},
		{"has:votes in:2025", []string{one, two, three, five}},
		{"votes:>10", []string{two, five}},
		{"votes:3..10", []string{one, three}},
		{"id:2501.00001 robot", []string{one}},
		{"id:2501.00001v3 OR id:hep-th/9901001", []string{one, strings}},
		{"schr*", []string{two}},
		{"-robot has:code", []string{four}},
	} {
		r := find(t, x, c.text)
		got := byWords(r)
		if !slices.Equal(got, c.want) || r.Total != len(c.want) {
			t.Errorf("%s: %d, %v, want %v (%q)", c.text, r.Total, got, c.want, r.Notes)
		}
	}
	for text, want := range map[string][]string{
		"has:votes in:2025 sort:votes": {five, two, three, one},
		"has:votes in:2025 sort:new":   {five, three, two, one},
		"has:votes in:2025":            {five, three, two, one},
		"lecun sort:new":               {three, one, four},
	} {
		if got := ids(find(t, x, text).Hits); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]store.PaperID{
		"2501.00001": one, "arXiv:2501.00001v2": one, "https://arxiv.org/abs/hep-th/9901001": strings, "10.1000/xyz": "doi:10.1000/xyz",
		"2101.99999": "2101.99999",
	} {
		if got := find(t, x, text).Paper; got != want {
			t.Errorf("%s: paper %q, want %q", text, got, want)
		}
	}
}

func TestExactTitleIsFirst(t *testing.T) {
	_, x := indexed(t, shelf()...)
	for _, text := range []string{"attention is all you need", "Attention Is All You Need", `"attention is all you need"`, "attention is all you need cat:cs.CL"} {
		if r := find(t, x, text); len(r.Hits) < 2 || r.Hits[0].ID != "2503.00004" {
			t.Errorf("%s: %v", text, ids(r.Hits))
		}
	}
}

func TestRelaxed(t *testing.T) {
	_, x := indexed(t, shelf()...)
	r := find(t, x, "few examples of robot vision help strings of enough data")
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "most of them") || len(r.Hits) == 0 || r.Hits[0].ID != "2502.00003" {
		t.Errorf("%q, %v", r.Notes, ids(r.Hits))
	}
	r = find(t, x, "robot strings")
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "some") && !strings.Contains(r.Notes[0], "most") || r.Total != 3 {
		t.Errorf("%q, %d papers", r.Notes, r.Total)
	}
	for _, h := range r.Hits {
		if h.Why == "" {
			t.Errorf("%s says nothing of what it lacks", h.ID)
		}
	}
	if r = find(t, x, `"robot strings"`); len(r.Hits) != 0 {
		t.Errorf("a phrase is relaxed: %v", ids(r.Hits))
	}
	r = find(t, x, "robot strings in:2024")
	if r.Total != 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "meaning") || !slices.Equal(ids(r.Hits), []string{"2503.00004"}) {
		t.Errorf("a filter is relaxed: %d papers, %v, %q", r.Total, ids(r.Hits), r.Notes)
	}
}

func TestSpelling(t *testing.T) {
	_, x := indexed(t, shelf()...)
	for text, want := range map[string]string{
		"attenton":          "attention",
		"schrodnger":        "schrödinger",
		"robotz visoin":     "robots vision",
		"robotic visoin":    "robotic vision",
		"equatoin in:2025":  "equation in:2025",
		"robot":             "",
		"zzzzzzzz":          "",
		`"attenton is all"`: "",
	} {
		r := find(t, x, text)
		if r.Corrected != want {
			t.Errorf("%s: corrected to %q, want %q", text, r.Corrected, want)
		}
		if want != "" && r.Total == 0 {
			t.Errorf("%s: nothing found", text)
		}
	}
	r, err := x.Search(context.Background(), search.Request{Text: "attenton", Limit: 30, AsTyped: true})
	if err != nil || r.Corrected != "" || r.Total != 0 {
		t.Errorf("as typed: %+v, %v", r, err)
	}
}

func TestMarks(t *testing.T) {
	_, x := indexed(t, shelf()...)
	r := find(t, x, "few robots")
	for _, h := range r.Hits {
		if h.ID != "2501.00001" {
			continue
		}
		var marked []string
		for _, m := range h.TitleMarks {
			marked = append(marked, h.Title[m.Start:m.End])
		}
		if !slices.Equal(marked, []string{"Few", "robots"}) {
			t.Errorf("marked %q", marked)
		}
		return
	}
	t.Errorf("not found: %v", ids(r.Hits))
}

func TestChoices(t *testing.T) {
	_, x := indexed(t, shelf()...)
	r := find(t, x, "lecun OR strings")
	total := 0
	for _, y := range r.Years {
		total += y.Papers
	}
	if total != r.Total || len(r.Months) != 12*26+2 {
		t.Errorf("%d papers in years, %d in all; %d months", total, r.Total, len(r.Months))
	}
	every := slices.Concat(r.Years, r.Categories, r.Tags, r.Has)
	for _, m := range r.Months {
		if m.Papers > 0 {
			every = append(every, search.Choice{Papers: m.Papers, Text: m.Text})
		}
	}
	for _, c := range every {
		if narrowed := find(t, x, c.Text); narrowed.Total != c.Papers {
			t.Errorf("%s: %d papers, promised %d", c.Text, narrowed.Total, c.Papers)
		}
	}
	r = find(t, x, "robot in:2025 sort:new cat:cs.LG")
	if len(r.Filters) != 2 || r.Filters[0].Name != "in:2025" || find(t, x, r.Filters[1].Text).Total != 2 {
		t.Errorf("filters %+v", r.Filters)
	}
	for _, s := range r.Sorts {
		if s.On != (s.Name == "Newest") || find(t, x, s.Text).Total != r.Total {
			t.Errorf("sort %+v", s)
		}
	}
	for _, c := range slices.Concat(r.Years, r.Categories) {
		if c.Text == r.Text {
			t.Errorf("%+v is in force", c)
		}
	}
}

func TestPages(t *testing.T) {
	_, x := indexed(t, shelf()...)
	whole := ids(find(t, x, "attention robot lecun strings").Hits)
	var paged []string
	for offset := 0; ; offset++ {
		r, err := x.Search(context.Background(), search.Request{Text: "attention robot lecun strings", Offset: offset, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		paged = append(paged, ids(r.Hits)...)
		if !r.More {
			break
		}
	}
	if !slices.Equal(paged, whole) {
		t.Errorf("page by page %v, at once %v", paged, whole)
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{"", "robot", `"`, "((", "-", "ti:", "cat:cs.LG -", "NOT NOT x", "in:..", "votes:>99999999999", "\x00\xff", "a OR", "sort:new",
		strings.Repeat("x ", 600), strings.Repeat("(", 900), "attenton robtos -strnigs", "au:,", "id:", "*", "a*", "tag:\"", "schr* OR \"all you\""} {
		f.Add(s)
	}
	_, x := indexed(f, shelf()...)
	f.Fuzz(func(t *testing.T, s string) {
		r, err := x.Search(context.Background(), search.Request{Text: s, Limit: 3, Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			_ = h.Abstract[h.Passage.Start:h.Passage.End]
			for _, m := range h.TitleMarks {
				_ = h.Title[m.Start:m.End]
			}
			for _, m := range h.Marks {
				if m.Start < h.Passage.Start || m.End > h.Passage.End {
					t.Errorf("%v is outside %v", m, h.Passage)
				}
			}
		}
		if _, err := x.Suggest(context.Background(), s, 8); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSuggest(t *testing.T) {
	_, x := indexed(t, shelf()...)
	for _, c := range []struct {
		typed string
		want  []string
	}{
		{"atten", []string{"Attention is all you need", "What attention is: all you need to know", "attention"}},
		{"attention is all yo", []string{"Attention is all you need", "What attention is: all you need to know"}},
		{"yann le", []string{"Yann LeCun"}},
		{"lovel", []string{"Ada Lovelace"}},
		{"schro", []string{"The Schrödinger equation", "Erwin Schrödinger"}},
		{"few-sh", []string{"Few-shot learning for robots", "few-shot learning"}},
		{"x", nil},
		{"ti:atten", nil},
		{"", nil},
	} {
		got, err := x.Suggest(context.Background(), c.typed, 8)
		var named []string
		for _, s := range got {
			named = append(named, s.Name)
		}
		if err != nil || !slices.Equal(named, c.want) {
			t.Errorf("%q: %q, want %q, %v", c.typed, named, c.want, err)
		}
	}
}
