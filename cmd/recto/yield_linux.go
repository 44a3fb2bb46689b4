package main

import (
	"os"
	"strconv"
	"syscall"
)

// yieldNice is how far long work stands back: a site beside it gets some nine tenths of a processor that both want.
const yieldNice = 10

// yield lets other processes have the processors first, of which long work takes all that there are. Where that isn't
// allowed, the work is done all the same. Linux keeps it a thread: new ones have their maker's.
func yield() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, thread := range threads {
		if id, err := strconv.Atoi(thread.Name()); err == nil {
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, id, yieldNice)
		}
	}
}
