package browsertest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReading(t *testing.T) {
	site := newSite(t, nil)
	p := Open(t, Options{})
	p.Go(site.URL + "/")

	equal(t, "Text", p.Text("h1"), "Home")
	equal(t, "Text of what is drawn", p.Text("p.shout"), "LOUD")
	equal(t, "Title", p.Title(), "Home")
	equal(t, "URL", p.URL(), site.URL+"/")
	equal(t, "Attr", p.Attr("main a", "title"), "next page")
	equal(t, "Attr that isn't there", p.Attr("h1", "title"), "")
	equal(t, "Attr of what is never drawn", p.Attr("meta[name=viewport]", "content"), "width=device-width")
	equal(t, "Value", p.Value("#who"), "Ada ")
	equal(t, "Count", p.Count("button"), 4)
	equal(t, "Count of nothing", p.Count("table"), 0)
	equal(t, "Exists", p.Exists(".hidden"), true)
	equal(t, "Visible", p.Visible(".hidden"), false)
	equal(t, "Texts", strings.Join(p.Texts("button"), " "), "Later Ask Never Send")
	equal(t, "Style", p.Style("html", "background-color"), "rgb(255, 255, 255)")
	equal(t, "script's text", p.Text("#live"), "script ran")

	var sum struct{ Total int }
	p.Eval(`Promise.resolve({total: 1 + 2})`, &sum)
	equal(t, "Eval", sum.Total, 3)
	p.Eval(`document.title = "changed"`, nil)
	equal(t, "Title after Eval", p.Title(), "changed")
	equal(t, "console errors", strings.Join(p.ConsoleErrors(), "\n"), "")
}

func TestClickingAndTyping(t *testing.T) {
	for name, opts := range map[string]Options{"desktop": {}, "phone": {Phone: true}, "no scripts": {NoJS: true}, "phone without scripts": {Phone: true, NoJS: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t, nil)
			p := Open(t, opts)
			p.Go(site.URL + "/")

			ran := map[bool]string{false: "script ran", true: ""}[opts.NoJS]
			equal(t, "what the script wrote", p.Text("#live"), ran)

			p.Click("summary")
			p.Wait("#inside")
			equal(t, "open", p.Exists("details[open]"), true)
			p.Click("summary")
			p.WaitGone("#inside")

			p.Type("#who", "Lovelace, née Byron")
			p.Type("#mail", "example.org")
			p.Select("#order", "old")
			p.ClickNav("form button")
			equal(t, "what was sent", p.Text("#sent"), "Ada Lovelace, née Byron, ada@example.org, old")

			p.Back()
			equal(t, "page before", p.Text("h1"), "Home")
			p.Fill("#who", "Grace")
			p.Fill("#mail", "")
			p.Nav(func() { p.Press("Enter") })
			if got := p.Text("#sent"); !strings.HasPrefix(got, "Grace, , ") {
				t.Errorf("sent %q", got)
			}

			p.Go(site.URL + "/")
			p.Click("#down") // three screens further down
			equal(t, "address", p.URL(), site.URL+"/#top")
			p.Back() // within the page
			equal(t, "address", p.URL(), site.URL+"/")
			p.Go(site.URL + "/#fragment")
			p.ClickNav("a[title]")
			equal(t, "page", p.Text("h1"), "Second")
			equal(t, "visits", p.Text("#visits"), "1")
			p.Reload()
			equal(t, "visits after Reload", p.Text("#visits"), "2")
		})
	}
}

func TestWhatScriptsDo(t *testing.T) {
	site := newSite(t, nil)
	p := Open(t, Options{})
	p.Go(site.URL + "/")

	p.Click("#later")
	p.WaitText("#result", "it came later")
	p.Click("#ask")
	p.WaitText("#result", "confirmed")
	equal(t, "dialogs", strings.Join(p.Dialogs(), "; "), "Really?")

	for _, key := range []string{"j", "?", "/", "é", "Escape", "ArrowDown", "Control+k", "Shift+Tab", "Space"} {
		p.Press(key)
		want := map[string]string{"?": "Shift+?", "Space": "", "é": "Unidentified"}
		got := p.Text("#pressed")
		if w, special := want[key]; special && got != w || !special && got != key {
			t.Errorf("Press(%q) was %q to the page", key, got)
		}
	}

	p.Eval(`document.querySelector("#who").focus()`, nil)
	equal(t, "focus", p.Focused("#who"), true)
	p.Press("Tab")
	equal(t, "focus after Tab", p.Focused("#mail"), true)
	p.Press("Shift+Tab")
	equal(t, "focus after Shift+Tab", p.Focused("#who"), true)
}

