package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// shortLink leads from /p/ID, and from the address of a paper elsewhere behind this site's host, to the paper; or says that
// it isn't here and how to add it.
func (s *server) shortLink(c echo.Context) error {
	ctx := c.Request().Context()
	asked := strings.TrimPrefix(c.Request().URL.Path, "/")
	if id, short := strings.CutPrefix(asked, "p/"); short {
		asked = id
	} else {
		if !strings.HasPrefix(asked, "http") {
			asked = "https://" + asked
		}
		if query := c.Request().URL.RawQuery; query != "" { // where some sites keep the id
			asked += "?" + query
		}
	}
	p, err := s.paperAt(ctx, asked)
	if err == nil {
		return c.Redirect(http.StatusPermanentRedirect, paperPath(p.ID))
	}
	id, unread := askedID(asked)
	if !errors.Is(err, store.ErrNotFound) || removalOf(err) != nil || unread != nil || !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/html") {
		return err
	}
	view, err := s.frame(c, "Not here yet")
	if err != nil {
		return err
	}
	view.NoIndex = true
	return s.render(c, http.StatusNotFound, noSuchPaperPage(view, id))
}
