package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"recto/store"
)

var noon = time.Date(2026, 5, 13, 12, 0, 0, 0, time.UTC)

func open(t testing.TB) *store.DB {
	t.Helper()
	return openAt(t, "", func() time.Time { return noon })
}

// openAt opens the catalogue at a path, a new one for "".
func openAt(t testing.TB, path string, now func() time.Time) *store.DB {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "a b%?#.db")
	}
	db, err := store.Open(context.Background(), path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// openRaw opens a file with one connection and nothing else.
func openRaw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// raw runs SQL on a file behind the catalogue's back.
func raw(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := openRaw(t, path)
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func paper(n int) store.Paper {
	return store.Paper{
		ID: store.PaperID(fmt.Sprintf("2605.%05d", n)), Title: fmt.Sprintf("Paper %d", n), Abstract: "About it.",
		Authors:    []store.Author{{Name: "Yann LeCun"}, {Name: fmt.Sprintf("Author %c. Smith", 'A'+n%26)}},
		Categories: []string{"cs.LG", "stat.ML"}, Tags: []string{"world models"},
		SubmittedAt: noon.Add(-time.Duration(n) * time.Hour), Source: "test", ReadAt: noon, SourceVotes: n % 7,
	}
}

func ingest(t testing.TB, db *store.DB, papers ...store.Paper) store.Tally {
	t.Helper()
	for i := range papers {
		if err := papers[i].Clean(); err != nil {
			t.Fatal(err)
		}
	}
	tally, err := db.Ingest(context.Background(), store.Batch{Papers: papers})
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func addReader(t testing.TB, db *store.DB, name string) store.ReaderID {
	t.Helper()
	r, err := db.AddReader(context.Background(), name, "a good password", store.RoleReader)
	if err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// healthy checks that every counter of the catalogue is right.
func healthy(t testing.TB, db *store.DB) {
	t.Helper()
	findings, err := db.Check(context.Background(), false, func(string) {})
	if err != nil || len(findings) > 0 {
		t.Errorf("doctor: %v %+v", err, findings)
	}
}
