package main

import (
	"context"
	"math/rand/v2"
	"strconv"

	"recto/store"
)

// calls are all kinds of reading, the reference first. A call's keys are drawn when it is made, not while it is timed.
func (k *keyring) calls() []listingCall {
	var calls []listingCall
	other := func(name string, do func(context.Context) error) {
		calls = append(calls, listingCall{name: name, do: do})
	}
	list := func(name string, f store.Filter) {
		f.Limit = pageOfPapers
		other(name, func(ctx context.Context) error {
			_, err := k.db.Papers(ctx, f)
			return err
		})
		calls[len(calls)-1].optional = f.Facet != 0
	}
	span := func(s store.Span) *store.Span { return &s }
	window := func(days int) *store.Span {
		return &store.Span{Kind: store.SpanRange, From: k.latest.Add(1 - days), To: k.latest}
	}
	some, day := k.paper(), k.day()

	other("reference: a paper by its id", func(ctx context.Context) error {
		_, err := k.db.Paper(ctx, some.ID)
		return err
	})
	list("day, the latest, by votes", store.Filter{Order: store.ByVotes, Span: span(store.DaySpan(k.latest))})
	list("day, the busiest, by votes", store.Filter{Order: store.ByVotes, Span: span(store.DaySpan(k.busy))})
	list("day, the busiest, newest, deep in", store.Filter{Order: store.Newest, Span: span(store.DaySpan(k.busy)), After: k.place(k.busy.Time().Unix() + rand.Int64N(86_400))})
	list("day, any, by votes", store.Filter{Order: store.ByVotes, Span: span(store.DaySpan(day))})
	list("week, any, by votes", store.Filter{Order: store.ByVotes, Span: span(store.WeekSpan(day))})
	list("week, any, newest", store.Filter{Order: store.Newest, Span: span(store.WeekSpan(day))})
	list("month, any, by votes", store.Filter{Order: store.ByVotes, Span: span(store.MonthSpan(day))})
	list("month, the latest, by votes", store.Filter{Order: store.ByVotes, Span: span(store.MonthSpan(k.latest))})
	list("month, any, by votes, deep in", store.Filter{Order: store.ByVotes, Span: span(store.MonthSpan(day)), After: k.place(0)})
	list("month, any, newest", store.Filter{Order: store.Newest, Span: span(store.MonthSpan(day))})
	list("trending", store.Filter{Order: store.Trending})
	list("trending, deep in", store.Filter{Order: store.Trending, After: store.Key(strconv.FormatFloat(store.Trend(some.Votes(), some.FeaturedOn), 'g', -1, 64) + "_1")})
	list("latest", store.Filter{Order: store.Newest})
	list("latest, deep in", store.Filter{Order: store.Newest, After: k.then()})
	list("latest, deep in, backwards", store.Filter{Order: store.Newest, Before: k.then()})
	list("top of the week", store.Filter{Order: store.ByVotes, Span: window(7)})
	list("top of the month", store.Filter{Order: store.ByVotes, Span: window(30)})
	list("top of the year", store.Filter{Order: store.ByVotes, Span: window(lastYear)})
	list("top of the year, deep in", store.Filter{Order: store.ByVotes, Span: window(lastYear), After: k.within()})
	list("top of all time", store.Filter{Order: store.ByVotes})
	list("top of all time, deep in", store.Filter{Order: store.ByVotes, After: k.deep()})
	k.facetCalls(list)
	k.paperCalls(other, some, day)
	return calls
}

// facetCalls are the listings of tags, categories and authors.
func (k *keyring) facetCalls(list func(string, store.Filter)) {
	for i, size := range []string{"big", "medium", "small"} {
		f := store.Filter{Facet: store.FacetTag, Slug: pick(k.tags[i])}
		for _, order := range []store.Order{store.ByVotes, store.Newest} {
			f.Order = order
			list(size+" tag, "+string(order), f)
		}
		f.Order, f.After = store.Newest, k.then()
		list(size+" tag, newest, deep in", f)
		f.Order, f.After = store.ByVotes, k.deep()
		list(size+" tag, votes, deep in", f)
	}
	class := store.Filter{Order: store.ByVotes, Facet: store.FacetCategory, Slug: pick(k.classes)}
	list("category, votes", class)
	class.Order = store.Newest
	list("category, newest", class)
	class.After = k.then()
	list("category, newest, deep in", class)
	name := k.paper().Authors
	if len(name) == 0 {
		name = []store.Author{{Name: "Nobody"}}
	}
	who := name[rand.IntN(len(name))].Name
	author := store.Filter{Order: store.Newest, Facet: store.FacetAuthor, Slug: store.AuthorSlug(who)}
	list("author, all of the address, newest", author)
	author.Order = store.ByVotes
	list("author, all of the address, votes", author)
	author.Names = []string{who}
	list("author, one name, votes", author)
	author.Order = store.Newest
	list("author, one name, newest", author)
}

// paperCalls are what a paper's page and the frame of every page ask for.
func (k *keyring) paperCalls(add func(string, func(context.Context) error), some *store.Paper, day store.Day) {
	id := some.ID
	add("no such paper", func(ctx context.Context) error {
		if _, err := k.db.Paper(ctx, "9912.99999"); err == nil {
			return nil
		}
		return ctx.Err()
	})
	add("rank on its day", func(ctx context.Context) error {
		_, err := k.db.Rank(ctx, id)
		return err
	})
	add("place among the trending", func(ctx context.Context) error {
		_, err := k.db.TrendPlace(ctx, some)
		return err
	})
	add("history of votes", func(ctx context.Context) error {
		_, err := k.db.VoteHistory(ctx, id, 100)
		return err
	})
	add("calendar of a month", func(ctx context.Context) error {
		_, err := k.db.Days(ctx, store.MonthSpan(day))
		return err
	})
	add("the latest day, and those beside a day", func(ctx context.Context) error {
		if _, err := k.db.LatestDay(ctx); err != nil {
			return err
		}
		_, _ = k.db.DayBefore(ctx, store.DaySpan(day)) // none at the ends
		_, _ = k.db.DayAfter(ctx, store.DaySpan(day))
		return ctx.Err()
	})
	add("rising tags", func(ctx context.Context) error {
		_, err := k.db.RisingTags(ctx, k.latest, 8)
		return err
	})
	add("rising tags of any day", func(ctx context.Context) error {
		_, err := k.db.RisingTags(ctx, day, 8)
		return err
	})
	add("tags page", func(ctx context.Context) error {
		_, err := k.db.TopFacets(ctx, store.FacetTag, 100)
		if err == nil {
			_, err = k.db.FacetLetters(ctx, store.FacetTag, 60)
		}
		return err
	})
	add("tags from a letter", func(ctx context.Context) error {
		_, err := k.db.FacetsFrom(ctx, store.FacetTag, string(rune('a'+rand.IntN(26))), 200)
		return err
	})
	add("categories page", func(ctx context.Context) error {
		_, err := k.db.CategoryCounts(ctx)
		return err
	})
	add("names of an author", func(ctx context.Context) error {
		if len(some.Authors) == 0 {
			return nil
		}
		_, err := k.db.AuthorNames(ctx, store.AuthorSlug(some.Authors[0].Name), 50)
		return err
	})
	add("whether it is the sample", func(ctx context.Context) error {
		_, err := k.db.IsSample(ctx)
		return err
	})
	add("number of papers", func(ctx context.Context) error {
		_, err := k.db.PaperCount(ctx)
		return err
	})
}

func pick(words []string) string {
	if len(words) == 0 {
		return "none-of-this-name"
	}
	return words[rand.IntN(len(words))]
}
