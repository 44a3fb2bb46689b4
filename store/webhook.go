package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Via is how a subscription's digests reach whoever asked for them: by mail, or by the webhook of one kind of chat.
type Via string

// The ways.
const (
	ViaMail       Via = "mail"
	ViaSlack      Via = "slack"
	ViaMattermost Via = "mattermost"
	ViaDiscord    Via = "discord"
	ViaMatrix     Via = "matrix"
	ViaJSON       Via = "json" // to a program of the reader's own, signed with the subscription's secret
)

// HookVias are those by webhook, in the order in which they are offered.
var HookVias = [...]Via{ViaSlack, ViaMattermost, ViaDiscord, ViaMatrix, ViaJSON}

// IsHook says whether digests are posted to a webhook.
func (v Via) IsHook() bool { return slices.Contains(HookVias[:], v) }

// Limits of webhooks, for forms to show.
const (
	MaxWebhooks     = 10  // of one reader
	MaxWebhookURL   = 600 // bytes
	MaxWebhookTitle = 60  // characters
)

// removed is why a webhook has stopped that its reader took away.
const removed = "removed"

// resentFor is how old a digest may be that is sent after all when its webhook is tried again.
const resentFor = 3 * 24 * time.Hour

// Webhook is a subscription whose digests are posted to a channel, with what became of them.
type Webhook struct {
	Subscription
	SentAt  time.Time // when a digest was last taken; zero before the first
	Failure string    // why the newest digest is not; "" where it is, or was not tried yet
	RetryAt time.Time // when that one is tried again; zero for never
}

// Removed says whether its reader took a webhook away.
func (s *Subscription) Removed() bool { return s.StoppedFor == removed }

// Shown is where digests go, fit for people who read over a shoulder or in a log: of a webhook's address, which is a
// secret, the host and its last letters.
func (s *Subscription) Shown() string {
	if !s.Via.IsHook() {
		return s.Address
	}
	const last = 4
	u, err := url.Parse(s.Address)
	if err != nil {
		return "…"
	}
	tail := strings.TrimRight(u.RequestURI(), "/")
	if len(tail) <= 4*last { // too little to be a secret's end alone
		return u.Host + "/…"
	}
	return u.Host + "/…" + tail[len(tail)-last:]
}

// checkWebhookURL is a webhook's address in the form that is kept. Whether it may be posted to is not decided here.
func checkWebhookURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) }
	u, err := url.Parse(s)
	if err != nil || len(s) > MaxWebhookURL || strings.ContainsFunc(s, odd) || u.Scheme != "https" && u.Scheme != "http" ||
		u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return "", fmt.Errorf("%w: this is no address like https://hooks.slack.com/services/…", ErrInvalid)
	}
	u.Host = strings.ToLower(u.Host)
	return u.String(), nil
}

// NewWebhookSecret is what signs the digests of a webhook, for its receiver to check.
func NewWebhookSecret() string {
	random := make([]byte, tokenBytes)
	_, _ = rand.Read(random) // never fails
	return "recto_hook_" + base64.RawURLEncoding.EncodeToString(random)
}

const ofReader = `reader = ? AND via <> 'mail'`

