package digest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"recto/web/mail"
)

// Dir writes mails as .eml files into a folder, for trying everything without a mail server. The same mail is the same file.
type Dir struct{ path string }

// NewDir is the folder at a path, made when the first mail comes.
func NewDir(path string) Dir { return Dir{path} }

// Carry writes one mail; it appears whole or not at all.
func (d Dir) Carry(_ context.Context, l mail.Letter) error {
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return &Unreachable{fmt.Errorf("the folder for mails: %w", err)}
	}
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, l.ID)
	file, err := os.CreateTemp(d.path, "mail-*.part")
	if err != nil {
		return &Unreachable{err}
	}
	_, err = file.Write(l.Raw)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(d.path, name+".eml"))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write a mail: %w", err), os.Remove(file.Name()))
	}
	return nil
}

// Close does nothing.
func (Dir) Close() error { return nil }
