package store

import (
	"context"
	"errors"
	"fmt"
)

// Setting is one of the small things that the program remembers; nil when it was never set.
func (db *DB) Setting(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := db.queryRow(ctx, `SELECT value FROM settings WHERE name = ?`, []any{name}, &value)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("setting %s: %w", name, err)
	}
	return value, nil
}

// SetSetting remembers a value, or forgets it when it is nil.
func (db *DB) SetSetting(ctx context.Context, name string, value []byte) error {
	err := db.inTx(ctx, func(w *writer) error { return w.setSetting(ctx, name, value) })
	if err != nil {
		return fmt.Errorf("set %s: %w", name, err)
	}
	return nil
}

func (w *writer) setSetting(ctx context.Context, name string, value []byte) error {
	query, args := `DELETE FROM settings WHERE name = ?`, []any{name}
	if value != nil {
		query = `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`
		args = append(args, value)
	}
	_, err := w.exec(ctx, query, args...)
	return err
}
