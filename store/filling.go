package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// The papers of a long run are put into their facets later, very many at once. The rows that a few papers have in facets
// lie on as many pages of the file as those of many do, and each page that a transaction touches is written whole. Until
// then listings of tags, categories and authors lack them, and nothing else does.

// fillSetting says how far FillFacets is with the papers that it is at; not set while it is at none.
const fillSetting = "fill"

// filling is how far FillFacets is. It is kept by each of its transactions.
type filling struct {
	To    int64 // it is at the papers of the queue up to this one
	Facet int64 // and has put them into all their facets up to this one
}

// How much FillFacets does at once.
const (
	filledAtOnce = 200_000 // papers, at some 1 kB of memory each
	readAtOnce   = 2_000   // papers
	madeAtOnce   = 20_000  // facets in a transaction
	rowsAtOnce   = 20_000  // in a transaction; those of one facet are together, though
)

// FillFacets puts the papers that Batch.Bulk left in the queue into their facets, as long as at least so many are in it.
// Interrupted, it goes on where it was, however few they are; other transactions come in between its own. Where another
// process is at it, too, one of them stops.
func (db *DB) FillFacets(ctx context.Context, least int) error {
	for {
		f, err := db.newFiller(ctx, least, filledAtOnce)
		for more := f != nil; more && err == nil; {
			more, err = f.next(ctx, rowsAtOnce)
		}
		if errors.Is(err, errOvertaken) || f == nil && err == nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("put papers into their facets: %w", err)
		}
	}
}

// Unfilled is what FillFacets has left to do, as a text that changes while an ingest or another FillFacets is at it; ""
// when there is nothing.
func (db *DB) Unfilled(ctx context.Context) (string, error) {
	var last int64
	var at string
	err := db.queryRow(ctx, `SELECT coalesce(max(paper), 0), coalesce((SELECT CAST(value AS TEXT) FROM settings WHERE name = ?), '')
		FROM facet_queue`, []any{fillSetting}, &last, &at)
	if err != nil {
		return "", fmt.Errorf("look for papers that are not in their facets: %w", err)
	}
	if last == 0 && at == "" {
		return "", nil
	}
	return fmt.Sprint(last, at), nil
}

// errOvertaken says that another process fills facets, too.
var errOvertaken = errors.New("another process puts papers into their facets")

// filler puts some papers of the queue into their facets.
type filler struct {
	db     *DB
	at     filling
	papers int
	rows   []queuedRow // that are to be written, in their order
}

// newFiller is for the first of the queue's papers; nil when there are fewer than are wanted at least.
func (db *DB) newFiller(ctx context.Context, least, most int) (*filler, error) {
	f := &filler{db: db}
	err := db.inTx(ctx, func(w *writer) (err error) {
		f.at, err = w.beginFilling(ctx, least, most)
		return err
	})
	if err != nil || f.at.To == 0 {
		return nil, err
	}
	if f.rows, f.papers, err = db.queuedRows(ctx, f.at.To); err != nil {
		return nil, err
	}
	if err := db.makeFacets(ctx, f.rows); err != nil {
		return nil, err
	}
	f.rows = slices.DeleteFunc(f.rows, func(r queuedRow) bool { return r.facet.id <= f.at.Facet })
	slices.SortFunc(f.rows, func(a, b queuedRow) int {
		return cmp.Or(cmp.Compare(a.facet.id, b.facet.id), cmp.Compare(a.listed, b.listed), cmp.Compare(a.id, b.id))
	})
	return f, nil
}

// next writes about so many rows in a transaction, or the end, and says whether there are more.
func (f *filler) next(ctx context.Context, rows int) (more bool, err error) {
	if len(f.rows) == 0 {
		return false, f.db.inTx(ctx, func(w *writer) error { return w.endFilling(ctx, f.at) })
	}
	n := min(rows, len(f.rows))
	for n < len(f.rows) && f.rows[n].facet == f.rows[n-1].facet {
		n++
	}
	to := filling{f.at.To, f.rows[n-1].facet.id}
	if err := f.db.update(ctx, func(u *update) error { return u.fill(ctx, f, f.rows[:n], to) }); err != nil {
		return false, err
	}
	f.at, f.rows = to, f.rows[n:]
	return true, nil
}

// beginFilling is where FillFacets is to go on: with the papers that it was at, or else the first of the queue.
func (w *writer) beginFilling(ctx context.Context, least, most int) (filling, error) {
	at, err := w.filling(ctx)
	if err != nil || at.To != 0 {
		return at, err
	}
	var papers int
	var to int64
	err = w.row(ctx, `SELECT count(*), coalesce(max(paper), 0) FROM (SELECT paper FROM facet_queue ORDER BY paper LIMIT ?)`,
		[]any{most}, &papers, &to)
	if err != nil || papers == 0 || papers < min(least, most) {
		return at, err
	}
	at.To = to
	return at, w.setFilling(ctx, at)
}

func (w *writer) filling(ctx context.Context) (at filling, err error) {
	var value []byte
	err = w.row(ctx, `SELECT value FROM settings WHERE name = ?`, []any{fillSetting}, &value)
	if errors.Is(err, ErrNotFound) {
		return filling{}, nil
	}
	if err == nil {
		err = json.Unmarshal(value, &at)
	}
	return at, err
}

func (w *writer) setFilling(ctx context.Context, at filling) error {
	value, err := json.Marshal(at)
	if err == nil {
		err = w.setSetting(ctx, fillSetting, value)
	}
	return err
}

func (w *writer) endFilling(ctx context.Context, at filling) error {
	if err := w.stillFilling(ctx, at); err != nil {
		return err
	}
	if _, err := w.exec(ctx, `DELETE FROM facet_queue WHERE paper <= ?`, at.To); err != nil {
		return err
	}
	return w.setSetting(ctx, fillSetting, nil)
}

