package web

import (
	"context"
	"sync"
	"time"

	"recto/store"
)

// Rising tags are found anew after risingAge, while pages go on showing those that were found, for up to risingStale: to
// count two weeks' tags takes longer than the rest of a page.
const (
	risingAge   = 15 * time.Second
	risingStale = 10 * time.Minute
)

// risingOf are the rising tags of one day, as they were found last.
type risingOf struct {
	find func(ctx context.Context, day store.Day) ([]store.RisingTag, error)

	mu      sync.Mutex
	day     store.Day
	tags    []store.RisingTag
	found   time.Time
	finding bool
}

// of is the rising tags of a day.
func (r *risingOf) of(ctx context.Context, day store.Day) ([]store.RisingTag, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	age := time.Since(r.found)
	if day != r.day || age > risingStale {
		tags, err := r.find(ctx, day)
		if err == nil {
			r.day, r.tags, r.found = day, tags, time.Now()
		}
		return tags, err
	}
	if age > risingAge && !r.finding {
		r.finding = true
		go r.again(context.WithoutCancel(ctx), day)
	}
	return r.tags, nil
}

// ready finds those of the latest day before a page asks.
func (r *risingOf) ready(ctx context.Context, db *store.DB) {
	if state, err := db.State(ctx); err == nil && state.Latest != "" {
		_, _ = r.of(ctx, state.Latest) // a page that asks tells what is wrong
	}
}

func (r *risingOf) again(ctx context.Context, day store.Day) {
	tags, err := r.find(ctx, day)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.finding = false
	if err == nil && day == r.day { // else the next page tries again
		r.tags, r.found = tags, time.Now()
	}
}
