package store

import "errors"

// What can be wrong, for errors.Is. The messages beside them say what and with which paper, reader or file.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("already taken")
	ErrInvalid  = errors.New("invalid")
)
