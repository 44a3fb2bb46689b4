package latex

import (
	"context"
	"strings"
)

// Portable is HTML for programs that may not know MathML: every formula has its source with it, as the alttext that
// MathML has for that.
func (r *Renderer) Portable(ctx context.Context, text string) string {
	if !strings.ContainsAny(text, `$\`) { // no formula
		return r.HTML(ctx, text)
	}
	ctx, cancel := r.patience(ctx)
	defer cancel()
	w := htmlWriter{out: make([]byte, 0, 2*len(text)), math: func(tex string, display bool) (string, bool) {
		html, ok := r.formula(ctx, tex, display)
		if rest, found := strings.CutPrefix(html, "<math"); found {
			html = `<math alttext="` + string(appendEscaped(nil, collapse(tex))) + `"` + rest
		}
		return html, ok
	}}
	w.nodes(parse(text))
	return string(w.out)
}
