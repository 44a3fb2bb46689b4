package meaning

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// maxNumber bounds the memory that a paper's number can claim: 4 bytes for each number below the highest.
const maxNumber = 1 << 28

var errClosed = fmt.Errorf("index of meaning: %w", fs.ErrClosed)

// Index keeps papers' vectors by number in a folder of its own and finds those nearest to another. One process may have
// it open. Searches may run beside each other and beside one Update or Commit.
type Index struct {
	dir      string
	rotation *rotation

	write     sync.Mutex // held by whoever changes the index; guards what follows
	files     *files
	manifest  manifest
	committed int // generation of the manifest on the disk

	read    sync.RWMutex // guards what follows
	current *snapshot
	slots   []uint32 // a paper's slot + 1 in current, by number; 0 when it has none

	distances sync.Pool
}

// Create makes an empty index for vectors of so many dimensions, in place of what the folder held before. Identity names
// where they come from.
func Create(dir, identity string, dimensions int) (*Index, error) {
	m := manifest{Format: manifestFormat, Identity: identity, Dimensions: dimensions, Generation: 1, Centre: make([]float32, width(dimensions))}
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		if err = os.Remove(filepath.Join(dir, manifestName)); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err == nil {
		err = removeOthers(dir, 0)
	}
	if err == nil {
		err = m.write(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("create index of meaning: %w", err)
	}
	return Open(dir, identity, dimensions)
}

// Open gives back the index as it was last committed. The error is fs.ErrNotExist when there is none, ErrForeign when it
// holds other vectors than those asked for, and ErrDamaged when it can't be trusted. Verify looks closer.
func Open(dir, identity string, dimensions int) (*Index, error) {
	m, err := readManifest(dir, identity, dimensions)
	if err != nil {
		return nil, fmt.Errorf("open index of meaning: %w", err)
	}
	x := &Index{dir: dir, rotation: newRotation(width(dimensions)), manifest: *m, committed: m.Generation}
	if err := x.load(); err != nil {
		return nil, fmt.Errorf("open index of meaning: %w", errors.Join(err, x.Close()))
	}
	return x, nil
}

func (x *Index) load() (err error) {
	m := &x.manifest
	if err = removeOthers(x.dir, m.Generation); err != nil {
		return err
	}
	if x.files, err = openFiles(x.dir, m.Generation, width(m.Dimensions)); err != nil {
		return err
	}
	for i, file := range x.files.open {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if info.Size()/int64(x.files.sizes[i]) < int64(m.Slots) {
			return fmt.Errorf("%s is too short: %w", fileKinds[i], ErrDamaged)
		}
	}
	x.files.slots, x.files.sums = m.Slots, m.Sums
	s, err := x.snapshot()
	if err != nil {
		return err
	}
	if err := s.check(m.Sums, tableFile, signsFile); err != nil {
		return errors.Join(err, s.release())
	}
	return x.publish(s)
}

// Close ends the index; what was not committed is lost. Searches under way end well.
func (x *Index) Close() error {
	x.write.Lock()
	defer x.write.Unlock()
	x.read.Lock()
	s := x.current
	x.current = nil
	x.read.Unlock()
	var err error
	if s != nil {
		err = s.release()
	}
	if x.files != nil {
		err = errors.Join(err, x.files.close())
		x.files = nil
	}
	return err
}

// snapshot maps the files as they are now.
func (x *Index) snapshot() (*snapshot, error) {
	s := &snapshot{sizes: x.files.sizes, slots: x.files.slots, centre: x.manifest.Centre}
	s.refs.Store(1)
	for i, file := range x.files.open {
		data, err := mapFile(file, s.slots*s.sizes[i])
		if err != nil {
			return nil, errors.Join(err, s.release())
		}
		s.data[i] = data
	}
	s.dead = make([]uint64, (s.slots+63)/64)
	return s, nil
}

// publish shows s, which continues the current snapshot, to searches.
func (x *Index) publish(s *snapshot) error {
	x.read.Lock()
	old := x.current
	from := 0
	if old != nil {
		copy(s.dead, old.dead)
		s.live, from = old.live, old.slots
	}
	x.slots = s.place(x.slots, from)
	x.current = s
	x.read.Unlock()
	if old == nil {
		return nil
	}
	return old.release()
}

// acquire is the current snapshot, to be released.
func (x *Index) acquire() (*snapshot, error) {
	x.read.RLock()
	defer x.read.RUnlock()
	if x.current == nil {
		return nil, errClosed
	}
	x.current.refs.Add(1)
	return x.current, nil
}

// check compares the records of some files with their sums.
func (s *snapshot) check(sums [3]uint32, files ...int) error {
	for _, i := range files {
		if crc32.Checksum(s.data[i], castagnoli) != sums[i] {
			return fmt.Errorf("%s: %w", fileKinds[i], ErrDamaged)
		}
	}
	return nil
}

// Verify reads everything and compares it with its checksums: ErrDamaged when something differs. Open leaves out the
// largest file, where damage shows as papers in wrong places and nothing worse.
func (x *Index) Verify() error {
	x.write.Lock()
	s, err := x.acquire()
	if err != nil {
		x.write.Unlock()
		return err
	}
	sums := x.files.sums
	x.write.Unlock()
	if err := errors.Join(s.check(sums, tableFile, signsFile, bytesFile), s.release()); err != nil {
		return fmt.Errorf("verify index of meaning: %w", err)
	}
	return nil
}

// Seq is what the last Commit was told.
func (x *Index) Seq() int64 {
	x.write.Lock()
	defer x.write.Unlock()
	return x.manifest.Seq
}

// Len is how many papers have a vector.
func (x *Index) Len() int {
	x.read.RLock()
	defer x.read.RUnlock()
	if x.current == nil {
		return 0
	}
	return x.current.live
}

// Contains says whether a paper has a vector.
func (x *Index) Contains(number uint32) bool {
	x.read.RLock()
	defer x.read.RUnlock()
	return x.slot(number) >= 0
}

// slot of a paper in the current snapshot, or -1; for whoever holds x.read.
func (x *Index) slot(number uint32) int {
	if x.current == nil || int(number) >= len(x.slots) {
		return -1
	}
	return int(x.slots[number]) - 1
}

// stored says whether a paper already has this very vector.
func (x *Index) stored(number uint32, scale float32, numbers []byte) bool {
	x.read.RLock()
	defer x.read.RUnlock()
	slot := x.slot(number)
	if slot < 0 {
		return false
	}
	_, has, old := x.current.record(slot)
	return has == scale && bytes.Equal(old, numbers)
}
