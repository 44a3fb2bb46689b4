package store_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// The benchmarks of reads run on a synthetic catalogue. To see how they grow:
//
//	go test ./store -run '^$' -bench Read -papers 300000 -catalogue /tmp/scale.db
var (
	benchPapers = flag.Int("papers", 2_000, "papers of the benchmarks' catalogue")
	benchFile   = flag.String("catalogue", "", "file to keep the benchmarks' catalogue in; it is made when it is missing")
)

// synthetic makes papers as a large catalogue has them: ten years of days, tags, authors and categories by Zipf's law,
// few votes.
type synthetic struct {
	random                   *rand.Rand
	tags, authors, votes, ca *rand.Zipf
	categories               []string
	abstract                 string
}

func newSynthetic() *synthetic {
	r := rand.New(rand.NewPCG(1, 2))
	s := &synthetic{
		random: r, tags: rand.NewZipf(r, 1.1, 8, 40_000), authors: rand.NewZipf(r, 1.1, 50, 300_000),
		votes: rand.NewZipf(r, 1.6, 1, 500), ca: rand.NewZipf(r, 1.3, 4, 120),
		abstract: strings.Repeat("We show that a method of this kind does what one hopes for, and more of it than before. ", 13),
	}
	for _, c := range store.Categories() {
		if c.Active {
			s.categories = append(s.categories, c.ID)
		}
	}
	return s
}

func (s *synthetic) paper(n, of int) store.Paper {
	const days = 3650
	at := noon.AddDate(0, 0, -days).Add(time.Duration(n*days/of*86_400+s.random.IntN(86_400)) * time.Second)
	p := store.Paper{
		ID: store.PaperID(fmt.Sprintf("synthetic-%d", n)), Title: fmt.Sprintf("On the %d-th of many synthetic papers", n),
		Abstract: s.abstract, SubmittedAt: at, Source: "arxiv", ReadAt: noon, Versions: []store.Version{{Number: 1, At: at}},
		Licence: "http://creativecommons.org/licenses/by/4.0/", Comment: "12 pages",
		Links: []store.Link{{Kind: store.LinkPDF, URL: fmt.Sprintf("https://example.org/pdf/%d", n)}},
	}
	if v := s.votes.Uint64(); v > 1 {
		p.SourceVotes = int(v) - 1
	}
	for range 1 + s.random.IntN(3) {
		p.Categories = append(p.Categories, s.categories[s.ca.Uint64()])
	}
	for range s.random.IntN(9) {
		p.Tags = append(p.Tags, fmt.Sprintf("topic %d", s.tags.Uint64()))
	}
	for range 1 + s.random.IntN(8) {
		a := s.authors.Uint64()
		first := fmt.Sprintf("%c%c%c", 'A'+a/20_000%5, 'a'+a/100_000%26, 'a'+a%26)
		if a%3 == 0 && s.random.IntN(3) == 0 {
			first = first[:1] + "."
		}
		p.Authors = append(p.Authors, store.Author{Name: fmt.Sprintf("%s Name%d", first, a%20_000)})
	}
	return p
}

