package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"recto/store"
)

func ballot(id store.PaperID, cast string) url.Values {
	return url.Values{"paper": {string(id)}, "cast": {cast}}
}

// TestVote votes without scripts: the page comes back where it was.
func TestVote(t *testing.T) {
	s := newSite(t)
	v := s.reader(novice)
	before := s.votes(maths)
	v.from("/papers/latest?sort=&x=1", "/votes", ballot(maths, "1")).leadsTo(http.StatusSeeOther, "/papers/latest?sort=&x=1#p-2605.00003")
	equal(t, "votes", s.votes(maths), before+1)
	v.from("/papers/latest", "/votes", ballot(maths, "1")).want(http.StatusSeeOther)
	equal(t, "votes after voting twice", s.votes(maths), before+1)

	p := v.get("/papers/2605.00003").want(http.StatusOK)
	equal(t, "pressed", p.attr(".actions .vote", "aria-pressed"), "true")
	equal(t, "what the button sends", p.attr(".actions button[name=cast]", "value"), "0")
	equal(t, "anchor", p.find("#p-2605\\.00003").Length(), 1)
	equal(t, "kept", strings.Join(v.get("/votes").papers(), " "), string(maths))

	v.from("/papers/2605.00003", "/votes", ballot(maths, "0")).leadsTo(http.StatusSeeOther, "/papers/2605.00003#p-2605.00003")
	equal(t, "votes after taking it back", s.votes(maths), before)
	v.from("/papers/2605.00003", "/votes", ballot(maths, "0")).want(http.StatusSeeOther)
	equal(t, "votes after taking it back twice", s.votes(maths), before)

	t.Run("old id", func(t *testing.T) {
		v.in(t).from("/papers/hep-th/9901001", "/votes", ballot(oldStyle, "1")).leadsTo(http.StatusSeeOther, "/papers/hep-th/9901001#p-hep-th_9901001")
		p := v.in(t).get("/papers/hep-th/9901001")
		equal(t, "anchor", p.find("#p-hep-th_9901001").Length(), 1)
	})
	t.Run("without a referer", func(t *testing.T) {
		v.in(t).post("/votes", ballot(oldStyle, "0")).leadsTo(http.StatusSeeOther, "/papers/hep-th/9901001#p-hep-th_9901001")
	})
	t.Run("from another site's page", func(t *testing.T) {
		p := v.in(t).do(http.MethodPost, "/votes", ballot(oldStyle, "0"), map[string]string{"Referer": "https://evil.example/papers/x"}).want(http.StatusSeeOther)
		if to := p.Header.Get("Location"); !strings.HasPrefix(to, "/") || strings.Contains(to, "evil") {
			t.Errorf("leads to %q", to)
		}
	})
	t.Run("unknown paper", func(t *testing.T) {
		v.in(t).post("/votes", ballot("2401.00001", "1")).want(http.StatusNotFound)
	})
	t.Run("no paper", func(t *testing.T) { v.in(t).post("/votes", url.Values{}).want(http.StatusBadRequest) })
	t.Run("nonsense", func(t *testing.T) {
		v.in(t).post("/votes", ballot("<script>", "1")).want(http.StatusBadRequest)
	})
}

// TestVoteWithHTMX answers with the button alone.
func TestVoteWithHTMX(t *testing.T) {
	s := newSite(t)
	v := s.reader(novice)
	v.headers["HX-Request"] = "true"
	for _, cast := range []string{"1", "0"} {
		p := v.post("/votes", ballot(maths, cast)).want(http.StatusOK)
		equal(t, "forms", p.find("form.voting").Length(), 1)
		equal(t, "headings", p.find("h1, header, main").Length(), 0)
		equal(t, "pressed", p.attr(".vote", "aria-pressed"), map[string]string{"1": "true", "0": "false"}[cast])
	}
	out := s.visitor()
	out.headers["HX-Request"] = "true"
	p := out.from("/papers/latest?after=1_2", "/votes", ballot(maths, "1")).want(http.StatusNoContent)
	equal(t, "leads to", p.Header.Get("HX-Redirect"), "/sign-in?next=%2Fpapers%2Flatest%3Fafter%3D1_2&vote=2605.00003")
}

