package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// vote casts a vote or takes it back. Without htmx the page comes back where it was.
func (s *server) vote(c echo.Context) error {
	id, err := store.ParsePaperID(c.FormValue("paper"))
	if err != nil {
		return err
	}
	cast := c.FormValue("cast") != "0"
	back := s.cameFrom(c)
	if back == homePath && c.Request().Referer() == "" {
		back = paperPath(id)
	}
	htmx := c.Request().Header.Get("HX-Request") != ""
	who := reader(c)
	if who == nil {
		to := signInThen(back, id)
		if htmx {
			c.Response().Header().Set("HX-Redirect", to)
			return c.NoContent(http.StatusNoContent)
		}
		return c.Redirect(http.StatusSeeOther, to)
	}
	paper, err := s.DB.SetVote(c.Request().Context(), who.ID, id, cast)
	if err != nil {
		return err
	}
	if htmx {
		return s.render(c, http.StatusOK, voteForm(newVoteButton(&paper, cast)))
	}
	return c.Redirect(http.StatusSeeOther, back+"#"+paperAnchor(paper.ID))
}

// cameFrom is the page of this site that a form was sent from.
func (s *server) cameFrom(c echo.Context) string {
	u, err := url.Parse(c.Request().Referer())
	if err != nil || u.Host != c.Request().Host {
		return homePath
	}
	return localPath((&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String())
}

// votes lists the papers that the reader voted for, the last vote first.
func (s *server) votes(c echo.Context) error {
	if format, ok := feedAs(c); ok {
		return s.feedVotes(c, format)
	}
	who := reader(c)
	if who == nil {
		return c.Redirect(http.StatusSeeOther, signInThen(votesPath, ""))
	}
	return s.listing(c, listing{
		Title: "Your votes", Heading: "Your votes", Section: votesPath, Path: votesPath, NoIndex: true,
		Filter: store.Filter{Order: store.Newest, VotedBy: who.ID},
		Empty:  "You have voted for nothing yet. The arrow beside a paper casts your vote; the papers you vote for are kept here.",
	})
}
