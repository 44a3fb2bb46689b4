package digest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"recto/digest"
	"recto/store"
)

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
		o.must(o.editor.Rehearse(context.Background(), &out, now, ""))
		if out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
	if got := o.pass(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	for n := range 2 {
		tally, err := o.post.All(context.Background(), "")
		o.must(err)
		if got := o.box.taken(); len(got) != 1-n || tally.Sent != 1-n {
			t.Errorf("time %d: %+v %v", n, tally, got)
		}
	}
}

// A day that has gone can be sent again to try things, and once.
func TestAnotherDay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o := newOffice(t, day("2026-09-01", 12))
	o.paper("2605.00001", "2026-05-12", 1)
	o.subscribe(all("ada@example.org", "UTC"))
	for n, want := range []string{"ada@example.org\tall papers\tPaper 2605.00001\n1 would be sent.\n", "0 would be sent.\n"} {
		var out bytes.Buffer
		o.must(o.editor.Rehearse(ctx, &out, true, "2026-05-13"))
		if out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
		_, err := o.post.All(ctx, "2026-05-13")
		o.must(err)
		if got := o.box.taken(); len(got) != 1-n || n == 0 && got[0].To != "ada@example.org" {
			t.Errorf("time %d: %v", n, got)
		}
	}
	o.paper("2609.00001", "2026-09-01", 1)
	o.now = day("2026-09-02", 8)
	if got := o.pass(); len(got) != 1 || fmt.Sprint(paperIDs(got[0])) != "[2609.00001]" {
		t.Errorf("the next morning: %v", got)
	}
}

// Before anybody subscribes, the archive has the newest papers; it begins once.
func TestArchiveBegins(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-09-01", 12))
	archive := func() []store.Digest {
		t.Helper()
		all, err := o.db.DigestsBefore(context.Background(), store.PublicDigest, "9999-12-31", 10)
		o.must(err)
		return all
	}
	run := func() {
		t.Helper()
		o.now = o.now.Add(24 * time.Hour) // so that there is something to be planned, which comes after the archive's beginning
		ctx, end := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { o.post.Run(ctx); close(done) }()
		for patience := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
			s, err := o.db.Subscription(ctx, store.PublicDigest)
			o.must(err)
			if s.NextAt.After(o.now) {
				break
			}
			if time.Now().After(patience) {
				t.Fatal("nothing is planned")
			}
		}
		end()
		<-done
	}
	run()
	if got := archive(); len(got) != 0 {
		t.Errorf("an archive of no papers: %+v", got)
	}
	o.paper("2605.00001", "2026-05-12", 1)
	for range 2 {
		run()
		if got := archive(); len(got) != 1 || got[0].Day != "2026-05-13" || got[0].Shown != 1 || got[0].SentAt.IsZero() {
			t.Errorf("%+v", got)
		}
		o.paper("2605.00002", "2026-05-20", 1)
	}
	if got := o.box.taken(); len(got) != 0 {
		t.Errorf("mailed: %v", got)
	}
}
