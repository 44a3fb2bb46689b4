package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/web"
)

// TestAPIProblems asks for what can't be had.
func TestAPIProblems(t *testing.T) {
	v := newSite(t).program()
	for request, status := range map[string]int{
		"GET /api/v1/papers?limit=0": 400, "GET /api/v1/papers?limit=101": 400, "GET /api/v1/papers?limit=x": 400, "GET /api/v1/papers?cursor=x": 400,
		"GET /api/v1/papers?day=yesterday": 400, "GET /api/v1/papers?week=2026-05-12": 400, "GET /api/v1/papers?month=2026-13": 400,
		"GET /api/v1/papers?day=2026-05-12&tag=x": 400, "GET /api/v1/papers?order=best": 400, "GET /api/v1/papers?order=trending&tag=world-models": 400,
		"GET /api/v1/papers?tag=no-such-tag": 404, "GET /api/v1/papers?author=%3Cscript%3E": 404,
		"GET /api/v1/papers/2401.00001": 404, "GET /api/v1/papers/2401.00001/related": 404, "GET /api/v1/papers/2605.00001/cited": 404, "GET /api/v1/papers/%00": 404,
		"GET /api/v1/papers/2605.00001/related?offset=1001": 400, "GET /api/v1/search?offset=-1": 400, "GET /api/v1/search?facets=2": 400, "GET /api/v1/tags?order=x": 400,
		"GET /api/v1/tags?limit=1001": 400, "GET /api/v1": 404, "GET /api/v1/nothing": 404, "POST /api/v1/papers": 405, "PUT /api/v1/papers/2605.00001": 405,
		"DELETE /api/v1/search": 405, "POST /api/v1/votes": 405, "GET /api/v1/votes/2605.00001": 405,
		"GET /api/nothing": 404, "POST /api/daily_papers": 405, "GET /api/papers/2401.00001": 404, "GET /api/arxiv/2605.00001": 404, "GET /api/arxiv/2401.00001/repos": 404,
		"GET /api/daily_papers?date=x": 400, "GET /api/daily_papers?week=x": 400, "GET /api/daily_papers?month=x": 400, "GET /api/daily_papers?sort=x": 400, "GET /api/daily_papers?limit=101": 400,
		"GET /api/daily_papers?p=-1": 400, "GET /api/papers?limit=101": 400, "GET /api/papers?cursor=x": 400, "GET /api/papers/search?q=x&limit=121": 400,
		"GET /api/papers/search?q=" + strings.Repeat("x", 251): 400, "PUT /api/papers/index": 405,
	} {
		t.Run(request, func(t *testing.T) {
			method, path, _ := strings.Cut(request, " ")
			for _, accept := range []string{"", "text/html", "application/json"} {
				p := v.in(t).do(method, path, nil, map[string]string{"Accept": accept}).want(status)
				if !strings.HasPrefix(path+"/", "/api/v1/") {
					var problem map[string]any
					p.json(&problem)
					if text, ok := problem["error"].(string); !ok || len(text) < 10 || len(problem) != 1 || p.Header.Get("Content-Type") != "application/json" {
						t.Errorf("%s %s", p.Header.Get("Content-Type"), p.body)
					}
					continue
				}
				var problem struct {
					Type, Title, Detail string
					Status              int
				}
				p.json(&problem)
				if problem.Type != "about:blank" || problem.Title != http.StatusText(status) || problem.Status != status || len(problem.Detail) < 10 ||
					p.Header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s %s", p.Header.Get("Content-Type"), p.body)
				}
				if (p.Header.Get("Allow") == "") != (status != 405) {
					t.Errorf("Allow %q", p.Header.Get("Allow"))
				}
			}
		})
	}
	var said struct{ Detail string }
	v.get("/api/v1/papers?limit=999").json(&said)
	equal(t, "detail", said.Detail, `Limit is a number from 1 to 100, not "999".`)
	v.get("/api/v1/papers?cursor=%3Cscript%3E").json(&said)
	equal(t, "detail", said.Detail, `"<script>" is no place in a listing.`)
}

// TestAPIAnswersAgain asks for what it has.
func TestAPIAnswersAgain(t *testing.T) {
	s := newSite(t)
	v := s.program()
	for _, path := range []string{"/api/v1/papers", "/api/v1/papers/2605.00001", "/api/v1/search?q=robot", "/api/v1/tags", "/api/v1/categories", "/api/v1/authors",
		"/api/openapi.json", "/api/daily_papers", "/api/papers/2605.00001", "/papers/2605.00001.md"} {
		p := v.get(path).want(http.StatusOK)
		tag := p.Header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) {
			t.Errorf("%s: ETag %q", path, tag)
		}
		for match, status := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `W/"x"`: 200, `"`: 200} {
			again := v.do(http.MethodGet, path, nil, map[string]string{"If-None-Match": match}).want(status)
			equal(t, path+": ETag", again.Header.Get("ETag"), tag)
			if status == 304 && len(again.body) > 0 {
				t.Errorf("%s: a 304 with a body", path)
			}
		}
	}
	before := v.get("/api/v1/papers/2605.00003").Header.Get("ETag")
	s.reader(novice).post("/votes", ballot(maths, "1"))
	v.do(http.MethodGet, "/api/v1/papers/2605.00003", nil, map[string]string{"If-None-Match": before}).want(http.StatusOK)
}