func TestReaders(t *testing.T) {
	const motion = `matchMedia("(prefers-reduced-motion: reduce)").matches`
	tests := map[string]struct {
		opts          Options
		background    string
		width, height int
		still         bool
		heading       string
	}{
		"desktop": {Options{}, "rgb(255, 255, 255)", 1280, 900, false, "normal"},
		"dark":    {Options{Dark: true, ReducedMotion: true}, "rgb(0, 0, 0)", 1280, 900, true, "normal"},
		"phone":   {Options{Phone: true, Dark: true}, "rgb(0, 0, 0)", 390, 844, false, "italic"},
		"narrow":  {Options{Width: 320, Height: 400}, "rgb(255, 255, 255)", 320, 400, false, "normal"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t, nil)
			p := Open(t, tt.opts)
			p.Go(site.URL + "/")
			equal(t, "background", p.Style("html", "background-color"), tt.background)
			var width, height int
			var still bool
			p.Eval("innerWidth", &width)
			p.Eval("innerHeight", &height)
			p.Eval(motion, &still)
			equal(t, "width", width, tt.width)
			equal(t, "height", height, tt.height)
			equal(t, "reduced motion", still, tt.still)
			equal(t, "heading for fingers", p.Style("h1", "font-style"), tt.heading)
		})
	}
}

func TestEachReaderIsAnother(t *testing.T) {
	site := newSite(t, nil)
	for range 2 {
		p := Open(t, Options{})
		p.Go(site.URL + "/second")
		equal(t, "visits", p.Text("#visits"), "1")
	}
}

func TestRequests(t *testing.T) {
	foreign := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(foreign.Close)
	site := newSite(t, map[string]string{
		"own":     `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="">`,
		"foreign": `<img src="` + foreign.URL + `/pixel.gif" alt="">`,
		"far":     `<img src="https://cdn.example.com/pixel.gif" alt="">`,
	})
	p := Open(t, Options{})
	p.Go(site.URL + "/page/own")
	want := []string{site.URL + "/page/own", site.URL + "/style.css", site.URL + "/script.js"}
	got := slices.DeleteFunc(p.Requests(), func(address string) bool {
		return strings.HasSuffix(address, "/favicon.ico") // the browser asks for it when it likes
	})
	equal(t, "requests", strings.Join(got, "\n"), strings.Join(want, "\n"))
	equal(t, "foreign requests", len(p.ForeignRequests(site.URL)), 0)

	p.Go(site.URL + "/page/foreign?open")
	p.Go(site.URL + "/page/far?open")
	want = []string{foreign.URL + "/pixel.gif", "https://cdn.example.com/pixel.gif"}
	equal(t, "foreign requests", strings.Join(p.ForeignRequests(site.URL), "\n"), strings.Join(want, "\n"))
}

