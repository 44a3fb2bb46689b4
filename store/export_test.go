package store

import (
	"context"
	"slices"
)

// What the tests see of the package's insides.

// Merge is merge.
func Merge(old, rec Paper) Paper { return merge(old, rec) }

// SamePaper is samePaper.
func SamePaper(a, b *Paper) bool { return samePaper(a, b) }

// Settled is a paper as its first insertion leaves it.
func Settled(p Paper) Paper {
	p.ReaderVotes, p.MinedTags = 0, nil
	p.settleDay(DayOf(p.ReadAt))
	return p
}

// ListingQuery is listingQuery.
func (db *DB) ListingQuery(ctx context.Context, f Filter) (string, []any, error) {
	return db.listingQuery(ctx, f)
}

// Explain is how SQLite goes about a query, a step a line.
func (db *DB) Explain(ctx context.Context, query string, args ...any) ([]string, error) {
	var steps []string
	err := db.query(ctx, `EXPLAIN QUERY PLAN `+query, args, func(scan func(...any) error) error {
		var id, parent, unused int
		var step string
		err := scan(&id, &parent, &unused, &step)
		steps = append(steps, step)
		return err
	})
	return steps, err
}

// ReadQueries are the texts of the reads that this catalogue was asked so far.
func (db *DB) ReadQueries() []string {
	var queries []string
	db.reads.prepared.Range(func(query, _ any) bool {
		queries = append(queries, query.(string))
		return true
	})
	slices.Sort(queries)
	return queries
}

// Empty takes everything out of the catalogue but its readers, for the next round of a test. Facets stay without papers,
// as they do when their papers change.
func (db *DB) Empty(ctx context.Context) error {
	db.known = newKnownIDs()
	return db.inTx(ctx, func(w *writer) error {
		if _, err := w.exec(ctx, `DELETE FROM settings WHERE name = ?`, fillSetting); err != nil {
			return err
		}
		for _, table := range []string{"votes", "changes", "source_vote_readings", "tag_queue", "facet_queue", "aliases", "paper_facets",
			"tag_days", "days", "papers", "removals", "rejects", "cursors"} {
			if _, err := w.exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		for _, table := range []string{"facets", "author_names"} {
			if _, err := w.exec(ctx, `UPDATE `+table+` SET papers = 0`); err != nil {
				return err
			}
		}
		return nil
	})
}

// CleanLine is cleanLine.
func CleanLine(s string) string { return cleanLine(s) }

// IsGap is isGap.
func IsGap(r rune) bool { return isGap(r) }

// HarvestQuery is Harvest's query of papers that are there, or of those that were removed.
func HarvestQuery(h Harvest, removed bool) (string, []any, error) {
	if removed {
		return h.queryRemoved()
	}
	return h.query()
}

// A Filler is what FillFacets works with, for tests that stop in the middle.
type Filler = filler

// NewFiller is newFiller.
func (db *DB) NewFiller(ctx context.Context, papers int) (*Filler, error) {
	return db.newFiller(ctx, 1, papers)
}

// Next is next.
func (f *Filler) Next(ctx context.Context, rows int) (bool, error) { return f.next(ctx, rows) }

// ErrOvertaken is errOvertaken.
var ErrOvertaken = errOvertaken
