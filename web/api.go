package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"recto/store"
)

// How long an answer's list is.
const (
	apiPapers    = 30 // when nothing else is asked for
	apiMaxPapers = 100
	apiFacets    = 100
	apiMaxFacets = 1000
)

// apiRoutes are the API's. They know no session: nobody is signed in there but by a token.
func (s *server) apiRoutes(e *echo.Echo, g *echo.Group) {
	g.GET(apiPath, s.apiDocument)
	g.HEAD(apiPath, s.apiDocument)
	g.GET(tokensPath, signedIn(tokensPath, s.tokens))
	g.HEAD(tokensPath, signedIn(tokensPath, s.tokens))
	g.POST(tokensPath, signedIn(tokensPath, s.addToken))
	g.POST(revokeTokenPath, signedIn(tokensPath, s.revokeToken))

	api := e.Group(apiPath, middleware.ContextTimeout(requestTime), s.api)
	get := func(path string, h echo.HandlerFunc) {
		api.GET(path, h)
		api.HEAD(path, h)
	}
	get("/openapi.json", s.openAPI)

	get("/v1/papers", s.apiListing)
	get("/v1/papers/*", s.apiPaper)
	get("/v1/search", s.apiSearch)
	get("/v1/tags", s.apiFacets(store.FacetTag, tagSlugPath))
	get("/v1/categories", s.apiCategories)
	get("/v1/authors", s.apiFacets(store.FacetAuthor, authorSlugPath))
	get("/v1/votes", s.needs(store.ScopeRead, s.apiVotes))
	api.PUT("/v1/votes/*", s.needs(store.ScopeVote, s.apiVote(true)))
	api.DELETE("/v1/votes/*", s.needs(store.ScopeVote, s.apiVote(false)))

	get("/daily_papers", s.hfDaily)
	get("/papers", s.hfNewest)
	get("/papers/search", s.hfSearch)
	get("/papers/*", s.hfPaper)
	get("/arxiv/*", s.hfRepos)
	api.RouteNotFound("/*", nowhere)
}

// api is around every request of the API: whoever may read from another site's page, as whom, and how often.
func (s *server) api(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, h := c.Request(), c.Response().Header()
		h.Add("Vary", "Authorization")
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			h.Set("Access-Control-Allow-Origin", "*") // no cookie is taken here: what anybody sees, a page may see
			h.Set("Access-Control-Expose-Headers", "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate")
		}
		token, authErr := s.bearer(c)
		if err := s.quotas.take(c, token, s.Now()); err != nil {
			return err
		}
		if authErr != nil {
			return authErr
		}
		c.Set(tokenKey, token)
		return next(c)
	}
}

// isAPI says whether a request is the API's, whose errors are JSON whatever is asked for.
func isAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, apiPath+"/") }

func isOwnAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path+"/", apiV1Path+"/") }

// preflight tells browsers that pages of any site may read the API, and that none may write. It comes before the routes:
// Echo would answer by itself.
func preflight(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodOptions || !isAPI(c) {
			return next(c)
		}
		h := c.Response().Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "Authorization, If-None-Match")
		h.Set("Access-Control-Max-Age", "86400")
		return c.NoContent(http.StatusNoContent)
	}
}

// apiProblem is an error as RFC 9457 has it: the JSON of every error of Recto's own API.
type apiProblem struct {
	Type   string `json:"type" doc:"Always about:blank: the status says what kind of problem it is."`
	Title  string `json:"title" doc:"The status in words."`
	Status int    `json:"status"`
	Detail string `json:"detail" doc:"What was wrong, for people."`
}

// hfProblem is an error as Hugging Face has it.
type hfProblem struct {
	Error string `json:"error"`
}

func (s *server) renderAPIProblem(c echo.Context, p problem, err error) error {
	detail := p.Text
	var said *echo.HTTPError
	if p.Removed == nil && errors.As(err, &said) {
		if text, ok := said.Message.(string); ok && text != http.StatusText(said.Code) {
			detail = text
		}
	} else if _, invalid, ok := strings.Cut(err.Error(), store.ErrInvalid.Error()+": "); ok && errors.Is(err, store.ErrInvalid) {
		detail = strings.ToUpper(invalid[:1]) + invalid[1:] + "."
	}
	var body any = hfProblem{detail}
	kind := echo.MIMEApplicationJSON
	if isOwnAPI(c) {
		body, kind = apiProblem{"about:blank", http.StatusText(p.Status), p.Status, detail}, "application/problem+json"
	}
	data, err := marshal(body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(p.Status, kind, data)
}

// marshal is JSON without HTML's escapes: it is sent as JSON and nosniff.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return b.Bytes(), err
}

// answer sends JSON that everybody gets alike.
func answer(c echo.Context, v any) error {
	data, err := marshal(v)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, no-cache")
	return tagged(c, "application/json; charset=utf-8", data)
}

// answerOwn sends JSON that is a reader's own.
func answerOwn(c echo.Context, v any) error {
	data, err := marshal(v)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", data)
}

// tagged sends a body, or 304 to whoever has it.
func tagged(c echo.Context, kind string, body []byte) error {
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:12])
	c.Response().Header().Set("ETag", `W/"`+tag+`"`)
	if isCurrent(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, kind, body)
}

// intParam is a number in the query, or what it is when it isn't there.
func intParam(c echo.Context, name string, absent, least, most int) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%w: %s is a number from %d to %d, not %.20q", store.ErrInvalid, name, least, most, text)
	}
	return n, nil
}

// linkNext points to the next page: the same address with another value of one parameter.
func (s *server) linkNext(c echo.Context, parameter, value string) {
	q := c.Request().URL.Query()
	q.Set(parameter, value)
	c.Response().Header().Add("Link", "<"+s.URL+escaped(c.Request().URL.Path)+"?"+q.Encode()+`>; rel="next"`)
}

// instantText is an instant as the API has it; "" for the zero time.
func instantText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
