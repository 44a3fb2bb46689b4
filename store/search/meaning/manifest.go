package meaning

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	manifestName   = "manifest"
	manifestFormat = 1
)

// ErrForeign says that an index holds another model's vectors or has another version's format.
var ErrForeign = errors.New("foreign")

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

func (m *manifest) write(dir string) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, manifestName), fmt.Appendf(body, "\n%08x\n", crc32.Checksum(body, castagnoli)))
}

func readManifest(dir, identity string, dimensions int) (*manifest, error) {
	raw, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	body, sum, _ := bytes.Cut(raw, []byte("\n"))
	if string(sum) != fmt.Sprintf("%08x\n", crc32.Checksum(body, castagnoli)) {
		return nil, fmt.Errorf("manifest: %w", ErrDamaged)
	}
	var m manifest
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, fmt.Errorf("manifest: %w: %w", ErrDamaged, err)
	}
	switch {
	case m.Format != manifestFormat:
		return nil, fmt.Errorf("format %d, not %d: %w", m.Format, manifestFormat, ErrForeign)
	case m.Identity != identity || m.Dimensions != dimensions:
		return nil, fmt.Errorf("vectors of %q, not %q: %w", m.Identity, identity, ErrForeign)
	case len(m.Centre) != width(dimensions) || m.Slots < 0:
		return nil, fmt.Errorf("manifest: %w", ErrDamaged)
	}
	return &m, nil
}

// removeOthers removes the files of generations other than one, or of all.
func removeOthers(dir string, generation int) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		number, kind, _ := strings.Cut(e.Name(), ".")
		if (kind == "table" || kind == "signs" || kind == "bytes") && number != fmt.Sprint(generation) {
			if removed := os.Remove(filepath.Join(dir, e.Name())); !errors.Is(removed, fs.ErrNotExist) {
				err = errors.Join(err, removed)
			}
		}
	}
	return err
}
