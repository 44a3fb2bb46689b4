//go:build !unix

package words

import "os"

// mapFile gives a file's bytes, here by reading them.
func mapFile(path string) ([]byte, func(), error) {
	data, err := os.ReadFile(path)
	return data, nil, err
}
