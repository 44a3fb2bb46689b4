package words

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// benchDocs is the size of the corpus that benchmarks search; RECTO_WORDS_DOCS sets it. RECTO_WORDS_DIR keeps the index
// from one run to the next.
func benchDocs() int {
	if n, err := strconv.Atoi(os.Getenv("RECTO_WORDS_DOCS")); err == nil {
		return n
	}
	return 200_000
}

// synthetic makes documents of terms whose frequencies follow Zipf's law, a quarter of each abstract of the document's
// topic, so that terms come together more often than chance has it.
type synthetic struct {
	r                     *rand.Rand
	word, surname, author *rand.Zipf
	texts, names          []string
	total                 int
}

func newSynthetic(total int) *synthetic {
	r := rand.New(rand.NewPCG(1, 2))
	s := &synthetic{r: r, total: total, word: rand.NewZipf(r, 1.12, 6, 1_000_000), surname: rand.NewZipf(r, 1.1, 20, 300_000),
		author: rand.NewZipf(r, 1.05, 1000, 1_000_000)}
	for i := range 1_000_001 {
		s.texts = append(s.texts, "w"+strconv.FormatInt(int64(i)*7919%1_000_003, 36))
	}
	for i := range 300_001 {
		s.names = append(s.names, "n"+strconv.FormatInt(int64(i), 36))
	}
	return s
}

func (s *synthetic) doc(number int) Doc {
	d := Doc{Number: uint32(number), Day: int32(8000 + number*12000/s.total), Votes: int32(s.r.ExpFloat64() * 3)}
	topic := s.r.IntN(300)
	word := func() string {
		if s.r.IntN(4) == 0 {
			return s.texts[50+topic*40+s.r.IntN(40)]
		}
		return s.texts[s.word.Uint64()]
	}
	for range 6 + s.r.IntN(8) {
		d.Title = append(d.Title, word())
	}
	for range 80 + s.r.IntN(140) {
		d.Abstract = append(d.Abstract, word())
	}
	for range 1 + s.r.IntN(7) {
		d.Authors = append(d.Authors, s.names[s.surname.Uint64()], s.names[s.surname.Uint64()], "")
		d.Keys = append(d.Keys, "u:"+strconv.Itoa(int(s.author.Uint64())))
	}
	for range 1 + s.r.IntN(3) {
		d.Keys = append(d.Keys, "c:"+strconv.Itoa(topic/2+s.r.IntN(3)), "g:"+strconv.Itoa(topic*10+s.r.IntN(10)))
	}
	return d
}

var corpus struct {
	sync.Once
	dir      string
	idx      *Index
	words    []TermCount // the most frequent first
	building time.Duration
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
		return
	}
	code := m.Run()
	if corpus.idx != nil {
		corpus.idx.Close()
	}
	if corpus.dir != "" {
		os.RemoveAll(corpus.dir)
	}
	os.Exit(code)
}

func benchIndex(b *testing.B) *Index {
	corpus.Do(func() {
		dir, err := os.Getenv("RECTO_WORDS_DIR"), error(nil)
		if dir == "" {
			if dir, err = os.MkdirTemp("", "words"); err != nil {
				b.Fatal(err)
			}
			corpus.dir = dir
		}
		n := benchDocs()
		if corpus.idx, err = Open(dir, fmt.Sprint(n)); err != nil {
			corpus.idx = build(b, dir, n)
		}
		f, err := corpus.idx.frequent()
		if err != nil {
			b.Fatal(err)
		}
		corpus.words = slices.DeleteFunc(slices.Clone(f.terms), func(t TermCount) bool { return t.Term[0] != 'w' })
		slices.SortFunc(corpus.words, compareCounts)
	})
	return corpus.idx
}

// build makes the corpus and indexes it, and says how fast without the making.
func build(b *testing.B, dir string, n int) *Index {
	idx, err := Create(dir, fmt.Sprint(n))
	if err != nil {
		b.Fatal(err)
	}
	s := newSynthetic(n)
	var took time.Duration
	var peak uint64
	for at := 0; at < n; at += 2000 {
		docs := make([]Doc, 0, 2000)
		for i := at; i < min(n, at+2000); i++ {
			docs = append(docs, s.doc(i))
		}
		begin := time.Now()
		if err := idx.Update(docs, nil); err != nil {
			b.Fatal(err)
		}
		took += time.Since(begin)
		if at%20_000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
	}
	begin := time.Now()
	if err := idx.Commit(1); err != nil {
		b.Fatal(err)
	}
	idx.waitForMerges()
	took += time.Since(begin)
	b.Logf("built %d documents at %.0f a second, %d MB of heap at most: %+v", n, float64(n)/took.Seconds(), peak>>20, idx.Stats())
	return idx
}

// near is the word that comes closest to being in a share of the documents, after some that do.
func near(share float64, skip int) string {
	n := int(share * float64(benchDocs()))
	at, _ := slices.BinarySearchFunc(corpus.words, n, func(t TermCount, n int) int { return cmp.Compare(n, t.Documents) })
	return corpus.words[min(at+skip, len(corpus.words)-1)].Term
}

