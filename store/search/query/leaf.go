package query

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"recto/store"
	"recto/store/search/text"
)

// field is what a name before a colon asks for.
type field uint8

const (
	anywhereField field = iota + 1
	titleField
	abstractField
	authorField
	categoryField
	tagField
	inField
	hasField
	votesField
	idField
	sortField
	missingField // it exists elsewhere
)

// fields are ours, those of the arXiv API (ti au abs co jr cat rn id all submittedDate) and SciRate's.
var fields = map[string]field{
	"all": anywhereField,
	"ti":  titleField, "title": titleField,
	"abs": abstractField, "abstract": abstractField,
	"au": authorField, "author": authorField, "authors": authorField,
	"cat": categoryField, "category": categoryField,
	"tag": tagField,
	"in":  inField, "date": inField, "year": inField, "submitteddate": inField,
	"has":   hasField,
	"votes": votesField, "scites": votesField,
	"id": idField, "arxiv": idField, "doi": idField, "acl": idField, "openreview": idField,
	"sort": sortField, "order": sortField,
	"co": missingField, "jr": missingField, "rn": missingField, "lastupdateddate": missingField, "scited_by": missingField,
}

// leaf reads the value t of a field; nil where it says nothing.
func (p *parser) leaf(v value, t token, start int) Node {
	at := source{start, t.end}
	quoted := t.kind == phraseToken
	switch v.field {
	case authorField:
		return author(at, t.text, quoted)
	case categoryField:
		return p.category(at, strings.TrimSpace(t.text))
	case tagField:
		if slug := store.TagSlug(t.text); slug != "" {
			return &Tag{at, slug, strings.TrimSpace(t.text)}
		}
	case inField:
		return p.in(at, strings.TrimSpace(t.text))
	case hasField:
		return p.has(at, strings.ToLower(t.text))
	case votesField:
		if least, most, ok := parseVotes(t.text); ok {
			return &Votes{at, least, most}
		}
		p.note("“%s” is no number of votes like >10 or 5..10; it was ignored.", t.text)
	case idField:
		return p.id(at, v.name, t)
	case sortField:
		p.sort(strings.ToLower(t.text))
	case missingField:
		p.note("There is nothing to search in behind “%s:”; it was ignored.", v.name)
	case titleField:
		return words(at, t, Title)
	case abstractField:
		return words(at, t, Abstract)
	default:
		return words(at, t, Anywhere)
	}
	return nil
}

func words(at source, t token, in Field) Node {
	s := t.text
	tokens := text.Tokens(nil, s)
	if len(tokens) == 0 {
		return nil
	}
	n := len(tokens) - 1
	terms := make([]string, 0, n+1)
	for _, token := range tokens {
		terms = append(terms, token.Term)
	}
	first, last := tokens[0], tokens[n]
	switch {
	case t.kind == phraseToken:
		return &Phrase{at, strings.TrimSpace(s), terms, in}
	case strings.HasSuffix(s, "*"):
		prefix := &Prefix{at, s[last.Start:last.End], text.Prefixes(s[last.Start:last.End]), in}
		if len(prefix.Starts) > 0 && n == 0 {
			return prefix
		} else if len(prefix.Starts) > 0 {
			return and([]Node{&Word{at, s[first.Start:tokens[n-1].End], terms[:n], in}, prefix})
		}
	}
	return &Word{at, s[first.Start:last.End], terms, in}
}

