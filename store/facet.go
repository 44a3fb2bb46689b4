package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Facet is a tag, a category or an author, with how many papers stand in it.
type Facet struct {
	Slug   string // its address; a category's is its id
	Name   string
	Papers int
}

// Facet is the one with a slug.
func (db *DB) Facet(ctx context.Context, kind FacetKind, slug string) (Facet, error) {
	f := Facet{Slug: slug}
	err := db.queryRow(ctx, `SELECT name, papers FROM facets WHERE kind = ? AND slug = ? AND papers > 0`,
		[]any{int(kind), slug}, &f.Name, &f.Papers)
	if err != nil {
		return Facet{}, fmt.Errorf("%q: %w", slug, err)
	}
	return f, nil
}

// TopFacets are those of a kind with most papers.
func (db *DB) TopFacets(ctx context.Context, kind FacetKind, limit int) ([]Facet, error) {
	return db.facets(ctx, `SELECT slug, name, papers FROM facets WHERE kind = ? AND papers > 0
		ORDER BY papers DESC, id DESC LIMIT ?`, int(kind), limit)
}

// FacetsFrom are those of a kind whose slugs come at or after one, in the slugs' order.
func (db *DB) FacetsFrom(ctx context.Context, kind FacetKind, slug string, limit int) ([]Facet, error) {
	return db.facets(ctx, `SELECT slug, name, papers FROM facets WHERE kind = ? AND slug >= ? AND papers > 0
		ORDER BY slug LIMIT ?`, int(kind), slug, limit)
}

func (db *DB) facets(ctx context.Context, query string, args ...any) ([]Facet, error) {
	var facets []Facet
	err := db.query(ctx, query, args, func(scan func(...any) error) error {
		var f Facet
		err := scan(&f.Slug, &f.Name, &f.Papers)
		facets = append(facets, f)
		return err
	})
	return facets, err
}

// CategoryCounts is how many papers stand in each category.
func (db *DB) CategoryCounts(ctx context.Context) (map[string]int, error) {
	counts := make(map[string]int)
	facets, err := db.facets(ctx, `SELECT slug, name, papers FROM facets WHERE kind = ? AND papers > 0`, int(FacetCategory))
	for _, f := range facets {
		counts[f.Slug] = f.Papers
	}
	return counts, err
}

// AuthorNames are the spellings that an author's address covers, most used first.
func (db *DB) AuthorNames(ctx context.Context, slug string, limit int) ([]Facet, error) {
	return db.facets(ctx, `SELECT f.slug, n.name, n.papers FROM facets AS f JOIN author_names AS n ON n.facet = f.id
		WHERE f.kind = ? AND f.slug = ? AND n.papers > 0 ORDER BY n.papers DESC, n.name LIMIT ?`, int(FacetAuthor), slug, limit)
}

// RisingTag is a tag that more papers have than a week before.
type RisingTag struct {
	Facet
	Gain int // papers of the last seven days less those of the seven before
}

// RisingTags are the tags that gained most in the seven days up to day, against the seven before. They are chosen by the
// gain over its own expected spread (√ of the papers of both weeks), so that a big tag's noise does not hide a new one's
// start, and given by the gain.
func (db *DB) RisingTags(ctx context.Context, day Day, limit int) ([]RisingTag, error) {
	const minPapers = 3 // in the last week; fewer are an accident
	type week struct{ now, before int }
	weeks := make(map[int64]*week)
	from := day.Add(-6)
	err := db.query(ctx, `SELECT facet, day, papers FROM tag_days WHERE day BETWEEN ? AND ? AND papers > 0`,
		[]any{string(day.Add(-13)), string(day)}, func(scan func(...any) error) error {
			var facet int64
			var d Day
			var papers int
			if err := scan(&facet, &d, &papers); err != nil {
				return err
			}
			w := weeks[facet]
			if w == nil {
				w = new(week)
				weeks[facet] = w
			}
			if d >= from {
				w.now += papers
			} else {
				w.before += papers
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("rising tags on %s: %w", day, err)
	}
	type candidate struct {
		facet int64
		gain  int
		score float64
	}
	var rising []candidate
	for facet, w := range weeks {
		if gain := w.now - w.before; gain > 0 && w.now >= minPapers {
			rising = append(rising, candidate{facet, gain, float64(gain) / math.Sqrt(float64(w.now+w.before))})
		}
	}
	slices.SortFunc(rising, func(a, b candidate) int {
		if a.score != b.score {
			return int(math.Copysign(1, b.score-a.score))
		}
		return int(a.facet - b.facet)
	})
	rising = rising[:min(len(rising), limit)]
	slices.SortStableFunc(rising, func(a, b candidate) int { return b.gain - a.gain })
	ids := make([]int64, len(rising))
	for i, c := range rising {
		ids[i] = c.facet
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	tags := make([]RisingTag, 0, len(rising))
	err = db.query(ctx, `SELECT f.slug, f.name, f.papers FROM json_each(?) AS j JOIN facets AS f ON f.id = j.value ORDER BY j.key`,
		[]any{string(list)}, func(scan func(...any) error) error {
			t := RisingTag{Gain: rising[len(tags)].gain}
			err := scan(&t.Slug, &t.Name, &t.Papers)
			tags = append(tags, t)
			return err
		})
	return tags, err
}

// FacetLetters are the first letters of the slugs of a kind, at most limit of them, for an index from A to Z.
func (db *DB) FacetLetters(ctx context.Context, kind FacetKind, limit int) ([]string, error) {
	var letters []string
	for from := ""; len(letters) < limit; {
		facets, err := db.FacetsFrom(ctx, kind, from, 1)
		if err != nil || len(facets) == 0 {
			return letters, err
		}
		first := []rune(facets[0].Slug)[0]
		letters = append(letters, string(first))
		from = string(first + 1)
	}
	return letters, nil
}
