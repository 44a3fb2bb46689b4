package words

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// model is what an index ought to hold, searched by looking at every document.
type model map[uint32]Doc

func (m model) update(docs []Doc, removed []uint32) {
	for _, n := range removed {
		delete(m, n)
	}
	for _, d := range docs {
		m[d.Number] = d
	}
}

// statistics are what the scores of an index rest on at a time.
type statistics struct {
	docs int
	df   map[string]int
}

func statisticsOf(idx *Index) statistics {
	snap := idx.acquire()
	defer snap.release()
	s := statistics{snap.docs, map[string]int{}}
	eachTerm(snap, "", func(term []byte, df int, _ []entry) { s.df[string(term)] = df })
	return s
}

func (s statistics) weight(term string) uint32 { return weight(s.docs, s.df[term]) }

// search is every matching document in order, and the counts.
func (m model) search(s statistics, n Node, o Options) ([]ranked, Counts) {
	var all []ranked
	keys, months := map[string]int{}, map[[2]int]int{}
	for _, d := range m {
		score, ok := evaluate(s, d, n)
		if !ok {
			continue
		}
		r := ranked{0, d.Day, d.Number}
		switch o.Order {
		case ByRelevance:
			r.value = score
		case ByVotes:
			r.value = int64(d.Votes)
		}
		all = append(all, r)
		slices.Sort(d.Keys)
		for _, k := range slices.Compact(slices.Clone(d.Keys)) {
			keys[k]++
		}
		t := time.Unix(int64(d.Day)*86400, 0).UTC()
		months[[2]int{t.Year(), int(t.Month())}]++
	}
	slices.SortFunc(all, compareRanked)
	c := Counts{Total: len(all)}
	if len(o.Keys) > 0 {
		c.Keys = map[string][]KeyCount{}
		for k, n := range keys {
			if slices.Contains(o.Keys, class(k)) {
				c.Keys[class(k)] = append(c.Keys[class(k)], KeyCount{k, n})
			}
		}
		for _, k := range c.Keys {
			slices.SortFunc(k, func(a, b KeyCount) int {
				return strings.Compare(fmt.Sprintf("%09d %s", 1e8-a.Documents, a.Key), fmt.Sprintf("%09d %s", 1e8-b.Documents, b.Key))
			})
		}
	}
	if o.Months {
		for _, k := range slices.SortedFunc(maps.Keys(months), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
			c.Months = append(c.Months, MonthCount{k[0], time.Month(k[1]), months[k]})
		}
	}
	return all, c
}

func fieldsOf(d Doc) [fieldCount][]string { return [...][]string{d.Title, d.Abstract, d.Authors} }

func contains(d Doc, term string, in Fields) bool {
	for f, terms := range fieldsOf(d) {
		if (in == 0 || in&(1<<f) != 0) && slices.Contains(terms, term) {
			return true
		}
	}
	return false
}

func impactOf(d Doc, term string) int64 {
	var lengths, frequencies [fieldCount]int
	for f, terms := range fieldsOf(d) {
		for _, t := range terms {
			if t != "" {
				lengths[f]++
			}
			if t == term {
				frequencies[f]++
			}
		}
	}
	return int64(impact(frequencies, factors(lengths)))
}

