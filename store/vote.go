package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// SetVote casts a reader's vote for a paper, or takes it back, and returns the paper as it then is. Casting twice is
// casting once. When it returns, the vote is on disk; votes that come at the same time share one transaction.
func (db *DB) SetVote(ctx context.Context, reader ReaderID, id PaperID, cast bool) (Paper, error) {
	b := &ballot{reader: reader, paper: id, cast: cast, done: make(chan struct{})}
	select {
	case db.ballots <- b:
	case <-ctx.Done():
		return Paper{}, fmt.Errorf("vote of reader %d for paper %s: %w", reader, id, ctx.Err())
	case <-db.closing:
		return Paper{}, fmt.Errorf("vote of reader %d for paper %s: the catalogue is closed", reader, id)
	}
	<-b.done
	if errors.Is(b.err, ErrNotFound) {
		b.err = db.notFound(ctx, id)
	}
	if b.err != nil {
		return Paper{}, fmt.Errorf("vote of reader %d for paper %s: %w", reader, id, b.err)
	}
	return b.now, nil
}

// ballot is a vote on its way to disk.
type ballot struct {
	reader ReaderID
	paper  PaperID
	cast   bool
	now    Paper // the paper after it
	err    error
	done   chan struct{}
}

// maxBallots is how many votes share a transaction at most.
const maxBallots = 256

// countVotes takes ballots until the catalogue is closed. While one transaction is on its way to disk, the ballots for the
// next one gather: that is what makes many durable votes a second.
func (db *DB) countVotes() {
	defer close(db.counted)
	for {
		var batch []*ballot
		select {
		case b := <-db.ballots:
			batch = append(batch, b)
		case <-db.closing:
			return
		}
		for more := true; more && len(batch) < maxBallots; {
			select {
			case b := <-db.ballots:
				batch = append(batch, b)
			default:
				more = false
			}
		}
		err := db.update(context.Background(), func(u *update) error {
			for _, b := range batch {
				switch err := u.vote(context.Background(), b, db.now()); {
				case errors.Is(err, ErrNotFound):
					b.err = err // this one alone; it has changed nothing
				case err != nil:
					return err
				}
			}
			return nil
		})
		for _, b := range batch {
			if err != nil {
				b.err = err
			}
			close(b.done)
		}
	}
}

