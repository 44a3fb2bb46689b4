// Package lock keeps a second process from what one has to itself.
package lock

import "errors"

// ErrBusy says that another process holds a lock.
var ErrBusy = errors.New("another process writes it")
