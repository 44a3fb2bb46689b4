package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"recto/store"
)

type doctorCmd struct {
	Mend bool `help:"Set wrong counters right."`
}

func (c *doctorCmd) Run(p *program) error {
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	papers, err := db.PaperCount(p.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s with %s papers\n", p.db, commas(papers))
	findings, err := db.Check(p.ctx, c.Mend, func(check string) { fmt.Fprintln(p.stdout, "  checking", check) })
	if err != nil {
		return err
	}
	wrong, err := c.searchIndex(p, db)
	if err != nil {
		return err
	}
	for _, f := range slices.Concat(findings, wrong) {
		fmt.Fprintf(p.stdout, "WRONG %s: %s, for example: %s\n", f.Check, commas(f.Count), f.Sample)
	}
	if len(wrong) > 0 {
		fmt.Fprintln(p.stdout, "recto index --anew builds the search index from nothing; it holds nothing of its own.")
	}
	switch {
	case len(findings)+len(wrong) == 0:
		fmt.Fprintln(p.stdout, "Everything is right.")
		return nil
	case len(findings) == 0:
		return errors.New("the search index is wrong")
	case c.Mend:
		fmt.Fprintln(p.stdout, "The counters are set right. Run recto doctor again to see what is left.")
		return nil
	}
	return errors.New("something is wrong; recto doctor --mend sets counters right")
}

// searchIndex compares the search index with the catalogue, if there is one. That it is behind is not wrong.
func (c *doctorCmd) searchIndex(p *program, db *store.DB) ([]store.Finding, error) {
	if _, err := os.Stat(searchDir(p.db)); errors.Is(err, os.ErrNotExist) {
		fmt.Fprintln(p.stdout, "There is no search index yet: the site makes one when it runs, and so does recto index.")
		return nil, nil
	}
	fmt.Fprintln(p.stdout, "  checking the search index")
	index, err := p.openSearch(db, embeddings{}, p.warnings(), false)
	if err != nil {
		return nil, err
	}
	defer index.Close()
	s, err := index.Status(p.ctx)
	if err != nil {
		return nil, err
	}
	if s.Behind > 0 {
		fmt.Fprintf(p.stdout, "The search index has %s papers and lacks %s changes: it catches up when the site runs, and by recto index.\n",
			commas(s.Papers), commas(s.Behind))
	}
	return index.Check(p.ctx)
}
