package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"recto/store"
)

// agentHeaders are sent with each request.
type agentHeaders map[string]string

func (b agentHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range b {
		r.Header.Set(name, value)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// agent is a program that speaks the protocol with a site.
func agent(t testing.TB, address string, headers agentHeaders) *mcp.ClientSession {
	t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: address + "/mcp", HTTPClient: &http.Client{Transport: headers}, MaxRetries: -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

// call calls a tool and reads what it found into out, unless that is nil; it returns the text.
func call(t testing.TB, s *mcp.ClientSession, tool string, in map[string]any, out any) string {
	t.Helper()
	r, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: in})
	if err != nil {
		t.Fatalf("%s %v: %v", tool, in, err)
	}
	text := ""
	for _, c := range r.Content {
		if c, ok := c.(*mcp.TextContent); ok {
			text += c.Text
		}
	}
	if r.IsError {
		t.Fatalf("%s %v: %s", tool, in, text)
	}
	if out != nil {
		structured, err := json.Marshal(r.StructuredContent)
		if err == nil {
			err = json.Unmarshal(structured, out)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return text
}

// refusal is what a tool says when it can't.
func refusal(t testing.TB, s *mcp.ClientSession, tool string, in map[string]any) string {
	t.Helper()
	r, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: in})
	if err != nil {
		return "protocol: " + err.Error()
	}
	if !r.IsError {
		t.Errorf("%s %v is answered", tool, in)
	}
	return r.Content[0].(*mcp.TextContent).Text
}

type toldPaper struct {
	ID, Title, Day, Text, URL string
	Authors                   []string
	MoreAuthors               int `json:"more_authors"`
	Votes                     int
}

func TestMCP(t *testing.T) {
	_, address := serve(t)
	s := agent(t, address, nil)
	if info := s.InitializeResult(); info.ServerInfo.Name != "recto" || info.ServerInfo.Version != "test" || info.Instructions == "" {
		t.Errorf("the server is %+v", info)
	}
	tools, err := s.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	reads := map[string]bool{}
	for _, tool := range tools.Tools {
		reads[tool.Name] = tool.Annotations.ReadOnlyHint
		if tool.Title == "" || tool.Description == "" || tool.InputSchema == nil {
			t.Errorf("tool %+v", tool)
		}
	}
	if want := map[string]bool{"search": true, "list_day": true, "read_paper": true, "related": true, "vote": false}; !maps.Equal(reads, want) {
		t.Errorf("the tools are %v", reads)
	}

	t.Run("search", func(t *testing.T) {
		var found struct {
			Total    int
			More     bool
			Answered string
			Papers   []toldPaper
		}
		call(t, s, "search", map[string]any{"query": "collaboration"}, &found)
		if len(found.Papers) == 0 || found.Papers[0].ID != string(collaboration) || len(found.Papers[0].Authors) != 10 || found.Papers[0].MoreAuthors != 2991 {
			t.Fatalf("found %+v", found)
		}
		equal(t, "address", found.Papers[0].URL, address+"/papers/2605.00004")
		text := call(t, s, "search", map[string]any{"query": "paper words", "limit": 3, "offset": 2}, &found)
		equal(t, "papers", len(found.Papers), 3)
		equal(t, "more", found.More, true)
		if !strings.Contains(text, found.Papers[0].ID) {
			t.Errorf("the text is %s", text)
		}
		call(t, s, "search", map[string]any{"query": "difusion polcy"}, &found)
		if found.Answered == "" || len(found.Papers) == 0 {
			t.Errorf("misspelt: %+v", found)
		}
		call(t, s, "search", map[string]any{"query": "https://arxiv.org/abs/2605.00003v1"}, &found)
		if len(found.Papers) != 1 || found.Papers[0].ID != string(maths) || !strings.HasPrefix(found.Papers[0].Title, "Bounds on ") {
			t.Errorf("by address: %+v", found)
		}
		if text := call(t, s, "search", map[string]any{"query": "2401.99999"}, &found); len(found.Papers) != 0 || !strings.Contains(text, `"papers":[]`) {
			t.Errorf("a paper that isn't here: %s", text)
		}
	})
	t.Run("list_day", func(t *testing.T) {
		var day struct {
			Day, Earlier, Next string
			Papers             []toldPaper
		}
		call(t, s, "list_day", nil, &day)
		equal(t, "day", day.Day+" after "+day.Earlier, string(latest)+" after "+string(busy))
		equal(t, "first", day.Papers[0].ID, string(everything))
		seen := map[string]bool{}
		for cursor := ""; ; cursor = day.Next {
			day.Next = ""
			call(t, s, "list_day", map[string]any{"day": busy, "limit": 50, "cursor": cursor, "sort": "newest"}, &day)
			for _, p := range day.Papers {
				if seen[p.ID] || p.Day != string(busy) {
					t.Errorf("%s of %s comes twice, or on another day", p.ID, p.Day)
				}
				seen[p.ID] = true
			}
			if day.Next == "" {
				break
			}
		}
		equal(t, "papers", len(seen), papered)
		call(t, s, "list_day", map[string]any{"day": silent}, &day)
		equal(t, "papers of a day without any", len(day.Papers), 0)
	})
	t.Run("read_paper", func(t *testing.T) {
		for _, id := range []string{"2605.00001", "arXiv:2605.00001v2", "https://arxiv.org/abs/2605.00001"} {
			text := call(t, s, "read_paper", map[string]any{"id": id}, nil)
			for _, part := range []string{"# Everything a Paper Can Have", "Yann LeCun", "Second paragraph", address + "/papers/2605.00001"} {
				if !strings.Contains(text, part) {
					t.Errorf("%s lacks %q:\n%s", id, part, text)
				}
			}
		}
	})
	t.Run("related", func(t *testing.T) {
		var near struct{ Papers []toldPaper }
		call(t, s, "related", map[string]any{"id": "2605.10001", "limit": 4}, &near)
		if len(near.Papers) == 0 || len(near.Papers) > 4 || slices.ContainsFunc(near.Papers, func(p toldPaper) bool { return p.ID == "2605.10001" }) {
			t.Errorf("near are %+v", near)
		}
	})
	t.Run("markup", func(t *testing.T) {
		var found struct{ Papers []toldPaper }
		call(t, s, "search", map[string]any{"query": "2605.00002"}, &found)
		if len(found.Papers) != 1 || !strings.Contains(straight(found.Papers[0].Title), `title <script>alert("title")</script> &`) {
			t.Errorf("found %+v", found)
		}
		call(t, s, "read_paper", map[string]any{"id": "2605.00002"}, nil)
	})
	t.Run("errors", func(t *testing.T) {
		for _, tt := range []struct {
			tool string
			in   map[string]any
			want string
		}{
			{"search", map[string]any{"query": "  "}, "Nothing was asked for."},
			{"search", map[string]any{"query": "x", "limit": 51}, "limit is 1 to 50."},
			{"search", map[string]any{"query": "x", "limit": -1}, "limit is 1 to 50."},
			{"search", map[string]any{"query": "x", "offset": -1}, "offset is 0 to "},
			{"search", map[string]any{"query": 7}, "query"},
			{"search", nil, "query"},
			{"search", map[string]any{"query": "x", "more": true}, "more"},
			{"list_day", map[string]any{"day": "yesterday"}, "day is like 2026-05-12"},
			{"list_day", map[string]any{"day": "2026-06-01"}, "day is like 2026-05-12"},
			{"list_day", map[string]any{"sort": "best"}, "sort is votes or newest."},
			{"list_day", map[string]any{"cursor": "'; DROP TABLE papers"}, "is no place in a listing"},
			{"list_day", map[string]any{"limit": 1000}, "limit is 1 to 50."},
			{"read_paper", map[string]any{"id": "2401.00001"}, "It isn't in this catalogue."},
			{"read_paper", map[string]any{"id": "../../etc/passwd"}, "It isn't in this catalogue."},
			{"read_paper", map[string]any{"id": ""}, "It isn't in this catalogue."},
			{"related", map[string]any{"id": "2401.00001"}, "It isn't in this catalogue."},
			{"related", map[string]any{"id": "2605.00001", "limit": 99}, "limit is 1 to 50."},
			{"vote", map[string]any{"id": "2605.00001"}, "This needs a token"},
			{"no_such_tool", nil, "protocol: "},
		} {
			if got := refusal(t, s, tt.tool, tt.in); !strings.Contains(got, tt.want) {
				t.Errorf("%s %v says %q, not %q", tt.tool, tt.in, got, tt.want)
			}
		}
	})
}

func TestMCPVote(t *testing.T) {
	s, address := serve(t)
	votes := s.token(novice, store.ScopeVote)
	reads := s.token(novice, store.ScopeRead)
	voting := agent(t, address, agentHeaders{"Authorization": "Bearer " + votes})
	before := s.votes(maths)
	var out struct {
		ID    string
		Voted bool
		Votes int
	}
	for range 2 {
		call(t, voting, "vote", map[string]any{"id": "arXiv:2605.00003v1"}, &out)
		equal(t, "answer", fmt.Sprint(out), fmt.Sprint(struct {
			ID    string
			Voted bool
			Votes int
		}{string(maths), true, before + 1}))
		equal(t, "votes", s.votes(maths), before+1)
	}
	call(t, voting, "vote", map[string]any{"id": maths, "cast": false}, &out)
	equal(t, "votes after taking it back", s.votes(maths), before)
	if got := refusal(t, voting, "vote", map[string]any{"id": "2401.00001"}); got != "It isn't in this catalogue." {
		t.Errorf("vote for nothing: %s", got)
	}
	reading := agent(t, address, agentHeaders{"Authorization": "Bearer " + reads})
	if got := refusal(t, reading, "vote", map[string]any{"id": maths}); got != `This needs a token of the scope "vote".` {
		t.Errorf("vote with a token for reading: %s", got)
	}
	call(t, reading, "read_paper", map[string]any{"id": maths}, nil)

	// The site's own cookie is not a token.
	signedIn := s.reader(novice)
	cookie := agent(t, address, agentHeaders{"Cookie": "recto=" + signedIn.cookies["recto"].Value})
	if got := refusal(t, cookie, "vote", map[string]any{"id": maths}); !strings.HasPrefix(got, "This needs a token") {
		t.Errorf("vote with a cookie: %s", got)
	}
	equal(t, "votes after refusals", s.votes(maths), before)
}

// message is one that is posted as it is.
func (v *visitor) message(body string, headers map[string]string) *page {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, siteURL+"/mcp", strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r = r.WithContext(v.t.Context())
	r.RemoteAddr, r.RequestURI = v.address, "/mcp"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return v.send(r)
}

const aCall = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_paper","arguments":{"id":"2605.00001"}}}`

// TestMCPFromPages lets a page of another site call a tool, without cookies, as it may read the API.
func TestMCPFromPages(t *testing.T) {
	v := newSite(t).visitor()
	from := map[string]string{"Origin": "https://agent.example", "Sec-Fetch-Site": "cross-site"}
	asked := v.do(http.MethodOptions, "/mcp", nil, map[string]string{"Origin": "https://agent.example", "Sec-Fetch-Site": "cross-site", "Access-Control-Request-Method": "POST"}).want(http.StatusNoContent)
	equal(t, "allowed origin", asked.Header.Get("Access-Control-Allow-Origin"), "*")
	equal(t, "allowed methods", asked.Header.Get("Access-Control-Allow-Methods"), "POST")
	equal(t, "allowed credentials", asked.Header.Get("Access-Control-Allow-Credentials"), "")
	for _, name := range []string{"Authorization", "Content-Type", "Mcp-Protocol-Version"} {
		if !strings.Contains(asked.Header.Get("Access-Control-Allow-Headers"), name) {
			t.Errorf("the header %s is not allowed", name)
		}
	}
	p := v.message(aCall, from).want(http.StatusOK)
	equal(t, "allowed origin", p.Header.Get("Access-Control-Allow-Origin"), "*")
	equal(t, "cookies", len(p.Cookies()), 0)
	if !strings.Contains(string(p.body), "Everything a Paper Can Have") {
		t.Errorf("%s", p.body)
	}
}

func TestMCPRefuses(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	secret := s.token(novice, store.ScopeVote)
	v.message(aCall, map[string]string{"Authorization": "Bearer " + secret}).want(http.StatusOK)
	reader, err := s.db.ReaderNamed(t.Context(), novice)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := s.db.Tokens(t.Context(), reader.ID)
	if err != nil || len(tokens) != 1 {
		t.Fatalf("%d tokens, %v", len(tokens), err)
	}
	if err := s.db.RevokeToken(t.Context(), reader.ID, tokens[0].ID); err != nil {
		t.Fatal(err)
	}
	gone := v.message(aCall, map[string]string{"Authorization": "Bearer " + secret}).want(http.StatusUnauthorized)
	equal(t, "what is said of a revoked token", string(gone.body), `{"error":"This token was never made, was revoked or has expired."}`+"\n")
	if got := gone.Header.Get("WWW-Authenticate"); !strings.Contains(got, "invalid_token") {
		t.Errorf("the challenge is %q", got)
	}
	large := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"` + strings.Repeat("x", 70_000) + `"}}}`
	v.message(large, nil).want(http.StatusRequestEntityTooLarge)
	v.message(" \n["+aCall+","+aCall+"]", nil).want(http.StatusBadRequest)
	v.message("{", nil).want(http.StatusBadRequest)
	v.message("", nil).want(http.StatusBadRequest)
	v.message(aCall, map[string]string{"Content-Type": "text/plain"}).want(http.StatusUnsupportedMediaType)
	v.message(aCall, map[string]string{"Accept": "text/html"}).want(http.StatusBadRequest)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		p := v.do(method, "/mcp", nil, nil).want(http.StatusMethodNotAllowed)
		if !strings.Contains(p.Header.Get("Allow"), "POST") {
			t.Errorf("%s: allowed are %q", method, p.Header.Get("Allow"))
		}
	}
}
