package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"recto/store"
	"recto/web"
)

// A hub hears of the feeds that have gained a paper, again if it didn't take that, and of no paper that was there before.
func TestHubIsTold(t *testing.T) {
	published := make(chan []string, 10)
	var broken atomic.Bool
	broken.Store(true)
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if mode := r.PostFormValue("hub.mode"); r.Method != http.MethodPost || mode != "publish" {
			t.Errorf("%s, mode %q", r.Method, mode)
		}
		status := http.StatusNoContent
		if broken.Load() {
			status = http.StatusServiceUnavailable
		}
		w.WriteHeader(status)
		published <- r.PostForm["hub.url"]
	}))
	t.Cleanup(hub.Close)
	withHub := func(c *web.Config) { c.WebSubHub = hub.URL + "/" }
	s := newSite(t, withHub)
	known := func() string {
		value, err := s.db.Setting(t.Context(), "websub-told")
		if err != nil {
			t.Fatal(err)
		}
		return string(value)
	}
	comes := func(what string, is func() bool) {
		t.Helper()
		for patience := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(patience) {
				t.Fatal(what)
			}
		}
	}
	comes("the site did not look what there is", func() bool { return known() != "" })

	p := store.Paper{ID: "2605.77777", Title: "New", Abstract: "New.", Authors: []store.Author{{Name: "Ada Lovelace"}}, Categories: []string{"cs.LG"},
		Tags: []string{"world models", `"><script>`}, FeaturedOn: "2026-05-13", FeaturedBy: "test", Source: "test", ReadAt: now}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Ingest(t.Context(), store.Batch{Papers: []store.Paper{p}}); err != nil {
		t.Fatal(err)
	}
	comes("the hub is not told", func() bool { return len(published) > 0 })
	first := <-published
	broken.Store(false)
	handler, err := web.New(t.Context(), web.Config{DB: s.db, Search: s.index, URL: siteURL, Log: slog.New(slog.DiscardHandler), Now: clock, WebSubHub: hub.URL + "/"})
	if err != nil {
		t.Fatal(err)
	}
	comes("the hub, which was broken, is not told again", func() bool { return len(published) > 0 })
	topics := <-published
	if !slices.Equal(topics, first) {
		t.Errorf("%q, then %q", first, topics)
	}
	state, err := s.db.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	comes("that it was told is not kept", func() bool { return known() == strconv.FormatInt(state.Newest, 10) })

	var want []string
	for _, page := range []string{"/", "/categories/cs.LG", "/papers/date/2026-05-13", "/papers/latest", "/papers/month/2026-05", "/papers/trending",
		"/papers/week/2026-W20", "/tags/script?sort=newest", "/tags/world-models?sort=newest"} {
		for _, format := range feedFormats {
			want = append(want, siteURL+feedOf(page, format))
		}
	}
	equal(t, "topics", strings.Join(topics, "\n"), strings.Join(want, "\n"))
	s.handler = handler
	for _, topic := range topics {
		_, format, _ := strings.Cut(topic, "format=")
		f := s.visitor().get(strings.TrimPrefix(topic, siteURL)).want(http.StatusOK).feed(format)
		equal(t, "self, by which readers know the feed", f.self, topic)
		equal(t, "hub", f.hub, hub.URL+"/")
	}
}
