package web_test

import (
	"context"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"recto/digest"
	"recto/digest/hook"
	"recto/store"
	"recto/web"
	"recto/web/mail"
)

// inbox is a real mail server that keeps what it takes, and a post that sends to it.
type inbox struct {
	t    *testing.T
	post *digest.Post
	now  time.Time

	mu    sync.Mutex
	mails []letter
}

type letter struct {
	header netmail.Header
	text   string
}

func (b *inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b *inbox) Reset()                                      {}
func (b *inbox) Logout() error                               { return nil }
func (b *inbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (b *inbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (b *inbox) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(quotedprintable.NewReader(part))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, letter{m.Header, string(text)})
	return err
}

// newInbox serves mail for a site whose clock the test moves.
func newInbox(t *testing.T) (*site, *inbox) {
	b := &inbox{t: t, now: now}
	clock := func() time.Time { return b.now }
	hooks := hook.NewClient(hook.Options{Site: siteURL, Private: true, Now: clock})
	s := newSite(t, func(c *web.Config) { c.Now, c.Hooks = clock, hooks })
	server := smtp.NewServer(b)
	server.Domain = "localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	carrier, err := digest.NewSMTP("smtp://"+listener.Addr().String(), "papers.example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	links := web.MailLinks(siteURL)
	editor, err := digest.NewEditor(t.Context(), s.db, s.index, links, clock)
	if err != nil {
		t.Fatal(err)
	}
	b.post, err = digest.Open(digest.Config{DB: s.db, Editor: editor, Carrier: carrier, Hooks: hooks, Links: links, Lock: filepath.Join(t.TempDir(), "lock"),
		Now: clock, Log: slog.New(slog.DiscardHandler), Sender: mail.Sender{From: &netmail.Address{Address: "recto@papers.example.org"}, Host: "papers.example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.post.Close() })
	return s, b
}

// comes is what the post brings now.
func (b *inbox) comes() []letter {
	b.t.Helper()
	if _, err := b.post.Pass(context.Background()); err != nil {
		b.t.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.mails
	b.mails = nil
	return all
}

// path is the page of the site that a mail leads to.
func (l letter) path(t *testing.T, start string) string {
	t.Helper()
	address := regexp.MustCompile(regexp.QuoteMeta(siteURL+start) + `\S+`).FindString(l.text)
	if address == "" {
		t.Fatalf("no link to %s in\n%s", start, l.text)
	}
	return strings.TrimPrefix(address, siteURL)
}

// box is the subscribe box of a page, filled in.
func (p *page) box(address string) url.Values {
	p.t.Helper()
	form := url.Values{"address": {address}, "when": {"-1"}, "zone": {"UTC"}}
	for _, name := range []string{"subject", "what", "name"} {
		form.Set(name, p.attr(`form[action="/subscribe"] input[name=`+name+`]`, "value"))
	}
	return form
}

// The store's clock stands still in these tests: a subscription is confirmed at noon on Wednesday, 13 May 2026.
func TestSubscribingStory(t *testing.T) {
	s, b := newInbox(t)
	v := s.visitor()
	form := v.get("/").want(http.StatusOK).box("ada@example.org")
	form.Set("zone", "Europe/Berlin")
	v.post("/subscribe", form).leadsTo(http.StatusSeeOther, "/subscribe/asked")
	v.get("/subscribe/asked").want(http.StatusOK)
	mails := b.comes()
	if len(mails) != 1 || mails[0].header.Get("To") != "<ada@example.org>" {
		t.Fatalf("%+v", mails)
	}
	if len(b.comes()) != 0 {
		t.Error("the notice comes twice")
	}
	confirm := mails[0].path(t, "/subscribe/confirm/")
	for range 2 { // looking at the link changes nothing
		p := v.get(confirm).want(http.StatusOK)
		equal(t, "address", strings.Contains(p.text("main"), "ada@example.org"), true)
		equal(t, "cache", p.Header.Get("Cache-Control"), "no-store")
	}
	b.now = store.Day("2026-05-14").Time().Add(6 * time.Hour)
	if got := b.comes(); len(got) != 0 {
		t.Fatalf("before the confirmation: %+v", got)
	}
	manage := v.post(confirm, url.Values{}).want(http.StatusSeeOther).Header.Get("Location")
	equal(t, "says when", strings.Contains(v.get(manage).want(http.StatusOK).text("main"), "Thursday, 14 May 2026, at 07:00"), true)
	v.get(confirm).leadsTo(http.StatusSeeOther, manage)
	v.post(confirm, url.Values{}).leadsTo(http.StatusSeeOther, manage)

	mails = b.comes()
	if len(mails) != 1 {
		t.Fatalf("%d digests", len(mails))
	}
	h := mails[0].header
	if !strings.Contains(mails[0].text, "Everything a Paper Can Have: A Study of k-Means & More") || !strings.Contains(mails[0].text, siteURL+"/papers/2605.00001") ||
		!strings.Contains(mails[0].text, "1,531 votes") || strings.Contains(mails[0].text, "A Claim Taken Back") {
		t.Errorf("%s", mails[0].text)
	}
	if !strings.HasPrefix(h.Get("Subject"), "Everything a Paper Can Have") {
		t.Errorf("%s", h.Get("Subject"))
	}

	t.Run("changing it", func(t *testing.T) {
		v := v.in(t)
		equal(t, "manage", mails[0].path(t, "/subscribe/manage/"), manage)
		v.post(manage, url.Values{"when": {"1"}, "zone": {"Asia/Tokyo"}}).leadsTo(http.StatusSeeOther, manage)
		p := v.get(manage)
		equal(t, "zone", p.attr("select[name=zone] option[selected]", "value"), "Asia/Tokyo")
		equal(t, "when", p.attr("select[name=when] option[selected]", "value"), "1")
		v.post(manage, url.Values{"when": {"1"}, "zone": {"Mars/Base\r\nX: y"}}).want(http.StatusBadRequest)
	})
	t.Run("one click out", func(t *testing.T) {
		address := regexp.MustCompile(`<(https://[^>]*)>`).FindStringSubmatch(h.Get("List-Unsubscribe"))
		if address == nil || !strings.HasPrefix(address[1], siteURL) || h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Fatal(h)
		}
		path := strings.TrimPrefix(address[1], siteURL)
		equal(t, "link in the mail", mails[0].path(t, "/subscribe/stop/"), path)
		v := s.visitor().in(t)
		equal(t, "button", v.get(path).want(http.StatusOK).find(`main form[method=post] button`).Length(), 1)
		equal(t, "still runs", strings.Contains(v.get(manage).text("main"), "The next one comes"), true)
		v.headers = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.net"} // a mail service, without a cookie
		p := v.post(path, url.Values{"List-Unsubscribe": {"One-Click"}}).want(http.StatusOK)
		equal(t, "cookies", len(p.Cookies()), 0)
		v.post(path, url.Values{"List-Unsubscribe": {"One-Click"}}).want(http.StatusOK) // twice does no harm
		v.post("/subscribe", form).want(http.StatusForbidden)                           // everything else keeps its guard
		v.post(manage, form).want(http.StatusForbidden)
		s.visitor().in(t).post(manage, url.Values{"when": {"1"}, "zone": {"UTC"}}).want(http.StatusNotFound)
		equal(t, "ended", strings.Contains(s.visitor().in(t).get(manage).text("main"), "You are unsubscribed"), true)
		b.now = store.Day("2026-05-19").Time().Add(6 * time.Hour)
		if got := b.comes(); len(got) != 0 {
			t.Errorf("after the end: %+v", got)
		}
		equal(t, "confirm again", s.visitor().in(t).post(confirm, url.Values{}).want(http.StatusSeeOther).Header.Get("Location"), manage)
		equal(t, "still ended", strings.Contains(s.visitor().in(t).get(manage).text("main"), "You are unsubscribed"), true)
	})
}

// Every page with a box subscribes to what it shows, whatever its name.
func TestSubscribeBoxes(t *testing.T) {
	s, b := newInbox(t)
	v := s.visitor()
	for i, c := range []struct{ path, says string }{
		{"/", "all papers"}, {"/papers/trending", "all papers"}, {"/tags/world-models", "papers tagged world-models"},
		{"/categories/cs.LG", "papers in cs.LG"}, {"/authors/lecun-y?name=Y.+LeCun", "papers by Yann LeCun"},
		{"/search?q=%3Cscript%3Ealert(1)%3C/script%3E+robots", "papers found by “<script>alert(1)</script> robots”"},
	} {
		address := string(rune('a'+i)) + "@example.org"
		v.address = "192.0.2." + string(rune('1'+i)) + ":1"
		v.post("/subscribe", v.get(c.path).want(http.StatusOK).box(address)).want(http.StatusSeeOther)
		mails := b.comes()
		if len(mails) != 1 || !strings.Contains(strings.Join(strings.Fields(mails[0].text), " "), "a digest of "+c.says+" to be sent") {
			t.Fatalf("%s: %+v", c.path, mails)
		}
		confirm := mails[0].path(t, "/subscribe/confirm/")
		page := v.get(v.post(confirm, url.Values{}).want(http.StatusSeeOther).Header.Get("Location")).want(http.StatusOK)
		if !strings.Contains(page.text("main"), c.says) || page.find("script:not([src])").Length() > 0 {
			t.Errorf("%s: %s", c.path, page.text("main"))
		}
	}
	equal(t, "boxes of a reader's votes", s.reader(voter).get("/votes").find(`form[action="/subscribe"]`).Length(), 0)
	page := v.get("/subscribe?subject=tag&what=%22%3E%3Cscript%3E").want(http.StatusOK)
	equal(t, "markup", page.find("main script").Length(), 0)
}

// Nobody can tell whether an address is known, have mails sent to it again and again, or put anything into their headers.
func TestSubscribingIsGuarded(t *testing.T) {
	s, b := newInbox(t)
	v := s.visitor()
	form := v.get("/").box("ada@example.org")
	first := v.post("/subscribe", form)
	confirm := b.comes()[0].path(t, "/subscribe/confirm/")
	v.post(confirm, url.Values{}).want(http.StatusSeeOther)
	again := v.post("/subscribe", form)
	if first.StatusCode != again.StatusCode || first.Header.Get("Location") != again.Header.Get("Location") || string(first.body) != string(again.body) {
		t.Errorf("%d %q and %d %q", first.StatusCode, first.body, again.StatusCode, again.body)
	}
	if got := b.comes(); len(got) != 0 {
		t.Errorf("within the hour: %+v", got)
	}
	for name, change := range map[string]url.Values{
		"a header in the address": {"address": {"ada@example.org\r\nBcc: victim@example.org"}}, "two addresses": {"address": {"a@example.org,b@example.org"}},
		"no address": {"address": {""}}, "markup": {"address": {`"><script>@example.org`}}, "no such subject": {"subject": {"x\r\nBcc: y"}},
		"a tag of all": {"what": {"x"}}, "no such tag": {"subject": {"tag"}, "what": {"win at evil.example"}},
		"no such category": {"subject": {"category"}, "what": {"win at evil.example"}}, "no such author": {"subject": {"author"}, "what": {"win-a"}},
		"a name that isn't the author's": {"subject": {"author"}, "what": {"lecun-y"}, "name": {"Win at evil.example"}},
		"too long":                       {"subject": {"search"}, "what": {strings.Repeat("x ", 400)}},
	} {
		bad := url.Values{}
		for k := range form {
			bad.Set(k, form.Get(k))
		}
		bad.Set("address", "eve@example.org")
		for k := range change {
			bad.Set(k, change.Get(k))
		}
		u := v.in(t)
		u.address = "198.51.100.9:1"
		p := u.post("/subscribe", bad).want(http.StatusUnprocessableEntity)
		if p.find("main .wrong").Length() == 0 || p.find("main script").Length() > 0 {
			t.Errorf("%s: %s", name, p.text("main"))
		}
	}
	injected := url.Values{}
	for k := range form {
		injected.Set(k, form.Get(k))
	}
	injected.Set("address", "bob@example.org")
	injected.Set("subject", "search")
	injected.Set("what", "robots\r\nBcc: victim@example.org\r\n\r\nbody")
	injected.Set("zone", "UTC\r\nX: y")
	injected.Set("when", "9\r\nX: y")
	v.post("/subscribe", injected).want(http.StatusSeeOther)
	mails := b.comes()
	if len(mails) != 1 || len(mails[0].header["Bcc"]) > 0 || len(mails[0].header["To"]) != 1 || mails[0].header.Get("X") != "" {
		t.Errorf("%+v", mails)
	}
	v.address = "203.0.113.5:1"
	limited := false
	for range 20 {
		p := v.post("/subscribe", form)
		limited = limited || p.StatusCode == http.StatusTooManyRequests && p.Header.Get("Retry-After") != ""
	}
	equal(t, "limited", limited, true)
	for _, path := range []string{"/subscribe/manage/", "/subscribe/stop/", "/subscribe/confirm/"} {
		for _, secret := range []string{"1-x", "2-x", "2", "%3Cscript%3E", "zzzzzzzzzzzzzzzz-y"} {
			v.get(path + secret).want(http.StatusNotFound)
			v.post(path+secret, url.Values{}).want(http.StatusNotFound)
		}
	}
}
