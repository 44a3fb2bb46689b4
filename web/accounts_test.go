package web_test

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"recto/web"
)

// signedIn says who the site takes the visitor for.
func (v *visitor) signedIn() string {
	v.t.Helper()
	p := v.get("/about").want(http.StatusOK)
	name := p.text(`.account a[href="/settings"]`)
	if signIn := p.find(`.account a[href^="/sign-in"]`).Length(); (name == "") != (signIn == 1) {
		v.t.Errorf("signed in as %q, with %d links to sign in", name, signIn)
	}
	return name
}

func TestSignUp(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	form := v.get("/sign-up?next=/papers/latest").want(http.StatusOK)
	equal(t, "autocomplete of the name", form.attr("main input[name=name]", "autocomplete"), "username")
	equal(t, "autocomplete of the password", form.attr("main input[name=password]", "autocomplete"), "new-password")
	v.post("/sign-up", url.Values{"name": {" Ada_L "}, "password": {password}, "next": {form.attr("main input[name=next]", "value")}}).
		leadsTo(http.StatusSeeOther, "/papers/latest")
	if flash := v.get("/papers/latest").text(".flash[role=status]"); !strings.Contains(flash, "Ada_L") {
		t.Errorf("no welcome: %q", flash)
	}
	equal(t, "the same said twice", v.get("/papers/latest").find(".flash").Length(), 0)
	equal(t, "signed in", v.signedIn(), "Ada_L")

	tests := map[string]struct{ name, password, field string }{
		"taken":                  {"Ada_L", password, "name"},
		"taken, in other case":   {"aDA_l", password, "name"},
		"reserved":               {"admin", password, "name"},
		"reserved, in capitals":  {"Admin", password, "name"},
		"reserved, a page":       {"Sign-In", password, "name"},
		"no name":                {"", password, "name"},
		"one letter":             {"x", password, "name"},
		"31 letters":             {strings.Repeat("x", 31), password, "name"},
		"accents":                {"Zoë", password, "name"},
		"looks like another":     {"Аda_L", password, "name"}, // a Cyrillic А
		"blank within":           {"Ada L", password, "name"},
		"dash at an end":         {"ada-", password, "name"},
		"markup":                 {"<b>x</b>", password, "name"},
		"no password":            {"fresh", "", "password"},
		"short password":         {"fresh", "1234567", "password"},
		"seven letters in bytes": {"fresh", "ééééééé", "password"},
		"long password":          {"fresh", strings.Repeat("x", 201), "password"},
		"the name as password":   {"fresh-name", "Fresh-Name", "password"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := s.visitor().in(t)
			p := v.post("/sign-up", url.Values{"name": {tt.name}, "password": {tt.password}, "next": {"/tags"}}).want(http.StatusUnprocessableEntity)
			wrong := p.find("main [aria-invalid=true]")
			equal(t, "fields marked as wrong", wrong.Length(), 1)
			equal(t, "field marked as wrong", wrong.AttrOr("name", ""), tt.field)
			if message := p.text("#" + wrong.AttrOr("aria-describedby", "none")); len(message) < 10 {
				t.Errorf("the message is %q", message)
			}
			equal(t, "next", p.attr("main input[name=next]", "value"), "/tags")
			if tt.password != "" && strings.Contains(string(p.body), tt.password) {
				t.Error("the password comes back")
			}
			equal(t, "cookies", len(v.cookies), 0)
		})
	}
}

