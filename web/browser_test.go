package web_test

import (
	"strings"
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

// TestShareSheet shares by the system's own sheet, where there is one and fingers would use it.
func TestShareSheet(t *testing.T) {
	_, home := serve(t)
	link := home + "/papers/2605.00001"
	const sheet = `Object.defineProperty(navigator, "share", {value: async what => { window.shared = what; if (window.refuse) throw new DOMException("no", "AbortError") }});
		navigator.clipboard.writeText = async text => { window.copied = text }`
	type seen struct {
		Shared struct{ Title, URL string }
		Copied string
	}
	look := func(p *browsertest.Page) (s seen) {
		p.Eval(`({shared: {title: window.shared?.title ?? "", url: window.shared?.url ?? ""}, copied: window.copied ?? ""})`, &s)
		return s
	}
	t.Run("phone", func(t *testing.T) {
		p := browsertest.Open(t, browsertest.Options{Phone: true})
		p.Go(link)
		p.Eval(sheet, nil)
		p.Click("[data-share]")
		s := look(p)
		equal(t, "shared title", s.Shared.Title, "Everything a Paper Can Have: A Study of k-Means & More")
		equal(t, "shared address", s.Shared.URL, link)
		equal(t, "copied", s.Copied, "")
		equal(t, "the field is open", p.Visible(".share input"), false)
		p.Eval("window.refuse = true; delete window.shared", nil)
		p.Click("[data-share]") // and put away again
		equal(t, "shared address", look(p).Shared.URL, link)
		quietly(t, p, home)
	})
	t.Run("desktop", func(t *testing.T) {
		p := browsertest.Open(t, browsertest.Options{})
		p.Go(link)
		p.Eval(sheet, nil)
		p.Click("[data-share]")
		p.WaitText("[role=status]", "copied")
		s := look(p)
		equal(t, "copied", s.Copied, link)
		equal(t, "shared address", s.Shared.URL, "")
		quietly(t, p, home)
	})
	t.Run("what the other side shows", func(t *testing.T) {
		p := browsertest.Open(t, browsertest.Options{})
		p.Go(link)
		equal(t, "address", p.Attr("meta[property='og:url']", "content"), link)
		equal(t, "title", p.Attr("meta[property='og:title']", "content"), "Everything a Paper Can Have: A Study of k-Means & More")
		equal(t, "form", p.Attr("meta[name='twitter:card']", "content"), "summary_large_image")
		var size string
		p.Eval(`new Promise((done, fail) => {
			const picture = new Image();
			picture.onload = () => done(picture.naturalWidth + "x" + picture.naturalHeight);
			picture.onerror = () => fail("the picture doesn't load");
			picture.src = document.querySelector("meta[property='og:image']").content;
		})`, &size)
		equal(t, "picture", size, "1200x630")
		quietly(t, p, home)
	})
}

func TestCite(t *testing.T) {
	const button, panel = ".cite summary", ".citations"
	t.Run("copied", func(t *testing.T) {
		_, home := serve(t)
		p := browsertest.Open(t, browsertest.Options{})
		p.Go(home + "/papers/2605.00001")
		p.Eval("navigator.clipboard.writeText = async text => { window.copied = text }", nil)
		equal(t, "open at first", p.Visible(panel), false)
		p.Click(button)
		p.Wait(panel)
		copy := panel + " figure:nth-child(1) button"
		equal(t, "what the button is called", p.Attr(copy, "aria-label"), "Copy BibTeX")
		p.Click(copy)
		p.WaitText("[role=status]", "Copied")
		var copied, file string
		p.Eval("window.copied", &copied)
		p.Eval(`fetch("?format=bibtex").then(answer => answer.text())`, &file)
		equal(t, "copied", copied+"\n", file)
		p.WaitText(copy, "Copy")
		for _, violation := range p.Axe() {
			t.Error(violation)
		}
		p.Press("Escape")
		p.WaitGone(panel)
		equal(t, "the focus is back", p.Focused(button), true)
		p.Press("Enter")
		p.Wait(panel)
		p.Click("h1")
		p.WaitGone(panel)
		quietly(t, p, home)
	})
	t.Run("not allowed to copy", func(t *testing.T) {
		_, home := serve(t)
		p := browsertest.Open(t, browsertest.Options{Phone: true, Width: 320, Height: 640})
		p.Go(home + "/papers/2605.00001")
		p.Eval(`navigator.clipboard.writeText = () => Promise.reject(new Error("no"))`, nil)
		p.Click(button)
		p.Wait(panel)
		p.Click(panel + " figure:nth-child(2) button")
		var selected string
		p.Eval("getSelection().toString()", &selected)
		equal(t, "selected", selected, p.Text(panel+" figure:nth-child(2) pre"))
		if wide := p.Overflow(); len(wide) > 0 {
			t.Errorf("too wide: %q", wide)
		}
		quietly(t, p, home)
	})
	t.Run("no scripts", func(t *testing.T) {
		_, home := serve(t)
		p := browsertest.Open(t, browsertest.Options{NoJS: true})
		p.Go(home + "/papers/2605.00001")
		p.Click(button)
		p.Wait(panel)
		if text := p.Text(panel + " pre"); !strings.HasPrefix(text, "@article{lecun2026everything-2605.00001,") {
			t.Errorf("BibTeX %.100q", text)
		}
		equal(t, "buttons that would do nothing", p.Count(panel+" button"), 0)
		equal(t, "files", p.Count(panel+" .formats a"), 6)
		p.Click(button)
		p.WaitGone(panel)
		quietly(t, p, home)
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
