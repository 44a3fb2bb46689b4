package cite

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"recto/store"
)

// work is a paper as all formats see it.
type work struct {
	paper   *store.Paper
	key     string
	title   string // readable
	names   []name
	others  bool // there are more authors, whom no source names
	date    date // of the first version
	journal journal
	arXiv   string // id, or ""
	doi     string // the publisher's, or ""
	url     string // where the paper is
}

func newWork(p *store.Paper, site string) work {
	w := work{
		paper: p, title: plain(p.Title), date: dateOf(p), journal: parseJournal(p.JournalRef),
		arXiv: p.ID.ArXiv(), doi: doiOf(p),
	}
	w.names, w.others = names(p.Authors)
	w.url = w.address(site)
	w.key = w.makeKey()
	return w
}

// isArticle says whether the paper is cited as a journal's article.
func (w work) isArticle() bool { return w.journal.Title != "" }

// isPreprint says whether the paper is cited as arXiv's.
func (w work) isPreprint() bool { return !w.isArticle() && w.arXiv != "" }

// issued is the date of what is cited: an article's year, else the first version's date.
func (w work) issued() date {
	if w.isArticle() && w.journal.Year != "" {
		return date{year: w.journal.Year}
	}
	return w.date
}

// anyDOI is the publisher's DOI, or the one that every arXiv paper has.
func (w work) anyDOI() string {
	if w.doi == "" && w.arXiv != "" {
		return "10.48550/arXiv." + w.arXiv
	}
	return w.doi
}

// abstract is readable, in one line.
func (w work) abstract() string { return plain(w.paper.Abstract) }

// keywords are the paper's tags.
func (w work) keywords() []string {
	var list []string
	for _, tag := range w.paper.AllTags() {
		list = append(list, plain(tag))
	}
	return list
}

// date has as much as is known of it, each part as it is written: 2017, 06, 12.
type date struct{ year, month, day string }

func (d date) join(sep string) string {
	return strings.Join(slices.DeleteFunc([]string{d.year, d.month, d.day}, func(s string) bool { return s == "" }), sep)
}

// dateOf is the day of the first version. Where no source knows it, an arXiv id still has its month.
func dateOf(p *store.Paper) date {
	if id := p.ID.ArXiv(); p.SubmittedAt.IsZero() && id != "" {
		yymm := id[strings.IndexByte(id, '/')+1:]
		century := "20"
		if strings.Contains(id, "/") && yymm[0] == '9' {
			century = "19"
		}
		return date{year: century + yymm[:2], month: yymm[2:4]}
	}
	if at := p.ListedAt().UTC(); !at.IsZero() {
		return date{at.Format("2006"), at.Format("01"), at.Format("02")}
	}
	return date{}
}

// doiOf is the paper's DOI, the first where a source has several, or "" for what is none.
func doiOf(p *store.Paper) string {
	doi, _, _ := strings.Cut(p.DOI, " ")
	if doi == "" {
		doi = strings.TrimPrefix(string(p.ID), "doi:")
	}
	if !strings.HasPrefix(doi, "10.") || !strings.Contains(doi, "/") || strings.ContainsAny(doi, `{}\"`) ||
		strings.HasPrefix(strings.ToLower(doi), "10.48550/arxiv.") {
		return ""
	}
	return doi
}

// address is where the paper is: at arXiv, behind its DOI, at its source, else on this site.
func (w work) address(site string) string {
	if w.arXiv != "" {
		return "https://arxiv.org/abs/" + w.arXiv
	}
	if w.doi != "" {
		return doiURL(w.doi)
	}
	if at := w.paper.URL(store.LinkAbs); at != "" {
		return cleanURL(at)
	}
	switch scheme, id, _ := strings.Cut(string(w.paper.ID), ":"); scheme {
	case "acl":
		return "https://aclanthology.org/" + id
	case "openreview":
		return "https://openreview.net/forum?id=" + id
	}
	return pageURL(w.paper.ID, site)
}

// doiURL is where a DOI leads. What would end an address' path is escaped.
func doiURL(doi string) string {
	return "https://doi.org/" + cleanURL(strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(doi))
}

// pageURL is the paper's page on a site.
func pageURL(id store.PaperID, site string) string {
	return site + (&url.URL{Path: "/papers/" + string(id)}).EscapedPath()
}

// cleanURL escapes what would end an address in one of the formats.
func cleanURL(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Key is the paper's key in BibTeX files: the first author's surname, the year of the first version, the first word of
// the title that says something, and the paper's id: vaswani2017attention-1706.03762. The id makes it the same in every
// listing and one paper's only; the rest is for people.
func Key(p *store.Paper) string { return newWork(p, "").key }

func (w work) makeKey() string {
	surname := "anon"
	if len(w.names) > 0 {
		n := w.names[0]
		surname = letters(n.surname())
		if n.Literal != "" {
			surname = firstWord(n.Literal)
		}
		if surname == "" {
			surname = "anon" // in a script that keys do not have
		}
	}
	return surname + w.date.year + firstWord(w.title) + "-" + keyID(w.paper.ID)
}

// letters are the ASCII letters and digits of a text, in small letters and without accents.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, store.Fold(s))
}

// saysNothing are the words that no key needs.
var saysNothing = setOf("a an the on of in for to and or with from by at as is are s team")

// firstWord is the first word that says something and can be spelled in ASCII, or "".
func firstWord(s string) string {
	for _, w := range strings.FieldsFunc(store.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if ascii := letters(w); ascii == w && len(w) > 1 && !saysNothing[w] {
			return w
		}
	}
	return ""
}

// keyID is an id as a key may hold it; different ids stay different.
func keyID(id store.PaperID) string {
	var b strings.Builder
	for i := range len(id) {
		c := id[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(".:/_-", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "+%02x", c)
		}
	}
	return b.String()
}
