package ingest

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"

	"recto/store"
)

// Record is one thing that a source said: a paper, something that can't be one, or how far it has come.
type Record struct {
	Place  string      // where it stood: "line 17"
	Paper  store.Paper // when Reason and Cursor are ""
	ID     string      // as the record spells it; "" when it has none
	Reason string      // why it can't be taken
	Raw    []byte      // the record as it came; good until the next one is asked for
	Cursor string      // not "" when everything before is through; then nothing else is set
}

// Source is where papers come from. The functions named after the sources make one.
type Source struct {
	Name    string // what a paper's Source says: "hf"
	Cursor  string // what its cursor is called in the catalogue; "" when it keeps none
	records func(ctx context.Context, cursor string) iter.Seq2[Record, error]
	meter   *meter
}

// Catalogue is what Run needs of a store.DB.
type Catalogue interface {
	Ingest(ctx context.Context, b store.Batch) (store.Tally, error)
	FillFacets(ctx context.Context, least int) error
	Cursor(ctx context.Context, source string) (string, error)
}

// meter counts how much of a source is through, in whatever it counts: bytes, days, entries.
type meter struct{ done, total atomic.Int64 }

// share is between 0 and 1, or negative when the whole is unknown.
func (m *meter) share() float64 {
	total := m.total.Load()
	if total <= 0 {
		return -1
	}
	return min(float64(m.done.Load())/float64(total), 1)
}

// documentError says that a document as a whole is not what its source gives.
type documentError struct {
	was, expected string
	err           error // what found it out; nil when nothing else did
}

func (e *documentError) Error() string {
	s := fmt.Sprintf("it is %s; expected %s", e.was, e.expected)
	if e.err != nil {
		s += " (" + e.err.Error() + ")"
	}
	return s
}

func (e *documentError) Unwrap() error { return e.err }

// notText says what a document that starts with head is, when it is not the JSON, XML or text that was expected.
func notText(head []byte, expected string) error {
	lower := strings.ToLower(string(head))
	was := fmt.Sprintf("something that starts with %.40q", head)
	switch {
	case len(head) == 0:
		was = "empty"
	case strings.Contains(lower, "<!doctype html"), strings.Contains(lower, "<html"):
		was = "an HTML page"
	case strings.HasPrefix(lower, "<"):
		was = "XML"
	case strings.HasPrefix(lower, "{"), strings.HasPrefix(lower, "["):
		was = "JSON"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		was = "text in UTF-16"
	case strings.ContainsRune(lower, 0):
		was = "binary"
	}
	return &documentError{was: was, expected: expected}
}

// reasonOf is an error of package store as a reject's reason.
func reasonOf(err error) string {
	return strings.TrimPrefix(err.Error(), store.ErrInvalid.Error()+": ")
}
