package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"recto/store"
	"recto/store/search"
)

type benchSearchCmd struct {
	Queries int    `help:"How many queries of each class." default:"200"`
	FTS     string `name:"fts" help:"Where the reference, SQLite's FTS5, is kept and made when missing; by default it is made for the run." placeholder:"FILE"`
	Anew    bool   `help:"Build the index from nothing, to measure that."`
	benchOutput
}

const (
	ftsPatience = 2000.0 // milliseconds; where FTS5 takes longer on average,
	ftsCalls    = 10     // it is asked so often only
)

// searchTimes are those of a class, in milliseconds.
type searchTimes struct{ site, plain, fts []float64 }

func (c *benchSearchCmd) Run(p *program) error {
	if c.Queries < 1 {
		return errors.New("--queries must be at least 1")
	}
	if _, err := os.Stat(p.db); err != nil {
		return fmt.Errorf("no catalogue: %w", err)
	}
	r := newReport("search", p, column{"ratio", "FTS5 : ours", 2}, column{"p50", "p50 ms", 2}, column{"p99", "p99 ms", 2},
		column{"plain", "no facets p50", 2}, column{"ftsP50", "FTS5 p50", 2}, column{"ftsP99", "FTS5 p99", 2},
		column{"ftsCalls", "FTS5 calls", 0}, column{"rate", "papers/s", 0}, column{"seconds", "seconds", 3}, column{"mb", "MB", 1})
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	papers, err := db.PaperCount(p.ctx)
	if err != nil {
		return err
	}
	if papers == 0 {
		return errors.New("the catalogue has no papers")
	}
	folder, remove, err := workplace(p.db)
	if err != nil {
		return err
	}
	defer remove()
	index, err := c.index(p, db, r)
	if err != nil {
		return err
	}
	defer func() { _ = index.Close() }() // nothing is written to it
	file := orElse(c.FTS, filepath.Join(folder, "fts5.db"))
	if err := c.reference(p, db, r, file, papers); err != nil {
		return err
	}
	classes, err := c.draw(p, db, index)
	if err != nil {
		return err
	}
	r.about("%s papers; up to %d queries of a class, all by ours and then all by FTS5", commas(papers), c.Queries)
	if err := c.warm(p, index, r, classes); err != nil {
		return err
	}
	fts, err := openFTS5(p.ctx, file)
	if err != nil {
		return err
	}
	defer fts.close()
	for _, class := range classes {
		if err := c.measure(p, index, fts, r, class); err != nil {
			return fmt.Errorf("%s: %w", class.name, err)
		}
	}
	r.note("Ours gives 30 papers to be shown, whole and with the words marked, and facets beside them; FTS5 gives 30 rows' numbers. " +
		"It is asked for any word of a question, for a misspelt word as it is, and knows no categories. A class's queries are " +
		"asked of ours one after the other and then of FTS5, each after one that doesn't count, so that each has the system's cache to itself.")
	return r.write(p, c.benchOutput)
}

// index opens the index and brings it up with the catalogue.
func (c *benchSearchCmd) index(p *program, db *store.DB, r *report) (*search.Index, error) {
	index, err := p.openSearch(db, embeddings{}, p.warnings(), c.Anew)
	if err != nil {
		return nil, err
	}
	before, err := index.Status(p.ctx)
	if err != nil {
		return nil, errors.Join(err, index.Close())
	}
	const built = "index, built from nothing"
	began := time.Now()
	err = index.Build(p.ctx, p.searchProgress())
	took := time.Since(began).Seconds()
	after, statusErr := index.Status(p.ctx)
	if errors.Is(err, search.ErrBusy) {
		r.note("Another process writes the index: it was measured as it was.")
		err = nil
	}
	if err = errors.Join(err, statusErr, index.Close()); err != nil {
		return nil, err
	}
	size, err := folderSize(p.db + ".search")
	if err != nil {
		return nil, err
	}
	switch {
	case before.Papers > 0 && before.Behind > 0:
		rate := float64(before.Behind) / took
		r.row("index, brought up to date", map[string]float64{"rate": rate, "seconds": took, "mb": megabytes(size)})
	case before.Papers > 0:
		r.missing(built, "it was there; --anew measures that")
	default:
		r.row(built, map[string]float64{"rate": float64(after.Papers) / took, "seconds": took, "mb": megabytes(size)})
	}
	began = time.Now()
	if index, err = p.openSearch(db, embeddings{}, p.warnings(), false); err != nil {
		return nil, err
	}
	r.row("index, opened", map[string]float64{"seconds": time.Since(began).Seconds(), "mb": megabytes(size)})
	return index, nil
}

