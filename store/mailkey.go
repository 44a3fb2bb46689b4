package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// MailKey makes the secrets of the links that mails hold. They are not kept: whoever has the key makes them again.
type MailKey []byte

const mailKeySetting = "mail-key"

// MailKey is the catalogue's.
func (db *DB) MailKey(ctx context.Context) (MailKey, error) {
	key, err := db.Setting(ctx, mailKeySetting)
	if err != nil || key != nil {
		return key, err
	}
	random := make([]byte, sha256.Size)
	_, _ = rand.Read(random) // never fails
	if err := db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, mailKeySetting, random)
		return err
	}); err != nil {
		return nil, fmt.Errorf("make the mails' key: %w", err)
	}
	return db.Setting(ctx, mailKeySetting)
}

// Manage is the secret of the links to a subscription's own page, which work as long as it is known; Confirm that of the
// one link that starts it.
func (k MailKey) Manage(s *Subscription) string { return k.token(s, "manage") }

// Confirm is the secret of the link that starts a subscription; see Manage.
func (k MailKey) Confirm(s *Subscription) string {
	return k.token(s, fmt.Sprintf("confirm %d", s.CreatedAt.Unix()))
}

func (k MailKey) token(s *Subscription, purpose string) string {
	mac := hmac.New(sha256.New, k)
	fmt.Fprintf(mac, "%s %d %s", purpose, s.ID, strings.ToLower(s.Address))
	return strconv.FormatInt(int64(s.ID), 36) + "-" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// SubscriptionBy is the subscription that a secret of one of k's makers belongs to, else ErrNotFound.
func (db *DB) SubscriptionBy(ctx context.Context, token string, secret func(*Subscription) string) (Subscription, error) {
	row, _, _ := strings.Cut(token, "-")
	id, err := strconv.ParseInt(row, 36, 64)
	if err != nil || id == int64(PublicDigest) {
		return Subscription{}, fmt.Errorf("subscription: %w", ErrNotFound)
	}
	s, err := db.Subscription(ctx, SubscriptionID(id))
	if err == nil && subtle.ConstantTimeCompare([]byte(secret(&s)), []byte(token)) != 1 {
		err = fmt.Errorf("subscription: %w", ErrNotFound)
	}
	if err != nil {
		return Subscription{}, err
	}
	return s, nil
}
