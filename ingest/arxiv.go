package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// ArXivBase is where arXiv's API answers.
const ArXivBase = "https://export.arxiv.org/api/query"

// arXiv's terms: one request in three seconds over one connection. What an answer can hold.
const (
	arXivEvery     = 3 * time.Second
	arXivFirstWait = 30 * time.Second // after the announcements it is busy for minutes
	arXivPage      = 500              // entries asked for at once; its manual asks for less than 1,000
	arXivIDs       = 100              // ids in one address
	arXivWindow    = 30_000           // results that one query can page through
	arXivEmpty     = 3                // empty pages in a row, where there should be entries, until it is an error
)

// ArXivOptions say what to ask arXiv's API for: IDs, or papers by Search, by Categories, or both.
type ArXivOptions struct {
	Files      Files // recorded answers
	IDs        []string
	Search     string    // in arXiv's query language: ti:attention AND au:vaswani
	Categories []string  // papers in any of them
	Since      store.Day // submitted on this day or later; when it is "", a query goes on where it left
	Max        int       // the newest that many when it is the first reading; 0 for all

	Base  string        // ArXivBase when ""
	Agent string        // see Agent
	Every time.Duration // between requests; arXiv's three seconds when 0
	Now   func() time.Time

	fetcher      *fetcher
	page, window int
}

// ArXiv reads arXiv's search API.
func ArXiv(o ArXivOptions) (Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	queried := o.Search != "" || len(o.Categories) > 0
	ways := 0
	for _, set := range []bool{len(o.Files.Paths) > 0, len(o.IDs) > 0, queried} {
		if set {
			ways++
		}
	}
	switch {
	case ways == 0:
		return Source{}, errors.New("arxiv: say which papers: ids, a search, a category or files")
	case ways > 1:
		return Source{}, errors.New("arxiv: files, ids and a search can't be combined")
	case len(o.Files.Paths) > 0:
		return o.Files.source("arxiv", parseAtomFile), nil
	}
	o.Base = cmp.Or(o.Base, ArXivBase)
	if err := errors.Join(checkBase(o.Base), o.check()); err != nil {
		return Source{}, fmt.Errorf("arxiv: %w", err)
	}
	if o.fetcher == nil {
		o.fetcher = newFetcher(o.Agent, cmp.Or(o.Every, arXivEvery))
		o.fetcher.firstWait = arXivFirstWait
	}
	o.page, o.window = cmp.Or(o.page, arXivPage), cmp.Or(o.window, arXivWindow)
	a := &arXivReader{o: o, meter: new(meter)}
	src := Source{Name: "arxiv", meter: a.meter, records: a.byQuery}
	if len(o.IDs) > 0 {
		src.records = a.byIDs
	} else {
		src.Cursor = "arxiv " + strings.TrimSpace(strings.Join(o.Categories, " ")+" "+o.Search)
	}
	return src, nil
}

func (o *ArXivOptions) check() error {
	if err := checkCategories(o.Categories); err != nil {
		return err
	}
	if o.Max < 0 {
		return fmt.Errorf("%d papers at most makes no sense", o.Max)
	}
	if o.Since == "" {
		return nil
	}
	_, err := store.ParseDay(string(o.Since))
	return err
}

type arXivReader struct {
	o     ArXivOptions
	meter *meter
}

// ask fetches one feed and yields its records.
func (a *arXivReader) ask(ctx context.Context, query url.Values, yield func(Record) bool) (atomInfo, error) {
	var info atomInfo
	from := address(a.o.Base, query)
	got, err := a.o.fetcher.get(ctx, from)
	var refused *statusError
	if errors.As(err, &refused) { // what it disliked stands in an error entry
		for _, parsed := range parseAtom(strings.NewReader(string(refused.body)), &info) {
			if e := (*apiError)(nil); errors.As(parsed, &e) {
				return info, e
			}
		}
	}
	if err != nil {
		return info, err
	}
	for rec, err := range parseAtom(got.reader(), &info) {
		if e := (*apiError)(nil); errors.As(err, &e) {
			return info, e
		}
		if err != nil {
			return info, inAnswer(from, err)
		}
		if !yield(rec) {
			return info, errStopped
		}
	}
	return info, nil
}

// byIDs asks for papers by their ids, whose versions don't matter: arXiv answers with the newest. Every id gives a
// record, be it to say that there is no such paper.
func (a *arXivReader) byIDs(ctx context.Context, _ string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		a.meter.total.Store(int64(len(a.o.IDs)))
		var ids []string
		for i, spelled := range a.o.IDs {
			id, err := store.ParsePaperID(spelled)
			if err == nil && id.ArXiv() != "" {
				ids = append(ids, id.ArXiv())
				continue
			}
			reason := fmt.Sprintf("%.60q is not an arXiv id", spelled)
			rec := Record{Place: fmt.Sprintf("id %d", i+1), ID: spelled, Reason: reason, Raw: []byte(spelled)}
			if !yield(rec, nil) {
				return
			}
		}
		for len(ids) > 0 {
			n := min(len(ids), arXivIDs)
			if err := a.someIDs(ctx, ids[:n], yield); err != nil {
				if !errors.Is(err, errStopped) {
					yield(Record{}, err)
				}
				return
			}
			a.meter.done.Add(int64(n))
			ids = ids[n:]
		}
	}
}

// someIDs asks for a few papers. One id that arXiv dislikes spoils the whole question, so halves are asked until it
// stands alone.
func (a *arXivReader) someIDs(ctx context.Context, ids []string, yield func(Record, error) bool) error {
	missing := make(map[store.PaperID]bool, len(ids))
	for _, id := range ids {
		missing[store.PaperID(id)] = true
	}
	query := url.Values{"id_list": {strings.Join(ids, ",")}, "max_results": {strconv.Itoa(len(ids))}}
	_, err := a.ask(ctx, query, func(rec Record) bool {
		delete(missing, rec.Paper.ID)
		return yield(rec, nil)
	})
	var disliked *apiError
	switch {
	case errors.As(err, &disliked) && len(ids) > 1:
		if err := a.someIDs(ctx, ids[:len(ids)/2], yield); err != nil {
			return err
		}
		return a.someIDs(ctx, ids[len(ids)/2:], yield)
	case err != nil && disliked == nil:
		return err
	}
	for _, id := range ids {
		if !missing[store.PaperID(id)] {
			continue
		}
		delete(missing, store.PaperID(id)) // asked for twice, said once
		reason := "arXiv has no paper with this id"
		if disliked != nil {
			reason = disliked.Error()
		}
		if !yield(Record{Place: "id " + id, ID: id, Reason: reason, Raw: []byte(id)}, nil) {
			return errStopped
		}
	}
	return nil
}

// byQuery pages through a query's papers, oldest submission first, so that what is submitted meanwhile comes at the end
// and the cursor only moves forward. Its value is the day of the last submission read; that day is read again.
func (a *arXivReader) byQuery(ctx context.Context, cursor string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		q := &arXivQuery{arXivReader: a, since: a.o.Since}
		if day, err := store.ParseDay(cursor); err == nil && q.since == "" {
			q.since = day
		}
		q.newestFirst = q.since == "" && a.o.Max > 0
		if err := q.all(ctx, yield); err != nil && !errors.Is(err, errStopped) {
			yield(Record{}, err)
		}
	}
}
