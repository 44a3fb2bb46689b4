package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/web/browsertest"
)

// The archive has a page for each public digest, and a listing of them.
func TestArchive(t *testing.T) {
	s, b := newInbox(t)
	v := s.visitor()
	v.get("/digest").want(http.StatusOK)
	v.get("/digest/2026-05-14").want(http.StatusNotFound)
	if got := b.comes(); len(got) != 0 { // the one of the 13th; it is mailed to nobody
		t.Fatalf("%+v", got)
	}
	b.now = store.Day("2026-05-14").Time().Add(7 * time.Hour)
	b.comes()
	for _, p := range v.get("/digest").want(http.StatusOK).attrs("main ul.rows a", "href") {
		if len(v.get(p).want(http.StatusOK).papers()) == 0 {
			t.Errorf("%s has no papers", p)
		}
	}
	first := v.get("/digest/2026-05-14").want(http.StatusOK)
	equal(t, "top paper", first.papers()[0], string(everything))
	equal(t, "heading", first.text("h1"), "Digest of 14 May 2026")
	equal(t, "links from the archive's own box to it", first.find(`.aside section a[href="/digest"]`).Length(), 0)
	equal(t, "links to it from another's", v.get("/tags/world-models").find(`.aside section a[href="/digest"]`).Length(), 1)
	equal(t, "papers", len(first.papers()), 9) // the tenth was withdrawn
	for _, bad := range []string{"/digest/2026-05-01", "/digest/yesterday", "/digest/2026-13-01"} {
		v.get(bad).want(http.StatusNotFound)
	}
	v.get("/digest?before=nonsense").want(http.StatusBadRequest)
	equal(t, "before all", v.get("/digest?before=2026-01-01").want(http.StatusOK).find("main ul.rows a").Length(), 0)
}

// A reader finds what was asked for while signed in; changing it takes the address's own confirmation.
func TestReadersDigests(t *testing.T) {
	s, b := newInbox(t)
	s.visitor().get("/settings/digests").leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fsettings%2Fdigests")
	v := s.reader(novice)
	equal(t, "links before", v.get("/settings/digests").want(http.StatusOK).find("main dl").Length(), 0)
	equal(t, "link in the settings", v.get("/settings").find(`a[href="/settings/digests"]`).Length(), 1)
	v.post("/subscribe", v.get("/tags/world-models").box("novice@example.org")).want(http.StatusSeeOther)
	waiting := v.get("/settings/digests").want(http.StatusOK)
	if !strings.Contains(waiting.text("main"), "waits for its confirmation") || waiting.find("main dd a").Length() != 0 {
		t.Errorf("%s", waiting.text("main"))
	}
	s.visitor().post(b.comes()[0].path(t, "/subscribe/confirm/"), url.Values{}).want(http.StatusSeeOther)
	v.get(v.get("/settings/digests").want(http.StatusOK).attr("main dd a", "href")).want(http.StatusOK)
	equal(t, "another reader's", s.reader(voter).get("/settings/digests").want(http.StatusOK).find("main dl").Length(), 0)
}

// An admin sees the mail as it would come.
func TestPreview(t *testing.T) {
	s := newSite(t)
	s.visitor().get("/digest/preview").leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fdigest%2Fpreview")
	s.reader(voter).get("/digest/preview").want(http.StatusForbidden)
	r, err := s.db.ReaderNamed(context.Background(), keeper)
	if err = errors.Join(err, s.db.SetRole(context.Background(), r.ID, store.RoleAdmin)); err != nil {
		t.Fatal(err)
	}
	v := s.reader(keeper)
	p := v.get("/digest/preview").want(http.StatusOK)
	if !strings.Contains(p.text("h2"), "Everything a Paper Can Have") || p.find("script, img, link").Length() > 0 || !strings.Contains(p.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%.500s", p.body)
	}
	if text := v.get("/digest/preview?part=text"); !strings.Contains(string(text.body), "Unsubscribe: "+siteURL) {
		t.Errorf("%s", text.body)
	}
	v.get("/digest/preview?subject=tag&what=world-models").want(http.StatusOK)
	for _, message := range browsertest.ValidateHTML(t, map[string][]byte{"mail": p.body}, "element is obsolete.") { // as Outlook knows no other
		t.Error(message)
	}
	v.get("/digest/preview?subject=tag&what=nothing").want(http.StatusNotFound)
}

// TestMailInABrowser opens the preview as several people would read the mail.
func TestMailInABrowser(t *testing.T) {
	s, home := serve(t)
	r, err := s.db.ReaderNamed(context.Background(), keeper)
	if err = errors.Join(err, s.db.SetRole(context.Background(), r.ID, store.RoleAdmin)); err != nil {
		t.Fatal(err)
	}
	for name, opts := range map[string]browsertest.Options{"light": {}, "dark, phone": {Dark: true, Phone: true}, "small phone": {Phone: true, Width: 320, Height: 640}} {
		p := browsertest.Open(t, opts)
		signIn(t, p, home, keeper)
		p.Go(home + "/digest/preview")
		for _, violation := range p.Axe("landmark-one-main", "region") { // around a mail are those of the program that shows it
			t.Errorf("%s: %s", name, violation)
		}
		for _, wide := range p.Overflow() {
			t.Errorf("%s: %s", name, wide)
		}
		quietly(t, p, home)
	}
}
