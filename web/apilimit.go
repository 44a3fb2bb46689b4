package web

import (
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"recto/store"
)

// How many requests the API takes in quotaWindow: from one address, and with one token.
const (
	quotaWindow = 5 * time.Minute
	addressHas  = 500
	tokenHas    = 1000
	quotasKept  = 50_000
)

// quotas bound how often one may ask. A quota fills up again steadily: it has no hour at which all come back.
type quotas struct {
	mu   sync.Mutex
	kept *lru.Cache[string, *rate.Limiter]
}

func newQuotas() (*quotas, error) {
	kept, err := lru.New[string, *rate.Limiter](quotasKept)
	return &quotas{kept: kept}, err
}

func (q *quotas) of(token *store.Token, address string) (*rate.Limiter, int) {
	key, has := "ip "+addressBlock(address), addressHas
	if token != nil {
		key, has = fmt.Sprintf("token %d", token.ID), tokenHas
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	limiter, ok := q.kept.Get(key)
	if !ok {
		limiter = rate.NewLimiter(rate.Limit(float64(has)/quotaWindow.Seconds()), has)
		q.kept.Add(key, limiter)
	}
	return limiter, has
}

// addressBlock is what one subscriber has of addresses: one, or an IPv6 network of 64 bits.
func addressBlock(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	block, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return block.String()
}

// take takes one request, and says in the headers of draft-ietf-httpapi-ratelimit-headers-10 what is left: r requests now,
// and t seconds until all are back, or, when none is left, until the next one.
func (q *quotas) take(c echo.Context, token *store.Token, now time.Time) error {
	limiter, has := q.of(token, c.RealIP())
	allowed := limiter.AllowN(now, 1)
	left := max(limiter.TokensAt(now), 0)
	missing := float64(has) - left
	if left < 1 {
		missing = 1 - left
	}
	wait := strconv.Itoa(int(math.Ceil(missing / float64(limiter.Limit()))))
	h := c.Response().Header()
	h.Set("RateLimit-Policy", fmt.Sprintf(`"api";q=%d;w=%d`, has, int(quotaWindow.Seconds())))
	h.Set("RateLimit", fmt.Sprintf(`"api";r=%d;t=%s`, int(left), wait))
	if allowed {
		return nil
	}
	h.Set("Retry-After", wait)
	return echo.NewHTTPError(http.StatusTooManyRequests, "Too many requests. Retry-After says how many seconds to wait.")
}
