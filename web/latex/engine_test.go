package latex

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// patience is a timeout for tests that aren't about it, on a busy computer.
const patience = 30 * time.Second

func TestTrivialFormulasAreAsTemmlWouldWriteThem(t *testing.T) {
	e := newEngine(1, patience)
	for _, tex := range []string{"k", "N", "z", "Q", "0", "7", "10", "2048", "123456"} {
		markup, err := e.render(t.Context(), prepared{tex: tex}, false)
		if err != nil {
			t.Fatal(err)
		}
		want, err := cleanMathML(markup)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := trivialFormula(tex); !ok || got != want {
			t.Errorf("%s: got %s, Temml writes %s", tex, got, want)
		}
	}
}

func TestMachineStartsLate(t *testing.T) {
	r := New(WithTimeout(patience), WithWorkers(1))
	r.HTML(t.Context(), `\emph{a} $x$ H$_2$O`)
	if m := <-r.engine.slots; m != nil {
		t.Error("a machine was started for nothing")
	}
}

func TestMachineIsReplacedAfterATimeout(t *testing.T) {
	e := newEngine(1, 50*time.Millisecond)
	// Far more than a formula may hold: it takes seconds.
	long := prepared{tex: strings.Repeat(`\frac{a}{b}`, 20000)}
	if _, err := e.render(t.Context(), long, false); !errors.Is(err, errInterrupted) {
		t.Fatalf("error %v, want an interruption", err)
	}
	if m := <-e.slots; m != nil {
		t.Fatal("the interrupted machine was kept")
	}
	e.slots <- nil
	e.timeout = patience
	if _, err := e.render(t.Context(), prepared{tex: "x+y"}, false); err != nil {
		t.Fatal(err)
	}
}

func TestMachineIsKeptAfterAnError(t *testing.T) {
	e := newEngine(1, patience)
	if _, err := e.render(t.Context(), prepared{tex: `\frac{a`}, false); err == nil {
		t.Fatal("no error")
	}
	if m := <-e.slots; m == nil {
		t.Error("the machine was thrown away")
	}
}

func TestRenderStopsWithItsContext(t *testing.T) {
	e := newEngine(1, patience)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	<-e.slots // all machines are busy
	if _, err := e.render(ctx, prepared{tex: "x+y"}, false); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting: %v", err)
	}
}

func TestSlowFormulaIsTriedAgainLater(t *testing.T) {
	now := time.Unix(0, 0)
	r := New(WithTimeout(time.Nanosecond))
	r.now = func() time.Time { return now }
	if _, ok := r.formula(t.Context(), "x+y", false); ok {
		t.Skip("rendered within a nanosecond")
	}
	r.engine.timeout = patience
	if _, ok := r.formula(t.Context(), "x+y", false); ok {
		t.Error("tried again at once")
	}
	now = now.Add(retryAfter)
	if _, ok := r.formula(t.Context(), "x+y", false); !ok {
		t.Error("given up for ever")
	}
}

func TestMacrosDoNotOutliveTheirFormula(t *testing.T) {
	e := newEngine(1, patience)
	if _, err := e.render(t.Context(), prepared{tex: `\gdef\mine{x}\mine`}, false); err != nil {
		t.Fatal(err)
	}
	if _, err := e.render(t.Context(), prepared{tex: `\mine`}, false); err == nil {
		t.Error("a definition was kept")
	}
}

func TestPrepare(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"percent", `5% and 6\%`, `5\% and 6\%`},
		{"entities", `a &lt; b`, `a < b`},
		{"numbered display", `\begin{align}a&=b\label{x}\end{align}`, `\begin{aligned}a&=b \end{aligned}`},
		{"eqnarray", `\begin{eqnarray*}a&=&b\end{eqnarray*}`, `\begin{array}{rcl}a&=&b\end{array}`},
		{"tag", `x\tag{1}`, `x\qquad\text{(1)}`},
		{"font in a script", `L_\rm{IR} T_{\rm eff} x^\bf y`, `L_\mathrm{IR} T_{\rm eff} x^{\mathbf{y}}`},
		{"loose big", `\big (x\big )`, `\big(x\big)`},
		{"degrees", `5^\deg 6\deg \deg f`, `5{}^{\circ} 6{}^{\circ} \deg f`},
		{"character", `\unicode{x2014}\unicode{x25}`, `\text{—}\%`},
		{"backslash before a space", `\to\ `, `\to`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := prepare(tt.in)
			if err != nil || got.tex != tt.want {
				t.Errorf("prepare(%q) = %q, %v; want %q", tt.in, got.tex, err, tt.want)
			}
		})
	}
}

func TestPrepareRefuses(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"too long", strings.Repeat("x", maxFormula+1), errTooLong},
		{"too deep", strings.Repeat("{", 100) + strings.Repeat("}", 100), errTooDeep},
		{"deep delimiters", strings.Repeat(`\left(`, 100), errTooDeep},
		{"definition", `\newcommand{\a}{b}`, errDefinition},
		{"definition of one sign", `\def\a{b}`, errDefinition},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := prepare(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

// Every macro must be valid where it is used, or it turns a formula that
// fails into one that fails later.
func TestMacrosRender(t *testing.T) {
	e := newEngine(1, patience)
	for name, body := range macros {
		tex := name + strings.Repeat("{x}", strings.Count(body, "#"))
		f, err := prepare(tex)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		markup, err := e.render(t.Context(), f, false)
		if err == nil {
			_, err = cleanMathML(markup)
		}
		if err != nil {
			t.Errorf("%s: %v", tex, err)
		}
	}
}

func TestCacheStaysWithinItsBytes(t *testing.T) {
	c := newCache(10 * (entryOverhead + 100))
	for i := range 100 {
		c.add(formulaKey{tex: string(rune('a' + i))}, cached{html: strings.Repeat("x", 90)})
		if c.bytes > c.limit {
			t.Fatalf("%d bytes, limit %d", c.bytes, c.limit)
		}
	}
	if c.lru.Len() < 8 {
		t.Errorf("%d entries left", c.lru.Len())
	}
	for c.lru.Len() > 0 {
		c.lru.RemoveOldest()
	}
	if c.bytes != 0 {
		t.Errorf("%d bytes in an empty cache", c.bytes)
	}
}
