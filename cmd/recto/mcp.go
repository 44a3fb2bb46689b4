package main

import (
	"errors"
	"fmt"
	"os"

	"recto/store"
	"recto/store/search"
	"recto/web"
)

type mcpCmd struct {
	URL        string `name:"url" help:"The site's public address, for links to papers." default:"http://localhost:8080" placeholder:"URL"`
	embeddings `embed:""`
}

// Run offers the catalogue to the program at the other end of standard input and output, until that ends.
func (c *mcpCmd) Run(p *program) error {
	if _, err := os.Stat(p.db); err != nil {
		return fmt.Errorf("no catalogue: %w", err)
	}
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	log := p.warnings()
	index, err := p.openSearch(db, c.embeddings, log, false)
	if err != nil {
		return err
	}
	defer index.Close()
	if err := index.Build(p.ctx, p.searchProgress()); err != nil && !errors.Is(err, search.ErrBusy) {
		return err
	}
	return web.MCP(p.ctx, web.Config{DB: db, Search: index, URL: c.URL, Log: log, Now: p.now, Version: version()}, p.stdin, p.stdout)
}
