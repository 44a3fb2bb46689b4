package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"recto/store"
)

const maxItem = 16 << 20 // bytes of one JSON record

// item is one record of a JSON document, not yet looked into.
type item struct {
	line  int    // on which it starts, from 1
	index int    // in its array, from 1; 0 on a line of JSON Lines
	raw   []byte // good until the next item; cut off when long
	long  bool   // it is longer than maxItem
}

func (it *item) place() string {
	if it.index > 0 {
		return fmt.Sprintf("item %d on line %d", it.index, it.line)
	}
	return fmt.Sprintf("line %d", it.line)
}

var idInside = regexp.MustCompile(`"id"\s*:\s*"?([^"\s,{}[\]]{1,60})`)

// bad is the record for an item that can't be taken. An id that isn't known is looked for in its text.
func (it *item) bad(id, reason string) Record {
	if id == "" {
		if m := idInside.FindSubmatch(it.raw[:min(len(it.raw), store.MaxRejectText)]); m != nil {
			id = string(m[1])
		}
	}
	return Record{Place: it.place(), ID: id, Reason: reason, Raw: it.raw}
}

// splitItems yields the records of JSON Lines or of one JSON array, however it is printed. Only their ends are looked
// for, so that a record with an error in it does not hide the ones behind it. An empty document is JSON Lines without
// a line, and an error where those are not expected.
func splitItems(r io.Reader, expected string) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		s := &splitter{r: bufio.NewReaderSize(r, bufferSize), line: 1, expected: expected}
		first, err := s.start()
		switch {
		case err == io.EOF:
		case err != nil:
			yield(item{}, err)
		case first == '[':
			s.array(yield)
		default:
			s.lines(yield)
		}
	}
}

type splitter struct {
	r        *bufio.Reader
	line     int
	expected string
	buf      []byte
}

// start skips to the first character and says which it is. io.EOF means that an empty document is just fine.
func (s *splitter) start() (byte, error) {
	if bom, _ := s.r.Peek(3); bytes.Equal(bom, []byte("\uFEFF")) {
		_, _ = s.r.Discard(3)
	}
	c, err := s.skipSpace()
	if err != nil && err != io.EOF {
		return 0, err
	}
	if c == '{' || c == '[' || err == io.EOF && s.expected == jsonlExpected {
		return c, err
	}
	head, err := s.r.Peek(512)
	if err != nil && err != io.EOF {
		return 0, err
	}
	return 0, notText(head, s.expected)
}

// skipSpace leaves the next character that is no white space unread.
func (s *splitter) skipSpace() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			s.line++
		case ' ', '\t', '\r':
		default:
			return c, s.r.UnreadByte()
		}
	}
}

func (s *splitter) lines(yield func(item, error) bool) {
	for first := true; ; first = false {
		it := item{line: s.line}
		err := s.readLine(&it)
		it.raw = bytes.TrimSpace(it.raw)
		if first && err == nil && string(it.raw) == "{" {
			yield(item{}, &documentError{was: "JSON with one record over several lines", expected: s.expected})
			return
		}
		if err != nil && err != io.EOF {
			yield(item{}, err)
			return
		}
		if len(it.raw) > 0 && !yield(it, nil) || err == io.EOF {
			return
		}
	}
}

// readLine reads up to the end of the line; io.EOF comes with the last one.
func (s *splitter) readLine(it *item) error {
	s.buf = s.buf[:0]
	for {
		part, err := s.r.ReadSlice('\n')
		if len(s.buf)+len(part) <= maxItem {
			s.buf = append(s.buf, part...)
		} else {
			it.long = true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		s.line++
		it.raw = s.buf
		return err
	}
}

func (s *splitter) array(yield func(item, error) bool) {
	_, _ = s.r.Discard(1) // the bracket that start saw
	broken := func(was string) { yield(item{}, &documentError{was: was, expected: s.expected}) }
	for index := 1; ; index++ {
		c, err := s.skipSpace()
		if err == nil && c == ']' && index == 1 {
			_, _ = s.r.Discard(1)
			s.end(yield)
			return
		}
		it := item{line: s.line, index: index}
		if err == nil {
			c, err = s.element(&it)
		}
		switch {
		case err == io.EOF:
			broken(fmt.Sprintf("a JSON array that is cut off in its item %d", index))
			return
		case err != nil:
			yield(item{}, err)
			return
		}
		if !yield(it, nil) {
			return
		}
		if c == ']' {
			s.end(yield)
			return
		}
	}
}

// end checks that nothing follows the array.
func (s *splitter) end(yield func(item, error) bool) {
	switch c, err := s.skipSpace(); {
	case err == nil:
		yield(item{}, &documentError{was: fmt.Sprintf("a JSON array with %q after its end", c), expected: s.expected})
	case err != io.EOF:
		yield(item{}, err)
	}
}

// element reads one element of an array and the comma or bracket behind it, which it returns.
func (s *splitter) element(it *item) (byte, error) {
	s.buf = s.buf[:0]
	depth, inString, escaped := 0, false, false
	for {
		if _, err := s.r.Peek(1); err != nil {
			return 0, err
		}
		window, _ := s.r.Peek(s.r.Buffered())
		n, end := len(window), byte(0)
	scan:
		for i, c := range window {
			switch {
			case c == '\n':
				s.line++
				escaped = false
			case escaped:
				escaped = false
			case inString:
				inString, escaped = c != '"', c == '\\'
			case c == '"':
				inString = true
			case c == '{' || c == '[':
				depth++
			case depth > 0 && (c == '}' || c == ']'):
				depth--
			case depth == 0 && (c == ',' || c == ']'):
				n, end = i, c
				break scan
			}
		}
		if len(s.buf)+n <= maxItem {
			s.buf = append(s.buf, window[:n]...)
		} else {
			it.long = true
		}
		_, _ = s.r.Discard(n)
		if end != 0 {
			_, _ = s.r.Discard(1)
			it.raw = bytes.TrimSpace(s.buf)
			return end, nil
		}
	}
}

// decode reads the item into v. What is wrong with it is returned as a reject's reason: bad JSON, or a value of the
// wrong type in one of the needed fields. Anywhere else a value of the wrong type counts as left out.
func (it *item) decode(v any, needed ...string) string {
	if it.long {
		return fmt.Sprintf("it is longer than %d MB", maxItem>>20)
	}
	if len(it.raw) == 0 || it.raw[0] != '{' {
		return "it is not a JSON object"
	}
	err := json.Unmarshal(it.raw, v)
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		if err != nil {
			return "it is not valid JSON: " + err.Error()
		}
		return ""
	}
	for _, field := range needed {
		if wrong.Field == field || strings.HasPrefix(wrong.Field, field+".") {
			return fmt.Sprintf("%q is %s, which it can't be", wrong.Field, article(wrong.Value))
		}
	}
	return ""
}

// article is a JSON type with its article: "an array".
func article(kind string) string {
	kind, _, _ = strings.Cut(kind, " ") // "number 1.5"
	switch kind {
	case "bool":
		return "true or false"
	case "array", "object":
		return "an " + kind
	}
	return "a " + kind
}
