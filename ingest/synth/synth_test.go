package synth_test

import (
	"bytes"
	"context"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"recto/ingest"
	"recto/ingest/synth"
	"recto/store"
)

// gather is a catalogue that hands on what an ingest reads.
type gather func(store.Paper)

func (f gather) Ingest(_ context.Context, b store.Batch) (store.Tally, error) {
	for _, p := range b.Papers {
		f(p)
	}
	return store.Tally{}, nil
}

func (gather) FillFacets(context.Context, int) error { return nil }

func (gather) Cursor(context.Context, string) (string, error) { return "", nil }

func read(t testing.TB, src ingest.Source) []store.Paper {
	t.Helper()
	var papers []store.Paper
	add := gather(func(p store.Paper) { papers = append(papers, p) })
	if _, err := ingest.Run(t.Context(), add, src, ingest.Options{}); err != nil {
		t.Fatal(err)
	}
	return papers
}

func generator(t testing.TB, real []store.Paper, n int, seed uint64) *synth.Generator {
	t.Helper()
	var m synth.Model
	for _, p := range real {
		m.Add(p)
	}
	g, err := m.New(n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func papers(g *synth.Generator) []store.Paper {
	made := make([]store.Paper, g.Len())
	for i := range made {
		made[i] = g.Paper(i)
	}
	return made
}

func TestTheSameSeedMakesTheSamePapersInAnyOrder(t *testing.T) {
	real := read(t, ingest.Sample())
	first := papers(generator(t, real, 300, 7))
	again := generator(t, real, 300, 7)
	var group sync.WaitGroup
	for i := range first {
		group.Go(func() {
			if p := again.Paper(i); !reflect.DeepEqual(p, first[i]) {
				t.Errorf("paper %d is another one:\n%+v\n%+v", i, p, first[i])
			}
		})
	}
	group.Wait()
	if p := generator(t, real, 300, 8).Paper(0); p.Title == first[0].Title {
		t.Error("another seed makes the same paper")
	}
}

func TestPapersAreCleanAndTheirIDsAreTheirOwn(t *testing.T) {
	made := papers(generator(t, read(t, ingest.Sample()), 5_000, 1))
	seen := make(map[store.PaperID]bool)
	dois := make(map[string]bool)
	for i, p := range made {
		before := p
		if err := p.Clean(); err != nil {
			t.Fatalf("paper %d: %v", i, err)
		}
		if !reflect.DeepEqual(p, before) {
			t.Fatalf("paper %d changes by cleaning:\n%+v\n%+v", i, before, p)
		}
		if id, err := store.ParsePaperID(string(p.ID)); err != nil || id != p.ID || p.ID.ArXiv() == "" || seen[p.ID] {
			t.Fatalf("paper %d has the id %q (read as %q, %v); seen before: %v", i, p.ID, id, err, seen[p.ID])
		}
		seen[p.ID] = true
		if p.DOI != "" && dois[p.DOI] {
			t.Fatalf("two papers have the DOI %s", p.DOI)
		}
		dois[p.DOI] = true
		if i > 0 && p.SubmittedAt.Before(made[i-1].SubmittedAt) {
			t.Fatalf("paper %d is older than the one before", i)
		}
		if len(p.Authors) == 0 || len(p.Categories) == 0 || p.Abstract == "" {
			t.Fatalf("paper %d is not whole: %+v", i, p)
		}
	}
}

func TestTooFewRealPapers(t *testing.T) {
	var m synth.Model
	if _, err := m.New(10, 1); err == nil || !strings.Contains(err.Error(), "fewer than 20") {
		t.Errorf("said %v", err)
	}
}

// facts are averages of a catalogue.
type facts struct {
	abstract, title, authors, categories float64 // words, words, people, categories a paper
	words, names                         float64 // different ones
	once                                 float64 // the share of the names that stand on one paper alone
	most                                 float64 // papers of the name with most
	phrase                               float64 // papers with "large language models"
	code                                 float64
	titles                               float64 // the share of titles that differ
}

func factsOf(papers []store.Paper) facts {
	var f facts
	words, names, titles := map[string]int{}, map[string]int{}, map[string]bool{}
	n := float64(len(papers))
	for i := range papers {
		p := &papers[i]
		for _, w := range strings.Fields(p.Abstract) {
			f.abstract += 1 / n
			words[strings.Trim(w, ".,;:()")]++
		}
		f.title += float64(len(strings.Fields(p.Title))) / n
		f.authors += float64(len(p.Authors)) / n
		f.categories += float64(len(p.Categories)) / n
		for _, a := range p.Authors {
			names[a.Name]++
		}
		titles[p.Title] = true
		if strings.Contains(strings.ToLower(p.Abstract), "large language models") {
			f.phrase += 1 / n
		}
		if p.URL(store.LinkCode) != "" {
			f.code += 1 / n
		}
	}
	f.words, f.names, f.titles = float64(len(words)), float64(len(names)), float64(len(titles))/n
	for _, count := range names {
		if count == 1 {
			f.once += 1 / f.names
		}
		f.most = max(f.most, float64(count))
	}
	return f
}

// TestPapersAreLikeTheRealOnes compares as many made papers as there are real ones.
func TestPapersAreLikeTheRealOnes(t *testing.T) {
	real := read(t, ingest.Sample())
	want, got := factsOf(real), factsOf(papers(generator(t, real, len(real), 1)))
	for _, c := range []struct {
		what      string
		got, want float64
		within    float64
	}{
		{"words of an abstract", got.abstract, want.abstract, 0.08},
		{"words of a title", got.title, want.title, 0.12},
		{"authors of a paper", got.authors, want.authors, 0.12},
		{"categories of a paper", got.categories, want.categories, 0.12},
		{"different words", got.words, want.words, 0.2},
		{"different names", got.names, want.names, 0.15},
		{"share of names on one paper", got.once, want.once, 0.15},
		{"papers with a usual phrase", got.phrase, want.phrase, 0.4},
		{"papers with code", got.code, want.code, 0.15},
		{"different titles", got.titles, 1, 0.05},
	} {
		t.Logf("%s: %.3f, real %.3f", c.what, c.got, c.want)
		if math.Abs(c.got/c.want-1) > c.within {
			t.Errorf("%s: %.3f, where the real papers have %.3f", c.what, c.got, c.want)
		}
	}
	if got.most > 3*want.most || got.most*3 < want.most {
		t.Errorf("one name stands on %.0f papers, of the real ones on %.0f at most", got.most, want.most)
	}
}

// TestWordsAndNamesGrow follows Heaps' law beyond the real papers.
func TestWordsAndNamesGrow(t *testing.T) {
	real := read(t, ingest.Sample())
	var every2nd []store.Paper // days are not all alike
	for i := 0; i < len(real); i += 2 {
		every2nd = append(every2nd, real[i])
	}
	half, whole := factsOf(every2nd), factsOf(real)
	small, large := factsOf(papers(generator(t, real, 2_000, 1))), factsOf(papers(generator(t, real, 16_000, 1)))
	exponent := func(before, after float64, times float64) float64 { return math.Log(after/before) / math.Log(times) }
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"words", exponent(small.words, large.words, 8), min(exponent(half.words, whole.words, 2), 0.8)},
		{"names", exponent(small.names, large.names, 8), min(exponent(half.names, whole.names, 2), 0.9)},
	} {
		t.Logf("%s grow with the papers to the power of %.2f, the real ones' %.2f", c.what, c.got, c.want)
		if math.Abs(c.got-c.want) > 0.12 {
			t.Errorf("%s grow with the papers to the power of %.2f, the real ones' %.2f", c.what, c.got, c.want)
		}
	}
	if large.titles < 0.9 {
		t.Errorf("of 16,000 titles only %.0f %% differ", 100*large.titles)
	}
}

