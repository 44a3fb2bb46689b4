package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"recto/store"
)

// frame is what stands around every page.
type frame struct {
	Title       string // plain text, without the site's name
	Description string
	SiteURL     string // scheme and host
	Path        string // of this page, with the query that it was asked with
	Canonical   string // path of the page's one address; "" for its own without a query
	Section     string // the part of the site to mark in the navigation: its path
	Reader      *store.Reader
	Theme       string // light, dark or "" for the system's
	Sample      bool   // nothing but the built-in sample is in the catalogue
	Flash       string // said once
	Query       string // in the search box
	NoIndex     bool
	Head        templ.Component // more for <head>
	Feeds       []feedLink      // of what the page lists
	Picture     picture         // of the page; the site's when zero
	Embeddable  bool            // other sites may show its card: it is a paper's
}

// keys of a request's context and session
const (
	readerKey = "reader"
	epochKey  = "epoch"
	flashKey  = "flash"
	stateKey  = "state"
)

// withReader finds who is signed in.
func (s *server) withReader(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		id := s.sessions.GetInt64(ctx, readerKey)
		if id == 0 {
			return next(c)
		}
		reader, err := s.DB.Reader(ctx, store.ReaderID(id))
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && reader.Epoch != s.sessions.GetInt(ctx, epochKey):
			if err := s.sessions.Destroy(ctx); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			c.Set(readerKey, &reader)
		}
		return next(c)
	}
}

// reader is who is signed in, or nil.
func reader(c echo.Context) *store.Reader {
	r, _ := c.Get(readerKey).(*store.Reader)
	return r
}

// signedIn lets readers through; others sign in first, and come to a page of theirs.
func signedIn(page string, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if reader(c) == nil {
			return c.Redirect(http.StatusSeeOther, signInThen(page, ""))
		}
		return next(c)
	}
}

func readerID(c echo.Context) store.ReaderID {
	if r := reader(c); r != nil {
		return r.ID
	}
	return 0
}

// frame is the frame of the page that a request asks for.
func (s *server) frame(c echo.Context, title string) (frame, error) {
	f, err := s.frameOfProblem(c, title)
	if err == nil && f.Reader != nil {
		f.Flash = s.sessions.PopString(c.Request().Context(), flashKey)
	}
	return f, err
}

// frameOfProblem is the frame of an error page. It leaves the session alone: the time to keep changes of it is over.
func (s *server) frameOfProblem(c echo.Context, title string) (frame, error) {
	state, err := s.state(c)
	if err != nil {
		return frame{}, err
	}
	return frame{Title: title, SiteURL: s.URL, Path: c.Request().URL.RequestURI(), Reader: reader(c), Theme: themeOf(c), Sample: state.Sample}, nil
}

// state is the catalogue's state when the request first asked for it.
func (s *server) state(c echo.Context) (store.State, error) {
	if state, ok := c.Get(stateKey).(store.State); ok {
		return state, nil
	}
	state, err := s.DB.State(c.Request().Context())
	if err == nil {
		c.Set(stateKey, state)
	}
	return state, err
}

// canonical is the page's one address.
func (f frame) canonical() string {
	if f.Canonical != "" {
		return f.SiteURL + f.Canonical
	}
	path, _, _ := strings.Cut(f.Path, "?")
	return f.SiteURL + path
}

// back is the page to come back to after signing in.
func (f frame) back() string {
	if f.Section == signInPath || f.Section == signUpPath {
		return homePath
	}
	return f.Path
}

// render draws a component whole before the first byte is sent, so that an error can still become an error page.
func (s *server) render(c echo.Context, status int, component templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := component.Render(context.WithoutCancel(c.Request().Context()), buf); err != nil {
		return err
	}
	return sendHTML(c, status, buf.Bytes())
}

func themeOf(c echo.Context) string {
	if cookie, err := c.Cookie(themeCookie); err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		return cookie.Value
	}
	return ""
}

// theme keeps a choice of light or dark for a year.
func (s *server) theme(c echo.Context) error {
	cookie := &http.Cookie{Name: themeCookie, Path: "/", SameSite: http.SameSiteLaxMode, HttpOnly: true, Secure: s.sessions.Cookie.Secure}
	switch theme := c.FormValue("theme"); theme {
	case "light", "dark":
		cookie.Value, cookie.MaxAge = theme, 365*24*60*60
	default:
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
	return c.Redirect(http.StatusSeeOther, s.cameFrom(c))
}
