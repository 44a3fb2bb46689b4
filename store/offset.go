package store

import (
	"context"
	"fmt"
)

// MaxOffset is how far into a listing PapersFrom looks.
const MaxOffset = 10_000

// PapersFrom is the page of a listing that begins after offset papers, and whether others follow it. It is for protocols
// that number their pages: what comes in between two of them moves papers from one to the other, and the papers before
// the offset are read, too. Wherever a key can be handed out, Papers is the better one.
func (db *DB) PapersFrom(ctx context.Context, f Filter, offset int) (papers []Paper, more bool, err error) {
	if offset < 0 || offset > MaxOffset || f.After != "" || f.Before != "" {
		return nil, false, fmt.Errorf("%w: offset %d", ErrInvalid, offset)
	}
	f.skip = offset
	query, args, err := db.listingQuery(ctx, f)
	if err != nil {
		return nil, false, fmt.Errorf("list papers: %w", err)
	}
	var ids []int64
	err = db.query(ctx, query, args, func(scan func(...any) error) error {
		var id int64
		var sort any
		err := scan(&id, &sort)
		ids = append(ids, id)
		return err
	})
	if err == nil {
		ids = ids[min(offset, len(ids)):]
		more = len(ids) > f.Limit
		papers, err = db.papersByRow(ctx, ids[:min(len(ids), f.Limit)])
	}
	if err != nil {
		return nil, false, fmt.Errorf("list papers: %w", err)
	}
	return papers, more, nil
}
