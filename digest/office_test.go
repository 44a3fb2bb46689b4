package digest_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"recto/digest"
	"recto/digest/hook"
	"recto/store"
	"recto/store/search"
	"recto/web/mail"
)

// mailbox is a real mail server that keeps what it takes.
type mailbox struct {
	mu     sync.Mutex
	mails  []received
	refuse func(to string) error
	forget bool // what comes is counted and not kept
	count  int
}

type received struct {
	To, ID, Subject, Body string
}

func (b *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{box: b}, nil
}

type session struct {
	box *mailbox
	to  string
}

func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	if s.box.refuse != nil {
		return s.box.refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if s.box.count++; s.box.forget {
		return nil
	}
	text := strings.ReplaceAll(string(body), "=\r\n", "") // quoted-printable's soft ends of lines
	s.box.mails = append(s.box.mails, received{s.to, m.Header.Get("Message-ID"), m.Header.Get("Subject"), text})
	return nil
}

// taken are the mails since the last time.
func (b *mailbox) taken() []received {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.mails
	b.mails = nil
	return all
}

func (b *mailbox) listen(t testing.TB) string {
	t.Helper()
	server := smtp.NewServer(b)
	server.Domain = "localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return "smtp://" + listener.Addr().String()
}

// office is a catalogue whose digests are sent, at a time that the test sets.
type office struct {
	t      testing.TB
	now    time.Time
	db     *store.DB
	index  *search.Index
	editor *digest.Editor
	post   *digest.Post
	box    *mailbox
}

func links() mail.Links {
	join := func(start string) func(string) string {
		return func(s string) string { return "https://papers.example.org" + start + s }
	}
	return mail.Links{Home: join("")("/"), Archive: join("/digest")(""), Paper: func(id store.PaperID) string { return join("/papers/")(string(id)) }, Tag: join("/tags/"),
		Listing: func(*store.Subscription) string { return join("")("/") }, Confirm: join("/c/"), Manage: join("/m/"), Unsubscribe: join("/u/")}
}

func newOffice(t testing.TB, now time.Time) *office {
	t.Helper()
	o, dir, ctx := &office{t: t, now: now, box: &mailbox{}}, t.TempDir(), context.Background()
	clock := func() time.Time { return o.now }
	var err error
	if o.db, err = store.Open(ctx, filepath.Join(dir, "recto.db"), clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.db.Close() })
	log := slog.New(slog.DiscardHandler)
	if o.index, err = search.Open(ctx, o.db, filepath.Join(dir, "search"), search.Options{Log: log, Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.index.Close() })
	carrier, err := digest.NewSMTP(o.box.listen(t), "papers.example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.editor, err = digest.NewEditor(ctx, o.db, o.index, links(), clock); err != nil {
		t.Fatal(err)
	}
	o.post, err = digest.Open(digest.Config{DB: o.db, Editor: o.editor, Carrier: carrier, Links: links(), Hooks: hook.NewClient(hook.Options{Site: links().Home, Private: true, Now: clock}), Lock: filepath.Join(dir, "lock"), Now: clock, Log: log,
		Sender: mail.Sender{From: &netmail.Address{Name: "Recto", Address: "recto@papers.example.org"}, Host: "papers.example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.post.Close() })
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// subscribe asks for digests and confirms.
func (o *office) subscribe(s store.Subscription) store.Subscription {
	o.t.Helper()
	ctx := context.Background()
	o.must(o.db.Subscribe(ctx, s))
	waiting, err := o.db.Notices(ctx, 10)
	o.must(err)
	got := waiting[len(waiting)-1]
	o.must(o.db.NoticeDone(ctx, got, nil, false))
	o.must(o.db.Confirm(ctx, got))
	got, err = o.db.Subscription(ctx, got.ID)
	o.must(err)
	return got
}

func (o *office) pass() []received {
	o.t.Helper()
	_, err := o.post.Pass(context.Background())
	o.must(err)
	return o.box.taken()
}

// paper comes into the catalogue, or gets more votes.
func (o *office) paper(id string, day store.Day, votes int, change ...func(*store.Paper)) {
	o.t.Helper()
	p := store.Paper{ID: store.PaperID(id), Title: "Paper " + id, Abstract: "About robots.", Categories: []string{"cs.LG"}, Tags: []string{"robots"},
		Authors: []store.Author{{Name: "Yann LeCun"}}, FeaturedOn: day, FeaturedBy: "hf", SubmittedAt: day.Time(), Source: "hf", ReadAt: o.now, SourceVotes: votes}
	for _, c := range change {
		c(&p)
	}
	o.must(p.Clean())
	_, err := o.db.Ingest(context.Background(), store.Batch{Papers: []store.Paper{p}})
	o.must(err)
}

func all(address, zone string) store.Subscription {
	return store.Subscription{Address: address, Subject: store.SubjectAll, Weekday: store.Daily, Zone: zone}
}

func day(s string, hour int) time.Time {
	return store.Day(s).Time().Add(time.Duration(hour) * time.Hour)
}
