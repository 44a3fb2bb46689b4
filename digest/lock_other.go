//go:build !unix

package digest

import "os"

// lockFile locks nothing here: that one process alone sends is the operator's care.
func lockFile(path string) (*os.File, error) { return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) }
