package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Removal is a paper that somebody took out of the catalogue.
type Removal struct {
	ID         PaperID
	Title      string
	Categories []string
	Reason     string // a line; "" when none was given
	At         time.Time

	number int64
}

// MaxReason is how long the reason of a removal may be, in bytes.
const MaxReason = 500

// RemovedError says that a paper is not found because somebody removed it: it is an ErrNotFound.
type RemovedError struct{ Removal }

func (e *RemovedError) Error() string { return "removed on " + string(DayOf(e.At)) }

func (e *RemovedError) Unwrap() error { return ErrNotFound }

// RemovePaper takes the paper of which an id is one out of the catalogue, with its votes and all else that is kept of it,
// and has sources not bring it back. Who follows the catalogue learns of it by a change. Of a paper that was removed
// before, the reason is kept anew.
func (db *DB) RemovePaper(ctx context.Context, id PaperID, reason string) (Removal, error) {
	var removed Removal
	err := fmt.Errorf("%w: a reason has at most %d bytes", ErrInvalid, MaxReason)
	if reason = cleanLine(reason); len(reason) <= MaxReason {
		err = db.update(ctx, func(u *update) (err error) {
			removed, err = u.remove(ctx, id, reason)
			return err
		})
	}
	if err != nil {
		return Removal{}, fmt.Errorf("remove paper %s: %w", id, err)
	}
	return removed, nil
}

