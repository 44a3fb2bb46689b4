package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // subscribers' time zones, wherever the program runs
)

// SubscriptionID numbers a subscription.
type SubscriptionID int64

// PublicDigest is the subscription that the archive is made of: everything, daily, in UTC, mailed to nobody.
const PublicDigest SubscriptionID = 1

// Subject is what a subscription is to.
type Subject string

// What can be subscribed to.
const (
	SubjectAll      Subject = "all"
	SubjectTag      Subject = "tag"
	SubjectCategory Subject = "category"
	SubjectAuthor   Subject = "author"
	SubjectSearch   Subject = "search"
)

// Facet is the kind of facet that the subject is, or 0.
func (s Subject) Facet() FacetKind {
	return map[Subject]FacetKind{SubjectTag: FacetTag, SubjectCategory: FacetCategory, SubjectAuthor: FacetAuthor}[s]
}

// Daily is the Weekday of a subscription that has no one day.
const Daily time.Weekday = -1

// Subscription is somebody's wish for digests, by mail or to a channel's webhook.
type Subscription struct {
	ID      SubscriptionID
	Via     Via    // mail for ""
	Address string // of mail, or the webhook's, which is a secret
	Title   string // of a webhook, in its reader's words
	Secret  string // that signs what is posted to a webhook, where its receiver checks that
	Subject Subject
	What    string // the slug of the tag, category or author, or the search's text
	Name    string // of the author, where one of several under a slug is meant
	Weekday time.Weekday
	Zone    string // IANA's name
	Reader  ReaderID

	CreatedAt   time.Time // when it was asked for, for the first time or after an end
	ConfirmedAt time.Time // zero before
	StoppedAt   time.Time // zero while it runs
	StoppedFor  string    // why
	NextAt      time.Time // when the next digest is due
	Notice      Notice
	attempts    int
}

// Runs says whether digests are sent for it.
func (s *Subscription) Runs() bool { return !s.ConfirmedAt.IsZero() && s.StoppedAt.IsZero() }

// Limits of subscriptions.
const (
	MaxAddress     = 254 // bytes, RFC 5321
	MaxSubject     = 300 // bytes of what is subscribed to
	noticesAtOnce  = 3   // to one address in noticeEvery
	noticeEvery    = time.Hour
	unconfirmedFor = 7 * 24 * time.Hour
	maxAddressHas  = 100 // subscriptions of one address
	maxWishes      = 10  // of them, unconfirmed
)

// morning is the hour of the subscriber's day at which digests are due.
const morning = 7

// CheckZone refuses what is no time zone of IANA's.
func CheckZone(s string) error {
	if s == "" || s == "Local" || len(s) > 64 {
		return fmt.Errorf("%w: %.70q is no time zone like Europe/Berlin", ErrInvalid, s)
	}
	if _, err := time.LoadLocation(s); err != nil {
		return fmt.Errorf("%w: %.70q is no time zone like Europe/Berlin", ErrInvalid, s)
	}
	return nil
}

// Location is the subscriber's time zone.
func (s *Subscription) Location() *time.Location {
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Day is the day that it is for the subscriber.
func (s *Subscription) Day(now time.Time) Day { return Day(now.In(s.Location()).Format(time.DateOnly)) }

// Next is when the first digest after a time is due: at seven in the morning where the subscriber is, on the weekday, or
// daily on every day but Sunday. Saturday's and Sunday's papers come together on Monday.
func (s *Subscription) Next(after time.Time) time.Time {
	local := after.In(s.Location())
	for n := 0; ; n++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+n, morning, 0, 0, 0, local.Location())
		if at.After(after) && s.on(at.Weekday()) {
			return at.UTC()
		}
	}
}

func (s *Subscription) on(day time.Weekday) bool {
	return day == s.Weekday || s.Weekday == Daily && day != time.Sunday
}

func (s *Subscription) check() (err error) {
	checkAddress := CheckAddress
	if s.Via.IsHook() {
		checkAddress = checkWebhookURL
	}
	if s.Address, err = checkAddress(s.Address); err != nil {
		return err
	}
	if s.Title, err = checkTitle(s.Title); err != nil {
		return err
	}
	if err := CheckZone(s.Zone); err != nil {
		return err
	}
	s.Name, s.What = cleanLine(s.Name), cleanLine(s.What)
	switch {
	case s.Subject != SubjectAll && s.Subject.Facet() == 0 && s.Subject != SubjectSearch:
		return fmt.Errorf("%w: there are no digests of %.20q", ErrInvalid, string(s.Subject))
	case (s.Subject == SubjectAll) != (s.What == ""), len(s.What) > MaxSubject, len(s.Name) > MaxSubject,
		s.Name != "" && s.Subject != SubjectAuthor:
		return fmt.Errorf("%w: that can't be subscribed to", ErrInvalid)
	case s.Weekday < Daily || s.Weekday > time.Saturday:
		return fmt.Errorf("%w: no such weekday", ErrInvalid)
	}
	return nil
}

