package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// listingQuery selects the ids of a page and one more, in order, with what they are sorted by. Only the index of the
// order is read: the papers themselves are fetched after.
func (db *DB) listingQuery(ctx context.Context, f Filter) (query string, args []any, err error) {
	if f.Limit < 1 || f.Limit > MaxLimit {
		return "", nil, fmt.Errorf("%w: a page of %d papers", ErrInvalid, f.Limit)
	}
	sort := map[Order]string{ByVotes: "votes", Newest: "listed_at", Trending: "trend"}[f.Order]
	id, from, where, sorted := "id", "papers", "", false
	add := func(condition string, values ...any) {
		if where == "" {
			where = " WHERE " + condition
		} else {
			where += " AND " + condition
		}
		args = append(args, values...)
	}
	switch {
	case f.Facet != 0:
		id, from = "paper", "paper_facets"
		var facet int64
		if err := db.queryRow(ctx, `SELECT id FROM facets WHERE kind = ? AND slug = ?`, []any{int(f.Facet), f.Slug}, &facet); err != nil {
			return "", nil, fmt.Errorf("%q: %w", f.Slug, err)
		}
		add("facet = ?", facet)
		if f.Order == ByVotes && f.Facet != FacetAuthor {
			add("name = 0") // as the index has it
		}
		if len(f.Names) > 0 {
			ids, err := nameIDs(f.Names)
			if err != nil {
				return "", nil, err
			}
			add("name IN (SELECT value FROM json_each(?))", ids)
		}
	case f.VotedBy != 0:
		id, from, sort = "paper", "votes", "voted_at"
		add("reader = ?", int64(f.VotedBy))
	case f.Span != nil && f.Span.From == f.Span.To:
		add("featured_on = ?", string(f.Span.From))
	case f.Span != nil:
		// Of a short span, each day is read in its own order; over a long one the votes' own index, passing over other
		// days, finds a page sooner.
		if f.Span.days() <= maxDays {
			return daysQuery(f, sort)
		}
		if f.Order == ByVotes {
			from = "papers INDEXED BY papers_votes"
		} else {
			sorted = true
		}
		add("featured_on BETWEEN ? AND ?", string(f.Span.From), string(f.Span.To))
	}
	if sort == "" || f.Order == Trending && where != "" {
		return "", nil, fmt.Errorf("%w: order %q", ErrInvalid, f.Order)
	}
	direction := "DESC"
	if at, beyond := f.After, "<"; at != "" || f.Before != "" {
		if f.Before != "" {
			at, beyond, direction = f.Before, ">", "ASC"
		}
		key, row, err := at.parse()
		if err != nil {
			return "", nil, err
		}
		if id == "id" && !sorted {
			return beyondKey(sort, from, where, beyond, direction), append(append(append(args, key, row, f.take()),
				append(slices.Clone(args), key, f.take())...), f.take()), nil
		}
		add("("+sort+", "+id+") "+beyond+" (?, ?)", key, row)
	}
	distinct := ""
	if f.Facet == FacetAuthor {
		distinct = "DISTINCT " // one paper may name an author twice, in two spellings
	}
	query = fmt.Sprintf("SELECT %s%s, %s FROM %s%s ORDER BY %s %s, %s %s LIMIT ?",
		distinct, id, sort, from, where, sort, direction, id, direction)
	return query, append(args, f.take()), nil
}

// beyondKey selects papers from a key on: those with the key's value first, then the others. In one condition, SQLite
// would not seek a row's number in the papers' indexes, and many thousands share no votes at all.
func beyondKey(sort, from, where, beyond, direction string) string {
	and := " WHERE "
	if where != "" {
		and = where + " AND "
	}
	part := func(condition string) string {
		return fmt.Sprintf("SELECT * FROM (SELECT id, %s FROM %s%s%s ORDER BY %s %s, id %s LIMIT ?)",
			sort, from, and, condition, sort, direction, direction)
	}
	return part(sort+" = ? AND id "+beyond+" ?") + " UNION ALL " + part(sort+" "+beyond+" ?") +
		fmt.Sprintf(" ORDER BY 2 %s, 1 %s LIMIT ?", direction, direction)
}

// take is how many papers a query is to give: those passed over, a page, and one that tells whether others follow.
func (f *Filter) take() int { return f.skip + f.Limit + 1 }

// maxDays is how many days are read one by one: SQLite takes up to 500 parts in a query, and a key makes two of a day.
const maxDays = 100

// daysQuery selects a page of a few days' papers: the first of each day, of which the first are taken. However many papers
// the days have, no more than a page of each is read.
func daysQuery(f Filter, sort string) (query string, args []any, err error) {
	if sort == "" || f.Order == Trending {
		return "", nil, fmt.Errorf("%w: order %q", ErrInvalid, f.Order)
	}
	beyond, direction := "<", "DESC"
	var key any
	var row int64
	at := f.After
	if f.Before != "" {
		at, beyond, direction = f.Before, ">", "ASC"
	}
	if at != "" {
		if key, row, err = at.parse(); err != nil {
			return "", nil, err
		}
	}
	var parts []string
	add := func(condition string, values ...any) {
		parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT id, %s FROM papers WHERE featured_on = ?%s ORDER BY %s %s, id %s LIMIT ?)",
			sort, condition, sort, direction, direction))
		args = append(append(args, values...), f.take())
	}
	for day := f.Span.From; day <= f.Span.To; day = day.Add(1) {
		if at == "" {
			add("", string(day))
			continue
		}
		add(" AND "+sort+" = ? AND id "+beyond+" ?", string(day), key, row)
		add(" AND "+sort+" "+beyond+" ?", string(day), key)
	}
	if len(parts) == 0 {
		return "", nil, fmt.Errorf("%w: the days from %s to %s", ErrInvalid, f.Span.From, f.Span.To)
	}
	query = strings.Join(parts, " UNION ALL ") + fmt.Sprintf(" ORDER BY 2 %s, 1 %s LIMIT ?", direction, direction)
	return query, append(args, f.take()), nil
}

func (s Span) days() int { return int(s.To.Time().Sub(s.From.Time()).Hours()/24) + 1 }
