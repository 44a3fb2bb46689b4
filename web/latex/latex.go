package latex

import (
	"context"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// defaultCacheBytes holds roughly forty thousand formulas.
	defaultCacheBytes = 16 << 20

	// renderBudget is how long one text may keep the machines busy. The
	// formulas left over are shown as source; the next call finds the first
	// ones in the cache and gets further.
	renderBudget = 2 * time.Second
)

// Renderer turns text into safe HTML. It is safe for concurrent use; create
// one per process, as its machines and its cache are worth sharing.
type Renderer struct {
	engine *engine
	cache  *cache
}

// An Option changes a Renderer that is being made.
type Option func(*settings)

type settings struct {
	workers    int
	cacheBytes int
}

// WithWorkers sets how many machines may render at once; each takes some
// megabytes once it is needed. The default is GOMAXPROCS.
func WithWorkers(n int) Option { return func(s *settings) { s.workers = max(n, 1) } }

// WithCacheBytes sets how much memory rendered formulas may take.
func WithCacheBytes(n int) Option { return func(s *settings) { s.cacheBytes = max(n, 0) } }

// New returns a Renderer. It costs nothing until the first formula comes.
func New(opts ...Option) *Renderer {
	s := settings{workers: runtime.GOMAXPROCS(0), cacheBytes: defaultCacheBytes}
	for _, o := range opts {
		o(&s)
	}
	return &Renderer{engine: newEngine(s.workers), cache: newCache(s.cacheBytes)}
}

// HTML returns text as inline HTML that is safe to put into a page: phrasing
// elements without attributes of the author's, links to http and https, and
// MathML. A formula that cannot be rendered, or not before ctx ends, is shown
// as its source in <code class="tex">.
func (r *Renderer) HTML(ctx context.Context, text string) string {
	if isPlain(text) && !strings.ContainsAny(text, `<>&"`) && !strings.Contains(text, "://") {
		return text
	}
	ctx, cancel := context.WithTimeout(ctx, renderBudget)
	defer cancel()
	w := htmlWriter{out: make([]byte, 0, len(text)+len(text)/2), math: func(tex string, display bool) (string, bool) {
		return r.formula(ctx, tex, display)
	}}
	w.nodes(parse(text))
	return string(w.out)
}

// Text returns text as plain Unicode, not escaped: for a page's title,
// descriptions and mails.
func Text(text string) string {
	if isPlain(text) {
		return text
	}
	return plainText(parse(text))
}

// formula renders one formula, from the cache if it can.
func (r *Renderer) formula(ctx context.Context, tex string, display bool) (string, bool) {
	if html, ok := trivialFormula(tex); ok && !display {
		return html, true
	}
	key := formulaKey{tex, display}
	if html, ok := r.cache.get(key); ok {
		return html, html != ""
	}
	html, err := r.render(ctx, tex, display)
	if err != nil && ctx.Err() != nil {
		return "", false // says nothing about the formula
	}
	r.cache.add(key, html)
	return html, err == nil
}

func (r *Renderer) render(ctx context.Context, tex string, display bool) (string, error) {
	f, err := prepare(tex)
	if err != nil {
		return "", err
	}
	markup, err := r.engine.render(ctx, f, display)
	if err != nil {
		return "", err
	}
	html, err := cleanMathML(markup)
	if f.long && !display {
		html = strings.Replace(html, "<math>", `<math class="tml-long">`, 1)
	}
	return html, err
}

// isPlain says whether text means itself: no character that the scanner would
// look at twice. It is what makes most titles and many abstracts cheap.
func isPlain(text string) bool {
	prev := byte(' ')
	for i := range len(text) {
		switch c := text[i]; c {
		case '\\', '$', '^', '_', '{', '}', '~', '`', '&', '<', '\n', '\t', '\r', '\v', '\f':
			return false
		case ' ', '-', '\'':
			if prev == c {
				return false
			}
		default:
			if c < ' ' || c == 0x7f {
				return false
			}
		}
		prev = text[i]
	}
	return prev != ' ' && utf8.ValidString(text)
}
