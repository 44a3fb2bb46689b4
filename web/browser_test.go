package web_test

import (
	"testing"

	"recto/web/browsertest"
)

const (
	light = "rgb(252, 251, 248)"
	dark  = "rgb(20, 20, 18)"
)

func TestThemeLasts(t *testing.T) {
	for name, opts := range map[string]browsertest.Options{"scripts": {}, "no scripts": {NoJS: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, home := serve(t)
			p := browsertest.Open(t, opts)
			p.Go(home + "/papers/2605.00001")
			choose := func(theme, pressed string) {
				t.Helper()
				button := `.themes button[value="` + theme + `"]`
				if opts.NoJS {
					p.ClickNav(button)
				} else {
					p.Eval("performance.clearResourceTimings(); window.here = true", nil)
					p.Click(button)
					p.Wait(button + "[aria-pressed=true]")
					var here bool
					p.Eval(`new Promise((done, fail) => {
						const look = n => performance.getEntriesByType("resource").some(e => e.name.endsWith("/theme") && e.responseEnd > 0) ? done(window.here)
							: n > 100 ? fail("the choice wasn't sent") : setTimeout(look, 20, n + 1);
						look(0);
					})`, &here)
					equal(t, "still the same page", here, true)
				}
				equal(t, "address", path(p, home), "/papers/2605.00001")
				equal(t, "button pressed", p.Attr(".themes [aria-pressed=true]", "value"), pressed)
			}
			background := func(when, want string) {
				t.Helper()
				equal(t, "background "+when, p.Style("body", "background-color"), want)
			}
			background("at first", light)
			choose("dark", "dark")
			background("when dark is chosen", dark)
			p.Reload()
			background("after loading again", dark)
			p.Go(home + "/about")
			background("on another page", dark)
			p.Go(home + "/papers/2605.00001")
			choose("", "")
			background("as the system has it", light)
			p.Reload()
			background("as the system has it, after loading again", light)
			equal(t, "buttons pressed", p.Count(".themes [aria-pressed=true]"), 1)
			quietly(t, p, home)
		})
	}
	t.Run("light in a dark system", func(t *testing.T) {
		_, home := serve(t)
		p := browsertest.Open(t, browsertest.Options{Dark: true, NoJS: true})
		p.Go(home + "/about")
		equal(t, "background", p.Style("body", "background-color"), dark)
		p.ClickNav(".themes button[value=light]")
		equal(t, "background when light is chosen", p.Style("body", "background-color"), light)
	})
}

func TestShare(t *testing.T) {
	_, home := serve(t)
	link := home + "/papers/2605.00001"
	const field = ".share input"
	t.Run("copied", func(t *testing.T) {
		p := browsertest.Open(t, browsertest.Options{})
		p.Go(link)
		p.Eval("navigator.clipboard.writeText = async text => { window.copied = text }", nil)
		before := p.Text("[data-share]")
		p.Click("[data-share]")
		p.WaitText("[role=status]", "copied")
		var copied string
		p.Eval("window.copied", &copied)
		equal(t, "copied", copied, link)
		equal(t, "the field is open", p.Visible(field), false)
		p.WaitText("[data-share]", before) // what the button says comes back
		quietly(t, p, home)
	})
	t.Run("not allowed to copy", func(t *testing.T) {
		p := browsertest.Open(t, browsertest.Options{})
		p.Go(link)
		p.Eval(`navigator.clipboard.writeText = () => Promise.reject(new Error("no"))`, nil)
		p.Click("[data-share]")
		p.Wait(field)
		equal(t, "link", p.Value(field), link)
		p.Click("[data-share]")
		p.WaitGone(field)
		quietly(t, p, home)
	})
	t.Run("no scripts", func(t *testing.T) {
		p := browsertest.Open(t, browsertest.Options{NoJS: true, Phone: true})
		p.Go(link)
		equal(t, "the field is open at first", p.Visible(field), false)
		p.Click("[data-share]")
		p.Wait(field)
		equal(t, "link", p.Value(field), link)
		if wide := p.Overflow(); len(wide) > 0 {
			t.Errorf("too wide: %q", wide)
		}
	})
}

func TestSkipLink(t *testing.T) {
	_, home := serve(t)
	p := browsertest.Open(t, browsertest.Options{})
	p.Go(home + "/papers/latest")
	shown := func() bool {
		var yes bool
		p.Eval(`(r => r.top >= 0 && r.left >= 0)(document.querySelector(".skip").getBoundingClientRect())`, &yes)
		return yes
	}
	equal(t, "shown at first", shown(), false)
	p.Press("Tab")
	equal(t, "has the focus", p.Focused(".skip"), true)
	equal(t, "shown", shown(), true)
	p.Press("Enter")
	equal(t, "address", path(p, home), "/papers/latest#main")
	p.Press("Tab")
	var within bool
	p.Eval(`document.querySelector("main").contains(document.activeElement)`, &within)
	equal(t, "the next stop is in the main part", within, true)
	equal(t, "shown afterwards", shown(), false)
}

// TestFocusIsVisible walks over the first controls of a page with the Tab key.
func TestFocusIsVisible(t *testing.T) {
	_, home := serve(t)
	p := browsertest.Open(t, browsertest.Options{})
	p.Go(home + "/papers/2605.00001")
	for range 30 {
		p.Press("Tab")
		var seen struct {
			Name, Outline string
			Width         float64
		}
		p.Eval(`(e => { const s = getComputedStyle(e); return {name: e.outerHTML.slice(0, 80), outline: s.outlineStyle, width: parseFloat(s.outlineWidth)} })(document.activeElement)`, &seen)
		if seen.Outline == "none" || seen.Width < 1 {
			t.Errorf("%s has no outline", seen.Name)
		}
	}
}

// TestPrint looks at a page as it is printed.
func TestPrint(t *testing.T) {
	_, home := serve(t)
	p := browsertest.Open(t, browsertest.Options{})
	p.Go(home + "/papers/2605.00001")
	onPaper(t, p)
	for _, gone := range []string{".masthead nav", ".search", ".account", ".foot", ".actions", ".notice"} {
		if p.Visible(gone) {
			t.Errorf("%s is printed", gone)
		}
	}
	for _, kept := range []string{"h1", ".full", ".details", ".authors"} {
		if !p.Visible(kept) {
			t.Errorf("%s isn't printed", kept)
		}
	}
}
