package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"recto/store"
)

func wish(address string) store.Subscription {
	return store.Subscription{Address: address, Subject: store.SubjectAll, Weekday: store.Daily, Zone: "Europe/Berlin"}
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"Ada@Example.ORG": "Ada@example.org", " ada+x@example.org ": "ada+x@example.org", "o'hara@example.org": "o'hara@example.org",
		"ada@bücher.example": "ada@xn--bcher-kva.example"} {
		if got, err := store.CheckAddress(address); got != want || err != nil {
			t.Errorf("%q is %q, %v; want %q", address, got, err, want)
		}
	}
	for _, bad := range []string{"", "ada", "@example.org", "ada@", "ada@localhost", "ada@example.org\r\nBcc: bob@example.org", "ada@example.org\nX: y",
		"ada@example.org,bob@example.org", "Ada <ada@example.org>", "ada@example.org>", `"a b"@example.org`, "ada@exam ple.org", "ada@[127.0.0.1]",
		"ada\x00@example.org", "ada\u0085@example.org", "ädä@example.org", strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("a.", 130) + "org",
		"ada..b@example.org", "ada@example.org."} {
		if got, err := store.CheckAddress(bad); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%q is taken as %q, %v", bad, got, err)
		}
	}
}

// Seven in the morning stays seven in the morning when clocks change; daily ones rest on Sundays.
func TestNextMorning(t *testing.T) {
	t.Parallel()
	for zone, changes := range map[string][2]string{"Europe/Berlin": {"2026-03-29", "2026-10-25"}, "America/New_York": {"2026-03-08", "2026-11-01"},
		"Australia/Sydney": {"2026-04-05", "2026-10-04"}} {
		for _, change := range changes {
			for _, weekday := range []time.Weekday{store.Daily, time.Sunday, time.Tuesday} {
				s := store.Subscription{Zone: zone, Weekday: weekday}
				loc := s.Location()
				at := store.Day(change).Add(-8).Time()
				offsets, mornings := map[int]bool{}, 0
				for end := store.Day(change).Add(8).Time(); ; mornings++ {
					next := s.Next(at)
					if !next.After(at) || next.Sub(at) > 8*24*time.Hour {
						t.Fatalf("%s: after %s comes %s", zone, at, next)
					}
					if at = next; at.After(end) {
						break
					}
					local := at.In(loc)
					if local.Hour() != 7 || local.Minute() != 0 || weekday == store.Daily && local.Weekday() == time.Sunday || weekday != store.Daily && local.Weekday() != weekday {
						t.Errorf("%s, %s: %s", zone, weekday, local)
					}
					_, offset := local.Zone()
					offsets[offset] = true
				}
				if want := map[bool][2]int{true: {13, 14}, false: {2, 3}}[weekday == store.Daily]; mornings < want[0] || mornings > want[1] {
					t.Errorf("%s, %s, around %s: %d mornings", zone, weekday, change, mornings)
				}
				if len(offsets) != 2 {
					t.Errorf("%s: the clocks did not change around %s", zone, change)
				}
			}
		}
	}
}

