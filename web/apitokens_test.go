package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/web"
)

// token is the secret of a new token of a reader.
func (s *site) token(name string, scopes ...store.Scope) string {
	s.t.Helper()
	r, err := s.db.ReaderNamed(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	_, secret, err := s.db.AddToken(s.t.Context(), r.ID, store.Token{Name: "test", Scopes: scopes})
	if err != nil {
		s.t.Fatal(err)
	}
	return secret
}

// as sends a request with a token.
func (v *visitor) as(secret, method, path string) *page {
	v.t.Helper()
	return v.do(method, path, nil, map[string]string{"Authorization": "Bearer " + secret})
}

// TestLifeOfAToken makes a token in the settings, uses it and revokes it.
func TestLifeOfAToken(t *testing.T) {
	s := newSite(t)
	v, program := s.reader(voter), s.program()
	v.get("/").want(http.StatusOK) // says welcome
	equal(t, "link in the settings", v.get("/settings").find(`main a[href="/settings/tokens"]`).Length(), 1)
	equal(t, "tokens", v.get("/settings/tokens").want(http.StatusOK).find("main dt").Length(), 0)

	made := v.post("/settings/tokens", url.Values{"name": {markup("token")}, "scope": {"read", "vote"}, "days": {"0"}})
	made.want(http.StatusUnprocessableEntity) // the name is too long, but comes back
	equal(t, "name in the form", made.attr("#f-name", "value"), markup("token"))
	made = v.post("/settings/tokens", url.Values{"name": {"<b>&script"}, "scope": {"read", "vote"}, "days": {"30"}}).want(http.StatusOK)
	secret := made.text(".secret code")
	if !strings.HasPrefix(secret, "recto_") || len(secret) < 40 {
		t.Fatalf("secret %q", secret)
	}
	equal(t, "kept by nobody", made.Header.Get("Cache-Control"), "no-store")
	checkNothingInline(t, made)
	again := v.get("/settings/tokens").want(http.StatusOK)
	if strings.Contains(string(again.body), secret) {
		t.Error("the secret is shown again")
	}
	if text := again.text("main .group dl"); !strings.HasPrefix(text, "<b>&script readvote") || !strings.Contains(text, "never used") || !strings.Contains(text, "12 June 2026") {
		t.Errorf("the list says %q", text)
	}

	var votes apiListing
	program.as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusOK).json(&votes)
	equal(t, "votes", len(votes.Papers), 4)
	if text := v.get("/settings/tokens").text("main .group dl"); !strings.Contains(text, "last used 13 May 2026, 12:00 UTC") {
		t.Errorf("the list says %q", text)
	}

	id := again.attr("main .group button[name=token]", "value")
	s.reader(novice).post("/settings/tokens/revoke", url.Values{"token": {id}}).want(http.StatusNotFound)
	v.post("/settings/tokens/revoke", url.Values{"token": {"x"}}).want(http.StatusNotFound)
	program.as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusOK)
	v.post("/settings/tokens/revoke", url.Values{"token": {id}}).leadsTo(http.StatusSeeOther, "/settings/tokens")
	equal(t, "told", v.get("/settings/tokens").find(".flash").Length(), 1)
	program.as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusUnauthorized)
}

func TestTokensAreAReaders(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	const toSignIn = "/sign-in?next=%2Fsettings%2Ftokens"
	v.get("/settings/tokens").leadsTo(http.StatusSeeOther, toSignIn)
	v.post("/settings/tokens", url.Values{"name": {"x"}, "scope": {"read"}, "days": {"0"}}).leadsTo(http.StatusSeeOther, toSignIn)
	v.post("/settings/tokens/revoke", url.Values{"token": {"1"}}).leadsTo(http.StatusSeeOther, toSignIn)
	v = s.reader(novice)
	for name, form := range map[string]url.Values{
		"no name": {"scope": {"read"}, "days": {"0"}}, "no scope": {"name": {"x"}, "days": {"0"}}, "another scope": {"name": {"x"}, "scope": {"admin"}, "days": {"0"}},
		"another life": {"name": {"x"}, "scope": {"read"}, "days": {"31"}}, "no life": {"name": {"x"}, "scope": {"read"}}, "nothing": {},
	} {
		p := v.in(t).post("/settings/tokens", form).want(http.StatusUnprocessableEntity)
		if p.find("main [role=alert]").Length() != 1 || p.find(".secret").Length() != 0 {
			t.Errorf("%s: %s", name, p.text("main"))
		}
	}
	equal(t, "tokens", v.get("/settings/tokens").find("main dt").Length(), 0)
}

