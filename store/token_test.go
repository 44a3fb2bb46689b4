package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	now, ctx := noon, context.Background()
	db := openAt(t, "", func() time.Time { return now })
	ada, bob := addReader(t, db, "Ada"), addReader(t, db, "Bob")
	made, secret, err := db.AddToken(ctx, ada, store.Token{Name: " my\nscript ", Scopes: []store.Scope{store.ScopeVote, store.ScopeRead}, ExpiresAt: noon.Add(time.Hour)})
	if err != nil || !strings.HasPrefix(secret, "recto_") || len(secret) != len("recto_")+43 {
		t.Fatalf("%q, %v", secret, err)
	}
	_, other, err := db.AddToken(ctx, ada, store.Token{Name: "<b>forever</b>", Scopes: []store.Scope{store.ScopeRead}})
	if err != nil || other == secret {
		t.Fatal(err)
	}
	used := func(secret string) store.Token {
		t.Helper()
		got, err := db.UseToken(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := used(secret)
	if got.ID != made.ID || got.Reader != ada || got.Name != "my script" || !slices.Equal(got.Scopes, []store.Scope{store.ScopeRead, store.ScopeVote}) ||
		!got.CreatedAt.Equal(noon) || !got.ExpiresAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v", got)
	}
	if !got.Allows(store.ScopeVote) || !got.Allows(store.ScopeRead) || got.Allows("admin") {
		t.Errorf("scopes %q", got.Scopes)
	}
	if one := used(other); one.Allows(store.ScopeVote) || !one.ExpiresAt.IsZero() {
		t.Errorf("%+v", one)
	}

	t.Run("the last use is noted once a minute", func(t *testing.T) {
		for _, step := range []struct{ after, noted time.Duration }{{0, 0}, {59 * time.Second, 0}, {time.Minute, time.Minute}, {90 * time.Second, time.Minute}} {
			now = noon.Add(step.after)
			used(secret)
			tokens, err := db.Tokens(ctx, ada)
			if err != nil || len(tokens) != 2 || tokens[0].Name != "<b>forever</b>" || !tokens[1].UsedAt.Equal(noon.Add(step.noted)) {
				t.Errorf("after %s: %+v, %v", step.after, tokens, err)
			}
		}
	})
	t.Run("what is no token", func(t *testing.T) {
		for _, secret := range []string{"", "recto_", secret + "x", secret[:len(secret)-1], strings.ToUpper(secret), strings.TrimPrefix(secret, "recto_"), "recto_' OR 1=1 --"} {
			if _, err := db.UseToken(ctx, secret); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %v", secret, err)
			}
		}
	})
	t.Run("what can't be made", func(t *testing.T) {
		read := []store.Scope{store.ScopeRead}
		for name, bad := range map[string]store.Token{
			"no name": {Name: " ", Scopes: read}, "a long name": {Name: strings.Repeat("ä", store.MaxTokenName+1), Scopes: read}, "no scope": {Name: "x"},
			"another scope": {Name: "x", Scopes: []store.Scope{"admin"}}, "expired": {Name: "x", Scopes: read, ExpiresAt: noon},
		} {
			if _, _, err := db.AddToken(ctx, ada, bad); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := db.AddToken(ctx, 99, store.Token{Name: "x", Scopes: read}); err == nil {
			t.Error("nobody has a token")
		}
	})
	t.Run("expiry", func(t *testing.T) {
		now = noon.Add(time.Hour - time.Second)
		used(secret)
		now = noon.Add(time.Hour)
		if _, err := db.UseToken(ctx, secret); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		used(other)
	})
	t.Run("revoking", func(t *testing.T) {
		tokens, err := db.Tokens(ctx, ada)
		if err != nil || len(tokens) != 2 {
			t.Fatal(tokens, err)
		}
		if err := db.RevokeToken(ctx, bob, tokens[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by somebody else: %v", err)
		}
		used(other)
		if err := db.RevokeToken(ctx, ada, tokens[0].ID); err != nil {
			t.Error(err)
		}
		if err := db.RevokeToken(ctx, ada, tokens[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("twice: %v", err)
		}
		if _, err := db.UseToken(ctx, other); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
	})
	t.Run("revoking all", func(t *testing.T) {
		_, hers, err := db.AddToken(ctx, ada, store.Token{Name: "hers", Scopes: []store.Scope{store.ScopeRead}})
		if err != nil {
			t.Fatal(err)
		}
		_, his, err := db.AddToken(ctx, bob, store.Token{Name: "his", Scopes: []store.Scope{store.ScopeRead}, ExpiresAt: now.Add(time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.RevokeTokens(ctx, ada); err != nil {
			t.Fatal(err)
		}
		if _, err := db.UseToken(ctx, hers); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("hers: %v", err)
		}
		if _, err := db.UseToken(ctx, his); err != nil {
			t.Errorf("his: %v", err)
		}
		if tokens, err := db.Tokens(ctx, ada); err != nil || len(tokens) != 0 {
			t.Errorf("%d tokens, %v", len(tokens), err)
		}
		now = now.Add(time.Minute)
	})
	t.Run("as many as one may have", func(t *testing.T) {
		for n := range store.MaxTokens {
			if _, _, err := db.AddToken(ctx, bob, store.Token{Name: fmt.Sprint(n), Scopes: []store.Scope{store.ScopeRead}, ExpiresAt: now.Add(time.Minute)}); err != nil {
				t.Fatal(n, err)
			}
		}
		one := store.Token{Name: "one more", Scopes: []store.Scope{store.ScopeRead}}
		if _, _, err := db.AddToken(ctx, bob, one); !errors.Is(err, store.ErrInvalid) {
			t.Error(err)
		}
		now = now.Add(time.Minute) // those that have expired make room
		if _, _, err := db.AddToken(ctx, bob, one); err != nil {
			t.Error(err)
		}
	})
}

// A secret is nowhere in the database.
func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/recto.db"
	db := openAt(t, path, clock)
	_, secret, err := db.AddToken(context.Background(), addReader(t, db, "Ada"), store.Token{Name: "x", Scopes: []store.Scope{store.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	var kept int
	err = openRaw(t, path).QueryRow(`SELECT count(*) FROM tokens WHERE instr(hash, ?) OR instr(name || scopes, ?) OR length(hash) <> 32`,
		strings.TrimPrefix(secret, "recto_"), secret).Scan(&kept)
	if err != nil || kept != 0 {
		t.Errorf("%d, %v", kept, err)
	}
}

// Pages by number hold each paper once, in the order of the pages by key.
func TestPapersFrom(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	for n := range 23 {
		ingest(t, db, paper(n+1))
	}
	span := store.MonthSpan("2026-05-12")
	for name, f := range map[string]store.Filter{"newest": {Order: store.Newest}, "trending": {Order: store.Trending},
		"a month by votes": {Order: store.ByVotes, Span: &span}, "a tag": {Order: store.ByVotes, Facet: store.FacetTag, Slug: "world-models"}} {
		f.Limit = 200
		all, err := db.Papers(ctx, f)
		if err != nil || len(all.Papers) < 20 {
			t.Fatal(name, len(all.Papers), err)
		}
		f.Limit = 7
		var got []store.PaperID
		for more, n := true, 0; more; n++ {
			var papers []store.Paper
			if papers, more, err = db.PapersFrom(ctx, f, n*f.Limit); err != nil {
				t.Fatal(name, err)
			}
			got = append(got, ids(papers)...)
		}
		if want := ids(all.Papers); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, offset := range []int{-1, store.MaxOffset + 1} {
		if _, _, err := db.PapersFrom(ctx, store.Filter{Order: store.Newest, Limit: 7}, offset); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("offset %d: %v", offset, err)
		}
	}
	if papers, more, err := db.PapersFrom(ctx, store.Filter{Order: store.Newest, Limit: 7}, 30); len(papers) != 0 || more || err != nil {
		t.Error(len(papers), more, err)
	}
}