// stillFilling says whether nobody else went on from at.
func (w *writer) stillFilling(ctx context.Context, at filling) error {
	now, err := w.filling(ctx)
	if err == nil && now != at {
		err = errOvertaken
	}
	return err
}

// queuedRow is a row that a paper of the queue is to have in a facet.
type queuedRow struct {
	*queuedPaper
	facet *facet
	name  string // as a membership's
}

// queuedPaper is what a paper's rows repeat of it.
type queuedPaper struct {
	id, listed int64
	votes      int
	day        Day
}

// queuedRows are the rows of the queue's papers up to one, and how many papers these are.
func (db *DB) queuedRows(ctx context.Context, to int64) (rows []queuedRow, papers int, err error) {
	const each = 16 // rows of a paper
	if err := db.queryRow(ctx, `SELECT count(*) FROM facet_queue WHERE paper <= ?`, []any{to}, &papers); err != nil {
		return nil, 0, err
	}
	rows, papers = make([]queuedRow, 0, each*papers), 0
	facets := make(map[facetKey]*facet)
	for after := int64(0); ; {
		n := 0
		err := db.query(ctx, `SELECT id, listed_at, votes, featured_on, categories, tags, mined_tags, authors FROM papers
			WHERE id IN (SELECT paper FROM facet_queue WHERE paper > ? AND paper <= ? ORDER BY paper LIMIT ?) ORDER BY id`,
			[]any{after, to, readAtOnce}, func(scan func(...any) error) error {
				q := new(queuedPaper)
				var categories, tags, mined, people string
				err := scan(&q.id, &q.listed, &q.votes, &q.day, &categories, &tags, &mined, &people)
				for _, m := range facetsOf(&Paper{Categories: decodeWords(categories), Tags: decodeWords(tags),
					MinedTags: decodeWords(mined), Authors: decodeAuthors(people)}) {
					f, ok := facets[m.facetKey]
					if !ok {
						f = &facet{facetKey: m.facetKey, name: m.name}
						facets[m.facetKey] = f
					}
					rows = append(rows, queuedRow{q, f, m.name})
				}
				after = q.id
				n++
				return err
			})
		if papers += n; err != nil || n == 0 {
			return rows, papers, err
		}
	}
}

// makeFacets finds or makes the facets of rows. Until papers are counted in it, nobody sees a new one.
func (db *DB) makeFacets(ctx context.Context, rows []queuedRow) error {
	var facets []*facet
	for i := range rows {
		if f := rows[i].facet; f.round == 0 {
			f.round = 1
			facets = append(facets, f)
		}
	}
	slices.SortFunc(facets, byAddress)
	for some := range slices.Chunk(facets, madeAtOnce) {
		err := db.update(ctx, func(u *update) error {
			u.known = newKnownIDs() // none of them is met again soon
			for _, f := range some {
				f.id, f.round = 0, 0
				u.facets[f.facetKey], u.strays = f, append(u.strays, f)
			}
			return u.settle(ctx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fill writes rows, and that they are. The papers that left the queue meanwhile are in their facets already.
func (u *update) fill(ctx context.Context, f *filler, rows []queuedRow, to filling) error {
	if err := u.stillFilling(ctx, f.at); err != nil {
		return err
	}
	u.known = newKnownIDs() // as in makeFacets
	left, err := u.queuedPapers(ctx, to.To, f.papers)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		if left != nil && !left[r.id] {
			continue
		}
		u.facets[r.facet.facetKey] = r.facet
		u.round = int(r.id) // of a facet, a paper's rows are neighbours
		name := u.count(r.facet, membership{r.facet.facetKey, r.name}, r.day, 1)
		u.rows = append(u.rows, facetRow{r.facet, r.listed, r.id, name, r.votes})
	}
	return u.setFilling(ctx, to)
}

// queuedPapers are the papers that are still in the queue, up to one; nil when these are as many as there were.
func (u *update) queuedPapers(ctx context.Context, to int64, were int) (map[int64]bool, error) {
	var n int
	err := u.row(ctx, `SELECT count(*) FROM facet_queue WHERE paper <= ?`, []any{to}, &n)
	if err != nil || n == were {
		return nil, err
	}
	left := make(map[int64]bool, n)
	err = u.each(ctx, `SELECT paper FROM facet_queue WHERE paper <= ?`, []any{to}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		left[id] = true
		return err
	})
	return left, err
}

// leaveQueue puts a paper that may be in the queue into its facets now: it is about to change.
func (u *update) leaveQueue(ctx context.Context, paper int64) error {
	if err := u.writeFacetQueue(ctx); err != nil {
		return err
	}
	result, err := u.exec(ctx, `DELETE FROM facet_queue WHERE paper = ?`, paper)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	r, err := u.scanOne(ctx, selectPaper+`id = ?`, paper)
	if err != nil {
		return err
	}
	at, err := u.filling(ctx)
	if err != nil {
		return err
	}
	members := facetsOf(&r.Paper)
	for _, m := range members {
		u.meet(m)
	}
	if err := u.settle(ctx); err != nil {
		return err
	}
	if paper <= at.To {
		members = slices.DeleteFunc(members, func(m membership) bool { return u.facets[m.facetKey].id <= at.Facet })
	}
	u.addFacets(paper, &r.Paper, members, nil)
	return nil
}

func (u *update) writeFacetQueue(ctx context.Context) error {
	err := u.insertAll(ctx, `INSERT INTO facet_queue (paper) VALUES`, 1, "", len(u.later), func(i int) []any { return []any{u.later[i]} })
	u.later = u.later[:0]
	return err
}
