package web

import (
	"context"
	"slices"
	"time"

	"recto/store"
)

// shown is what a page shows of the catalogue, as far as changes of papers bear on it.
type shown struct {
	papers  []store.PaperID
	listing *shownListing // nil for a page that lists nothing
	passing bool          // it lacks something that the next one will have, and is not to be kept
}

// shownListing is the part of a listing that a page shows: papers from the first one's place to the last one's. The first
// page reaches up, and the last one down, without end.
type shownListing struct {
	filter      store.Filter
	top, bottom float64 // what the first and the last paper are sorted by
	first, last bool
}

func newShownListing(f store.Filter, page store.Listing, entries []store.Entry) *shownListing {
	l := &shownListing{filter: f, first: page.Previous == "", last: page.Next == ""}
	if n := len(entries); n > 0 {
		l.top, l.bottom = f.Order.EntryKey(&entries[0]), f.Order.EntryKey(&entries[n-1])
	}
	return l
}

type shownKey struct{}

// note tells the cache what the page of a request shows, when it is made to be kept.
func note(ctx context.Context, tell func(*shown)) {
	if s, ok := ctx.Value(shownKey{}).(*shown); ok {
		tell(s)
	}
}

// holds says whether the part of the listing would show a paper as it is now.
func (l *shownListing) holds(p *store.Paper) bool {
	if !l.filter.Holds(p) {
		return false
	}
	at := l.filter.Order.Key(p)
	return (l.first || at <= l.top) && (l.last || at >= l.bottom)
}

// pageIndex finds the kept pages that a paper bears on.
type pageIndex struct {
	papers   map[store.PaperID]map[*page]struct{}
	listings map[*page]struct{}
}

func newPageIndex() pageIndex {
	return pageIndex{make(map[store.PaperID]map[*page]struct{}), make(map[*page]struct{})}
}

func (x *pageIndex) add(p *page) {
	for _, id := range p.shown.papers {
		if x.papers[id] == nil {
			x.papers[id] = make(map[*page]struct{})
		}
		x.papers[id][p] = struct{}{}
	}
	if p.shown.listing != nil {
		x.listings[p] = struct{}{}
	}
}

func (x *pageIndex) remove(p *page) {
	for _, id := range p.shown.papers {
		if delete(x.papers[id], p); len(x.papers[id]) == 0 {
			delete(x.papers, id)
		}
	}
	delete(x.listings, p)
}

// keep puts a page in, in place of an older one, and lets go of those that were used least lately. A page that was being
// made while a paper that it shows changed is not kept.
func (c *pageCache) keep(p *page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped-p.began > int64(len(c.drops)) {
		return // so slow that it can't be told any more
	}
	for _, d := range c.drops[int64(len(c.drops))-(c.dropped-p.began):] {
		if d.all || p.shown.affected(d.papers) {
			return
		}
	}
	if old := c.pages[p.key]; old != nil {
		c.remove(old)
	}
	c.pages[p.key] = p
	c.bytes += p.size()
	c.index.add(p)
	c.insertFirst(p)
	for c.bytes > c.limit && c.first != nil {
		c.remove(c.first.newer) // the ring's last: the least recently used
	}
}

// affected says whether a change of some papers bears on a page.
func (s *shown) affected(papers []store.Paper) bool {
	for i := range papers {
		if slices.Contains(s.papers, papers[i].ID) || s.listing != nil && s.listing.holds(&papers[i]) {
			return true
		}
	}
	return false
}

// dropped is what changed at once: some papers, or so much that every page went.
type dropped struct {
	all    bool
	papers []store.Paper
}

// keptDrops is how many drops are remembered: those of the time that making a page can take.
const keptDrops = int(requestTime / followEvery)

// remember keeps a drop for pages in the making. The caller holds the lock.
func (c *pageCache) remember(d dropped) {
	c.dropped++
	if c.drops = append(c.drops, d); len(c.drops) > keptDrops {
		c.drops = slices.Delete(c.drops, 0, len(c.drops)-keptDrops)
	}
}

// remove takes a page out. The caller holds the lock.
func (c *pageCache) remove(p *page) {
	delete(c.pages, p.key)
	c.bytes -= p.size()
	c.index.remove(p)
	if p.older == p {
		c.first = nil
	} else {
		p.newer.older, p.older.newer = p.older, p.newer
		if c.first == p {
			c.first = p.older
		}
	}
	p.older, p.newer = nil, nil
}

// touch makes a page the most recently used one.
func (c *pageCache) touch(p *page) {
	if c.first == p {
		return
	}
	p.newer.older, p.older.newer = p.older, p.newer
	c.insertFirst(p)
}

// insertFirst: first.older is the next most recent, first.newer the least recent.
func (c *pageCache) insertFirst(p *page) {
	if c.first == nil {
		p.older, p.newer = p, p
	} else {
		last := c.first.newer
		p.older, p.newer = c.first, last
		c.first.newer, last.older = p, p
	}
	c.first = p
}

// drop removes the pages that show one of some papers, or would show it as it is now.
func (c *pageCache) drop(papers []store.Paper) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remember(dropped{papers: papers})
	gone := make(map[*page]struct{})
	for i := range papers {
		for p := range c.index.papers[papers[i].ID] {
			gone[p] = struct{}{}
		}
		for p := range c.index.listings {
			if p.shown.listing.holds(&papers[i]) {
				gone[p] = struct{}{}
			}
		}
	}
	for p := range gone {
		c.remove(p)
	}
}

func (c *pageCache) dropAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remember(dropped{all: true})
	c.pages, c.index, c.first, c.bytes = make(map[string]*page), newPageIndex(), nil, 0
}

// How the cache follows the catalogue.
const (
	followEvery = 100 * time.Millisecond // so a burst of votes drops a page at most ten times a second
	manyChanges = 500                    // papers at once, from which on everything is dropped
)

// follow drops what changes of the catalogue make stale, by whichever process they come, until ctx ends.
func (s *server) follow(ctx context.Context, c *pageCache) {
	var seen position // nothing yet: the first look drops what was made before it
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		papers, all, err := s.changed(ctx, &seen)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.Log.Error("follow the catalogue", "error", err)
			c.dropAll()
		case all:
			c.dropAll()
		case len(papers) > 0:
			c.drop(papers)
		}
	}
}

// position is how much of the catalogue's changes the cache has seen.
type position struct {
	change int64
	sample bool
}

// changed moves seen to where the catalogue is, and says which papers changed since, or that everything may have.
func (s *server) changed(ctx context.Context, seen *position) (papers []store.Paper, all bool, err error) {
	var now position
	if now.change, err = s.DB.LastChange(ctx); err != nil {
		return nil, true, err
	}
	if now.sample, err = s.DB.IsSample(ctx); err != nil {
		return nil, true, err
	}
	if now == *seen {
		return nil, false, nil
	}
	if now.sample != seen.sample || now.change-seen.change > manyChanges {
		*seen = now
		return nil, true, nil
	}
	changes, last, err := s.DB.Changes(ctx, seen.change, manyChanges)
	for i := range changes {
		papers = append(papers, changes[i].Paper)
		all = all || changes[i].Removed // where it was shown isn't known any more
	}
	seen.change = last
	return papers, all, err
}
