package store

import (
	"context"
	"crypto/rand"
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
		query = `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
		args = append(args, value)
	}
	_, err := w.exec(ctx, query, args...)
	return err
}

// sampleSetting is set while the catalogue holds the built-in sample and nothing that somebody brought in.
const sampleSetting = "sample"

// IsSample says whether the catalogue holds nothing but the built-in sample.
func (db *DB) IsSample(ctx context.Context) (bool, error) {
	value, err := db.Setting(ctx, sampleSetting)
	return value != nil, err
}

// SetSample notes whether the catalogue holds nothing but the built-in sample.
func (db *DB) SetSample(ctx context.Context, is bool) error {
	var value []byte
	if is {
		value = []byte{1}
	}
	return db.SetSetting(ctx, sampleSetting, value)
}

const identitySetting = "identity"

// Identity tells the catalogue from every other, so that what is derived from it is not taken for another's. A copy of the
// file has the same.
func (db *DB) Identity(ctx context.Context) (string, error) {
	id, err := db.Setting(ctx, identitySetting)
	if err != nil || id != nil {
		return string(id), err
	}
	err = db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, identitySetting, []byte(rand.Text()))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("give the catalogue an identity: %w", err)
	}
	id, err = db.Setting(ctx, identitySetting)
	return string(id), err
}