// TestAPIAccess tries what needs a token with all kinds of them.
func TestAPIAccess(t *testing.T) {
	at := now
	s := newSite(t, func(c *web.Config) { c.Now = func() time.Time { return at } })
	reader := s.reader(novice)
	r, err := s.db.ReaderNamed(t.Context(), novice)
	if err != nil {
		t.Fatal(err)
	}
	revoked := s.token(novice, store.ScopeRead, store.ScopeVote)
	tokens, err := s.db.Tokens(t.Context(), r.ID)
	if err != nil || len(tokens) != 1 {
		t.Fatal(tokens, err)
	}
	if err := s.db.RevokeToken(t.Context(), r.ID, tokens[0].ID); err != nil {
		t.Fatal(err)
	}
	read, vote := s.token(novice, store.ScopeRead), s.token(novice, store.ScopeVote)
	who := map[string]struct {
		authorization string
		cookie        bool
		read, vote    int
		challenge     string // part of it
	}{
		"nobody":           {"", false, 401, 401, `Bearer realm="recto"`},
		"a cookie":         {"", true, 401, 401, `Bearer realm="recto"`},
		"to read":          {"Bearer " + read, false, 200, 403, `error="insufficient_scope", scope="vote"`},
		"to vote":          {"Bearer " + vote, false, 403, 200, `error="insufficient_scope", scope="read"`},
		"to vote, bearer":  {"bearer  " + vote, false, 403, 200, `error="insufficient_scope", scope="read"`},
		"revoked":          {"Bearer " + revoked, false, 401, 401, `error="invalid_token"`},
		"never made":       {"Bearer recto_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false, 401, 401, `error="invalid_token"`},
		"somebody else's":  {"Bearer hf_abcdef", false, 401, 401, `error="invalid_token"`},
		"nothing":          {"Bearer ", false, 401, 401, `error="invalid_token"`},
		"another scheme":   {"Basic " + vote, false, 401, 401, `Bearer realm="recto"`},
		"a bare token":     {vote, false, 401, 401, `Bearer realm="recto"`},
		"cookie and token": {"Bearer " + read, true, 200, 403, `error="insufficient_scope"`},
	}
	for name, tt := range who {
		t.Run(name, func(t *testing.T) {
			v := s.program().in(t)
			if tt.cookie {
				v.cookies = reader.cookies
			}
			for request, status := range map[string]int{"GET /api/v1/votes": tt.read, "PUT /api/v1/votes/2605.00003": tt.vote, "DELETE /api/v1/votes/2605.00003": tt.vote} {
				method, path, _ := strings.Cut(request, " ")
				headers := map[string]string{}
				if tt.authorization != "" {
					headers["Authorization"] = tt.authorization
				}
				p := v.do(method, path, nil, headers).want(status)
				equal(t, request+": a challenge", strings.Contains(p.Header.Get("WWW-Authenticate"), tt.challenge), status != 200)
				if cache := p.Header.Get("Cache-Control"); !strings.Contains(cache, "no-store") {
					t.Errorf("%s: Cache-Control %q", request, cache)
				}
			}
			public := v.do(http.MethodGet, "/api/v1/tags", nil, map[string]string{"Authorization": tt.authorization})
			if want := map[bool]int{true: 401, false: 200}[tt.authorization != "" && tt.read == 401]; public.StatusCode != want {
				t.Errorf("what is public: %d, want %d", public.StatusCode, want)
			}
		})
	}
	t.Run("Hugging Face's clients send what they have", func(t *testing.T) {
		v := s.program().in(t)
		v.as("hf_abcdef", http.MethodGet, "/api/daily_papers").want(http.StatusOK)
		v.as("recto_x", http.MethodGet, "/api/daily_papers").want(http.StatusUnauthorized)
		v.as(read, http.MethodGet, "/api/daily_papers").want(http.StatusOK)
	})
}

// TestAPIExpiry uses a token until it has expired.
func TestAPIExpiry(t *testing.T) {
	files, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	s := openSite(t, dir)
	r, err := s.db.ReaderNamed(t.Context(), novice)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.db.AddToken(t.Context(), r.ID, store.Token{Name: "short", Scopes: []store.Scope{store.ScopeRead}, ExpiresAt: now.Add(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	s.program().as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusOK)
	later := func() time.Time { return now.Add(time.Second) }
	db, err := store.Open(t.Context(), filepath.Join(dir, "recto.db"), later)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s = openSite(t, dir, func(c *web.Config) { c.DB, c.Now = db, later })
	s.program().as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusUnauthorized)
	if text := s.reader(novice).get("/settings/tokens").text("main .group dl"); !strings.Contains(text, "It has expired.") {
		t.Errorf("the list says %q", text)
	}
}

// TestAPIVotes votes with a token.
func TestAPIVotes(t *testing.T) {
	s := newSite(t)
	v, secret := s.program(), s.token(novice, store.ScopeRead, store.ScopeVote)
	votes := func() []string {
		t.Helper()
		var l apiListing
		v.as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusOK).json(&l)
		return l.ids()
	}
	equal(t, "votes", len(votes()), 0)
	for range 2 { // once is as good as twice
		for _, path := range []string{"2605.00003", "hep-th/9901001", "doi%3A10.1000%2Fxyz(2026)%2F3%3A1"} {
			var a struct {
				Paper string
				Voted bool
				Votes struct{ Total, Readers int }
			}
			v.as(secret, http.MethodPut, "/api/v1/votes/"+path).want(http.StatusOK).json(&a)
			p, err := s.db.Paper(t.Context(), store.PaperID(a.Paper))
			if err != nil || !a.Voted || a.Votes.Total != p.Votes() || a.Votes.Readers != p.ReaderVotes {
				t.Errorf("%+v, %+v, %v", a, p.Votes(), err)
			}
		}
	}
	equal(t, "votes of the paper", s.votes(maths), 79)
	got := votes()
	slices.Sort(got)
	if !slices.Equal(got, []string{"2605.00003", string(published), string(oldStyle)}) {
		t.Errorf("voted for %q", got)
	}
	equal(t, "votes on the site", len(s.reader(novice).get("/votes").papers()), 3)
	var a struct{ Voted bool }
	for range 2 {
		v.as(secret, http.MethodDelete, "/api/v1/votes/arXiv:2605.00003v1").want(http.StatusOK).json(&a)
	}
	equal(t, "voted", a.Voted, false)
	equal(t, "votes of the paper", s.votes(maths), 78)
	for _, id := range []string{"2401.00001", "nonsense<>", "%00"} {
		v.as(secret, http.MethodPut, "/api/v1/votes/"+id).want(http.StatusNotFound)
	}
	secret = s.token(voter, store.ScopeRead)
	walked := map[string]bool{}
	for path := "/api/v1/votes?limit=1"; path != ""; {
		p := v.as(secret, http.MethodGet, path).want(http.StatusOK)
		var l apiListing
		p.json(&l)
		for _, id := range l.ids() {
			walked[id] = true
		}
		path = p.next()
	}
	equal(t, "papers in pages of one", len(walked), 4)
}

// TestTokensOutliveAPassword changes the password without and with a word on tokens.
func TestTokensOutliveAPassword(t *testing.T) {
	s := newSite(t)
	secret, others := s.token(keeper, store.ScopeRead), s.token(novice, store.ScopeRead)
	uses := func(secret string) int {
		v := s.program()
		v.headers["Authorization"] = "Bearer " + secret
		return v.get("/api/v1/votes").StatusCode
	}
	v := s.reader(keeper)
	box := v.get("/settings").find("form[action='/settings'] input[type=checkbox][name=revoke]")
	if _, checked := box.Attr("checked"); box.Length() != 1 || checked {
		t.Fatalf("%d boxes, checked: %v", box.Length(), checked)
	}
	v.post("/settings", url.Values{"password": {password}, "new": {another}}).want(http.StatusSeeOther)
	equal(t, "status with the token", uses(secret), http.StatusOK)
	v.post("/settings", url.Values{"password": {wrong}, "new": {password}, "revoke": {"tokens"}}).want(http.StatusUnprocessableEntity)
	equal(t, "status after a wrong password", uses(secret), http.StatusOK)
	v.post("/settings", url.Values{"password": {another}, "new": {password}, "revoke": {"tokens"}}).want(http.StatusSeeOther)
	if told := v.get("/settings").text(".flash"); !strings.Contains(told, "token") {
		t.Errorf("told %q", told)
	}
	equal(t, "status after the tokens are revoked", uses(secret), http.StatusUnauthorized)
	equal(t, "status of another reader", uses(others), http.StatusOK)
	equal(t, "tokens listed", v.get("/settings/tokens").find("form[action='/settings/tokens/revoke']").Length(), 0)
}
