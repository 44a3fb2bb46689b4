package main

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"recto/store"
)

type benchStartCmd struct {
	Rounds int  `help:"How often everything is measured, in turns." default:"10"`
	Copy   bool `help:"Work on a copy of the catalogue." default:"true" negatable:""`
	benchOutput
}

func (c *benchStartCmd) Run(p *program) error {
	db, done, err := p.benchCatalogue(c.Copy)
	if err != nil {
		return err
	}
	defer done()
	r := newReport("start", p, column{"ratio", "× constant", 2}, column{"p50", "p50 ms", 1}, column{"p99", "p99 ms", 1},
		column{"rss", "RSS MB", 1}, column{"peak", "peak MB", 1})
	papers := 0
	err = p.on(db).withDB(func(db *store.DB) (err error) { // brings it up to date, too
		papers, err = db.PaperCount(p.ctx)
		return err
	})
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	info, err := os.Stat(self)
	if err != nil {
		return err
	}
	r.about("%s papers, %d rounds; the catalogue's file may be in the system's cache", commas(papers), c.Rounds)
	r.about("the program has %s MB (go build -ldflags='-s -w' leaves out what debuggers need)", decimal(megabytes(info.Size()), 1))
	var constant, site, rss, peak, busy []float64
	for range c.Rounds {
		took, server, err := first(p, func() (*child, error) { return p.constants(fetched{Status: http.StatusOK}) }, plainPath)
		if err != nil {
			return err
		}
		constant = append(constant, took)
		if err := server.stop(); err != nil {
			return err
		}
		if took, server, err = first(p, func() (*child, error) { return p.site(db) }, "/"); err != nil {
			return err
		}
		site, rss = append(site, took), append(rss, megabytes(server.memory("VmRSS")))
		for _, path := range []string{"/papers/latest", "/papers/trending", "/tags", "/categories", "/papers/top/all", "/about"} {
			if _, err := fetch(p.ctx, http.MethodGet, "http://"+server.addr+path, "", browserHeader()); err != nil {
				return err
			}
		}
		busy, peak = append(busy, megabytes(server.memory("VmRSS"))), append(peak, megabytes(server.memory("VmHWM")))
		if err := server.stop(); err != nil {
			return err
		}
	}
	r.row("reference: constant answers, to the first page", map[string]float64{"ratio": 1, "p50": median(constant), "p99": quantile(constant, 0.99)})
	figures := map[string]float64{"ratio": median(ratios(site, constant)), "p50": median(site), "p99": quantile(site, 0.99)}
	if median(rss) > 0 {
		figures["rss"], figures["peak"] = median(rss), median(peak)
		r.note("After six more pages it holds %s MB.", decimal(median(busy), 1))
	}
	r.row("recto serve, to the first page", figures)
	return r.write(p, c.benchOutput)
}

// first is how long it takes from starting a server to having a page from it, in milliseconds.
func first(p *program, start func() (*child, error), path string) (float64, *child, error) {
	server, err := start()
	if err != nil {
		return 0, nil, err
	}
	answer, err := fetch(p.ctx, http.MethodGet, "http://"+server.addr+path, "", browserHeader())
	took := milliseconds(time.Since(server.began))
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("%s answered %s with %d", server.name, path, answer.Status)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("%w (%v)", err, server.stop())
	}
	return took, server, nil
}
