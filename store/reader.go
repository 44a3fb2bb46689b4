package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// ReaderID numbers a reader; 0 is nobody.
type ReaderID int64

// Role is what a reader may do.
type Role string

// The roles. A curator may feature and tag papers; an admin may do everything.
const (
	RoleReader  Role = "reader"
	RoleCurator Role = "curator"
	RoleAdmin   Role = "admin"
)

// Reader is somebody with an account.
type Reader struct {
	ID        ReaderID
	Name      string
	Role      Role
	CreatedAt time.Time
	Epoch     int // rises with each new password; a session of an earlier one has ended
}

// Limits of names and passwords, for forms to show.
const (
	MinName     = 2
	MaxName     = 30
	MinPassword = 8   // characters
	MaxPassword = 200 // bytes
)

var nameForm = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$`)

// reservedNames could be taken for the site itself or for a page of it.
var reservedNames = setOf("admin", "administrator", "root", "system", "recto", "moderator", "mod", "staff", "support",
	"help", "about", "api", "settings", "sign-in", "sign-out", "sign-up", "signin", "signout", "signup", "login", "logout",
	"votes", "papers", "tags", "authors", "categories", "search", "reader", "readers", "curator", "anonymous", "nobody",
	"deleted", "everyone", "me", "you", "null", "undefined", "security", "postmaster", "webmaster", "abuse", "hostmaster")

// CheckName says what is wrong with a reader's name, wrapping ErrInvalid, or nil.
func CheckName(name string) error {
	switch {
	case len(name) < MinName || len(name) > MaxName:
		return fmt.Errorf("%w: a name has %d to %d characters", ErrInvalid, MinName, MaxName)
	case !nameForm.MatchString(name):
		return fmt.Errorf("%w: a name is made of letters a to z, digits, and - or _ between them", ErrInvalid)
	case reservedNames[strings.ToLower(name)]:
		return fmt.Errorf("%w: the name %q is kept for the site", ErrInvalid, name)
	}
	return nil
}

// CheckPassword says what is wrong with a new password, wrapping ErrInvalid, or nil.
func CheckPassword(name, password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Errorf("%w: a password has at least %d characters", ErrInvalid, MinPassword)
	case len(password) > MaxPassword:
		return fmt.Errorf("%w: a password has at most %d bytes", ErrInvalid, MaxPassword)
	case strings.EqualFold(name, password):
		return fmt.Errorf("%w: the password is the name", ErrInvalid)
	}
	return nil
}

// AddReader makes an account. A name that is taken, in whatever case, is ErrConflict.
func (db *DB) AddReader(ctx context.Context, name, password string, role Role) (Reader, error) {
	if err := errors.Join(CheckName(name), CheckPassword(name, password), checkRole(role)); err != nil {
		return Reader{}, err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return Reader{}, err
	}
	r := Reader{Name: name, Role: role, CreatedAt: db.now().UTC().Truncate(time.Second)}
	err = db.inTx(ctx, func(w *writer) error {
		result, err := w.exec(ctx, `INSERT INTO readers (name, folded, password, role, created_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, name, strings.ToLower(name), hash, string(role), r.CreatedAt.Unix())
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrConflict, err)
		}
		id, err := result.LastInsertId()
		r.ID = ReaderID(id)
		return err
	})
	if err != nil {
		return Reader{}, fmt.Errorf("add reader %s: %w", name, err)
	}
	return r, nil
}

const readerColumns = `id, name, role, created_at, epoch`

func (db *DB) reader(ctx context.Context, where string, arg any, more ...any) (Reader, error) {
	var r Reader
	var created sql.NullInt64
	dest := append([]any{&r.ID, &r.Name, &r.Role, &created, &r.Epoch}, more...)
	columns := readerColumns
	if len(more) > 0 {
		columns += ", password"
	}
	err := db.queryRow(ctx, `SELECT `+columns+` FROM readers WHERE `+where, []any{arg}, dest...)
	if err != nil {
		return Reader{}, fmt.Errorf("reader %v: %w", arg, err)
	}
	r.CreatedAt = fromInstant(created)
	return r, nil
}

// Reader is the reader with a number.
func (db *DB) Reader(ctx context.Context, id ReaderID) (Reader, error) {
	return db.reader(ctx, `id = ?`, int64(id))
}

// ReaderNamed is the reader with a name, in whatever case.
func (db *DB) ReaderNamed(ctx context.Context, name string) (Reader, error) {
	return db.reader(ctx, `folded = ?`, strings.ToLower(name))
}

// Authenticate is the reader whose name and password these are. A wrong name and a wrong password are both ErrNotFound,
// and take the same time.
func (db *DB) Authenticate(ctx context.Context, name, password string) (Reader, error) {
	var hash string
	r, err := db.reader(ctx, `folded = ?`, strings.ToLower(name), &hash)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Reader{}, err
	}
	right, checkErr := checkPassword(ctx, hash, password)
	if checkErr != nil {
		return Reader{}, checkErr
	}
	if err != nil || !right {
		return Reader{}, fmt.Errorf("name and password: %w", ErrNotFound)
	}
	return r, nil
}

// SetPassword gives a reader a new password.
func (db *DB) SetPassword(ctx context.Context, id ReaderID, password string) error {
	r, err := db.Reader(ctx, id)
	if err != nil {
		return err
	}
	if err := CheckPassword(r.Name, password); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(w *writer) error {
		_, err := w.exec(ctx, `UPDATE readers SET password = ?, epoch = epoch + 1 WHERE id = ?`, hash, int64(id))
		return err
	})
}

// SetRole gives a reader a role.
func (db *DB) SetRole(ctx context.Context, id ReaderID, role Role) error {
	if err := checkRole(role); err != nil {
		return err
	}
	err := db.inTx(ctx, func(w *writer) error {
		return w.execFound(ctx, `UPDATE readers SET role = ? WHERE id = ?`, string(role), int64(id))
	})
	if err != nil {
		return fmt.Errorf("role of reader %d: %w", id, err)
	}
	return nil
}

func checkRole(role Role) error {
	if role != RoleReader && role != RoleCurator && role != RoleAdmin {
		return fmt.Errorf("%w: %q is no role: %s, %s or %s", ErrInvalid, role, RoleReader, RoleCurator, RoleAdmin)
	}
	return nil
}
