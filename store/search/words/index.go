package words

import (
	"bytes"
	"context"
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

// Index is an open index. All its methods may be called at the same time.
type Index struct {
	dir      string
	identity string
	current  atomic.Pointer[snapshot]
	seq      atomic.Int64
	words    vocabulary
	searches atomic.Uint32

	closing atomic.Bool

	mu           sync.Mutex // held by whoever changes the index; guards what follows
	lock         *os.File   // nil until the first change
	manifest     manifest   // as it is on disk but for Next
	raw          []byte     // its file
	changed      bool       // since the manifest
	votesChanged bool
	inverter     inverter
	merging      bool
	merged       sync.Cond // told when merging turns false
	output       string    // the file that a merge is writing
	failure      error     // that ended the merges
}

func newIndex(dir, identity string) *Index {
	idx := &Index{dir: dir, identity: identity}
	idx.merged.L = &idx.mu
	return idx
}

// Create starts an empty index of a catalogue, known by its identity, in place of any that is in the directory. It is on
// disk at once.
func Create(dir, identity string) (*Index, error) {
	idx := newIndex(dir, identity)
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		idx.lock, err = lock.File(filepath.Join(dir, lockName))
	}
	if err != nil {
		return nil, fmt.Errorf("create index of words: %w", err)
	}
	idx.manifest = manifest{Form: manifestForm, Scoring: scoringForm, Identity: identity, Next: 1}
	if idx.raw, err = idx.manifest.write(dir); err == nil {
		err = sweep(dir, &idx.manifest, "")
	}
	if err != nil {
		idx.lock.Close()
		return nil, fmt.Errorf("create index of words: %w", err)
	}
	idx.publish(nil, nil)
	return idx, nil
}

// Open opens the index as it was when it was committed last. It reads next to nothing: what a damaged file holds shows
// when it is used or by Verify. It fails with ErrMissing, ErrForeign or ErrDamaged.
//
// Several processes may open an index; the first one that changes it keeps the others from doing so, and those go on
// seeing what they opened.
func Open(dir, identity string) (*Index, error) {
	for {
		idx, err := open(dir, identity)
		if err == nil {
			return idx, nil
		}
		// A writer in another process may have replaced the files since the manifest was read.
		if _, raw, again := readManifest(dir); again != nil || bytes.Equal(raw, idx.raw) {
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			return nil, fmt.Errorf("open index of words: %w", err)
		}
	}
}

// open returns an index with an error, too: of it, raw is good.
func open(dir, identity string) (*Index, error) {
	idx := newIndex(dir, identity)
	var err error
	if idx.manifest, idx.raw, err = readManifest(dir); err != nil {
		return idx, err
	}
	m := &idx.manifest
	if m.Form != manifestForm || m.Scoring != scoringForm || m.Identity != identity {
		return idx, ErrForeign
	}
	var views []*view
	for _, s := range m.Segments {
		v, err := s.open(dir)
		if err != nil {
			for _, v := range views {
				v.close()
			}
			return idx, err
		}
		views = append(views, v)
	}
	v, err := m.Votes.read(dir)
	if err != nil {
		for _, v := range views {
			v.close()
		}
		return idx, err
	}
	idx.seq.Store(m.Seq)
	idx.publish(views, v)
	return idx, nil
}

func (s segmentFile) open(dir string) (*view, error) {
	data, unmap, err := mapFile(filepath.Join(dir, s.File))
	if err != nil {
		return nil, err
	}
	segment, err := openSegment(s.File, data, unmap)
	if err != nil {
		if unmap != nil {
			unmap()
		}
		return nil, err
	}
	v := &view{segment: segment}
	if segment.sum != s.Checksum {
		err = fmt.Errorf("%w: %s is another file than the manifest's", ErrDamaged, s.File)
	} else if s.Live != "" {
		v.liveFile, v.dead = s.Live, s.Dead
		if v.live, err = s.readLive(dir); err == nil && len(v.live) != (segment.docs+63)/64 {
			err = fmt.Errorf("%w: %s is another segment's", ErrDamaged, s.Live)
		}
	}
	if err != nil {
		segment.close()
		return nil, err
	}
	return v, nil
}

