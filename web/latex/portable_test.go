package latex

import (
	"context"
	"regexp"
	"testing"
)

// TestPortable compares Portable with HTML: what it has more are the sources of formulas.
func TestPortable(t *testing.T) {
	r, ctx := New(), context.Background()
	alttext := regexp.MustCompile(` alttext="([^"<>]*)"`)
	for _, tt := range []struct {
		text string
		tex  []string
	}{
		{"No maths, but <b>bold</b> & \"more\".", nil},
		{`A sum $\sum_{i=1}^n x_i^2$ and $$\frac{a}{b} < c \text{ "quoted" } & d$$`, []string{`\sum_{i=1}^n x_i^2`}},
		{`Bounds $\sqrt{a}<b$ and $\frac{1}{2} >
			0$`, []string{`\sqrt{a}&lt;b`, `\frac{1}{2} &gt; 0`}},
		{`A price of $5, and \emph{no} formula`, nil},
	} {
		html := r.Portable(ctx, tt.text)
		var tex []string
		for _, m := range alttext.FindAllStringSubmatch(html, -1) {
			tex = append(tex, m[1])
		}
		if len(tex) < len(tt.tex) {
			t.Fatalf("%q became %s", tt.text, html)
		}
		for i := range tt.tex {
			if tex[i] != tt.tex[i] {
				t.Errorf("%q has alttext %q, want %q", tt.text, tex[i], tt.tex[i])
			}
		}
		if without, want := alttext.ReplaceAllString(html, ""), r.HTML(ctx, tt.text); without != want {
			t.Errorf("%q became %s, want %s with sources", tt.text, without, want)
		}
	}
}
