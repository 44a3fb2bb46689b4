package synth

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"recto/store"
)

// Model is what real papers are like. Add gives it papers, and New makes a generator of what it then knows.
type Model struct{ papers []store.Paper }

// MaxPapers is how many papers a model learns from; it passes over more.
const MaxPapers = 100_000

// Add learns from a paper.
func (m *Model) Add(p store.Paper) {
	if len(m.papers) < MaxPapers && p.Title != "" && len(p.Authors) > 0 && len(strings.Fields(p.Abstract)) > 10 {
		m.papers = append(m.papers, p)
	}
}

// Papers is how many papers it has learned from.
func (m *Model) Papers() int { return len(m.papers) }

// Generator makes papers. It may be used by several goroutines at once.
type Generator struct {
	seed      uint64
	n         int
	calendar  *calendar
	sources   []source // sorted by category
	topics    [][2]int // of each topic, its first source and the one after its last
	abstracts corpus
	titles    corpus
	words     tail
	invented  inventor
	rareWords int
	people    people
	votes     float64 // the exponent of the distribution of a source's votes
	shares    shares
	comments  []int32 // the sources with a comment
	end       store.Day
}

// source is what is kept of a real paper beside its text.
type source struct {
	topic      uint16
	authors    int
	versions   int
	categories []string
	tags       []string
	comment    string
	licence    string
	code       bool
	votes      bool
	featuredBy string
	kin        [6]int32 // papers with the same rare words in their titles; itself where there are none
}

// shares are how many of the papers have something.
type shares struct{ doi, votes float64 }

// What stands in where the real papers say nothing.
const (
	fewPapers   = 20
	usualDOIs   = 0.3
	usualVotes  = 0.08
	usualCode   = 0.1
	usualSpread = 1.1
)

// New is a generator of n papers.
func (m *Model) New(n int, seed uint64) (*Generator, error) {
	if len(m.papers) < fewPapers {
		return nil, errors.New("a catalogue can't be made from fewer than 20 papers with a title, an abstract and authors")
	}
	g := &Generator{seed: seed, n: n}
	slices.SortStableFunc(m.papers, func(a, b store.Paper) int { return cmp.Compare(a.Primary(), b.Primary()) })
	facts := dayFacts{make(map[store.Day]int)}
	for i := range m.papers {
		day := m.papers[i].FeaturedOn
		if day == "" && !m.papers[i].SubmittedAt.IsZero() {
			day = store.DayOf(m.papers[i].SubmittedAt)
		}
		if day != "" {
			facts.counts[day]++
		}
	}
	g.end = facts.last()
	var err error
	if g.calendar, err = newCalendar(n, facts, seed); err != nil {
		return nil, err
	}
	g.learnPeople(m.papers)
	g.learnText(m.papers)
	g.learnRest(m.papers)
	return g, nil
}

func (g *Generator) learnPeople(papers []store.Paper) {
	names, all := newGrowth(), 0
	sizes := make([]int, len(papers))
	for i := range papers {
		sizes[i] = len(papers[i].Authors)
		all += sizes[i]
	}
	for _, i := range shuffled(len(papers), g.seed) { // days are not all alike
		for _, a := range papers[i].Authors {
			names.add(a.Name)
			g.people.add(a)
		}
		if 2*names.draws > all && names.half == 0 {
			names.halfWay()
		}
	}
	d := dice(hash(g.seed, 6))
	g.people.build(g.seed)
	g.people.fit(sizes, len(names.counts), math.Pow(outlook, names.exponent(0.5, 0.9)), &d)
}