func TestWeekdaysAndYearsAreLikeTheRealOnes(t *testing.T) {
	real := read(t, ingest.Sample())
	made := papers(generator(t, real, 20_000, 1))
	weekdays := func(papers []store.Paper) (shares [7]float64) {
		for i := range papers {
			day := papers[i].FeaturedOn
			if day == "" {
				day = store.DayOf(papers[i].SubmittedAt)
			}
			shares[day.Time().Weekday()] += 1 / float64(len(papers))
		}
		return shares
	}
	want, got := weekdays(real), weekdays(made)
	for i := range want {
		if math.Abs(want[i]-got[i]) > 0.05 {
			t.Errorf("%s has %.0f %% of the papers, of the real ones %.0f %%", time.Weekday(i), 100*got[i], 100*want[i])
		}
	}
	first, last := made[0].SubmittedAt, made[len(made)-1].SubmittedAt
	if years := last.Sub(first).Hours() / 24 / 365; years < 29 || years > 30.1 {
		t.Errorf("the papers are of %.1f years", years)
	}
	var early, late int
	for i := range made {
		if made[i].SubmittedAt.Before(first.AddDate(2, 0, 0)) {
			early++
		}
		if made[i].SubmittedAt.After(last.AddDate(-2, 0, 0)) {
			late++
		}
	}
	if ratio := float64(late) / float64(early); ratio < 12 || ratio > 30 {
		t.Errorf("the last two years have %.1f times the papers of the first two", ratio)
	}
}

// TestKaggleIsReadBack writes papers as the snapshot has them and reads them with the snapshot's source.
func TestKaggleIsReadBack(t *testing.T) {
	g := generator(t, read(t, ingest.Sample()), 400, 1)
	var text bytes.Buffer
	kaggle := synth.NewKaggle(&text)
	for _, p := range papers(g) {
		if err := kaggle.Encode(&p); err != nil {
			t.Fatal(err)
		}
	}
	src, err := ingest.Snapshot(ingest.SnapshotOptions{Files: ingest.Files{Paths: []string{"-"}, Stdin: &text}})
	if err != nil {
		t.Fatal(err)
	}
	again := read(t, src)
	if len(again) != g.Len() {
		t.Fatalf("%d papers came back of %d", len(again), g.Len())
	}
	for i, got := range again {
		want := g.Paper(i)
		got.ReadAt, got.Source, got.Links, got.Withdrawn = want.ReadAt, want.Source, want.Links, want.Withdrawn
		want.FeaturedOn, want.FeaturedBy, want.SourceVotes, want.Tags = "", "", 0, nil
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("paper %d came back as\n%+v\nnot\n%+v", i, got, want)
		}
	}
}

func BenchmarkPaper(b *testing.B) {
	g := generator(b, read(b, ingest.Sample()), 1_000_000, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		g.Paper(i % g.Len())
	}
}
