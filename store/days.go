package store

import (
	"context"
	"time"
)

// DayCount is how many papers stand in a day's listing.
type DayCount struct {
	Day    Day
	Papers int
}

// Days are the days of a span that have papers, first one first.
func (db *DB) Days(ctx context.Context, span Span) ([]DayCount, error) {
	var days []DayCount
	err := db.query(ctx, `SELECT day, papers FROM days WHERE day BETWEEN ? AND ? AND papers > 0 ORDER BY day`,
		[]any{string(span.From), string(span.To)}, func(scan func(...any) error) error {
			var d DayCount
			err := scan(&d.Day, &d.Papers)
			days = append(days, d)
			return err
		})
	return days, err
}

// LatestDay is the newest day with papers that has begun anywhere on Earth; ErrNotFound in an empty catalogue.
func (db *DB) LatestDay(ctx context.Context) (Day, error) {
	return db.dayBeside(ctx, `SELECT day FROM days WHERE day < ? AND papers > 0 ORDER BY day DESC LIMIT 1`, db.Today().Add(1))
}

// Today is the newest day that has begun anywhere on Earth.
func (db *DB) Today() Day { return DayOf(db.now().Add(14 * time.Hour)) }

// DayBefore and DayAfter are the nearest days with papers outside a span; ErrNotFound when there are none.
func (db *DB) DayBefore(ctx context.Context, s Span) (Day, error) {
	return db.dayBeside(ctx, `SELECT day FROM days WHERE day < ? AND papers > 0 ORDER BY day DESC LIMIT 1`, s.From)
}

// DayAfter is the nearest day with papers after a span; see DayBefore.
func (db *DB) DayAfter(ctx context.Context, s Span) (Day, error) {
	return db.dayBeside(ctx, `SELECT day FROM days WHERE day > ? AND papers > 0 ORDER BY day LIMIT 1`, s.To)
}

func (db *DB) dayBeside(ctx context.Context, query string, day Day) (Day, error) {
	var d Day
	err := db.queryRow(ctx, query, []any{string(day)}, &d)
	return d, err
}

// PaperCount is how many papers the catalogue holds.
func (db *DB) PaperCount(ctx context.Context) (int, error) {
	var n int
	err := db.queryRow(ctx, `SELECT coalesce(sum(papers), 0) FROM days`, nil, &n)
	return n, err
}
