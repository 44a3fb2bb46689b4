package latex

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dop251/goja"
)

const (
	maxCallStack = 1500      // JavaScript's, for Temml's recursion
	maxMarkup    = 256 << 10 // what Temml may answer
)

//go:embed temml/temml.min.js
var temmlSource string

// temmlProgram is compiled once, at the latest when the first machine starts.
var temmlProgram = sync.OnceValues(func() (*goja.Program, error) {
	return goja.Compile("temml.min.js", temmlSource+temmlCall, true)
})

// temmlCall is the function that machines call. maxSize keeps a
// \rule{10000em}{10000em} from covering the page.
const temmlCall = `
;(function(tex, display, wrap, macros) {
	return temml.renderToString(tex, {
		displayMode: display, throwOnError: true, trust: false, macros: macros,
		wrap: wrap ? "tex" : "none",
		maxExpand: 300, maxSize: [10, 20],
	})
})`

// engine has machines that run Temml, as many as may work at once. They start
// when they are needed.
type engine struct {
	slots   chan *machine // nil: not started yet
	timeout time.Duration // for one formula
}

func newEngine(workers int, timeout time.Duration) *engine {
	e := &engine{slots: make(chan *machine, workers), timeout: timeout}
	for range workers {
		e.slots <- nil
	}
	return e
}

// render waits for a machine and returns Temml's markup, which is not yet
// safe to show.
func (e *engine) render(ctx context.Context, f prepared, display bool) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var m *machine
	select {
	case m = <-e.slots:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { e.slots <- m }() // nil again when the machine was lost
	if m == nil {
		var err error
		if m, err = newMachine(); err != nil {
			return "", fmt.Errorf("start temml: %w", err)
		}
	}
	markup, intact, err := m.render(ctx, e.timeout, f, display)
	if !intact {
		m = nil
	}
	return markup, err
}

// machine is a JavaScript machine with Temml in it. One goroutine at a time
// may use it.
type machine struct {
	vm   *goja.Runtime
	call goja.Callable
}

func newMachine() (*machine, error) {
	program, err := temmlProgram()
	if err != nil {
		return nil, err
	}
	vm := goja.New()
	vm.SetMaxCallStackSize(maxCallStack)
	value, err := vm.RunProgram(program)
	if err != nil {
		return nil, err
	}
	call, ok := goja.AssertFunction(value)
	if !ok {
		return nil, errors.New("temml is not callable")
	}
	return &machine{vm: vm, call: call}, nil
}

// errInterrupted says that a formula took too long, or its caller went away.
var errInterrupted = errors.New("interrupted")

// render runs Temml. A machine that isn't intact afterwards must not be used
// again: it was stopped somewhere within Temml.
func (m *machine) render(ctx context.Context, timeout time.Duration, f prepared, display bool) (markup string, intact bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			markup, intact, err = "", false, fmt.Errorf("temml: panic: %v", p)
		}
	}()
	timer := time.AfterFunc(timeout, func() { m.vm.Interrupt(errInterrupted) })
	stop := context.AfterFunc(ctx, func() { m.vm.Interrupt(errInterrupted) })
	value, err := m.call(goja.Undefined(), m.vm.ToValue(f.tex), m.vm.ToValue(display), m.vm.ToValue(f.long && !display), m.macros(f.macros))
	// When one of them has begun, its interrupt could hit the next formula.
	intact = timer.Stop()
	intact = stop() && intact

	var thrown *goja.Exception
	switch {
	case errors.As(err, &thrown):
		return "", intact, fmt.Errorf("temml: %s", thrown.Value().String())
	case errors.As(err, new(*goja.InterruptedError)):
		return "", false, fmt.Errorf("temml: %w", errInterrupted)
	case err != nil: // out of stack
		return "", false, fmt.Errorf("temml: %w", err)
	}
	markup = value.String()
	if len(markup) > maxMarkup {
		return "", intact, errTooLong
	}
	return markup, intact, nil
}

// macros makes an object of macros; a new one each time, as Temml may write
// to it.
func (m *machine) macros(macros map[string]string) goja.Value {
	if len(macros) == 0 {
		return goja.Undefined()
	}
	o := m.vm.NewObject()
	for name, body := range macros {
		// The names start with a backslash, so none is special to JavaScript.
		_ = o.Set(name, body)
	}
	return o
}
