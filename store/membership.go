package store

import (
	"encoding/json"
	"hash/fnv"
	"slices"
)

// FacetKind says what papers are grouped by.
type FacetKind int

// The kinds of facets. The numbers are the database's.
const (
	FacetTag      FacetKind = 1
	FacetCategory FacetKind = 2
	FacetAuthor   FacetKind = 3
)

type facetKey struct {
	kind FacetKind
	slug string
}

// membership is one facet that a paper is in, as the paper's own fields say.
type membership struct {
	facetKey
	name string // an author's spelling, a tag's, or a category's id
}

// facetsOf are the facets that a paper stands in, each once.
func facetsOf(p *Paper) []membership {
	members := make([]membership, 0, len(p.Categories)+len(p.Tags)+len(p.MinedTags)+len(p.Authors))
	for _, c := range p.Categories {
		members = append(members, membership{facetKey{FacetCategory, c}, c})
	}
	for _, t := range p.AllTags() {
		members = append(members, membership{facetKey{FacetTag, TagSlug(t)}, t})
	}
	seen := make(map[membership]bool, len(p.Authors))
	for _, a := range p.Authors {
		m := membership{facetKey{FacetAuthor, AuthorSlug(a.Name)}, a.Name}
		if m.slug != "" && !seen[m] {
			seen[m] = true
			members = append(members, m)
		}
	}
	return slices.DeleteFunc(members, func(m membership) bool { return m.slug == "" })
}

// without are the members that others lack, by facet and spelling.
func without(members, others []membership) []membership {
	in := make(map[membership]bool, len(others))
	for _, m := range others {
		m.name = spelling(m)
		in[m] = true
	}
	var left []membership
	for _, m := range members {
		key := m
		key.name = spelling(m)
		if !in[key] {
			left = append(left, m)
		}
	}
	return left
}

// spelling is the part of a membership's name that has a row of its own.
func spelling(m membership) string {
	if m.kind != FacetAuthor {
		return ""
	}
	return m.name
}

// nameID is the number of an author's spelling: 47 bits of its FNV-1a hash, and never 0. The few spellings of one author's
// address hardly ever share one; those that do are counted as one.
func nameID(name string) int64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return int64(hash.Sum64()>>17) | 1
}

// nameIDs is the numbers of an author's spellings, as a JSON array.
func nameIDs(names []string) (string, error) {
	ids := make([]int64, len(names))
	for i, name := range names {
		ids[i] = nameID(name)
	}
	list, err := json.Marshal(ids)
	return string(list), err
}
