package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"recto/store"
	"recto/store/search"
)

// searchClass is a kind of queries.
type searchClass struct {
	name    string
	by      search.By
	queries []searchQuery
}

// searchQuery is one query, as a reader types it and as FTS5 takes it.
type searchQuery struct{ text, match string }

const (
	querySeed     = 1 // the same catalogue gives the same queries
	sampledPapers = 10_000
	topWords      = 100    // that are common however few papers have them
	commonShare   = 0.05   // of the papers that have a common word
	rareShare     = 0.0001 // of those that have a rare one, at most
	contentful    = 4      // letters of a word that may be drawn
)

// drawer makes up queries from the words of a catalogue.
type drawer struct {
	random *rand.Rand
	papers []drawnPaper
	common []string // the most frequent first
	rare   []string
}

// drawnPaper is a paper's text in runs of words, and its main category.
type drawnPaper struct {
	title, abstract [][]string
	category        string
}

// newDrawer reads papers from all over a catalogue. papersWith tells how many have a word.
func newDrawer(ctx context.Context, db *store.DB, rares int, papersWith func(string) (int, error)) (*drawer, error) {
	papers, err := db.PaperCount(ctx)
	if err != nil {
		return nil, err
	}
	d := &drawer{random: rand.New(rand.NewPCG(querySeed, querySeed))}
	frequency := make(map[string]int)
	err = db.Sampled(ctx, max(1, papers/sampledPapers), func(p *store.Paper) error {
		drawn := drawnPaper{wordRuns(p.Title), wordRuns(p.Abstract), p.Primary()}
		d.papers = append(d.papers, drawn)
		has := make(map[string]bool)
		for _, run := range slices.Concat(drawn.title, drawn.abstract) {
			for _, word := range run {
				if isContentful(word) && !has[word] {
					has[word] = true
					frequency[word]++
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	words := slices.SortedFunc(maps.Keys(frequency), func(a, b string) int {
		return cmp.Or(cmp.Compare(frequency[b], frequency[a]), cmp.Compare(a, b))
	})
	if len(words) == 0 {
		return nil, errors.New("the catalogue has no words to search for")
	}
	for i, word := range words {
		if i < topWords || float64(frequency[word]) > commonShare*float64(len(d.papers)) {
			d.common = append(d.common, word)
		}
	}
	once := slices.DeleteFunc(words[len(d.common):], func(word string) bool { return frequency[word] > 1 })
	d.random.Shuffle(len(once), func(i, j int) { once[i], once[j] = once[j], once[i] })
	for _, word := range once[:min(len(once), 2*rares)] {
		n, err := papersWith(word)
		if err != nil {
			return nil, err
		}
		if float64(n) <= max(1, rareShare*float64(papers)) {
			d.rare = append(d.rare, word)
		}
	}
	return d, nil
}

// classes draws up to n different queries of each class.
func (d *drawer) classes(n int) []searchClass {
	all := []struct {
		name string
		by   search.By
		draw func() searchQuery
	}{
		{"one common word", search.ByBoth, func() searchQuery { return both(one(d, d.common)) }},
		{"two common words", search.ByBoth, func() searchQuery { return both(one(d, d.common), one(d, d.common)) }},
		{"a common and a rare word", search.ByBoth, func() searchQuery { return both(one(d, d.common), one(d, d.rare)) }},
		{"three words of a paper", search.ByBoth, func() searchQuery { return both(d.some(3)...) }},
		{"a phrase of three words", search.ByBoth, func() searchQuery {
			words := d.stretch(3)
			if len(words) == 0 {
				return searchQuery{}
			}
			phrase := `"` + strings.Join(words, " ") + `"`
			return searchQuery{phrase, phrase}
		}},
		{"the beginning of a word", search.ByBoth, func() searchQuery {
			word := d.some(1)[0]
			if len(word) < 7 {
				return searchQuery{}
			}
			start := word[:4+d.random.IntN(2)]
			return searchQuery{start + "*", `"` + start + `"*`}
		}},
		{"a misspelt word and another", search.ByBoth, func() searchQuery {
			words := d.some(2)
			if len(words[0]) < 7 {
				return searchQuery{}
			}
			return both(d.misspell(words[0]), words[1])
		}},
		{"a question of 15 words", search.ByBoth, func() searchQuery { return prose(d.stretch(15)) }},
		{"a word of the title, a category", search.ByBoth, func() searchQuery {
			paper := one(d, d.papers)
			words := contentfulOf(paper.title)
			if len(words) == 0 || paper.category == "" {
				return searchQuery{}
			}
			word := one(d, words)
			return searchQuery{"ti:" + word + " cat:" + paper.category, `title : "` + word + `"`}
		}},
		{"8 words, by meaning", search.ByMeaning, func() searchQuery { return prose(d.stretch(8)) }},
	}
	const patience = 200 // times as often as wanted
	classes := make([]searchClass, len(all))
	for i, c := range all {
		classes[i] = searchClass{name: c.name, by: c.by}
		known := map[string]bool{"": true}
		for try := 0; try < patience*n && len(classes[i].queries) < n; try++ {
			if q := c.draw(); !known[q.text] {
				known[q.text] = true
				classes[i].queries = append(classes[i].queries, q)
			}
		}
	}
	return classes
}

// both is a query for all of some words; none where one of them is missing or there twice.
func both(words ...string) searchQuery {
	if slices.Contains(words, "") || len(slices.Compact(slices.Sorted(slices.Values(words)))) < len(words) {
		return searchQuery{}
	}
	text := strings.Join(words, " ")
	return searchQuery{text, allWords(text)}
}

// prose is a query for a sentence. FTS5 is asked for any of its words, as it would hardly find all of them.
func prose(words []string) searchQuery {
	text := strings.Join(words, " ")
	return searchQuery{text, anyWord(text)}
}

// one of some things; the zero one of none.
func one[T any](d *drawer, from []T) (drawn T) {
	if len(from) > 0 {
		drawn = from[d.random.IntN(len(from))]
	}
	return drawn
}

// some draws n words of one paper; "" for those that it has not.
func (d *drawer) some(n int) []string {
	paper := one(d, d.papers)
	from := contentfulOf(slices.Concat(paper.title, paper.abstract))
	words := make([]string, n)
	for i := range words {
		words[i] = one(d, from)
	}
	return words
}

// stretch draws n words of an abstract that follow one another, most of them contentful; none where a paper has no such.
func (d *drawer) stretch(n int) []string {
	run := one(d, one(d, d.papers).abstract)
	if len(run) < n {
		return nil
	}
	from := d.random.IntN(len(run) - n + 1)
	words := run[from : from+n]
	if 2*len(contentfulOf([][]string{words})) < n {
		return nil
	}
	return words
}

// misspell changes a letter in the middle of a word.
func (d *drawer) misspell(word string) string {
	at := 2 + d.random.IntN(len(word)-4)
	letter := byte('a' + d.random.IntN(26))
	for letter == word[at] {
		letter = byte('a' + d.random.IntN(26))
	}
	return word[:at] + string(letter) + word[at+1:]
}

// wordRuns are the stretches of a text, in small letters, in which one word follows another: an end of a sentence, a
// number, a formula or a word with anything but the letters from a to z ends one.
func wordRuns(text string) [][]string {
	var runs [][]string
	var run []string
	end := func() {
		if len(run) > 0 {
			runs = append(runs, run)
			run = nil
		}
	}
	for _, field := range strings.Fields(text) {
		word := strings.TrimRight(field, ",;:.?!")
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) || r > unicode.MaxASCII }) {
			end()
			continue
		}
		run = append(run, strings.ToLower(word))
		if strings.ContainsAny(field, ".?!") {
			end()
		}
	}
	end()
	return runs
}

func contentfulOf(runs [][]string) []string {
	var words []string
	for _, run := range runs {
		for _, word := range run {
			if isContentful(word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// isContentful says whether somebody might search for a word alone.
func isContentful(word string) bool {
	return len(word) >= contentful && !strings.Contains(functionWords, " "+word+" ")
}

const functionWords = ` about above after also although among because been before being between both could does during each either
 even every from further have having here hence however into itself less many might more moreover most much must only other over
 same several should since some such than that their them then there therefore these they this those through thus under until
 upon very well were what when where whether which while whose will with within without would your `
