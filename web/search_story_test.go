package web_test

import (
	"slices"
	"strings"
	"testing"

	"recto/web/browsertest"
)

const searchBox = ".search input"

// TestStoryOfASearch is what somebody does who looks for a paper.
func TestStoryOfASearch(t *testing.T) {
	for name, opts := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, home := serve(t)
			p := browsertest.Open(t, opts)
			p.Go(home + "/papers/latest")
			ask := func(text string) {
				t.Helper()
				p.Fill(searchBox, text)
				p.Nav(func() { p.Press("Enter") })
			}
			ask("robot")
			const all = "/search?q=robot"
			equal(t, "address", path(p, home), all)
			equal(t, "heading", p.Text("h1"), "robot")
			equal(t, "query in the box", p.Value(searchBox), "robot")
			equal(t, "papers", p.Text(".count"), "3 papers")
			if marks := p.Texts("article.paper mark"); !slices.Contains(marks, "Robot") || !slices.Contains(marks, "robot") {
				t.Errorf("marked are %q", marks)
			}

			if opts.Phone {
				p.Click(".to-calendar") // to what stands beside the papers elsewhere
			}
			p.ClickNav(`#narrow a[href="/search?q=robot+in%3A2023"]`)
			equal(t, "papers of the year", p.Text(".count"), "2 papers")
			p.ClickNav("nav[aria-label=Order] li:nth-child(2) a")
			equal(t, "order", p.Text("nav[aria-label=Order] [aria-current]"), "Newest")
			p.WaitText("article.paper h2", "Robot Arms that Learn")
			equal(t, "query in the box", p.Value(searchBox), "robot in:2023 sort:new")
			p.ClickNav("article.paper h2 a")
			if opts.Phone {
				if wide := p.Overflow(); len(wide) > 0 {
					t.Errorf("the paper is too wide: %q", wide)
				}
			}
			p.Back()
			equal(t, "order after coming back", p.Text("nav[aria-label=Order] [aria-current]"), "Newest")
			equal(t, "query after coming back", p.Value(searchBox), "robot in:2023 sort:new")
			p.ClickNav("ul[aria-label=Filters] a")
			equal(t, "papers without the filter", p.Text(".count"), "3 papers")

			ask("difusion polcy")
			equal(t, "corrected", p.Text("h1"), "diffusion policy")
			equal(t, "first paper", p.Text("article.paper h2"), "Diffusion Policy: Visuomotor Policy Learning via Action Diffusion")
			p.ClickNav(".said a:last-of-type")
			equal(t, "as it was typed", p.Text("h1"), "difusion polcy")
			equal(t, "papers as it was typed", p.Count("article.paper"), 0)

			ask("https://arxiv.org/abs/2310.01174v1")
			equal(t, "address of a paper", path(p, home), "/papers/2310.01174")
			p.ClickNav(`.aside a[href$="/related"]`)
			if p.Count("article.paper") < 5 {
				t.Errorf("%d related papers", p.Count("article.paper"))
			}
			p.ClickNav(".lede a")
			equal(t, "back at the paper", p.Text("h1"), "Light Schrödinger Bridge")

			ask("")
			p.ClickNav(`.operators a[href="/search?q=ti%3Asurvey"]`)
			equal(t, "the example", p.Value(searchBox), "ti:survey")
			if opts.Phone {
				if wide := p.Overflow(); len(wide) > 0 {
					t.Errorf("too wide: %q", wide)
				}
			}
			quietly(t, p, home)
		})
	}
}

