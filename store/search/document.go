package search

import (
	"hash/fnv"
	"strconv"
	"strings"

	"recto/store"
	"recto/store/search/text"
	"recto/store/search/words"
)

// form changes when a paper gives another document than before, so that an index made of the old ones is made anew.
const form = 2

// The classes of the keys by which papers are found and counted: what stands before a colon.
const (
	idKey       = "i"
	categoryKey = "c"
	archiveKey  = "a"
	tagKey      = "g"
	authorKey   = "u"
	hasKey      = "h"
	titleKey    = "t" // a whole title's, by titleSum
)

func key(class, value string) string { return class + ":" + value }

// document is a paper as the index of words takes it, and terms those that its vector is made of.
func document(number uint32, p *store.Paper) (doc words.Doc, terms []string) {
	doc = words.Doc{Number: number, Title: text.Terms(p.Title), Abstract: text.Terms(p.Abstract),
		Day: dayNumber(store.DayOf(p.ListedAt())), Votes: int32(p.Votes())}
	doc.Keys = append(doc.Keys, key(idKey, string(p.ID)), key(titleKey, titleSum(doc.Title)))
	for _, c := range p.Categories {
		doc.Keys = append(doc.Keys, key(categoryKey, c))
		if archive, _, ok := strings.Cut(c, "."); ok {
			doc.Keys = append(doc.Keys, key(archiveKey, archive))
		} else {
			doc.Keys = append(doc.Keys, key(archiveKey, c))
		}
	}
	for _, tag := range p.AllTags() {
		doc.Keys = append(doc.Keys, key(tagKey, store.TagSlug(tag)))
	}
	for _, l := range p.Links {
		doc.Keys = append(doc.Keys, key(hasKey, string(l.Kind)))
	}
	for i, a := range p.Authors {
		if i > 0 {
			doc.Authors = append(doc.Authors, "") // names are apart
		}
		doc.Authors = append(doc.Authors, text.Terms(a.Name)...)
		if slug := store.AuthorSlug(a.Name); slug != "" {
			doc.Keys = append(doc.Keys, key(authorKey, slug))
		}
	}
	return doc, subject(doc.Title, doc.Abstract)
}

// titleSum is the same for titles of the same terms, and seldom for others.
func titleSum(terms []string) string {
	const bits = 40
	h := fnv.New64a()
	for _, t := range terms {
		_, _ = h.Write([]byte(t))
		_, _ = h.Write([]byte{' '})
	}
	return strconv.FormatUint(h.Sum64()>>(64-bits), 36)
}

// subject are the terms that say what a text is about.
func subject(texts ...[]string) []string {
	var terms []string
	for _, t := range texts {
		for _, term := range t {
			if !text.Common(term) {
				terms = append(terms, term)
			}
		}
	}
	return terms
}

// described is a paper as a language model reads it.
func described(p *store.Paper) string { return p.Title + "\n\n" + p.Abstract }

// dayNumber is a day as the index counts them, from 1970-01-01.
func dayNumber(d store.Day) int32 {
	const day = 24 * 60 * 60
	return int32(d.Time().Unix() / day) // it is midnight: nothing is left
}
