package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"recto/store"
	"recto/store/search/text"
	"recto/store/search/words"
)

const (
	leastTyped  = 2  // letters before anything is suggested
	maxTyped    = 20 // words
	authorsSeen = 40 // papers whose authors are looked at
	titlesSeen  = 40
	tagsSeen    = 200
)

// Suggest completes what somebody is typing: titles, authors and tags, up to limit of them together.
func (x *Index) Suggest(ctx context.Context, typed string, limit int) ([]Suggestion, error) {
	all, err := x.suggest(ctx, typed, limit)
	if err != nil {
		return nil, fmt.Errorf("suggest for %.100q: %w", typed, err)
	}
	return all, nil
}

func (x *Index) suggest(ctx context.Context, typed string, limit int) ([]Suggestion, error) {
	folded := text.Folded(typed)
	if limit <= 0 || len(folded) == 0 || len(folded) > maxTyped || len(strings.Join(folded, "")) < leastTyped || strings.ContainsRune(typed, ':') {
		return nil, nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	tags, err := x.suggestTags(ctx, typed)
	if err != nil {
		return nil, err
	}
	authors, err := x.suggestAuthors(ctx, folded)
	if err != nil {
		return nil, err
	}
	tags, authors = tags[:min(len(tags), limit/4)], authors[:min(len(authors), limit/4)]
	titles, err := x.suggestTitles(ctx, folded, limit-len(tags)-len(authors))
	if err != nil {
		return nil, err
	}
	return slices.Concat(titles, authors, tags), nil
}

// begun matches papers that have all but the last of what was typed in a field, and a word that begins as the last.
func begun(typed []string, in words.Fields) words.Node {
	var all words.All
	for _, word := range typed[:len(typed)-1] {
		for _, term := range text.Terms(word) {
			all = append(all, words.Term{Text: term, In: in})
		}
	}
	last := typed[len(typed)-1]
	any := words.Any{}
	for _, term := range text.Terms(last) {
		any = append(any, words.Term{Text: term, In: in})
	}
	for _, start := range text.Prefixes(last) {
		any = append(any, words.Prefix{Text: start, In: in})
	}
	return append(all, any)
}

// suggestTitles gives titles that begin with what was typed before those that have it.
func (x *Index) suggestTitles(ctx context.Context, folded []string, limit int) ([]Suggestion, error) {
	found, err := x.words.Search(ctx, begun(folded, words.Title), words.Options{Limit: titlesSeen})
	if err != nil {
		return nil, err
	}
	papers, err := x.db.ByNumber(ctx, wide(numbers(found.Hits)))
	if err != nil {
		return nil, err
	}
	typed := strings.Join(folded, " ")
	var first, others []Suggestion
	for i := range papers {
		s := Suggestion{Name: papers[i].Title, Paper: papers[i].ID}
		if strings.HasPrefix(strings.Join(text.Folded(s.Name), " "), typed) {
			first = append(first, s)
		} else {
			others = append(others, s)
		}
	}
	all := append(first, others...)
	return all[:min(limit, len(all))], nil
}

func (x *Index) suggestAuthors(ctx context.Context, folded []string) ([]Suggestion, error) {
	found, err := x.words.Search(ctx, begun(folded, words.Authors), words.Options{Limit: authorsSeen})
	if err != nil {
		return nil, err
	}
	papers, err := x.db.ByNumber(ctx, wide(numbers(found.Hits)))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var all []Suggestion
	for i := range papers {
		for _, a := range papers[i].Authors {
			slug := store.AuthorSlug(a.Name)
			if slug == "" || seen[slug] || !isBegun(text.Folded(a.Name), folded) {
				continue
			}
			seen[slug] = true
			facet, err := x.db.Facet(ctx, store.FacetAuthor, slug)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			all = append(all, Suggestion{Name: a.Name, Author: slug, Papers: facet.Papers})
		}
	}
	slices.SortStableFunc(all, func(a, b Suggestion) int { return b.Papers - a.Papers })
	return all, nil
}

// isBegun says whether a name has all that was typed, each as the beginning of another of its parts.
func isBegun(name, typed []string) bool {
	name = slices.Clone(name)
	for _, t := range typed {
		i := slices.IndexFunc(name, func(part string) bool { return strings.HasPrefix(part, t) })
		if i < 0 {
			return false
		}
		name = slices.Delete(name, i, i+1)
	}
	return true
}

func (x *Index) suggestTags(ctx context.Context, typed string) ([]Suggestion, error) {
	slug := store.TagSlug(typed)
	if slug == "" {
		return nil, nil
	}
	facets, err := x.db.FacetsFrom(ctx, store.FacetTag, slug, tagsSeen)
	var all []Suggestion
	for _, f := range facets {
		if strings.HasPrefix(f.Slug, slug) {
			all = append(all, Suggestion{Name: f.Name, Tag: f.Slug, Papers: f.Papers})
		}
	}
	slices.SortStableFunc(all, func(a, b Suggestion) int { return b.Papers - a.Papers })
	return all, err
}

// authorLine is all names in one text.
func authorLine(authors []store.Author) string {
	names := make([]string, len(authors))
	for i, a := range authors {
		names[i] = a.Name
	}
	return strings.Join(names, ", ")
}