func author(at source, name string, quoted bool) Node {
	if strings.HasSuffix(name, "*") && !quoted {
		if p, ok := words(at, token{text: name}, Authors).(*Prefix); ok {
			return p
		}
	}
	if before, after, ok := cutLast(name, "_"); ok && !quoted { // arXiv's del_maestro and lecun_y
		if len(after) == 1 {
			before, after = after, before
		}
		name = strings.ReplaceAll(before+" "+after, "_", " ")
	}
	name = store.ParseAuthor(name).Name
	if strings.ContainsAny(name, `,\{}"“”„«»`) {
		name = strings.Join(text.Folded(name), " ")
	}
	terms := text.Terms(name)
	if len(terms) == 0 {
		return nil
	}
	return &Author{at, name, authorSlug(name), terms}
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// authorSlug is store.AuthorSlug of a name with a given part, or of a body's; "" of a surname, as van der Maaten is: it
// would be all of the surname when a given name stood before it.
func authorSlug(name string) string {
	slug := store.Slug(name)
	if slug == "" || store.AuthorSlug("x "+name) == slug+"-x" {
		return ""
	}
	return store.AuthorSlug(name)
}

func (p *parser) category(at source, name string) Node {
	if c, ok := lookupCategory(at, name); ok {
		return c
	}
	if name == "" || strings.ContainsAny(name, "\"“”„»«") {
		return nil
	}
	p.note("“%s” is none of arXiv's categories.", name)
	return &Category{at, name, false}
}

// lookupCategory finds a category or an archive however its capitals are; cs.* is cs.
func lookupCategory(at source, name string) (*Category, bool) {
	c, ok := categories()[strings.ToLower(strings.TrimSuffix(name, ".*"))]
	c.source = at
	return &c, ok
}

// categories are arXiv's categories, and its archives that have several, by their names in small letters.
var categories = sync.OnceValue(func() map[string]Category {
	byName := make(map[string]Category)
	for _, c := range store.Categories() {
		if name := strings.ToLower(c.ID); !byName[name].Archive {
			byName[name] = Category{ID: store.CanonicalCategory(c.ID)}
		}
		if c.Archive != c.ID {
			byName[strings.ToLower(c.Archive)] = Category{ID: c.Archive, Archive: true}
		}
	}
	return byName
})

func (p *parser) in(at source, s string) Node {
	if from, to, ok := parseDays(s); ok {
		return &In{at, from, to}
	}
	if c, ok := lookupCategory(at, s); ok { // SciRate's in:quant-ph
		return c
	}
	p.note("“%s” is no date like 2025, 2025-03 or 2025-03-01..2025-04; it was ignored.", s)
	return nil
}

func (p *parser) has(at source, what string) Node {
	what = strings.TrimSpace(what)
	for _, name := range [...]string{what, strings.TrimSuffix(what, "s")} {
		if name == "vote" || slices.Contains(store.LinkKinds[:], store.LinkKind(name)) {
			return &Has{at, strings.Replace(name, "vote", HasVotes, 1)}
		}
	}
	switch what {
	case "scites":
		return &Has{at, HasVotes}
	case "github":
		return &Has{at, string(store.LinkCode)}
	}
	p.note("Papers can't be searched by “has:%s”; it was ignored.", what)
	return nil
}

// parseVotes reads 10, >10, >=10, <10, <=10, 5..10, 5.. and ..10.
func parseVotes(s string) (least, most int, ok bool) {
	low, high, isRange := strings.Cut(s, "..")
	number := func(s string) (int, bool) {
		n, err := strconv.ParseUint(s, 10, 31)
		return int(n), err == nil && n < NoMax
	}
	if isRange {
		least, most, ok = 0, NoMax, low != "" || high != ""
		if low != "" && ok {
			least, ok = number(low)
		}
		if high != "" && ok {
			most, ok = number(high)
		}
		return min(least, most), max(least, most), ok
	}
	digits := strings.TrimLeft(s, "<>=")
	n, ok := number(digits)
	switch s[:len(s)-len(digits)] {
	case "":
		return n, n, ok
	case ">":
		return min(n+1, NoMax), NoMax, ok
	case ">=":
		return n, NoMax, ok
	case "<":
		return 0, n - 1, ok && n > 0
	case "<=":
		return 0, n, ok
	}
	return 0, 0, false
}

func (p *parser) id(at source, name string, t token) Node {
	var ids []Node
	list := []string{t.text}
	if t.kind != phraseToken {
		list = strings.FieldsFunc(t.text, func(r rune) bool { return r == ',' })
	}
	for _, s := range list {
		if name != "id" {
			s = name + ":" + s
		}
		if id, err := store.ParsePaperID(s); err == nil {
			ids = append(ids, &ID{at, id})
		} else {
			p.note("“%s” is no paper's id; it was ignored.", s)
		}
	}
	return or(ids)
}

func (p *parser) sort(name string) {
	switch name {
	case "new", "newest", "date", "recency":
		p.query.Sort = ByNew
	case "votes", "scites", "top":
		p.query.Sort = ByVotes
	case "relevance", "relevancy", "best":
		p.query.Sort = ByRelevance
	default:
		p.note("Results can be sorted by relevance, new or votes, not by “%s”.", name)
		return
	}
	p.sorted = true
}
