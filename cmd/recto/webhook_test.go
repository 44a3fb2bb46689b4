package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"recto/store"
)

// hooked is a catalogue with a paper of yesterday and so many webhooks of one chat.
func hooked(t *testing.T, db, chat string, webhooks int) {
	t.Helper()
	subscribed(t, db, 0)
	ctx := context.Background()
	catalogue, err := store.Open(ctx, db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer catalogue.Close()
	ada, err := catalogue.AddReader(ctx, "ada-1", "correct horse battery", store.RoleReader)
	if err != nil {
		t.Fatal(err)
	}
	for n := range webhooks {
		if _, err := catalogue.AddWebhook(ctx, store.Subscription{Via: store.ViaSlack, Address: fmt.Sprintf("%s/hooks/channel-number-%04d", chat, n),
			Subject: store.SubjectAll, Weekday: store.Daily, Zone: "UTC", Reader: ada.ID}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledPosting kills the program while it posts to webhooks. Each gets its digest, and one a second time alone that had
// taken it without the program's knowing, as the very same delivery.
func TestKilledPosting(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const webhooks = 6
	var mu sync.Mutex
	taken := map[string][]string{} // deliveries by path
	at, after, begun := never, 0, 0
	kill := func() {}
	dies := func(m moment) bool { // with mu held
		if at != m || begun < after {
			return false
		}
		at = never
		kill()
		return true
	}
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		begun++
		if dies(betweenMails) {
			panic(http.ErrAbortHandler) // no answer gets out, however slowly the program dies
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		taken[r.URL.Path] = append(taken[r.URL.Path], r.Header.Get("X-Recto-Delivery"))
		if dies(beforeAnswer) {
			panic(http.ErrAbortHandler)
		}
	}))
	defer chat.Close()
	r := newRecto(t)
	hooked(t, r.db, chat.URL, webhooks)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := func(m moment, posts int) error {
		cmd := exec.Command(exe, "digest", "--now", "--webhook-private")
		cmd.Env = append(os.Environ(), childMark, "RECTO_DB="+r.db)
		mu.Lock()
		at, after, begun, kill = m, posts, 0, func() { _ = cmd.Process.Kill() }
		err := cmd.Start() // before the server may ask for its end
		mu.Unlock()
		if err != nil {
			return err
		}
		return cmd.Wait()
	}
	repeats := 0
	for _, k := range []struct {
		at    moment
		after int
	}{{betweenMails, 1}, {beforeAnswer, 1}, {betweenMails, 2}, {beforeAnswer, 2}} {
		if child(k.at, k.after) == nil {
			t.Fatalf("the child was not killed at %v", k)
		}
		if k.at == beforeAnswer {
			repeats++
		}
	}
	for range 2 { // the second time everything is sent
		if err := child(never, 0); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	twice := 0
	for path, ids := range taken {
		switch {
		case len(ids) == 2 && ids[0] == ids[1]:
			twice++
		case len(ids) != 1:
			t.Errorf("%s got %q", path, ids)
		}
	}
	if len(taken) != webhooks || twice != repeats {
		t.Errorf("%d got digests, %d of them twice; want %d", len(taken), twice, repeats)
	}
}

// TestDigestCommandPosts lists webhooks and posts to them, inside where that is allowed.
func TestDigestCommandPosts(t *testing.T) {
	var posts int
	chat := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { posts++ }))
	defer chat.Close()
	r := newRecto(t)
	hooked(t, r.db, chat.URL, 1)
	if out := r.must("", "digest", "--now", "--dry-run"); out != strings.TrimPrefix(chat.URL, "http://")+"/…0000\tall papers\tOn Frogs\n1 would be sent.\n" {
		t.Errorf("said %q", out)
	}
	_, out, errs := r.run("", "digest", "--now")
	if posts != 0 || !strings.HasPrefix(out, "0 digests sent, 1 not") || strings.Contains(errs, "channel-number") {
		t.Errorf("%d posts inside; said %q, %q", posts, out, errs)
	}
	db, err := store.Open(t.Context(), r.db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	w, err := db.Subscription(t.Context(), 2)
	if err == nil {
		err = db.ResumeWebhook(t.Context(), w.Reader, w.ID) // the reader's “try again”
	}
	db.Close()
	if out := r.must("", "digest", "--webhook-private"); err != nil || posts != 1 || !strings.HasPrefix(out, "1 digests sent, 0 not") {
		t.Errorf("%v, %d posts; said %q", err, posts, out)
	}
}
