package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"recto/ingest"
	"recto/ingest/synth"
	"recto/store"
)

type synthCmd struct {
	Papers int      `short:"n" help:"How many papers." default:"100000" placeholder:"N"`
	Seed   uint64   `help:"The same seed makes the same catalogue." default:"1"`
	From   []string `help:"Real papers to be like, in Recto's own format; without any, the built-in sample. Can be given several times." placeholder:"FILE"`
	Out    string   `short:"o" help:"The file to write; standard output without it." placeholder:"FILE"`
	Format string   `help:"What to write: recto, Recto's own format, or kaggle, that of arXiv's snapshot." enum:"recto,kaggle" default:"recto" placeholder:"FORM"`
}

// paperEncoder writes a paper as a line.
type paperEncoder interface {
	Encode(p *store.Paper) error
}

func (c *synthCmd) Run(p *program) (err error) {
	if c.Papers < 1 {
		return errors.New("--papers must be at least 1")
	}
	source := ingest.Sample()
	if len(c.From) > 0 {
		source = ingest.JSONL(ingest.Files{Paths: c.From, Stdin: p.stdin})
	}
	var model synth.Model
	if _, err := ingest.Run(p.ctx, eachPaper(model.Add), source, ingest.Options{Now: p.now}); err != nil {
		return err
	}
	generator, err := model.New(c.Papers, c.Seed)
	if err != nil {
		return err
	}
	out := p.stdout
	if c.Out != "" {
		file, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		defer func() {
			if closeErr := file.Close(); err == nil {
				err = closeErr
			}
		}()
		out = file
	}
	fmt.Fprintf(p.stderr, "synth: %s papers after the like of %s real ones\n", commas(c.Papers), commas(model.Papers()))
	buffered := bufio.NewWriterSize(out, 1<<20)
	if err := c.write(p, buffered, generator); err != nil {
		return fmt.Errorf("synth: %w", err)
	}
	return buffered.Flush()
}

// write makes the papers in blocks, on all processors, and writes the blocks in order.
func (c *synthCmd) write(p *program, out io.Writer, g *synth.Generator) error {
	const block, every = 500, 10 * time.Second
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	type made struct {
		text []byte
		err  error
	}
	blocks := make(chan chan made, 2*runtime.GOMAXPROCS(0)) // in order
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		defer close(blocks)
		for from := 0; from < g.Len(); from += block {
			result := make(chan made, 1)
			select {
			case <-ctx.Done():
				return
			case blocks <- result:
			}
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				text, err := c.block(g, from, min(from+block, g.Len()))
				result <- made{text, err}
			}()
		}
	}()
	written, began, told := 0, p.now(), p.now()
	for result := range blocks {
		m := <-result
		if m.err == nil {
			_, m.err = out.Write(m.text)
		}
		if m.err != nil {
			return m.err
		}
		if written = min(written+block, g.Len()); p.now().Sub(told) > every {
			told = p.now()
			fmt.Fprintf(p.stderr, "synth: %s papers, %s/s\n", commas(written), commas(int(float64(written)/told.Sub(began).Seconds())))
		}
	}
	return p.ctx.Err()
}

func (c *synthCmd) block(g *synth.Generator, from, to int) ([]byte, error) {
	var text bytes.Buffer
	text.Grow((to - from) << 11)
	var encoder paperEncoder = ingest.NewEncoder(&text)
	if c.Format == "kaggle" {
		encoder = synth.NewKaggle(&text)
	}
	for i := from; i < to; i++ {
		paper := g.Paper(i)
		if err := encoder.Encode(&paper); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// eachPaper is a catalogue that keeps nothing: what an ingest reads goes to a function.
type eachPaper func(store.Paper)

// Ingest hands on the papers of a batch.
func (f eachPaper) Ingest(_ context.Context, b store.Batch) (store.Tally, error) {
	for _, p := range b.Papers {
		f(p)
	}
	return store.Tally{Read: len(b.Papers) + len(b.Rejects), New: len(b.Papers), SetAside: len(b.Rejects)}, nil
}

// FillFacets has nothing to do.
func (eachPaper) FillFacets(context.Context, int) error { return nil }

// Cursor is nowhere.
func (eachPaper) Cursor(context.Context, string) (string, error) { return "", nil }
