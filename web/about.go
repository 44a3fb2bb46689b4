package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// aboutView is what the About page tells of this catalogue.
type aboutView struct {
	Papers  int
	First   store.Day
	Latest  store.Day
	Version string
}

// Holds says how much this catalogue has.
func (v aboutView) Holds() string {
	if v.Papers == 0 {
		return "This catalogue is still empty."
	}
	return fmt.Sprintf("This catalogue holds %s, of %s to %s.", plural(v.Papers, "paper"), longDay(v.First), longDay(v.Latest))
}

func (s *server) about(c echo.Context) error {
	ctx := c.Request().Context()
	v := aboutView{Version: s.Version}
	var err error
	if v.Papers, err = s.DB.PaperCount(ctx); err != nil {
		return err
	}
	if v.Papers > 0 {
		if v.First, err = s.DB.DayAfter(ctx, store.Span{}); err != nil {
			return err
		}
		state, err := s.state(c)
		if err != nil {
			return err
		}
		v.Latest = state.Latest
	}
	view, err := s.frame(c, "About")
	if err != nil {
		return err
	}
	view.Section, view.Description = aboutPath, "What this catalogue is, how papers are ranked, and where its data comes from."
	return s.render(c, http.StatusOK, aboutPage(view, v))
}
