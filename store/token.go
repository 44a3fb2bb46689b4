package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// TokenID numbers a token.
type TokenID int64

// Scope is what a token may do for its reader.
type Scope string

// The scopes of tokens.
const (
	ScopeRead Scope = "read" // read what is the reader's own
	ScopeVote Scope = "vote" // cast votes and take them back
	ScopeFeed Scope = "feed" // be the secret in the address of the feed of the reader's votes, and nothing else
)

// Scopes are all scopes, in the order in which they are offered.
var Scopes = [...]Scope{ScopeRead, ScopeVote, ScopeFeed}

// Token lets a program act for a reader. Its secret is told once, by AddToken, and is not kept.
type Token struct {
	ID        TokenID
	Reader    ReaderID
	Name      string // what it is for, in the reader's words
	Scopes    []Scope
	CreatedAt time.Time
	UsedAt    time.Time // within usedWithin of the last use; zero before the first
	ExpiresAt time.Time // zero for never
}

// Allows says whether the token has a scope.
func (t *Token) Allows(s Scope) bool { return slices.Contains(t.Scopes, s) }

// TokenPrefix begins every token's secret, so that people and scanners of leaked secrets know one when they see it.
const TokenPrefix = "recto_"

// Limits of tokens, for forms to show.
const (
	MaxTokenName = 60 // characters
	MaxTokens    = 50 // of one reader
)

const (
	tokenBytes = 32 // random ones of a secret
	usedWithin = time.Minute
)

// AddToken makes a token of t's Name, Scopes and ExpiresAt for a reader, and tells its secret. A reader who has MaxTokens
// gets ErrInvalid, as does a name, scope or expiry that can't be.
func (db *DB) AddToken(ctx context.Context, reader ReaderID, t Token) (Token, string, error) {
	t.Reader, t.Name, t.UsedAt = reader, cleanLine(t.Name), time.Time{}
	t.CreatedAt, t.ExpiresAt = db.now().UTC().Truncate(time.Second), t.ExpiresAt.UTC().Truncate(time.Second)
	if err := checkToken(t); err != nil {
		return Token{}, "", err
	}
	random := make([]byte, tokenBytes)
	_, _ = rand.Read(random) // never fails
	secret := TokenPrefix + base64.RawURLEncoding.EncodeToString(random)
	err := db.inTx(ctx, func(w *writer) error {
		if _, err := w.exec(ctx, `DELETE FROM tokens WHERE reader = ? AND expires_at <= ?`, int64(reader), t.CreatedAt.Unix()); err != nil {
			return err
		}
		var has int
		if err := w.row(ctx, `SELECT count(*) FROM tokens WHERE reader = ?`, []any{int64(reader)}, &has); err != nil {
			return err
		}
		if has >= MaxTokens {
			return fmt.Errorf("%w: you have %d tokens already; revoke one first", ErrInvalid, has)
		}
		result, err := w.exec(ctx, `INSERT INTO tokens (reader, hash, name, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
			int64(reader), hashToken(secret), t.Name, encodeScopes(t.Scopes), t.CreatedAt.Unix(), instant(t.ExpiresAt))
		if err != nil {
			return err
		}
		id, err := result.LastInsertId()
		t.ID = TokenID(id)
		return err
	})
	if errors.Is(err, ErrInvalid) {
		return Token{}, "", err
	}
	if err != nil {
		return Token{}, "", fmt.Errorf("add token of reader %d: %w", reader, err)
	}
	return t, secret, nil
}

func checkToken(t Token) error {
	switch n := utf8.RuneCountInString(t.Name); {
	case n == 0 || n > MaxTokenName:
		return fmt.Errorf("%w: a token's name has 1 to %d characters", ErrInvalid, MaxTokenName)
	case len(t.Scopes) == 0:
		return fmt.Errorf("%w: a token may do at least one thing", ErrInvalid)
	case !t.ExpiresAt.IsZero() && !t.ExpiresAt.After(t.CreatedAt):
		return fmt.Errorf("%w: a token can't expire before it is made", ErrInvalid)
	}
	for _, s := range t.Scopes {
		if !slices.Contains(Scopes[:], s) {
			return fmt.Errorf("%w: %.20q is no scope of a token", ErrInvalid, s)
		}
	}
	return nil
}

// hashToken is what of a secret is kept. It is random enough that no slow hash is needed.
func hashToken(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func encodeScopes(scopes []Scope) string {
	var words []string
	for _, s := range Scopes {
		if slices.Contains(scopes, s) {
			words = append(words, string(s))
		}
	}
	return encodeWords(words)
}

const tokenColumns = `id, reader, name, scopes, created_at, used_at, expires_at`

func scanToken(scan func(...any) error) (Token, error) {
	var t Token
	var scopes string
	var created, used, expires sql.NullInt64
	err := scan(&t.ID, &t.Reader, &t.Name, &scopes, &created, &used, &expires)
	t.CreatedAt, t.UsedAt, t.ExpiresAt = fromInstant(created), fromInstant(used), fromInstant(expires)
	for _, word := range decodeWords(scopes) {
		t.Scopes = append(t.Scopes, Scope(word))
	}
	return t, err
}

// Tokens are a reader's tokens, the newest first, those that have expired among them.
func (db *DB) Tokens(ctx context.Context, reader ReaderID) ([]Token, error) {
	var tokens []Token
	err := db.query(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE reader = ? ORDER BY id DESC`, []any{int64(reader)},
		func(scan func(...any) error) error {
			t, err := scanToken(scan)
			tokens = append(tokens, t)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("tokens of reader %d: %w", reader, err)
	}
	return tokens, nil
}

// UseToken is the token with a secret, and notes that it is used. One that was never made, was revoked or has expired is
// ErrNotFound.
func (db *DB) UseToken(ctx context.Context, secret string) (Token, error) {
	t, now := Token{}, db.now().UTC().Truncate(time.Second)
	if !strings.HasPrefix(secret, TokenPrefix) {
		return t, fmt.Errorf("token: %w", ErrNotFound)
	}
	err := db.query(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE hash = ?`, []any{hashToken(secret)}, func(scan func(...any) error) (err error) {
		t, err = scanToken(scan)
		return err
	})
	if err == nil && (t.ID == 0 || !t.ExpiresAt.IsZero() && !t.ExpiresAt.After(now)) {
		err = ErrNotFound
	}
	if err != nil {
		return Token{}, fmt.Errorf("token: %w", err)
	}
	if now.Sub(t.UsedAt) < usedWithin {
		return t, nil
	}
	t.UsedAt = now
	err = db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `UPDATE tokens SET used_at = ? WHERE id = ?`, now.Unix(), int64(t.ID))
		return err
	})
	if err != nil {
		return Token{}, fmt.Errorf("note the use of token %d: %w", t.ID, err)
	}
	return t, nil
}

// RevokeToken ends a reader's token; ErrNotFound when the reader has no such token.
func (db *DB) RevokeToken(ctx context.Context, reader ReaderID, id TokenID) error {
	err := db.inTx(ctx, func(w *writer) error {
		return w.execFound(ctx, `DELETE FROM tokens WHERE id = ? AND reader = ?`, int64(id), int64(reader))
	})
	if err != nil {
		return fmt.Errorf("revoke token %d of reader %d: %w", id, reader, err)
	}
	return nil
}

// RevokeTokens ends all of a reader's tokens.
func (db *DB) RevokeTokens(ctx context.Context, reader ReaderID) error {
	err := db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `DELETE FROM tokens WHERE reader = ?`, int64(reader))
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke the tokens of reader %d: %w", reader, err)
	}
	return nil
}
