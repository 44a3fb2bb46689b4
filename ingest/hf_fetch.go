package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// HFBase is where Hugging Face answers.
const HFBase = "https://huggingface.co"

const (
	hfFirstDay  = store.Day("2023-05-04") // of the daily papers
	hfEvery     = time.Second             // 500 requests in five minutes are free
	hfPage      = 100                     // items asked for at once
	hfShortPage = 50                      // a page with fewer is the last: no server gives less than this default
	hfMaxPages  = 200                     // of one answer
	hfLookBack  = 6                       // days before today, when it was never asked before
)

// HFOptions say which daily papers to read. With none of Files, Date, Week, Month and Since, it goes on where it left.
type HFOptions struct {
	Files Files     // recorded answers
	Date  store.Day // one day
	Week  string    // 2026-W11
	Month string    // 2026-03
	Since store.Day // every day from this one until today

	Base  string        // HFBase when ""
	Agent string        // see Agent
	Every time.Duration // between requests; one second when 0
	Now   func() time.Time

	fetcher *fetcher
}

// HF reads Hugging Face's daily papers from files or over HTTP.
func HF(o HFOptions) (Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	chosen := 0
	for _, set := range []bool{len(o.Files.Paths) > 0, o.Date != "", o.Week != "", o.Month != "", o.Since != ""} {
		if set {
			chosen++
		}
	}
	if chosen > 1 {
		return Source{}, errors.New("hf: files, a date, a week, a month and since can't be combined")
	}
	if len(o.Files.Paths) > 0 {
		return o.Files.source("hf", parseHFFile), nil
	}
	o.Base = strings.TrimSuffix(cmp.Or(o.Base, HFBase), "/")
	if err := errors.Join(checkBase(o.Base), o.checkSpan()); err != nil {
		return Source{}, fmt.Errorf("hf: %w", err)
	}
	if o.fetcher == nil {
		o.fetcher = newFetcher(o.Agent, cmp.Or(o.Every, hfEvery))
	}
	h := &hfReader{o: o, meter: new(meter)}
	src := Source{Name: "hf", meter: h.meter, records: h.records}
	if o.Date == "" && o.Week == "" && o.Month == "" {
		src.Cursor = "hf"
	}
	return src, nil
}

func (o *HFOptions) checkSpan() error {
	today := newYorkDay(o.Now())
	from := o.Date
	if o.Since != "" {
		from = o.Since
	}
	var err error
	switch {
	case o.Week != "":
		var span store.Span
		span, err = store.ParseSpan(store.SpanWeek, o.Week)
		from = span.From
	case o.Month != "":
		var span store.Span
		span, err = store.ParseSpan(store.SpanMonth, o.Month)
		from = span.From
	case from != "":
		_, err = store.ParseDay(string(from))
	}
	if err == nil && from > today {
		err = fmt.Errorf("%s is in the future: today is %s", from, today)
	}
	return err
}

type hfReader struct {
	o     HFOptions
	meter *meter
}

// records asks for one span, or for one day after the other. Where a run left, the last day may have grown and gained
// votes since, so it is asked for again.
func (h *hfReader) records(ctx context.Context, cursor string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		switch {
		case h.o.Date != "":
			h.span(ctx, url.Values{"date": {string(h.o.Date)}}, h.o.Date, yield)
		case h.o.Week != "":
			h.span(ctx, url.Values{"week": {h.o.Week}}, "", yield)
		case h.o.Month != "":
			h.span(ctx, url.Values{"month": {h.o.Month}}, "", yield)
		default:
			h.days(ctx, h.from(cursor), yield)
		}
	}
}

func (h *hfReader) from(cursor string) store.Day {
	today := newYorkDay(h.o.Now())
	from := today.Add(-hfLookBack)
	if h.o.Since != "" {
		from = h.o.Since
	} else if day, err := store.ParseDay(cursor); err == nil {
		from = min(day, today)
	}
	return max(from, hfFirstDay)
}

func (h *hfReader) days(ctx context.Context, from store.Day, yield func(Record, error) bool) {
	today := newYorkDay(h.o.Now())
	h.meter.total.Store(int64(today.Time().Sub(from.Time())/(24*time.Hour)) + 1)
	for day := from; day <= today; day = day.Add(1) {
		err := h.pages(ctx, url.Values{"date": {string(day)}}, day, yield)
		var refused *statusError
		if day == today && errors.As(err, &refused) && (refused.code == 400 || refused.code == 404) {
			err = nil // it has not begun
		}
		if errors.Is(err, errStopped) {
			return
		}
		if err != nil {
			yield(Record{}, err)
			return
		}
		h.meter.done.Add(1)
		if !yield(Record{Cursor: string(day)}, nil) {
			return
		}
	}
}

func (h *hfReader) span(ctx context.Context, query url.Values, featured store.Day, yield func(Record, error) bool) {
	if err := h.pages(ctx, query, featured, yield); err != nil && !errors.Is(err, errStopped) {
		yield(Record{}, err)
	}
}

// errStopped says that whoever reads the records wants no more.
var errStopped = errors.New("stopped")

// nextLink is how a Link header names the next page.
var nextLink = regexp.MustCompile(`(?i);\s*rel="?next"?`)

// pages asks for one page after the other: until none is announced by a Link header, or, from a server that sends no
// such header, until one is short.
func (h *hfReader) pages(ctx context.Context, query url.Values, featured store.Day, yield func(Record, error) bool) error {
	query.Set("limit", strconv.Itoa(hfPage))
	var before []byte
	for page := range hfMaxPages {
		query.Set("p", strconv.Itoa(page))
		from := address(h.o.Base+"/api/daily_papers", query)
		a, err := h.o.fetcher.get(ctx, from)
		if err != nil {
			return err
		}
		if bytes.Equal(a.body, before) {
			return nil // this server knows no pages
		}
		before = a.body
		items := 0
		for rec, err := range parseHF(a.reader(), featured) {
			if err != nil {
				return inAnswer(from, err)
			}
			items++
			rec.Place = fmt.Sprintf("%s page %d %s", spanName(query), page, rec.Place)
			if !yield(rec, nil) {
				return errStopped
			}
		}
		link := a.header.Get("Link")
		if items == 0 || link != "" && !nextLink.MatchString(link) || link == "" && items < hfShortPage {
			return nil
		}
	}
	return fmt.Errorf("%s has more than %d pages", spanName(query), hfMaxPages)
}

func spanName(query url.Values) string {
	return query.Get("date") + query.Get("week") + query.Get("month")
}
