package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// clock is a fetcher's time, in which sleeping takes none.
type clock struct {
	at     time.Time
	sleeps []time.Duration
}

func (c *clock) now() time.Time { return c.at }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	c.sleeps = append(c.sleeps, d)
	c.at = c.at.Add(d)
	return nil
}

// serve starts a server and a fetcher whose time flies.
func serve(t *testing.T, handler http.HandlerFunc) (string, *fetcher, *clock) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c := &clock{at: testTime}
	f := newFetcher(Agent("1.2", "papers@example.org"), 3*time.Second)
	f.now, f.sleep, f.client = c.now, c.sleep, server.Client()
	return server.URL, f, c
}

// script answers one request after the other.
func script(steps ...http.HandlerFunc) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		step := steps[min(n, len(steps)-1)]
		n++
		step(w, r)
	}
}

func say(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// breakOff promises more than it sends.
func breakOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	fmt.Fprint(w, "[{")
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func TestFetch(t *testing.T) {
	later := testTime.Add(90 * time.Second)
	for _, tt := range []struct {
		name   string
		steps  []http.HandlerFunc
		err    string
		sleeps []time.Duration // at least
	}{
		{"at once", []http.HandlerFunc{say(200, "fine")}, "", nil},
		{"503 with Retry-After in seconds", []http.HandlerFunc{say(503, "busy", "Retry-After", "40"), say(200, "fine")}, "",
			[]time.Duration{40 * time.Second}},
		{"429 with Retry-After as a date",
			[]http.HandlerFunc{say(429, "", "Retry-After", later.Format(http.TimeFormat)), say(200, "fine")}, "",
			[]time.Duration{89 * time.Second}},
		{"a wait that is too long", []http.HandlerFunc{say(503, "", "Retry-After", "86400")}, "wants to be left alone for 24h", nil},
		{"backing off", []http.HandlerFunc{say(500, ""), say(502, ""), say(504, ""), say(200, "fine")}, "",
			[]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second}},
		{"a cut answer", []http.HandlerFunc{breakOff, say(200, "fine")}, "", []time.Duration{5 * time.Second}},
		{"a connection that is closed", []http.HandlerFunc{hangUp, say(200, "fine")}, "", []time.Duration{5 * time.Second}},
		{"always 503", []http.HandlerFunc{say(503, "busy  with\nothers")}, "503 Service Unavailable: busy with others, 6 times in a row", nil},
		{"400", []http.HandlerFunc{say(400, "no such date")}, "it answered 400 Bad Request: no such date", nil},
		{"404 as HTML", []http.HandlerFunc{say(404, "<html>gone</html>")}, "it answered 404 Not Found", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base, f, c := serve(t, script(tt.steps...))
			a, err := f.get(t.Context(), base+"/x")
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if err == nil && string(a.body) != "fine" {
				t.Errorf("body %q", a.body)
			}
			waits := c.sleeps
			for _, want := range tt.sleeps {
				if len(waits) == 0 || waits[0] < want || waits[0] > want+want/4+2*time.Second {
					t.Fatalf("waited %v, want about %v", c.sleeps, tt.sleeps)
				}
				waits = waits[1:]
			}
		})
	}
}

func TestFetchIsPolite(t *testing.T) {
	var agent string
	base, f, c := serve(t, func(w http.ResponseWriter, r *http.Request) { agent = r.UserAgent() })
	for range 3 {
		if _, err := f.get(t.Context(), base); err != nil {
			t.Fatal(err)
		}
	}
	if agent != "Recto/1.2 (+papers@example.org)" {
		t.Errorf("User-Agent %q", agent)
	}
	if len(c.sleeps) != 2 || c.sleeps[0] != 3*time.Second || c.sleeps[1] != 3*time.Second {
		t.Errorf("paused %v between three requests", c.sleeps)
	}
}

// TestFetchNeverEnding: an answer that trickles is given up after a time, one that gushes after a size.
func TestFetchNeverEnding(t *testing.T) {
	base, f, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			fmt.Fprint(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	f.timeout, f.tries = 30*time.Millisecond, 2
	if _, err := f.get(t.Context(), base); err == nil || !strings.Contains(err.Error(), "it took longer than 30ms, 2 times in a row") {
		t.Error(err)
	}
	base, f, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	f.maxBytes = 1 << 20
	if _, err := f.get(t.Context(), base); err == nil || !strings.Contains(err.Error(), "longer than 1 MB") {
		t.Error(err)
	}
}

func TestFetchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	base, f, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := f.get(ctx, base); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := sleep(t.Context(), time.Microsecond); err != nil {
		t.Error(err)
	}
}
