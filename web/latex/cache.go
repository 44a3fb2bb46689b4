package latex

import (
	"math"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

type formulaKey struct {
	tex     string
	display bool
}

// cached is what became of a formula, "" if it failed. Failures are kept so
// that they aren't tried again for every page view.
type cached struct {
	html  string
	until time.Time // when to try again, zero for never
}

// entryOverhead is about what an entry costs beside its strings.
const entryOverhead = 200

// cache keeps the formulas used last, up to a number of bytes.
type cache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[formulaKey, cached]
	bytes int
	limit int
}

func newCache(limit int) *cache {
	c := &cache{limit: limit}
	// Bytes are the limit, so the number of entries is none; the one error is
	// for a size below 1.
	c.lru, _ = simplelru.NewLRU(math.MaxInt, func(k formulaKey, v cached) { c.bytes -= entrySize(k, v) })
	return c
}

func entrySize(k formulaKey, v cached) int { return len(k.tex) + len(v.html) + entryOverhead }

func (c *cache) get(k formulaKey) (cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lru.Get(k)
}

func (c *cache) add(k formulaKey, v cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k.tex = strings.Clone(k.tex) // it may be a slice of a whole abstract
	c.lru.Remove(k)              // keeps the count of bytes right when two callers rendered the same
	c.lru.Add(k, v)
	c.bytes += entrySize(k, v)
	for c.bytes > c.limit {
		if _, _, ok := c.lru.RemoveOldest(); !ok {
			return
		}
	}
}
