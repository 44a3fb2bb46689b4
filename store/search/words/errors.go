package words

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"recto/store/lock"
)

// Why an index can't be opened or used. The one cure for all but ErrBusy and ErrClosed is to Create another and to fill it.
var (
	ErrMissing = errors.New("there is no index")
	ErrForeign = errors.New("the index is another catalogue's or another version's")
	ErrDamaged = errors.New("the index is damaged")
	ErrBusy    = lock.ErrBusy
	ErrClosed  = errors.New("the index is closed")
)

// damaged is what code that reads files panics with when they make no sense.
type damaged string

// guard, deferred as below, makes err of what reading a damaged file ends in: a place beyond the end of a slice, a page of
// a mapping that is gone. Checking every number of a posting before its use would cost more than it is worth.
//
//	defer guard(&err, debug.SetPanicOnFault(true))
func guard(err *error, faultsBefore bool) {
	debug.SetPanicOnFault(faultsBefore)
	switch r := recover().(type) {
	case nil:
	case damaged:
		*err = fmt.Errorf("%w: %s", ErrDamaged, string(r))
	case runtime.Error:
		*err = fmt.Errorf("%w: %w", ErrDamaged, r)
	default:
		panic(r)
	}
}
