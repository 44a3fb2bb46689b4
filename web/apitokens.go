package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// tokensView is a reader's tokens, and the form that makes one.
type tokensView struct {
	Tokens []store.Token
	Now    time.Time
	Secret string     // of the token that was just made: told once
	Name   string     // in the form
	Wrong  string     // what is wrong with the form
	Feeds  []feedLink // of the reader's votes, just made: their addresses are told once
}

// lifetime is how long a token can be asked to live; 0 days is for ever.
type lifetime struct {
	Days int
	Name string
}

var lifetimes = []lifetime{{30, "30 days"}, {90, "90 days"}, {365, "A year"}, {0, "Until it is revoked"}}

func (s *server) tokens(c echo.Context) error {
	return s.tokensPage(c, http.StatusOK, tokensView{})
}

// addToken makes a token and shows its secret, which only this one answer holds.
func (s *server) addToken(c echo.Context) error {
	v := tokensView{Name: c.FormValue("name")}
	days, err := strconv.Atoi(c.FormValue("days"))
	if err != nil || !slices.ContainsFunc(lifetimes, func(l lifetime) bool { return l.Days == days }) {
		v.Wrong = "Choose how long it lives."
		return s.tokensPage(c, http.StatusUnprocessableEntity, v)
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	token := store.Token{Name: v.Name}
	for _, scope := range form["scope"] {
		token.Scopes = append(token.Scopes, store.Scope(scope))
	}
	if days > 0 {
		token.ExpiresAt = s.Now().AddDate(0, 0, days)
	}
	_, v.Secret, err = s.DB.AddToken(c.Request().Context(), readerID(c), token)
	if errors.Is(err, store.ErrInvalid) {
		v.Wrong = sentence(err)
		return s.tokensPage(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	v.Name = ""
	return s.tokensPage(c, http.StatusOK, v)
}

func (s *server) revokeToken(c echo.Context) error {
	id, err := strconv.ParseInt(c.FormValue("token"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	ctx := c.Request().Context()
	if err := s.DB.RevokeToken(ctx, readerID(c), store.TokenID(id)); err != nil {
		return err
	}
	s.sessions.Put(ctx, flashKey, "The token is revoked.")
	return c.Redirect(http.StatusSeeOther, tokensPath)
}

func (s *server) tokensPage(c echo.Context, status int, v tokensView) error {
	var err error
	if v.Tokens, err = s.DB.Tokens(c.Request().Context(), readerID(c)); err != nil {
		return err
	}
	v.Now = s.Now()
	view, err := s.frame(c, "Tokens")
	if err != nil {
		return err
	}
	view.NoIndex, view.Section = true, settingsPath
	c.Response().Header().Set("Cache-Control", "no-store")
	return s.render(c, status, tokensPage(view, v))
}

// programScopes are the scopes that programs can use at the API.
func programScopes() []store.Scope { return []store.Scope{store.ScopeRead, store.ScopeVote} }

// scopeSays is what a scope lets a program do.
func scopeSays(scope store.Scope) string {
	switch scope {
	case store.ScopeRead:
		return "Read your votes"
	case store.ScopeVote:
		return "Vote for you"
	}
	return string(scope)
}

// tokenLife says when a token was used and how long it lives.
func tokenLife(t store.Token, now time.Time) string {
	text := "Made on " + longDay(store.DayOf(t.CreatedAt))
	if t.UsedAt.IsZero() {
		text += ", never used"
	} else {
		text += ", last used " + t.UsedAt.Format("2 January 2006, 15:04 UTC")
	}
	switch {
	case t.ExpiresAt.IsZero():
		return text + ". It lives until it is revoked."
	case !t.ExpiresAt.After(now):
		return text + ". It has expired."
	}
	return text + ". It expires on " + longDay(store.DayOf(t.ExpiresAt)) + "."
}
