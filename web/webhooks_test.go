package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"recto/digest/hook"
	"recto/store"
	"recto/web"
)

// hookForm is the form for everything, daily.
func hookForm(address string, pairs ...string) url.Values {
	form := url.Values{"url": {address}, "format": {"slack"}, "subject": {"all"}, "when": {"-1"}, "zone": {"UTC"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

const secretPath = "/services/T000/B000/SeCrEtSeCrEtWXYZ"

// A webhook is added, tested, gets its digest, is changed, stops, is tried again, is removed and comes back.
func TestLifeOfAWebhook(t *testing.T) {
	s, b := newInbox(t)
	c := newChat(t)
	v := s.reader(novice)
	v.get("/")
	host := strings.TrimPrefix(c.URL, "http://")
	equal(t, "link in the settings", v.get("/settings").find(`main a[href="/settings/webhooks"]`).Length(), 1)
	equal(t, "link beside the digests", v.get("/settings/digests").find(`main a[href="/settings/webhooks"]`).Length(), 1)

	v.post("/settings/webhooks", hookForm(c.URL+secretPath, "title", "<b>Lab & friends</b>", "subject", "tag", "what", "World Models")).leadsTo(http.StatusSeeOther, "/settings/webhooks")
	p := v.get("/settings/webhooks").want(http.StatusOK)
	equal(t, "name", p.text("h3"), "<b>Lab & friends</b>")
	equal(t, "cache", p.Header.Get("Cache-Control"), "no-store")
	text := p.text("main")
	for _, want := range []string{"The webhook is added", "A daily digest of papers tagged world-models to Slack at " + host + "/…WXYZ.", "Nothing was posted yet.", "The next comes on Thursday, 14 May 2026, at 07:00"} {
		if !strings.Contains(text+p.text(".flash"), want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(string(p.body), "SeCrEt") {
		t.Error("the address is shown again")
	}
	checkNothingInline(t, p)
	base := strings.TrimSuffix(p.attr(`form[action$="/test"]`, "action"), "/test")

	t.Run("test", func(t *testing.T) {
		v := v.in(t)
		c.answer(0, "ok")
		v.post(base+"/test", url.Values{}).leadsTo(http.StatusSeeOther, "/settings/webhooks")
		equal(t, "said", v.get("/settings/webhooks").text(".flash"), "The test is sent: "+host+" answered 200 OK: ok.")
		r, body, n := c.last()
		if n != 1 || r.Header.Get("X-Recto-Event") != "test" || r.URL.Path != secretPath || !strings.Contains(body, "A digest of papers tagged world-models will be posted here, every day that has papers.") {
			t.Errorf("%d posts, the last %+v: %s", n, r, body)
		}
		c.answer(404, "<script>no_team")
		v.post(base+"/test", url.Values{}).want(http.StatusSeeOther)
		equal(t, "said", v.get("/settings/webhooks").text(".flash"), "The test was not taken: "+host+" answered 404 Not Found.")
		c.answer(404, "no_team <script>")
		v.post(base+"/test", url.Values{}).want(http.StatusSeeOther)
		p := v.get("/settings/webhooks")
		equal(t, "said", p.text(".flash"), "The test was not taken: "+host+" answered 404 Not Found: no_team <script>.")
		checkNothingInline(t, p)
		equal(t, "it still runs", strings.Contains(p.text("main"), "The next comes on"), true)
	})
	t.Run("digest", func(t *testing.T) {
		v := v.in(t)
		c.answer(0, "ok")
		_, _, before := c.last()
		b.now = store.Day("2026-05-14").Time().Add(7 * time.Hour)
		for range 2 { // once is enough
			b.comes()
		}
		r, body, n := c.last()
		if n != before+1 || r.Header.Get("X-Recto-Event") != "digest" || !strings.Contains(body, "Everything a Paper Can Have") || !strings.Contains(body, siteURL+"/papers/2605.00001") || strings.Contains(body, "/subscribe/") {
			t.Errorf("%d posts, the last %s", n-before, body)
		}
		equal(t, "in the settings", strings.Contains(v.get("/settings/webhooks").text("main"), "The last was posted on Wednesday, 13 May 2026, at 12:00."), true) // the store's clock stands
	})
	t.Run("change", func(t *testing.T) {
		v := v.in(t)
		v.post(base+"/change", url.Values{"title": {"Friends"}, "when": {"5"}, "zone": {"Asia/Tokyo"}}).leadsTo(http.StatusSeeOther, "/settings/webhooks")
		p := v.get("/settings/webhooks")
		equal(t, "name", p.text("h3"), "Friends")
		equal(t, "when", p.attr(`form[action$="/change"] option[selected]`, "value"), "5")
		equal(t, "zone", p.attr(`form[action$="/change"] input[name=zone]`, "value"), "Asia/Tokyo")
		v.post(base+"/change", url.Values{"title": {"Friends"}, "when": {"5"}, "zone": {"Mars/Base\r\nX: y"}}).want(http.StatusSeeOther)
		equal(t, "said", strings.HasPrefix(v.get("/settings/webhooks").text(".flash"), "Nothing is changed."), true)
		v.post(base+"/secret", url.Values{}).want(http.StatusNotFound) // there is none
	})
	t.Run("stops and goes on", func(t *testing.T) {
		v := v.in(t)
		v.post(base+"/change", url.Values{"when": {"-1"}, "zone": {"UTC"}}).want(http.StatusSeeOther)
		c.answer(410, "archived")
		b.now = store.Day("2026-05-15").Time().Add(7 * time.Hour)
		d := store.Digest{Day: "2026-05-15", Span: store.DaySpan("2026-05-14"), Papers: []store.Standing{{ID: everything}}, Shown: 1}
		id := subscriptionOf(t, base)
		if err := s.db.AddDigests(t.Context(), []store.Plan{{Subscription: id, Digest: &d, NextAt: b.now.AddDate(0, 0, 1)}}); err != nil {
			t.Fatal(err)
		}
		b.comes()
		v.get("/settings/webhooks") // what was said before
		text := v.get("/settings/webhooks").text(".hooks")
		equal(t, "why", strings.Contains(text, "It has stopped: "+host+" answered 410 Gone: archived."), true)
		c.answer(0, "ok")
		_, _, before := c.last()
		b.comes()
		if _, _, n := c.last(); n != before {
			t.Error("it is tried though it has stopped")
		}
		v.post(base+"/resume", url.Values{}).leadsTo(http.StatusSeeOther, "/settings/webhooks")
		b.comes()
		if _, body, n := c.last(); n != before+1 || !strings.Contains(body, "Everything a Paper Can Have") {
			t.Errorf("after “try again”: %d posts, %s", n-before, body)
		}
	})
	t.Run("removed, and back", func(t *testing.T) {
		v := v.in(t)
		to := v.post(base+"/remove", url.Values{}).want(http.StatusSeeOther).Header.Get("Location")
		p := v.get(to).want(http.StatusOK)
		equal(t, "webhooks", p.find(".hooks li").Length(), 0)
		equal(t, "undo", p.attr("form.flash", "action"), base+"/resume")
		equal(t, "another reader's page", s.reader(keeper).in(t).get(to).want(http.StatusOK).find("form.flash").Length(), 0)
		v.post(base+"/resume", url.Values{}).want(http.StatusSeeOther)
		p = v.get("/settings/webhooks")
		equal(t, "webhooks", p.find(".hooks li").Length(), 1)
		equal(t, "undo", v.get(to).find("form.flash").Length(), 0)
	})
}

// subscriptionOf is the webhook that a page's forms are about.
func subscriptionOf(t *testing.T, base string) store.SubscriptionID {
	t.Helper()
	var id store.SubscriptionID
	if err := json.Unmarshal([]byte(base[strings.LastIndexByte(base, '/')+1:]), &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// The secret of a program's webhook is told once, signs, and can be replaced; its papers are as the API gives them.
func TestWebhookOfAProgram(t *testing.T) {
	s, b := newInbox(t)
	c := newChat(t)
	v := s.reader(novice)
	secret := v.post("/settings/webhooks", hookForm(c.URL+"/in", "format", "json")).want(http.StatusOK).text(".secret code")
	if !strings.HasPrefix(secret, "recto_hook_") {
		t.Fatalf("secret %q", secret)
	}
	p := v.get("/settings/webhooks")
	if strings.Contains(string(p.body), secret) {
		t.Error("the secret is shown again")
	}
	base := strings.TrimSuffix(p.attr(`form[action$="/test"]`, "action"), "/test")
	again := v.post(base+"/secret", url.Values{}).want(http.StatusOK).text(".secret code")
	if !strings.HasPrefix(again, "recto_hook_") || again == secret {
		t.Errorf("another secret %q", again)
	}
	b.now = store.Day("2026-05-14").Time().Add(7 * time.Hour)
	b.comes()
	r, body, n := c.last()
	if n != 1 || len(r.Header.Get("X-Recto-Signature")) != len("sha256=")+64 {
		t.Fatalf("%d posts, %v", n, r)
	}
	var d struct{ Papers []map[string]any }
	if err := json.Unmarshal([]byte(body), &d); err != nil || len(d.Papers) != 9 {
		t.Fatal(err, len(d.Papers))
	}
	for _, paper := range d.Papers {
		var api map[string]any
		s.program().get("/api/v1/papers/" + url.PathEscape(paper["id"].(string))).want(http.StatusOK).json(&api)
		for name, value := range paper {
			if name == "place" || name == "again" {
				continue
			}
			got, _ := json.Marshal(value)
			want, _ := json.Marshal(api[name])
			if string(got) != string(want) {
				t.Errorf("%s of %s is %.200s, and %.200s by the API", name, paper["id"], got, want)
			}
		}
	}
}

func TestWhatWebhooksAreRefused(t *testing.T) {
	s := newSite(t)
	v := s.reader(novice)
	for name, tt := range map[string]struct {
		form  url.Values
		field string // with the message; "" above the form
	}{
		"no address":         {hookForm(""), "#h-url"},
		"a private address":  {hookForm("https://127.0.0.1/x"), "#h-url"},
		"this machine":       {hookForm("https://localhost/x"), "#h-url"},
		"the metadata":       {hookForm("https://169.254.169.254/latest"), "#h-url"},
		"without TLS":        {hookForm("http://hooks.slack.com/x"), "#h-url"},
		"no kind":            {hookForm("https://example.org/x", "format", ""), "#h-format"},
		"mail":               {hookForm("https://example.org/x", "format", "mail"), "#h-format"},
		"a tag of all":       {hookForm("https://example.org/x", "what", "world models"), "#h-what"},
		"no tag":             {hookForm("https://example.org/x", "subject", "tag"), "#h-what"},
		"an unknown tag":     {hookForm("https://example.org/x", "subject", "tag", "what", `"><script>`), "#h-what"},
		"an unknown zone":    {hookForm("https://example.org/x", "zone", "Mars"), "#h-f-zone"},
		"a long name":        {hookForm("https://example.org/x", "title", strings.Repeat("x", 61)), ".form > .wrong"},
		"a password with it": {hookForm("https://u:p@example.org/x"), ".form > .wrong"},
	} {
		p := v.in(t).post("/settings/webhooks", tt.form).want(http.StatusUnprocessableEntity)
		if p.find(tt.field+"[role=alert]").Length() != 1 || p.find("main script").Length() > 0 {
			t.Errorf("%s: %s", name, p.text("main .wrong"))
		}
	}
	equal(t, "webhooks", v.get("/settings/webhooks").find(".hooks li").Length(), 0)
	v.post("/settings/webhooks", hookForm("https://hooks.slack.com/services/x", "format", "", "subject", "author", "what", "Yann LeCun", "zone", "")).want(http.StatusSeeOther)
	text := v.get("/settings/webhooks").text(".hooks")
	equal(t, "guessed", strings.Contains(text, "A daily digest of papers by Yann LeCun") && strings.Contains(text, "to Slack at hooks.slack.com"), true)
	v.post("/settings/webhooks", hookForm("https://hooks.slack.com/services/x", "subject", "author", "what", "Yann LeCun")).want(http.StatusUnprocessableEntity)
	for n := range store.MaxWebhooks {
		v.post("/settings/webhooks", hookForm("https://hooks.slack.com/services/y"+strings.Repeat("y", n)))
	}
	p := v.post("/settings/webhooks", hookForm("https://hooks.slack.com/services/z")).want(http.StatusUnprocessableEntity)
	equal(t, "webhooks", p.find(".hooks li").Length(), store.MaxWebhooks)
}

// Nobody else sees, tests, changes or removes a reader's webhook.
func TestWebhooksAreAReaders(t *testing.T) {
	c := newChat(t)
	s := newSite(t, func(cfg *web.Config) {
		cfg.Hooks = hook.NewClient(hook.Options{Site: siteURL, Private: true, Now: clock})
	})
	v := s.reader(novice)
	v.post("/settings/webhooks", hookForm(c.URL+secretPath, "format", "json")).want(http.StatusOK)
	base := strings.TrimSuffix(v.get("/settings/webhooks").attr(`form[action$="/test"]`, "action"), "/test")
	before, err := s.db.Subscription(t.Context(), subscriptionOf(t, base))
	if err != nil {
		t.Fatal(err)
	}
	actions := []string{"test", "change", "secret", "remove", "resume"}
	for name, tt := range map[string]struct {
		who    *visitor
		status int
	}{"nobody": {s.visitor(), http.StatusSeeOther}, "another reader": {s.reader(keeper), http.StatusNotFound}} {
		for _, action := range actions {
			p := tt.who.in(t).post(base+"/"+action, url.Values{"title": {"mine"}, "when": {"1"}, "zone": {"UTC"}}).want(tt.status)
			if to := p.Header.Get("Location"); tt.status == http.StatusSeeOther && to != "/sign-in?next=%2Fsettings%2Fwebhooks" {
				t.Errorf("%s, %s: leads to %s", name, action, to)
			}
			if strings.Contains(string(p.body), "SeCrEt") {
				t.Errorf("%s, %s: the address is told", name, action)
			}
		}
		if p := tt.who.get("/settings/webhooks"); strings.Contains(string(p.body), "WXYZ") {
			t.Errorf("%s sees it", name)
		}
	}
	for _, action := range actions { // a page of another site
		v.do(http.MethodPost, base+"/"+action, url.Values{}, map[string]string{"Sec-Fetch-Site": "cross-site"}).want(http.StatusForbidden)
		v.get(base + "/" + action).want(http.StatusMethodNotAllowed)
	}
	v.post("/settings/webhooks/1/test", url.Values{}).want(http.StatusNotFound) // the public digest's
	v.post("/settings/webhooks/x/test", url.Values{}).want(http.StatusNotFound)
	s.visitor().get("/settings/webhooks").leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fsettings%2Fwebhooks")
	s.visitor().post("/settings/webhooks", hookForm(c.URL)).leadsTo(http.StatusSeeOther, "/sign-in?next=%2Fsettings%2Fwebhooks")
	after, err := s.db.Subscription(t.Context(), before.ID)
	if _, _, n := c.last(); err != nil || after != before || n != 0 {
		t.Errorf("%+v became %+v, %v; %d posts", before, after, err, n)
	}
	limited := false
	for range 15 {
		v.post(base+"/test", url.Values{}).want(http.StatusSeeOther)
		limited = limited || strings.HasPrefix(v.get("/settings/webhooks").text(".flash"), "Too many tries.")
	}
	if _, _, n := c.last(); !limited || n > 10 {
		t.Errorf("%d tests at once", n)
	}
}

// TestWebhookStates says what became of a webhook's digests.
func TestWebhookStates(t *testing.T) {
	s := newSite(t)
	text := s.reader(voter).get("/settings/webhooks").want(http.StatusOK)
	items := text.find(".hooks li").Map(func(_ int, li *goquery.Selection) string { return strings.Join(strings.Fields(li.Text()), " ") })
	want := []string{"A Monday digest of papers found by", "The last was posted on Wednesday, 13 May 2026, at 21:00.", "The next comes on Monday, 18 May 2026, at 07:00", "Mattermost at 127.0.0.1:9/…wxyz", "It has stopped: 127.0.0.1:9 answered 404 Not Found"}
	for _, w := range want {
		if !slices.ContainsFunc(items, func(item string) bool { return strings.Contains(item, w) }) {
			t.Errorf("no %q in %q", w, items)
		}
	}
	equal(t, "webhooks", len(items), 2)
	equal(t, "that can be tried again", text.find(`.hooks form[action$="/resume"]`).Length(), 1)
	equal(t, "that have a secret", text.find(`.hooks form[action$="/secret"]`).Length(), 1)
}