func (u *update) remove(ctx context.Context, id PaperID, reason string) (Removal, error) {
	r, err := u.withID(ctx, id)
	if errors.Is(err, ErrNotFound) {
		removed, err := u.setRestored(ctx, id, `UPDATE removals SET restored = 0, reason = ? WHERE id = ?`, reason)
		removed.Reason = reason
		return removed, err
	}
	if err != nil {
		return Removal{}, err
	}
	ids, err := u.idsOf(ctx, `SELECT pid FROM aliases WHERE paper = ?`, r.id)
	if err != nil {
		return Removal{}, err
	}
	removed := Removal{r.ID, r.Title, r.Categories, reason, u.now().UTC().Truncate(time.Second), r.id}
	if _, err := u.exec(ctx, `INSERT INTO removals (id, pid, doi, categories, title, reason, removed_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		r.id, string(r.ID), r.doi(), encodeWords(r.Categories), r.Title, reason, removed.At.Unix()); err != nil {
		return Removal{}, err
	}
	for _, id := range append(ids, r.ID) {
		if _, err := u.exec(ctx, `REPLACE INTO removed_ids (pid, removal) VALUES (?, ?)`, string(id), r.id); err != nil {
			return Removal{}, err
		}
	}
	if err := u.leaveQueue(ctx, r.id); err != nil {
		return Removal{}, err
	}
	if err := u.removeFacets(ctx, r.id, &r.Paper, facetsOf(&r.Paper), nil); err != nil {
		return Removal{}, err
	}
	u.days[r.FeaturedOn]--
	if _, err := u.exec(ctx, `DELETE FROM papers WHERE id = ?`, r.id); err != nil { // and what refers to it
		return Removal{}, err
	}
	u.noteChange(r.id)
	return removed, nil
}

// RestorePaper lets sources bring a removed paper back; ErrNotFound when none with this id was removed.
func (db *DB) RestorePaper(ctx context.Context, id PaperID) (Removal, error) {
	var removed Removal
	err := db.update(ctx, func(u *update) (err error) {
		removed, err = u.setRestored(ctx, id, `UPDATE removals SET restored = 1 WHERE restored = 0 AND id = ?`)
		return err
	})
	if err != nil {
		return Removal{}, fmt.Errorf("restore paper %s: %w", id, err)
	}
	return removed, nil
}

// setRestored changes a removal by a query, whose last parameter is its number.
func (u *update) setRestored(ctx context.Context, id PaperID, query string, args ...any) (Removal, error) {
	removed, err := scanRemoval(func(dest ...any) error { return u.row(ctx, selectRemoval, []any{string(id)}, dest...) })
	if err != nil {
		return Removal{}, err
	}
	return removed, u.execFound(ctx, query, append(args, removed.number)...)
}

// Of a removal, by any of its ids; also when it is restored.
const (
	removalColumns = `id, pid, title, categories, reason, removed_at`
	selectRemoval  = `SELECT ` + removalColumns + ` FROM removals WHERE id = (SELECT removal FROM removed_ids WHERE pid = ?)`
)

func scanRemoval(scan func(...any) error) (Removal, error) {
	var r Removal
	var categories string
	var at int64
	err := scan(&r.number, &r.ID, &r.Title, &categories, &r.Reason, &at)
	r.Categories, r.At = decodeWords(categories), time.Unix(at, 0).UTC()
	return r, err
}

// notFound says why there is no paper with an id.
func (db *DB) notFound(ctx context.Context, id PaperID) error {
	removed, err := db.removal(ctx, selectRemoval+` AND restored = 0`, id)
	if err != nil { // ErrNotFound, too
		return err
	}
	return &RemovedError{removed}
}

func (db *DB) removal(ctx context.Context, query string, id PaperID) (Removal, error) {
	return scanRemoval(func(dest ...any) error { return db.queryRow(ctx, query, []any{string(id)}, dest...) })
}

func (h Harvest) queryRemoved() (string, []any, error) {
	return h.next(`SELECT `+removalColumns+` FROM removals`, "removed_at")
}

// harvestRemoved is the part of a harvest's next page, and a paper more, that was removed.
func (db *DB) harvestRemoved(ctx context.Context, h Harvest) (all []Harvested, err error) {
	query, args, err := h.queryRemoved()
	if err != nil {
		return nil, err
	}
	err = db.query(ctx, query, args, func(scan func(...any) error) error {
		r, err := scanRemoval(scan)
		all = append(all, r.harvested())
		return err
	})
	return all, err
}

func (r *Removal) harvested() Harvested {
	return Harvested{Paper: Paper{ID: r.ID, Title: r.Title, Categories: r.Categories}, Key: HarvestKey{r.At.Unix(), r.number}, Removed: true}
}

// HarvestCount is how many papers a harvest of everything gives.
func (db *DB) HarvestCount(ctx context.Context) (int, error) {
	var n int
	err := db.queryRow(ctx, `SELECT (SELECT coalesce(sum(papers), 0) FROM days) + (SELECT count(*) FROM removals)`, nil, &n)
	if err != nil {
		return 0, fmt.Errorf("count papers of a harvest: %w", err)
	}
	return n, nil
}

const removedHandles = `SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM removed_ids WHERE pid = value)
	OR EXISTS (SELECT 1 FROM removals WHERE pid = value) OR EXISTS (SELECT 1 FROM removals WHERE doi = value AND doi <> '')`

// staysOut says whether a record is of a paper that somebody removed: by its id, or, when no paper that is there is the
// record's, by the DOI, as find has it. The removal of a paper that comes back is forgotten.
func (u *update) staysOut(ctx context.Context, rec *Paper, isNew bool) (bool, error) {
	var restored bool
	err := u.row(ctx, `SELECT restored FROM removals WHERE id = (SELECT removal FROM removed_ids WHERE pid = ?)`, []any{string(rec.ID)}, &restored)
	switch {
	case err == nil && !restored:
		return true, nil
	case err != nil && !errors.Is(err, ErrNotFound):
		return false, err
	case !isNew:
		return false, nil
	}
	if doi := rec.doi(); doi != "" {
		var number int64
		err := u.row(ctx, `SELECT id FROM removals WHERE restored = 0 AND doi <> '' AND doi = ? ORDER BY id LIMIT 1`, []any{doi}, &number)
		if err == nil {
			ids, err := u.idsOf(ctx, `SELECT pid FROM removed_ids WHERE removal = ?`, number)
			if err != nil || !anyOfScheme(ids, rec.ID.scheme()) {
				return true, err
			}
		} else if !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	_, err = u.exec(ctx, `DELETE FROM removals WHERE pid = ?`, string(rec.ID))
	return false, err
}