func (g *Generator) learnText(papers []store.Paper) {
	var abstracts, titles = newCorpusBuilder(), newCorpusBuilder()
	for i := range papers {
		if i == 0 || papers[i].Primary() != papers[i-1].Primary() {
			g.topics = append(g.topics, [2]int{i, i})
		}
		topic := len(g.topics) - 1
		g.topics[topic][1] = i + 1
		abstracts.add(papers[i].Abstract, uint16(topic))
		titles.add(papers[i].Title, uint16(topic))
		g.sources = append(g.sources, source{topic: uint16(topic)})
	}
	words := newGrowth()
	for k, i := range shuffled(len(papers), g.seed) {
		for _, token := range strings.Fields(papers[i].Abstract) {
			if word := core(token); word != "" {
				words.add(word)
			}
		}
		if k == len(papers)/2 {
			words.halfWay()
		}
	}
	const rare = 2 // times in all papers
	draws := 0
	for word, n := range words.counts {
		if n <= rare {
			draws += n
			g.invented.words = append(g.invented.words, word)
		}
	}
	slices.Sort(g.invented.words)
	g.rareWords = len(g.invented.words)
	// The usual words are all there from the beginning: the rare ones have to grow for all.
	all := float64(len(words.counts)) * math.Pow(outlook, words.exponent(0.5, 0.8))
	usual := float64(len(words.counts) - g.rareWords)
	g.words = fitTail(float64(g.rareWords), float64(max(draws, 1)), (all-usual)/float64(max(g.rareWords, 1)))
	isRare := func(word string) bool { return words.counts[word] <= rare }
	g.abstracts = abstracts.build(2, g.seed, isRare)
	g.titles = titles.build(1, g.seed, isRare)
}

func (g *Generator) learnRest(papers []store.Paper) {
	var dois, votes, code int
	var logs float64
	postings := make(map[string][]int32)
	for i := range papers {
		p, s := &papers[i], &g.sources[i]
		s.authors, s.versions, s.categories, s.tags = len(p.Authors), len(p.Versions), p.Categories, p.Tags
		s.comment, s.licence, s.featuredBy = p.Comment, p.Licence, p.FeaturedBy
		s.code, s.votes = p.URL(store.LinkCode) != "", p.SourceVotes > 0
		if s.comment != "" {
			g.comments = append(g.comments, int32(i))
		}
		if p.DOI != "" {
			dois++
		}
		if s.votes {
			votes++
			logs += math.Log(float64(p.SourceVotes) + 0.5)
		}
		if s.code {
			code++
		}
		for _, word := range titleWords(p.Title) {
			postings[word] = append(postings[word], int32(i))
		}
	}
	share := func(n int, usual float64) float64 {
		if s := float64(n) / float64(len(papers)); s > 0.01 {
			return s
		}
		return usual
	}
	g.shares = shares{doi: share(dois, usualDOIs), votes: share(votes, usualVotes)}
	g.votes = usualSpread
	if votes > fewPapers {
		g.votes = min(max(float64(votes)/logs, 0.3), 2)
	}
	for i := range g.sources {
		d := dice(hash(g.seed+3, uint64(i)))
		s := &g.sources[i]
		if votes*100 < len(papers) {
			s.votes = d.chance(usualVotes)
		}
		if code*100 < len(papers) {
			s.code = d.chance(usualCode)
		}
		s.findKin(int32(i), titleWords(papers[i].Title), postings, &d)
	}
}

// findKin chooses papers that have the rarest words of the title, too.
func (s *source) findKin(self int32, words []string, postings map[string][]int32, d *dice) {
	const most = 100 // papers with a word; more say nothing about a subject
	words = slices.DeleteFunc(words, func(w string) bool { return len(postings[w]) < 2 || len(postings[w]) > most })
	slices.SortStableFunc(words, func(a, b string) int { return len(postings[a]) - len(postings[b]) })
	for k := range s.kin {
		s.kin[k] = self
		if len(words) > 0 {
			same := postings[words[k%min(len(words), 3)]]
			s.kin[k] = same[d.below(len(same))]
		}
	}
}

func titleWords(title string) []string {
	words := strings.Fields(strings.ToLower(title))
	kept := words[:0]
	for _, w := range words {
		if w = core(w); len(w) > 3 {
			kept = append(kept, w)
		}
	}
	return kept
}

// shuffled are the numbers below n in an order of chance.
func shuffled(n int, seed uint64) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	d := dice(hash(seed, 5))
	for i := n - 1; i > 0; i-- {
		j := d.below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}
