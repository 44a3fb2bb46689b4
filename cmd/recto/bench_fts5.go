package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// fts5 is the reference that searches are measured against: a plain full-text table of SQLite's in a file of its own,
// ranked by its bm25.
type fts5 struct {
	db     *sql.DB
	ranked *sql.Stmt
}

// Documents are not kept, only found: the table has no content. Its indexes have every word's places (detail=full), which
// phrases need.
const makeFTS5 = `CREATE VIRTUAL TABLE IF NOT EXISTS papers USING fts5(title, abstract, tokenize = 'porter unicode61', content = '')`

// openFTS5 opens the reference in a file, making an empty one where there is none.
func openFTS5(ctx context.Context, path string) (*fts5, error) {
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(),
		RawQuery: "_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-262144)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, makeFTS5); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	// Sorting by rank is sorting by bm25(papers), less a call for each row.
	ranked, err := db.PrepareContext(ctx, `SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ?`)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return &fts5{db, ranked}, nil
}

func (f *fts5) close() error { return errors.Join(f.ranked.Close(), f.db.Close()) }

// fill adds what each gives, in one transaction; numbers count from 1.
func (f *fts5) fill(ctx context.Context, each func(add func(title, abstract string) error) error) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of nothing once it is committed
	insert, err := tx.PrepareContext(ctx, `INSERT INTO papers (rowid, title, abstract) VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	number := 0
	err = each(func(title, abstract string) error {
		number++
		_, err := insert.ExecContext(ctx, number, title, abstract)
		return err
	})
	if err != nil {
		return fmt.Errorf("fill FTS5: %w", err)
	}
	return tx.Commit()
}

// optimize makes one segment of all, which is the fastest to search.
func (f *fts5) optimize(ctx context.Context) error {
	_, err := f.db.ExecContext(ctx, `INSERT INTO papers (papers) VALUES ('optimize')`)
	return err
}

// papers is how many there are.
func (f *fts5) papers(ctx context.Context) (n int, err error) {
	err = f.db.QueryRowContext(ctx, `SELECT count(*) FROM papers_docsize`).Scan(&n)
	return n, err
}

// search gives the numbers of the best papers, best first.
func (f *fts5) search(ctx context.Context, match string, limit int) ([]int, error) {
	if match == "" {
		return nil, nil
	}
	rows, err := f.ranked.QueryContext(ctx, match, limit)
	if err != nil {
		return nil, fmt.Errorf("ask FTS5 for %.100q: %w", match, err)
	}
	defer rows.Close()
	var numbers []int
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	return numbers, rows.Err()
}

// quotedWords are the words of a text, each quoted as FTS5 wants it.
func quotedWords(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
	for i, w := range words {
		words[i] = `"` + w + `"`
	}
	return words
}

func allWords(text string) string { return strings.Join(quotedWords(text), " ") }

func anyWord(text string) string { return strings.Join(quotedWords(text), " OR ") }