func evaluate(s statistics, d Doc, n Node) (score int64, ok bool) {
	switch n := n.(type) {
	case Term:
		if !contains(d, n.Text, n.In) {
			return 0, false
		}
		return int64(s.weight(n.Text)) * impactOf(d, n.Text), true
	case Phrase:
		found := false
		for f, terms := range fieldsOf(d) {
			for at := 0; (n.In == 0 || n.In&(1<<f) != 0) && at+len(n.Terms) <= len(terms); at++ {
				found = found || slices.EqualFunc(n.Terms, terms[at:at+len(n.Terms)], func(p, t string) bool { return p == "" || p == t })
			}
		}
		if !found {
			return 0, false
		}
		for _, t := range slices.Compact(slices.Sorted(slices.Values(n.Terms))) {
			if t != "" {
				score += int64(s.weight(t)) * impactOf(d, t)
			}
		}
		return score, true
	case Prefix:
		df := 0
		for t, n2 := range s.df {
			if strings.HasPrefix(t, n.Text) {
				df = max(df, n2)
			}
		}
		for f, terms := range fieldsOf(d) {
			for _, t := range terms {
				if (n.In == 0 || n.In&(1<<f) != 0) && t != "" && strings.HasPrefix(t, n.Text) {
					score, ok = max(score, int64(weight(s.docs, df))*impactOf(d, t)), true
				}
			}
		}
		return score, ok
	case Key:
		return 0, slices.Contains(d.Keys, n.Text)
	case Range:
		v := d.Day
		if n.Column == Votes {
			v = d.Votes
		}
		return 0, n.Min <= v && v <= n.Max
	case Not:
		_, ok := evaluate(s, d, n.Node)
		return 0, !ok
	case All:
		return atLeast(s, d, len(n), n)
	case Any:
		return atLeast(s, d, 1, n)
	case AtLeast:
		return atLeast(s, d, n.N, n.Nodes)
	}
	panic("unknown node")
}

func atLeast(s statistics, d Doc, least int, nodes []Node) (sum int64, ok bool) {
	hits := 0
	for _, n := range nodes {
		if score, ok := evaluate(s, d, n); ok {
			hits++
			sum += score
		}
	}
	return sum, hits >= least
}

// someTerm draws a term: a few are in most documents, most are rare; some begin alike.
func someTerm(r *rand.Rand) string {
	return [...]string{"t", "ta", "tab", "u", "ua", "v"}[r.IntN(6)] + [...]string{"", "", "x", fmt.Sprint(r.IntN(40))}[r.IntN(4)]
}

func someDoc(r *rand.Rand, number uint32) Doc {
	d := Doc{Number: number, Day: int32(20000 + int(number)/50 + r.IntN(40)), Votes: int32(max(0, r.IntN(20)-10))}
	for _, f := range [...]struct {
		terms *[]string
		n     int
	}{{&d.Title, 6}, {&d.Abstract, 14}, {&d.Authors, 4}} {
		for range r.IntN(f.n) {
			t := someTerm(r)
			if r.IntN(20) == 0 {
				t = ""
			}
			*f.terms = append(*f.terms, t)
		}
	}
	for range r.IntN(4) {
		d.Keys = append(d.Keys, fmt.Sprintf("%c:%d", 'a'+r.IntN(3), r.IntN(12)))
	}
	return d
}

// someNode draws a query.
func someNode(t *rapid.T, depth int) Node {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "node"), 1))
	in := func() Fields { return Fields(max(0, r.IntN(12)-4)) }
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if depth == 0 {
		kind = min(kind, 5)
	}
	nodes := func() (n []Node) {
		for range rapid.IntRange(0, 5).Draw(t, "nodes") {
			n = append(n, someNode(t, depth-1))
		}
		return n
	}
	switch kind {
	case 0:
		terms := []string{someTerm(r)}
		for range r.IntN(3) {
			terms = append(terms, []string{someTerm(r), ""}[r.IntN(5)/4])
		}
		return Phrase{append(terms, someTerm(r)), in()}
	case 1:
		return Prefix{someTerm(r), in()}
	case 2:
		return Key{fmt.Sprintf("%c:%d", 'a'+r.IntN(3), r.IntN(12))}
	case 3:
		from := int32(r.IntN(12))
		if r.IntN(2) == 0 {
			return Range{Votes, from - 1, from + int32(r.IntN(5))}
		}
		return Range{Day, 20000 + from*3, 20000 + from*3 + int32(r.IntN(40))}
	case 4, 5:
		return Term{someTerm(r), in()}
	case 6:
		return Not{someNode(t, depth-1)}
	case 7:
		return All(nodes())
	case 8:
		return Any(nodes())
	}
	n := nodes()
	return AtLeast{rapid.IntRange(0, len(n)).Draw(t, "least"), n}
}
