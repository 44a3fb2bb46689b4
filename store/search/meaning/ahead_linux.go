//go:build amd64 || arm64

package meaning

import "syscall"

const fadvWillNeed = 3 // POSIX_FADV_WILLNEED

// willRead tells the system that a part of a file will be read.
func willRead(fd uintptr, offset, size int64) {
	_, _, _ = syscall.Syscall6(syscall.SYS_FADVISE64, fd, uintptr(offset), uintptr(size), fadvWillNeed, 0, 0)
}
