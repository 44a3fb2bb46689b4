//go:build unix

package meaning

import (
	"os"
	"syscall"
)

// mapFile maps a file's first bytes, read-only.
func mapFile(f *os.File, size int) ([]byte, error) {
	if size == 0 {
		return nil, nil
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return data, nil
}

func unmap(data []byte) error {
	if data == nil {
		return nil
	}
	return os.NewSyscallError("munmap", syscall.Munmap(data))
}