func TestSubscribing(t *testing.T) {
	t.Parallel()
	now, ctx := noon, context.Background()
	db := openAt(t, "", func() time.Time { return now })
	notices := func() (all []string) {
		t.Helper()
		waiting, err := db.Notices(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range waiting {
			all = append(all, fmt.Sprint(s.Address, " ", s.Notice))
			if err := db.NoticeDone(ctx, s, nil, false); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	ask := func(s store.Subscription) {
		t.Helper()
		if err := db.Subscribe(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what string, got []string, want ...string) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: mails %q, want %q", what, got, want)
		}
	}
	ask(wish("ada@example.org"))
	want("asked", notices(), "ada@example.org confirm")
	ask(wish("ADA@example.org"))
	want("asked again at once", notices())
	now = now.Add(61 * time.Minute)
	ask(wish("ADA@example.org"))
	want("asked again later", notices(), "ada@example.org confirm")

	key, err := db.MailKey(ctx)
	if err != nil || len(key) != 32 {
		t.Fatal(key, err)
	}
	s, err := db.Subscription(ctx, 2)
	if err != nil || s.Runs() {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := db.SubscriptionBy(ctx, key.Confirm(&s), key.Manage); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the confirming secret manages: %v", err)
	}
	for _, bad := range []string{"", "2", "2-", "1-" + key.Confirm(&s)[2:], key.Confirm(&s) + "x", "-", "zzzzzzzzzzzzzzzzzzzz-x"} {
		if _, err := db.SubscriptionBy(ctx, bad, key.Confirm); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("secret %q: %v", bad, err)
		}
	}
	if got, err := db.SubscriptionBy(ctx, key.Confirm(&s), key.Confirm); err != nil || got.ID != s.ID {
		t.Fatal(got, err)
	}
	if err := db.Confirm(ctx, s); err != nil {
		t.Fatal(err)
	}
	if s, err = db.Subscription(ctx, 2); err != nil || !s.Runs() || !s.NextAt.Equal(time.Date(2026, 5, 14, 5, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", s, err)
	}
	now = now.Add(61 * time.Minute)
	ask(wish("ada@example.org"))
	want("asked for what runs", notices(), "ada@example.org known")
	for _, tag := range []string{"a", "b", "c", "d", "e"} {
		ask(store.Subscription{Address: "ada@example.org", Subject: store.SubjectTag, What: tag, Weekday: time.Friday, Zone: "UTC"})
	}
	want("many at once", notices(), "ada@example.org confirm", "ada@example.org confirm")

	if err := db.Stop(ctx, s.ID, "unsubscribed"); err != nil {
		t.Fatal(err)
	}
	if s, err = db.Subscription(ctx, 2); err != nil || s.Runs() || s.StoppedFor != "unsubscribed" {
		t.Errorf("%+v, %v", s, err)
	}
	if err := db.Confirm(ctx, s); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a stopped one is confirmed: %v", err)
	}
	old := key.Confirm(&s)
	now = now.Add(61 * time.Minute)
	ask(wish("ada@example.org"))
	want("asked after the end", notices(), "ada@example.org confirm")
	if _, err := db.SubscriptionBy(ctx, old, key.Confirm); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the first mail's link confirms the second wish: %v", err)
	}
	now = now.Add(8 * 24 * time.Hour)
	if err := db.ForgetSubscriptions(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Subscription(ctx, 2); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a wish is not forgotten: %v", err)
	}
	if s, err := db.Subscription(ctx, store.PublicDigest); err != nil || !s.Runs() {
		t.Errorf("the public digest: %+v, %v", s, err)
	}
}

