package browsertest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// watch collects what the tab has asked for and complained of since Open.
type watch struct {
	mu        sync.Mutex
	requests  []string
	documents map[network.RequestID]bool
	errors    []string
	dialogs   []string
}

// listen gets each event of the tab, in order, on the goroutine that reads
// from the browser: it must be quick and must not send a command itself.
func (p *Page) listen(ev any) {
	p.nav.note(ev)
	p.watch.note(ev)
	if _, ok := ev.(*page.EventJavascriptDialogOpening); ok {
		// An open dialog stops the page, and with it every later command.
		go chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
	}
}

func (w *watch) note(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if asksSomebody(ev.Request.URL) {
			w.requests = append(w.requests, ev.Request.URL)
		}
		if ev.Type == network.ResourceTypeDocument {
			if w.documents == nil {
				w.documents = map[network.RequestID]bool{}
			}
			w.documents[ev.RequestID] = true
		}
	case *network.EventWebSocketCreated:
		w.requests = append(w.requests, ev.URL)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			w.errors = append(w.errors, "console: "+joinArgs(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		w.errors = append(w.errors, "exception: "+exceptionText(ev.ExceptionDetails))
	case *log.EventEntryAdded:
		// A page that answers 404 or 422 is logged as well, but which
		// status a page has is for the test to say.
		if e := ev.Entry; e.Level == log.EntryLevelError && !w.documents[e.NetworkRequestID] {
			w.errors = append(w.errors, strings.TrimSpace(fmt.Sprintf("%s: %s %s", e.Source, e.Text, e.URL)))
		}
	case *page.EventJavascriptDialogOpening:
		w.dialogs = append(w.dialogs, ev.Message)
	}
}

// asksSomebody tells an address that is sent for from one that holds its own
// content.
func asksSomebody(address string) bool {
	scheme, _, _ := strings.Cut(address, ":")
	return scheme != "data" && scheme != "blob" && scheme != "about"
}

func joinArgs(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
	}
	return strings.Join(words, " ")
}

func exceptionText(d *runtime.ExceptionDetails) string {
	text := d.Text
	if d.Exception != nil {
		text += " " + d.Exception.Description + string(d.Exception.Value)
	}
	return text
}

// settle returns when the events of everything that the page has done so far
// have been noted: the browser answers a command after the events before it.
func (p *Page) settle() {
	p.t.Helper()
	if err := p.eval("0", nil); err != nil && p.ctx.Err() != nil {
		p.fatalf("the browser is gone: %v", err)
	}
}

// Requests returns every address that the tab has asked for since Open, in
// order and with repetitions: pages, redirects, styles, scripts, pictures,
// fonts, what scripts fetch, sockets. It has what was asked for in vain too.
func (p *Page) Requests() []string {
	p.t.Helper()
	p.settle()
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	return slices.Clone(p.watch.requests)
}

// ForeignRequests returns those of Requests that went to another host or port
// than that of the given address, each once.
func (p *Page) ForeignRequests(home string) []string {
	p.t.Helper()
	ours, err := url.Parse(home)
	if err != nil {
		p.t.Fatalf("browsertest: ForeignRequests(%q): %v", home, err)
	}
	var foreign []string
	for _, address := range p.Requests() {
		u, err := url.Parse(address)
		if (err != nil || u.Host != ours.Host) && !slices.Contains(foreign, address) {
			foreign = append(foreign, address)
		}
	}
	return foreign
}

// ConsoleErrors returns what has gone wrong in the tab since Open, as lines of
// text: console.error, exceptions that nothing caught, violations of the
// content security policy, and styles, scripts, pictures or fetches that
// failed or were answered with an error status. The status of the page itself
// is not an error here.
func (p *Page) ConsoleErrors() []string {
	p.t.Helper()
	p.settle()
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	return slices.Clone(p.watch.errors)
}

// Dialogs returns the texts of the dialogs (alert, confirm, prompt) that the
// tab has opened since Open. Each was answered with OK.
func (p *Page) Dialogs() []string {
	p.t.Helper()
	p.settle()
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	return slices.Clone(p.watch.dialogs)
}
