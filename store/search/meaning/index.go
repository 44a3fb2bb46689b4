package meaning

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"recto/store/lock"
)

// maxNumber bounds the memory that a paper's number can claim: 4 bytes for each number below the highest.
const maxNumber = 1 << 28

const lockName = "lock"

// Index keeps papers' vectors by number in a folder of its own and finds those nearest to another. Searches may run beside
// each other and beside one Update or Commit.
type Index struct {
	dir        string
	dimensions int
	rotation   *rotation
	seq        atomic.Int64

	write    sync.Mutex // held by whoever changes the index; guards what follows
	closed   bool
	lock     *os.File // nil until the first change
	files    *files   // open for appending since then
	manifest manifest // as it is on the disk, but for a generation and its centre that were not committed yet
	raw      []byte   // its file

	read    sync.RWMutex // guards what follows
	current *snapshot
	slots   []uint32 // a paper's slot + 1 in current, by number; 0 when it has none
}

func newIndex(dir string, dimensions int) *Index {
	return &Index{dir: dir, dimensions: dimensions, rotation: newRotation(width(dimensions))}
}

// Create makes an empty index for vectors of so many dimensions, in place of what the folder held before. Identity names
// where they come from. It is on the disk at once. The error is ErrBusy while another process, or another Index, changes
// what is there.
func Create(dir, identity string, dimensions int) (*Index, error) {
	x := newIndex(dir, dimensions)
	if err := x.create(identity); err != nil {
		return nil, fmt.Errorf("create index of meaning: %w", errors.Join(err, x.Close()))
	}
	return x, nil
}

func (x *Index) create(identity string) (err error) {
	if err = os.MkdirAll(x.dir, 0o755); err != nil {
		return err
	}
	if x.lock, err = lock.File(filepath.Join(x.dir, lockName)); err != nil {
		return err
	}
	before, _, _ := readManifest(x.dir)
	m := &x.manifest
	*m = manifest{Format: manifestFormat, Identity: identity, Dimensions: x.dimensions, Centre: make([]float32, x.rotation.width)}
	m.Generation = before.Generation + 1 // whose files nobody is reading
	if x.files, err = openFiles(x.dir, m.Generation, x.rotation.width, os.O_RDWR|os.O_CREATE|os.O_TRUNC); err != nil {
		return err
	}
	if x.raw, err = m.write(x.dir); err != nil {
		return err
	}
	if x.current, err = x.files.snapshot(m.Centre); err != nil {
		return err
	}
	return removeOthers(x.dir, m.Generation)
}

// Open gives back the index as it was last committed. The error is fs.ErrNotExist when there is none, ErrForeign when it
// holds other vectors than those asked for, and ErrDamaged when it can't be trusted. Verify looks closer.
//
// Several processes may open an index; the first one that changes it keeps the others from doing so, and those go on
// seeing what they opened. Opening alone writes nothing.
func Open(dir, identity string, dimensions int) (*Index, error) {
	for {
		x, err := open(dir, identity, dimensions)
		if err == nil {
			return x, nil
		}
		// A writer in another process may have gone on to another generation since the manifest was read.
		if _, raw, _ := readManifest(dir); bytes.Equal(raw, x.raw) {
			return nil, fmt.Errorf("open index of meaning: %w", err)
		}
	}
}

