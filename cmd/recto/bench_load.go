package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// loadPlan is what a load process does: each group's clients ask at the same time, each over a connection of its own.
type loadPlan struct {
	Addr    string      `json:"addr"`
	Warm    float64     `json:"warm"`    // seconds before anything counts
	Seconds float64     `json:"seconds"` // that count
	Groups  []loadGroup `json:"groups"`
}

type loadGroup struct {
	Name    string       `json:"name"`
	Rate    float64      `json:"rate"` // requests a second of the whole group; 0 for as many as are answered
	Clients []loadClient `json:"clients"`
}

type loadClient struct {
	Connections int               `json:"connections"` // so many clients that are alike
	Header      map[string]string `json:"header"`
	Requests    []loadRequest     `json:"requests"` // one after the other, round and round
}

type loadRequest struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Form   string `json:"form,omitempty"`
}

// loadResult is what became of a group's requests. Times are in milliseconds, with a rate from when a request was due.
type loadResult struct {
	Name     string      `json:"name"`
	Seconds  float64     `json:"seconds"`
	Requests int         `json:"requests"`
	Statuses map[int]int `json:"statuses"`
	Broken   int         `json:"broken"` // connections that failed
	Error    string      `json:"error,omitempty"`
	Bytes    int64       `json:"bytes"`
	P50      float64     `json:"p50"`
	P99      float64     `json:"p99"`
	Most     float64     `json:"most"`
}

func (r *loadResult) rate() float64 { return float64(r.Requests) / max(r.Seconds, 1e-9) }

// failed are answers with a status of 500 and above.
func (r *loadResult) failed() int {
	n := 0
	for status, count := range r.Statuses {
		if status >= 500 {
			n += count
		}
	}
	return n
}

// only says whether all answers had one status; the error tells what else came.
func (r *loadResult) only(statuses ...int) error {
	for status := range r.Statuses {
		if !slices.Contains(statuses, status) {
			return fmt.Errorf("%s: %d of %d answers were %d", r.Name, r.Statuses[status], r.Requests, status)
		}
	}
	if r.Requests == 0 {
		return fmt.Errorf("%s: nothing was answered in %.1f seconds", r.Name, r.Seconds)
	}
	if r.Broken > 0 {
		return fmt.Errorf("%s: %d connections broke (%s)", r.Name, r.Broken, r.Error)
	}
	return nil
}

const (
	maxLoadTime  = 10 * time.Minute
	maxClients   = 1_000
	answerTime   = 30 * time.Second
	maxLatencies = 1_000_000 // kept of each client
)

type benchLoadCmd struct{}

func (benchLoadCmd) Run(p *program) error {
	var plan loadPlan
	if err := json.NewDecoder(p.stdin).Decode(&plan); err != nil {
		return fmt.Errorf("the plan of the load: %w", err)
	}
	results, err := runLoad(p.ctx, plan)
	if err != nil {
		return err
	}
	return json.NewEncoder(p.stdout).Encode(results)
}

func runLoad(ctx context.Context, plan loadPlan) ([]loadResult, error) {
	length := time.Duration((plan.Warm + plan.Seconds) * float64(time.Second))
	clients := 0
	for _, g := range plan.Groups {
		for _, c := range g.Clients {
			clients += max(1, c.Connections)
			if len(c.Requests) == 0 {
				return nil, fmt.Errorf("the plan of the load: a client of %s asks for nothing", g.Name)
			}
		}
	}
	if length > maxLoadTime || clients > maxClients {
		return nil, fmt.Errorf("the plan of the load: %d clients for %s are too many or too long", clients, length)
	}
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	begin := time.Now()
	counts := begin.Add(time.Duration(plan.Warm * float64(time.Second)))
	var group sync.WaitGroup
	found := make([][]*clientRun, len(plan.Groups))
	for i, g := range plan.Groups {
		for _, c := range g.Clients {
			for range max(1, c.Connections) {
				found[i] = append(found[i], &clientRun{addr: plan.Addr, requests: c.wire(plan.Addr), counts: counts})
			}
		}
		for k, run := range found[i] {
			if g.Rate > 0 {
				run.every = time.Duration(float64(len(found[i])) / g.Rate * float64(time.Second))
				run.due = begin.Add(run.every * time.Duration(k) / time.Duration(len(found[i])))
			}
			run.at = k * 7 // not all the same at once
			group.Go(func() { run.all(ctx) })
		}
	}
	group.Wait()
	seconds := time.Since(counts).Seconds()
	var results []loadResult
	for i, g := range plan.Groups {
		results = append(results, merged(g.Name, seconds, found[i]))
	}
	return results, nil
}