func BenchmarkSearch(b *testing.B) {
	idx := benchIndex(b)
	page := Options{Limit: 20, Total: true}
	full := Options{Limit: 20, Total: true, Keys: []string{"c", "g"}, Months: true}
	word := func(share float64, i int) Node { return Term{Text: near(share, i%7)} }
	any := func(i int, shares ...float64) (n Any) {
		for k, s := range shares {
			n = append(n, word(s, i+k))
		}
		return n
	}
	ten := []float64{.4, .3, .2, .15, .1, .05, .02, .01, .001, .0001}
	for _, c := range []struct {
		name    string
		options Options
		query   func(i int) Node
	}{
		{"common", page, func(i int) Node { return word(.25, i) }},
		{"common counted", full, func(i int) Node { return word(.25, i) }},
		{"rare", page, func(i int) Node { return word(.0001, i) }},
		{"common and common", page, func(i int) Node { return All{word(.25, i), word(.2, i)} }},
		{"common and common counted", full, func(i int) Node { return All{word(.25, i), word(.2, i)} }},
		{"common and rare", page, func(i int) Node { return All{word(.25, i), word(.0001, i)} }},
		{"three", page, func(i int) Node { return All{word(.25, i), word(.02, i), word(.2, i)} }},
		{"common or common", page, func(i int) Node { return any(i, .25, .2) }},
		{"any of ten", page, func(i int) Node { return any(i, ten...) }},
		{"eight of ten", page, func(i int) Node { return AtLeast{8, any(i, ten...)} }},
		{"phrase of common", page, func(i int) Node { return Phrase{Terms: []string{near(.25, i%7), near(.2, i%7)}} }},
		{"phrase of most common", page, func(i int) Node { return Phrase{Terms: []string{corpus.words[i%5].Term, corpus.words[(i+1)%5].Term}} }},
		{"common in title", page, func(i int) Node { return Term{near(.25, i%7), Title} }},
		{"prefix", page, func(i int) Node { return Prefix{Text: near(.01, i%7)[:3]} }},
		{"common but key", page, func(i int) Node { return All{word(.25, i), Not{Key{"c:" + strconv.Itoa(i%50)}}} }},
		{"common and key", page, func(i int) Node { return All{word(.25, i), Key{"c:" + strconv.Itoa(i%50)}} }},
		{"common in days", page, func(i int) Node { return All{word(.25, i), Range{Day, 15000, 15365}} }},
		{"common, newest", Options{Limit: 20, Order: Newest}, func(i int) Node { return word(.25, i) }},
		{"common, by votes", Options{Limit: 20, Order: ByVotes}, func(i int) Node { return word(.25, i) }},
		{"everything counted", full, func(int) Node { return All{} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			times := make([]time.Duration, 0, 1024)
			for i := 0; b.Loop(); i++ {
				query := c.query(i)
				begin := time.Now()
				if _, err := idx.Search(context.Background(), query, c.options); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(begin))
			}
			reportTimes(b, times)
		})
	}
}

func reportTimes(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	for _, p := range []int{50, 99} {
		b.ReportMetric(times[len(times)*p/100].Seconds()*1000, fmt.Sprintf("p%d-ms", p))
	}
}

func BenchmarkMatching(b *testing.B) {
	idx := benchIndex(b)
	for _, c := range []struct {
		name  string
		query Node
	}{
		{"key", Key{"c:7"}},
		{"one in four", Term{Text: near(.25, 0)}},
		{"one in four but key", All{Term{Text: near(.25, 0)}, Not{Key{"c:7"}}}},
		{"rare", Term{Text: near(.0001, 0)}},
		{"year", Range{Day, 15000, 15365}},
		{"everything", All{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				set, err := idx.Matching(context.Background(), c.query)
				if err != nil {
					b.Fatal(err)
				}
				found = set.Len()
			}
			b.ReportMetric(float64(found), "documents")
		})
	}
}

func BenchmarkSimilar(b *testing.B) {
	idx := benchIndex(b)
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		term := []byte(corpus.words[i*17%len(corpus.words)].Term)
		term[len(term)/2] = 'q'
		begin := time.Now()
		if _, err := idx.Similar(string(term), 2, 10); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(begin))
	}
	reportTimes(b, times)
}

func BenchmarkOpen(b *testing.B) {
	benchIndex(b)
	dir := cmp.Or(os.Getenv("RECTO_WORDS_DIR"), corpus.dir)
	for b.Loop() {
		idx, err := Open(dir, fmt.Sprint(benchDocs()))
		if err != nil {
			b.Fatal(err)
		}
		idx.Close()
	}
}

func BenchmarkUpdate(b *testing.B) {
	idx, err := Create(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer idx.Close()
	s := newSynthetic(100_000)
	docs := make([]Doc, 2000)
	for i := range docs {
		docs[i] = s.doc(i)
	}
	number := uint32(0)
	for b.Loop() {
		for i := range docs {
			docs[i].Number, docs[i].Day = number, int32(number/300)
			number++
		}
		if err := idx.Update(docs, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(number)/b.Elapsed().Seconds(), "docs/s")
}

func (idx *Index) waitForMerges() {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	for idx.merging {
		idx.merged.Wait()
	}
}
