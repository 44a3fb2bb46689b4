package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// problem is what an error page says.
type problem struct {
	Status  int
	Title   string
	Text    string
	Removed *store.Removal // the paper that was there; nil for all other problems
}

var problems = map[int]problem{
	http.StatusBadRequest:            {400, "That address can't be right", "Something in it is not what this page understands. A shorter form of the address may work.", nil},
	http.StatusUnauthorized:          {401, "Sign in first", "This page belongs to somebody with an account.", nil},
	http.StatusForbidden:             {403, "Not allowed", "This page or action is not open to you.", nil},
	http.StatusNotFound:              {404, "Nothing here", "There is no page at this address. It may have been mistyped, or the paper isn't in this catalogue.", nil},
	http.StatusMethodNotAllowed:      {405, "That can't be done here", "This address doesn't take that kind of request.", nil},
	http.StatusConflict:              {409, "Already taken", "Somebody was faster. Go back, and try something else.", nil},
	http.StatusRequestEntityTooLarge: {413, "Too much at once", "What was sent is larger than this page takes.", nil},
	http.StatusTooManyRequests:       {429, "Too many tries", "Please wait a little before the next one.", nil},
	http.StatusInternalServerError:   {500, "Something broke", "It isn't your fault, and it has been written down. Please try again in a moment.", nil},
	http.StatusServiceUnavailable:    {503, "Too busy just now", "The answer took too long. Please try again in a moment.", nil},
}

// handleError is the one place where an error becomes a status and a page.
func (s *server) handleError(err error, c echo.Context) {
	if c.Response().Committed { // the request's logger has had it answered, or the reader has gone
		return
	}
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		s.Log.Error("request failed", "error", err, "path", c.Request().URL.Path, "id", c.Response().Header().Get(echo.HeaderXRequestID))
	}
	p, ok := problems[status]
	if !ok {
		p = problem{Status: status, Title: http.StatusText(status), Text: "The request could not be answered."}
	}
	if status == http.StatusGone {
		p = removedProblem(removalOf(err))
		if isAPI(c) && !isOwnAPI(c) || c.Path() == oembedPath { // where programs know of nothing but 404
			p = problems[http.StatusNotFound]
		}
		c.Response().Header().Set("Cache-Control", "private, no-cache") // it may come back
	}
	render := func() error { return s.renderProblem(c, p) }
	if isAPI(c) || c.Path() == mcpPath {
		render = func() error { return s.renderAPIProblem(c, p, err) }
	}
	if err := render(); err != nil {
		s.Log.Error("render an error page", "error", err)
	}
}

func statusOf(err error) int {
	var httpErr *echo.HTTPError
	switch {
	case removalOf(err) != nil:
		return http.StatusGone
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, store.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, store.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable
	case errors.As(err, &httpErr):
		return httpErr.Code
	}
	return http.StatusInternalServerError
}

// removalOf is the removal of which an error tells, or nil.
func removalOf(err error) *store.Removal {
	var removed *store.RemovedError
	if errors.As(err, &removed) {
		return &removed.Removal
	}
	return nil
}

func removedProblem(r *store.Removal) problem {
	p := problem{http.StatusGone, "Removed", "This paper was removed from this catalogue on " + longDay(store.DayOf(r.At)) + ".", r}
	if r.Reason != "" {
		p.Text += " Reason: " + strings.TrimRight(r.Reason, ".") + "."
	}
	return p
}

// renderProblem answers in the form that was asked for: HTML, JSON or plain text.
func (s *server) renderProblem(c echo.Context, p problem) error {
	accept := c.Request().Header.Get(echo.HeaderAccept)
	switch {
	case strings.Contains(accept, "text/html"):
		// The request's time may be over; its error page is still owed.
		c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
		view, err := s.frameOfProblem(c, p.Title)
		if err != nil {
			s.Log.Error("frame of an error page", "error", err)
			view = frame{Title: p.Title, SiteURL: s.URL, Path: c.Request().URL.Path}
		}
		view.NoIndex = true
		return s.render(c, p.Status, problemPage(view, p))
	case strings.Contains(accept, "json"):
		return c.JSON(p.Status, map[string]any{"status": p.Status, "error": p.Title, "message": p.Text})
	}
	return c.String(p.Status, p.Title+". "+p.Text+"\n")
}
