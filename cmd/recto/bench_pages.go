package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"time"

	"github.com/alecthomas/kong"

	"recto/store"
)

type benchPagesCmd struct {
	Rounds      int           `help:"How often everything is measured, in turns." default:"5"`
	For         time.Duration `help:"How long each measurement takes." default:"2s"`
	Connections int           `help:"Connections that ask at the same time." default:"32"`
	Copy        bool          `help:"Work on a copy of the catalogue; without it, accounts and votes for measuring are left in it." default:"true" negatable:""`
	benchOutput
}

const (
	warmTime   = 0.3                    // seconds of each load that don't count
	settleTime = 200 * time.Millisecond // in which a site that has just started looks at its catalogue and drops its pages
)

// subject is something that is asked for.
type subject struct {
	name   string
	server *child
	client loadClient
	status int

	rates, p50, p99, cpu []float64
	size                 float64
}

func (c *benchPagesCmd) Run(p *program) error {
	db, done, err := p.benchCatalogue(c.Copy)
	if err != nil {
		return err
	}
	defer done()
	r := newReport("pages", p, column{"same", "× same bytes", 2}, column{"plain", "× 40 kB", 2}, column{"rate", "requests/s", 0},
		column{"p50", "p50 ms", 2}, column{"p99", "p99 ms", 2}, column{"spread", "p99/p50", 1}, column{"cpu", "CPU µs", 0}, column{"bytes", "bytes", 0})
	var readers benchReaders
	var papers []store.PaperID
	var day store.DayCount
	err = p.on(db).withDB(func(db *store.DB) (err error) {
		count, err := db.PaperCount(p.ctx)
		if err != nil {
			return err
		}
		r.about("%s papers, %d connections, %d rounds of %s", commas(count), c.Connections, c.Rounds, c.For)
		if day, err = manyPapersDay(p.ctx, db, 30); err != nil {
			return err
		}
		if papers, err = votePapers(p.ctx, db); err != nil {
			return err
		}
		readers, err = addReaders(p.ctx, db, 5)
		return err
	})
	if err != nil {
		return err
	}
	site, err := p.site(db)
	if err != nil {
		return err
	}
	defer site.stop()
	bare := site
	if hasFlag("serve", "page-cache") {
		if bare, err = p.site(db, "--page-cache", "0"); err != nil {
			return err
		}
		defer bare.stop()
	} else {
		r.note("This serve has no --page-cache: nothing is cached, and the uncached rows are the cached ones measured again.")
	}
	listing := "/papers/date/" + string(day.Day)
	r.about("the listing is %s, of a day with %s papers", listing, commas(day.Papers))
	subjects, constant, err := c.subjects(p, r, site, bare, listing, papers[0], readers)
	if err != nil {
		return err
	}
	defer constant.stop()
	if err := c.measure(p, subjects); err != nil {
		return err
	}
	for _, s := range subjects {
		r.row(s.name, map[string]float64{"plain": median(ratios(s.rates, subjects[0].rates)), "same": median(ratios(s.rates, subjects[1].rates)),
			"rate": median(s.rates), "p50": median(s.p50), "p99": median(s.p99), "spread": median(ratios(s.p99, s.p50)),
			"cpu": median(s.cpu), "bytes": s.size})
	}
	if err := c.withVotes(p, r, site, subjects[2], readers, papers); err != nil {
		return err
	}
	return r.write(p, c.benchOutput)
}

var styleSheet = regexp.MustCompile(`/static/recto\.[0-9a-f]+\.css`)

// subjects are the pages to measure, the two references first. It asks for each once, to see that it is what it should be.
func (c *benchPagesCmd) subjects(p *program, r *report, site, bare *child, listing string, paper store.PaperID, readers benchReaders) ([]*subject, *child, error) {
	ask := func(server *child, path string, header map[string]string) (fetched, error) {
		return fetch(p.ctx, http.MethodGet, "http://"+server.addr+path, "", header)
	}
	for range 3 { // fills the cache, where a page that is asked for again gets smaller
		if _, err := ask(site, listing, browserHeader()); err != nil {
			return nil, nil, err
		}
		time.Sleep(settleTime)
	}
	page, err := ask(site, listing, browserHeader())
	if err != nil {
		return nil, nil, err
	}
	if page.Status != http.StatusOK {
		return nil, nil, fmt.Errorf("%s was answered with %d", listing, page.Status)
	}
	r.about("a browser gets it in %s bytes, %s", commas(len(page.Body)), orElse(page.Header.Get("Content-Encoding"), "uncompressed"))
	text, err := ask(site, listing, nil)
	if err != nil {
		return nil, nil, err
	}
	constant, err := p.constants(page)
	if err != nil {
		return nil, nil, err
	}
	cookie, err := readers.signIn(p.ctx, site.addr, 0)
	if err != nil {
		return nil, constant, errors.Join(err, constant.stop())
	}
	paperPath := (&url.URL{Path: "/papers/" + string(paper)}).EscapedPath()
	var subjects []*subject
	add := func(name string, server *child, path string, status int, more ...string) {
		header := browserHeader(more...)
		subjects = append(subjects, &subject{name: name, server: server, status: status, client: loadClient{Connections: c.Connections,
			Header: header, Requests: []loadRequest{{Method: http.MethodGet, Path: path}}}})
	}
	add("reference: constant 40 kB", constant, plainPath, 200)
	add("reference: constant, the listing's bytes", constant, samePath, 200)
	add("listing, cached", site, listing, 200)
	add("listing, uncached", bare, listing, 200)
	add("listing, signed in", site, listing, 200, "Cookie", cookie)
	if tag := page.Header.Get("Etag"); tag != "" {
		add("listing, not modified", site, listing, 304, "If-None-Match", tag)
	} else {
		r.note("The listing has no ETag: no 304 could be measured.")
	}
	add("paper, cached", site, paperPath, 200)
	add("paper, uncached", bare, paperPath, 200)
	if sheet := styleSheet.FindString(string(text.Body)); sheet != "" {
		add("style sheet", site, sheet, 200)
	} else {
		r.note("The page names no style sheet.")
	}
	for _, s := range subjects {
		request := s.client.Requests[0]
		if got, err := ask(s.server, request.Path, s.client.Header); err != nil || got.Status != s.status {
			return nil, nil, errors.Join(fmt.Errorf("%s was answered with %d, not %d", request.Path, got.Status, s.status), err, constant.stop())
		}
	}
	return subjects, constant, nil
}

