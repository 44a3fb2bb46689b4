//go:build !unix

package meaning

import (
	"io"
	"os"
)

// mapFile reads a file's first bytes where files can't be mapped.
func mapFile(f *os.File, size int) ([]byte, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(io.NewSectionReader(f, 0, int64(size)), data)
	return data, err
}

func unmap([]byte) error { return nil }
