package web_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"recto/web/browsertest"
)

// readers are the people whose browsers the stories are told in.
var readers = map[string]browsertest.Options{
	"desktop":               {},
	"phone":                 {Phone: true},
	"desktop, no scripts":   {NoJS: true},
	"phone without scripts": {NoJS: true, Phone: true},
}

// quietly ends a story: nobody else was asked for anything, nothing went wrong in the console.
func quietly(t *testing.T, p *browsertest.Page, home string) {
	t.Helper()
	if foreign := p.ForeignRequests(home); len(foreign) > 0 {
		t.Errorf("asked others: %q", foreign)
	}
	for _, e := range p.ConsoleErrors() {
		t.Errorf("console: %s", e)
	}
}

// path is the address of the page without its host.
func path(p *browsertest.Page, home string) string { return strings.TrimPrefix(p.URL(), home) }

func count(t *testing.T, p *browsertest.Page, button string) int {
	t.Helper()
	n, err := strconv.Atoi(p.Text(button))
	if err != nil {
		t.Fatalf("the button %s says %q", button, p.Text(button))
	}
	return n
}

// press presses a button for a vote and waits for what comes of it: with scripts the button changes and nothing else,
// without them the page comes back.
func press(t *testing.T, p *browsertest.Page, scripts bool, button string, want int, pressed bool) {
	t.Helper()
	if scripts {
		p.Eval("window.here = true", nil)
		p.Click(button)
		p.WaitText(button, strconv.Itoa(want))
		var here bool
		p.Eval("window.here === true", &here)
		equal(t, "still the same page", here, true)
		equal(t, "the button has the focus", p.Focused(button), true)
	} else {
		p.ClickNav(button)
	}
	equal(t, "votes", count(t, p, button), want)
	equal(t, "pressed", p.Attr(button, "aria-pressed"), strconv.FormatBool(pressed))
}

// TestStoryOfAReader is what somebody does who comes for the first time.
func TestStoryOfAReader(t *testing.T) {
	for name, opts := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, home := serve(t)
			p := browsertest.Open(t, opts)
			p.Go(home + "/")
			equal(t, "day in the calendar", p.Text(".calendar [aria-current=date]"), "13")

			// Three days back, by the calendar.
			p.ClickNav(`.calendar a[href="/papers/date/2026-05-10"]`)
			equal(t, "address", path(p, home), "/papers/date/2026-05-10")
			equal(t, "papers", p.Count("article.paper"), 5)

			title := p.Text("article.paper h2")
			p.ClickNav("article.paper h2 a")
			equal(t, "title", p.Text("h1"), title)
			paper := path(p, home)

			p.ClickNav(".account a")
			p.ClickNav(`main a[href^="/sign-up"]`)
			p.Type("main input[name=name]", "Grace_H")
			p.Type("main input[name=password]", password)
			p.ClickNav("main form .button")
			equal(t, "page after signing up", path(p, home), paper)
			equal(t, "reader", p.Text(`.account a[href="/settings"]`), "Grace_H")
			equal(t, "welcome", p.Visible(".flash"), true)

			const button = ".actions .vote"
			before := count(t, p, button)
			press(t, p, !opts.NoJS, button, before+1, true)
			p.Reload()
			equal(t, "votes after loading again", count(t, p, button), before+1)
			equal(t, "pressed after loading again", p.Attr(button, "aria-pressed"), "true")
			p.ClickNav(`.masthead a[href="/votes"]`)
			equal(t, "own votes", strings.Join(p.Texts("article.paper h2"), "; "), title)
			p.ClickNav("article.paper h2 a")
			press(t, p, !opts.NoJS, button, before, false)
			p.Reload()
			equal(t, "votes after taking it back", count(t, p, button), before)

			p.ClickNav(`.masthead a[href="/tags"]`)
			p.ClickNav(`.cloud a[href="/tags/world-models"]`)
			equal(t, "tag", p.Text("h1"), "world models")
			if p.Count("article.paper") < 20 {
				t.Errorf("%d papers of the tag", p.Count("article.paper"))
			}
			if opts.Phone {
				if wide := p.Overflow(); len(wide) > 0 {
					t.Errorf("too wide: %q", wide)
				}
			}
			p.ClickNav(".account form button")
			equal(t, "links to sign in", p.Count(`.account a[href^="/sign-in"]`), 1)
			quietly(t, p, home)
		})
	}
}

