package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// constantAnswer is what the reference server always answers at a path.
type constantAnswer struct {
	Path   string            `json:"path"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

type benchConstantCmd struct{}

// Run serves the answers with nothing but net/http: the least that a page can cost in Go.
func (benchConstantCmd) Run(p *program) error {
	var answers []constantAnswer
	if err := json.NewDecoder(p.stdin).Decode(&answers); err != nil {
		return fmt.Errorf("the constant answers: %w", err)
	}
	mux := http.NewServeMux()
	for _, a := range answers {
		length := strconv.Itoa(len(a.Body))
		mux.HandleFunc("GET "+a.Path, func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			for name, value := range a.Header {
				h.Set(name, value)
			}
			h.Set("Content-Length", length)
			_, _ = w.Write(a.Body) // who hangs up early gets less
		})
	}
	listener, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "constant answers are at http://%s\n", listener.Addr())
	return serve(p.ctx, &http.Server{Handler: mux, ReadHeaderTimeout: headerTime}, listener)
}

// Paths of the reference server.
const (
	plainPath = "/40-kB"
	samePath  = "/same-bytes"
)

// constants starts the reference server: 40 kB of a page uncompressed, and the very bytes of an answer.
func (p *program) constants(page fetched) (*child, error) {
	const size = 40_000
	same := map[string]string{}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Vary", "Cache-Control", "Etag"} {
		if value := page.Header.Get(name); value != "" {
			same[name] = value
		}
	}
	text := strings.Repeat("<p>A page of forty thousand bytes, always the same.</p>\n", size/50)[:size]
	plan, err := json.Marshal([]constantAnswer{
		{Path: plainPath, Header: map[string]string{"Content-Type": "text/html; charset=utf-8"}, Body: []byte(text)},
		{Path: samePath, Header: same, Body: page.Body},
	})
	if err != nil {
		return nil, err
	}
	return p.serving(strings.NewReader(string(plan)), "bench", "constant")
}
