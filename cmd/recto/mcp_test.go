package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// agent runs recto mcp and speaks with it as a local program does; ended has the command's status when it is over.
func (r recto) agent(args ...string) (session *mcp.ClientSession, ended chan int) {
	r.t.Helper()
	in, toCommand := io.Pipe()
	fromCommand, out := io.Pipe()
	ended = make(chan int, 1)
	go func() {
		status := run(context.Background(), append([]string{"mcp"}, args...), r.getenv, in, out, io.Discard)
		out.Close()
		ended <- status
	}()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(r.t.Context(), &mcp.IOTransport{Reader: fromCommand, Writer: toCommand}, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return session, ended
}

func TestMCPCommand(t *testing.T) {
	r := newRecto(t)
	if status, _, errs := r.run("", "mcp"); status != 1 || !strings.Contains(errs, "no catalogue") {
		t.Errorf("without a catalogue: status %d, %s", status, errs)
	}
	r.must(`{"id":"2501.00001","title":"Zeppelin flight","abstract":"The flight of a zeppelin.","authors":[{"name":"Ada Lovelace"}],"categories":["cs.RO"],"submitted_at":"2025-01-02T00:00:00Z"}
{"id":"2501.00002","title":"Balloon flight","abstract":"The flight of a balloon.","authors":[],"submitted_at":"2025-01-03T00:00:00Z"}
`, "ingest", "jsonl", "-")
	session, ended := r.agent("--url", "https://papers.example.org")
	tools, err := session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range tools.Tools {
		names = append(names, tool.Name)
	}
	if got := strings.Join(names, " "); got != "list_day read_paper related search" {
		t.Errorf("the tools are %s", got)
	}
	for _, tt := range []struct {
		tool string
		in   map[string]any
		want string
		err  bool
	}{
		{"search", map[string]any{"query": "zeppelin"}, `"url":"https://papers.example.org/papers/2501.00001"`, false},
		{"list_day", nil, `"id":"2501.00002"`, false},
		{"list_day", map[string]any{"day": "2025-01-02"}, `"id":"2501.00001"`, false},
		{"read_paper", map[string]any{"id": "https://arxiv.org/abs/2501.00001"}, "# Zeppelin flight", false},
		{"related", map[string]any{"id": "2501.00001"}, `"id":"2501.00002"`, false},
		{"read_paper", map[string]any{"id": "2501.99999"}, "It isn't in this catalogue.", true},
		{"search", map[string]any{"query": ""}, "Nothing was asked for.", true},
	} {
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tt.tool, Arguments: tt.in})
		if err != nil {
			t.Fatalf("%s %v: %v", tt.tool, tt.in, err)
		}
		if text := result.Content[0].(*mcp.TextContent).Text; !strings.Contains(text, tt.want) || result.IsError != tt.err {
			t.Errorf("%s %v: error %v, %s", tt.tool, tt.in, result.IsError, text)
		}
	}
	if _, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "vote", Arguments: map[string]any{"id": "2501.00001"}}); err == nil {
		t.Error("a local agent may vote")
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	if status := <-ended; status != 0 {
		t.Errorf("it ended with status %d", status)
	}
}
