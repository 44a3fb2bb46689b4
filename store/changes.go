package store

import (
	"context"
	"fmt"
)

// Every change of a paper that a page or an index could show, a vote included, gives the paper a new number in one
// sequence. Whoever follows the catalogue remembers the last number that it has seen.

func (u *update) noteChange(paper int64) { u.changed = append(u.changed, paper) }

// noteVotes notes a change of nothing but votes.
func (u *update) noteVotes(ctx context.Context, paper int64) error {
	_, err := u.exec(ctx, `REPLACE INTO changes (paper, text) VALUES (?1, (SELECT coalesce(text, seq) FROM changes WHERE paper = ?1))`, paper)
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

// CountChanges is how many papers changed after a number.
func (db *DB) CountChanges(ctx context.Context, after int64) (int, error) {
	var n int
	if err := db.queryRow(ctx, `SELECT count(*) FROM changes WHERE seq > ?`, []any{after}, &n); err != nil {
		return 0, fmt.Errorf("count changes after %d: %w", after, err)
	}
	return n, nil
}

// Change is a paper that changed, as it is now.
type Change struct {
	Paper
	Number  int64 // the paper's own for as long as the catalogue lives, counted from 1
	Removed bool  // it is not there any more: of the paper, nothing is known but its number
	// Text is the number of its last change of more than votes. Whoever has read all changes there were, up to that
	// number or beyond, need read nothing but its votes again.
	Text int64
}

// Changes are up to limit papers that changed after a number, in the order of their last changes, and the number of the last.
func (db *DB) Changes(ctx context.Context, after int64, limit int) (changes []Change, last int64, err error) {
	var ids []int64
	text := make(map[int64]int64)
	last = after
	err = db.query(ctx, `SELECT seq, paper, coalesce(text, seq) FROM changes WHERE seq > ? ORDER BY seq LIMIT ?`, []any{after, limit},
		func(scan func(...any) error) error {
			var id, seq int64
			err := scan(&last, &id, &seq)
			ids = append(ids, id)
			text[id] = seq
			return err
		})
	var papers []row
	if err == nil {
		papers, err = byRow(ctx, db, ids, paperColumns, func(scan func(...any) error) (row, int64, error) {
			r, err := scanPaper(scan)
			return r, r.id, err
		})
	}
	if err != nil {
		return nil, after, fmt.Errorf("changes after %d: %w", after, err)
	}
	for _, id := range ids {
		c := Change{Number: id, Text: text[id], Removed: true}
		if len(papers) > 0 && papers[0].id == id {
			c.Paper, c.Removed, papers = papers[0].Paper, false, papers[1:]
		}
		changes = append(changes, c)
	}
	return changes, last, nil
}

// ByNumber are the papers with these numbers, in their order; numbers that no paper has are passed over.
func (db *DB) ByNumber(ctx context.Context, numbers []int64) ([]Paper, error) {
	papers, err := db.papersByRow(ctx, numbers)
	if err != nil {
		return nil, fmt.Errorf("papers by number: %w", err)
	}
	return papers, nil
}

// EachNumber gives every paper's number, the smallest first.
func (db *DB) EachNumber(ctx context.Context, each func(int64) error) error {
	return db.query(ctx, `SELECT id FROM papers ORDER BY id`, nil, func(scan func(...any) error) error {
		var number int64
		if err := scan(&number); err != nil {
			return err
		}
		return each(number)
	})
}

// sampledRun is how many neighbours are in a sample together: they lie on the disk together, too.
const sampledRun = 64

// Sampled gives about every stride-th paper, in runs of neighbours spread over the whole catalogue, without holding them in
// memory.
func (db *DB) Sampled(ctx context.Context, stride int, each func(*Paper) error) error {
	return db.query(ctx, `SELECT id, `+paperColumns+` FROM papers WHERE id IN (SELECT id FROM papers WHERE id / ? % ? = 0) ORDER BY id`,
		[]any{sampledRun, max(stride, 1)}, func(scan func(...any) error) error {
			r, err := scanPaper(scan)
			if err != nil {
				return err
			}
			return each(&r.Paper)
		})
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
