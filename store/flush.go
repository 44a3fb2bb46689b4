package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// writeRows writes the rows that addFacets gathered.
func (u *update) writeRows(ctx context.Context) error {
	if err := u.settle(ctx); err != nil {
		return err
	}
	slices.SortFunc(u.rows, func(a, b facetRow) int {
		return cmp.Or(cmp.Compare(a.facet.id, b.facet.id), cmp.Compare(a.listed, b.listed), cmp.Compare(a.paper, b.paper), cmp.Compare(a.name, b.name))
	})
	err := u.insertAll(ctx, `INSERT INTO paper_facets (facet, listed_at, paper, name, votes) VALUES`, 5, "", len(u.rows), func(i int) []any {
		r := &u.rows[i]
		return []any{r.facet.id, r.listed, r.paper, r.name, r.votes}
	})
	u.rows = u.rows[:0]
	return err
}

// flush writes the rows and counters that were gathered.
func (u *update) flush(ctx context.Context) error {
	if err := u.writeRows(ctx); err != nil {
		return err
	}
	for _, write := range []func(context.Context) error{u.writeDays, u.writeFacets, u.writeNames, u.writeTags, u.writeChanges, u.writeFacetQueue} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (u *update) writeDays(ctx context.Context) error {
	maps.DeleteFunc(u.days, func(_ Day, n int) bool { return n == 0 })
	days := slices.Sorted(maps.Keys(u.days))
	return u.insertAll(ctx, `INSERT INTO days (day, papers) VALUES`, 2, addPapers, len(days),
		func(i int) []any { return []any{string(days[i]), u.days[days[i]]} })
}

// addPapers adds what an INSERT would have set to the counter of the row that is there.
const addPapers = ` ON CONFLICT DO UPDATE SET papers = papers + excluded.papers`

func (u *update) writeFacets(ctx context.Context) error {
	var grown []*facet
	for _, f := range u.facets {
		if f.papers != 0 {
			grown = append(grown, f)
		}
	}
	slices.SortFunc(grown, func(a, b *facet) int { return cmp.Compare(a.id, b.id) })
	for _, f := range grown {
		if _, err := u.exec(ctx, `UPDATE facets SET papers = papers + ? WHERE id = ?`, f.papers, f.id); err != nil {
			return err
		}
	}
	return nil
}

func (u *update) writeNames(ctx context.Context) error {
	maps.DeleteFunc(u.names, func(_ nameKey, c *nameCount) bool { return c.papers == 0 })
	names := slices.SortedFunc(maps.Keys(u.names), func(a, b nameKey) int { return cmp.Or(cmp.Compare(a.facet.id, b.facet.id), cmp.Compare(a.id, b.id)) })
	return u.insertAll(ctx, `INSERT INTO author_names (facet, id, name, papers) VALUES`, 4, addPapers, len(names), func(i int) []any {
		count := u.names[names[i]]
		return []any{names[i].facet.id, names[i].id, count.name, count.papers}
	})
}

func (u *update) writeTags(ctx context.Context) error {
	maps.DeleteFunc(u.tags, func(_ tagDay, n int) bool { return n == 0 })
	tags := slices.SortedFunc(maps.Keys(u.tags), func(a, b tagDay) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.facet.id, b.facet.id)) })
	return u.insertAll(ctx, `INSERT INTO tag_days (day, facet, papers) VALUES`, 3, addPapers, len(tags),
		func(i int) []any { return []any{string(tags[i].day), tags[i].facet.id, u.tags[tags[i]]} })
}

func (u *update) writeChanges(ctx context.Context) error {
	if err := u.insertAll(ctx, `REPLACE INTO changes (paper) VALUES`, 1, "", len(u.changed),
		func(i int) []any { return []any{u.changed[i]} }); err != nil {
		return err
	}
	return u.insertAll(ctx, `INSERT INTO tag_queue (paper, counted) VALUES`, 2, ` ON CONFLICT DO UPDATE SET counted = 0`, len(u.queued),
		func(i int) []any { return []any{u.queued[i], 0} })
}
