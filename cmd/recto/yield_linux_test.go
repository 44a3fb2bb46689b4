package main

import (
	"os"
	"strconv"
	"syscall"
	"testing"
)

// An ingest stands back for other processes with its threads, but for one perhaps that came up meanwhile.
func TestIngestYields(t *testing.T) {
	newRecto(t).must(`{"id":"2401.00001","title":"One","abstract":"About one."}`, "ingest", "jsonl", "-")
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, thread := range threads {
		id, err := strconv.Atoi(thread.Name())
		if err != nil {
			t.Fatal(err)
		}
		// The system call gives 20 less the niceness, which is never negative.
		if got, err := syscall.Getpriority(syscall.PRIO_PROCESS, id); err == nil && 20-got < yieldNice {
			kept++
		}
	}
	if kept > 1 {
		t.Errorf("%d of %d threads have kept their priority", kept, len(threads))
	}
}
