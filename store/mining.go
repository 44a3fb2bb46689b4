package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Mined tags are made outside the store, from papers in a queue. A paper enters the queue when it comes in or its text
// changes, is counted once in the statistics that tags are chosen by, and leaves when its tags are set.

// taggerSetting is where the statistics are kept.
const taggerSetting = "tagger"

// TagQueue gives up to limit papers of the queue in the order in which they came in: those not yet counted, or those
// counted and waiting for their tags. They come after a paper's number; the last one's is returned.
func (db *DB) TagQueue(ctx context.Context, counted bool, after int64, limit int) (papers []Paper, last int64, err error) {
	err = db.query(ctx, `SELECT id, `+paperColumns+` FROM papers
		WHERE id IN (SELECT paper FROM tag_queue WHERE counted = ? AND paper > ? ORDER BY paper LIMIT ?) ORDER BY id`,
		[]any{counted, after, limit}, func(scan func(...any) error) error {
			r, err := scanPaper(scan)
			papers, last = append(papers, r.Paper), r.id
			return err
		})
	if err != nil {
		return nil, 0, fmt.Errorf("papers without mined tags: %w", err)
	}
	return papers, last, nil
}

// TaggerState is what SetCounted kept last; nil at first.
func (db *DB) TaggerState(ctx context.Context) ([]byte, error) { return db.Setting(ctx, taggerSetting) }

// SetCounted notes that papers of the queue are counted, together with the statistics that they are counted in. With
// all, every paper of the catalogue enters the queue, to be tagged anew.
func (db *DB) SetCounted(ctx context.Context, papers []PaperID, state []byte, all bool) error {
	list, err := json.Marshal(papers)
	if err != nil {
		return err
	}
	err = db.inTx(ctx, func(w *writer) error {
		if _, err := w.exec(ctx, `UPDATE tag_queue SET counted = 1 WHERE paper IN
			(SELECT p.id FROM json_each(?) AS j JOIN papers AS p ON p.pid = j.value)`, string(list)); err != nil {
			return err
		}
		if all {
			if _, err := w.exec(ctx, `INSERT INTO tag_queue (paper, counted) SELECT id, 1 FROM papers WHERE true
				ON CONFLICT DO NOTHING`); err != nil {
				return err
			}
		}
		return w.setSetting(ctx, taggerSetting, state)
	})
	if err != nil {
		return fmt.Errorf("keep the tags' statistics: %w", err)
	}
	return nil
}

// MinedTags are the tags that were found in a paper's text.
type MinedTags struct {
	ID   PaperID
	Tags []string
}

// SetMinedTags replaces papers' mined tags and takes them off the queue. A paper that is gone is passed over.
func (db *DB) SetMinedTags(ctx context.Context, mined []MinedTags) error {
	err := db.update(ctx, func(u *update) error {
		for _, m := range mined {
			if err := u.setMined(ctx, m); err != nil {
				return fmt.Errorf("paper %s: %w", m.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set mined tags: %w", err)
	}
	return nil
}

// setMined reads of a paper only what its tags' facets take.
func (u *update) setMined(ctx context.Context, m MinedTags) error {
	var old row
	var listed sql.NullInt64
	var tags, mined string
	err := u.row(ctx, `SELECT id, featured_on, listed_at, source_votes, reader_votes, tags, mined_tags FROM papers WHERE pid = ?`,
		[]any{string(m.ID)}, &old.id, &old.FeaturedOn, &listed, &old.SourceVotes, &old.ReaderVotes, &tags, &mined)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	old.SubmittedAt, old.Tags, old.MinedTags = fromInstant(listed), decodeWords(tags), decodeWords(mined)
	if _, err := u.exec(ctx, `DELETE FROM tag_queue WHERE paper = ?`, old.id); err != nil {
		return err
	}
	p := old.Paper
	if p.MinedTags = cleanTags(slices.Clone(m.Tags)); slices.Equal(p.MinedTags, old.MinedTags) {
		return nil
	}
	if err := u.leaveQueue(ctx, old.id); err != nil {
		return err
	}
	if _, err := u.exec(ctx, `UPDATE papers SET mined_tags = ?, revision = revision + 1 WHERE id = ?`, encodeWords(p.MinedTags), old.id); err != nil {
		return err
	}
	if err := u.changeFacets(ctx, old, &p); err != nil {
		return err
	}
	u.noteChange(old.id)
	return nil
}
