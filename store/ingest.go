package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ingest takes a batch in one transaction: papers are merged with what is there, unusable records are kept for
// somebody to look at, and the source's cursor moves. The papers must be clean; their Source and ReadAt set.
func (db *DB) Ingest(ctx context.Context, b Batch) (Tally, error) {
	var tally Tally
	err := db.update(ctx, func(u *update) error {
		tally = Tally{Read: len(b.Papers) + len(b.Rejects), SetAside: len(b.Rejects)}
		asked, err := handlesOf(b.Papers)
		if err != nil {
			return err
		}
		known, err := u.recognise(ctx, knownHandles, asked)
		if err != nil {
			return err
		}
		removed, err := u.recognise(ctx, removedHandles, asked)
		if err != nil {
			return err
		}
		for i := range b.Papers {
			if err := u.upsert(ctx, b.Papers[i], &b, known, removed, &tally); err != nil {
				return fmt.Errorf("store paper %s: %w", b.Papers[i].ID, err)
			}
		}
		for _, r := range b.Rejects {
			if err := u.addReject(ctx, r); err != nil {
				return err
			}
		}
		return u.setCursor(ctx, b.Cursor)
	})
	if err != nil {
		return Tally{}, fmt.Errorf("store a batch: %w", err)
	}
	return tally, nil
}