const subscriptionColumns = `id, via, address, title, secret, subject, what, name, weekday, zone, reader, created_at, confirmed_at,
	stopped_at, stopped_for, next_at, notice, notice_attempts`

func scanSubscription(scan func(...any) error) (Subscription, error) {
	var s Subscription
	var reader, weekday, created, confirmed, stopped, next sql.NullInt64
	err := scan(&s.ID, &s.Via, &s.Address, &s.Title, &s.Secret, &s.Subject, &s.What, &s.Name, &weekday, &s.Zone, &reader, &created,
		&confirmed, &stopped, &s.StoppedFor, &next, &s.Notice, &s.attempts)
	s.Weekday = Daily
	if weekday.Valid {
		s.Weekday = time.Weekday(weekday.Int64)
	}
	s.Reader = ReaderID(reader.Int64)
	s.CreatedAt, s.ConfirmedAt = fromInstant(created), fromInstant(confirmed)
	s.StoppedAt, s.NextAt = fromInstant(stopped), fromInstant(next)
	return s, err
}

func (db *DB) subscriptions(ctx context.Context, rest string, args ...any) ([]Subscription, error) {
	var all []Subscription
	err := db.query(ctx, `SELECT `+subscriptionColumns+` FROM subscriptions `+rest, args, func(scan func(...any) error) error {
		s, err := scanSubscription(scan)
		all = append(all, s)
		return err
	})
	return all, err
}

// Subscribe notes somebody's wish for mails, and that one is to ask whether it is theirs. Of the answer nobody can tell
// whether the address is known: one who has the subscription is told so, and nobody gets more than a few such mails in an
// hour.
func (db *DB) Subscribe(ctx context.Context, s Subscription) error {
	s.Via, s.Title = ViaMail, ""
	if err := s.check(); err != nil {
		return err
	}
	now := db.now().UTC().Truncate(time.Second)
	err := db.inTx(ctx, func(w *writer) error {
		var mails, wishes, has int
		if err := w.row(ctx, `SELECT count(*) FILTER (WHERE noticed_at > ?), count(*) FILTER (WHERE confirmed_at IS NULL), count(*)
			FROM subscriptions WHERE address = ?`, []any{now.Add(-noticeEvery).Unix(), s.Address},
			&mails, &wishes, &has); err != nil {
			return err
		}
		nothing := func() error { // takes as long as something, and would tell otherwise that the address is known
			_, err := w.exec(ctx, `UPDATE subscriptions SET next_at = next_at WHERE id = 1`)
			return err
		}
		if mails >= noticesAtOnce {
			return nothing()
		}
		var id int64
		var confirmed, stopped, noticed sql.NullInt64
		err := w.row(ctx, `SELECT id, confirmed_at, stopped_at, noticed_at FROM subscriptions
			WHERE (address, subject, what, name) = (?, ?, ?, ?)`, []any{s.Address, string(s.Subject), s.What, s.Name}, &id, &confirmed, &stopped, &noticed)
		switch {
		case errors.Is(err, ErrNotFound) && (has >= maxAddressHas || wishes >= maxWishes):
			return nothing()
		case errors.Is(err, ErrNotFound):
			_, err := w.exec(ctx, `INSERT INTO subscriptions (address, subject, what, name, weekday, zone, reader,
				created_at, next_at, notice, notice_at, noticed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'confirm', ?, ?)`,
				s.Address, string(s.Subject), s.What, s.Name, weekdayOf(s.Weekday), s.Zone, readerOf(s.Reader),
				now.Unix(), now.Unix(), now.Unix())
			return err
		case err != nil:
			return err
		case now.Unix()-noticed.Int64 < int64(noticeEvery.Seconds()):
			return nothing()
		case confirmed.Valid && !stopped.Valid:
			_, err := w.exec(ctx, `UPDATE subscriptions SET notice = 'known', notice_at = ?, noticed_at = ?, notice_attempts = 0
				WHERE id = ?`, now.Unix(), now.Unix(), id)
			return err
		}
		_, err = w.exec(ctx, `UPDATE subscriptions SET weekday = ?, zone = ?, reader = ?, created_at = ?, confirmed_at = NULL,
			stopped_at = NULL, stopped_for = '', notice = 'confirm', notice_at = ?, noticed_at = ?, notice_attempts = 0 WHERE id = ?`,
			weekdayOf(s.Weekday), s.Zone, readerOf(s.Reader), now.Unix(), now.Unix(), now.Unix(), id)
		return err
	})
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	return nil
}

