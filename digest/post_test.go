package digest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	netmail "net/mail"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"recto/digest"
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
	o.post, err = digest.Open(digest.Config{DB: o.db, Editor: o.editor, Carrier: carrier, Links: links(), Lock: filepath.Join(dir, "lock"), Now: clock, Log: log,
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

// TestWeek lives through two weeks around each change of the clocks, hour by hour: every subscriber gets one digest on every
// morning after a day with papers, at seven where they are, and never two.
func TestWeek(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, change string }{{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"}, {"America/New_York", "2026-03-08"},
		{"America/New_York", "2026-11-01"}, {"Australia/Sydney", "2026-04-05"}, {"Australia/Sydney", "2026-10-04"}} {
		t.Run(c.zone+" "+c.change, func(t *testing.T) {
			t.Parallel()
			start := store.Day(c.change).Add(-6) // a Monday
			o := newOffice(t, start.Time().Add(-30*time.Hour))
			o.paper("2601.00001", start.Add(-1), 1)
			daily := o.subscribe(all("daily@example.org", c.zone))
			weekly := all("weekly@example.org", c.zone)
			weekly.Weekday = time.Sunday
			weekly = o.subscribe(weekly)
			quiet := start.Add(2) // a Wednesday
			loc := daily.Location()
			got := map[string][]string{}
			seen := map[string]bool{}
			for n := 0; n < 9*24; n++ {
				if o.now.Hour() == 0 {
					if d := store.DayOf(o.now); d >= start && d != quiet {
						o.paper(fmt.Sprintf("2602.%05d", n+1), d, n)
					}
				}
				for _, m := range o.pass() {
					local := o.now.In(loc)
					if local.Hour() != 7 {
						t.Errorf("%s gets a mail at %s", m.To, local)
					}
					if seen[m.ID] {
						t.Errorf("%s comes twice", m.ID)
					}
					seen[m.ID] = true
					got[m.To] = append(got[m.To], local.Format("Mon 2"))
				}
				o.now = o.now.Add(time.Hour)
			}
			var want []string
			for d := start; d < start.Add(8) && d.Time().Add(12*time.Hour).Before(o.now); d = d.Add(1) {
				if wd := d.Time().Weekday(); wd != time.Sunday && d.Add(-1) != quiet {
					want = append(want, d.Time().Format("Mon 2"))
				}
			}
			if fmt.Sprint(got["daily@example.org"]) != fmt.Sprint(want) {
				t.Errorf("daily on %v, want %v", got["daily@example.org"], want)
			}
			if w := got["weekly@example.org"]; len(w) != 1 || !strings.HasPrefix(w[0], "Sun") {
				t.Errorf("weekly on %v", w)
			}
		})
	}
}

// paperIDs are the papers of a mail, in order.
func paperIDs(m received) []string {
	var ids []string
	for _, part := range strings.Split(m.Body, "/papers/")[1:] {
		id := part[:10]
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestWhatIsChosen(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-11", 12)) // a Monday
	o.subscribe(all("ada@example.org", "UTC"))
	for n := range 15 {
		o.paper(fmt.Sprintf("2605.0%04d", n+1), "2026-05-11", 100-n)
	}
	expect := func(at string, ids ...string) {
		t.Helper()
		o.now = day(at, 7).Add(time.Minute)
		got := o.pass()
		if len(ids) == 0 {
			if len(got) != 0 {
				t.Errorf("%s: %v", at, got)
			}
			return
		}
		if len(got) != 1 || fmt.Sprint(paperIDs(got[0])) != fmt.Sprint(ids) {
			t.Errorf("%s: %d mails with %v, want %v", at, len(got), paperIDs(got[0]), ids)
		}
	}
	expect("2026-05-12", "2605.00001", "2605.00002", "2605.00003", "2605.00004", "2605.00005", "2605.00006", "2605.00007", "2605.00008", "2605.00009", "2605.00010")
	expect("2026-05-13") // nothing came on Tuesday, and no old paper alone makes a digest

	o.now = day("2026-05-13", 12)
	o.paper("2605.10000", "2026-05-13", 20)
	o.paper("2605.10001", "2026-05-13", 2)
	o.paper("2605.00001", "2026-05-11", 150) // 50 more, but it was the first already
	o.paper("2605.00010", "2026-05-11", 101) // 10 more: from the tenth place to the second
	o.paper("2605.00013", "2026-05-11", 95)  // passed over, 7 more
	o.paper("2605.00009", "2026-05-11", 93)  // 1 more: it would be better placed, too
	o.paper("2605.00099", "2026-05-11", 0)   // its day's digest is long out
	expect("2026-05-14", "2605.10000", "2605.00010", "2605.00013", "2605.10001", "2605.00009", "2605.00099")

	o.now = day("2026-05-15", 12) // Friday
	o.paper("2605.20000", "2026-05-15", 3)
	expect("2026-05-16", "2605.20000") // what has risen once doesn't come again in the same place
	o.now = day("2026-05-16", 12)
	o.paper("2605.30000", "2026-05-16", 5)
	expect("2026-05-17") // Sunday
	o.now = day("2026-05-17", 12)
	o.paper("2605.30001", "2026-05-17", 6)
	expect("2026-05-18", "2605.30001", "2605.30000") // Monday

	for n, d := range []store.Day{"2026-05-20", "2026-05-24", "2026-05-30"} { // the program did not run on the mornings after
		o.now = d.Time().Add(time.Hour)
		o.paper(fmt.Sprintf("2605.4000%d", n), d, n)
	}
	expect("2026-06-01", "2605.40002") // what is older than a week is left to the site
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-12", 12))
	o.paper("2605.00001", "2026-05-12", 1)
	o.paper("2605.00002", "2026-05-12", 2, func(p *store.Paper) {
		p.Categories, p.Tags, p.Authors, p.Abstract = []string{"hep-th"}, []string{"strings"}, []store.Author{{Name: "Yvonne LeCun"}}, "About strings."
	})
	o.must(o.index.Build(context.Background(), nil))
	for _, c := range []struct {
		s    store.Subscription
		want string
	}{
		{store.Subscription{Address: "tag@example.org", Subject: store.SubjectTag, What: "robots"}, "2605.00001"},
		{store.Subscription{Address: "category@example.org", Subject: store.SubjectCategory, What: "hep-th"}, "2605.00002"},
		{store.Subscription{Address: "author@example.org", Subject: store.SubjectAuthor, What: "lecun-y"}, "2605.00002 2605.00001"},
		{store.Subscription{Address: "named@example.org", Subject: store.SubjectAuthor, What: "lecun-y", Name: "Yann LeCun"}, "2605.00001"},
		{store.Subscription{Address: "search@example.org", Subject: store.SubjectSearch, What: `strings OR nothing "x`}, "2605.00002"},
		{store.Subscription{Address: "none@example.org", Subject: store.SubjectSearch, What: "zeppelins"}, ""},
		{store.Subscription{Address: "id@example.org", Subject: store.SubjectSearch, What: "2605.00001"}, "2605.00001"},
	} {
		c.s.Weekday, c.s.Zone = store.Daily, "UTC"
		o.subscribe(c.s)
		before := o.now
		o.now = day("2026-05-13", 8)
		got := ""
		for _, m := range o.pass() {
			if m.To == c.s.Address {
				got = strings.Join(paperIDs(m), " ")
			}
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.s.Subject, c.s.What, got, c.want)
		}
		o.now = before
	}
}

func TestServerSaysNo(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-12", 12))
	o.paper("2605.00001", "2026-05-12", 1)
	for _, name := range []string{"gone", "busy", "relay", "fine"} {
		o.subscribe(all(name+"@example.org", "UTC"))
	}
	answers := map[string]*smtp.SMTPError{
		"gone@example.org":  {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"},
		"busy@example.org":  {Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "later"},
		"relay@example.org": {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relaying denied"},
	}
	o.box.refuse = func(to string) error {
		if answer := answers[to]; answer != nil {
			return answer
		}
		return nil
	}
	runs := func(id store.SubscriptionID) bool {
		t.Helper()
		s, err := o.db.Subscription(context.Background(), id)
		o.must(err)
		return s.Runs()
	}
	o.now = day("2026-05-13", 8)
	if got := o.pass(); len(got) != 1 || got[0].To != "fine@example.org" {
		t.Errorf("%v", got)
	}
	if runs(2) || !runs(3) || !runs(4) || !runs(5) {
		t.Error(runs(2), runs(3), runs(4), runs(5))
	}
	delete(answers, "busy@example.org")
	delete(answers, "relay@example.org")
	if got := o.pass(); len(got) != 0 {
		t.Errorf("at once again: %v", got)
	}
	o.now = o.now.Add(time.Minute)
	if got := o.pass(); len(got) != 2 {
		t.Errorf("a minute later: %v", got)
	}
}

func TestServerIsAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-12", 12))
	o.paper("2605.00001", "2026-05-12", 1)
	o.subscribe(all("ada@example.org", "UTC"))
	o.now = day("2026-05-13", 8)
	away := &office{t: t}
	*away = *o
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	o.must(err)
	address := "smtp://" + listener.Addr().String()
	listener.Close()
	c := o.post.Config
	c.Lock += "2"
	c.Carrier, err = digest.NewSMTP(address, "x", nil)
	o.must(err)
	post, err := digest.Open(c)
	o.must(err)
	defer post.Close()
	var unreachable *digest.Unreachable
	for range 20 {
		if _, err := post.Pass(context.Background()); !errors.As(err, &unreachable) {
			t.Fatal(err)
		}
	}
	if got := o.pass(); len(got) != 1 { // tries that could not be made don't count
		t.Errorf("%v", got)
	}
}

func TestOneSends(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-12", 12))
	if _, err := digest.Open(o.post.Config); !errors.Is(err, digest.ErrBusy) {
		t.Errorf("two send: %v", err)
	}
}

func TestAddressesOfServers(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{"smtp://mail.example.org": true, "smtp://u:p@mail.example.org:587": true, "smtps://u:p%40x@mail.example.org": true,
		"": false, "mail.example.org": false, "http://mail.example.org": false, "smtp://": false, "smtp://u:secret@mail.example.org/path": false, "smtp://h:x": false} {
		_, err := digest.NewSMTP(address, "x", nil)
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

func TestRehearsal(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-12", 12))
	o.paper("2605.00001", "2026-05-12", 1)
	o.subscribe(all("ada@example.org", "UTC"))
	o.now = day("2026-05-13", 3)
	for now, want := range map[bool]string{false: "0 would be sent.\n", true: "ada@example.org\tall papers\tPaper 2605.00001\n1 would be sent.\n"} {
		var out bytes.Buffer
		o.must(o.editor.Rehearse(context.Background(), &out, o.now, now))
		if out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
	if got := o.pass(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	for n := range 2 {
		tally, err := o.post.All(context.Background())
		o.must(err)
		if got := o.box.taken(); len(got) != 1-n || tally.Sent != 1-n {
			t.Errorf("time %d: %+v %v", n, tally, got)
		}
	}
}
