package latex

import (
	"math"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

type formulaKey struct {
	tex     string
	display bool
}

// entryOverhead is about what an entry costs beside its strings.
const entryOverhead = 160

// cache keeps the formulas used last, up to a number of bytes. A formula that
// failed is kept as "", so that it isn't tried for every page view.
type cache struct {
	mu    sync.Mutex
	lru   *simplelru.LRU[formulaKey, string]
	bytes int
	limit int
}

func newCache(limit int) *cache {
	c := &cache{limit: limit}
	// Bytes are the limit, so the number of entries is none; the one error is
	// for a size below 1.
	c.lru, _ = simplelru.NewLRU(math.MaxInt, func(k formulaKey, v string) { c.bytes -= entrySize(k, v) })
	return c
}

func entrySize(k formulaKey, v string) int { return len(k.tex) + len(v) + entryOverhead }

func (c *cache) get(k formulaKey) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lru.Get(k)
}

func (c *cache) add(k formulaKey, v string) {
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