const insertPaper = `INSERT INTO papers (` + paperColumns + `, ` + derivedColumns + `, changed_at)
	VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

const updatePaper = `UPDATE papers SET (` + paperColumns + `, ` + derivedColumns + `) =
	(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?), changed_at = coalesce(?, changed_at), revision = revision + 1 WHERE id = ?`

// upsert stores one paper and counts what became of it.
func (u *update) upsert(ctx context.Context, rec Paper, b *Batch, known, removed handles, tally *Tally) error {
	old, err := row{}, ErrNotFound
	if known.has(&rec) {
		old, err = u.find(ctx, &rec)
	}
	isNew := errors.Is(err, ErrNotFound)
	if err != nil && !isNew {
		return err
	}
	if removed.has(&rec) {
		out, err := u.staysOut(ctx, &rec, isNew)
		if err != nil {
			return err
		}
		if out {
			tally.Removed++
			return nil
		}
	}
	known.add(&rec)
	if isNew {
		rec.ReaderVotes = 0
		if b.Mined {
			rec.MinedTags = cleanTags(rec.MinedTags)
		} else {
			rec.MinedTags = nil
		}
		rec.settleDay(DayOf(rec.ReadAt))
		tally.New++
		return u.insert(ctx, &rec, b)
	}
	if old.ID != rec.ID {
		if _, err := u.exec(ctx, `INSERT INTO aliases (pid, paper) VALUES (?, ?) ON CONFLICT DO NOTHING`, string(rec.ID), old.id); err != nil {
			return err
		}
	}
	merged := merge(old.Paper, rec)
	if samePaper(&merged, &old.Paper) {
		tally.Same++
		return nil
	}
	tally.Changed++
	return u.change(ctx, old, &merged, rec.ReadAt)
}

// handles are what papers may be found by: their ids and, in lower case, their DOIs.
type handles map[string]bool

func (h handles) has(p *Paper) bool {
	doi := p.doi()
	return h[string(p.ID)] || doi != "" && (h[doi] || h["doi:"+doi])
}

func (h handles) add(p *Paper) {
	h[string(p.ID)] = true
	if p.DOI != "" {
		h[strings.ToLower(p.DOI)] = true
	}
}

const knownHandles = `SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM papers WHERE pid = value)
	OR EXISTS (SELECT 1 FROM aliases WHERE pid = value) OR EXISTS (SELECT 1 FROM papers WHERE lower(doi) = value AND doi <> '')`

// handlesOf is the handles of some papers, as a JSON array.
func handlesOf(papers []Paper) (string, error) {
	asked := make([]string, 0, len(papers))
	for i := range papers {
		asked = append(asked, string(papers[i].ID))
		if doi := papers[i].doi(); doi != "" {
			asked = append(asked, "doi:"+doi, doi)
		}
	}
	slices.Sort(asked)
	list, err := json.Marshal(asked)
	return string(list), err
}

// recognise says which of some handles a query knows. Most of a large source's are new, and need no more looking.
func (u *update) recognise(ctx context.Context, query, asked string) (handles, error) {
	known := make(handles)
	err := u.each(ctx, query, []any{asked}, func(scan func(...any) error) error {
		var handle string
		err := scan(&handle)
		known[handle] = true
		return err
	})
	return known, err
}

// doi is the paper's DOI in lower case, also where that is its id.
func (p *Paper) doi() string {
	if doi, isID := strings.CutPrefix(string(p.ID), "doi:"); isID {
		return doi
	}
	return strings.ToLower(p.DOI)
}

// find is the paper that rec is about: by its id, by one of its other ids, or by its DOI. Two ids of one scheme are two
// papers even when they name one DOI, as an erratum and its article do.
func (u *update) find(ctx context.Context, rec *Paper) (row, error) {
	r, err := u.withID(ctx, rec.ID)
	doi := rec.doi()
	if !errors.Is(err, ErrNotFound) || doi == "" {
		return r, err
	}
	r, err = u.scanOne(ctx, selectPaper+`pid = ?`, "doi:"+doi)
	if errors.Is(err, ErrNotFound) {
		r, err = u.scanOne(ctx, selectPaper+`lower(doi) = ? AND doi <> '' ORDER BY id LIMIT 1`, doi)
	}
	if err != nil {
		return row{}, err
	}
	known, err := u.hasScheme(ctx, r, rec.ID.scheme())
	if err == nil && known {
		err = ErrNotFound
	}
	return r, err
}

const selectPaper = `SELECT id, ` + paperColumns + ` FROM papers WHERE `

// withID is the paper of which an id is one.
func (u *update) withID(ctx context.Context, id PaperID) (row, error) {
	r, err := u.scanOne(ctx, selectPaper+`pid = ?`, string(id))
	if errors.Is(err, ErrNotFound) {
		r, err = u.scanOne(ctx, selectPaper+`id = (SELECT paper FROM aliases WHERE pid = ?)`, string(id))
	}
	return r, err
}

// hasScheme says whether one of a paper's ids is of a scheme.
func (u *update) hasScheme(ctx context.Context, r row, scheme string) (bool, error) {
	others, err := u.idsOf(ctx, `SELECT pid FROM aliases WHERE paper = ?`, r.id)
	return anyOfScheme(append(others, r.ID), scheme), err
}

func (u *update) idsOf(ctx context.Context, query string, number int64) (ids []PaperID, err error) {
	err = u.each(ctx, query, []any{number}, func(scan func(...any) error) error {
		var id PaperID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

func anyOfScheme(ids []PaperID, scheme string) bool {
	return slices.ContainsFunc(ids, func(id PaperID) bool { return id.scheme() == scheme })
}

func (u *update) scanOne(ctx context.Context, query string, arg any) (row, error) {
	s, err := u.stmt(ctx, query)
	if err != nil {
		return row{}, err
	}
	r, err := scanPaper(s.QueryRowContext(ctx, arg).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, ErrNotFound
	}
	return r, err
}

func (u *update) insert(ctx context.Context, p *Paper, b *Batch) error {
	result, err := u.exec(ctx, insertPaper, append(append(paperValues(p), derivedValues(p)...), u.now().Unix())...)
	if err != nil {
		return err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	u.days[p.FeaturedOn]++
	if b.Bulk {
		u.later = append(u.later, id)
	} else {
		u.addFacets(id, p, facetsOf(p), nil)
	}
	if !b.Mined {
		u.queued = append(u.queued, id)
	}
	u.noteChange(id)
	return u.noteSourceVotes(ctx, id, 0, p.SourceVotes, p.ReadAt)
}

// change writes a paper that differs from its row, and all that is kept beside it. read is when the source was read that
// it came to differ by.
func (u *update) change(ctx context.Context, old row, p *Paper, read time.Time) error {
	if err := u.leaveQueue(ctx, old.id); err != nil {
		return err
	}
	args := append(append(paperValues(p), derivedValues(p)...), u.changedAt(&old.Paper, p), old.id)
	if _, err := u.exec(ctx, updatePaper, args...); err != nil {
		return err
	}
	if old.FeaturedOn != p.FeaturedOn {
		u.days[old.FeaturedOn]--
		u.days[p.FeaturedOn]++
	}
	if err := u.changeFacets(ctx, old, p); err != nil {
		return err
	}
	if old.Title != p.Title || old.Abstract != p.Abstract {
		if _, err := u.exec(ctx, `INSERT INTO tag_queue (paper, counted) VALUES (?, 1) ON CONFLICT DO NOTHING`, old.id); err != nil {
			return err
		}
	}
	u.noteChange(old.id)
	return u.noteSourceVotes(ctx, old.id, old.SourceVotes, p.SourceVotes, read)
}

func (u *update) noteSourceVotes(ctx context.Context, id int64, had, has int, read time.Time) error {
	if has == had {
		return nil
	}
	_, err := u.exec(ctx, `INSERT INTO source_vote_readings (paper, read_at, votes) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET votes = excluded.votes`, id, read.Unix(), has)
	return err
}

func (w *writer) addReject(ctx context.Context, r Reject) error {
	text := strings.ToValidUTF8(r.Text[:min(len(r.Text), MaxRejectText)], "\uFFFD")
	_, err := w.exec(ctx, `INSERT INTO rejects (source, place, pid, reason, text, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET at = excluded.at`, r.Source, r.Place, r.PaperID, r.Reason, text, r.At.Unix())
	if err != nil {
		return fmt.Errorf("set aside %s: %w", r.Place, err)
	}
	return nil
}

func (w *writer) setCursor(ctx context.Context, c *Cursor) error {
	if c == nil {
		return nil
	}
	_, err := w.exec(ctx, `INSERT INTO cursors (source, value) VALUES (?, ?)
		ON CONFLICT DO UPDATE SET value = excluded.value`, c.Source, c.Value)
	if err != nil {
		return fmt.Errorf("move the cursor of %s: %w", c.Source, err)
	}
	return nil
}

// Cursor is how far a source has been read, or "" when it never was.
func (db *DB) Cursor(ctx context.Context, source string) (string, error) {
	var value string
	err := db.queryRow(ctx, `SELECT value FROM cursors WHERE source = ?`, []any{source}, &value)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return value, err
}

// Rejects gives each record that was set aside, newest first.
func (db *DB) Rejects(ctx context.Context, each func(Reject) error) error {
	return db.query(ctx, `SELECT source, place, pid, reason, text, at FROM rejects ORDER BY id DESC`, nil,
		func(scan func(...any) error) error {
			var r Reject
			var at sql.NullInt64
			if err := scan(&r.Source, &r.Place, &r.PaperID, &r.Reason, &r.Text, &at); err != nil {
				return err
			}
			r.At = fromInstant(at)
			return each(r)
		})
}
