package meaning

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
)

// The three files of a generation hold one record for each slot. Records are only ever appended.
const (
	tableFile = iota // the paper's number and the scale of its 8-bit numbers, which is 0 when the paper was removed
	signsFile        // one bit for each number: whether it is above the centre's
	bytesFile        // 8 bits for each
)

var fileKinds = [...]string{"table", "signs", "bytes"}

// files are a generation's, as long as somebody holds them. Records behind slots are not there.
type files struct {
	open    [3]*os.File
	sizes   [3]int // of a record
	sums    [3]uint32
	slots   int
	holders atomic.Int32
}

// openFiles opens a generation's files as the flag says.
func openFiles(dir string, generation, width, flag int) (*files, error) {
	f := &files{sizes: [3]int{tableFile: 8, signsFile: width / 8, bytesFile: width}}
	f.holders.Store(1)
	for i, kind := range fileKinds {
		var err error
		if f.open[i], err = os.OpenFile(filepath.Join(dir, fmt.Sprintf("%d.%s", generation, kind)), flag, 0o644); err != nil {
			return nil, errors.Join(err, f.release())
		}
	}
	return f, nil
}

// release closes the files when nobody else holds them.
func (f *files) release() error {
	if f.holders.Add(-1) > 0 {
		return nil
	}
	var err error
	for _, file := range f.open {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
	}
	return err
}

func (f *files) sync() error {
	var err error
	for _, file := range f.open {
		err = errors.Join(err, file.Sync())
	}
	return err
}

// append writes records behind the last; after an error none of them counts.
func (f *files) append(r *records) error {
	for i, file := range f.open {
		if _, err := file.WriteAt(r.data[i], int64(f.slots*f.sizes[i])); err != nil {
			return err
		}
	}
	for i := range f.sums {
		f.sums[i] = crc32.Update(f.sums[i], castagnoli, r.data[i])
	}
	f.slots += len(r.data[tableFile]) / f.sizes[tableFile]
	return nil
}

// records are to be appended.
type records struct {
	data [3][]byte
}

// add a paper's rotated vector in its 8-bit form; a scale of 0 removes the paper.
func (r *records) add(number uint32, scale float32, numbers []byte, centre []float32) {
	r.data[tableFile] = binary.LittleEndian.AppendUint32(r.data[tableFile], number)
	r.data[tableFile] = binary.LittleEndian.AppendUint32(r.data[tableFile], math.Float32bits(scale))
	r.data[bytesFile] = append(r.data[bytesFile], numbers...)
	v := make([]float32, len(numbers))
	expand(v, scale, numbers)
	for _, word := range signs(v, centre) {
		r.data[signsFile] = binary.LittleEndian.AppendUint64(r.data[signsFile], word)
	}
}

func (r *records) clear() {
	for i := range r.data {
		r.data[i] = r.data[i][:0]
	}
}

// width is how many numbers of a vector are kept: its dimensions, rounded up to whole words of signs.
func width(dimensions int) int { return (dimensions + 63) / 64 * 64 }
