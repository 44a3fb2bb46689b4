package browsertest

import (
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
)

const policy = "default-src 'self'"

const head = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
`

const style = `
html { background: #fff; color: #111; scroll-behavior: smooth }
.hidden { display: none }
.shout { text-transform: uppercase }
.far { margin-top: 3000px }
@media (prefers-color-scheme: dark) { html { background: #000; color: #eee } }
@media (pointer: coarse) { h1 { font-style: italic } }
`

const script = `
document.addEventListener("DOMContentLoaded", () => {
	document.querySelector("#live")?.append("script ran");
	document.querySelector("#later")?.addEventListener("click", () =>
		setTimeout(() => { document.querySelector("#result").textContent = "it came later"; }, 100));
	document.querySelector("#ask")?.addEventListener("click", () => {
		if (confirm("Really?")) document.querySelector("#result").textContent = "confirmed";
	});
});
document.addEventListener("keydown", e => {
	const out = document.querySelector("#pressed");
	if (out) out.textContent = (e.shiftKey ? "Shift+" : "") + (e.ctrlKey ? "Control+" : "") + e.key;
});
`

const home = `<main>
<h1>Home</h1>
<p class="shout">loud <span class="hidden">whisper</span></p>
<p id="live"></p>
<p id="result">nothing yet</p>
<p id="pressed"></p>
<p><a href="/second?page=1" title="next page">On</a> <a class="hidden" href="/nowhere">Hidden</a></p>
<p><button id="later">Later</button> <button id="ask">Ask</button> <button id="never" disabled>Never</button></p>
<details><summary>More</summary><p id="inside">Inside</p></details>
<form method="post" action="/sent">
<label for="who">Who</label> <input id="who" name="who" value="Ada ">
<label for="mail">Mail</label> <input id="mail" name="mail" type="email" value="ada@">
<label for="order">Order</label> <select id="order" name="order"><option value="new">new</option><option value="old">old</option></select>
<button>Send</button>
</form>
<p class="far"><a id="down" href="#top">Down here</a></p>
</main>
`

// newSite serves a small site under the content security policy that Recto has.
// The pages below /page/ are the test's own: the path, then what body holds.
func newSite(t *testing.T, pages map[string]string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	write := func(w http.ResponseWriter, status int, title, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		w.WriteHeader(status)
		fmt.Fprintf(w, head+"<script src=\"/script.js\"></script>\n%s</body>\n</html>\n", title, body)
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusOK, "Home", home)
	})
	mux.HandleFunc("GET /second", func(w http.ResponseWriter, r *http.Request) {
		visits := 1
		if c, err := r.Cookie("visits"); err == nil {
			fmt.Sscan(c.Value, &visits)
			visits++
		}
		http.SetCookie(w, &http.Cookie{Name: "visits", Value: fmt.Sprint(visits), Path: "/"})
		write(w, http.StatusOK, "Second", fmt.Sprintf("<main><h1>Second</h1><p id=visits>%d</p></main>", visits))
	})
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		text := strings.Join([]string{r.FormValue("who"), r.FormValue("mail"), r.FormValue("order")}, ", ")
		http.SetCookie(w, &http.Cookie{Name: "sent", Value: url.QueryEscape(text), Path: "/"})
		http.Redirect(w, r, "/thanks", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /thanks", func(w http.ResponseWriter, r *http.Request) {
		sent, _ := r.Cookie("sent")
		text, _ := url.QueryUnescape(sent.Value)
		write(w, http.StatusOK, "Thanks", fmt.Sprintf("<main><h1>Thanks</h1><p id=sent>%s</p></main>", text))
	})
	mux.HandleFunc("GET /invalid", func(w http.ResponseWriter, r *http.Request) {
		write(w, http.StatusUnprocessableEntity, "Invalid", "<main><h1>Invalid</h1></main>")
	})
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		fmt.Fprint(w, style)
	})
	mux.HandleFunc("GET /script.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, script)
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /page/{name}", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("open") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, head+"%s</body></html>", r.PathValue("name"), pages[r.PathValue("name")])
			return
		}
		write(w, http.StatusOK, r.PathValue("name"), pages[r.PathValue("name")])
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site
}

// verdict stands in for a test, to see it fail.
type verdict struct {
	testing.TB
	message string
}

func (v *verdict) Helper()      {}
func (v *verdict) Name() string { return "verdict" }
func (v *verdict) Fatalf(f string, a ...any) {
	v.message = fmt.Sprintf(f, a...)
	runtime.Goexit()
}

// failure runs an action that can't succeed and returns the message.
func failure(p *Page, act func()) string {
	v := &verdict{}
	t := p.t
	p.t = v
	done := make(chan struct{})
	go func() {
		defer close(done)
		act()
	}()
	<-done
	p.t = t
	return v.message
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// checkPNG checks that the file is a PNG picture and returns its height.
func checkPNG(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	config, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	return config.Height
}
