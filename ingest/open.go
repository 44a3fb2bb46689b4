package ingest

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Files are the documents that a source reads, one after the other. What they are compressed with is seen from their
// content, not from their names.
type Files struct {
	Paths []string  // "-" is Stdin
	Stdin io.Reader // os.Stdin when nil
}

const bufferSize = 256 << 10

// source is a Source of these files that parse reads.
func (f Files) source(name string, parse func(io.Reader) iter.Seq2[Record, error]) Source {
	src := Source{Name: name, meter: new(meter)}
	src.records = func(ctx context.Context, _ string) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			if len(f.Paths) == 0 {
				yield(Record{}, errors.New("no file was given; - is standard input"))
				return
			}
			src.meter.total.Store(f.size())
			src.meter.done.Store(0)
			for _, path := range f.Paths {
				if !f.read(ctx, path, src.meter, parse, yield) {
					return
				}
			}
		}
	}
	return src
}

// size is how many bytes the files hold, or 0 when one of them has no size.
func (f Files) size() int64 {
	var total int64
	for _, path := range f.Paths {
		info, err := os.Stat(path)
		if path == "-" || err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}

// read yields what parse finds in one file, each place with the file's name before it, and says whether to go on.
func (f Files) read(ctx context.Context, path string, m *meter, parse func(io.Reader) iter.Seq2[Record, error],
	yield func(Record, error) bool) bool {
	name := filepath.Base(path)
	raw, err := f.open(ctx, path)
	if err != nil {
		return yield(Record{}, err) && false
	}
	defer raw.Close()
	if path == "-" {
		name = "standard input"
	}
	text, err := decompress(&meteredReader{raw, m})
	if err != nil {
		return yield(Record{}, fmt.Errorf("%s: %w", name, err)) && false
	}
	defer text.Close()
	for rec, err := range parse(text) {
		if err != nil {
			return yield(Record{}, fmt.Errorf("%s: %w", name, err)) && false
		}
		rec.Place = name + " " + rec.Place
		if !yield(rec, nil) {
			return false
		}
	}
	return true
}

func (f Files) open(ctx context.Context, path string) (io.ReadCloser, error) {
	if path != "-" {
		return os.Open(path)
	}
	in := f.Stdin
	if in == nil {
		in = os.Stdin
	}
	return io.NopCloser(&patientReader{ctx: ctx, r: in}), nil
}

type meteredReader struct {
	r io.Reader
	m *meter
}

func (r *meteredReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.m.done.Add(int64(n))
	return n, err
}

// patientReader reads from a pipe or a terminal, which may keep a Read waiting for ever, until ctx is done.
type patientReader struct {
	ctx context.Context
	r   io.Reader
	buf []byte
}

func (r *patientReader) Read(p []byte) (int, error) {
	type answer struct {
		n   int
		err error
	}
	if len(r.buf) < len(p) {
		r.buf = make([]byte, len(p))
	}
	buf, done := r.buf, make(chan answer, 1)
	go func() {
		n, err := r.r.Read(buf[:len(p)])
		done <- answer{n, err}
	}()
	select {
	case <-r.ctx.Done():
		r.buf = nil // the Read that is left behind still writes into it
		return 0, context.Cause(r.ctx)
	case a := <-done:
		copy(p, buf[:a.n])
		return a.n, a.err
	}
}

// maxZstdWindow admits what zstd -19 --long writes.
const maxZstdWindow = 128 << 20

// decompress undoes gzip (also several members one after the other), zstd and bzip2.
func decompress(r io.Reader) (io.ReadCloser, error) {
	br := bufio.NewReaderSize(r, bufferSize)
	head, _ := br.Peek(6) // shorter at the end of a short file; a read error comes back from the next Read
	const expected = "text, or text compressed by gzip, zstd or bzip2"
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, &documentError{"a damaged gzip file", expected, err}
		}
		return &decompressor{z, "gzip", z.Close}, nil
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, &documentError{"a damaged zstd file", expected, err}
		}
		return &decompressor{z, "zstd", func() error { z.Close(); return nil }}, nil
	case bytes.HasPrefix(head, []byte("BZh")):
		return &decompressor{bzip2.NewReader(br), "bzip2", nil}, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, &documentError{"a zip archive", expected + "; unpack it first, as in: unzip -p FILE | recto ingest … -", nil}
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return nil, &documentError{"an xz file", expected + "; unpack it first, as in: xz -dc FILE | recto ingest … -", nil}
	}
	return io.NopCloser(br), nil
}

// decompressor tells a damaged or cut-off file from the end of a whole one.
type decompressor struct {
	r      io.Reader
	format string
	close  func() error
}

func (d *decompressor) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	switch {
	case err == nil || err == io.EOF || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, &documentError{"a " + d.format + " file that is cut off", "the whole file", nil}
	}
	return n, &documentError{"a damaged " + d.format + " file", "a whole one", err}
}

func (d *decompressor) Close() error {
	if d.close == nil {
		return nil
	}
	return d.close()
}
