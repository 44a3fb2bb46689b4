package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"recto/store"
)

type benchListingsCmd struct {
	Calls  int    `help:"How often each listing is read." default:"200"`
	Beside string `help:"Another catalogue, such as a small one, to read in turns with it and compare." placeholder:"FILE"`
	benchOutput
}

const (
	pageOfPapers = 30   // as the site shows them
	lastYear     = 365  // days
	keysKnown    = 400  // papers, days and so on that calls choose from
	smallFacet   = 20   // papers of a small tag at most
	topFacets    = 1000 // from which a medium one is chosen
)

func (c *benchListingsCmd) Run(p *program) error {
	r := newReport("listings", p, column{"ratio", "× a paper", 1}, column{"p50", "p50 ms", 3}, column{"p99", "p99 ms", 3})
	if c.Beside != "" {
		r.Columns = slices.Insert(r.Columns, 0, column{"beside", "p50 : beside", 2})
		r.Columns = append(r.Columns, column{"besideP50", "beside p50", 3}, column{"besideP99", "beside p99", 3})
	}
	var catalogues []*keyring
	for _, path := range []string{p.db, c.Beside} {
		if path == "" {
			continue
		}
		db, err := store.Open(p.ctx, path, p.now)
		if err != nil {
			return err
		}
		defer db.Close()
		keys, err := newKeyring(p.ctx, db)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		catalogues = append(catalogues, keys)
		r.about("%s papers in %s", commas(keys.papers), path)
	}
	r.about("%d calls of each kind, in turns, straight on the store, with random keys", c.Calls)
	calls := catalogues[0].calls()
	times := make([][][]float64, len(catalogues)) // of each catalogue and kind
	for i := range times {
		times[i] = make([][]float64, len(calls))
	}
	for round := range c.Calls {
		for i, keys := range catalogues {
			for k, call := range keys.calls() {
				began := time.Now()
				err := call.do(p.ctx)
				took := milliseconds(time.Since(began))
				if errors.Is(err, store.ErrNotFound) && call.optional {
					continue
				}
				if err != nil {
					return fmt.Errorf("%s: %w", call.name, err)
				}
				times[i][k] = append(times[i][k], took)
			}
		}
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if (round+1)%100 == 0 {
			fmt.Fprintf(p.stderr, "%d of %d rounds\n", round+1, c.Calls)
		}
	}
	reference := median(times[0][0])
	for k, call := range calls {
		if len(times[0][k]) == 0 {
			r.missing(call.name, "the catalogue has none")
			continue
		}
		figures := map[string]float64{"ratio": median(times[0][k]) / reference, "p50": median(times[0][k]), "p99": quantile(times[0][k], 0.99)}
		if len(catalogues) > 1 && len(times[1][k]) > 0 {
			figures["beside"] = median(times[0][k]) / median(times[1][k])
			figures["besideP50"], figures["besideP99"] = median(times[1][k]), quantile(times[1][k], 0.99)
		}
		r.row(call.name, figures)
	}
	return r.write(p, c.benchOutput)
}

// keyring knows what to ask a catalogue for.
type keyring struct {
	db      *store.DB
	papers  int
	latest  store.Day
	days    []store.DayCount
	busy    store.Day
	some    []store.Paper // random ones
	year    []store.Key   // places in the listing of the latest year by votes
	tags    [3][]string   // big, medium, small
	classes []string
}

// newKeyring looks around in a catalogue.
func newKeyring(ctx context.Context, db *store.DB) (*keyring, error) {
	k := &keyring{db: db}
	var err error
	if k.papers, err = db.PaperCount(ctx); err != nil {
		return nil, err
	}
	if k.latest, err = db.LatestDay(ctx); err != nil {
		return nil, fmt.Errorf("the catalogue has no papers: %w", err)
	}
	if k.days, err = db.Days(ctx, store.Span{Kind: store.SpanRange, From: "1900-01-01", To: k.latest}); err != nil {
		return nil, err
	}
	k.busy = slices.MaxFunc(k.days, func(a, b store.DayCount) int { return cmp.Compare(a.Papers, b.Papers) }).Day
	for range keysKnown { // a paper of a random day, which is not quite a random paper
		day := store.DaySpan(k.day())
		page, err := db.Papers(ctx, store.Filter{Order: store.Newest, Span: &day, Limit: 1, After: k.place(day.From.Add(1).Time().Unix() - rand.Int64N(86_400))})
		if err != nil {
			return nil, err
		}
		k.some = append(k.some, page.Papers...)
	}
	if len(k.some) == 0 {
		page, err := db.Papers(ctx, store.Filter{Order: store.Newest, Limit: store.MaxLimit})
		if err != nil {
			return nil, err
		}
		k.some = page.Papers
	}
	for range keysKnown {
		day := store.DaySpan(k.latest.Add(-rand.IntN(lastYear)))
		page, err := db.Papers(ctx, store.Filter{Order: store.ByVotes, Span: &day, Limit: 1 + rand.IntN(store.MaxLimit)})
		if err != nil {
			return nil, err
		}
		if page.Next != "" {
			k.year = append(k.year, page.Next)
		}
	}
	return k, k.facets(ctx)
}

func (k *keyring) facets(ctx context.Context) error {
	tags, err := k.db.TopFacets(ctx, store.FacetTag, topFacets)
	if err != nil {
		return err
	}
	for i, tag := range tags {
		switch {
		case i < 3:
			k.tags[0] = append(k.tags[0], tag.Slug)
		case i >= len(tags)/3:
			k.tags[1] = append(k.tags[1], tag.Slug)
		}
	}
	for _, letter := range "abcdefghijklmnopqrstuvwxyz" {
		some, err := k.db.FacetsFrom(ctx, store.FacetTag, string(letter), 40)
		if err != nil {
			return err
		}
		for _, tag := range some {
			if tag.Papers <= smallFacet {
				k.tags[2] = append(k.tags[2], tag.Slug)
			}
		}
	}
	classes, err := k.db.TopFacets(ctx, store.FacetCategory, 20)
	for _, class := range classes {
		k.classes = append(k.classes, class.Slug)
	}
	return err
}

func (k *keyring) day() store.Day { return k.days[rand.IntN(len(k.days))].Day }

func (k *keyring) paper() *store.Paper { return &k.some[rand.IntN(len(k.some))] }

// place is a place in a listing that is sorted by a whole number, at some row.
func (k *keyring) place(sort int64) store.Key {
	return store.Key(strconv.FormatInt(sort, 10) + "_" + strconv.FormatInt(1+rand.Int64N(int64(max(1, k.papers))), 36))
}

// within is a place in the listing of the latest year by votes, its beginning when no day of it has many papers.
func (k *keyring) within() store.Key {
	if len(k.year) == 0 {
		return ""
	}
	return k.year[rand.IntN(len(k.year))]
}

// then is a place deep in a listing by date.
func (k *keyring) then() store.Key { return k.place(k.paper().ListedAt().Unix()) }

// deep is a place deep in a listing by votes.
func (k *keyring) deep() store.Key { return k.place(int64(k.paper().Votes())) }

// listingCall is one kind of reading.
type listingCall struct {
	name     string
	optional bool // a catalogue may have none
	do       func(context.Context) error
}
