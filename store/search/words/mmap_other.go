//go:build !unix

package words

import "os"

// mapFile gives a file's bytes, here by reading them.
func mapFile(path string) ([]byte, func(), error) {
	data, err := os.ReadFile(path)
	return data, nil, err
}

// lockFile locks nothing here: that one process alone writes is the operator's care.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
}
