package browsertest

import (
	"context"
	"errors"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// navigation follows the documents of the tab's main frame. It is fed with
// events in the order in which the browser sends them, so a page that loads
// before somebody waits for it isn't missed.
type navigation struct {
	mu      sync.Mutex
	loader  cdp.LoaderID // of the document that is shown
	loaded  cdp.LoaderID // of the last document whose load event has fired
	arrived int          // how many documents have been shown
	moved   int          // how often the address changed within a document
}

func (n *navigation) note(ev any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch ev := ev.(type) {
	case *page.EventFrameNavigated:
		if ev.Frame.ParentID != "" {
			return
		}
		n.loader = ev.Frame.LoaderID
		n.arrived++
		if ev.Type == page.NavigationTypeBackForwardCacheRestore {
			n.loaded = n.loader // it comes back as it was left, and fires no second load event
		}
	case *page.EventLifecycleEvent:
		// A frame inside the page has a loader of its own, so it never
		// passes for the page.
		if ev.Name == "load" && ev.LoaderID == n.loader {
			n.loaded = ev.LoaderID
		}
	case *page.EventNavigatedWithinDocument:
		n.moved++
	}
}

func (n *navigation) counts() (arrived, moved int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.arrived, n.moved
}

// complete reports whether a document has arrived since the count, and the
// newest one has fired its load event.
func (n *navigation) complete(since int) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.arrived > since && n.loaded == n.loader
}

// Go opens the address and returns when the page's load event has fired. A
// page with an error status is a page all the same; no answer ends the test.
func (p *Page) Go(url string) {
	p.t.Helper()
	arrived, _ := p.nav.counts()
	ctx, cancel := p.timeout()
	defer cancel()
	res, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: url})
	switch {
	case err != nil:
		p.fatalf("Go(%q): %v", url, err)
	case res.ErrorText != "":
		p.fatalf("Go(%q): %s", url, res.ErrorText)
	case res.LoaderID == "":
		return // another fragment of the same page
	}
	p.until(func() error { return p.newPage(arrived) }, "Go(%q)", url)
}

// Nav runs what makes the browser leave for another page (a click on a link, a
// form that is sent) and returns when the new page's load event has fired, the
// redirects in between included. It can't be too late: pages are counted from
// before act is run.
func (p *Page) Nav(act func()) {
	p.t.Helper()
	arrived, _ := p.nav.counts()
	act()
	p.until(func() error { return p.newPage(arrived) }, "Nav")
}

// ClickNav clicks what leads to another page and waits for that page.
func (p *Page) ClickNav(sel string) {
	p.t.Helper()
	p.Nav(func() {
		p.t.Helper()
		p.Click(sel)
	})
}

// Reload loads the page again and waits for it.
func (p *Page) Reload() {
	p.t.Helper()
	p.Nav(func() {
		p.t.Helper()
		ctx, cancel := p.timeout()
		defer cancel()
		if _, err := chromedp.Call(ctx, page.Reload, page.ReloadParams{}); err != nil {
			p.fatalf("Reload: %v", err)
		}
	})
}

// Back goes one step back in the tab's history and waits until the browser is
// there, be it another page or the same one under its former address. What a
// script then puts into that same page is for WaitText to wait for.
func (p *Page) Back() {
	p.t.Helper()
	arrived, moved := p.nav.counts()
	ctx, cancel := p.timeout()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Func(stepBack)); err != nil {
		p.fatalf("Back: %v", err)
	}
	p.until(func() error {
		if _, now := p.nav.counts(); now > moved {
			return nil
		}
		return p.newPage(arrived)
	}, "Back")
}

func stepBack(ctx context.Context, t *chromedp.Target) error {
	history, err := cdp.Call(ctx, t, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return err
	}
	if history.CurrentIndex < 1 {
		return errors.New("this is the first page of the tab")
	}
	before := history.Entries[history.CurrentIndex-1]
	_, err = cdp.Call(ctx, t, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: before.ID})
	return err
}

func (p *Page) newPage(since int) error {
	if !p.nav.complete(since) {
		return errors.New("no new page has loaded")
	}
	return nil
}
