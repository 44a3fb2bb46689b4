package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"recto/store"
	"recto/web"
)

const (
	dumpHour  = 3 // of the night, local time
	keptDumps = 2 // so that nobody loses the file while fetching it
	dumpStart = "recto-"
	dumpEnd   = ".jsonl.zst"
	dumpStamp = "20060102T150405Z"
)

// dumper writes dumps of the catalogue into a folder: what export writes, compressed, each under a name of its own, and
// the list of their checksums. Every file appears whole or not at all.
type dumper struct {
	dir string
	db  *store.DB
	now func() time.Time
}

// keepDumping makes a dump each night, and at once when there is none of the last day, until ctx ends. wait returns when
// nothing is written any more.
func keepDumping(ctx context.Context, d dumper, log *slog.Logger) (wait func(), err error) {
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return nil, fmt.Errorf("--export: %w", err)
	}
	if err := d.sweep(); err != nil {
		return nil, fmt.Errorf("--export: %w", err)
	}
	last, err := d.last()
	if err != nil {
		return nil, fmt.Errorf("--export: %w", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		next := nextDump(last)
		for {
			timer := time.NewTimer(next.Sub(d.now()))
			select {
			case <-ctx.Done():
				timer.Stop()
				return
			case <-timer.C:
			}
			began := time.Now()
			name, err := d.dump(ctx)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Error("dump the catalogue", "error", err)
			default:
				log.Info("dumped the catalogue", "file", name, "took", time.Since(began))
			}
			next = nextDump(d.now())
		}
	}()
	return func() { <-done }, nil
}

// nextDump is the first dumpHour after a time, in local time.
func nextDump(t time.Time) time.Time {
	t = t.Local()
	next := time.Date(t.Year(), t.Month(), t.Day(), dumpHour, 0, 0, 0, t.Location())
	if !next.After(t) {
		next = time.Date(t.Year(), t.Month(), t.Day()+1, dumpHour, 0, 0, 0, t.Location())
	}
	return next
}

// last is when the newest dump was made; the zero time when there is none.
func (d dumper) last() (time.Time, error) {
	sums, err := d.sums()
	if err != nil || len(sums) == 0 {
		return time.Time{}, err
	}
	_, name, _ := strings.Cut(sums[0], "  ")
	at, err := time.Parse(dumpStamp, strings.TrimSuffix(strings.TrimPrefix(name, dumpStart), dumpEnd))
	if err != nil {
		return time.Time{}, fmt.Errorf("%s names %q, which no dump is called", web.DumpSums, name)
	}
	return at, nil
}

// dump writes one, puts it on the list and removes those that are too many.
func (d dumper) dump(ctx context.Context) (name string, err error) {
	name = dumpStart + d.now().UTC().Format(dumpStamp) + dumpEnd
	sums, err := d.sums()
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	if err := d.write(name, func(w io.Writer) error {
		packed, err := zstd.NewWriter(io.MultiWriter(w, hash), zstd.WithEncoderConcurrency(1)) // readers come first
		if err != nil {
			return err
		}
		if err := export(ctx, d.db, packed); err != nil {
			return errors.Join(err, packed.Close())
		}
		return packed.Close()
	}); err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	sums = slices.DeleteFunc(sums, func(s string) bool { return strings.HasSuffix(s, "  "+name) })
	sums = slices.Insert(sums, 0, fmt.Sprintf("%x  %s", hash.Sum(nil), name))
	sums = sums[:min(len(sums), keptDumps)]
	if err := d.write(web.DumpSums, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(sums, "\n")+"\n")
		return err
	}); err != nil {
		return "", fmt.Errorf("write %s: %w", web.DumpSums, err)
	}
	return name, d.sweep()
}

// sums are the lines of the list, the newest first.
func (d dumper) sums() ([]string, error) {
	text, err := os.ReadFile(filepath.Join(d.dir, web.DumpSums))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), err
}

// write makes a file that appears when it is whole and on disk.
func (d dumper) write(name string, fill func(io.Writer) error) error {
	file, err := os.CreateTemp(d.dir, dumpStart+"*.part")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	err = fill(out)
	err = errors.Join(err, out.Flush(), file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(d.dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// sweep removes dumps that are not on the list, and what an end in the middle of writing left. Other files stay.
func (d dumper) sweep() error {
	sums, err := d.sums()
	if err != nil {
		return err
	}
	files, err := os.ReadDir(d.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		name := f.Name()
		ours := strings.HasPrefix(name, dumpStart) && (strings.HasSuffix(name, dumpEnd) || strings.HasSuffix(name, ".part"))
		if !ours || slices.ContainsFunc(sums, func(s string) bool { return strings.HasSuffix(s, "  "+name) }) {
			continue
		}
		if err := os.Remove(filepath.Join(d.dir, name)); err != nil {
			return err
		}
	}
	return nil
}