// TestStoryOfAVoteSignedOut votes first and signs in then; the page comes back with the vote cast.
func TestStoryOfAVoteSignedOut(t *testing.T) {
	for name, opts := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, home := serve(t)
			p := browsertest.Open(t, opts)
			p.Go(home + "/papers/date/2026-05-13?sort=newest")
			before := s.votes(maths)
			const button = `[id="p-2605.00003"] .vote`
			p.ClickNav(button)
			if !strings.HasPrefix(path(p, home), "/sign-in?") {
				t.Fatalf("leads to %s", p.URL())
			}
			p.Type("main input[name=name]", novice)
			p.Type("main input[name=password]", wrong)
			p.ClickNav("main form .button")
			equal(t, "alert", p.Visible("main [role=alert]"), true)
			p.Type("main input[name=password]", password)
			p.Nav(func() { p.Press("Enter") })
			equal(t, "page after signing in", path(p, home), "/papers/date/2026-05-13?sort=newest#p-2605.00003")
			equal(t, "votes", count(t, p, button), before+1)
			equal(t, "pressed", p.Attr(button, "aria-pressed"), "true")
			var top float64
			p.Eval(`document.getElementById("p-2605.00003").getBoundingClientRect().top / innerHeight`, &top)
			if top < -0.1 || top > 0.95 {
				t.Errorf("the paper stands %.2f windows down", top)
			}
			press(t, p, !opts.NoJS, button, before, false)
			quietly(t, p, home)
		})
	}
}

// signIn signs a reader in as a person does.
func signIn(t *testing.T, p *browsertest.Page, home, name string) {
	t.Helper()
	p.Go(home + "/sign-in")
	p.Type("main input[name=name]", name)
	p.Type("main input[name=password]", password)
	p.ClickNav("main form .button")
	equal(t, "reader", p.Text(`.account a[href="/settings"]`), name)
}

func TestKeyboard(t *testing.T) {
	s, home := serve(t)
	p := browsertest.Open(t, browsertest.Options{ReducedMotion: true})
	signIn(t, p, home, novice)
	p.Go(home + "/papers/date/2026-05-12")
	ids := p.Count("article.paper")
	nth := func(n int) string { return fmt.Sprintf(".papers li:nth-child(%d) ", n) }
	at := func(n int) {
		t.Helper()
		equal(t, "papers marked", p.Count("article.current"), 1)
		equal(t, fmt.Sprintf("paper %d is marked", n), p.Exists(nth(n)+"article.current"), true)
		equal(t, fmt.Sprintf("paper %d has the focus", n), p.Focused(nth(n)+"h2 a"), true)
	}
	p.Press("j")
	at(1)
	p.Press("j")
	p.Press("j")
	at(3)
	p.Press("k")
	at(2)
	p.Press("k")
	p.Press("k")
	at(1)
	for range ids + 1 {
		p.Press("j")
	}
	at(ids)
	var visible bool
	p.Eval(`(r => r.top >= 0 && r.bottom <= innerHeight + 1)(document.querySelector("article.current").getBoundingClientRect())`, &visible)
	equal(t, "the paper is in the window", visible, true)

	button := nth(ids) + ".vote"
	before := count(t, p, button)
	p.Press("v")
	p.WaitText(button, strconv.Itoa(before+1))
	p.Press("k") // from where the vote was cast
	at(ids - 1)
	p.Press("j")
	p.Press("v")
	p.WaitText(button, strconv.Itoa(before))

	p.Press("?")
	p.Wait("dialog.help h2")
	p.Press("k")
	equal(t, "papers marked behind the dialog", p.Exists(nth(ids)+"article.current"), true)
	p.Press("Escape")
	p.WaitGone("dialog.help")

	p.Press("/")
	equal(t, "the search has the focus", p.Focused(".search input"), true)
	p.Press("j")
	p.Press("?")
	equal(t, "what was typed", p.Value(".search input"), "j?")

	p.Reload()
	p.Press("j")
	title := p.Text(nth(1) + "h2")
	p.Nav(func() { p.Press("o") })
	equal(t, "opened", p.Text("h1"), title)

	p.Go(home + "/papers/2605.00003")
	maths0 := s.votes(maths)
	p.Press("v")
	p.WaitText(".actions .vote", strconv.Itoa(maths0+1))
	p.Click("footer [data-help]")
	p.Wait("dialog.help h2")
	p.Click("dialog.help .button")
	p.WaitGone("dialog.help")
	quietly(t, p, home)
}