func TestSignIn(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	v.post("/sign-in", url.Values{"name": {strings.ToUpper(voter)}, "password": {password}, "next": {"/tags"}}).leadsTo(http.StatusSeeOther, "/tags")
	equal(t, "signed in", v.signedIn(), voter)

	t.Run("cookie", func(t *testing.T) {
		c := v.cookies["recto"]
		if c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 32 {
			t.Errorf("session cookie %+v", c)
		}
		if c.MaxAge < 24*60*60 && c.Expires.IsZero() {
			t.Errorf("the session ends with the browser: %+v", c)
		}
		plain := newSite(t, func(c *web.Config) { c.URL = "http://papers.example.org" }).reader(voter)
		if plain.cookies["recto"].Secure {
			t.Error("over http the cookie would never come back")
		}
	})
	t.Run("a new session with each sign-in", func(t *testing.T) {
		v := s.visitor().in(t)
		v.cookies["recto"] = &http.Cookie{Name: "recto", Value: "chosen-by-somebody-else"}
		v.post("/sign-in", url.Values{"name": {voter}, "password": {password}}).want(http.StatusSeeOther)
		first := v.cookies["recto"].Value
		v.post("/sign-in", url.Values{"name": {voter}, "password": {password}}).want(http.StatusSeeOther)
		if second := v.cookies["recto"].Value; first == second || first == "chosen-by-somebody-else" {
			t.Error("the session keeps its token")
		}
	})
	t.Run("nothing tells which part is wrong", func(t *testing.T) {
		v := s.visitor().in(t)
		said := map[string]bool{}
		for _, form := range []url.Values{{"name": {voter}, "password": {wrong}}, {"name": {noSuch}, "password": {password}}, {"name": {""}, "password": {""}}, {"name": {"'"}, "password": {"x"}}} {
			p := v.post("/sign-in", form).want(http.StatusUnprocessableEntity)
			said[p.text("main [role=alert]")] = true
			equal(t, "fields marked as wrong", p.find("main [aria-invalid]").Length(), 0)
		}
		if len(said) != 1 || said[""] {
			t.Errorf("said %v", said)
		}
		equal(t, "cookies", len(v.cookies), 0)
	})
}

// TestSignInIsLimited tries passwords until the site has enough of it.
func TestSignInIsLimited(t *testing.T) {
	try := func(v *visitor, name string) int {
		return v.post("/sign-in", url.Values{"name": {name}, "password": {wrong}}).StatusCode
	}
	t.Run("from one address", func(t *testing.T) {
		v := newSite(t).visitor()
		for n := range 10 {
			equal(t, "status of an early try", try(v, fmt.Sprintf("name-%d", n)), http.StatusUnprocessableEntity)
		}
		p := v.post("/sign-in", url.Values{"name": {voter}, "password": {password}}).want(http.StatusTooManyRequests)
		if p.Header.Get("Retry-After") == "" || p.text("main [role=alert]") == "" {
			t.Error("it doesn't say for how long")
		}
		equal(t, "name that was typed", p.attr("main input[name=name]", "value"), voter)
		v.post("/sign-up", url.Values{"name": {"fresh"}, "password": {password}}).want(http.StatusTooManyRequests)
		v.address = "192.0.2.8:1"
		v.post("/sign-in", url.Values{"name": {voter}, "password": {password}}).want(http.StatusSeeOther)
	})
	t.Run("for one name", func(t *testing.T) {
		v := newSite(t).visitor()
		for n := range 10 {
			v.address = fmt.Sprintf("192.0.2.%d:1", n)
			equal(t, "status of an early try", try(v, voter), http.StatusUnprocessableEntity)
		}
		v.address = "192.0.2.99:1"
		equal(t, "status", try(v, strings.ToLower(voter)), http.StatusTooManyRequests)
		equal(t, "status for another name", try(v, novice), http.StatusUnprocessableEntity)
	})
	t.Run("a forged X-Forwarded-For", func(t *testing.T) {
		v := newSite(t).visitor()
		last := 0
		for n := range 11 {
			v.headers["X-Forwarded-For"] = fmt.Sprintf("198.51.100.%d", n)
			v.headers["X-Real-IP"] = fmt.Sprintf("198.51.100.%d", n)
			last = try(v, fmt.Sprintf("name-%d", n))
		}
		equal(t, "status", last, http.StatusTooManyRequests)
	})
	t.Run("behind a proxy that is trusted", func(t *testing.T) {
		_, proxies, err := net.ParseCIDR("192.0.2.0/24")
		if err != nil {
			t.Fatal(err)
		}
		v := newSite(t, func(c *web.Config) { c.Proxies = []*net.IPNet{proxies} }).visitor()
		for n := range 11 {
			v.headers["X-Forwarded-For"] = fmt.Sprintf("203.0.113.%d, 198.51.100.%d", n, n) // what the proxy saw comes last
			equal(t, "status", try(v, fmt.Sprintf("name-%d", n)), http.StatusUnprocessableEntity)
		}
		last := 0
		for n := range 11 {
			v.headers["X-Forwarded-For"] = fmt.Sprintf("203.0.113.%d, 198.51.100.77", n)
			last = try(v, fmt.Sprintf("other-%d", n))
		}
		equal(t, "status of one reader who forges", last, http.StatusTooManyRequests)
	})
}

