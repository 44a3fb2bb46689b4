package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recto/store"
)

func clock() time.Time { return noon }

func TestOpenRefuses(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		make func(t *testing.T, path string) string // what it makes, and the path to open
		want string
	}{
		"a text file": {func(t *testing.T, path string) string {
			write(t, path, strings.Repeat("Dear diary,\n", 1000))
			return path
		}, "not a database"},
		"a few bytes": {func(t *testing.T, path string) string { write(t, path, "x"); return path }, "not a database"},
		"another program's database": {func(t *testing.T, path string) string {
			raw(t, path, `CREATE TABLE moz_places (id INTEGER PRIMARY KEY)`)
			return path
		}, "another program's database"},
		"another program's that uses goose": {func(t *testing.T, path string) string {
			raw(t, path, `CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER, is_applied INTEGER, tstamp TIMESTAMP)`,
				`INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1)`, `CREATE TABLE users (id INTEGER PRIMARY KEY)`)
			return path
		}, "another program's database"},
		"a newer program's": {func(t *testing.T, path string) string {
			openAt(t, path, clock).Close()
			raw(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
			return path
		}, "newer Recto"},
		"a folder":          {func(t *testing.T, path string) string { return filepath.Dir(path) }, "not a file"},
		"a missing folder":  {func(t *testing.T, path string) string { return filepath.Join(filepath.Dir(path), "none", "x.db") }, "no folder"},
		"a file as folder":  {func(t *testing.T, path string) string { write(t, path, "x"); return filepath.Join(path, "x.db") }, "x.db"},
		"cancelled already": {func(t *testing.T, path string) string { return path }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := c.make(t, filepath.Join(t.TempDir(), "some.db"))
			before, _ := os.ReadFile(path)
			ctx := ctx
			if c.want == "" {
				cancelled, cancel := context.WithCancel(ctx)
				cancel()
				ctx = cancelled
			}
			db, err := store.Open(ctx, path, clock)
			if err == nil {
				db.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("the error is %q, want %q", err, c.want)
			}
			if strings.ContainsAny(err.Error(), "\n") {
				t.Errorf("the error is not one line: %q", err)
			}
			if after, _ := os.ReadFile(path); c.want != "" && !bytes.Equal(before, after) {
				t.Error("the file changed")
			}
			t.Log(err)
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenMakesAFile(t *testing.T) {
	for name, before := range map[string]func(path string) error{
		"missing": func(string) error { return nil },
		"empty":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			if err := before(path); err != nil {
				t.Fatal(err)
			}
			db := openAt(t, path, clock)
			ingest(t, db, paper(1))
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(path + "-*"); len(left) > 0 {
				t.Errorf("closing leaves %v", left)
			}
			if got := get(t, openAt(t, path, clock), "2605.00001"); got.Title != "Paper 1" {
				t.Errorf("opened again it holds %+v", got)
			}
		})
	}
}

// Two programs may have the file open: the server and an ingest beside it.
func TestTwoProgramsShareAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	one, two := openAt(t, path, clock), openAt(t, path, clock)
	done := make(chan error, 2)
	for i, db := range []*store.DB{one, two} {
		go func() {
			var err error
			for n := 0; n < 5 && err == nil; n++ {
				_, err = db.Ingest(context.Background(), store.Batch{Papers: []store.Paper{paper(100*i + n + 1), paper(999)}})
			}
			done <- err
		}()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if n := len(everyPaper(t, one)); n != 11 {
		t.Errorf("%d papers", n)
	}
	healthy(t, two)
}

func TestReadsDoNotWaitForAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := openAt(t, path, clock)
	ingest(t, db, paper(1))
	other := openRaw(t, path)
	if _, err := other.Exec(`BEGIN IMMEDIATE; UPDATE papers SET title = 'half done'`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if p, err := db.Paper(ctx, "2605.00001"); err != nil || p.Title != "Paper 1" {
		t.Errorf("%q, %v", p.Title, err)
	}
	if _, err := other.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
}
