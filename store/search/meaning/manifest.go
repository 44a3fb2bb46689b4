package meaning

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	manifestName   = "manifest"
	manifestFormat = 1
)

// manifest says what of an index's files counts. It is replaced at each commit.
type manifest struct {
	Format     int       `json:"format"`
	Identity   string    `json:"identity"`
	Dimensions int       `json:"dimensions"`
	Seq        int64     `json:"seq"`
	Generation int       `json:"generation"` // of the files, which are named by it
	Slots      int       `json:"slots"`      // records in each of them; what is behind was never committed
	Sums       [3]uint32 `json:"sums"`       // CRC-32C of those records, by file
	Centre     []float32 `json:"centre"`     // the vectors' mean, rotated
	Centred    int       `json:"centred"`    // how many vectors that is the mean of
}

// write replaces the folder's manifest and returns what it wrote.
func (m *manifest) write(dir string) (raw []byte, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	raw = fmt.Appendf(body, "\n%08x\n", crc32.Checksum(body, castagnoli))
	return raw, writeFile(filepath.Join(dir, manifestName), raw)
}

// readManifest reads the manifest of a folder, whosever vectors it has.
func readManifest(dir string) (m manifest, raw []byte, err error) {
	raw, err = os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, nil, err
	}
	body, sum, _ := bytes.Cut(raw, []byte("\n"))
	if string(sum) != fmt.Sprintf("%08x\n", crc32.Checksum(body, castagnoli)) {
		return m, raw, fmt.Errorf("manifest: %w", ErrDamaged)
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, raw, fmt.Errorf("manifest: %w: %w", ErrDamaged, err)
	}
	return m, raw, nil
}

func (m *manifest) check(identity string, dimensions int) error {
	switch {
	case m.Format != manifestFormat:
		return fmt.Errorf("format %d, not %d: %w", m.Format, manifestFormat, ErrForeign)
	case m.Identity != identity || m.Dimensions != dimensions:
		return fmt.Errorf("vectors of %q, not %q: %w", m.Identity, identity, ErrForeign)
	case len(m.Centre) != width(dimensions) || m.Slots < 0:
		return fmt.Errorf("manifest: %w", ErrDamaged)
	}
	return nil
}

// removeOthers removes the files of generations other than one.
func removeOthers(dir string, generation int) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		number, kind, _ := strings.Cut(e.Name(), ".")
		if slices.Contains(fileKinds[:], kind) && number != fmt.Sprint(generation) {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}