func TestSignOut(t *testing.T) {
	s := newSite(t)
	v := s.reader(voter)
	token := *v.cookies["recto"]
	v.get("/sign-out").want(http.StatusMethodNotAllowed)
	equal(t, "signed in after a GET", v.signedIn(), voter)
	v.post("/sign-out", url.Values{}).leadsTo(http.StatusSeeOther, "/")
	equal(t, "signed in", v.signedIn(), "")
	v.cookies["recto"] = &token
	equal(t, "signed in with the old cookie", v.signedIn(), "")
}

// TestErrorPageOfAReader comes straight from the sign-in, when the welcome is still to be said.
func TestErrorPageOfAReader(t *testing.T) {
	v := newSite(t).visitor()
	v.post("/sign-in", url.Values{"name": {voter}, "password": {password}, "next": {"/nothing"}}).leadsTo(http.StatusSeeOther, "/nothing")
	p := v.get("/nothing").want(http.StatusNotFound)
	equal(t, "reader", p.text(`.account a[href="/settings"]`), voter)
	if !strings.HasPrefix(strings.ToLower(string(p.body)), "<!doctype html>") {
		t.Errorf("the page begins with %.80q", p.body)
	}
	equal(t, "welcome on the next page", v.get("/").want(http.StatusOK).find(".flash").Length(), 1)
}

func TestPassword(t *testing.T) {
	s := newSite(t)
	here, elsewhere := s.reader(keeper), s.reader(keeper)
	for name, tt := range map[string]struct {
		present, next, field string
	}{
		"wrong present one": {wrong, another, "password"},
		"short new one":     {password, "short", "new"},
		"the name":          {password, keeper, "new"},
		"nothing":           {"", "", "new"},
	} {
		t.Run(name, func(t *testing.T) {
			p := here.in(t).post("/settings", url.Values{"password": {tt.present}, "new": {tt.next}}).want(http.StatusUnprocessableEntity)
			equal(t, "field marked as wrong", p.attr("main [aria-invalid=true]", "name"), tt.field)
		})
	}
	equal(t, "signed in elsewhere", elsewhere.signedIn(), keeper)
	here.post("/settings", url.Values{"password": {password}, "new": {another}}).leadsTo(http.StatusSeeOther, "/settings")
	equal(t, "told", here.get("/settings").want(http.StatusOK).find(".flash").Length(), 1)
	equal(t, "signed in here", here.signedIn(), keeper)
	equal(t, "signed in elsewhere", elsewhere.signedIn(), "")
	v := s.visitor()
	v.post("/sign-in", url.Values{"name": {keeper}, "password": {password}}).want(http.StatusUnprocessableEntity)
	v.post("/sign-in", url.Values{"name": {keeper}, "password": {another}}).want(http.StatusSeeOther)
}

// TestPagesOfAReader asks for what belongs to somebody with an account.
func TestPagesOfAReader(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{"/settings": "/sign-in?next=%2Fsettings", "/votes": "/sign-in?next=%2Fvotes"} {
		v := s.visitor()
		v.get(path).leadsTo(http.StatusSeeOther, want)
		p := v.get(want).want(http.StatusOK)
		v.post("/sign-in", url.Values{"name": {voter}, "password": {password}, "next": p.attrs("main input[name=next]", "value")}).leadsTo(http.StatusSeeOther, path)
		v.get(path).want(http.StatusOK)
	}
	s.visitor().post("/settings", url.Values{"password": {password}, "new": {another}}).leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fsettings")
	votes := s.reader(voter).get("/votes").want(http.StatusOK)
	equal(t, "votes", len(votes.papers()), 4)
	equal(t, "votes marked as cast", votes.find("article .vote[aria-pressed=true]").Length(), 4)
	equal(t, "link to them", s.reader(voter).get("/").find(`.masthead nav a[href="/votes"]`).Length(), 1)
}

func TestSignedOutPagesSetNoCookie(t *testing.T) {
	v := newSite(t).visitor()
	for _, k := range kinds {
		if k.reader != "" {
			continue
		}
		if p := v.in(t).open(k); len(p.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets %q", k.name, p.Header.Values("Set-Cookie"))
		}
	}
}