func merged(name string, seconds float64, runs []*clientRun) loadResult {
	r := loadResult{Name: name, Seconds: seconds, Statuses: make(map[int]int)}
	var latencies []float64
	for _, run := range runs {
		for status, n := range run.statuses {
			r.Statuses[status] += n
			r.Requests += n
		}
		r.Broken += run.broken
		r.Bytes += run.bytes
		if run.err != nil {
			r.Error = run.err.Error()
		}
		latencies = append(latencies, run.latencies...)
	}
	r.P50, r.P99 = quantile(latencies, 0.5), quantile(latencies, 0.99)
	r.Most = quantile(latencies, 1)
	return r
}

// wire are the client's requests as they are sent.
func (c *loadClient) wire(addr string) [][]byte {
	var all [][]byte
	for _, r := range c.Requests {
		var b bytes.Buffer
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.Path, addr)
		for _, name := range slices.Sorted(maps.Keys(c.Header)) {
			fmt.Fprintf(&b, "%s: %s\r\n", name, c.Header[name])
		}
		if r.Form != "" {
			fmt.Fprintf(&b, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n", len(r.Form))
		}
		b.WriteString("\r\n" + r.Form)
		all = append(all, b.Bytes())
	}
	return all
}

// clientRun is one client at work. It speaks HTTP itself: a whole client would take the server's processors away.
type clientRun struct {
	addr     string
	requests [][]byte
	at       int
	every    time.Duration // between requests; 0 for at once
	due      time.Time
	counts   time.Time

	conn      net.Conn
	in        *bufio.Reader
	latencies []float64
	statuses  map[int]int
	broken    int
	bytes     int64
	err       error
}

func (c *clientRun) all(ctx context.Context) {
	c.statuses = make(map[int]int)
	defer func() {
		if c.conn != nil {
			c.conn.Close()
		}
	}()
	end, _ := ctx.Deadline()
	for ctx.Err() == nil {
		began := time.Now()
		if c.every > 0 {
			if wait := time.Until(c.due); wait > 0 {
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
			}
			began = c.due
			c.due = c.due.Add(c.every)
		}
		status, n, err := c.ask(ctx, c.requests[c.at%len(c.requests)])
		c.at++
		switch {
		case ctx.Err() != nil, err != nil && time.Until(end) < 10*time.Millisecond: // it was time to end
			return
		case err != nil:
			c.broken++
			c.err = err
			c.drop()
			time.Sleep(10 * time.Millisecond)
		case began.After(c.counts):
			c.statuses[status]++
			c.bytes += int64(n)
			if len(c.latencies) < maxLatencies {
				c.latencies = append(c.latencies, milliseconds(time.Since(began)))
			}
		}
	}
}

func (c *clientRun) drop() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

func (c *clientRun) ask(ctx context.Context, request []byte) (status, size int, err error) {
	if c.conn == nil {
		var d net.Dialer
		if c.conn, err = d.DialContext(ctx, "tcp", c.addr); err != nil {
			return 0, 0, err
		}
		c.in = bufio.NewReaderSize(c.conn, 64<<10)
	}
	if err := c.conn.SetDeadline(time.Now().Add(answerTime)); err != nil {
		return 0, 0, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, 0, err
	}
	return c.answer()
}

// answer reads one answer to a GET or POST.
func (c *clientRun) answer() (status, size int, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 12 {
		return 0, 0, fmt.Errorf("not an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("not an answer: %q", line)
	}
	length, closes := -1, false
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, 0, err
		}
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		if len(name) == 0 {
			break
		}
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, 0, err
			}
		case bytes.EqualFold(name, []byte("Connection")):
			closes = strings.EqualFold(string(bytes.TrimSpace(value)), "close")
		}
	}
	switch {
	case status == 204 || status == 304:
	case length >= 0:
		size, err = c.in.Discard(length)
	default: // in chunks
		size, err = c.chunks()
	}
	if err == nil && closes {
		c.drop()
	}
	return status, size, err
}

func (c *clientRun) chunks() (size int, err error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return size, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return size, errors.New("an answer of unknown length")
		}
		if _, err := io.CopyN(io.Discard, c.in, n+2); err != nil {
			return size, err
		}
		if n == 0 {
			return size, nil
		}
		size += int(n)
	}
}
