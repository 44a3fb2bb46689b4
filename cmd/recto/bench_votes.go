package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"recto/store"
)

type benchVotesCmd struct {
	Voters int           `help:"Readers who vote at the same time." default:"64"`
	Rounds int           `help:"How often everything is measured, in turns." default:"3"`
	For    time.Duration `help:"How long each measurement takes." default:"5s"`
	Copy   bool          `help:"Work on a copy of the catalogue." default:"true" negatable:""`
	benchOutput
}

const browsers = 32 // who read while others vote

// voteRow is one way to cast votes.
type voteRow struct {
	name    string
	browse  float64 // pages a second of all browsers; 0 for as many as are answered; negative for no browsers
	storing bool    // without HTTP

	rates, p50, p99, pages, pageP99, failed []float64
}

func (c *benchVotesCmd) Run(p *program) error {
	path, done, err := p.benchCatalogue(c.Copy)
	if err != nil {
		return err
	}
	defer done()
	r := newReport("votes", p, column{"ratio", "× fsync", 2}, column{"rate", "votes/s", 0}, column{"p50", "p50 ms", 2}, column{"p99", "p99 ms", 2},
		column{"pages", "pages/s", 0}, column{"pageP99", "page p99 ms", 2}, column{"failed", "busy or 5xx", 0})
	db, err := store.Open(p.ctx, path, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	readers, err := addReaders(p.ctx, db, max(1, c.Voters))
	if err != nil {
		return err
	}
	papers, err := votePapers(p.ctx, db)
	if err != nil {
		return err
	}
	pages, err := browsing(p.ctx, db)
	if err != nil {
		return err
	}
	site, err := p.site(path)
	if err != nil {
		return err
	}
	defer site.stop()
	voters, err := readers.voters(p.ctx, site.addr, papers)
	if err != nil {
		return err
	}
	r.about("%d voters, each over a connection; %d rounds of %s", len(voters), c.Rounds, c.For)
	rows := []*voteRow{
		{name: "votes by HTTP, nobody reads", browse: -1},
		{name: "votes by HTTP, 32 readers, a page a second each", browse: browsers},
		{name: "votes by HTTP, 32 readers as fast as they can", browse: 0},
		{name: "votes straight to the store", storing: true},
	}
	var synced []float64
	for range c.Rounds {
		rate, err := appends(p.ctx, filepath.Dir(path), c.For/2)
		if err != nil {
			return err
		}
		synced = append(synced, rate)
		for _, row := range rows {
			if row.storing {
				err = c.store(p, db, readers, papers, row)
			} else {
				err = c.serve(p, site, voters, pages, row)
			}
			if err != nil {
				return err
			}
		}
	}
	r.row("reference: appends of 100 bytes, each fsynced", map[string]float64{"ratio": 1, "rate": median(synced)})
	for _, row := range rows {
		figures := map[string]float64{"ratio": median(ratios(row.rates, synced)), "rate": median(row.rates), "p50": median(row.p50),
			"p99": median(row.p99), "failed": sum(row.failed)}
		if len(row.pages) > 0 {
			figures["pages"], figures["pageP99"] = median(row.pages), median(row.pageP99)
		}
		r.row(row.name, figures)
	}
	r.note("Every vote counted was acknowledged, and so committed with synchronous=FULL.")
	return r.write(p, c.benchOutput)
}

// serve lets the voters vote through the site.
func (c *benchVotesCmd) serve(p *program, site *child, voters []loadClient, pages []loadRequest, row *voteRow) error {
	plan := loadPlan{Addr: site.addr, Warm: warmTime, Seconds: c.For.Seconds(), Groups: []loadGroup{{Name: "votes", Clients: voters}}}
	if row.browse >= 0 {
		plan.Groups = append(plan.Groups, loadGroup{Name: "pages", Rate: row.browse,
			Clients: []loadClient{{Connections: browsers, Header: browserHeader(), Requests: pages}}})
	}
	results, err := p.load(plan)
	if err != nil {
		return err
	}
	failed := 0
	for _, got := range results {
		failed += got.failed()
		if err := got.only(200, 500, 502, 503, 504); err != nil { // those are counted
			return err
		}
	}
	votes := results[0]
	row.rates, row.p50, row.p99 = append(row.rates, votes.rate()), append(row.p50, votes.P50), append(row.p99, votes.P99)
	row.failed = append(row.failed, float64(failed))
	if len(results) > 1 {
		row.pages, row.pageP99 = append(row.pages, results[1].rate()), append(row.pageP99, results[1].P99)
	}
	fmt.Fprintf(p.stderr, "%s: %.0f/s\n", row.name, votes.rate())
	return nil
}

// store lets the voters vote without a site between.
func (c *benchVotesCmd) store(p *program, db *store.DB, readers benchReaders, papers []store.PaperID, row *voteRow) error {
	ctx, cancel := context.WithTimeout(p.ctx, c.For)
	defer cancel()
	var mu sync.Mutex
	var group sync.WaitGroup
	var latencies []float64
	failed := 0
	began := time.Now()
	for i, reader := range readers.ids {
		group.Go(func() {
			var mine []float64
			broken := 0
			for k := 0; ctx.Err() == nil; k++ {
				at := time.Now()
				_, err := db.SetVote(context.WithoutCancel(ctx), reader, papers[(k*(2*i+1)+17*i)%len(papers)], k/len(papers)%2 == 0)
				if err != nil {
					broken++
					continue
				}
				mine = append(mine, milliseconds(time.Since(at)))
			}
			mu.Lock()
			defer mu.Unlock()
			latencies, failed = append(latencies, mine...), failed+broken
		})
	}
	group.Wait()
	rate := float64(len(latencies)) / time.Since(began).Seconds()
	row.rates, row.failed = append(row.rates, rate), append(row.failed, float64(failed))
	row.p50, row.p99 = append(row.p50, quantile(latencies, 0.5)), append(row.p99, quantile(latencies, 0.99))
	fmt.Fprintf(p.stderr, "%s: %.0f/s\n", row.name, rate)
	return p.ctx.Err()
}

// appends is how many times a second the disk takes 100 bytes for sure.
func appends(ctx context.Context, folder string, length time.Duration) (float64, error) {
	file, err := os.CreateTemp(folder, "fsync-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(file.Name())
	line := make([]byte, 100)
	n, began := 0, time.Now()
	for time.Since(began) < length && ctx.Err() == nil {
		if _, err := file.Write(line); err != nil {
			return 0, errors.Join(err, file.Close())
		}
		if err := file.Sync(); err != nil {
			return 0, errors.Join(err, file.Close())
		}
		n++
	}
	rate := float64(n) / time.Since(began).Seconds()
	return rate, errors.Join(file.Close(), ctx.Err())
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
