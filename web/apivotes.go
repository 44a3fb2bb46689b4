package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// apiVoteView is a reader's vote for a paper as it now is.
type apiVoteView struct {
	Paper string       `json:"paper" doc:"The paper's id."`
	Voted bool         `json:"voted"`
	Votes apiVoteCount `json:"votes"`
}

// apiVotes lists the papers that the token's reader voted for, the last vote first.
func (s *server) apiVotes(c echo.Context) error {
	limit, err := intParam(c, "limit", apiPapers, 1, apiMaxPapers)
	if err != nil {
		return err
	}
	page, err := s.DB.Papers(c.Request().Context(), store.Filter{Order: store.Newest, VotedBy: tokenOf(c).Reader, Limit: limit, After: store.Key(c.QueryParam("cursor"))})
	if err != nil {
		return err
	}
	if page.Next != "" {
		s.linkNext(c, "cursor", string(page.Next))
	}
	return answerOwn(c, apiListingView{s.apiPaperViews(page.Papers), string(page.Next)})
}

// apiVote casts the vote of the token's reader or takes it back; doing so again changes nothing.
func (s *server) apiVote(cast bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := store.ParsePaperID(c.Param("*"))
		if err != nil {
			return noSuchPaper(fmt.Errorf("%w: %w", store.ErrNotFound, err))
		}
		p, err := s.DB.SetVote(c.Request().Context(), tokenOf(c).Reader, id, cast)
		if err != nil {
			return noSuchPaper(err)
		}
		return answerOwn(c, apiVoteView{string(p.ID), cast, apiVotesOf(&p)})
	}
}