// AddWebhook starts posting the digests that s asks for to s.Address, on behalf of s.Reader. ErrConflict says that the
// channel gets just these already; one that had stopped starts anew. A reader who has MaxWebhooks gets ErrInvalid, as does
// what can't be.
func (db *DB) AddWebhook(ctx context.Context, s Subscription) (Subscription, error) {
	if s.Reader == 0 || !s.Via.IsHook() {
		return s, fmt.Errorf("%w: choose what kind of channel it is", ErrInvalid)
	}
	if err := s.check(); err != nil {
		return s, err
	}
	if s.Secret = ""; s.Via == ViaJSON {
		s.Secret = NewWebhookSecret()
	}
	s.CreatedAt = db.now().UTC().Truncate(time.Second)
	s.ConfirmedAt, s.NextAt = s.CreatedAt, s.Next(s.CreatedAt)
	err := db.inTx(ctx, func(w *writer) error {
		if err := w.room(ctx, s.Reader); err != nil {
			return err
		}
		var id int64
		var stopped sql.NullInt64
		err := w.row(ctx, `SELECT id, stopped_at FROM subscriptions WHERE (address, subject, what, name) = (?, ?, ?, ?)`,
			[]any{s.Address, string(s.Subject), s.What, s.Name}, &id, &stopped)
		switch {
		case err == nil && !stopped.Valid:
			return ErrConflict
		case err == nil:
			s.ID = SubscriptionID(id)
			_, err := w.exec(ctx, `UPDATE subscriptions SET via = ?, title = ?, secret = ?, weekday = ?, zone = ?, reader = ?, created_at = ?,
				confirmed_at = ?, stopped_at = NULL, stopped_for = '', next_at = ? WHERE id = ?`, string(s.Via), s.Title, s.Secret, weekdayOf(s.Weekday),
				s.Zone, int64(s.Reader), s.CreatedAt.Unix(), s.ConfirmedAt.Unix(), s.NextAt.Unix(), id)
			return err
		case !errors.Is(err, ErrNotFound):
			return err
		}
		result, err := w.exec(ctx, `INSERT INTO subscriptions (address, subject, what, name, via, title, secret, weekday, zone, reader,
			created_at, confirmed_at, next_at, notice, notice_at, noticed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0)`,
			s.Address, string(s.Subject), s.What, s.Name, string(s.Via), s.Title, s.Secret, weekdayOf(s.Weekday), s.Zone, int64(s.Reader),
			s.CreatedAt.Unix(), s.ConfirmedAt.Unix(), s.NextAt.Unix())
		if err != nil {
			return err
		}
		id, err = result.LastInsertId()
		s.ID = SubscriptionID(id)
		return err
	})
	if errors.Is(err, ErrInvalid) {
		return s, err
	}
	if err != nil {
		return s, fmt.Errorf("add a webhook of reader %d: %w", s.Reader, err)
	}
	return s, nil
}

// room is ErrInvalid when a reader can't have another webhook.
func (w *writer) room(ctx context.Context, reader ReaderID) error {
	var has int
	err := w.row(ctx, `SELECT count(*) FROM subscriptions WHERE `+ofReader+` AND stopped_for <> ?`, []any{int64(reader), removed}, &has)
	if err == nil && has >= MaxWebhooks {
		err = fmt.Errorf("%w: you have %d webhooks already; remove one first", ErrInvalid, has)
	}
	return err
}

func checkTitle(s string) (string, error) {
	s = cleanLine(s)
	if utf8.RuneCountInString(s) > MaxWebhookTitle {
		return s, fmt.Errorf("%w: a name has at most %d characters", ErrInvalid, MaxWebhookTitle)
	}
	return s, nil
}

