//go:build !unix

package lock

import "os"

// File locks nothing here: that one process alone has it is the operator's care.
func File(path string) (*os.File, error) { return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) }
