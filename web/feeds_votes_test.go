package web_test

import (
	"bytes"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"recto/store"
	"recto/web"
)

// newFeed makes a feed of a reader's votes in the settings, and gives the address of each format's.
func newFeed(t *testing.T, v *visitor) (addresses []string) {
	t.Helper()
	p := v.post("/settings/tokens/feed", url.Values{}).want(http.StatusOK)
	equal(t, "kept by nobody", p.Header.Get("Cache-Control"), "no-store")
	checkNothingInline(t, p)
	checkIDs(t, p)
	for _, text := range strings.Fields(p.text(".flash .secret code")) {
		for a := range strings.SplitAfterSeq(strings.ReplaceAll(text, siteURL, " "+siteURL), " ") {
			if a = strings.TrimSpace(a); a != "" {
				addresses = append(addresses, strings.TrimPrefix(a, siteURL))
			}
		}
	}
	if len(addresses) != 3 || !strings.HasPrefix(addresses[0], "/votes?token=recto_") || !strings.HasSuffix(addresses[0], "&format=atom") {
		t.Fatalf("addresses %q", addresses)
	}
	return addresses
}

// TestFeedOfVotes makes a private feed, reads it as a feed reader does, and revokes it.
func TestFeedOfVotes(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(c *web.Config) {
		c.Log, c.Cache, c.WebSubHub = slog.New(slog.NewTextHandler(&log, nil)), 16<<20, "https://hub.example.org/"
	})
	v, program := s.reader(voter), s.visitor()
	program.post("/settings/tokens/feed", url.Values{}).leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fsettings%2Ftokens")
	v.get("/settings") // says welcome, once
	addresses := newFeed(t, v)
	secret := strings.TrimSuffix(strings.TrimPrefix(addresses[0], "/votes?token="), "&format=atom")
	again := v.get("/settings/tokens").want(http.StatusOK)
	if strings.Contains(string(again.body), secret) {
		t.Error("the secret is shown again")
	}
	equal(t, "in the list of tokens", again.text("main .group dt"), "Feed of my votes feed")

	for n, format := range feedFormats {
		p := program.get(addresses[n]).want(http.StatusOK)
		f := p.feed(format)
		checkAgainstGofeed(t, format, p.body, f)
		equal(t, "title", f.title, "Votes of "+voter+" · Recto")
		equal(t, "page", f.page, siteURL+"/votes")
		equal(t, "self", f.self, siteURL+addresses[n])
		equal(t, "hub, which would learn the secret", f.hub+p.Header.Get("Link"), "")
		equal(t, "cache", p.Header.Get("Cache-Control"), "private, no-cache")
		equal(t, "referrer", p.Header.Get("Referrer-Policy"), "no-referrer")
		equal(t, "robots", p.Header.Get("X-Robots-Tag"), "noindex")
		equal(t, "cookies", len(p.Cookies()), 0)
		var ids []string
		for _, i := range f.items {
			ids = append(ids, strings.TrimPrefix(i.id, siteURL+"/papers/"))
		}
		slices.Sort(ids)
		equal(t, "papers", strings.Join(ids, " "), "2605.00001 2605.00003 2605.00007 hep-th/9901001")
		program.do(http.MethodGet, addresses[n], nil, map[string]string{"If-None-Match": p.Header.Get("ETag")}).want(http.StatusNotModified)
	}
	atom := program.get(addresses[0]).feed("atom")
	other := s.visitor().get(newFeed(t, s.reader(novice))[0]).want(http.StatusOK).feed("atom")
	if len(other.items) != 0 || other.id == atom.id || strings.Contains(atom.id, secret) {
		t.Errorf("another's feed has %d papers and the id %s; this one's is %s", len(other.items), other.id, atom.id)
	}
	s.reader(voter).post("/votes", url.Values{"paper": {string(team)}}).want(http.StatusSeeOther)
	program.get(addresses[0]).want(http.StatusOK).feed("atom").item(t, team)

	// A token can do what it is for, and nothing else
	program.as(secret, http.MethodGet, "/api/v1/votes").want(http.StatusForbidden)
	for name, token := range map[string]string{"for programs": s.token(voter, store.ScopeRead, store.ScopeVote), "changed": secret[:len(secret)-1] + "_", "none": "", "session": "x"} {
		t.Run(name, func(t *testing.T) {
			p := v.in(t).get("/votes?format=atom&token=" + token).want(http.StatusNotFound) // though signed in
			equal(t, "cache", p.Header.Get("Cache-Control"), "no-store")
		})
	}
	program.get("/votes?token="+secret).leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fvotes")
	program.get("/papers/latest?token=" + secret).want(http.StatusOK)
	program.get("/papers/latest?x=%zz&%74oken=" + secret).want(http.StatusOK)

	ids := v.get("/settings/tokens").attrs("main .group button[name=token]", "value")
	id := ids[len(ids)-1] // the oldest
	v.post("/settings/tokens/revoke", url.Values{"token": {id}}).leadsTo(http.StatusSeeOther, "/settings/tokens")
	program.get(addresses[0]).want(http.StatusNotFound)
	program.do(http.MethodGet, addresses[0], nil, map[string]string{"If-None-Match": "*"}).want(http.StatusNotFound)
	if text := log.String(); strings.Contains(text, secret) || !strings.Contains(text, "/votes?format=atom&token=") {
		t.Errorf("the log holds the secret, or not the address:\n%.2000s", text)
	}
}

// TestFeedOfManyVotes pages through more votes than a page holds: the secret comes along.
func TestFeedOfManyVotes(t *testing.T) {
	s := newSite(t)
	who, err := s.db.ReaderNamed(t.Context(), keeper)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.db.Papers(t.Context(), store.Filter{Order: store.Newest, Limit: 70})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range page.Papers {
		if _, err := s.db.SetVote(t.Context(), who.ID, p.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	address, program := newFeed(t, s.reader(keeper))[1], s.visitor()
	first := program.get(address).want(http.StatusOK).feed("rss")
	second := program.get(strings.TrimPrefix(first.next, siteURL)).want(http.StatusOK).feed("rss")
	if len(first.items) != 50 || len(second.items) != 20 || second.next != "" || second.previous == "" {
		t.Errorf("%d and %d papers, then %q", len(first.items), len(second.items), second.next)
	}
}

func TestTooManyFeeds(t *testing.T) {
	s := newSite(t)
	v := s.reader(keeper)
	for range store.MaxTokens {
		s.token(keeper, store.ScopeRead)
	}
	p := v.post("/settings/tokens/feed", url.Values{}).want(http.StatusUnprocessableEntity)
	if !strings.Contains(p.text(".wrong"), "revoke one first") {
		t.Errorf("it says %s", html.UnescapeString(string(p.body)))
	}
}
