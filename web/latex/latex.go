package latex

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// defaultCacheBytes holds roughly forty thousand formulas.
	defaultCacheBytes = 16 << 20

	// defaultTimeout is for one formula, which takes about 2 ms.
	defaultTimeout = 250 * time.Millisecond

	// budget is how many timeouts one text may keep the machines busy. The
	// formulas left over are shown as source; the next call finds the first
	// ones in the cache and gets further.
	budget = 8

	// retryAfter is how long a formula that took too long is left alone. It
	// may have been the machine's load, so it isn't given up for ever.
	retryAfter = time.Minute
)

// Renderer turns text into safe HTML. It is safe for concurrent use; create
// one per process, as its machines and its cache are worth sharing.
type Renderer struct {
	engine *engine
	cache  *cache
	now    func() time.Time
}

// An Option changes a Renderer that is being made.
type Option func(*settings)

type settings struct {
	workers    int
	cacheBytes int
	timeout    time.Duration
}

// WithWorkers sets how many machines may render at once; each takes some
// megabytes once it is needed. The default is GOMAXPROCS.
func WithWorkers(n int) Option { return func(s *settings) { s.workers = max(n, 1) } }

// WithCacheBytes sets how much memory rendered formulas may take.
func WithCacheBytes(n int) Option { return func(s *settings) { s.cacheBytes = max(n, 0) } }

// WithTimeout sets how long one formula may take; a text may take eight times
// as long. The default is 250 ms, for formulas that take about 2 ms.
func WithTimeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

// New returns a Renderer. It costs nothing until the first formula comes.
func New(opts ...Option) *Renderer {
	s := settings{workers: runtime.GOMAXPROCS(0), cacheBytes: defaultCacheBytes, timeout: defaultTimeout}
	for _, o := range opts {
		o(&s)
	}
	return &Renderer{engine: newEngine(s.workers, s.timeout), cache: newCache(s.cacheBytes), now: time.Now}
}

// Start compiles what the machines run, which takes some 50 ms, beside
// whatever comes next: the first formula then waits the less for it.
func (r *Renderer) Start() { go func() { _, _ = temmlProgram() }() }

// HTML returns text as inline HTML that is safe to put into a page: phrasing
// elements without attributes of the author's, links to http and https, and
// MathML. A formula that cannot be rendered, or not before ctx ends, is shown
// as its source in <code class="tex">.
func (r *Renderer) HTML(ctx context.Context, text string) string {
	if isPlain(text) && !strings.ContainsAny(text, `<>&"`) && !strings.Contains(text, "://") {
		return text
	}
	ctx, cancel := r.patience(ctx)
	defer cancel()
	return r.write(ctx, text, parse(text))
}

// patience bounds how long one text may take.
func (r *Renderer) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, budget*r.engine.timeout)
}

// write writes the tree of a text.
func (r *Renderer) write(ctx context.Context, text string, nodes []node) string {
	w := htmlWriter{out: make([]byte, 0, len(text)+len(text)/2), math: func(tex string, display bool) (string, bool) {
		return r.formula(ctx, tex, display)
	}}
	w.nodes(nodes)
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
	if f, ok := r.cache.get(key); ok && (f.until.IsZero() || r.now().Before(f.until)) {
		return f.html, f.html != ""
	}
	html, err := r.render(ctx, tex, display)
	if err != nil && ctx.Err() != nil {
		return "", false // says nothing about the formula
	}
	f := cached{html: html}
	if errors.Is(err, errInterrupted) {
		f.until = r.now().Add(retryAfter)
	}
	r.cache.add(key, f)
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

// Opening is the beginning of a plain text, of at most n letters and an
// ellipsis: whole words where it can be.
func Opening(text string, n int) string {
	letters := []rune(text)
	if len(letters) <= n {
		return text
	}
	cut := string(letters[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}
