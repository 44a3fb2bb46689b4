package store

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed arxiv_categories.tsv
var taxonomyTSV string

// CategoryInfo is what arXiv says of one of its categories.
type CategoryInfo struct {
	ID          string // cs.LG
	Name        string // Machine Learning
	Archive     string // cs
	ArchiveName string
	Group       string // Computer Science
	Active      bool
	Canonical   string // the category that papers of this one stand in: itself, or what it is an alias of
	Description string
}

var taxonomyRows = sync.OnceValue(func() []CategoryInfo {
	var all []CategoryInfo
	for i, line := range strings.Split(strings.TrimSpace(taxonomyTSV), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 || len(f) < 13 {
			continue
		}
		all = append(all, CategoryInfo{ID: f[0], Name: f[1], Archive: f[2], ArchiveName: f[3], Group: f[5], Active: f[6] == "1",
			Canonical: f[9], Description: strings.TrimSpace(f[12])})
	}
	return all
})

var taxonomy = sync.OnceValue(func() map[string]CategoryInfo {
	byID := make(map[string]CategoryInfo)
	for _, c := range taxonomyRows() {
		byID[c.ID] = c
	}
	return byID
})

// Categories are all of arXiv's categories, group by group.
func Categories() []CategoryInfo { return slices.Clone(taxonomyRows()) }

// LookupCategory is what arXiv's taxonomy says of id; false for a category that isn't arXiv's.
func LookupCategory(id string) (CategoryInfo, bool) {
	c, ok := taxonomy()[id]
	return c, ok
}

// CanonicalCategory replaces an alias or a closed archive by the category that took it in: math.MP → math-ph,
// cmp-lg → cs.CL. Anything else is returned as it is.
func CanonicalCategory(id string) string {
	if c, ok := taxonomy()[id]; ok && c.Canonical != "" {
		return c.Canonical
	}
	return id
}