// close lets go of a segment that is in no snapshot.
func (s *segment) close() {
	s.uses.Store(1)
	s.release()
}

func (s segmentFile) readLive(dir string) ([]uint64, error) {
	b, err := os.ReadFile(filepath.Join(dir, s.Live))
	if err != nil {
		return nil, err
	}
	if checksum(b) != s.LiveSum || len(b)%8 != 0 {
		return nil, fmt.Errorf("%w: %s has another checksum", ErrDamaged, s.Live)
	}
	live := make([]uint64, len(b)/8)
	for i := range live {
		live[i] = le.Uint64(b[8*i:])
	}
	return live, nil
}

func (f votesFile) read(dir string) (votes, error) {
	if f.File == "" {
		return nil, nil
	}
	b, err := os.ReadFile(filepath.Join(dir, f.File))
	if err != nil {
		return nil, err
	}
	if checksum(b) != f.Checksum {
		return nil, fmt.Errorf("%w: %s has another checksum", ErrDamaged, f.File)
	}
	return decodeVotes(b)
}

// Seq is the number that was committed last.
func (idx *Index) Seq() int64 { return idx.seq.Load() }

// Stats are the measures of an index.
type Stats struct {
	Documents int // that searches find
	Segments  int
	Bytes     int64 // of the segments, on disk and in memory
	Memory    int64 // of those in memory alone
	Terms     int   // and keys; one that several segments hold is counted for each
}

// Stats measures the index; zero when it is closed.
func (idx *Index) Stats() Stats {
	snap := idx.acquire()
	if snap == nil {
		return Stats{}
	}
	defer snap.release()
	s := Stats{Documents: snap.left(), Segments: len(snap.views)}
	for _, v := range snap.views {
		s.Bytes += int64(len(v.data))
		s.Terms += v.dict.terms
		if v.file == "" {
			s.Memory += int64(len(v.data))
		}
	}
	return s
}

// Verify reads every file of the index and compares it with its checksum; ErrDamaged when one is another.
func (idx *Index) Verify(ctx context.Context) (err error) {
	snap := idx.acquire()
	if snap == nil {
		return ErrClosed
	}
	defer snap.release()
	defer guard(&err, debug.SetPanicOnFault(true))
	if err := idx.verifySmall(); err != nil {
		return fmt.Errorf("verify index of words: %w", err)
	}
	for _, v := range snap.views {
		err := v.verify(func() error {
			spare(snap.views)
			return ctx.Err()
		})
		if err != nil {
			return fmt.Errorf("verify index of words: %w", err)
		}
	}
	return nil
}

// verifySmall reads the files beside the segments, unless another process has replaced them.
func (idx *Index) verifySmall() error {
	idx.mu.Lock()
	defer idx.mu.Unlock()
	m, raw, err := readManifest(idx.dir)
	if err != nil || !bytes.Equal(raw, idx.raw) {
		return err
	}
	for _, s := range m.Segments {
		if s.Live != "" {
			if _, err := s.readLive(idx.dir); err != nil {
				return err
			}
		}
	}
	_, err = m.Votes.read(idx.dir)
	return err
}

// Close gives up merges under way and lets go of the files as soon as searches under way have ended. What was not
// committed is lost.
func (idx *Index) Close() error {
	idx.closing.Store(true)
	idx.mu.Lock()
	defer idx.mu.Unlock()
	for idx.merging {
		idx.merged.Wait()
	}
	if s := idx.current.Swap(nil); s != nil {
		s.release()
	}
	if idx.lock != nil {
		err := idx.lock.Close()
		idx.lock = nil
		return err
	}
	return nil
}
