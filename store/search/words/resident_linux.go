package words

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// residentFiles is how many bytes of mapped files the process has in memory; 0 when that isn't known.
func residentFiles() int {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b)
	if len(fields) < 3 {
		return 0
	}
	pages, _ := strconv.Atoi(string(fields[2]))
	return pages * os.Getpagesize()
}

// forget takes a mapping's pages from the process. They stay in the system's cache and come back when they are read.
func forget(data []byte) {
	_ = syscall.Madvise(data, syscall.MADV_DONTNEED)
}