func (u *update) vote(ctx context.Context, b *ballot, at time.Time) error {
	r, err := u.find(ctx, &Paper{ID: b.paper})
	if err != nil {
		return err
	}
	b.now = r.Paper
	query, args := `DELETE FROM votes WHERE reader = ? AND paper = ?`, []any{int64(b.reader), r.id}
	change := -1
	if b.cast {
		var known int
		if err := u.row(ctx, `SELECT 1 FROM readers WHERE id = ?`, []any{int64(b.reader)}, &known); err != nil {
			return err
		}
		query = `INSERT INTO votes (reader, paper, voted_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
		args = append(args, at.Unix())
		change = 1
	}
	result, err := u.exec(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	b.now.ReaderVotes += change
	return u.setVotes(ctx, r.id, &b.now)
}

// setVotes writes a paper's votes to everything that sorts by them.
func (u *update) setVotes(ctx context.Context, id int64, p *Paper) error {
	if err := u.leaveQueue(ctx, id); err != nil {
		return err
	}
	if _, err := u.exec(ctx, `UPDATE papers SET reader_votes = ?, source_votes = ?, votes = ?, trend = ? WHERE id = ?`,
		p.ReaderVotes, p.SourceVotes, p.Votes(), Trend(p.Votes(), p.FeaturedOn), id); err != nil {
		return err
	}
	if err := u.sortFacets(ctx, id, p, p.ListedAt(), facetsOf(p)); err != nil {
		return err
	}
	return u.noteVotes(ctx, id)
}

// Voted says for which of some papers a reader has voted.
func (db *DB) Voted(ctx context.Context, reader ReaderID, ids ...PaperID) (map[PaperID]bool, error) {
	voted := make(map[PaperID]bool)
	if reader == 0 || len(ids) == 0 {
		return voted, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = db.query(ctx, `SELECT p.pid FROM json_each(?) AS j JOIN papers AS p ON p.pid = j.value
		JOIN votes AS v ON v.paper = p.id AND v.reader = ?`, []any{string(list), int64(reader)}, func(scan func(...any) error) error {
		var id PaperID
		err := scan(&id)
		voted[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("votes of reader %d: %w", reader, err)
	}
	return voted, nil
}

// VotePoint is how many votes a paper had at an instant.
type VotePoint struct {
	At    time.Time
	Votes int
}

// VoteHistory is how a paper's votes grew: the readers' votes one by one and what the source counted each time it was
// read. A paper with very many votes gets about maxPoints of them.
func (db *DB) VoteHistory(ctx context.Context, id PaperID, maxPoints int) ([]VotePoint, error) {
	r, err := db.paperRow(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("votes of paper %s: %w", id, err)
	}
	step := max(1, (r.ReaderVotes+maxPoints-1)/max(maxPoints, 1))
	var points []VotePoint
	source, readers := 0, 0
	err = db.query(ctx, `
		SELECT read_at, votes, 1 FROM source_vote_readings WHERE paper = ?1
		UNION ALL
		SELECT voted_at, n, 0 FROM (SELECT voted_at, row_number() OVER (ORDER BY voted_at) AS n FROM votes WHERE paper = ?1)
		WHERE n % ?2 = 0 OR n = ?3
		ORDER BY 1`, []any{r.id, step, r.ReaderVotes}, func(scan func(...any) error) error {
		var at sql.NullInt64
		var votes int
		var bySource bool
		if err := scan(&at, &votes, &bySource); err != nil {
			return err
		}
		if bySource {
			source = votes
		} else {
			readers = votes
		}
		points = append(points, VotePoint{fromInstant(at), source + readers})
		return nil
	})
	return points, err
}

// Rank is where a paper stands in its day's listing by votes, and which papers stand beside it there.
type Rank struct {
	Place, Of      int
	Previous, Next *Paper // nil at the ends
}

// Rank is the paper's place on its day.
func (db *DB) Rank(ctx context.Context, id PaperID) (Rank, error) {
	rank, err := db.rank(ctx, id)
	if err != nil {
		return Rank{}, fmt.Errorf("rank of paper %s: %w", id, err)
	}
	return rank, nil
}

func (db *DB) rank(ctx context.Context, id PaperID) (Rank, error) {
	var rank Rank
	r, err := db.paperRow(ctx, id)
	if err != nil {
		return rank, err
	}
	err = db.queryRow(ctx, `SELECT 1 + count(*) FROM papers WHERE featured_on = ? AND (votes, id) > (?, ?)`,
		[]any{string(r.FeaturedOn), r.Votes(), r.id}, &rank.Place)
	if err != nil {
		return rank, err
	}
	if err := db.queryRow(ctx, `SELECT papers FROM days WHERE day = ?`, []any{string(r.FeaturedOn)}, &rank.Of); err != nil {
		return rank, err
	}
	span, at := DaySpan(r.FeaturedOn), makeKey(int64(r.Votes()), r.id)
	for _, side := range []struct {
		filter Filter
		paper  **Paper
	}{{Filter{Before: at}, &rank.Previous}, {Filter{After: at}, &rank.Next}} {
		f := side.filter
		f.Order, f.Span, f.Limit = ByVotes, &span, 1
		page, err := db.Papers(ctx, f)
		if err != nil {
			return rank, err
		}
		if len(page.Papers) > 0 {
			*side.paper = &page.Papers[0]
		}
	}
	return rank, nil
}

// maxTrendPlace bounds what TrendPlace counts.
const maxTrendPlace = 1000

// TrendPlace is a paper's place in /papers/trending, or 0 when more than a thousand papers stand above it.
func (db *DB) TrendPlace(ctx context.Context, p *Paper) (int, error) {
	var place int
	err := db.queryRow(ctx, `SELECT 1 + count(*) FROM (SELECT 1 FROM papers WHERE trend > ? LIMIT ?)`,
		[]any{Trend(p.Votes(), p.FeaturedOn), maxTrendPlace}, &place)
	if place > maxTrendPlace {
		place = 0
	}
	return place, err
}