func TestConsoleErrors(t *testing.T) {
	site := newSite(t, map[string]string{
		"inline":  `<script>document.title = "hacked"</script>`,
		"foreign": `<img src="https://cdn.example.com/pixel.gif" alt="">`,
		"missing": `<img src="/missing.gif" alt="">`,
	})
	tests := map[string]struct {
		path, js, want string
	}{
		"nothing":          {path: "/"},
		"a page's status":  {path: "/invalid"},
		"a warning":        {path: "/", js: `console.warn("careful")`},
		"console.error":    {path: "/", js: `console.error("it broke", 7)`, want: "it broke 7"},
		"exception":        {path: "/", js: `setTimeout(() => { throw new Error("boom") })`, want: "boom"},
		"rejected promise": {path: "/", js: `void Promise.reject(new Error("bust"))`, want: "bust"},
		"inline script":    {path: "/page/inline", want: "Content Security Policy"},
		"foreign picture":  {path: "/page/foreign", want: "Content Security Policy"},
		"missing picture":  {path: "/page/missing", want: "404"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := Open(t, Options{})
			p.Go(site.URL + tt.path)
			if tt.js != "" {
				p.Eval(tt.js, nil)
				p.Eval(`new Promise(done => setTimeout(done, 50))`, nil)
			}
			got := strings.Join(p.ConsoleErrors(), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("errors %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOverflow(t *testing.T) {
	site := newSite(t, map[string]string{"wide": `<h1>Wide</h1><pre id="code">` + strings.Repeat("wide", 30) + `</pre>`})
	p := Open(t, Options{Phone: true})
	p.Go(site.URL + "/")
	if got := p.Overflow(); len(got) > 0 {
		t.Errorf("a page that fits: %q", got)
	}
	p.Go(site.URL + "/page/wide")
	got := strings.Join(p.Overflow(), "\n")
	if !strings.Contains(got, "in a window of 390 px") || !strings.Contains(got, "the page is") {
		t.Errorf("a page that is too wide: %q", got)
	}

	desktop := Open(t, Options{})
	desktop.Go(site.URL + "/page/wide")
	if got := desktop.Overflow(); len(got) > 0 {
		t.Errorf("a page that fits on a desktop: %q", got)
	}
}

func TestFailures(t *testing.T) {
	site := newSite(t, map[string]string{
		"covered": `<button id="b">B</button><div id="cover"></div>`,
	})
	p := Open(t, Options{})
	t.Setenv("TMPDIR", t.TempDir()) // after Open: the browser may have its profile in the old one
	p.patience = 300 * time.Millisecond
	p.Go(site.URL + "/")
	tests := map[string]struct {
		act  func()
		want string
	}{
		"absent":       {func() { p.Click("#absent") }, `Click("#absent"): no element matches`},
		"hidden":       {func() { p.Click("a.hidden") }, "no matching element is visible"},
		"disabled":     {func() { p.Click("#never") }, "the element is disabled"},
		"no field":     {func() { p.Type("h1", "x") }, "can't have the focus"},
		"no option":    {func() { p.Select("#order", "best") }, "no such option"},
		"wrong text":   {func() { p.WaitText("h1", "Welcome") }, `the text is "Home"`},
		"still there":  {func() { p.WaitGone("h1") }, "an element is visible"},
		"bad selector": {func() { p.Text("h1[") }, "not a valid selector"},
		"no new page":  {func() { p.ClickNav("#later") }, "no new page has loaded"},
		"no server":    {func() { p.Go("http://127.0.0.1:1/") }, "net::ERR_"},
		"far away":     {func() { p.Go("https://example.com/") }, "net::ERR_NAME_NOT_RESOLVED"},
		"no key":       {func() { p.Press("Ctrl+k") }, "no such key"},
		"bad script":   {func() { p.Eval("nonsense", nil) }, "nonsense is not defined"},
		"no value":     {func() { p.Eval("undefined", new(int)) }, "undefined"},
	}
	for name, tt := range tests {
		if got := failure(p, tt.act); !strings.Contains(got, tt.want) {
			t.Errorf("%s: message %q, want %q", name, got, tt.want)
		}
		if !strings.HasPrefix(p.URL(), site.URL) { // an error page
			p.Go(site.URL + "/")
		}
	}
	got := failure(p, func() { p.Wait("#absent") })
	if !strings.Contains(got, "page: "+site.URL+"/") {
		t.Errorf("no address in %q", got)
	}
	_, path, _ := strings.Cut(got, "picture: ")
	checkPNG(t, strings.TrimSpace(path))
}

func TestScreenshot(t *testing.T) {
	site := newSite(t, nil)
	p := Open(t, Options{})
	p.Go(site.URL + "/")

	dir := filepath.Join(t.TempDir(), "pictures")
	t.Setenv("RECTO_SCREENSHOTS", "")
	p.Screenshot("none")
	t.Setenv("RECTO_SCREENSHOTS", dir)
	p.Screenshot("front page")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("pictures %v, %v", files, err)
	}
	equal(t, "file", files[0].Name(), "front_page.png")
	if height := checkPNG(t, filepath.Join(dir, "front_page.png")); height < 3000 {
		t.Errorf("the picture is %d pixels high, not the whole page", height)
	}
}

func TestAxe(t *testing.T) {
	site := newSite(t, map[string]string{
		"bad":  `<main><h1>Bad</h1><img id="pic" src="/missing.gif"></main>`,
		"good": `<main><h1>Good</h1><p>Words.</p><img src="/missing.gif" alt="A picture"></main>`,
	})
	for name, opts := range map[string]Options{"scripts": {}, "no scripts": {NoJS: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := Open(t, opts)
			p.Go(site.URL + "/page/bad")
			got := p.Axe()
			if len(got) != 1 || !strings.HasPrefix(got[0], "image-alt (critical): #pic: ") {
				t.Errorf("violations %q, want image-alt", got)
			}
			if got := p.Axe("image-alt"); len(got) > 0 {
				t.Errorf("violations %q without image-alt", got)
			}
			p.Go(site.URL + "/page/good")
			if got := p.Axe(); len(got) > 0 {
				t.Errorf("violations on a good page: %q", got)
			}
			if slices.ContainsFunc(p.ConsoleErrors(), func(s string) bool { return strings.Contains(s, "Policy") }) {
				t.Errorf("axe was in the way of the policy: %q", p.ConsoleErrors())
			}
		})
	}
}

func TestValidateHTML(t *testing.T) {
	page := func(body string) []byte {
		return []byte("<!DOCTYPE html>\n<html lang=\"en\"><head><title>T</title></head>\n<body>" + body + "</body></html>\n")
	}
	pages := map[string][]byte{
		"/good":           page("<h1>Good</h1><p>Words.</p>"),
		"/papers/a/b?q=ü": page("<h1>Bad</h1><p><div>in a paragraph</div></p>"),
		"/warned":         page(`<h1>Warned</h1><section><p>No heading.</p></section>`),
	}
	got := strings.Join(ValidateHTML(t, pages), "\n")
	for _, want := range []string{"/papers/a/b?q=ü:3:", ": error: No “p” element in scope", "/warned:3:", ": warning: Section lacks heading"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "/good") {
		t.Errorf("a good page is complained of:\n%s", got)
	}
	if got := ValidateHTML(t, pages, "No “p” element", "Section lacks heading"); len(got) > 0 {
		t.Errorf("not left out: %q", got)
	}
	if got := ValidateHTML(t, nil); len(got) > 0 {
		t.Errorf("no pages: %q", got)
	}
}
