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

// readAlone has the system read of a part of a mapping, from an offset to before another, only the pages that are needed,
// and none of those around them: its guess, of megabytes on some systems, is wrong where reading jumps.
func readAlone(data []byte, from, to int) { advise(data, from, to, syscall.MADV_RANDOM) }

// willRead has the system read a part of a mapping all at once, in the background.
func willRead(data []byte, from, to int) { advise(data, from, to, syscall.MADV_WILLNEED) }

func advise(data []byte, from, to, how int) {
	from &^= os.Getpagesize() - 1 // where a page begins, as the mapping does
	if from < to {
		_ = syscall.Madvise(data[from:to], how)
	}
}
