package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Harvest says which papers somebody who copies the catalogue takes next. They come in the order of their last changes, so
// a paper that changes meanwhile comes again at the end, and none is left out.
type Harvest struct {
	// Categories narrows it to papers in one of them, or in one of an archive's where it ends in a dot: "cs.". Papers of
	// all categories, and of none, when empty.
	Categories  []string
	ArXiv       bool      // papers with an arXiv id alone
	From, Until time.Time // of the last change, both included, in whole seconds; zero for no bound
	After       HarvestKey
	Limit       int // 1 to MaxLimit
}

// HarvestKey is a paper's place among all that are harvested. The zero key is before the first.
type HarvestKey struct {
	Changed int64 // unix seconds
	Number  int64 // the paper's own
}

// Harvested is a paper with when anything that sources say of it last changed in this catalogue. Votes, stars of code,
// mined tags and readings that brought nothing new don't count. Of one that was removed, that is the last change, and of
// its fields the ID, the Title and the Categories are known.
type Harvested struct {
	Paper
	Key     HarvestKey
	Removed bool
}

// ChangedAt is the time of the last change, in whole seconds.
func (h *Harvested) ChangedAt() time.Time { return time.Unix(h.Key.Changed, 0).UTC() }

const harvestedColumns = `changed_at, ` + paperColumns

func scanHarvested(scan func(...any) error) (h Harvested, id int64, err error) {
	r, err := scanPaper(func(dest ...any) error {
		return scan(append([]any{dest[0], &h.Key.Changed}, dest[1:]...)...)
	})
	h.Paper, h.Key.Number = r.Paper, r.id
	return h, r.id, err
}

// Harvest is the papers that are next, those among them that were removed, and whether there are more behind them.
func (db *DB) Harvest(ctx context.Context, h Harvest) (papers []Harvested, more bool, err error) {
	query, args, err := h.query()
	if err != nil {
		return nil, false, err
	}
	var ids []int64
	err = db.query(ctx, query, args, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err == nil {
		papers, err = byRow(ctx, db, ids, harvestedColumns, scanHarvested)
	}
	more = len(ids) > h.Limit
	var removed []Harvested
	if err == nil { // after the papers, lest one that is removed meanwhile be in neither
		removed, err = db.harvestRemoved(ctx, h)
	}
	if err != nil {
		return nil, false, fmt.Errorf("harvest after %v: %w", h.After, err)
	}
	if len(removed) > 0 {
		papers = append(papers, removed...)
		slices.SortFunc(papers, func(a, b Harvested) int { return a.Key.compare(b.Key) })
	}
	more = more || len(papers) > h.Limit
	return papers[:min(len(papers), h.Limit)], more, nil
}

func (k HarvestKey) compare(other HarvestKey) int {
	return cmp.Or(cmp.Compare(k.Changed, other.Changed), cmp.Compare(k.Number, other.Number))
}

// query reads the index of changes from the key on, which holds the categories too: a small category costs one reading of
// it, however many pages a harvest has.
func (h Harvest) query() (string, []any, error) {
	return h.next(`SELECT id FROM papers INDEXED BY papers_changed`, "changed_at")
}

// next completes a query by which papers of the harvest are next, one more than a page, where a column has the time of
// their last change.
func (h Harvest) next(query, changed string) (string, []any, error) {
	if h.Limit < 1 || h.Limit > MaxLimit {
		return "", nil, fmt.Errorf("%w: a harvest of %d papers", ErrInvalid, h.Limit)
	}
	// A range of times is what SQLite seeks; the comparison of both columns then passes over one second's papers.
	query += ` WHERE ` + changed + ` BETWEEN ? AND ? AND (` + changed + `, id) > (?, ?)`
	from, until := h.After.Changed, int64(math.MaxInt64)
	if !h.From.IsZero() {
		from = max(from, h.From.Unix())
	}
	if !h.Until.IsZero() {
		until = h.Until.Unix()
	}
	args := []any{from, until, h.After.Changed, h.After.Number}
	if len(h.Categories) > 0 {
		var any []string
		for _, c := range h.Categories {
			any = append(any, `instr(char(10) || categories || char(10), char(10) || ?) > 0`)
			if !strings.HasSuffix(c, ".") {
				c += "\n"
			}
			args = append(args, c)
		}
		query += ` AND (` + strings.Join(any, ` OR `) + `)`
	}
	if h.ArXiv { // as PaperID.ArXiv has it
		query += ` AND instr(pid, ':') = 0 AND (instr(pid, '.') > 0 OR instr(pid, '/') > 0)`
	}
	return query + ` ORDER BY ` + changed + `, id LIMIT ?`, append(args, h.Limit+1), nil
}

// HarvestedPaper is the paper with an id, as Paper finds it; or, by its first id alone, what is left of one that was removed.
func (db *DB) HarvestedPaper(ctx context.Context, id PaperID) (Harvested, error) {
	r, err := db.paperRow(ctx, id)
	if errors.Is(err, ErrNotFound) {
		var removed Removal
		removed, err = db.removal(ctx, `SELECT `+removalColumns+` FROM removals WHERE pid = ?`, id)
		if err == nil {
			return removed.harvested(), nil
		}
	}
	if err != nil {
		return Harvested{}, fmt.Errorf("paper %s: %w", id, err)
	}
	found, err := byRow(ctx, db, []int64{r.id}, harvestedColumns, scanHarvested)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Harvested{}, fmt.Errorf("paper %s: %w", id, err)
	}
	return found[0], nil
}

// FirstChange is the time of the oldest change that a harvest can give; ErrNotFound in an empty catalogue.
func (db *DB) FirstChange(ctx context.Context) (time.Time, error) {
	var at sql.NullInt64
	err := db.queryRow(ctx, `SELECT min(at) FROM (SELECT min(changed_at) AS at FROM papers UNION ALL SELECT min(removed_at) FROM removals)`, nil, &at)
	if err == nil && !at.Valid {
		err = ErrNotFound
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("first change: %w", err)
	}
	return fromInstant(at), nil
}

// Address is what a map of the site needs to know of a paper.
type Address struct {
	ID        PaperID
	ChangedAt time.Time
}

// Addresses gives the papers with numbers from first to last, in that order. Numbers that no paper has are passed over.
func (db *DB) Addresses(ctx context.Context, first, last int64, each func(Address) error) error {
	return db.query(ctx, `SELECT pid, changed_at FROM papers WHERE id BETWEEN ? AND ? ORDER BY id`, []any{first, last},
		func(scan func(...any) error) error {
			var a Address
			var at sql.NullInt64
			if err := scan(&a.ID, &at); err != nil {
				return err
			}
			a.ChangedAt = fromInstant(at)
			return each(a)
		})
}

// changedAt is when a paper's harvested record changed: now, or NULL when only its votes, its code's stars, its day or its
// reading did.
func (u *update) changedAt(old, now *Paper) sql.NullInt64 {
	same := *now
	same.SourceVotes, same.ReaderVotes, same.MinedTags = old.SourceVotes, old.ReaderVotes, old.MinedTags
	same.FeaturedOn, same.FeaturedBy, same.ReadAt = old.FeaturedOn, old.FeaturedBy, old.ReadAt
	same.Links = slices.Clone(now.Links)
	for i := range min(len(same.Links), len(old.Links)) {
		same.Links[i].Stars = old.Links[i].Stars
	}
	if samePaper(&same, old) {
		return sql.NullInt64{}
	}
	return instant(u.now())
}