// TestSuggestionsByKeyboard uses the list under the box as the ARIA Authoring Practices have it.
func TestSuggestionsByKeyboard(t *testing.T) {
	for name, opts := range map[string]browsertest.Options{"desktop": {}, "phone": {Phone: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, home := serve(t)
			p := browsertest.Open(t, opts)
			p.Go(home + "/about")
			const option = ".suggestions a"
			state := func(when, expanded, active string) {
				t.Helper()
				equal(t, "aria-expanded "+when, p.Attr(searchBox, "aria-expanded"), expanded)
				equal(t, "aria-activedescendant "+when, p.Attr(searchBox, "aria-activedescendant"), active)
				selected := 0
				if active != "" {
					selected = 1
					equal(t, "selected "+when, p.Attr(option+"[aria-selected=true]", "id"), active)
				}
				equal(t, "options selected "+when, p.Count(option+"[aria-selected=true]"), selected)
			}
			state("at first", "false", "")
			p.Press("/")
			p.Type(searchBox, "diffusion")
			p.Wait(option)
			state("with a list", "true", "")
			options := p.Count(option)
			last := "suggestion-" + string(rune('0'+options-1))
			for _, violation := range p.Axe() {
				t.Error(violation)
			}
			if opts.Phone {
				if wide := p.Overflow(); len(wide) > 0 {
					t.Errorf("too wide: %q", wide)
				}
			}
			p.Press("ArrowDown")
			state("after down", "true", "suggestion-0")
			p.Press("ArrowUp")
			state("after up again", "true", "")
			p.Press("ArrowUp")
			state("above the first", "true", last)
			p.Press("ArrowDown")
			state("below the last", "true", "")
			equal(t, "text", p.Value(searchBox), "diffusion")
			p.Press("Escape")
			p.WaitGone(option)
			state("after Escape", "false", "")
			equal(t, "text after Escape", p.Value(searchBox), "diffusion")
			equal(t, "the box has the focus", p.Focused(searchBox), true)

			p.Press("ArrowDown") // asks again
			p.Wait(option)
			p.Press("Tab")
			p.WaitGone(option)
			equal(t, "the box has the focus after Tab", p.Focused(searchBox), false)

			p.Type(searchBox, " poli")
			p.Wait(option)
			p.WaitText(option, "Diffusion Policy")
			p.Press("ArrowDown")
			p.Nav(func() { p.Press("Enter") })
			equal(t, "address", path(p, home), "/papers/2303.04137")

			p.Fill(searchBox, "robotics")
			tag := option + `[href="/tags/robotics"]`
			p.Wait(tag)
			p.ClickNav(tag)
			equal(t, "heading of the tag", p.Text("h1"), "robotics")

			p.Fill(searchBox, "robotics")
			p.Wait(option)
			p.Nav(func() { p.Press("Enter") }) // nothing is chosen: the words are searched for
			equal(t, "address of the search", path(p, home), "/search?q=robotics")
			equal(t, "a list on the new page", p.Visible(option), false)
			quietly(t, p, home)
		})
	}
}

// TestSuggestionsAreAskedForSparingly types faster than answers come.
func TestSuggestionsAreAskedForSparingly(t *testing.T) {
	_, home := serve(t)
	p := browsertest.Open(t, browsertest.Options{})
	p.Go(home + "/about")
	p.Eval(`window.asked = [];
		const real = window.fetch;
		window.fetch = (url, ...more) => {
			asked.push(new URL(url, location).searchParams.get("q"));
			return asked.length === 1 ? new Promise(done => setTimeout(() => done(real(url, ...more)), 1500)) : real(url, ...more);
		};`, nil)
	typed := func(text string) { // within the same blink
		p.Eval(`(box => {
			box.focus();
			box.value = "";
			for (const letter of "`+text+`") {
				box.value += letter;
				box.dispatchEvent(new Event("input"));
			}
		})(document.querySelector(".search input"))`, nil)
	}
	typed("rob")
	p.Eval(`new Promise((done, fail) => {
		const look = n => asked.length ? done() : n > 200 ? fail("nothing was asked") : setTimeout(look, 20, n + 1);
		look(0);
	})`, nil)
	typed("schrodinger")
	p.WaitText(".suggestions a", "Schrödinger")
	p.Eval("new Promise(done => setTimeout(done, 1600))", nil) // the first answer is there by now
	var asked []string
	p.Eval("asked", &asked)
	if !slices.Equal(asked, []string{"rob", "schrodinger"}) {
		t.Errorf("asked for %q", asked)
	}
	if list := strings.Join(p.Texts(".suggestions a"), "; "); !strings.HasPrefix(list, "Light Schrödinger Bridge") || strings.Contains(list, "Robot") {
		t.Errorf("an older answer took the place of a newer one: %q", list)
	}
	quietly(t, p, home)
}