// fill brings synthetic papers into a catalogue and tells how fast.
func fill(b *testing.B, db *store.DB, papers int) {
	s, began := newSynthetic(), time.Now()
	for n := 0; n < papers; {
		var batch store.Batch
		for ; n < papers && len(batch.Papers) < 5_000; n++ {
			p := s.paper(n, papers)
			if err := p.Clean(); err != nil {
				b.Fatal(err)
			}
			batch.Papers = append(batch.Papers, p)
		}
		from := time.Now()
		if _, err := db.Ingest(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		if papers > 20_000 {
			fmt.Printf("%d papers, the last %d at %.0f a second\n", n, len(batch.Papers), float64(len(batch.Papers))/time.Since(from).Seconds())
		}
	}
	if papers > 20_000 {
		fmt.Printf("%d papers in %s\n", papers, time.Since(began).Round(time.Second))
	}
}

func benchCatalogue(b *testing.B) *store.DB {
	path := *benchFile
	if path == "" {
		path = filepath.Join(b.TempDir(), "bench.db")
	}
	_, missing := os.Stat(path)
	db, err := store.Open(context.Background(), path, func() time.Time { return noon })
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if missing != nil {
		fill(b, db, *benchPapers)
	}
	return db
}

func BenchmarkIngest(b *testing.B) {
	db, s := open(b), newSynthetic()
	var batch store.Batch
	const size = 1_000
	n, papers := 0, 0
	for b.Loop() {
		b.StopTimer()
		batch.Papers = batch.Papers[:0]
		for range size {
			p := s.paper(n%100_000, 100_000)
			p.ID = store.PaperID(fmt.Sprintf("paper-%d", n))
			if err := p.Clean(); err != nil {
				b.Fatal(err)
			}
			batch.Papers = append(batch.Papers, p)
			n++
		}
		b.StartTimer()
		if _, err := db.Ingest(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		papers += size
	}
	b.ReportMetric(float64(papers)/b.Elapsed().Seconds(), "papers/s")
}

// BenchmarkRead times what pages ask for: the median and the 99th percentile of an answer.
func BenchmarkRead(b *testing.B) {
	db, ctx := benchCatalogue(b), context.Background()
	r := rand.New(rand.NewPCG(3, 4))
	day := func() store.Day { return store.DayOf(noon.AddDate(0, 0, -1-r.IntN(3648))) }
	tags, err := db.TopFacets(ctx, store.FacetTag, 1000)
	if err != nil {
		b.Fatal(err)
	}
	authors, err := db.TopFacets(ctx, store.FacetAuthor, 1000)
	if err != nil {
		b.Fatal(err)
	}
	categories, err := db.TopFacets(ctx, store.FacetCategory, 100)
	if err != nil {
		b.Fatal(err)
	}
	some := func(facets []store.Facet) string { return facets[r.IntN(len(facets))].Slug }
	papers := func(f func() store.Filter) func() error {
		return func() error {
			filter := f()
			filter.Limit = 30
			_, err := db.Papers(ctx, filter)
			return err
		}
	}
	within := func(order store.Order, kind store.SpanKind) func() store.Filter {
		return func() store.Filter {
			span := store.SpanOf(kind, day())
			return store.Filter{Order: order, Span: &span}
		}
	}
	last := func(order store.Order, days int) func() store.Filter {
		return func() store.Filter {
			span := store.Span{Kind: store.SpanRange, From: store.DayOf(noon).Add(1 - days), To: store.DayOf(noon)}
			return store.Filter{Order: order, Span: &span}
		}
	}
	facet := func(order store.Order, kind store.FacetKind, slug func() string) func() store.Filter {
		return func() store.Filter { return store.Filter{Order: order, Facet: kind, Slug: slug()} }
	}
	biggest := func(facets []store.Facet) func() string { return func() string { return facets[0].Slug } }
	after := func(f func() store.Filter, key store.Key) func() store.Filter {
		return func() store.Filter {
			filter := f()
			filter.After = key
			return filter
		}
	}
	whole := func(order store.Order) func() store.Filter {
		return func() store.Filter { return store.Filter{Order: order} }
	}
	names := func(slug string) func() store.Filter {
		spellings, err := db.AuthorNames(ctx, slug, 100)
		if err != nil {
			b.Fatal(err)
		}
		name := spellings[len(spellings)-1].Name
		return func() store.Filter {
			return store.Filter{Order: store.ByVotes, Facet: store.FacetAuthor, Slug: slug, Names: []string{name}}
		}
	}
	one := func(do func(store.PaperID, *store.Paper) error) func() error {
		return func() error {
			span := store.DaySpan(day())
			page, err := db.Papers(ctx, store.Filter{Order: store.Newest, Span: &span, Limit: 1})
			if err != nil || len(page.Papers) == 0 {
				return err
			}
			began := time.Now()
			err = do(page.Papers[0].ID, &page.Papers[0])
			skipped = time.Since(began)
			return err
		}
	}
	middle := int64(*benchPapers / 2)
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"day by votes", papers(within(store.ByVotes, store.SpanDay))},
		{"day newest", papers(within(store.Newest, store.SpanDay))},
		{"week by votes", papers(within(store.ByVotes, store.SpanWeek))},
		{"week newest", papers(within(store.Newest, store.SpanWeek))},
		{"month by votes", papers(within(store.ByVotes, store.SpanMonth))},
		{"month newest", papers(within(store.Newest, store.SpanMonth))},
		{"100 days by votes", papers(last(store.ByVotes, 100))},
		{"101 days by votes", papers(last(store.ByVotes, 101))},
		{"last year by votes", papers(last(store.ByVotes, 365))},
		{"last year newest", papers(last(store.Newest, 365))},
		{"trending", papers(whole(store.Trending))},
		{"trending, deep", papers(after(whole(store.Trending), "6200.5_1"))},
		{"newest", papers(whole(store.Newest))},
		{"newest, deep", papers(after(whole(store.Newest), store.Key(fmt.Sprintf("%d_1", noon.AddDate(-5, 0, 0).Unix()))))},
		{"by votes", papers(whole(store.ByVotes))},
		{"by votes, deep in ties", papers(after(whole(store.ByVotes), store.Key(fmt.Sprintf("0_%s", strconv.FormatInt(middle, 36)))))},
		{"biggest tag by votes", papers(facet(store.ByVotes, store.FacetTag, biggest(tags)))},
		{"biggest tag, deep in ties", papers(after(facet(store.ByVotes, store.FacetTag, biggest(tags)), store.Key("0_"+strconv.FormatInt(middle, 36))))},
		{"biggest tag newest", papers(facet(store.Newest, store.FacetTag, biggest(tags)))},
		{"a tag by votes", papers(facet(store.ByVotes, store.FacetTag, func() string { return some(tags) }))},
		{"biggest category by votes", papers(facet(store.ByVotes, store.FacetCategory, biggest(categories)))},
		{"a category newest", papers(facet(store.Newest, store.FacetCategory, func() string { return some(categories) }))},
		{"biggest author newest", papers(facet(store.Newest, store.FacetAuthor, biggest(authors)))},
		{"biggest author by votes", papers(facet(store.ByVotes, store.FacetAuthor, biggest(authors)))},
		{"biggest author, one spelling", papers(names(authors[0].Slug))},
		{"AuthorNames", func() error { _, err := db.AuthorNames(ctx, authors[0].Slug, 20); return err }},
		{"Paper", one(func(id store.PaperID, _ *store.Paper) error { _, err := db.Paper(ctx, id); return err })},
		{"Rank", one(func(id store.PaperID, _ *store.Paper) error { _, err := db.Rank(ctx, id); return err })},
		{"TrendPlace", one(func(_ store.PaperID, p *store.Paper) error { _, err := db.TrendPlace(ctx, p); return err })},
		{"VoteHistory", one(func(id store.PaperID, _ *store.Paper) error { _, err := db.VoteHistory(ctx, id, 100); return err })},
		{"RisingTags", func() error { _, err := db.RisingTags(ctx, store.DayOf(noon).Add(-1), 24); return err }},
		{"TopFacets", func() error { _, err := db.TopFacets(ctx, store.FacetTag, 60); return err }},
		{"FacetsFrom", func() error { _, err := db.FacetsFrom(ctx, store.FacetAuthor, "m", 60); return err }},
		{"FacetLetters", func() error { _, err := db.FacetLetters(ctx, store.FacetTag, 60); return err }},
		{"CategoryCounts", func() error { _, err := db.CategoryCounts(ctx); return err }},
		{"Days of a month", func() error { _, err := db.Days(ctx, store.MonthSpan(day())); return err }},
		{"DayBefore", func() error { _, err := db.DayBefore(ctx, store.DaySpan(day())); return err }},
		{"PaperCount", func() error { _, err := db.PaperCount(ctx); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				skipped = 0
				began := time.Now()
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
				if skipped == 0 {
					skipped = time.Since(began)
				}
				took = append(took, skipped)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// skipped is the part of an answer's time that counts, where something had to be found first.
var skipped time.Duration

func BenchmarkCheck(b *testing.B) {
	db := benchCatalogue(b)
	for b.Loop() {
		began, last := time.Now(), ""
		say := func(check string) {
			b.Logf("%8s %s", time.Since(began).Round(time.Millisecond), last)
			began, last = time.Now(), check
		}
		if _, err := db.Check(context.Background(), false, say); err != nil {
			b.Fatal(err)
		}
		say("")
	}
}

func BenchmarkSetVote(b *testing.B) {
	db, ctx := open(b), context.Background()
	ingest(b, db, paper(1))
	reader, err := db.AddReader(ctx, "ada", "a good password", store.RoleReader)
	if err != nil {
		b.Fatal(err)
	}
	cast := false
	for b.Loop() {
		cast = !cast
		if _, err := db.SetVote(ctx, reader.ID, "2605.00001", cast); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAuthorSlug(b *testing.B) {
	for _, name := range []string{"Yann LeCun", "Schölkopf, Bernhard"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				store.AuthorSlug(name)
			}
		})
	}
}

func BenchmarkParsePaperID(b *testing.B) {
	for _, id := range []string{"2401.01234v2", "https://arxiv.org/abs/hep-th/9901001", "10.1000/Xyz", "a-slug-of-its-title"} {
		b.Run(strings.ReplaceAll(id, "/", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := store.ParsePaperID(id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkClean(b *testing.B) {
	s := newSynthetic()
	for b.Loop() {
		p := s.paper(1, 100)
		if err := p.Clean(); err != nil {
			b.Fatal(err)
		}
	}
}
