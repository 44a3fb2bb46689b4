package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"recto/ingest"
	"recto/store"
)

type benchIngestCmd struct {
	Files  []string `arg:"" name:"file" help:"What to bring in, into a catalogue that is made for it."`
	Format string   `help:"What the files are: recto, Recto's own format, or kaggle, arXiv's snapshot." enum:"recto,kaggle" default:"recto" placeholder:"FORM"`
	Rounds int      `help:"How often everything is measured, in turns." default:"1"`
	benchOutput
}

// pagesWhile is how many pages a second are asked for while papers come in.
const pagesWhile = 20

// ingestFound are the figures of one way to read the files, a value a round.
type ingestFound struct{ rates, seconds, cpu, peak, p50, p99 []float64 }

func (c *benchIngestCmd) Run(p *program) error {
	sqlite, missing := sqliteProgram()
	folder, remove, err := workplace(p.db)
	if err != nil {
		return err
	}
	defer remove()
	r := newReport("ingest", p, column{"sqlite", "× sqlite3", 2}, column{"decode", "× decode", 2}, column{"rate", "records/s", 0}, column{"seconds", "seconds", 1},
		column{"cpu", "CPU s", 1}, column{"peak", "peak MB", 0}, column{"p50", "page p50 ms", 1}, column{"p99", "page p99 ms", 1})
	var read, decoded, ours, loaded ingestFound
	for range c.Rounds {
		records, err := c.decode(p, &decoded)
		if err != nil {
			return err
		}
		if err := c.read(&read, records); err != nil {
			return err
		}
		db := filepath.Join(folder, "recto.db")
		if err := c.ours(p, db, &ours); err != nil {
			return err
		}
		if missing == nil {
			if err := sqlite.loadSame(p, db, folder, records, &loaded); err != nil {
				return err
			}
		}
		if info, err := os.Stat(db); err == nil {
			r.About = []string{fmt.Sprintf("%s records from %s; the catalogue then has %s MB", commas(records), strings.Join(c.Files, ", "), decimal(megabytes(info.Size()), 0))}
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(db + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	row := func(name string, f ingestFound) {
		figures := map[string]float64{"decode": median(ratios(f.rates, decoded.rates)), "rate": median(f.rates), "seconds": median(f.seconds)}
		if len(loaded.rates) > 0 {
			figures["sqlite"] = median(ratios(f.rates, loaded.rates))
		}
		for key, values := range map[string][]float64{"cpu": f.cpu, "peak": f.peak, "p50": f.p50, "p99": f.p99} {
			if len(values) > 0 {
				figures[key] = median(values)
			}
		}
		r.row(name, figures)
	}
	row("recto ingest, tags and all", ours)
	if missing == nil {
		row("reference: sqlite3, the same rows from CSV", loaded)
	} else {
		r.missing("reference: sqlite3, the same rows from CSV", missing.Error())
	}
	row("reference: reading and decoding alone", decoded)
	row("reference: reading lines alone", read)
	r.note("Pages were asked for %d times a second while the papers came in. sqlite3 gets tables without indexes, which it makes at the end.", pagesWhile)
	return r.write(p, c.benchOutput)
}

func (c *benchIngestCmd) source(p *program) (ingest.Source, error) {
	files := ingest.Files{Paths: c.Files, Stdin: p.stdin}
	if c.Format == "kaggle" {
		return ingest.Snapshot(ingest.SnapshotOptions{Files: files})
	}
	return ingest.JSONL(files), nil
}

// decode reads and cleans all papers and keeps none.
func (c *benchIngestCmd) decode(p *program, f *ingestFound) (records int, err error) {
	src, err := c.source(p)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	tally, err := ingest.Run(p.ctx, eachPaper(func(store.Paper) {}), src, ingest.Options{Now: p.now})
	if err != nil {
		return 0, err
	}
	if tally.Read == 0 {
		return 0, errors.New("the files hold no records")
	}
	f.add(tally.Read, time.Since(began))
	return tally.Read, nil
}

// read counts lines; of compressed files, those of the compressed bytes.
func (c *benchIngestCmd) read(f *ingestFound, records int) error {
	began := time.Now()
	for _, path := range c.Files {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		in := bufio.NewReaderSize(file, 1<<20)
		for err == nil {
			_, err = in.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				err = nil
			}
		}
		if file.Close(); !errors.Is(err, io.EOF) {
			return err
		}
	}
	f.add(records, time.Since(began))
	return nil
}

func (f *ingestFound) add(records int, took time.Duration) {
	f.rates, f.seconds = append(f.rates, float64(records)/took.Seconds()), append(f.seconds, took.Seconds())
}

var recordsRead = regexp.MustCompile(`: ([0-9,]+) read: `)

// ours runs the real command while the site shows the same catalogue.
func (c *benchIngestCmd) ours(p *program, db string, f *ingestFound) error {
	site, err := p.site(db)
	if err != nil {
		return err
	}
	defer site.stop()
	name := map[string]string{"recto": "jsonl", "kaggle": "snapshot"}[c.Format]
	in, err := p.command(append([]string{"ingest", name, "--db", db}, c.Files...)...)
	if err != nil {
		return err
	}
	var out strings.Builder
	in.cmd.Stdout, in.cmd.Stdin = &out, p.stdin
	began := time.Now()
	if err := in.cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- in.cmd.Wait() }()
	pages := []loadRequest{{Method: "GET", Path: "/"}, {Method: "GET", Path: "/papers/latest"}, {Method: "GET", Path: "/papers/trending"},
		{Method: "GET", Path: "/tags"}, {Method: "GET", Path: "/papers/top/all"}, {Method: "GET", Path: "/papers/top/year"}, {Method: "GET", Path: "/categories"}}
	load := make(chan loadResult, 1)
	stop := make(chan struct{})
	go func() { load <- p.pages(site.addr, pages, stop) }()
	var peak int64
	for running := true; running; {
		select {
		case err = <-ended:
			running = false
		case <-time.After(200 * time.Millisecond):
			peak = max(peak, in.memory("VmHWM"))
		}
	}
	took := time.Since(began)
	close(stop)
	got := <-load
	if err != nil {
		return in.wrong(err)
	}
	found := recordsRead.FindStringSubmatch(out.String())
	if found == nil {
		return in.wrong(fmt.Errorf("it said %q", out.String()))
	}
	records, err := strconv.Atoi(strings.ReplaceAll(found[1], ",", ""))
	if err != nil {
		return err
	}
	f.add(records, took)
	f.cpu = append(f.cpu, (in.cmd.ProcessState.UserTime() + in.cmd.ProcessState.SystemTime()).Seconds())
	if peak > 0 {
		f.peak = append(f.peak, megabytes(peak))
	}
	if got.Error != "" || got.failed() > 0 {
		return fmt.Errorf("pages failed while papers came in: %d answers of 500 and above, %s", got.failed(), orElse(got.Error, "no broken connections"))
	}
	if got.Requests > 0 {
		f.p50, f.p99 = append(f.p50, got.P50), append(f.p99, got.P99)
	}
	return nil
}

// pages asks for pages until stop, in pieces, and gives the worst piece's 99th and the middle piece's 50th percentile.
func (p *program) pages(addr string, pages []loadRequest, stop chan struct{}) loadResult {
	const longest = 5 // seconds
	all := loadResult{Statuses: make(map[int]int)}
	var p50 []float64
	for piece := 1.0; ; piece = min(piece+1, longest) {
		select {
		case <-stop:
			all.P50 = median(p50)
			return all
		default:
		}
		results, err := p.load(loadPlan{Addr: addr, Seconds: piece, Groups: []loadGroup{{Name: "pages", Rate: pagesWhile,
			Clients: []loadClient{{Connections: 4, Header: browserHeader(), Requests: pages}}}}})
		if err != nil {
			all.Error = err.Error()
			return all
		}
		got := results[0]
		all.Requests += got.Requests
		for status, n := range got.Statuses {
			all.Statuses[status] += n
		}
		if got.Broken > 0 {
			all.Error = got.Error
		}
		p50, all.P99 = append(p50, got.P50), max(all.P99, got.P99)
	}
}
