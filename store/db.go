package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // and the driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// DB is a catalogue. It is safe for concurrent use: any number of readers and one writer at a time.
type DB struct {
	now    func() time.Time
	reads  pool
	writes *sql.DB

	known   *knownIDs
	ballots chan *ballot
	closing chan struct{} // closed by Close
	counted chan struct{} // closed when no vote will be counted any more
	close   sync.Once
}

// pool is a set of connections with its prepared statements.
type pool struct {
	*sql.DB
	prepared sync.Map // query text → *sql.Stmt
}

// Open opens the catalogue in the file at path, creating it when it is missing and bringing an older one up to this
// program's form. A file from a newer program is refused. now tells the time.
func Open(ctx context.Context, path string, now func() time.Time) (*DB, error) {
	db := &DB{now: now, known: newKnownIDs(), ballots: make(chan *ballot), closing: make(chan struct{}), counted: make(chan struct{})}
	err := inspect(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if db.writes, err = sql.Open("sqlite", dataSource(path, "_txlock=immediate", "_pragma=synchronous(FULL)",
		"_pragma=cache_size(-131072)", "_pragma=wal_autocheckpoint(16384)")); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.writes.SetMaxOpenConns(1)
	if err := migrate(ctx, db.writes); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.writes.Close())
	}
	if db.reads.DB, err = sql.Open("sqlite", dataSource(path, "_pragma=query_only(1)")); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.writes.Close())
	}
	connections := max(4, 2*runtime.NumCPU())
	db.reads.SetMaxOpenConns(connections)
	db.reads.SetMaxIdleConns(connections)
	go db.countVotes()
	return db, nil
}

const (
	notADatabase     = 26  // SQLITE_NOTADB
	smallestDatabase = 512 // bytes
)

// inspect says why a file can't be a catalogue, before anything is written to it. A missing or empty one can become one.
func inspect(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if folder, err := os.Stat(filepath.Dir(path)); err != nil || !folder.IsDir() {
			return fmt.Errorf("%w: there is no folder %s to make it in", ErrInvalid, filepath.Dir(path))
		}
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is not a file", ErrInvalid)
	}
	if info.Size() == 0 {
		return nil
	}
	if info.Size() < smallestDatabase { // SQLite would write over it
		return fmt.Errorf("%w: it is not a database", ErrInvalid)
	}
	db, err := sql.Open("sqlite", fileSource(path, "_pragma=busy_timeout(10000)&_pragma=query_only(1)"))
	if err != nil {
		return err
	}
	defer db.Close()
	var ours, all int
	err = db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = 'paper_facets'), count(*) FROM sqlite_schema
		WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`).Scan(&ours, &all)
	if broken := (*sqlite.Error)(nil); errors.As(err, &broken) && broken.Code()&0xff == notADatabase {
		return fmt.Errorf("%w: it is not a database", ErrInvalid)
	}
	if err == nil && all > 0 && ours == 0 {
		return fmt.Errorf("%w: it is another program's database", ErrInvalid)
	}
	return err
}

// dataSource puts every pragma into the driver's name for the file, so that it reaches each connection. Of a new file, the
// pages' size comes before the journal: the driver takes _journal_mode after all pragmas. Papers take 2 kB on average, of
// which smaller pages would leave a quarter empty.
func dataSource(path string, more ...string) string {
	query := "_journal_mode=WAL&_pragma=busy_timeout(10000)&_pragma=page_size(8192)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)"
	for _, m := range more {
		query += "&" + m
	}
	return fileSource(path, query)
}

func fileSource(path, query string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query}).String()
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	has, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if has > newest {
		return fmt.Errorf("it was written by a newer Recto (its form is %d, this program knows %d): use that one", has, newest)
	}
	_, err = provider.Up(ctx)
	return err
}

// Close ends all work with the file.
func (db *DB) Close() error {
	db.close.Do(func() { close(db.closing) })
	<-db.counted
	return errors.Join(db.reads.Close(), db.writes.Close())
}

// stmt is the prepared form of a query, made once per pool.
func (p *pool) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.prepared.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if other, loaded := p.prepared.LoadOrStore(query, s); loaded {
		return other.(*sql.Stmt), s.Close()
	}
	return s, nil
}

// query runs a read; each gets every row. Queries come from a small, fixed set: their prepared forms are kept.
func (db *DB) query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	s, err := db.reads.stmt(ctx, query)
	if err != nil {
		return err
	}
	return eachRow(ctx, s, args, each)
}

func eachRow(ctx context.Context, s *sql.Stmt, args []any, each func(scan func(...any) error) error) error {
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// queryRow runs a read of one row; no row is ErrNotFound.
func (db *DB) queryRow(ctx context.Context, query string, args []any, dest ...any) error {
	s, err := db.reads.stmt(ctx, query)
	if err != nil {
		return err
	}
	err = s.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// writer is a transaction under way. It prepares each of its queries once.
type writer struct {
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
}

// inTx runs do in one transaction, kept when do returns nil.
func (db *DB) inTx(ctx context.Context, do func(*writer) error) error {
	tx, err := db.writes.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(&writer{tx, make(map[string]*sql.Stmt)}); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return errors.Join(err, rollback)
		}
		return err
	}
	return tx.Commit()
}

func (w *writer) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := w.prepared[query]; ok {
		return s, nil
	}
	s, err := w.tx.PrepareContext(ctx, query) // closed with the transaction
	if err == nil {
		w.prepared[query] = s
	}
	return s, err
}

func (w *writer) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := w.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// execFound executes what has to find a row: none is ErrNotFound.
func (w *writer) execFound(ctx context.Context, query string, args ...any) error {
	result, err := w.exec(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNotFound, err)
	}
	return nil
}

// atOnce is how many rows one statement inserts at most.
const atOnce = 64

// insertAll inserts rows of so many columns, with few statements. insert ends before the first row, end follows the last.
func (w *writer) insertAll(ctx context.Context, insert string, columns int, end string, rows int, row func(int) []any) error {
	one := ", (?" + strings.Repeat(", ?", columns-1) + ")"
	args := make([]any, 0, columns*atOnce)
	for from := 0; from < rows; from += atOnce {
		to := min(from+atOnce, rows)
		args = args[:0]
		for i := from; i < to; i++ {
			args = append(args, row(i)...)
		}
		if _, err := w.exec(ctx, insert+strings.Repeat(one, to-from)[1:]+end, args...); err != nil {
			return err
		}
	}
	return nil
}

// each reads rows.
func (w *writer) each(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	s, err := w.stmt(ctx, query)
	if err != nil {
		return err
	}
	return eachRow(ctx, s, args, each)
}

// row reads one row; no row is ErrNotFound.
func (w *writer) row(ctx context.Context, query string, args []any, dest ...any) error {
	s, err := w.stmt(ctx, query)
	if err != nil {
		return err
	}
	err = s.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
