package ingest

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// arXivQuery is one walk through the papers that a query finds.
type arXivQuery struct {
	*arXivReader
	since       store.Day
	newestFirst bool

	from   time.Time // of the window that is being paged through; zero for no bound
	start  int       // in the window
	read   int       // records so far
	newest time.Time // submission so far
}

// all pages through window after window. arXiv shows 30,000 results of a query at most, so past those a new window
// begins at the minute of the last submission seen; the few papers that it repeats are the same in the catalogue.
func (q *arXivQuery) all(ctx context.Context, yield func(Record, error) bool) error {
	q.from = q.since.Time()
	empty := 0
	for {
		size := q.pageSize()
		if size <= 0 {
			return q.mark(yield)
		}
		info, err := q.ask(ctx, q.values(size), func(rec Record) bool {
			rec.Place = fmt.Sprintf("result %d", q.read+1)
			q.read++
			if at := rec.Paper.SubmittedAt; at.After(q.newest) {
				q.newest = at
			}
			return yield(rec, nil)
		})
		if err != nil {
			return err
		}
		q.meter.total.Store(int64(q.read + max(info.total-q.start-info.entries, 0)))
		q.meter.done.Store(int64(q.read))
		q.start += info.entries
		switch {
		case info.entries == 0 && q.start < info.total:
			if empty++; empty == arXivEmpty {
				return fmt.Errorf("arXiv counts %d results but shows none after the first %d", info.total, q.start)
			}
			continue
		case q.start >= info.total:
			return q.mark(yield)
		}
		empty = 0
		if !q.newestFirst { // else older ones are still to come
			if err := q.mark(yield); err != nil {
				return err
			}
		}
		if q.start >= q.o.window {
			if err := q.nextWindow(); err != nil {
				return err
			}
		}
	}
}

// pageSize is how many results to ask for, or 0 when there are enough.
func (q *arXivQuery) pageSize() int {
	size := min(q.o.page, q.o.window-q.start)
	if q.o.Max > 0 {
		size = min(size, q.o.Max-q.read)
	}
	return size
}

func (q *arXivQuery) values(size int) url.Values {
	order := "ascending"
	if q.newestFirst {
		order = "descending"
	}
	return url.Values{
		"search_query": {q.search()}, "sortBy": {"submittedDate"}, "sortOrder": {order},
		"start": {strconv.Itoa(q.start)}, "max_results": {strconv.Itoa(size)},
	}
}

// search is the query in arXiv's language.
func (q *arXivQuery) search() string {
	var parts []string
	if q.o.Search != "" {
		parts = append(parts, q.o.Search)
	}
	var categories []string
	for _, c := range q.o.Categories {
		categories = append(categories, "cat:"+c)
		if archives[c] {
			categories = append(categories, "cat:"+c+".*")
		}
	}
	if len(categories) > 0 {
		parts = append(parts, strings.Join(categories, " OR "))
	}
	if !q.from.IsZero() {
		const minute = "200601021504"
		until := q.o.Now().UTC().AddDate(0, 0, 1)
		parts = append(parts, fmt.Sprintf("submittedDate:[%s TO %s]", q.from.Format(minute), until.Format(minute)))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, ") AND (") + ")"
}

// mark says how far the walk has come.
func (q *arXivQuery) mark(yield func(Record, error) bool) error {
	if !q.newest.IsZero() && !yield(Record{Cursor: string(store.DayOf(q.newest))}, nil) {
		return errStopped
	}
	return nil
}

func (q *arXivQuery) nextWindow() error {
	from := q.newest.Truncate(time.Minute)
	if q.newestFirst || !from.After(q.from) {
		return fmt.Errorf("arXiv shows no more than %d results of one query", q.o.window)
	}
	q.from, q.start = from, 0
	return nil
}
