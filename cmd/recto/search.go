package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"recto/store"
	"recto/store/search"
)

// embeddings are the flags of commands that search or index.
type embeddings struct {
	URL   string `name:"embeddings-url" help:"An endpoint that speaks the protocol of OpenAI's /v1/embeddings, for searching by meaning; without it Recto learns from the catalogue itself." placeholder:"URL"`
	Model string `name:"embeddings-model" help:"The endpoint's model." placeholder:"NAME"`
	Key   string `name:"embeddings-key" help:"The endpoint's key, if it wants one." placeholder:"KEY"`
}

// searchDir is where the search index of a catalogue lies.
func searchDir(db string) string { return db + ".search" }

// openSearch opens the index that lies beside the catalogue.
func (p *program) openSearch(db *store.DB, e embeddings, log *slog.Logger, anew bool) (*search.Index, error) {
	o := search.Options{Log: log, Now: p.now, Anew: anew}
	switch {
	case e.URL != "" && e.Model != "":
		o.Embeddings = &search.Embeddings{URL: e.URL, Model: e.Model, Key: e.Key}
	case e.URL != "" || e.Model != "":
		return nil, errors.New("--embeddings-url and --embeddings-model go together")
	}
	return search.Open(p.ctx, db, searchDir(p.db), o)
}

