package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"strings"
	"time"

	"recto/ingest"
	"recto/store"
)

// ingestCmd has a sub-command for each source.
type ingestCmd struct {
	JSONL    jsonlCmd    `cmd:"" name:"jsonl" help:"Recto's own format, as recto export writes it."`
	HF       hfCmd       `cmd:"" name:"hf" help:"Hugging Face's daily papers."`
	ArXiv    arXivCmd    `cmd:"" name:"arxiv" help:"arXiv's API."`
	Snapshot snapshotCmd `cmd:"" name:"snapshot" help:"arXiv's metadata snapshot, as Kaggle offers it."`
	Page     pageCmd     `cmd:"" name:"page" help:"The text of a papers page, as a browser copies it."`
	Rejects  rejectsCmd  `cmd:"" name:"rejects" help:"List the records that were set aside."`
}

// network are the flags of sources that ask a server.
type network struct {
	Contact string `help:"How the server's people can reach you: a URL or mail address for the User-Agent."`
}

type jsonlCmd struct {
	Files []string `arg:"" name:"file" help:"Files, also gzip or zstd; - for standard input."`
}

func (c *jsonlCmd) Run(p *program) error {
	return p.ingest(ingest.JSONL(ingest.Files{Paths: c.Files, Stdin: p.stdin}), nil)
}

type hfCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Recorded answers of /api/daily_papers; without any, the server is asked."`
	Date  string   `help:"One day." placeholder:"YYYY-MM-DD"`
	Week  string   `help:"One week." placeholder:"YYYY-Www"`
	Month string   `help:"One month." placeholder:"YYYY-MM"`
	Since string   `help:"Every day from this one on. Without any of these it goes on where it left." placeholder:"YYYY-MM-DD"`
	Base  string   `help:"The server." default:"https://huggingface.co" env:"RECTO_HF_BASE" placeholder:"URL"`
	network
}

func (c *hfCmd) Run(p *program) error {
	return p.ingest(ingest.HF(ingest.HFOptions{Files: ingest.Files{Paths: c.Files, Stdin: p.stdin}, Date: store.Day(c.Date), Week: c.Week,
		Month: c.Month, Since: store.Day(c.Since), Base: c.Base, Agent: ingest.Agent(version(), c.Contact), Now: p.now}))
}

type arXivCmd struct {
	Files    []string      `arg:"" optional:"" name:"file" help:"Recorded answers of the API; without any, the server is asked."`
	IDs      []string      `name:"ids" help:"These papers, in any spelling." placeholder:"ID,…"`
	Search   string        `help:"Papers by a query in arXiv's language, such as ti:attention AND au:vaswani."`
	Category []string      `help:"Papers of these categories." placeholder:"cs.LG,…"`
	Since    string        `help:"Submitted on this day or later. Without it a query goes on where it left." placeholder:"YYYY-MM-DD"`
	Max      int           `help:"At most this many of the newest, at the first reading." default:"0"`
	Base     string        `help:"The API's address." default:"https://export.arxiv.org/api/query" env:"RECTO_ARXIV_BASE" placeholder:"URL"`
	Every    time.Duration `help:"Pause between requests; arXiv's terms ask for three seconds." default:"3s" hidden:""`
	network
}

func (c *arXivCmd) Run(p *program) error {
	return p.ingest(ingest.ArXiv(ingest.ArXivOptions{Files: ingest.Files{Paths: c.Files, Stdin: p.stdin}, IDs: c.IDs, Search: c.Search,
		Categories: c.Category, Since: store.Day(c.Since), Max: c.Max, Base: c.Base, Agent: ingest.Agent(version(), c.Contact),
		Every: c.Every, Now: p.now}))
}

type snapshotCmd struct {
	Files    []string `arg:"" name:"file" help:"arxiv-metadata-oai-snapshot.json, also gzip or zstd; - for standard input."`
	Category []string `help:"Papers of these categories or archives alone." placeholder:"cs.LG,…"`
	Since    string   `help:"Papers whose first version is of this day or later." placeholder:"YYYY-MM-DD"`
}

func (c *snapshotCmd) Run(p *program) error {
	return p.ingest(ingest.Snapshot(ingest.SnapshotOptions{Files: ingest.Files{Paths: c.Files, Stdin: p.stdin}, Categories: c.Category,
		Since: store.Day(c.Since)}))
}

type pageCmd struct {
	Files []string `arg:"" name:"file" help:"Text files; - for standard input."`
	Year  int      `help:"The year of dates that have none; by default the last one in which they are past."`
}

func (c *pageCmd) Run(p *program) error {
	return p.ingest(ingest.Page(ingest.PageOptions{Files: ingest.Files{Paths: c.Files, Stdin: p.stdin}, Year: c.Year, Now: p.now}))
}

// ingest reads a source into the catalogue, finds the papers' tags, and tells how it went.
func (p *program) ingest(src ingest.Source, err error) error {
	if err != nil {
		return err
	}
	yield()
	boundMemory()
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	tally, runErr := ingest.Run(p.ctx, db, src, ingest.Options{Now: p.now, Progress: ingest.Progresses(p.stderr, terminal(p.stderr)),
		Tags: db, Tagged: p.tagProgress()})
	if tally.New+tally.Changed > 0 {
		if err := db.SetSample(context.WithoutCancel(p.ctx), false); err != nil {
			return errors.Join(runErr, err)
		}
	}
	if p.ctx.Err() == nil { // what came in before an error has its tags, too
		if err := ingest.Tag(p.ctx, db, p.tagProgress()); err != nil {
			return errors.Join(runErr, err)
		}
	}
	if tally.Read > 0 || runErr == nil {
		fmt.Fprintln(p.stdout, src.Name+":", ingest.Summary(tally))
	}
	if tally.SetAside > 0 {
		fmt.Fprintf(p.stderr, "recto: warning: %s set aside; recto ingest rejects lists them\n", records(tally.SetAside))
	}
	return runErr
}

// ingestMemory is how much memory Go's part of an ingest takes before the collector works harder; the database's own comes
// to some 200 MB.
const ingestMemory = 700 << 20

// boundMemory keeps an ingest of any length within about 1 GB, unless GOMEMLIMIT says otherwise.
func boundMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(ingestMemory)
	}
}

func records(n int) string {
	if n == 1 {
		return "1 record was"
	}
	return commas(n) + " records were"
}

// tagProgress tells of long taggings.
func (p *program) tagProgress() func(int) {
	const every = 5_000
	return func(tagged int) {
		if tagged%every == 0 {
			fmt.Fprintf(p.stderr, "tags: %s papers done\n", commas(tagged))
		}
	}
}

type rejectsCmd struct {
	Text bool `help:"Print each record's text, too."`
}

func (c *rejectsCmd) Run(p *program) error {
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	n := 0
	err = db.Rejects(p.ctx, func(r store.Reject) error {
		n++
		id := r.PaperID
		if id == "" {
			id = "no id"
		}
		if _, err := fmt.Fprintf(p.stdout, "%s  %s, %s (%s): %s\n", r.At.Format(time.DateTime), r.Source, r.Place, id, r.Reason); err != nil {
			return err
		}
		if c.Text {
			_, err := fmt.Fprintf(p.stdout, "    %s\n", strings.ReplaceAll(strings.TrimSpace(r.Text), "\n", "\n    "))
			return err
		}
		return nil
	})
	if err == nil && n == 0 {
		fmt.Fprintln(p.stdout, "No record was set aside.")
	}
	return err
}
