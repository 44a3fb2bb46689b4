package synth

import (
	"math"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// Source is what the papers say they are from.
const Source = "synth"

// Len is how many papers there are.
func (g *Generator) Len() int { return g.n }

// Paper is paper i, from 0 to Len-1; later ones were submitted later. It is clean.
func (g *Generator) Paper(i int) store.Paper {
	d := dice(hash(g.seed, uint64(i)))
	at, inMonth := g.calendar.place(i)
	first := g.people.ranks.rank(d.unit())
	of := g.sourceOf(first, &d)
	s := &g.sources[of]
	w := &writer{g: g, d: &d, out: make([]byte, 0, 4096)}
	p := store.Paper{ID: g.calendar.id(at, inMonth), SubmittedAt: at, Source: Source, Categories: s.categories, Tags: s.tags}
	p.Title, p.Abstract = w.title(of), w.abstract(of)
	p.Authors = g.people.sign(first, s.authors, &d)
	p.ReadAt = g.end.Add(1).Time()
	g.versions(&p, s, &d)
	if s.featuredBy != "" {
		p.FeaturedOn, p.FeaturedBy = store.DayOf(at), s.featuredBy
	}
	g.extras(&p, s, i, &d)
	return p
}

// sourceOf is the real paper whose like an author writes: an author stays on a subject.
func (g *Generator) sourceOf(author int, d *dice) int {
	n := len(g.sources)
	at := int(scale(hash(g.seed+4, uint64(author)), n))
	at += int(d.normal() * (2 + float64(n)/100))
	return ((at % n) + n) % n
}

func (g *Generator) versions(p *store.Paper, s *source, d *dice) {
	n := s.versions
	if n == 0 {
		for n = 1; n < 9 && d.chance(0.38/math.Sqrt(float64(n))); n++ {
		}
	}
	at, end := p.SubmittedAt, g.end.Add(1).Time().Add(-time.Second)
	for v := range n {
		if v > 0 {
			days := -math.Log(d.unit()) * 90
			if at = at.Add(time.Duration((days + 0.1) * float64(24*time.Hour))).Truncate(time.Second); at.After(end) {
				break
			}
		}
		p.Versions = append(p.Versions, store.Version{Number: v + 1, At: at})
		p.RevisedAt = at
	}
}

// Some publishers' registrants and journals.
var journals = [...]struct{ registrant, short, name string }{
	{"10.1103", "physrevd", "Phys. Rev. D"}, {"10.1103", "physrevb", "Phys. Rev. B"}, {"10.1103", "physrevlett", "Phys. Rev. Lett."},
	{"10.1016", "j.physletb", "Phys. Lett. B"}, {"10.1007", "jhep", "JHEP"}, {"10.1093", "mnras", "Mon. Not. R. Astron. Soc."},
	{"10.3847", "apj", "Astrophys. J."}, {"10.1109", "tpami", "IEEE Trans. Pattern Anal. Mach. Intell."}, {"10.1145", "acm", "J. ACM"},
	{"10.1088", "jphysa", "J. Phys. A"},
}

// Licences and how many in a hundred papers have them.
var licences = [...]struct {
	share int
	url   string
}{
	{64, "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"}, {26, "http://creativecommons.org/licenses/by/4.0/"},
	{4, "http://creativecommons.org/licenses/by-nc-nd/4.0/"}, {3, "http://creativecommons.org/licenses/by-nc-sa/4.0/"},
	{3, "http://creativecommons.org/publicdomain/zero/1.0/"},
}

// extras are a paper's comment, journal, licence, links and votes.
func (g *Generator) extras(p *store.Paper, s *source, i int, d *dice) {
	if s.comment != "" {
		other := g.comments[d.below(len(g.comments))]
		p.Comment = otherDigits(g.sources[other].comment, d, 2)
	}
	if d.chance(g.shares.doi) {
		j := journals[d.below(len(journals))]
		year := p.SubmittedAt.Year() + d.below(2)
		volume, page := strconv.Itoa(1+d.below(900)), strconv.Itoa(1+d.below(99_000))
		p.DOI = j.registrant + "/" + j.short + "." + strconv.Itoa(year) + "." + strconv.Itoa(100_000+i)
		p.JournalRef = j.name + " " + volume + " (" + strconv.Itoa(year) + ") " + page
	}
	p.Licence = s.licence
	if p.Licence == "" {
		at := d.below(100)
		for _, l := range licences {
			if at -= l.share; at < 0 {
				p.Licence = l.url
				break
			}
		}
	}
	arXiv := string(p.ID)
	p.Links = append(make([]store.Link, 0, 3), store.Link{Kind: store.LinkAbs, URL: "https://arxiv.org/abs/" + arXiv},
		store.Link{Kind: store.LinkPDF, URL: "https://arxiv.org/pdf/" + arXiv})
	if s.code {
		link := store.Link{Kind: store.LinkCode, URL: "https://github.com/" + plain(p.Authors[0].Name) + "/" + plain(firstWords(p.Title, 2))}
		if d.chance(0.6) {
			link.Stars = zipf(d, 0.6, 60_000)
		}
		p.Links = append(p.Links, link)
	}
	if s.votes {
		p.SourceVotes = zipf(d, g.votes, 3_000)
	}
}

// zipf is a number of at least 1 that is at least v with the probability v^-exponent.
func zipf(d *dice, exponent float64, most int) int {
	return int(min(math.Pow(d.unit(), -1/exponent), float64(most)))
}

func firstWords(text string, n int) string {
	words := strings.Fields(text)
	return strings.Join(words[:min(n, len(words))], "-")
}

// plain is text as a name of a repository may be.
func plain(text string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-':
			return r
		}
		return -1
	}, text)
	if name == "" {
		return "paper"
	}
	return name
}
