package lock_test

import (
	"errors"
	"testing"

	"recto/store/lock"
)

func TestFile(t *testing.T) {
	path := t.TempDir() + "/lock"
	held, err := lock.File(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.File(path); !errors.Is(err, lock.ErrBusy) {
		t.Errorf("locked twice: %v", err)
	}
	held.Close()
	if held, err = lock.File(path); err != nil {
		t.Fatalf("given back: %v", err)
	}
	held.Close()
	if _, err := lock.File(path + "/nowhere"); err == nil || errors.Is(err, lock.ErrBusy) {
		t.Errorf("no folder: %v", err)
	}
}
