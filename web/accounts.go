package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"recto/store"
)

// accountForm is a form with a name and passwords.
type accountForm struct {
	Name  string
	Next  string            // where to go after
	Vote  store.PaperID     // to cast after
	Wrong map[string]string // a field's name, or "", → what is wrong with it
}

func formOf(c echo.Context) accountForm {
	f := accountForm{Name: strings.TrimSpace(c.FormValue("name")), Next: localPath(c.FormValue("next")), Wrong: map[string]string{}}
	if id, err := store.ParsePaperID(c.FormValue("vote")); err == nil {
		f.Vote = id
	}
	return f
}

// limits bound how often names and passwords can be tried, from one address and for one name.
type limits struct {
	tries *expirable.LRU[string, *rate.Limiter]
}

const (
	triesAtOnce = 10
	tryEvery    = 30 * time.Second
	triesKept   = 50_000
)

func newLimits() limits {
	return limits{expirable.NewLRU[string, *rate.Limiter](triesKept, nil, triesAtOnce*tryEvery)}
}

// allow takes one try of each key, unless one has none left.
func (l limits) allow(keys ...string) bool {
	ok := true
	for _, key := range keys {
		limiter, found := l.tries.Get(key)
		if !found {
			limiter = rate.NewLimiter(rate.Every(tryEvery), triesAtOnce)
			l.tries.Add(key, limiter)
		}
		ok = limiter.Allow() && ok
	}
	return ok
}

const tooMany = "Too many tries. Please wait a minute before the next one."

func (s *server) signInForm(c echo.Context) error {
	return s.accountPage(c, http.StatusOK, "Sign in", signInForm, formOf(c))
}

func (s *server) signIn(c echo.Context) error {
	f := formOf(c)
	if !s.limits.allow("ip "+c.RealIP(), "name "+strings.ToLower(f.Name)) {
		c.Response().Header().Set("Retry-After", "60")
		f.Wrong[""] = tooMany
		return s.accountPage(c, http.StatusTooManyRequests, "Sign in", signInForm, f)
	}
	who, err := s.DB.Authenticate(c.Request().Context(), f.Name, c.FormValue("password"))
	if errors.Is(err, store.ErrNotFound) {
		f.Wrong[""] = "That name and password don’t belong together."
		return s.accountPage(c, http.StatusUnprocessableEntity, "Sign in", signInForm, f)
	}
	if err != nil {
		return err
	}
	return s.enter(c, who, f)
}

func (s *server) signUpForm(c echo.Context) error {
	return s.accountPage(c, http.StatusOK, "Sign up", signUpForm, formOf(c))
}

func (s *server) signUp(c echo.Context) error {
	f, password := formOf(c), c.FormValue("password")
	if err := store.CheckName(f.Name); err != nil {
		f.Wrong["name"] = sentence(err)
	}
	if err := store.CheckPassword(f.Name, password); err != nil {
		f.Wrong["password"] = sentence(err)
	}
	if len(f.Wrong) == 0 && !s.limits.allow("ip "+c.RealIP()) {
		c.Response().Header().Set("Retry-After", "60")
		f.Wrong[""] = tooMany
		return s.accountPage(c, http.StatusTooManyRequests, "Sign up", signUpForm, f)
	}
	if len(f.Wrong) > 0 {
		return s.accountPage(c, http.StatusUnprocessableEntity, "Sign up", signUpForm, f)
	}
	who, err := s.DB.AddReader(c.Request().Context(), f.Name, password, store.RoleReader)
	if errors.Is(err, store.ErrConflict) {
		f.Wrong["name"] = "This name is taken."
		return s.accountPage(c, http.StatusUnprocessableEntity, "Sign up", signUpForm, f)
	}
	if err != nil {
		return err
	}
	return s.enter(c, who, f)
}

// enter signs a reader in, casts the vote that led here, and goes on to the page that it came from.
func (s *server) enter(c echo.Context, who store.Reader, f accountForm) error {
	ctx := c.Request().Context()
	if err := s.startSession(ctx, who); err != nil {
		return err
	}
	to := f.Next
	if f.Vote != "" {
		switch p, err := s.DB.SetVote(ctx, who.ID, f.Vote, true); {
		case err == nil:
			s.sessions.Put(ctx, flashKey, "Welcome, "+who.Name+". Your vote is cast.")
			to += "#" + paperAnchor(p.ID)
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
	} else {
		s.sessions.Put(ctx, flashKey, "Welcome, "+who.Name+".")
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *server) startSession(ctx context.Context, who store.Reader) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, readerKey, int64(who.ID))
	s.sessions.Put(ctx, epochKey, who.Epoch)
	return nil
}

func (s *server) signOut(c echo.Context) error {
	if err := s.sessions.Destroy(c.Request().Context()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, homePath)
}

func (s *server) settingsForm(c echo.Context) error {
	return s.accountPage(c, http.StatusOK, "Settings", settingsForm, formOf(c))
}

// settings changes the password. Sessions elsewhere end; this one goes on, and so do tokens unless the form revokes them.
func (s *server) settings(c echo.Context) error {
	ctx, who := c.Request().Context(), reader(c)
	f, password := formOf(c), c.FormValue("new")
	status := http.StatusUnprocessableEntity
	if err := store.CheckPassword(who.Name, password); err != nil {
		f.Wrong["new"] = sentence(err)
	} else if !s.limits.allow("ip "+c.RealIP(), "name "+strings.ToLower(who.Name)) {
		status, f.Wrong[""] = http.StatusTooManyRequests, tooMany
		c.Response().Header().Set("Retry-After", "60")
	} else if _, err := s.DB.Authenticate(ctx, who.Name, c.FormValue("password")); errors.Is(err, store.ErrNotFound) {
		f.Wrong["password"] = "This is not your present password."
	} else if err != nil {
		return err
	}
	if len(f.Wrong) > 0 {
		return s.accountPage(c, status, "Settings", settingsForm, f)
	}
	told := "Your password is changed. Other browsers are signed out."
	if c.FormValue("revoke") != "" {
		if err := s.DB.RevokeTokens(ctx, who.ID); err != nil {
			return err
		}
		told += " Your tokens are revoked."
	}
	if err := s.DB.SetPassword(ctx, who.ID, password); err != nil {
		return err
	}
	again, err := s.DB.Reader(ctx, who.ID)
	if err != nil {
		return err
	}
	if err := s.startSession(ctx, again); err != nil {
		return err
	}
	s.sessions.Put(ctx, flashKey, told)
	return c.Redirect(http.StatusSeeOther, settingsPath)
}

// sentence is an error of the store as a form says it: without the sentinel, with a capital and a full stop.
func sentence(err error) string {
	text := strings.TrimPrefix(err.Error(), store.ErrInvalid.Error()+": ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func (s *server) accountPage(c echo.Context, status int, title string, page func(frame, accountForm) templ.Component, f accountForm) error {
	view, err := s.frame(c, title)
	if err != nil {
		return err
	}
	view.NoIndex, view.Section = true, c.Request().URL.Path
	return s.render(c, status, page(view, f))
}
