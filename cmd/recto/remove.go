package main

import (
	"errors"
	"fmt"

	"recto/store"
)

type removeCmd struct {
	IDs    []string `arg:"" name:"id" help:"The papers' ids, in any spelling."`
	Reason string   `help:"Why, for whoever asks for the papers." placeholder:"TEXT"`
}

func (c *removeCmd) Run(p *program) error {
	return p.eachPaper(c.IDs, func(db *store.DB, id store.PaperID) error {
		r, err := db.RemovePaper(p.ctx, id, c.Reason)
		if err == nil {
			fmt.Fprintf(p.stdout, "Removed %s: %s\n", r.ID, r.Title)
		}
		return err
	})
}

type restoreCmd struct {
	IDs []string `arg:"" name:"id" help:"The papers' ids, in any spelling."`
}

func (c *restoreCmd) Run(p *program) error {
	return p.eachPaper(c.IDs, func(db *store.DB, id store.PaperID) error {
		r, err := db.RestorePaper(p.ctx, id)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s may come back, and does so by the next ingest that has it: %s\n", r.ID, r.Title)
		if arXiv := r.ID.ArXiv(); arXiv != "" {
			fmt.Fprintf(p.stdout, "    recto ingest arxiv --ids %s\n", arXiv)
		}
		return nil
	})
}

// eachPaper does something with papers. Those that aren't there are told of, and the others done.
func (p *program) eachPaper(ids []string, do func(*store.DB, store.PaperID) error) error {
	return p.withDB(func(db *store.DB) error {
		missing := 0
		for _, text := range ids {
			id, err := store.ParsePaperID(text)
			if err == nil {
				err = do(db, id)
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
			}
			if err != nil {
				missing++
				fmt.Fprintln(p.stderr, "recto:", err)
			}
		}
		if missing > 0 {
			return fmt.Errorf("%d of %d ids were of no paper for this", missing, len(ids))
		}
		return nil
	})
}