// open returns an index with an error, too: of it, raw is what was read.
func open(dir, identity string, dimensions int) (*Index, error) {
	x := newIndex(dir, dimensions)
	var err error
	if x.manifest, x.raw, err = readManifest(dir); err != nil {
		return x, err
	}
	m := &x.manifest
	if err = m.check(identity, dimensions); err != nil {
		return x, err
	}
	f, err := openFiles(dir, m.Generation, x.rotation.width, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return x, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if err != nil {
		return x, err
	}
	f.slots, f.sums = m.Slots, m.Sums
	err = x.load(f)
	x.seq.Store(m.Seq)
	return x, errors.Join(err, f.release())
}

// load shows what is in files.
func (x *Index) load(f *files) (err error) {
	for i, file := range f.open {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if info.Size()/int64(f.sizes[i]) < int64(f.slots) {
			return fmt.Errorf("%s is too short: %w", fileKinds[i], ErrDamaged)
		}
	}
	s, err := f.snapshot(x.manifest.Centre)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	if err := s.check(); err != nil {
		return err
	}
	x.slots, x.current = s.place(nil, s.table, 0), s
	return nil
}

// begin starts a change, under write: the first one locks the folder and clears it of what was never committed.
func (x *Index) begin() error {
	if x.closed {
		return errClosed
	}
	if x.lock != nil {
		return nil
	}
	held, err := lock.File(filepath.Join(x.dir, lockName))
	if err != nil {
		return err
	}
	m := &x.manifest
	f, err := x.takeOver()
	if err != nil {
		return errors.Join(err, held.Close())
	}
	f.slots, f.sums = m.Slots, m.Sums
	x.lock, x.files = held, f
	return nil
}

// takeOver opens the files for appending, unless they are no longer those that the index has shown.
func (x *Index) takeOver() (*files, error) {
	_, raw, err := readManifest(x.dir)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(raw, x.raw) {
		return nil, ErrBusy // it has been written since this one was opened
	}
	if err := removeOthers(x.dir, x.manifest.Generation); err != nil {
		return nil, err
	}
	return openFiles(x.dir, x.manifest.Generation, x.rotation.width, os.O_RDWR)
}

// Close ends the index; what was not committed is lost. Searches under way end well.
func (x *Index) Close() error {
	x.write.Lock()
	defer x.write.Unlock()
	x.closed = true
	x.read.Lock()
	s := x.current
	x.current = nil
	x.read.Unlock()
	var err error
	if s != nil {
		err = s.release()
	}
	if x.files != nil {
		err = errors.Join(err, x.files.release())
		x.files = nil
	}
	if x.lock != nil {
		err = errors.Join(err, x.lock.Close())
		x.lock = nil
	}
	return err
}

// append shows the files as they are after records were appended to them.
func (x *Index) append(r *records) error {
	s, err := x.files.snapshot(x.manifest.Centre)
	if err != nil {
		return err
	}
	x.read.Lock()
	defer x.read.Unlock()
	old := x.current
	copy(s.dead, old.dead)
	s.live = old.live
	x.slots = s.place(x.slots, r.data[tableFile], old.slots)
	x.current = s
	return old.release()
}

// acquire is the current snapshot, to be released.
func (x *Index) acquire() (*snapshot, error) {
	s, _, err := x.locate()
	return s, err
}

// Verify reads everything and compares it with its checksums: ErrDamaged when something differs. Open leaves out the
// largest file, where damage shows as papers in wrong places and nothing worse.
func (x *Index) Verify() (err error) {
	s, err := x.acquire()
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, s.release()); err != nil {
			err = fmt.Errorf("verify index of meaning: %w", err)
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	return errors.Join(s.check(), s.checkBytes())
}

// Seq is what the last Commit was told.
func (x *Index) Seq() int64 { return x.seq.Load() }

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

// locate gives the current snapshot, to be released, and the slots of papers in it; those without a vector are left out.
func (x *Index) locate(numbers ...uint32) (*snapshot, []uint32, error) {
	x.read.RLock()
	defer x.read.RUnlock()
	if x.current == nil {
		return nil, nil, errClosed
	}
	x.current.refs.Add(1)
	slots := make([]uint32, 0, len(numbers))
	for _, n := range numbers {
		if slot := x.slot(n); slot >= 0 {
			slots = append(slots, uint32(slot))
		}
	}
	return x.current, slots, nil
}

// slot of a paper in the current snapshot, or -1; for whoever holds x.read or x.write.
func (x *Index) slot(number uint32) int {
	if x.current == nil || int(number) >= len(x.slots) {
		return -1
	}
	return int(x.slots[number]) - 1
}