// reference makes the table of FTS5 in a file where there is none.
func (c *benchSearchCmd) reference(p *program, db *store.DB, r *report, file string, papers int) error {
	const built = "reference: FTS5, built from nothing"
	if _, err := os.Stat(file); err == nil {
		fts, err := openFTS5(p.ctx, file)
		if err != nil {
			return err
		}
		defer fts.close()
		has, err := fts.papers(p.ctx)
		if err == nil && has != papers {
			err = fmt.Errorf("%s has %s papers, the catalogue %s; delete it, and it is made again", file, commas(has), commas(papers))
		}
		r.missing(built, "it was there")
		return err
	}
	unfinished := file + ".part"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fts, err := openFTS5(p.ctx, unfinished)
	if err != nil {
		return err
	}
	began := time.Now()
	err = fts.fill(p.ctx, func(add func(title, abstract string) error) error {
		return db.EachPaper(p.ctx, func(paper *store.Paper) error { return add(paper.Title, paper.Abstract) })
	})
	took := time.Since(began)
	if err == nil {
		err = fts.optimize(p.ctx)
	}
	optimized := time.Since(began) - took
	if err = errors.Join(err, fts.close()); err != nil {
		return err
	}
	if err := os.Rename(unfinished, file); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	seconds := took.Seconds()
	r.row(built, map[string]float64{"rate": float64(papers) / seconds, "seconds": seconds, "mb": megabytes(info.Size())})
	r.note("FTS5 is a table of titles and abstracts with the porter stemmer, without content and with all places (detail=full). "+
		"Its time to build is without %.1f seconds of making one segment of it, which is what is searched.", optimized.Seconds())
	return nil
}

// draw makes up the queries: as many again as are measured, to warm up with.
func (c *benchSearchCmd) draw(p *program, db *store.DB, index *search.Index) ([]searchClass, error) {
	d, err := newDrawer(p.ctx, db, 2*c.Queries, func(word string) (int, error) {
		found, err := index.Search(p.ctx, search.Request{Text: word, AsTyped: true, By: search.ByWords})
		return found.Total, err
	})
	if err != nil {
		return nil, err
	}
	return d.classes(2 * c.Queries), nil
}

// split parts a class's queries into those that are measured and those to warm up with.
func (c *benchSearchCmd) split(class searchClass) (measured, warm []searchQuery) {
	n := min(c.Queries, (len(class.queries)+1)/2)
	return class.queries[:n], class.queries[n:]
}

// warm searches for what is not measured, and tells how much memory that takes and how long the slowest of them, which may
// be the first to need something.
func (c *benchSearchCmd) warm(p *program, index *search.Index, r *report, classes []searchClass) error {
	debug.FreeOSMemory()
	forgetPeak := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	slowest := 0.0
	for _, class := range classes {
		_, warm := c.split(class)
		for _, q := range warm {
			began := time.Now()
			if _, err := index.Search(p.ctx, search.Request{Text: q.text, Limit: pageOfPapers, Facets: true, By: class.by}); err != nil {
				return fmt.Errorf("%s: %w", class.name, err)
			}
			slowest = max(slowest, time.Since(began).Seconds())
		}
	}
	r.row("slowest search while warming up", map[string]float64{"seconds": slowest})
	for _, m := range [...]struct{ name, line string }{{"memory, resident", "VmRSS"}, {"memory, without mapped files", "RssAnon"},
		{"memory, at its peak", "VmHWM"}} {
		if bytes := memoryOf(os.Getpid(), m.line); bytes > 0 && (m.line != "VmHWM" || forgetPeak == nil) {
			r.row(m.name, map[string]float64{"mb": megabytes(bytes)})
		}
	}
	return nil
}

// measure searches for every query of a class by ours and then for every one by the reference, each after a query that
// doesn't count: both files are larger than the memory of many machines, and in turns by query each would find in the
// system's cache what the other has left of its own.
func (c *benchSearchCmd) measure(p *program, index *search.Index, fts *fts5, r *report, class searchClass) error {
	queries, warm := c.split(class)
	if len(queries) == 0 {
		r.missing(class.name, "the catalogue has no words for such queries")
		return nil
	}
	first := queries[0]
	if len(warm) > 0 {
		first = warm[0]
	}
	if _, err := index.Search(p.ctx, search.Request{Text: first.text, Limit: pageOfPapers, Facets: true, By: class.by}); err != nil {
		return err
	}
	var t searchTimes
	for i, q := range queries {
		request := search.Request{Text: q.text, Limit: pageOfPapers, Facets: i%2 == 0, By: class.by}
		for range 2 {
			began := time.Now()
			if _, err := index.Search(p.ctx, request); err != nil {
				return err
			}
			if took := milliseconds(time.Since(began)); request.Facets {
				t.site = append(t.site, took)
			} else {
				t.plain = append(t.plain, took)
			}
			request.Facets = !request.Facets
		}
	}
	if _, err := fts.search(p.ctx, first.match, pageOfPapers); err != nil {
		return err
	}
	for _, q := range queries {
		if len(t.fts) >= ftsCalls && sum(t.fts) > ftsPatience*float64(len(t.fts)) {
			break
		}
		began := time.Now()
		if _, err := fts.search(p.ctx, q.match, pageOfPapers); err != nil {
			return err
		}
		t.fts = append(t.fts, milliseconds(time.Since(began)))
	}
	fmt.Fprintf(p.stderr, "%s: %d queries\n", class.name, len(queries))
	r.row(class.name, map[string]float64{"ratio": median(t.fts) / median(t.site), "p50": median(t.site), "p99": quantile(t.site, 0.99),
		"plain": median(t.plain), "ftsP50": median(t.fts), "ftsP99": quantile(t.fts, 0.99), "ftsCalls": float64(len(t.fts))})
	if len(queries) < c.Queries {
		r.note("%s: the catalogue has words for %d queries only.", class.name, len(queries))
	}
	return nil
}

// folderSize is how many bytes the files of a folder hold.
func folderSize(folder string) (total int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
