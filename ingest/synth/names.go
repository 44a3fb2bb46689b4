package synth

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"recto/store"
)

// people knows real names' parts and makes names of them.
type people struct {
	given, surname         []string // of each mention of an author in the real papers
	sameGiven, sameSurname []int32  // the next mention with the same part, round in a circle
	rare                   map[string]bool
	surnames               inventor
	ranks                  tail
	known                  int // names in the real papers
}

const maxMentions = 400_000

func (p *people) add(a store.Author) {
	if len(p.given) < maxMentions {
		given, surname := splitName(a.Name)
		p.given, p.surname = append(p.given, given), append(p.surname, surname)
	}
}

// splitName is a name's given part and surname; particles in lower case belong to the surname.
func splitName(name string) (given, surname string) {
	words := strings.Fields(name)
	at := max(len(words)-1, 0)
	for i := 1; i < len(words)-1; i++ {
		if r, _ := utf8.DecodeRuneInString(words[i]); unicode.IsLower(r) {
			at = i
			break
		}
	}
	return strings.Join(words[:at], " "), strings.Join(words[at:], " ")
}

func (p *people) build(seed uint64) {
	p.sameGiven, p.sameSurname = circles(p.given, seed), circles(p.surname, seed+1)
	p.rare = make(map[string]bool)
	for i, next := range p.sameSurname {
		if name := p.surname[i]; int(next) == i && len(name) > 3 && !strings.ContainsAny(name, " .,&()") {
			p.rare[name] = true
			p.surnames.words = append(p.surnames.words, name)
		}
	}
}

// fit chooses how often whom signs, so that papers with so many authors show so many different names, and outlook times
// the papers times as many. Different ranks may have one name, as people do, so it tries and corrects itself.
func (p *people) fit(authors []int, distinct int, times float64, d *dice) {
	mentions := 0
	for _, n := range authors {
		mentions += n
	}
	p.known = distinct
	further := outlook
	if mentions > 20_000 { // the more names, the fewer are alike, and the longer it takes
		further = 2
	}
	times = math.Pow(times, math.Log(float64(further))/math.Log(outlook))
	wantRanks, wantTimes := float64(distinct), times
	for range 3 {
		p.ranks = fitTail(min(wantRanks, 0.99*float64(mentions)), float64(max(mentions, 1)), math.Pow(wantTimes, math.Log(outlook)/math.Log(float64(further))))
		names := make(map[string]bool)
		first := 0
		for k := range further * len(authors) {
			if k == len(authors) {
				first = len(names)
			}
			for _, a := range p.sign(p.ranks.rank(d.unit()), authors[d.below(len(authors))], d) {
				names[a.Name] = true
			}
		}
		wantRanks *= float64(distinct) / float64(first)
		wantTimes *= times / (float64(len(names)) / float64(first))
	}
}

// sign is n people, the first one given; half of the others are those that the first one often signs with.
func (p *people) sign(first, n int, d *dice) []store.Author {
	const most, circle, familiar = 3000, 8, 0.5
	n = min(n, most)
	authors := make([]store.Author, 0, n)
	ranks := make([]int, 0, n)
	for tries := 0; len(ranks) < n && tries < 4*n; tries++ {
		rank := first
		if len(ranks) > 0 {
			u := d.unit()
			if d.chance(familiar) {
				u = unit(hash(uint64(first), uint64(100+d.below(circle))))
			}
			rank = p.ranks.rank(u)
		}
		if n < 100 && slices.Contains(ranks, rank) {
			continue
		}
		ranks = append(ranks, rank)
		authors = append(authors, store.Author{Name: p.name(rank)})
	}
	return authors
}

// circles links equal names in an order of chance.
func circles(names []string, seed uint64) []int32 {
	order := make([]int32, len(names))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := strings.Compare(names[a], names[b]); c != 0 {
			return c
		}
		if hash(seed, uint64(a)) < hash(seed, uint64(b)) {
			return -1
		}
		return 1
	})
	next := make([]int32, len(names))
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && names[order[end]] == names[order[start]] {
			end++
		}
		for i := start; i < end; i++ {
			next[order[i]] = order[start+(i+1-start)%(end-start)]
		}
		start = end
	}
	return next
}

// name is the name of the author of a rank: a surname, and the given name of somebody with a surname that goes with the
// same given names, so that names stay in their language.
func (p *people) name(rank int) string {
	d := dice(hash(uint64(rank), 11))
	person := d.below(len(p.given))
	kin := int32(person)
	for range 1 + d.below(6) {
		kin = p.sameGiven[kin]
	}
	for range 1 + d.below(6) {
		kin = p.sameSurname[kin]
	}
	given, surname := p.given[kin], p.surname[person]
	switch {
	case p.rare[surname] && len(p.surnames.words) > 1: // a rare name's place is taken by another rare name
		surname = capital(strings.ToLower(p.surnames.word(rank)))
	case rank > p.known && !strings.ContainsAny(given, " .") && given != "" && d.below(3) == 0:
		given += " " + string(rune('A'+d.below(26))) + "."
	}
	return strings.TrimSpace(given + " " + surname)
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