// openIndexed opens a catalogue that is there and its index, brought up with it unless a server does that.
func (p *program) openIndexed(e embeddings) (db *store.DB, index *search.Index, closeBoth func(), err error) {
	if _, err := os.Stat(p.db); err != nil {
		return nil, nil, nil, fmt.Errorf("no catalogue: %w", err)
	}
	if db, err = store.Open(p.ctx, p.db, p.now); err != nil {
		return nil, nil, nil, err
	}
	if index, err = p.openSearch(db, e, p.warnings(), false); err != nil {
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	if err = index.Build(p.ctx, p.searchProgress()); err != nil && !errors.Is(err, search.ErrBusy) {
		return nil, nil, nil, errors.Join(err, index.Close(), db.Close())
	}
	return db, index, func() {
		index.Close()
		db.Close()
	}, nil
}

// searchProgress tells of indexing that takes longer than a moment.
func (p *program) searchProgress() func(search.Progress) {
	const every = 2 * time.Second
	began := time.Now()
	told, step, stepBegan := began, "", began
	return func(s search.Progress) {
		at := time.Now()
		if s.Step != step {
			step, stepBegan = s.Step, at
		}
		if at.Sub(told) < every {
			return
		}
		told = at
		if s.Total == 0 {
			fmt.Fprintf(p.stderr, "%s: %s\n", s.Step, commas(s.Done))
			return
		}
		rate := ""
		if seconds := at.Sub(stepBegan).Seconds(); seconds > 0 {
			rate = fmt.Sprintf(", %s/s", commas(int(float64(s.Done)/seconds)))
		}
		fmt.Fprintf(p.stderr, "%s: %s of %s%s\n", s.Step, commas(s.Done), commas(s.Total), rate)
	}
}

// warnings is a logger for commands that people watch.
func (p *program) warnings() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type indexCmd struct {
	Anew       bool `help:"Throw the index away and build it from nothing." env:"-"`
	embeddings `embed:""`
}

// Run brings the index up with the catalogue.
func (c *indexCmd) Run(p *program) error {
	yield()
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	index, err := p.openSearch(db, c.embeddings, p.warnings(), c.Anew)
	if err != nil {
		return err
	}
	defer index.Close()
	began := p.now()
	if err := index.Build(p.ctx, p.searchProgress()); err != nil {
		return err
	}
	s, err := index.Status(p.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The search index has %s papers, %s by meaning, in %s MB (%s).\n", commas(s.Papers), commas(s.Vectors),
		decimal(megabytes(s.Bytes), 1), p.now().Sub(began).Round(time.Millisecond))
	return nil
}

type searchCmd struct {
	Query      []string `arg:"" help:"What to search for, in the language of the site's search box; put -- before it where it begins with a minus."`
	Limit      int      `help:"How many papers." default:"10" placeholder:"N" env:"-"`
	Offset     int      `help:"How many to pass over." default:"0" placeholder:"N" env:"-"`
	Typed      bool     `help:"Correct no spelling." env:"-"`
	JSON       bool     `name:"json" help:"Print JSON." env:"-"`
	embeddings `embed:""`
}

// found is what recto search --json prints.
type found struct {
	Query     string         `json:"query"`
	Answered  string         `json:"answered,omitempty"` // the query that was answered in its place
	Notes     []string       `json:"notes,omitempty"`
	Total     int            `json:"total"`
	Estimated bool           `json:"estimated,omitempty"`
	Papers    []foundPaper   `json:"papers"`
	Years     map[string]int `json:"years,omitempty"`
}

type foundPaper struct {
	ID         store.PaperID `json:"id"`
	Title      string        `json:"title"`
	Authors    []string      `json:"authors"`
	Day        store.Day     `json:"day"`
	Votes      int           `json:"votes"`
	Categories []string      `json:"categories,omitempty"`
	Tags       []string      `json:"tags,omitempty"`
	Passage    string        `json:"passage,omitempty"`
	Why        string        `json:"why,omitempty"`
}

// Run searches the index, after bringing it up with the catalogue unless a server does that.
func (c *searchCmd) Run(p *program) error {
	_, index, closeBoth, err := p.openIndexed(c.embeddings)
	if err != nil {
		return err
	}
	defer closeBoth()
	text := strings.Join(c.Query, " ")
	r, err := index.Search(p.ctx, search.Request{Text: text, Offset: c.Offset, Limit: c.Limit, AsTyped: c.Typed, Facets: c.JSON})
	if err != nil {
		return err
	}
	switch {
	case r.Known != nil:
		r.Total, r.Hits = 1, []search.Hit{{Paper: *r.Known}}
	case r.Paper != "":
		r.Notes = append(r.Notes, fmt.Sprintf("The paper %s is not in the catalogue.", r.Paper))
	}
	if c.JSON {
		return writeFound(p.stdout, text, r)
	}
	return printFound(p, r, c.Offset)
}

func writeFound(w io.Writer, text string, r search.Results) error {
	f := found{Query: text, Answered: r.Corrected, Notes: r.Notes, Total: r.Total, Estimated: r.About, Papers: []foundPaper{}}
	for _, h := range r.Hits {
		paper := foundPaper{ID: h.ID, Title: h.Title, Authors: []string{}, Day: h.FeaturedOn, Votes: h.Votes(), Categories: h.Categories,
			Tags: h.AllTags(), Passage: h.Abstract[h.Passage.Start:h.Passage.End], Why: h.Why}
		for _, a := range h.Authors {
			paper.Authors = append(paper.Authors, a.Name)
		}
		f.Papers = append(f.Papers, paper)
	}
	for _, y := range r.Years {
		if f.Years == nil {
			f.Years = map[string]int{}
		}
		f.Years[y.Name] = y.Papers
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(f)
}

// printFound writes a line or two for each paper, the words marked where a person watches.
func printFound(p *program, r search.Results, offset int) error {
	on, off := "", ""
	if terminal(p.stdout) {
		on, off = "\x1b[1m", "\x1b[0m"
	}
	for _, note := range r.Notes {
		fmt.Fprintln(p.stderr, note)
	}
	if r.Corrected != "" {
		fmt.Fprintf(p.stderr, "Showing results for %s; --typed searches for what was typed.\n", r.Corrected)
	}
	if r.Empty {
		fmt.Fprintln(p.stderr, "Nothing was asked for. recto search --help says how.")
		return nil
	}
	about := ""
	if r.About {
		about = "about "
	}
	fmt.Fprintf(p.stderr, "%s%s papers\n", about, commas(r.Total))
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for i, h := range r.Hits {
		names := make([]string, 0, len(h.Authors))
		for _, a := range h.Authors {
			names = append(names, a.Name)
		}
		const shown = 3
		if len(names) > shown {
			names = append(names[:shown], fmt.Sprintf("and %d more", len(h.Authors)-shown))
		}
		why := ""
		if h.Why != "" {
			why = " · " + h.Why
		}
		fmt.Fprintf(w, "%d.\t%s\t%s\n", offset+i+1, h.ID, marked(h.Title, h.TitleMarks, on, off))
		fmt.Fprintf(w, "\t%s\t%s · %d votes%s\n", h.FeaturedOn, strings.Join(names, ", "), h.Votes(), why)
	}
	return w.Flush()
}

func marked(s string, marks []search.Span, on, off string) string {
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(s[at:m.Start] + on + s[m.Start:m.End] + off)
		at = m.End
	}
	return b.String() + s[at:]
}
