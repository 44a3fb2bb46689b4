package search

import (
	"context"
	"errors"
	"math"
	"slices"

	"recto/store"
	"recto/store/search/query"
	"recto/store/search/text"
	"recto/store/search/words"
)

// maxSpellings is how many spellings of an author's name are told apart.
const maxSpellings = 200

// plan is a query as the indexes take it: what has to hold of every result, and free words, of which all are wanted but a
// paper by meaning need have none.
type plan struct {
	free  []freeWord
	loose []words.Node // the terms of the free words, each for itself: of a compound, the parts may stand apart
	must  words.All
	about []string // the terms that the free words are about; none when nothing is to be found by meaning
	ranks bool     // something scores: there are words of any kind
}

// freeWord is a word that may stand anywhere.
type freeWord struct {
	word *query.Word
	node words.Node
}

func (p *plan) freeNodes() []words.Node {
	nodes := make([]words.Node, len(p.free))
	for i, f := range p.free {
		nodes[i] = f.node
	}
	return nodes
}

// strict matches all that was asked for.
func (p *plan) strict() words.Node { return append(words.All(p.freeNodes()), p.must...) }

// relaxed matches papers that have n of the free words' terms.
func (p *plan) relaxed(n int) words.Node {
	return append(words.All{words.AtLeast{N: n, Nodes: p.loose}}, p.must...)
}

// compiler looks up what only the catalogue knows.
type compiler struct {
	ctx context.Context
	db  *store.DB
	err error
}

func (c *compiler) plan(root query.Node) plan {
	var p plan
	nodes := []query.Node{root}
	if and, ok := root.(*query.And); ok {
		nodes = and.Nodes
	}
	nodes = withoutCommon(nodes)
	for _, n := range nodes {
		word, ok := n.(*query.Word)
		if !ok || word.Field != query.Anywhere {
			p.must = append(p.must, c.compile(n))
			continue
		}
		p.free = append(p.free, freeWord{word, c.compile(n)})
		p.about = append(p.about, subject(word.Terms)...)
	}
	for _, term := range p.about { // one that is said twice counts twice, as in BM25
		p.loose = append(p.loose, words.Term{Text: term, In: fieldsOf(query.Anywhere)})
	}
	query.Walk(root, func(n query.Node) {
		switch n.(type) {
		case *query.Word, *query.Phrase, *query.Prefix:
			p.ranks = true
		}
	})
	return p
}

// withoutCommon leaves out function words, unless there is nothing else.
func withoutCommon(nodes []query.Node) []query.Node {
	common := func(n query.Node) bool {
		w, ok := n.(*query.Word)
		return ok && len(w.Terms) == 1 && text.Common(w.Terms[0])
	}
	kept := slices.DeleteFunc(slices.Clone(nodes), common)
	for _, n := range kept {
		if !query.IsFilter(n) {
			return kept
		}
	}
	return nodes
}

func (c *compiler) compileAll(nodes []query.Node) []words.Node {
	compiled := make([]words.Node, len(nodes))
	for i, n := range nodes {
		compiled[i] = c.compile(n)
	}
	return compiled
}

func (c *compiler) compile(n query.Node) words.Node {
	switch n := n.(type) {
	case *query.And:
		return words.All(c.compileAll(withoutCommon(n.Nodes)))
	case *query.Or:
		return words.Any(c.compileAll(n.Nodes))
	case *query.Not:
		return words.Not{Node: c.compile(n.Node)}
	case *query.Word:
		return phrase(n.Terms, fieldsOf(n.Field))
	case *query.Phrase:
		return phrase(n.Terms, fieldsOf(n.Field))
	case *query.Prefix:
		var any words.Any
		for _, start := range n.Starts {
			any = append(any, words.Prefix{Text: start, In: fieldsOf(n.Field)})
		}
		return any
	case *query.In:
		r := words.Range{Column: words.Day, Min: math.MinInt32, Max: math.MaxInt32}
		if n.From != "" {
			r.Min = dayNumber(n.From)
		}
		if n.To != "" {
			r.Max = dayNumber(n.To)
		}
		return r
	case *query.Votes:
		return words.Range{Column: words.Votes, Min: int32(n.Min), Max: int32(n.Max)}
	case *query.Has:
		if n.What == query.HasVotes {
			return words.Range{Column: words.Votes, Min: 1, Max: math.MaxInt32}
		}
		return words.Key{Text: key(hasKey, n.What)}
	case *query.Category:
		if n.Archive {
			return words.Key{Text: key(archiveKey, n.ID)}
		}
		return words.Key{Text: key(categoryKey, n.ID)}
	case *query.Tag:
		return words.Key{Text: key(tagKey, n.Slug)}
	case *query.Author:
		return c.author(n)
	case *query.ID:
		return words.Key{Text: key(idKey, string(c.known(n.Paper)))}
	}
	return words.Any{}
}

// phrase matches terms side by side.
func phrase(terms []string, in words.Fields) words.Node {
	if len(terms) == 1 {
		return words.Term{Text: terms[0], In: in}
	}
	return words.Phrase{Terms: terms, In: in}
}

func fieldsOf(f query.Field) words.Fields {
	switch f {
	case query.Title:
		return words.Title
	case query.Abstract:
		return words.Abstract
	case query.Authors:
		return words.Authors
	}
	return words.Title | words.Abstract | words.Authors
}

// author matches the papers of somebody: those under the slug, less what can't be the same name.
func (c *compiler) author(a *query.Author) words.Node {
	if a.Slug == "" {
		return phrase(a.Terms, words.Authors)
	}
	slug := words.Key{Text: key(authorKey, a.Slug)}
	names, err := c.db.AuthorNames(c.ctx, a.Slug, maxSpellings)
	if err != nil {
		c.err = err
		return slug
	}
	var spelt words.Any
	for _, name := range names {
		if a.Is(name.Name) {
			spelt = append(spelt, phrase(text.Terms(name.Name), words.Authors))
		}
	}
	if len(spelt) == len(names) {
		return slug
	}
	return words.All{slug, spelt}
}

// known is the id under which the catalogue has a paper.
func (c *compiler) known(id store.PaperID) store.PaperID {
	p, err := c.db.Paper(c.ctx, id)
	if err == nil {
		return p.ID
	}
	if !errors.Is(err, store.ErrNotFound) {
		c.err = err
	}
	return id
}
