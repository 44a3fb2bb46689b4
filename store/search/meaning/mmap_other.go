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

// lockFile locks nothing here: that one process alone writes is the operator's care.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
}