// Nobody's mailbox can be filled by asking for more and more in its name.
func TestWishesOfOneAddress(t *testing.T) {
	t.Parallel()
	now, ctx := noon, context.Background()
	db := openAt(t, "", func() time.Time { return now })
	mails := 0
	for n := range 100 {
		if err := db.Subscribe(ctx, store.Subscription{Address: "ada@example.org", Subject: store.SubjectTag, What: fmt.Sprint("tag", n), Weekday: store.Daily, Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		waiting, err := db.Notices(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range waiting {
			mails++
			if err := db.NoticeDone(ctx, s, nil, false); err != nil {
				t.Fatal(err)
			}
		}
		if n == 50 && mails != 3 {
			t.Errorf("%d mails at once", mails)
		}
		if n >= 50 {
			now = now.Add(time.Hour + time.Second)
		}
	}
	if mails != 10 {
		t.Errorf("%d mails in two days", mails)
	}
}

func TestWhatCantBeSubscribedTo(t *testing.T) {
	t.Parallel()
	db := open(t)
	for name, change := range map[string]func(*store.Subscription){
		"two addresses": func(s *store.Subscription) { s.Address = "a@example.org, b@example.org" },
		"a header":      func(s *store.Subscription) { s.Address = "a@example.org\r\nBcc: b@example.org" },
		"no zone":       func(s *store.Subscription) { s.Zone = "Europe/Berlin\r\nX: y" },
		"a file":        func(s *store.Subscription) { s.Zone = "../../etc/passwd" },
		"no subject":    func(s *store.Subscription) { s.Subject = "nothing" },
		"no tag":        func(s *store.Subscription) { s.Subject = store.SubjectTag },
		"all of a tag":  func(s *store.Subscription) { s.What = "tag" },
		"a long search": func(s *store.Subscription) { s.Subject, s.What = store.SubjectSearch, strings.Repeat("x ", 200) },
		"a weekday":     func(s *store.Subscription) { s.Weekday = 7 },
	} {
		s := wish("a@example.org")
		change(&s)
		if err := db.Subscribe(context.Background(), s); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDigests(t *testing.T) {
	t.Parallel()
	now, ctx := noon, context.Background()
	db := openAt(t, "", func() time.Time { return now })
	for _, address := range []string{"ada@example.org", "bob@example.org"} {
		if err := db.Subscribe(ctx, wish(address)); err != nil {
			t.Fatal(err)
		}
	}
	for id := store.SubscriptionID(2); id <= 3; id++ {
		s, err := db.Subscription(ctx, id)
		if err == nil {
			err = db.Confirm(ctx, s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(24 * time.Hour)
	due, err := db.DueSubscriptions(ctx, now, 10)
	if err != nil || len(due) != 3 {
		t.Fatal(due, err)
	}
	d := store.Digest{Day: "2026-05-14", Span: store.DaySpan("2026-05-13"), Papers: []store.Standing{{ID: "2605.00001", Votes: 12}, {ID: "2605.00002", Again: true}}, Shown: 1}
	plans := []store.Plan{}
	for _, s := range due {
		plans = append(plans, store.Plan{Subscription: s.ID, Digest: &d, NextAt: s.Next(now)})
	}
	for range 2 { // the second time, they are there already
		if err := db.AddDigests(ctx, plans); err != nil {
			t.Fatal(err)
		}
	}
	if due, err = db.DueSubscriptions(ctx, now, 10); err != nil || len(due) != 0 {
		t.Error(due, err)
	}
	waiting := func() []store.Digest {
		t.Helper()
		all, err := db.WaitingDigests(ctx, true, 10)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	all := waiting()
	if len(all) != 2 || fmt.Sprint(all[0].Papers) != fmt.Sprint(d.Papers) || all[0].Shown != 1 || all[0].Span != d.Span {
		t.Fatalf("%+v", all)
	}
	public, err := db.DigestOf(ctx, store.PublicDigest, "2026-05-14")
	if err != nil || public.SentAt.IsZero() {
		t.Errorf("%+v, %v", public, err)
	}
	if err := db.DigestSent(ctx, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := db.DigestFailed(ctx, all[1], store.Failure{Err: errors.New("busy\r\nX: y")}); err != nil {
		t.Fatal(err)
	}
	if left := waiting(); len(left) != 0 {
		t.Errorf("at once again: %+v", left)
	}
	tries := 1
	for range 20 { // days of failures
		now = now.Add(25 * time.Hour)
		for _, d := range waiting() {
			tries++
			if err := db.DigestFailed(ctx, d, store.Failure{Err: errors.New("busy")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if tries != 9 {
		t.Errorf("tried %d times", tries)
	}
	if s, err := db.Subscription(ctx, 3); err != nil || !s.Runs() {
		t.Errorf("after failures that pass: %+v, %v", s, err)
	}
	d.Day = "2026-06-10"
	if err := db.AddDigests(ctx, []store.Plan{{Subscription: 3, Digest: &d, NextAt: now}}); err != nil {
		t.Fatal(err)
	}
	if err := db.DigestFailed(ctx, waiting()[0], store.Failure{Err: errors.New("550 no such mailbox"), Permanent: true}); err != nil {
		t.Fatal(err)
	}
	if s, err := db.Subscription(ctx, 3); err != nil || s.Runs() || s.StoppedFor != "550 no such mailbox" {
		t.Errorf("after a refusal: %+v, %v", s, err)
	}
	if left := waiting(); len(left) != 0 {
		t.Errorf("to a mailbox that isn't there: %+v", left)
	}
}

// Standings are right, and read by an index however large the catalogue is.
func TestStandings(t *testing.T) {
	db, _ := small(t)
	ctx := context.Background()
	month := store.MonthSpan("2026-05-12")
	for name, c := range map[string]struct {
		s     store.Subscription
		names []string
		want  int
	}{
		"all":          {store.Subscription{Subject: store.SubjectAll}, nil, 30},
		"a tag":        {store.Subscription{Subject: store.SubjectTag, What: "world-models"}, nil, 30},
		"no tag":       {store.Subscription{Subject: store.SubjectTag, What: "nothing"}, nil, 0},
		"a category":   {store.Subscription{Subject: store.SubjectCategory, What: "stat.ML"}, nil, 30},
		"an author":    {store.Subscription{Subject: store.SubjectAuthor, What: "smith-a"}, nil, 30},
		"one spelling": {store.Subscription{Subject: store.SubjectAuthor, What: "smith-a"}, []string{"Author B. Smith"}, 2},
	} {
		got, err := db.Standings(ctx, &c.s, c.names, month, 100)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d, %v; want %d", name, len(got), err, c.want)
		}
		for i := 1; i < len(got); i++ {
			if got[i].Votes > got[i-1].Votes {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
	for _, query := range db.ReadQueries() {
		if !strings.Contains(query, "papers AS p") {
			continue
		}
		steps, err := db.Explain(ctx, query, make([]any, strings.Count(query, "?"))...)
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(steps, "\n")
		if !strings.Contains(plan, "(featured_on>? AND featured_on<?)") || strings.Contains(plan, "SCAN p") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
}
