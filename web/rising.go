package web

import (
	"context"
	"sync"
	"time"

	"recto/store"
)

// Rising tags are found anew after risingAge, while pages go on showing those that were found, for up to risingStale: to
// count two weeks' tags takes longer than the rest of a page. Where there are none of the day yet, a page waits for them as
// long as risingPatience, then does with what there is.
const (
	risingAge      = 15 * time.Second
	risingStale    = 10 * time.Minute
	risingPatience = 25 * time.Millisecond
)

// risingOf are the rising tags of one day, as they were found last.
type risingOf struct {
	find func(ctx context.Context, day store.Day) ([]store.RisingTag, error)

	mu      sync.Mutex
	day     store.Day
	tags    []store.RisingTag
	found   time.Time
	err     error         // of the last time
	finding chan struct{} // closed when they have been found; nil while nobody looks for them
}

// of is the rising tags of a day. A page that shows others for want of them is not to be kept.
func (r *risingOf) of(ctx context.Context, day store.Day) ([]store.RisingTag, error) {
	r.mu.Lock()
	age := time.Since(r.found)
	if (day != r.day || age > risingAge) && r.finding == nil {
		r.finding = make(chan struct{})
		go r.again(context.WithoutCancel(ctx), day, r.finding)
	}
	tags, finding := r.tags, r.finding
	current := day == r.day && age <= risingStale
	r.mu.Unlock()
	if current {
		return tags, nil
	}
	select {
	case <-finding:
		r.mu.Lock()
		defer r.mu.Unlock()
		tags, current = r.tags, day == r.day
		if r.err != nil {
			return nil, r.err
		}
	case <-time.After(risingPatience):
	}
	if !current {
		note(ctx, func(s *shown) { s.passing = true })
	}
	return tags, nil
}

// ready finds those of the latest day before a page asks.
func (r *risingOf) ready(ctx context.Context, db *store.DB) {
	if state, err := db.State(ctx); err == nil && state.Latest != "" {
		_, _ = r.of(ctx, state.Latest) // a page that asks tells what is wrong
	}
}

func (r *risingOf) again(ctx context.Context, day store.Day, done chan struct{}) {
	tags, err := r.find(ctx, day)
	r.mu.Lock()
	defer r.mu.Unlock()
	defer close(done)
	r.finding, r.err = nil, err
	if err == nil { // else the next page tries again
		r.day, r.tags, r.found = day, tags, time.Now()
	}
}
