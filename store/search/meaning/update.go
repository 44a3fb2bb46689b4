package meaning

import (
	"errors"
	"fmt"
)

const (
	// Centring: the vectors' mean is taken anew when there are so many times as many, until there are enough.
	centreGrowth = 4
	centreEnough = 100_000
	// centrePrior is how many vectors of nothing the mean begins with, lest a few papers be their own background.
	centrePrior = 100

	fewDead     = 1000 // slots that aren't worth a rewriting
	rewriteStep = 4096 // slots at a time
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

func (x *Index) update(changes []Change) error {
	if x.files == nil {
		return errClosed
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
	seen, nothing := make(map[uint32]bool, len(changes)), make([]byte, x.rotation.width)
	numbers := make([]byte, x.rotation.width)
	for i, c := range changes {
		again := seen[c.Number]
		seen[c.Number] = true
		if v := rotated[i]; v == nil {
			if again || x.Contains(c.Number) {
				r.add(c.Number, 0, nothing, x.manifest.Centre)
			}
		} else if scale := quantise(numbers, v); again || !x.stored(c.Number, scale, numbers) {
			r.add(c.Number, scale, numbers, x.manifest.Centre)
		}
	}
	if len(r.data[tableFile]) == 0 {
		return nil
	}
	if err := x.files.append(&r); err != nil {
		return err
	}
	s, err := x.snapshot()
	if err != nil {
		return err
	}
	return x.publish(s)
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
	if len(v) != x.manifest.Dimensions {
		return nil, fmt.Errorf("vector of %d dimensions, not %d", len(v), x.manifest.Dimensions)
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
	if x.files == nil {
		return errClosed
	}
	m := &x.manifest
	live := x.Len()
	dead := x.files.slots - live
	if dead > fewDead+live/2 || m.Centred < centreEnough && live >= centreGrowth*m.Centred && live > 0 {
		if err := x.rewrite(); err != nil {
			return err
		}
	}
	if err := x.files.sync(); err != nil {
		return err
	}
	m.Seq, m.Slots, m.Sums = seq, x.files.slots, x.files.sums
	if err := m.write(x.dir); err != nil {
		return err
	}
	if m.Generation == x.committed {
		return nil
	}
	x.committed = m.Generation
	return removeOthers(x.dir, m.Generation)
}

// rewrite copies what lives into a new generation of files.
func (x *Index) rewrite() error {
	old, err := x.acquire()
	if err != nil {
		return err
	}
	defer old.release()
	mean, v := newMean(x.rotation.width), make([]float32, x.rotation.width)
	for slot := range old.slots {
		if !old.isDead(slot) {
			_, scale, numbers := old.record(slot)
			expand(v, scale, numbers)
			mean.add(v)
		}
	}
	generation, centre := x.manifest.Generation+1, mean.centre()
	f, err := openFiles(x.dir, generation, x.rotation.width)
	if err != nil {
		return err
	}
	var r records
	for slot := range old.slots {
		if !old.isDead(slot) {
			number, scale, numbers := old.record(slot)
			r.add(number, scale, numbers, centre)
		}
		if slot%rewriteStep == rewriteStep-1 || slot == old.slots-1 {
			if err := f.append(&r); err != nil {
				return errors.Join(err, f.close())
			}
			r.clear()
		}
	}
	return x.replace(f, generation, centre, mean.count)
}

// replace shows searches the files of another generation.
func (x *Index) replace(f *files, generation int, centre []float32, centred int) error {
	before, was := x.files, x.manifest
	x.files = f
	x.manifest.Generation, x.manifest.Centre, x.manifest.Centred = generation, centre, centred
	s, err := x.snapshot()
	if err != nil {
		x.files, x.manifest = before, was
		return errors.Join(err, f.close())
	}
	slots := s.place(nil, 0)
	x.read.Lock()
	old := x.current
	x.current, x.slots = s, slots
	x.read.Unlock()
	return errors.Join(old.release(), before.close())
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