// TestVoteSignedOut leads to the sign-in and comes back with the vote cast, by signing in as by signing up.
func TestVoteSignedOut(t *testing.T) {
	s := newSite(t)
	for name, form := range map[string]url.Values{
		"/sign-in": {"name": {novice}, "password": {password}},
		"/sign-up": {"name": {"brand-new"}, "password": {password}},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.visitor().in(t)
			before := s.votes(withdrawn)
			to := v.from("/papers/date/2026-05-13?sort=newest", "/votes", ballot(withdrawn, "1")).want(http.StatusSeeOther).Header.Get("Location")
			p := v.get(to).want(http.StatusOK)
			if name == "/sign-up" {
				p = v.get(p.attr(`main a[href^="/sign-up"]`, "href")).want(http.StatusOK)
			}
			equal(t, "where the form goes", p.attr("main form", "action"), name)
			for _, hidden := range []string{"next", "vote"} {
				form.Set(hidden, p.attr("main input[name="+hidden+"]", "value"))
			}
			// A wrong password first: what was to be done isn't forgotten.
			again := v.post(name, url.Values{"name": {novice}, "password": {"short"}, "next": form["next"], "vote": form["vote"]}).want(http.StatusUnprocessableEntity)
			equal(t, "vote to cast after a wrong password", again.attr("main input[name=vote]", "value"), string(withdrawn))
			equal(t, "votes", s.votes(withdrawn), before)
			v.post(name, form).leadsTo(http.StatusSeeOther, "/papers/date/2026-05-13?sort=newest#p-2605.00005")
			equal(t, "votes", s.votes(withdrawn), before+1)
			listing := v.get("/papers/date/2026-05-13?sort=newest")
			equal(t, "pressed", listing.attr(`article#p-2605\.00005 .vote`, "aria-pressed"), "true")
			equal(t, "told", listing.find(".flash").Length(), 1)
			v.post("/votes", ballot(withdrawn, "0")).want(http.StatusSeeOther)
		})
	}
	t.Run("paper that is gone", func(t *testing.T) {
		v := s.visitor().in(t)
		v.post("/sign-in", url.Values{"name": {novice}, "password": {password}, "next": {"/tags"}, "vote": {"2401.00001"}}).want(http.StatusSeeOther)
		equal(t, "signed in", v.signedIn(), novice)
	})
	t.Run("a link can't vote", func(t *testing.T) {
		v := s.reader(novice).in(t)
		before := s.votes(bare)
		v.get("/sign-in?next=%2F&vote=2605.00007").want(http.StatusOK)
		v.get("/votes?paper=2605.00007&cast=1").want(http.StatusOK)
		equal(t, "votes", s.votes(bare), before)
	})
}

func TestTheme(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	equal(t, "theme at first", v.get("/about").attr("html", "data-theme"), "")
	for _, tt := range []struct{ theme, want, pressed string }{{"dark", "dark", "dark"}, {"light", "light", "light"}, {"<script>", "", ""}, {"dark", "dark", "dark"}, {"", "", ""}} {
		v.from("/about", "/theme", url.Values{"theme": {tt.theme}}).leadsTo(http.StatusSeeOther, "/about")
		p := v.get("/about")
		equal(t, "theme", p.attr("html", "data-theme"), tt.want)
		equal(t, "button pressed", p.attr(".themes [aria-pressed=true]", "value"), tt.pressed)
	}
	v.from("/about", "/theme", url.Values{"theme": {"dark"}})
	if c := v.cookies["theme"]; c == nil || !c.HttpOnly || !c.Secure || c.MaxAge < 30*24*60*60 || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
	v.cookies["theme"] = &http.Cookie{Name: "theme", Value: "x-onload"}
	equal(t, "theme of a forged cookie", v.get("/about").attr("html", "data-theme"), "")
}
