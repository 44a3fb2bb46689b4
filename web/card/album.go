package card

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/singleflight"
)

// design is part of what a picture is known by; it rises with each change of how pictures look.
const design = 1

// How much is drawn at once.
const (
	pens    = 2
	maxWait = 10 * time.Second // for a pen
)

// Drawing is what a picture shows: a [Paper] or a [Listing].
type Drawing interface{ draw(*pen) }

// Album draws pictures and keeps those that were asked for last. It is safe for concurrent use: what many ask for is drawn
// once, and no more than two pictures at a time.
type Album struct {
	pens    chan *pen
	drawing singleflight.Group
	limit   int64
	cjk     bool

	mu    sync.Mutex
	kept  *simplelru.LRU[string, []byte]
	bytes int64
}

// NewAlbum is an empty album that keeps up to limit bytes of pictures.
func NewAlbum(limit int64) (*Album, error) { return newAlbum(limit, systemCJK[:]) }

func newAlbum(limit int64, cjkPaths []string) (*Album, error) {
	cjk := findCJK(cjkPaths)
	t, err := openTypefaces(cjk)
	if err != nil {
		return nil, err
	}
	a := &Album{pens: make(chan *pen, pens), limit: limit, cjk: cjk != nil}
	for range pens {
		a.pens <- newPen(t, cjk)
	}
	a.kept, err = simplelru.NewLRU(math.MaxInt32, func(_ string, b []byte) { a.bytes -= int64(len(b)) })
	return a, err
}

// Key is what a drawing's picture is known by: the same as long as the picture is.
func (a *Album) Key(d Drawing) string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // both drawings are plain values
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %t %T %s", design, a.cjk, d, text))
	return hex.EncodeToString(sum[:12])
}

// PNG is the picture of a drawing. Nobody may change its bytes.
func (a *Album) PNG(ctx context.Context, d Drawing) ([]byte, error) {
	key := a.Key(d)
	a.mu.Lock()
	picture, ok := a.kept.Get(key)
	a.mu.Unlock()
	if ok {
		return picture, nil
	}
	made := a.drawing.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxWait) // others may be waiting for it
		defer cancel()
		return a.draw(ctx, key, d)
	})
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a picture: %w", ctx.Err())
	case r := <-made:
		picture, _ = r.Val.([]byte)
		return picture, r.Err
	}
}

func (a *Album) draw(ctx context.Context, key string, d Drawing) (picture []byte, err error) {
	var p *pen
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to draw a picture: %w", ctx.Err())
	case p = <-a.pens:
	}
	defer func() {
		if r := recover(); r != nil { // a font of the system may be broken; here it would end the program
			clear(p.page.Pix)
			err = fmt.Errorf("draw a picture: %v", r)
		}
		a.pens <- p
	}()
	d.draw(p)
	if picture, err = p.png(); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	a.keep(key, picture)
	return picture, nil
}

func (a *Album) keep(key string, picture []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept.Contains(key) {
		return
	}
	a.kept.Add(key, picture)
	for a.bytes += int64(len(picture)); a.bytes > a.limit; {
		a.kept.RemoveOldest()
	}
}
