package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"recto/store"
	"recto/store/lock"
)

// counter is a mail server that counts what it takes, and at a moment of its choice kills the program that sends.
type counter struct {
	mu    sync.Mutex
	taken map[string][]string // Message-IDs by recipient
	mails int                 // begun
	at    moment
	after int // mails of this child
	kill  func()
}

// moment is when a child is killed.
type moment int

const (
	never        moment = iota
	betweenMails        // when it begins a mail
	withinMail          // while the mail comes
	beforeAnswer        // when the mail is taken, and the program doesn't know it yet
)

func (c *counter) NewSession(*smtp.Conn) (smtp.Session, error) { return &counting{c: c}, nil }

type counting struct {
	c  *counter
	to string
}

func (s *counting) Reset()        {}
func (s *counting) Logout() error { return nil }

func (s *counting) dies(at moment) bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.c.at != at || s.c.mails < s.c.after {
		return false
	}
	s.c.at = never
	s.c.kill()
	return true
}

func (s *counting) Mail(string, *smtp.MailOptions) error {
	s.c.mu.Lock()
	s.c.mails++
	s.c.mu.Unlock()
	if s.dies(betweenMails) {
		return errors.New("killed")
	}
	return nil
}

func (s *counting) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

func (s *counting) Data(r io.Reader) error {
	if s.dies(withinMail) {
		return errors.New("killed")
	}
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil { // it may have been killed on the way
		return err
	}
	s.c.mu.Lock()
	s.c.taken[s.to] = append(s.c.taken[s.to], m.Header.Get("Message-ID"))
	s.c.mu.Unlock()
	s.dies(beforeAnswer)
	return nil
}

// subscribed is a catalogue with a paper of yesterday and so many subscribers.
func subscribed(t testing.TB, db string, subscribers int) {
	t.Helper()
	ctx := context.Background()
	catalogue, err := store.Open(ctx, db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer catalogue.Close()
	p := store.Paper{ID: "2601.00001", Title: "On Frogs", Abstract: "They leap.", FeaturedOn: store.DayOf(time.Now()).Add(-1), FeaturedBy: "hf", Source: "hf", ReadAt: time.Now()}
	if err := p.Clean(); err != nil {
		t.Fatal(err)
	}
	if _, err := catalogue.Ingest(ctx, store.Batch{Papers: []store.Paper{p}}); err != nil {
		t.Fatal(err)
	}
	for n := range subscribers {
		if err := catalogue.Subscribe(ctx, store.Subscription{Address: fmt.Sprintf("reader%d@example.org", n), Subject: store.SubjectAll, Weekday: store.Daily, Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		s, err := catalogue.Subscription(ctx, store.SubscriptionID(n+2))
		if err == nil {
			err = errors.Join(catalogue.Confirm(ctx, s), catalogue.NoticeDone(ctx, s, nil, false))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledSending kills the program while it sends. Nobody is left out and nobody gets a second mail; but for one that the
// server had taken without the program's knowing, which comes again as the very same.
func TestKilledSending(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	const subscribers = 40
	r := newRecto(t)
	subscribed(t, r.db, subscribers)
	c := &counter{taken: map[string][]string{}}
	server := smtp.NewServer(c)
	server.Domain = "localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := func(at moment, after int) error {
		cmd := exec.Command(exe, "digest", "--now", "--smtp", "smtp://"+listener.Addr().String(), "--url", "https://papers.example.org")
		cmd.Env = append(os.Environ(), childMark, "RECTO_DB="+r.db)
		c.mu.Lock()
		c.at, c.after, c.mails, c.kill = at, after, 0, func() { _ = cmd.Process.Kill() }
		err := cmd.Start() // before the server may ask for its end
		c.mu.Unlock()
		if err != nil {
			return err
		}
		return cmd.Wait()
	}
	repeats := 0
	for _, k := range []struct {
		at    moment
		after int
	}{{betweenMails, 1}, {betweenMails, 6}, {withinMail, 1}, {withinMail, 4}, {beforeAnswer, 3}, {betweenMails, 2}, {beforeAnswer, 1}} {
		if child(k.at, k.after) == nil {
			t.Fatalf("the child was not killed at %v", k)
		}
		if k.at == beforeAnswer {
			repeats++
		}
	}
	if err := child(never, 0); err != nil {
		t.Fatal(err)
	}
	if err := child(never, 0); err != nil { // everything is sent: nothing comes
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	twice := 0
	for n := range subscribers {
		ids := c.taken[fmt.Sprintf("reader%d@example.org", n)]
		switch {
		case len(ids) == 2 && ids[0] == ids[1]:
			twice++
		case len(ids) != 1:
			t.Errorf("reader %d got %q", n, ids)
		}
	}
	if len(c.taken) != subscribers || twice != repeats {
		t.Errorf("%d got mails, %d of them twice; want %d", len(c.taken), twice, repeats)
	}
}

// TestDigestCommand tries everything without a mail server.
func TestDigestCommand(t *testing.T) {
	r := newRecto(t)
	subscribed(t, r.db, 2)
	if out := r.must("", "digest", "--now", "--dry-run"); !strings.Contains(out, "reader1@example.org\tall papers\tOn Frogs\n2 would be sent.") {
		t.Errorf("said %q", out)
	}
	if out := r.must("", "digest", "--stop", "Reader1@Example.org"); !strings.Contains(out, "gets no digests any more") {
		t.Errorf("said %q", out)
	}
	held, err := lock.File(r.db + ".mail.lock") // as by the recto that serves
	if err != nil {
		t.Fatal(err)
	}
	if out := r.must("", "digest", "--now", "--day", string(store.DayOf(time.Now()))); out != "The recto that serves this catalogue sends them now.\n" {
		t.Errorf("said %q", out)
	}
	if status, _, errs := r.run("", "digest"); status != 1 || !strings.Contains(errs, "another recto is sending") {
		t.Errorf("status %d, %s", status, errs)
	}
	held.Close()
	if out := r.must("", "digest", "--now"); !strings.HasPrefix(out, "1 digests sent, 0 not") {
		t.Errorf("said %q", out)
	}
	files, err := filepath.Glob(filepath.Join(r.db+".mail", "*.eml"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	file, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m, err := netmail.ReadMessage(file)
	if err != nil || m.Header.Get("To") != "<reader0@example.org>" || m.Header.Get("Subject") != "On Frogs" || !strings.Contains(m.Header.Get("List-Unsubscribe"), "<http://localhost:8080/subscribe/stop/") {
		t.Errorf("%v, %v", m, err)
	}
	for _, bad := range [][]string{{"--day", "2025-12-31"}, {"--now", "--day", "yesterday"}, {"--smtp", "http://x"}, {"--mail-from", "nobody"}, {"--dkim-key", os.DevNull}, {"--stop", "nobody"}, {"--url", "nowhere"}} {
		if status, _, errs := r.run("", append([]string{"digest"}, bad...)...); status != 1 || errs == "" {
			t.Errorf("%v: status %d, %s", bad, status, errs)
		}
	}
}
