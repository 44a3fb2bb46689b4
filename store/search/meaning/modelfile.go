package meaning

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
)

// A model's file is a line that names the format, the numbers of dimensions, terms and documents, each term's text
// behind its length, each term's scale, the terms' vectors and a CRC-32C of all that, in little-endian order: about 16 MB.

const modelFormat = "recto meaning model 1\n"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Save writes the model to a file, whole or not at all.
func (m *Model) Save(path string) error {
	if err := writeFile(path, seal(m.body())); err != nil {
		return fmt.Errorf("save model: %w", err)
	}
	return nil
}

// Load reads a model that Save wrote. The error is fs.ErrNotExist when there is none and ErrDamaged when it can't be trusted.
func Load(path string) (*Model, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load model: %w", err)
	}
	m, err := parseModel(raw)
	if err != nil {
		return nil, fmt.Errorf("load model %s: %w", path, err)
	}
	return m, nil
}

func (m *Model) body() []byte {
	b := make([]byte, 0, len(modelFormat)+len(m.vectors)+16*len(m.terms)+64)
	b = append(b, modelFormat...)
	for _, n := range []int{m.dimensions, len(m.terms), m.documents} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	for _, term := range m.terms {
		b = binary.AppendUvarint(b, uint64(len(term)))
		b = append(b, term...)
	}
	for _, scale := range m.scales {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(scale))
	}
	return append(b, m.vectors...)
}

func parseModel(raw []byte) (*Model, error) {
	b, sum, ok := unseal(raw)
	if !ok || len(b) < len(modelFormat) || string(b[:len(modelFormat)]) != modelFormat {
		return nil, ErrDamaged
	}
	b = b[len(modelFormat):]
	number := func(most uint64) int {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > most {
			ok = false
			return 0
		}
		b = b[size:]
		return int(n)
	}
	m := &Model{dimensions: number(1 << 16), sum: sum}
	m.terms = make([]string, number(uint64(len(b))))
	m.documents = number(math.MaxInt32)
	for i := range m.terms {
		n := number(uint64(len(b)))
		if !ok || n > len(b) {
			return nil, ErrDamaged
		}
		m.terms[i], b = string(b[:n]), b[n:]
	}
	if !ok || len(b) != len(m.terms)*(4+m.dimensions) {
		return nil, ErrDamaged
	}
	m.scales = make([]float32, len(m.terms))
	for i := range m.scales {
		m.scales[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	m.vectors = b[4*len(m.terms):]
	m.number()
	return m, nil
}

// seal puts b's checksum behind it.
func seal(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// unseal takes the checksum off and says whether it is right.
func unseal(b []byte) (body []byte, sum uint32, ok bool) {
	if len(b) < 4 {
		return nil, 0, false
	}
	body, sum = b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	return body, sum, crc32.Checksum(body, castagnoli) == sum
}

// writeFile replaces a file at once: a reader, or whoever comes after a crash, finds the old one or the new one.
func writeFile(path string, content []byte) error {
	temporary := path + ".new"
	f, err := os.Create(temporary)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
