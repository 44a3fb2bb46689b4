package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"

	"recto/ingest"
	"recto/store"
)

type exportCmd struct {
	Out string `short:"o" help:"The file to write; standard output without it." placeholder:"FILE"`
}

func (c *exportCmd) Run(p *program) (err error) {
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	var out io.Writer = p.stdout
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
	return export(p.ctx, db, out)
}

// export writes the whole catalogue in Recto's own format.
func export(ctx context.Context, db *store.DB, out io.Writer) error {
	buffered := bufio.NewWriterSize(out, 1<<20)
	encoder := ingest.NewEncoder(buffered)
	if err := db.EachPaper(ctx, func(paper *store.Paper) error { return encoder.Encode(paper) }); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return buffered.Flush()
}
