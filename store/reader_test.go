package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"recto/store"
)

func TestNames(t *testing.T) {
	for _, name := range []string{"ab", "Ada", "ada-lovelace", "a_b", "42", "x2", strings.Repeat("a", store.MaxName), "administrators", "a-_b"} {
		if err := store.CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", "a", strings.Repeat("a", store.MaxName+1), "-ab", "ab-", "_a", "a_", "a b", " ab", "ab\n", "ä", "Adä", "a.b", "a/b", "a@b",
		"а́da", "аda", "admin", "Admin", "ADMIN", "root", "me", "You", "sign-in", "recto", "anonymous", "<b>", "a\x00b", "a\u200bb", "ａｄａ", "K\u212a"} {
		if err := store.CheckName(name); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%q is taken: %v", name, err)
		}
	}
}

func TestPasswords(t *testing.T) {
	for password, good := range map[string]bool{
		"": false, "1234567": false, "12345678": true, "пароль78": true, "пароль7": false, strings.Repeat("x", store.MaxPassword): true,
		strings.Repeat("x", store.MaxPassword+1): false, "ADA-LOVELACE": false, "with a blank and ünïcödé 🗝": true,
	} {
		if err := store.CheckPassword("ada-lovelace", password); (err == nil) != good || err != nil && !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestReaders(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	ada, err := db.AddReader(ctx, "Ada", "a good password", store.RoleCurator)
	if err != nil || ada.ID == 0 || ada.Name != "Ada" || ada.Role != store.RoleCurator || !ada.CreatedAt.Equal(noon) || ada.Epoch != 0 {
		t.Fatalf("%+v, %v", ada, err)
	}
	for _, name := range []string{"Ada", "ada", "ADA"} {
		if _, err := db.AddReader(ctx, name, "another password", store.RoleReader); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s is taken twice: %v", name, err)
		}
		if got, err := db.ReaderNamed(ctx, name); got != ada || err != nil {
			t.Errorf("named %s: %+v, %v", name, got, err)
		}
		if got, err := db.Authenticate(ctx, name, "a good password"); got != ada || err != nil {
			t.Errorf("%s signs in: %+v, %v", name, got, err)
		}
	}
	if got, err := db.Reader(ctx, ada.ID); got != ada || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	for name, err := range map[string]error{
		"a bad name":     second(db.AddReader(ctx, "a b", "a good password", store.RoleReader)),
		"a bad password": second(db.AddReader(ctx, "bob", "short", store.RoleReader)),
		"a bad role":     second(db.AddReader(ctx, "bob", "a good password", "king")),
		"no role":        db.SetRole(ctx, ada.ID, ""),
		"role king":      db.SetRole(ctx, ada.ID, "king"),
		"set to short":   db.SetPassword(ctx, ada.ID, "short"),
		"set to name":    db.SetPassword(ctx, ada.ID, "ada"),
	} {
		if !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"Reader":               second(db.Reader(ctx, 99)),
		"ReaderNamed":          second(db.ReaderNamed(ctx, "bob")),
		"SetPassword":          db.SetPassword(ctx, 99, "a good password"),
		"SetRole":              db.SetRole(ctx, 99, store.RoleAdmin),
		"a wrong password":     second(db.Authenticate(ctx, "ada", "a bad password")),
		"a password too much":  second(db.Authenticate(ctx, "ada", "a good password ")),
		"in another case":      second(db.Authenticate(ctx, "ada", "A good password")),
		"no password":          second(db.Authenticate(ctx, "ada", "")),
		"a name that isn't":    second(db.Authenticate(ctx, "bob", "a good password")),
		"a name with SQL":      second(db.Authenticate(ctx, "ada' OR '1'='1", "a good password")),
		"a huge wrong pasword": second(db.Authenticate(ctx, "ada", strings.Repeat("x", 100_000))),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if wrong, nobody := second(db.Authenticate(ctx, "ada", "x")), second(db.Authenticate(ctx, "bob", "x")); wrong.Error() != nobody.Error() {
		t.Errorf("%v tells from %v", wrong, nobody)
	}
	for _, role := range []store.Role{store.RoleAdmin, store.RoleReader} {
		if err := db.SetRole(ctx, ada.ID, role); err != nil {
			t.Error(err)
		}
		if got, err := db.Reader(ctx, ada.ID); got.Role != role || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestANewPasswordEndsTheOldOne(t *testing.T) {
	db, ctx := open(t), context.Background()
	ada := addReader(t, db, "ada")
	for epoch := 1; epoch <= 2; epoch++ {
		if err := db.SetPassword(ctx, ada, "a new password"); err != nil {
			t.Fatal(err)
		}
		if r, err := db.Authenticate(ctx, "ada", "a new password"); err != nil || r.Epoch != epoch {
			t.Errorf("epoch %d, %v; want %d", r.Epoch, err, epoch)
		}
	}
	if _, err := db.Authenticate(ctx, "ada", "a good password"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the old password: %v", err)
	}
}

func TestOneOfManyGetsAName(t *testing.T) {
	db, ctx := open(t), context.Background()
	const many = 6
	errs := make(chan error, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			_, err := db.AddReader(ctx, []string{"ada", "ADA"}[i%2], "a good password", store.RoleReader)
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	got := 0
	for err := range errs {
		if err == nil {
			got++
		} else if !errors.Is(err, store.ErrConflict) {
			t.Error(err)
		}
	}
	if got != 1 {
		t.Errorf("%d got the name", got)
	}
}

// Two readers with one password have different hashes, and no password stands in the file.
func TestPasswordsAreNotKept(t *testing.T) {
	path := t.TempDir() + "/x.db"
	db := openAt(t, path, clock)
	addReader(t, db, "ada")
	addReader(t, db, "bob")
	var different int
	var shape string
	if err := openRaw(t, path).QueryRow(`SELECT count(DISTINCT password), min(password) FROM readers`).Scan(&different, &shape); err != nil {
		t.Fatal(err)
	}
	if different != 2 || !strings.HasPrefix(shape, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(shape, "good") {
		t.Errorf("%d hashes like %s", different, shape)
	}
	for _, broken := range []string{"plain", "$argon2id$v=19$m=x$a$b", "$argon2id$v=19$m=19456,t=2,p=1$***$b", "$bcrypt$v=19$m=19456,t=2,p=1$a$b"} {
		raw(t, path, `UPDATE readers SET password = '`+broken+`'`)
		if _, err := db.Authenticate(context.Background(), "ada", "plain"); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("the stored password %q: %v", broken, err)
		}
	}
}

func TestHashingWaitsItsTurn(t *testing.T) {
	db := open(t)
	addReader(t, db, "ada")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := db.Authenticate(cancelled, "ada", "a good password"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSessions(t *testing.T) {
	at := noon
	db, ctx := openAt(t, "", func() time.Time { return at }), context.Background()
	s := db.Sessions()
	find := func(token, want string) {
		t.Helper()
		data, found, err := s.FindCtx(ctx, token)
		if string(data) != want || found != (want != "") || err != nil {
			t.Errorf("%s is %q, %t, %v; want %q", token, data, found, err, want)
		}
	}
	commit := func(token, data string, life time.Duration) {
		t.Helper()
		if err := s.CommitCtx(ctx, token, []byte(data), at.Add(life)); err != nil {
			t.Fatal(err)
		}
	}
	find("a", "")
	commit("a", "first", time.Hour)
	commit("b", "other", 2*time.Hour)
	find("a", "first")
	commit("a", "second", time.Hour)
	find("a", "second")
	at = at.Add(time.Hour - time.Second)
	find("a", "second")
	at = at.Add(time.Second)
	find("a", "")
	find("b", "other")
	commit("a", "renewed", time.Hour)
	find("a", "renewed")
	if err := s.Delete("a"); err != nil {
		t.Error(err)
	}
	find("a", "")
	find("b", "other")
	if err := s.DeleteCtx(ctx, "never was"); err != nil {
		t.Error(err)
	}
	commit("binary", "\x00\xff", time.Hour)
	find("binary", "\x00\xff")
}

func TestExpiredSessionsAreForgotten(t *testing.T) {
	at := noon
	path := t.TempDir() + "/x.db"
	db := openAt(t, path, func() time.Time { return at })
	for _, token := range []string{"a", "b", "c"} {
		if err := db.Sessions().Commit(token, []byte("x"), at.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	at = at.Add(time.Hour)
	if err := db.Sessions().Commit("d", []byte("x"), at.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := openRaw(t, path).QueryRow(`SELECT count(*) FROM sessions`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d sessions, %v", n, err)
	}
}

func TestSettings(t *testing.T) {
	db, ctx := open(t), context.Background()
	for _, value := range [][]byte{nil, {1, 2}, nil, {0}} {
		if err := db.SetSetting(ctx, "x", value); err != nil {
			t.Fatal(err)
		}
		got, err := db.Setting(ctx, "x")
		if err != nil || string(got) != string(value) || (got == nil) != (value == nil) {
			t.Errorf("%v is %v, %v", value, got, err)
		}
	}
	for _, is := range []bool{false, true, true, false} {
		if err := db.SetSample(ctx, is); err != nil {
			t.Fatal(err)
		}
		if got, err := db.IsSample(ctx); got != is || err != nil {
			t.Errorf("sample %t: %t, %v", is, got, err)
		}
	}
}
