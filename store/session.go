package store

import (
	"context"
	"errors"
	"time"
)

// Sessions keeps what a signed-in browser's cookie stands for. Tokens come hashed. Its methods are those that a
// session library asks of a store; finding one never waits for a writer.
type Sessions struct{ db *DB }

// Sessions is the catalogue's sessions.
func (db *DB) Sessions() Sessions { return Sessions{db} }

// FindCtx is the data of a session that has not expired; false when there is none.
func (s Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var data []byte
	err := s.db.queryRow(ctx, `SELECT data FROM sessions WHERE token = ? AND expires > ?`, []any{token, s.db.now().Unix()}, &data)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps a session until expiry, and forgets some that have expired.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.db.inTx(ctx, func(w *writer) error {
		if _, err := w.exec(ctx, `DELETE FROM sessions WHERE token IN (SELECT token FROM sessions WHERE expires <= ? LIMIT 100)`,
			s.db.now().Unix()); err != nil {
			return err
		}
		_, err := w.exec(ctx, `INSERT INTO sessions (token, data, expires) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET data = excluded.data, expires = excluded.expires`, token, data, expiry.Unix())
		return err
	})
}

// DeleteCtx forgets a session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `DELETE FROM sessions WHERE token = ?`, token)
		return err
	})
}

// Find, Commit and Delete are the same without a context.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