func weekdayOf(d time.Weekday) any {
	if d == Daily {
		return nil
	}
	return int(d)
}

func readerOf(id ReaderID) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// Confirm starts a subscription that was asked for; the first digest comes on the next morning of its own.
func (db *DB) Confirm(ctx context.Context, s Subscription) error {
	now := db.now()
	return db.changeSubscription(ctx, s.ID, `UPDATE subscriptions SET confirmed_at = ?, next_at = ?, notice = ''
		WHERE id = ? AND confirmed_at IS NULL AND stopped_at IS NULL`, now.Unix(), s.Next(now).Unix(), int64(s.ID))
}

// Reschedule changes when a subscription's digests come: its Weekday and Zone.
func (db *DB) Reschedule(ctx context.Context, s Subscription) error {
	if err := s.check(); err != nil {
		return err
	}
	return db.changeSubscription(ctx, s.ID, `UPDATE subscriptions SET weekday = ?, zone = ?, next_at = ? WHERE id = ? AND stopped_at IS NULL`,
		weekdayOf(s.Weekday), s.Zone, s.Next(db.now()).Unix(), int64(s.ID))
}

func (db *DB) changeSubscription(ctx context.Context, id SubscriptionID, query string, args ...any) error {
	err := db.inTx(ctx, func(w *writer) error {
		return w.execFound(ctx, query, args...)
	})
	if err != nil {
		return fmt.Errorf("change subscription %d: %w", id, err)
	}
	return nil
}

// Stop ends a subscription; what of it was still to be sent is not. One that has ended stays as it is.
func (db *DB) Stop(ctx context.Context, id SubscriptionID, reason string) error {
	return db.stop(ctx, `id = ?`, int64(id), reason)
}

// StopAddress ends all subscriptions of an address.
func (db *DB) StopAddress(ctx context.Context, address, reason string) error {
	return db.stop(ctx, `address = ? AND address <> ''`, address, reason)
}

func (db *DB) stop(ctx context.Context, which string, arg any, reason string) error {
	err := db.inTx(ctx, func(w *writer) error { return w.stop(ctx, db.now(), which, arg, reason) })
	if err != nil {
		return fmt.Errorf("stop subscriptions: %w", err)
	}
	return nil
}

func (w *writer) stop(ctx context.Context, now time.Time, which string, arg any, reason string) error {
	if _, err := w.exec(ctx, `UPDATE digests SET state = 'failed', error = 'stopped' WHERE state = 'sending'
		AND subscription IN (SELECT id FROM subscriptions WHERE `+which+`)`, arg); err != nil {
		return err
	}
	_, err := w.exec(ctx, `UPDATE subscriptions SET stopped_at = ?, stopped_for = ?, notice = ''
		WHERE stopped_at IS NULL AND id <> 1 AND `+which,
		now.Unix(), cleanLine(reason), arg)
	return err
}

// Subscription is the one with a number.
func (db *DB) Subscription(ctx context.Context, id SubscriptionID) (Subscription, error) {
	all, err := db.subscriptions(ctx, `WHERE id = ?`, int64(id))
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Subscription{}, fmt.Errorf("subscription %d: %w", id, err)
	}
	return all[0], nil
}

// SubscriptionsOf are those by mail that a reader asked for and that run or wait for their confirmation.
func (db *DB) SubscriptionsOf(ctx context.Context, reader ReaderID) ([]Subscription, error) {
	return db.subscriptions(ctx, `WHERE reader = ? AND via = 'mail' AND stopped_at IS NULL ORDER BY id`, int64(reader))
}

// ForgetSubscriptions removes wishes that were not confirmed in a week, subscriptions that ended, and what was sent, longer
// ago than any digest looks back. The archive stays.
func (db *DB) ForgetSubscriptions(ctx context.Context) error {
	const kept = 40 * 24 * time.Hour
	err := db.inTx(ctx, func(w *writer) error {
		if _, err := w.exec(ctx, `DELETE FROM subscriptions WHERE confirmed_at IS NULL AND created_at < ?`,
			db.now().Add(-unconfirmedFor).Unix()); err != nil {
			return err
		}
		if _, err := w.exec(ctx, `DELETE FROM subscriptions WHERE stopped_at < ?`, db.now().Add(-kept).Unix()); err != nil {
			return err
		}
		_, err := w.exec(ctx, `DELETE FROM digests WHERE made_at < ? AND subscription <> 1 AND state <> 'sending'`,
			db.now().Add(-kept).Unix())
		return err
	})
	if err != nil {
		return fmt.Errorf("forget old subscriptions: %w", err)
	}
	return nil
}
