package web_test

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"recto/web/browsertest"
)

// onPaper turns the page into what a printer would get.
func onPaper(t *testing.T, p *browsertest.Page) {
	t.Helper()
	if _, err := chromedp.Call(p.Context(), emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
}

// TestHTMLIsValid gives every kind of page to the Nu validator.
func TestHTMLIsValid(t *testing.T) {
	pages := map[string][]byte{}
	newSite(t).each(t, func(t *testing.T, k kind, p *page) { pages[k.name] = p.body })
	for _, message := range browsertest.ValidateHTML(t, pages) {
		t.Error(message)
	}
}

// TestPagesInABrowser opens every kind of page as several people would. With $RECTO_SCREENSHOTS it takes pictures.
func TestPagesInABrowser(t *testing.T) {
	pictures := os.Getenv("RECTO_SCREENSHOTS") != ""
	people := map[string]struct {
		opts    browsertest.Options
		axe     bool   // is everything accessible?
		picture string // who has only this comes for it alone
	}{
		"desktop":       {browsertest.Options{}, true, "1280-light"},
		"desktop, dark": {browsertest.Options{Dark: true}, false, "1280-dark"},
		"phone":         {browsertest.Options{Phone: true}, false, "390-light"},
		"phone, dark":   {browsertest.Options{Phone: true, Dark: true}, true, "390-dark"},
		"small phone":   {browsertest.Options{Phone: true, Width: 320, Height: 640}, false, ""},
	}
	for name, person := range people {
		if !person.axe && person.picture != "" && !pictures {
			continue
		}
		person.opts.ReducedMotion = true // nothing is looked at while it moves
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, home := serve(t)
			tabs := map[string]*browsertest.Page{}
			for _, k := range kinds {
				p := tabs[k.reader]
				if p == nil {
					p = browsertest.Open(t, person.opts)
					if k.reader != "" {
						signIn(t, p, home, k.reader)
					}
					tabs[k.reader] = p
				}
				if !browse(p, home, k) {
					continue
				}
				if person.axe && !k.huge {
					for _, violation := range p.Axe() {
						t.Errorf("%s: %s", k.name, violation)
					}
				}
				if person.opts.Phone {
					for _, wide := range p.Overflow() {
						t.Errorf("%s: %s", k.name, wide)
					}
				}
				if person.picture != "" {
					p.Screenshot(k.name + "-" + person.picture)
				}
			}
			for _, p := range tabs {
				quietly(t, p, home)
			}
		})
	}
}

// browse opens a kind of page by links and forms; false when a person can't come to it.
func browse(p *browsertest.Page, home string, k kind) bool {
	if k.status == 405 {
		return false // no form of the site asks for it
	}
	p.Go(home + k.path)
	if k.follow != "" {
		p.ClickNav(k.follow)
	}
	if k.form == nil {
		return true
	}
	for field, values := range k.form {
		p.Fill("main input[name="+field+"]", values[0])
	}
	p.ClickNav("main form .button")
	return true
}
