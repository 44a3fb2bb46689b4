package meaning

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"

	"recto/store/lock"
)

// Why an index or a model can't be used.
var (
	ErrForeign = errors.New("foreign") // it holds another model's vectors or has another version's format
	ErrDamaged = errors.New("damaged") // a file is not what was written to it
	ErrBusy    = lock.ErrBusy
)

var errClosed = fmt.Errorf("index of meaning: %w", fs.ErrClosed)

// guard, deferred as below, makes err of a page of a mapped file that is gone, as when somebody cut the file off. It does
// so for its own goroutine alone.
//
//	defer guard(&err, debug.SetPanicOnFault(true))
func guard(err *error, faultsBefore bool) {
	debug.SetPanicOnFault(faultsBefore)
	switch r := recover().(type) {
	case nil:
	case interface { // what the runtime makes of a fault
		runtime.Error
		Addr() uintptr
	}:
		*err = fmt.Errorf("%w: %w", ErrDamaged, r)
	default:
		panic(r)
	}
}
