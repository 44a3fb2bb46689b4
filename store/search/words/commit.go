package words

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// Commit makes the index durable as it is, together with a number of the caller's, such as that of the last change of the
// catalogue that is in it.
func (idx *Index) Commit(seq int64) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("commit index of words: %w", err)
		}
	}()
	defer guard(&err, debug.SetPanicOnFault(true))
	idx.mu.Lock()
	defer idx.mu.Unlock()
	if _, err := idx.begin(); err != nil {
		return err
	}
	if !idx.changed && seq == idx.manifest.Seq {
		return nil
	}
	if err := idx.flush(); err != nil {
		return err
	}
	return idx.writeManifest(seq)
}

// writeManifest writes what a manifest names beside the segments, then the manifest, and removes what it doesn't name.
// No segment is in memory alone.
func (idx *Index) writeManifest(seq int64) error {
	snap := idx.current.Load()
	m := idx.manifest
	m.Seq, m.Segments = seq, nil
	views := slices.Clone(snap.views)
	for i, v := range views {
		s := segmentFile{File: v.file, Checksum: v.sum, Live: v.liveFile, Dead: v.dead}
		known := slices.IndexFunc(idx.manifest.Segments, func(k segmentFile) bool { return s.Live != "" && k.Live == s.Live })
		switch {
		case v.live == nil:
		case known >= 0:
			s.LiveSum = idx.manifest.Segments[known].LiveSum
		default:
			b := make([]byte, 0, 8*len(v.live))
			for _, bits := range v.live {
				b = le.AppendUint64(b, bits)
			}
			s.Live, s.LiveSum = m.nextFile("live"), checksum(b)
			if err := writeFile(filepath.Join(idx.dir, s.Live), b); err != nil {
				return err
			}
			views[i] = &view{segment: v.segment, live: v.live, dead: v.dead, liveFile: s.Live}
		}
		m.Segments = append(m.Segments, s)
	}
	if idx.votesChanged {
		b := snap.votes.encode()
		m.Votes = votesFile{File: m.nextFile("votes"), Checksum: checksum(b)}
		if err := writeFile(filepath.Join(idx.dir, m.Votes.File), b); err != nil {
			return err
		}
	}
	raw, err := m.write(idx.dir)
	if err != nil {
		return err
	}
	idx.manifest, idx.raw = m, raw
	idx.changed, idx.votesChanged = false, false
	idx.seq.Store(seq)
	idx.publish(views, snap.votes)
	return sweep(idx.dir, &m, idx.output)
}

// nextFile gives a name that no file of the index has had.
func (m *manifest) nextFile(kind string) string {
	m.Next++
	return fmt.Sprintf("%06d.%s", m.Next-1, kind)
}

// mergeToFile merges views into a new file, waits until it is on disk and opens it.
func (idx *Index) mergeToFile(name string, views []*view, between func() error) (*segment, error) {
	path := filepath.Join(idx.dir, name)
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err = merge(f, views, between); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	return openSegment(name, data, unmap)
}