func TestAPIForOtherSites(t *testing.T) {
	s := newSite(t)
	v := s.program()
	from := map[string]string{"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
	for _, path := range []string{"/api/v1/papers", "/api/v1/papers/2401.00001", "/api/daily_papers", "/api/openapi.json", "/api/v1/votes", "/api/v1/nothing"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			p := v.do(method, path, nil, from)
			equal(t, path+": allowed origin", p.Header.Get("Access-Control-Allow-Origin"), "*")
			equal(t, path+": credentials", p.Header.Get("Access-Control-Allow-Credentials"), "")
			equal(t, path+": cookies", len(p.Cookies()), 0)
		}
		ask := maps.Clone(from)
		ask["Access-Control-Request-Method"], ask["Access-Control-Request-Headers"] = "GET", "authorization"
		p := v.do(http.MethodOptions, path, nil, ask).want(http.StatusNoContent)
		equal(t, path+": allowed origin", p.Header.Get("Access-Control-Allow-Origin"), "*")
		equal(t, path+": allowed methods", p.Header.Get("Access-Control-Allow-Methods"), "GET, HEAD")
		if !strings.Contains(p.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
			t.Errorf("%s: %q", path, p.Header)
		}
	}
	secret := s.token(novice, store.ScopeVote)
	from["Authorization"] = "Bearer " + secret
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		p := v.do(method, "/api/v1/votes/2605.00003", nil, from).want(http.StatusForbidden)
		equal(t, method+": allowed origin", p.Header.Get("Access-Control-Allow-Origin"), "")
	}
	equal(t, "votes", s.votes(maths), 78)
}

// TestAPILimits asks more often than is allowed, while the clock stands still and when it goes on.
func TestAPILimits(t *testing.T) {
	at := now
	s := newSite(t, func(c *web.Config) { c.Now = func() time.Time { return at } })
	v := s.program()
	ask := func(headers map[string]string) *page {
		return v.do(http.MethodGet, "/api/v1/papers/2605.00007", nil, headers)
	}
	for n := range 500 {
		p := ask(nil).want(http.StatusOK)
		equal(t, "policy", p.Header.Get("RateLimit-Policy"), `"api";q=500;w=300`)
		if want := fmt.Sprintf(`"api";r=%d;t=%d`, 499-n, (n+1)*3/5+map[bool]int{true: 1}[(n+1)*3%5 > 0]); n < 499 && p.Header.Get("RateLimit") != want {
			t.Fatalf("RateLimit %q, want %q", p.Header.Get("RateLimit"), want)
		}
	}
	for range 3 {
		p := ask(nil).want(http.StatusTooManyRequests)
		equal(t, "left", p.Header.Get("RateLimit"), `"api";r=0;t=1`)
		equal(t, "Retry-After", p.Header.Get("Retry-After"), "1")
		equal(t, "kind", p.Header.Get("Content-Type"), "application/problem+json")
		equal(t, "allowed origin", p.Header.Get("Access-Control-Allow-Origin"), "*")
	}
	equal(t, "Hugging Face's API", v.get("/api/daily_papers").StatusCode, http.StatusTooManyRequests)
	equal(t, "a wrong token", ask(map[string]string{"Authorization": "Bearer recto_x"}).StatusCode, http.StatusTooManyRequests)
	equal(t, "pages", v.get("/papers/2605.00007").StatusCode, http.StatusOK)

	other := s.program()
	other.address = "[2001:db8:1:2::3]:1"
	other.get("/api/v1/papers/2605.00007").want(http.StatusOK)
	neighbour := s.program()
	neighbour.address = "[2001:db8:1:2:ffff::4]:1"
	equal(t, "left to one in the same network", neighbour.get("/api/v1/papers/2605.00007").Header.Get("RateLimit"), `"api";r=498;t=2`)

	token := map[string]string{"Authorization": "Bearer " + s.token(novice, store.ScopeRead)}
	p := ask(token).want(http.StatusOK)
	equal(t, "policy of a token", p.Header.Get("RateLimit-Policy"), `"api";q=1000;w=300`)
	equal(t, "left to a token", p.Header.Get("RateLimit"), `"api";r=999;t=1`)

	at = at.Add(time.Second) // brings 500/300 requests
	ask(nil).want(http.StatusOK)
	ask(nil).want(http.StatusTooManyRequests)
	at = at.Add(5 * time.Minute)
	equal(t, "left after five minutes", ask(nil).want(http.StatusOK).Header.Get("RateLimit"), `"api";r=499;t=1`)
}
