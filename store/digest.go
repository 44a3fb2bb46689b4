package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DigestID numbers a digest.
type DigestID int64

// Digest is one issue for one subscription. It is recorded before it is sent and after: one that is recorded as waiting is
// sent, whatever happened in between, and one that is recorded as sent never again.
type Digest struct {
	ID           DigestID
	Subscription SubscriptionID
	Day          Day  // the subscriber's, on which it was made; there is one a day
	Span         Span // the days whose papers are new in it
	Papers       []Standing
	Shown        int // how many of Papers are in it; the others were passed over
	MadeAt       time.Time
	SentAt       time.Time // zero before
	attempts     int
}

// Standing is a paper with the votes that it had.
type Standing struct {
	ID    PaperID
	Votes int
	Again bool // it was in an earlier digest
}

// backOff is how long to wait after so many attempts that failed, and whether to try again at all: for some two days.
func backOff(attempts int) (retry bool, wait time.Duration) {
	waits := [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour,
		12 * time.Hour, 24 * time.Hour}
	if attempts >= len(waits) {
		return false, 0
	}
	return true, waits[attempts]
}

// Standings are the papers of a span that a subscription is to, the most voted first. names are the spellings of its author
// that are meant; all for none. A search's are not known here.
func (db *DB) Standings(ctx context.Context, s *Subscription, names []string, span Span, limit int) ([]Standing, error) {
	where, args := `p.featured_on BETWEEN ? AND ?`, []any{string(span.From), string(span.To)}
	if kind := s.Subject.Facet(); kind != 0 {
		var facet int64
		err := db.queryRow(ctx, `SELECT id FROM facets WHERE kind = ? AND slug = ?`, []any{int(kind), s.What}, &facet)
		if errors.Is(err, ErrNotFound) { // its papers have gone
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("standings of %q: %w", s.What, err)
		}
		// A few thousand papers are of a week: each is looked up in the facet.
		within := `SELECT 1 FROM paper_facets AS f WHERE f.facet = ? AND f.listed_at = p.listed_at AND f.paper = p.id`
		args = append(args, facet)
		if len(names) > 0 {
			ids, err := nameIDs(names)
			if err != nil {
				return nil, err
			}
			within += ` AND f.name IN (SELECT value FROM json_each(?))`
			args = append(args, ids)
		}
		where += ` AND EXISTS (` + within + `)`
	}
	var all []Standing
	err := db.query(ctx, `SELECT pid, votes FROM papers AS p WHERE `+where+` AND withdrawn = 0
		ORDER BY votes DESC, id DESC LIMIT ?`, append(args, limit),
		func(scan func(...any) error) error {
			var st Standing
			err := scan(&st.ID, &st.Votes)
			all = append(all, st)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("standings of %s %q: %w", s.Subject, s.What, err)
	}
	return all, nil
}

// DueSubscriptions are running ones whose next digest is due at a time, the longest due first.
func (db *DB) DueSubscriptions(ctx context.Context, at time.Time, limit int) ([]Subscription, error) {
	return db.subscriptions(ctx, `WHERE confirmed_at IS NOT NULL AND stopped_at IS NULL AND next_at <= ?
		ORDER BY next_at, id LIMIT ?`, at.Unix(), limit)
}

// RunningSubscriptions are those that run, from after a number on.
func (db *DB) RunningSubscriptions(ctx context.Context, after SubscriptionID, limit int) ([]Subscription, error) {
	return db.subscriptions(ctx, `WHERE id > ? AND confirmed_at IS NOT NULL AND stopped_at IS NULL ORDER BY id LIMIT ?`, int64(after), limit)
}

// Plan is what is decided of a subscription that was due: its digest, if there is one, and when the next is due.
type Plan struct {
	Subscription SubscriptionID
	Digest       *Digest
	NextAt       time.Time
}

// AddDigests records what is to be sent. A second digest of a day is not recorded; the public one is not to be sent.
func (db *DB) AddDigests(ctx context.Context, plans []Plan) error {
	now := db.now().Unix()
	err := db.inTx(ctx, func(w *writer) error {
		for _, p := range plans {
			if _, err := w.exec(ctx, `UPDATE subscriptions SET next_at = ? WHERE id = ?`, p.NextAt.Unix(),
				int64(p.Subscription)); err != nil {
				return err
			}
			if p.Digest == nil {
				continue
			}
			state, sent := "sending", any(nil)
			if p.Subscription == PublicDigest {
				state, sent = "sent", now
			}
			if _, err := w.exec(ctx, `INSERT INTO digests (subscription, mailed, day, from_day, to_day, papers, shown,
				state, made_at, sent_at, next_at) SELECT id, via = 'mail', ?, ?, ?, ?, ?, ?, ?, ?, ? FROM subscriptions WHERE id = ? AND stopped_at IS NULL
				ON CONFLICT DO NOTHING`, string(p.Digest.Day), string(p.Digest.Span.From), string(p.Digest.Span.To),
				encodeStandings(p.Digest.Papers), p.Digest.Shown, state, now, sent, now, int64(p.Subscription)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record digests: %w", err)
	}
	return nil
}

func encodeStandings(all []Standing) string {
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "%s\t%d", s.ID, s.Votes)
		if s.Again {
			b.WriteString("\tagain")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func decodeStandings(text string) ([]Standing, error) {
	var all []Standing
	for line := range strings.Lines(text) {
		id, votes, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		votes, again, _ := strings.Cut(votes, "\t")
		n, err := strconv.Atoi(votes)
		if err != nil {
			return nil, fmt.Errorf("standing %.60q: %w", line, err)
		}
		all = append(all, Standing{PaperID(id), n, again != ""})
	}
	return all, nil
}

const digestColumns = `id, subscription, day, from_day, to_day, papers, shown, made_at, sent_at, attempts`

func (db *DB) digests(ctx context.Context, rest string, args ...any) ([]Digest, error) {
	var all []Digest
	err := db.query(ctx, `SELECT `+digestColumns+` FROM digests `+rest, args, func(scan func(...any) error) error {
		var d Digest
		var papers string
		var made, sent sql.NullInt64
		err := scan(&d.ID, &d.Subscription, &d.Day, &d.Span.From, &d.Span.To, &papers, &d.Shown, &made, &sent, &d.attempts)
		if err != nil {
			return err
		}
		d.Span.Kind, d.MadeAt, d.SentAt = SpanRange, fromInstant(made), fromInstant(sent)
		if d.Span.From == d.Span.To {
			d.Span.Kind = SpanDay
		}
		d.Papers, err = decodeStandings(papers)
		all = append(all, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("digests: %w", err)
	}
	return all, nil
}

// WaitingDigests are those to be sent now: by mail, or to webhooks.
func (db *DB) WaitingDigests(ctx context.Context, mailed bool, limit int) ([]Digest, error) {
	return db.digests(ctx, `WHERE state = 'sending' AND mailed = ? AND next_at <= ? ORDER BY next_at, id LIMIT ?`, mailed, db.now().Unix(), limit)
}

// DigestsBefore are a subscription's before a day, the newest first.
func (db *DB) DigestsBefore(ctx context.Context, id SubscriptionID, day Day, limit int) ([]Digest, error) {
	return db.digests(ctx, `WHERE subscription = ? AND day < ? ORDER BY day DESC LIMIT ?`, int64(id), string(day), limit)
}

// DigestOf is a subscription's digest of a day.
func (db *DB) DigestOf(ctx context.Context, id SubscriptionID, day Day) (Digest, error) {
	all, err := db.digests(ctx, `WHERE subscription = ? AND day = ?`, int64(id), string(day))
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Digest{}, fmt.Errorf("digest of %s: %w", day, err)
	}
	return all[0], nil
}

// DigestSent records that a digest has been taken, by the mail server or the webhook.
func (db *DB) DigestSent(ctx context.Context, id DigestID) error {
	err := db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `UPDATE digests SET state = 'sent', sent_at = ?, error = '' WHERE id = ?`, db.now().Unix(), int64(id))
		return err
	})
	if err != nil {
		return fmt.Errorf("record digest %d as sent: %w", id, err)
	}
	return nil
}

// Failure is why a digest was not taken.
type Failure struct {
	Err       error
	Permanent bool
	After     time.Duration // what the other side asked to wait; at most a day of it counts
}

// DigestFailed records a failure. A permanent one stops all subscriptions of the address; after another, the digest is tried
// again later, for some two days.
func (db *DB) DigestFailed(ctx context.Context, d Digest, f Failure) error {
	err := db.inTx(ctx, func(w *writer) error {
		retry, wait := backOff(d.attempts)
		wait = max(wait, min(f.After, 24*time.Hour))
		state := "sending"
		if f.Permanent || !retry {
			state = "failed"
		}
		if _, err := w.exec(ctx, `UPDATE digests SET state = ?, attempts = attempts + 1, next_at = ?, error = ?
			WHERE id = ? AND state = 'sending'`,
			state, db.now().Add(wait).Unix(), cleanLine(f.Err.Error()), int64(d.ID)); err != nil {
			return err
		}
		if !f.Permanent {
			return nil
		}
		return w.stop(ctx, db.now(), `address = (SELECT address FROM subscriptions WHERE id = ?)`, int64(d.Subscription),
			f.Err.Error())
	})
	if err != nil {
		return fmt.Errorf("record the failure of digest %d: %w", d.ID, err)
	}
	return nil
}
