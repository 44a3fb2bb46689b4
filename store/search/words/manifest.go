package words

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	manifestName = "manifest"
	manifestForm = 1
	lockName     = "lock"
)

// manifest says what a committed index consists of. Its file is a line with the checksum of the rest, which is JSON.
type manifest struct {
	Form     int
	Scoring  string // scoringForm
	Identity string
	Seq      int64
	Next     int // the number of the next file
	Segments []segmentFile
	Votes    votesFile
}

type segmentFile struct {
	File     string
	Checksum uint32 // of the segment's footer
	Live     string `json:",omitempty"` // bits of the documents that are good
	LiveSum  uint32 `json:",omitempty"`
	Dead     int    `json:",omitempty"`
}

type votesFile struct {
	File     string `json:",omitempty"`
	Checksum uint32 `json:",omitempty"`
}

// readManifest reads the manifest of a directory.
func readManifest(dir string) (m manifest, raw []byte, err error) {
	raw, err = os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil, ErrMissing
	}
	if err != nil {
		return m, nil, err
	}
	line, rest, _ := bytes.Cut(raw, []byte("\n"))
	sum, err := strconv.ParseUint(string(line), 16, 32)
	if err != nil || len(line) != 8 || uint32(sum) != checksum(rest) {
		return m, nil, fmt.Errorf("%w: the manifest has another checksum", ErrDamaged)
	}
	if err := json.Unmarshal(rest, &m); err != nil {
		return m, nil, fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
	}
	return m, raw, nil
}

// write replaces the directory's manifest and returns what it wrote.
func (m manifest) write(dir string) (raw []byte, err error) {
	rest, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, err
	}
	raw = append(fmt.Appendf(nil, "%08x\n", checksum(rest)), rest...)
	temporary := manifestName + ".new"
	if err := writeFile(filepath.Join(dir, temporary), raw); err != nil {
		return nil, err
	}
	if err := syncDir(dir); err != nil { // the files that it names must not come to disk after it
		return nil, err
	}
	if err := os.Rename(filepath.Join(dir, temporary), filepath.Join(dir, manifestName)); err != nil {
		return nil, err
	}
	return raw, syncDir(dir)
}

// writeFile writes a file and waits until it is on disk.
func writeFile(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// isOurs says whether a file of the directory is the index's.
func isOurs(name string) bool {
	base, kind, _ := strings.Cut(name, ".")
	switch kind {
	case "segment", "live", "votes":
		_, err := strconv.Atoi(base)
		return err == nil
	}
	return base == manifestName
}

// sweep removes those of the index's files that neither the manifest names nor are to be kept.
func sweep(dir string, m *manifest, keep string) error {
	named := map[string]bool{manifestName: true, m.Votes.File: true, keep: true}
	for _, s := range m.Segments {
		named[s.File], named[s.Live] = true, true
	}
	files, err := os.ReadDir(dir)
	for _, f := range files {
		if isOurs(f.Name()) && !named[f.Name()] {
			err = errors.Join(err, os.Remove(filepath.Join(dir, f.Name())))
		}
	}
	return err
}
