package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recto/store"
)

const slackURL = "https://hooks.slack.com/services/T000/B000/SeCrEtSeCrEtSeCrEtWXYZ"

func channel(reader store.ReaderID, url string) store.Subscription {
	return store.Subscription{Via: store.ViaSlack, Address: url, Subject: store.SubjectAll, Weekday: store.Daily, Zone: "Europe/Berlin", Reader: reader}
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	now, ctx := noon, context.Background()
	db := openAt(t, "", func() time.Time { return now })
	ada, bob := addReader(t, db, "ada"), addReader(t, db, "bob")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	missing := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	only := func() store.Webhook {
		t.Helper()
		all, err := db.Webhooks(ctx, ada)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	s, err := db.AddWebhook(ctx, channel(ada, " HTTPS://Hooks.Slack.com/services/T000/B000/SeCrEtSeCrEtSeCrEtWXYZ"))
	must(err)
	w := only()
	if w.Address != slackURL || !w.Runs() || w.Secret != "" || !w.NextAt.Equal(time.Date(2026, 5, 14, 5, 0, 0, 0, time.UTC)) || w.Shown() != "hooks.slack.com/…WXYZ" {
		t.Errorf("%+v, shown as %s", w, w.Shown())
	}
	if _, err := db.AddWebhook(ctx, channel(bob, slackURL)); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same again: %v", err)
	}
	if mails, err := db.SubscriptionsOf(ctx, ada); err != nil || len(mails) != 0 {
		t.Errorf("among the mails: %+v, %v", mails, err)
	}

	// Nobody else sees or changes it.
	_, err = db.Webhook(ctx, bob, s.ID)
	missing("bob sees it", err)
	s.Reader = bob
	missing("bob changes it", db.ChangeWebhook(ctx, s))
	missing("bob removes it", db.RemoveWebhook(ctx, bob, s.ID))
	missing("bob resumes it", db.ResumeWebhook(ctx, bob, s.ID))
	_, err = db.ReplaceWebhookSecret(ctx, bob, s.ID)
	missing("bob replaces its secret", err)
	if all, err := db.Webhooks(ctx, bob); err != nil || len(all) != 0 {
		t.Errorf("bob's: %+v, %v", all, err)
	}
	s.Reader, s.Title, s.Weekday, s.Zone = ada, "Our\r\nchannel", time.Friday, "Asia/Tokyo"
	must(db.ChangeWebhook(ctx, s))
	if w = only(); w.Title != "Our channel" || w.Weekday != time.Friday || w.Zone != "Asia/Tokyo" || w.NextAt.Weekday() != time.Thursday {
		t.Errorf("%+v", w)
	}
	_, err = db.ReplaceWebhookSecret(ctx, ada, s.ID)
	missing("a secret for what isn't signed", err)

	// What became of its digests.
	plan := func(day store.Day) store.Digest {
		t.Helper()
		d := store.Digest{Day: day, Span: store.DaySpan(day.Add(-1)), Papers: []store.Standing{{ID: "2605.00001", Votes: 1}}, Shown: 1}
		must(db.AddDigests(ctx, []store.Plan{{Subscription: s.ID, Digest: &d, NextAt: now.Add(24 * time.Hour)}}))
		waiting, err := db.WaitingDigests(ctx, false, 10)
		if err != nil || len(waiting) != 1 {
			t.Fatal(waiting, err)
		}
		if mails, err := db.WaitingDigests(ctx, true, 10); err != nil || len(mails) != 0 {
			t.Fatal("it waits for the mail server", mails, err)
		}
		return waiting[0]
	}
	must(db.DigestSent(ctx, plan("2026-05-13").ID))
	if w = only(); !w.SentAt.Equal(now) || w.Failure != "" {
		t.Errorf("%+v", w)
	}
	must(db.DigestFailed(ctx, plan("2026-05-14"), store.Failure{Err: errors.New("slow down"), After: time.Hour}))
	if w = only(); w.Failure != "slow down" || !w.RetryAt.Equal(now.Add(time.Hour)) || !w.SentAt.Equal(now) {
		t.Errorf("%+v", w)
	}
	now = now.Add(time.Hour)
	waiting, err := db.WaitingDigests(ctx, false, 10)
	must(err)
	must(db.DigestFailed(ctx, waiting[0], store.Failure{Err: errors.New("answered 410 Gone"), Permanent: true}))
	if w = only(); w.Runs() || w.StoppedFor != "answered 410 Gone" || !w.RetryAt.IsZero() {
		t.Errorf("%+v", w)
	}
	must(db.ResumeWebhook(ctx, ada, s.ID))
	if waiting, err = db.WaitingDigests(ctx, false, 10); err != nil || len(waiting) != 1 {
		t.Errorf("tried again: %+v, %v", waiting, err)
	}
	if w = only(); !w.Runs() || w.Failure != "" {
		t.Errorf("%+v", w)
	}

	// It goes and comes back.
	must(db.RemoveWebhook(ctx, ada, s.ID))
	if all, err := db.Webhooks(ctx, ada); err != nil || len(all) != 0 {
		t.Errorf("removed: %+v, %v", all, err)
	}
	if waiting, err = db.WaitingDigests(ctx, false, 10); err != nil || len(waiting) != 0 {
		t.Errorf("posted after it was removed: %+v, %v", waiting, err)
	}
	must(db.ResumeWebhook(ctx, ada, s.ID))
	if w = only(); !w.Runs() || !w.NextAt.After(now) {
		t.Errorf("%+v", w)
	}
	must(db.RemoveWebhook(ctx, ada, s.ID))
	if again, err := db.AddWebhook(ctx, channel(bob, slackURL)); err != nil || again.ID != s.ID {
		t.Errorf("asked for anew: %+v, %v", again, err)
	}
	missing("ada brings back what is bob's now", db.ResumeWebhook(ctx, ada, s.ID))
}