// measure asks for each subject in turns, beginning with another one each round.
func (c *benchPagesCmd) measure(p *program, subjects []*subject) error {
	for round := range c.Rounds {
		for k := range subjects {
			s := subjects[(k+round)%len(subjects)]
			before, known := s.server.cpu()
			results, err := p.load(loadPlan{Addr: s.server.addr, Warm: warmTime, Seconds: c.For.Seconds(),
				Groups: []loadGroup{{Name: s.name, Clients: []loadClient{s.client}}}})
			if err != nil {
				return err
			}
			got := results[0]
			if err := got.only(s.status); err != nil {
				return err
			}
			s.rates, s.p50, s.p99 = append(s.rates, got.rate()), append(s.p50, got.P50), append(s.p99, got.P99)
			s.size = float64(got.Bytes) / max(float64(got.Requests), 1)
			if after, _ := s.server.cpu(); known && got.Requests > 0 {
				counted := float64(got.Requests) * (got.Seconds + warmTime) / got.Seconds // the warming was asked for, too
				s.cpu = append(s.cpu, float64((after-before).Microseconds())/counted)
			}
			fmt.Fprintf(p.stderr, "round %d: %s: %.0f/s\n", round+1, s.name, got.rate())
		}
	}
	return nil
}

// withVotes compares the cached listing alone and while fifty votes a second come in for other papers and those on it.
func (c *benchPagesCmd) withVotes(p *program, r *report, site *child, listing *subject, readers benchReaders, papers []store.PaperID) error {
	const votes = 50
	voters, err := readers.voters(p.ctx, site.addr, papers)
	if err != nil {
		return err
	}
	var with, without, late, fall, cast []float64
	for range c.Rounds {
		plan := loadPlan{Addr: site.addr, Warm: warmTime, Seconds: c.For.Seconds(), Groups: []loadGroup{{Name: listing.name, Clients: []loadClient{listing.client}}}}
		alone, err := p.load(plan)
		if err != nil {
			return err
		}
		plan.Groups = append(plan.Groups, loadGroup{Name: "votes", Rate: votes, Clients: voters})
		both, err := p.load(plan)
		if err != nil {
			return err
		}
		if err := errors.Join(alone[0].only(200), both[0].only(200), both[1].only(200)); err != nil {
			return err
		}
		without, with = append(without, alone[0].rate()), append(with, both[0].rate())
		late, cast = append(late, both[0].P99), append(cast, both[1].rate())
		fall = append(fall, 100*(1-both[0].rate()/alone[0].rate()))
	}
	r.row("listing, cached, during 50 votes/s", map[string]float64{"rate": median(with), "p99": median(late)})
	r.note("During %.0f votes a second the cached listing falls by %.0f %%: the median of %d rounds, each against the same load without votes (medians %s and %s requests a second).",
		median(cast), median(fall), c.Rounds, decimal(median(with), 0), decimal(median(without), 0))
	return nil
}

// benchCatalogue is the catalogue's file to work on, a copy of it where that is asked for, and what to do at the end.
func (p *program) benchCatalogue(copied bool) (db string, done func(), err error) {
	if !copied {
		return p.db, func() {}, nil
	}
	folder, remove, err := workplace(p.db)
	if err != nil {
		return "", nil, err
	}
	db = filepath.Join(folder, "recto.db")
	if err := copyCatalogue(p.ctx, p.db, db); err != nil {
		remove()
		return "", nil, fmt.Errorf("copy the catalogue: %w", err)
	}
	return db, remove, nil
}

// on is the same program with another catalogue.
func (p *program) on(db string) *program {
	other := *p
	other.db = db
	return &other
}

// hasFlag says whether a command of this program has a flag.
func hasFlag(command, flag string) bool {
	parser, err := kong.New(&cli{})
	if err != nil {
		return false
	}
	for _, child := range parser.Model.Children {
		for _, f := range child.Flags {
			if child.Name == command && f.Name == flag {
				return true
			}
		}
	}
	return false
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
