package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"recto/store"
)

// TestBrokenTool calls tools that fail: the program goes on, and is told nothing of what is inside.
func TestBrokenTool(t *testing.T) {
	var log bytes.Buffer
	s := &server{Config: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	m := mcp.NewServer(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	for name, err := range map[string]error{"panics": nil, "fails": errors.New("no such table: secrets"), "late": fmt.Errorf("list: %w", context.DeadlineExceeded),
		"missing": fmt.Errorf("paper 1: %w", store.ErrNotFound), "invalid": fmt.Errorf("%w: that day", store.ErrInvalid)} {
		addTool(s, m, &mcp.Tool{Name: name}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
			if err == nil {
				panic("secret")
			}
			return nil, nil, err
		})
	}
	here, there := mcp.NewInMemoryTransports()
	if _, err := m.Connect(t.Context(), there, nil); err != nil {
		t.Fatal(err)
	}
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for name, want := range map[string]string{"panics": "Something broke here", "fails": "Something broke here", "late": "The answer took too long",
		"missing": "It isn't in this catalogue.", "invalid": "that day"} {
		log.Reset()
		r, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: name})
		if err != nil || !r.IsError {
			t.Fatalf("%s: %v, %+v", name, err, r)
		}
		if got := r.Content[0].(*mcp.TextContent).Text; !strings.Contains(got, want) || strings.Contains(got, "secret") {
			t.Errorf("%s is told as %q", name, got)
		}
		if logged := strings.Contains(log.String(), "secret"); logged != strings.HasPrefix(want, "Something") {
			t.Errorf("%s is written down as %q", name, log.String())
		}
	}
}