// Webhooks are a reader's, in the order in which they were added; those that have stopped by themselves among them.
func (db *DB) Webhooks(ctx context.Context, reader ReaderID) ([]Webhook, error) {
	subscriptions, err := db.subscriptions(ctx, `WHERE `+ofReader+` AND stopped_for <> ? ORDER BY id`, int64(reader), removed)
	if err != nil {
		return nil, fmt.Errorf("webhooks of reader %d: %w", reader, err)
	}
	all, place := make([]Webhook, len(subscriptions)), map[SubscriptionID]int{}
	for i, s := range subscriptions {
		all[i].Subscription, place[s.ID] = s, i
	}
	err = db.query(ctx, `SELECT subscription, state, sent_at, next_at, error FROM digests
		WHERE subscription IN (SELECT id FROM subscriptions WHERE `+ofReader+`) ORDER BY subscription, day`, []any{int64(reader)},
		func(scan func(...any) error) error {
			var id SubscriptionID
			var state, failure string
			var sent, next sql.NullInt64
			err := scan(&id, &state, &sent, &next, &failure)
			i, ok := place[id]
			if err != nil || !ok {
				return err
			}
			if all[i].Failure, all[i].RetryAt = failure, (time.Time{}); state == "sent" {
				all[i].SentAt, all[i].Failure = fromInstant(sent), ""
			} else if state == "sending" && failure != "" {
				all[i].RetryAt = fromInstant(next)
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("digests of the webhooks of reader %d: %w", reader, err)
	}
	return all, nil
}

// Webhook is one of a reader's, else ErrNotFound.
func (db *DB) Webhook(ctx context.Context, reader ReaderID, id SubscriptionID) (Subscription, error) {
	all, err := db.subscriptions(ctx, `WHERE id = ? AND `+ofReader, int64(id), int64(reader))
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Subscription{}, fmt.Errorf("webhook %d of reader %d: %w", id, reader, err)
	}
	return all[0], nil
}

// ChangeWebhook keeps the Title, Weekday and Zone of one of a reader's webhooks.
func (db *DB) ChangeWebhook(ctx context.Context, s Subscription) (err error) {
	if err := s.check(); err != nil {
		return err
	}
	return db.changeSubscription(ctx, s.ID, `UPDATE subscriptions SET title = ?, weekday = ?, zone = ?, next_at = ? WHERE id = ? AND `+ofReader,
		s.Title, weekdayOf(s.Weekday), s.Zone, s.Next(db.now()).Unix(), int64(s.ID), int64(s.Reader))
}

// ReplaceWebhookSecret makes a new secret for one of a reader's webhooks that has one; the old one signs nothing any more.
func (db *DB) ReplaceWebhookSecret(ctx context.Context, reader ReaderID, id SubscriptionID) (string, error) {
	secret := NewWebhookSecret()
	err := db.changeSubscription(ctx, id, `UPDATE subscriptions SET secret = ? WHERE id = ? AND `+ofReader+` AND secret <> ''`,
		secret, int64(id), int64(reader))
	return secret, err
}

// RemoveWebhook takes one of a reader's webhooks away; ResumeWebhook brings it back, as long as it is not forgotten.
func (db *DB) RemoveWebhook(ctx context.Context, reader ReaderID, id SubscriptionID) error {
	err := db.inTx(ctx, func(w *writer) error {
		if err := w.execFound(ctx, `UPDATE subscriptions SET stopped_at = NULL WHERE id = ? AND `+ofReader, int64(id), int64(reader)); err != nil {
			return err
		}
		return w.stop(ctx, db.now(), `id = ?`, int64(id), removed)
	})
	if err != nil {
		return fmt.Errorf("remove webhook %d of reader %d: %w", id, reader, err)
	}
	return nil
}

// ResumeWebhook lets one of a reader's webhooks that has stopped, or was removed, run again. Its last digest, if that was
// not taken and is no older than some days, is tried at once.
func (db *DB) ResumeWebhook(ctx context.Context, reader ReaderID, id SubscriptionID) error {
	s, err := db.Webhook(ctx, reader, id)
	if err != nil {
		return err
	}
	now := db.now()
	err = db.inTx(ctx, func(w *writer) error {
		if s.StoppedFor == removed {
			if err := w.room(ctx, reader); err != nil {
				return err
			}
		}
		if err := w.execFound(ctx, `UPDATE subscriptions SET stopped_at = NULL, stopped_for = '',
			next_at = CASE WHEN stopped_at IS NULL THEN next_at ELSE ? END WHERE id = ? AND `+ofReader,
			s.Next(now).Unix(), int64(id), int64(reader)); err != nil {
			return err
		}
		_, err := w.exec(ctx, `UPDATE digests SET state = 'sending', attempts = 0, next_at = ?, error = ''
			WHERE id = (SELECT id FROM digests WHERE subscription = ? ORDER BY day DESC LIMIT 1) AND state <> 'sent' AND made_at > ?`,
			now.Unix(), int64(id), now.Add(-resentFor).Unix())
		return err
	})
	if errors.Is(err, ErrInvalid) {
		return err
	}
	if err != nil {
		return fmt.Errorf("resume webhook %d of reader %d: %w", id, reader, err)
	}
	return nil
}
