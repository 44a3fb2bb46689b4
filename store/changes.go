package store

import (
	"context"
	"fmt"
)

// Every change of a paper that a page or an index could show, a vote included, gives the paper a new number in one
// sequence. Whoever follows the catalogue remembers the last number that it has seen.

func (u *update) noteChange(ctx context.Context, paper int64) error {
	_, err := u.exec(ctx, `REPLACE INTO changes (paper) VALUES (?)`, paper)
	return err
}

// LastChange is the number of the newest change; 0 when there was none.
func (db *DB) LastChange(ctx context.Context) (int64, error) {
	var seq int64
	err := db.queryRow(ctx, `SELECT coalesce(max(seq), 0) FROM changes`, nil, &seq)
	if err != nil {
		return 0, fmt.Errorf("last change: %w", err)
	}
	return seq, nil
}

// Changes are up to limit papers that changed after a number, each as it is now, and the number of the last of them.
func (db *DB) Changes(ctx context.Context, after int64, limit int) (papers []Paper, last int64, err error) {
	var ids []int64
	last = after
	err = db.query(ctx, `SELECT seq, paper FROM changes WHERE seq > ? ORDER BY seq LIMIT ?`, []any{after, limit},
		func(scan func(...any) error) error {
			var id int64
			err := scan(&last, &id)
			ids = append(ids, id)
			return err
		})
	if err == nil {
		papers, err = db.papersByRow(ctx, ids)
	}
	if err != nil {
		return nil, after, fmt.Errorf("changes after %d: %w", after, err)
	}
	return papers, last, nil
}

// State is what pages need to know of the catalogue as a whole.
type State struct {
	Newest int64 // a number that rises whenever a paper comes in
	Latest Day   // the newest day with papers that has begun anywhere on Earth; "" in an empty catalogue
	Sample bool  // it holds nothing but the built-in sample
}

// State is how the catalogue is now.
func (db *DB) State(ctx context.Context) (State, error) {
	var s State
	err := db.queryRow(ctx, `SELECT (SELECT coalesce(max(id), 0) FROM papers),
		coalesce((SELECT day FROM days WHERE day < ? AND papers > 0 ORDER BY day DESC LIMIT 1), ''),
		EXISTS (SELECT 1 FROM settings WHERE name = ?)`, []any{string(db.Today().Add(1)), sampleSetting}, &s.Newest, &s.Latest, &s.Sample)
	if err != nil {
		return State{}, fmt.Errorf("state of the catalogue: %w", err)
	}
	return s, nil
}
