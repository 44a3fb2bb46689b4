package meaning

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

const (
	// Centring: the vectors' mean is taken anew when there are so many times as many, until there are enough.
	centreGrowth = 4
	centreEnough = 100_000
	// centrePrior is how many vectors of nothing the mean begins with, lest a few papers be their own background.
	centrePrior = 100

	fewDead  = 1000 // slots that aren't worth a rewriting
	copyStep = 4096 // slots at a time
)

// Change is a paper's new vector, or none when the paper is gone or has nothing to compare.
type Change struct {
	Number uint32
	Vector []float32
}

// Update puts vectors in, replacing older ones of the same papers. Lengths don't matter, only directions; a vector that
// the paper already has costs nothing. Searches see the change at once, the disk keeps it from the next Commit on.
func (x *Index) Update(changes []Change) error {
	x.write.Lock()
	defer x.write.Unlock()
	if err := x.update(changes); err != nil {
		return fmt.Errorf("update index of meaning: %w", err)
	}
	return nil
}

func (x *Index) update(changes []Change) (err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	if err := x.begin(); err != nil {
		return err
	}
	rotated, err := x.rotate(changes)
	if err != nil {
		return err
	}
	if x.manifest.Centred == 0 {
		m := newMean(x.rotation.width)
		for _, v := range rotated {
			if v != nil {
				m.add(v)
			}
		}
		x.manifest.Centre, x.manifest.Centred = m.centre(), m.count
	}
	var r records
	seen, numbers := make(map[uint32]bool, len(changes)), make([]byte, x.rotation.width)
	for i, c := range changes {
		scale := float32(0)
		clear(numbers)
		if rotated[i] != nil {
			scale = quantise(numbers, rotated[i])
		}
		same, err := x.stores(c.Number, scale, numbers)
		if err != nil {
			return err
		}
		if !same || seen[c.Number] {
			r.add(c.Number, scale, numbers, x.manifest.Centre)
		}
		seen[c.Number] = true
	}
	if len(r.data[tableFile]) == 0 {
		return nil
	}
	if err := x.files.append(&r); err != nil {
		return err
	}
	return x.append(&r)
}

// stores says, under write, whether a paper already has this very vector, or none where scale is 0.
func (x *Index) stores(number uint32, scale float32, numbers []byte) (bool, error) {
	slot := x.slot(number)
	if slot < 0 {
		return scale == 0, nil
	}
	if _, has := x.current.entry(slot); has != scale {
		return false, nil
	}
	old := make([]byte, len(numbers))
	err := x.current.read(old, slot)
	return bytes.Equal(old, numbers), err
}

// rotate checks all changes before any is made.
func (x *Index) rotate(changes []Change) ([][]float32, error) {
	rotated := make([][]float32, len(changes))
	for i, c := range changes {
		if c.Number >= maxNumber {
			return nil, fmt.Errorf("paper %d: the number is too high", c.Number)
		}
		if c.Vector == nil {
			continue
		}
		v, err := x.turn(c.Vector)
		if err != nil {
			return nil, fmt.Errorf("paper %d: %w", c.Number, err)
		}
		rotated[i] = v
	}
	return rotated, nil
}

// turn makes a vector into what the index compares: rotated and of unit length.
func (x *Index) turn(v []float32) ([]float32, error) {
	if len(v) != x.dimensions {
		return nil, fmt.Errorf("vector of %d dimensions, not %d", len(v), x.dimensions)
	}
	v = x.rotation.rotate(v)
	if !normalise(v) {
		return nil, errors.New("vector without a direction")
	}
	return v, nil
}

// Commit makes all updates durable, with the number of the last change of the catalogue that is in them. Now and then it
// rewrites the index, without what is dead and around a newer centre.
func (x *Index) Commit(seq int64) error {
	x.write.Lock()
	defer x.write.Unlock()
	if err := x.commit(seq); err != nil {
		return fmt.Errorf("commit index of meaning: %w", err)
	}
	return nil
}

func (x *Index) commit(seq int64) error {
	if err := x.begin(); err != nil {
		return err
	}
	live := x.Len()
	dead, centred := x.files.slots-live, x.manifest.Centred
	if dead > fewDead+live/2 || centred < centreEnough && live >= centreGrowth*centred && live > 0 {
		if err := x.rewrite(); err != nil {
			return err
		}
	}
	if err := x.files.sync(); err != nil {
		return err
	}
	m := x.manifest
	m.Seq, m.Slots, m.Sums = seq, x.files.slots, x.files.sums
	raw, err := m.write(x.dir)
	if err != nil {
		return err
	}
	x.manifest, x.raw = m, raw
	x.seq.Store(seq)
	return removeOthers(x.dir, m.Generation)
}

// rewrite copies what lives into a new generation of files and shows it.
func (x *Index) rewrite() error {
	old, err := x.acquire()
	if err != nil {
		return err
	}
	defer old.release()
	generation := x.manifest.Generation + 1
	f, err := openFiles(x.dir, generation, x.rotation.width, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	s, slots, centred, err := f.copy(old)
	if err != nil {
		return errors.Join(err, f.release())
	}
	before := x.files
	x.files = f
	x.manifest.Generation, x.manifest.Centre, x.manifest.Centred = generation, s.centre, centred
	x.read.Lock()
	x.current, x.slots = s, slots
	x.read.Unlock()
	return errors.Join(old.release(), before.release())
}

// copy fills empty files with what lives in a snapshot, around its mean, which is that of so many vectors.
func (f *files) copy(old *snapshot) (s *snapshot, slots []uint32, centred int, err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	mean, v := newMean(old.width()), make([]float32, old.width())
	err = old.each(func(_ uint32, scale float32, numbers []byte) error {
		expand(v, scale, numbers)
		mean.add(v)
		return nil
	})
	if err != nil {
		return nil, nil, 0, err
	}
	centre := mean.centre()
	var r records
	err = old.each(func(number uint32, scale float32, numbers []byte) error {
		r.add(number, scale, numbers, centre)
		if len(r.data[bytesFile]) < copyStep*len(numbers) {
			return nil
		}
		err := f.append(&r)
		r.clear()
		return err
	})
	if err == nil {
		err = f.append(&r)
	}
	if err != nil {
		return nil, nil, 0, err
	}
	if s, err = f.snapshot(centre); err != nil {
		return nil, nil, 0, err
	}
	return s, s.place(nil, s.table, 0), mean.count, nil
}

// mean of vectors, pulled to zero while they are few.
type mean struct {
	sum   []float64
	count int
}

func newMean(width int) *mean { return &mean{sum: make([]float64, width)} }

func (m *mean) add(v []float32) {
	for i, x := range v {
		m.sum[i] += float64(x)
	}
	m.count++
}

func (m *mean) centre() []float32 {
	centre := make([]float32, len(m.sum))
	for i, x := range m.sum {
		centre[i] = float32(x / float64(m.count+centrePrior))
	}
	return centre
}
