package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
)

const (
	tokenKey     = "token"
	bearerScheme = "bearer"
)

// authorization is what a request comes with: how, in small letters, and the secret.
func authorization(h http.Header) (scheme, secret string) {
	scheme, secret, _ = strings.Cut(h.Get(echo.HeaderAuthorization), " ")
	return strings.ToLower(scheme), strings.TrimSpace(secret)
}

// bearer is the token that a request comes with, or nil. Where Hugging Face's API is spoken, clients send the token that
// they have for Hugging Face: it means nothing here, and is nobody's business.
func (s *server) bearer(c echo.Context) (*store.Token, error) {
	scheme, secret := authorization(c.Request().Header)
	if scheme == "" || !isOwnAPI(c) && !strings.HasPrefix(secret, store.TokenPrefix) {
		return nil, nil
	}
	if scheme != bearerScheme {
		return nil, refused(c, http.StatusUnauthorized, "", "A token comes as Authorization: Bearer "+store.TokenPrefix+"…")
	}
	token, err := s.DB.UseToken(c.Request().Context(), secret)
	if errors.Is(err, store.ErrNotFound) {
		return nil, refused(c, http.StatusUnauthorized, `error="invalid_token"`, "This token was never made, was revoked or has expired.")
	}
	if err != nil {
		return nil, err
	}
	return &token, nil
}

// needs lets only requests with a token of a scope through.
func (s *server) needs(scope store.Scope, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch token := tokenOf(c); {
		case token == nil:
			return refused(c, http.StatusUnauthorized, "", "This needs a token, which readers make in their settings.")
		case !token.Allows(scope):
			return refused(c, http.StatusForbidden, fmt.Sprintf(`error="insufficient_scope", scope=%q`, scope),
				fmt.Sprintf("This needs a token of the scope %q.", scope))
		}
		return next(c)
	}
}

// tokenOf is the token that a request came with, or nil.
func tokenOf(c echo.Context) *store.Token {
	token, _ := c.Get(tokenKey).(*store.Token)
	return token
}

// refused is an error with the challenge of RFC 6750.
func refused(c echo.Context, status int, parameters, detail string) error {
	challenge := `Bearer realm="recto"`
	if parameters != "" {
		challenge += ", " + parameters
	}
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, challenge)
	return echo.NewHTTPError(status, detail)
}
