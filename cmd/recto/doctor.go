package main

import (
	"errors"
	"fmt"

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
	for _, f := range findings {
		fmt.Fprintf(p.stdout, "WRONG %s: %s, for example: %s\n", f.Check, commas(f.Count), f.Sample)
	}
	switch {
	case len(findings) == 0:
		fmt.Fprintln(p.stdout, "Everything is right.")
		return nil
	case c.Mend:
		fmt.Fprintln(p.stdout, "The counters are set right. Run recto doctor again to see what is left.")
		return nil
	}
	return errors.New("something is wrong; recto doctor --mend sets counters right")
}