func TestWebhooksOfOneReader(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), open(t)
	ada := addReader(t, db, "ada")
	var first store.Subscription
	for n := range store.MaxWebhooks {
		w := channel(ada, slackURL)
		w.Via, w.Subject, w.What = store.ViaJSON, store.SubjectTag, fmt.Sprint("tag", n)
		added, err := db.AddWebhook(ctx, w)
		if err != nil || !strings.HasPrefix(added.Secret, "recto_hook_") || len(added.Secret) < 50 {
			t.Fatal(added, err)
		}
		if n == 0 {
			first = added
		}
	}
	if _, err := db.AddWebhook(ctx, channel(ada, slackURL)); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("one too many: %v", err)
	}
	secret, err := db.ReplaceWebhookSecret(ctx, ada, first.ID)
	if kept, readErr := db.Webhook(ctx, ada, first.ID); err != nil || readErr != nil || secret == first.Secret || kept.Secret != secret {
		t.Error(secret, kept, err, readErr)
	}
	if err := db.RemoveWebhook(ctx, ada, first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AddWebhook(ctx, channel(ada, slackURL)); err != nil {
		t.Fatal(err)
	}
	if err := db.ResumeWebhook(ctx, ada, first.ID); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("one too many is brought back: %v", err)
	}
}

func TestWhatIsNoWebhook(t *testing.T) {
	t.Parallel()
	db := open(t)
	ada := addReader(t, db, "ada")
	for name, change := range map[string]func(*store.Subscription){
		"mail":              func(s *store.Subscription) { s.Via = store.ViaMail },
		"nobody's":          func(s *store.Subscription) { s.Reader = 0 },
		"no address":        func(s *store.Subscription) { s.Address = "" },
		"an address":        func(s *store.Subscription) { s.Address = "ada@example.org" },
		"a file":            func(s *store.Subscription) { s.Address = "file:///etc/passwd" },
		"no host":           func(s *store.Subscription) { s.Address = "https:///x" },
		"a password":        func(s *store.Subscription) { s.Address = "https://u:p@example.org/x" },
		"a header":          func(s *store.Subscription) { s.Address = "https://example.org/x\r\nX: y" },
		"a long address":    func(s *store.Subscription) { s.Address += strings.Repeat("x", 600) },
		"a long name":       func(s *store.Subscription) { s.Title = strings.Repeat("x", 61) },
		"a weekday":         func(s *store.Subscription) { s.Weekday = 7 },
		"a tag without one": func(s *store.Subscription) { s.Subject = store.SubjectTag },
	} {
		s := channel(ada, slackURL)
		change(&s)
		if _, err := db.AddWebhook(context.Background(), s); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for address, want := range map[string]string{"https://chat.example.org/hooks/xyz": "chat.example.org/…", "https://example.org:8443/h?token=abcdefghijklmnop": "example.org:8443/…mnop"} {
		s := channel(ada, address)
		if got := s.Shown(); got != want {
			t.Errorf("%s is shown as %s", address, got)
		}
	}
	if s := (store.Subscription{Address: "ada@example.org"}); s.Shown() != s.Address {
		t.Error(s.Shown())
	}
}

// Webhooks end with their reader, whom alone they belong to; what is sent by mail goes on.
func TestWebhooksEndWithTheirReader(t *testing.T) {
	t.Parallel()
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "recto.db")
	db := openAt(t, path, clock)
	ada := addReader(t, db, "ada")
	w, err := db.AddWebhook(ctx, channel(ada, slackURL))
	mail := wish("ada@example.org")
	mail.Reader = ada
	if err = errors.Join(err, db.Subscribe(ctx, mail)); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `PRAGMA foreign_keys = 1; DELETE FROM readers`)
	if _, err := db.Subscription(ctx, w.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the webhook: %v", err)
	}
	if s, err := db.Subscription(ctx, w.ID+1); err != nil || s.Reader != 0 {
		t.Errorf("the mail: %+v, %v", s, err)
	}
}

// What is asked again and again while the program runs is read from an index.
func TestWebhookPlans(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), open(t)
	ada := addReader(t, db, "ada")
	if _, err := db.AddWebhook(ctx, channel(ada, slackURL)); err != nil {
		t.Fatal(err)
	}
	_, err := db.Webhooks(ctx, ada)
	_, mails := db.WaitingDigests(ctx, true, 5)
	_, due := db.DueSubscriptions(ctx, noon, 5)
	if err = errors.Join(err, mails, due); err != nil {
		t.Fatal(err)
	}
	for _, query := range db.ReadQueries() {
		if !strings.Contains(query, "FROM subscriptions") && !strings.Contains(query, "FROM digests") {
			continue
		}
		steps, err := db.Explain(ctx, query, make([]any, strings.Count(query, "?"))...)
		plan := strings.Join(steps, "\n")
		if err != nil || strings.Contains(plan, "SCAN") || strings.Contains(query, "mailed") && strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\n%s, %v", query, plan, err)
		}
	}
}
