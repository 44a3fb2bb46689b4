package main

import "recto/web"

type mcpCmd struct {
	URL        string `name:"url" help:"The site's public address, for links to papers." default:"http://localhost:8080" placeholder:"URL"`
	embeddings `embed:""`
}

// Run offers the catalogue to the program at the other end of standard input and output, until that ends.
func (c *mcpCmd) Run(p *program) error {
	db, index, closeBoth, err := p.openIndexed(c.embeddings)
	if err != nil {
		return err
	}
	defer closeBoth()
	return web.MCP(p.ctx, web.Config{DB: db, Search: index, URL: c.URL, Log: p.warnings(), Now: p.now, Version: version()}, p.stdin, p.stdout)
}
