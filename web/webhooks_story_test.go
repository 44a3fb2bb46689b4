package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"recto/digest/hook"
	"recto/web"
	"recto/web/browsertest"
)

// chat is a real server that keeps what is posted to its webhooks.
type chat struct {
	*httptest.Server
	mu     sync.Mutex
	posts  []*http.Request
	bodies []string
	status int // that is answered; 200 for zero
	says   string
}

func newChat(t *testing.T) *chat {
	c := &chat{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.posts, c.bodies = append(c.posts, r), append(c.bodies, string(body))
		if c.status != 0 {
			w.WriteHeader(c.status)
		}
		_, _ = io.WriteString(w, c.says)
	}))
	t.Cleanup(c.Close)
	return c
}

// last is what was posted last, of how many in all.
func (c *chat) last() (r *http.Request, body string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n = len(c.posts); n > 0 {
		r, body = c.posts[n-1], c.bodies[n-1]
	}
	return r, body, n
}

func (c *chat) answer(status int, says string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status, c.says = status, says
}

// TestStoryOfAWebhook is what somebody does who wants a team's channel to get digests.
func TestStoryOfAWebhook(t *testing.T) {
	for name, opts := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChat(t)
			_, home := serve(t, func(cfg *web.Config) {
				cfg.Hooks = hook.NewClient(hook.Options{Site: siteURL, Private: true, Now: clock})
			})
			p := browsertest.Open(t, opts)
			signIn(t, p, home, novice)
			p.ClickNav(`.account a[href="/settings"]`)
			p.ClickNav(`main a[href="/settings/webhooks"]`)
			p.Type("#f-url", c.URL+secretPath)
			p.Select("#f-format", "mattermost")
			p.Select("#f-subject", "category")
			p.Type("#f-what", "cs.LG")
			p.Type("#f-title", "Lab channel")
			if opts.NoJS {
				p.Type("#f-zone", "Europe/Berlin")
			} else {
				equal(t, "zone", p.Value("#f-zone") != "", true)
			}
			p.Nav(func() { p.Press("Enter") }) // from the last field
			equal(t, "name", p.Text(".hooks h3"), "Lab channel")
			equal(t, "said", strings.HasPrefix(p.Text(".flash"), "The webhook is added."), true)
			p.ClickNav(`.hooks form[action$="/test"] button`)
			equal(t, "said", strings.HasPrefix(p.Text(".flash"), "The test is sent: 127.0.0.1"), true)
			if r, body, n := c.last(); n != 1 || r.URL.Path != secretPath || !strings.Contains(body, "papers in cs") {
				t.Errorf("%d posts, the last %s", n, body)
			}
			p.Click(".hooks summary")
			p.Fill(`.hooks input[name=title]`, "Our channel")
			p.ClickNav(`.hooks form[action$="/change"] .button`)
			equal(t, "name", p.Text(".hooks h3"), "Our channel")
			if opts.Phone {
				if wide := p.Overflow(); len(wide) > 0 {
					t.Errorf("too wide: %q", wide)
				}
			}
			p.ClickNav(`.hooks form[action$="/remove"] button`)
			equal(t, "webhooks", p.Count(".hooks li"), 0)
			p.ClickNav(`form.flash button`)
			equal(t, "name", p.Text(".hooks h3"), "Our channel")
			p.ClickNav(`.hooks form[action$="/remove"] button`)
			p.ClickNav(`main a[href="/settings"]`)
			quietly(t, p, home)
		})
	}
}
