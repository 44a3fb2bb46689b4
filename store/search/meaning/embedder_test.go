package meaning

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// endpoint speaks the protocol: a text's vector is its length, 1 and 0.
type endpoint struct {
	*httptest.Server
	requests atomic.Int32
}

type item struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"`
}

// serve answers as change says, which gets each answer before it is sent and whether it was written already.
func serve(t *testing.T, change func(w http.ResponseWriter, r *http.Request, n int, items []item) []item) *endpoint {
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(e.requests.Add(1))
		var asked struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.URL.Path != "/v1/embeddings" || asked.Model != "m" || r.Method != "POST" {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		var items []item
		for i, text := range asked.Input {
			items = append(items, item{"embedding", i, []float32{float32(len(text)), 1, 0}})
		}
		if items = change(w, r, n, items); items != nil {
			json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": items, "model": "m", "usage": map[string]int{"total_tokens": 9}})
		}
	}))
	t.Cleanup(e.Close)
	return e
}

func fine(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item { return items }

func (e *endpoint) embedder() *Embedder {
	return &Embedder{URL: e.URL + "/v1", Model: "m", Wait: time.Millisecond}
}

// right says whether each vector is its text's.
func right(vectors [][]float32, texts []string) bool {
	return len(vectors) == len(texts) && !slices.ContainsFunc(vectors, func(v []float32) bool { return len(v) != 3 }) &&
		func() bool {
			for i, v := range vectors {
				if abs(v[0]/v[1]-float32(len(texts[i]))) > 0.01*float32(len(texts[i])) {
					return false
				}
			}
			return true
		}()
}

func TestEmbed(t *testing.T) {
	var texts []string
	for i := range 150 {
		texts = append(texts, strings.Repeat("x", 1+i))
	}
	shuffled := func(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item {
		slices.Reverse(items)
		return items
	}
	base64ed := func(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item {
		for i := range items {
			var b []byte
			for _, x := range items[i].Embedding.([]float32) {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
			}
			items[i].Embedding = base64.StdEncoding.EncodeToString(b)
		}
		return items
	}
	failing := func(status int, header string) func(http.ResponseWriter, *http.Request, int, []item) []item {
		return func(w http.ResponseWriter, _ *http.Request, n int, items []item) []item {
			if n%2 == 0 {
				return items
			}
			w.Header().Set("Retry-After", header)
			w.WriteHeader(status)
			fmt.Fprint(w, `{"error":{"message":"later"}}`)
			return nil
		}
	}
	for name, c := range map[string]struct {
		change   func(http.ResponseWriter, *http.Request, int, []item) []item
		requests int32
	}{
		"fine": {fine, 3}, "shuffled": {shuffled, 3}, "base64": {base64ed, 3},
		"overloaded": {failing(429, "0"), 6}, "down": {failing(503, ""), 6}, "until a date": {failing(503, time.Now().UTC().Format(http.TimeFormat)), 6},
		"cut off": {func(w http.ResponseWriter, _ *http.Request, n int, items []item) []item {
			if n%2 == 1 {
				panic(http.ErrAbortHandler)
			}
			return items
		}, 6},
	} {
		e := serve(t, c.change)
		vectors, err := e.embedder().Embed(context.Background(), texts)
		if err != nil || !right(vectors, texts) || e.requests.Load() != c.requests {
			t.Errorf("%s: %d requests, %v", name, e.requests.Load(), err)
		}
	}
	e := serve(t, fine)
	for _, url := range []string{"/v1/", "/v1/embeddings", "/v1/embeddings/"} {
		if _, err := (&Embedder{URL: e.URL + url, Model: "m"}).Embed(context.Background(), texts[:1]); err != nil {
			t.Error(url, err)
		}
	}
	if vectors, err := e.embedder().Embed(context.Background(), nil); err != nil || len(vectors) != 0 {
		t.Error(vectors, err)
	}
}

func TestEmbedCutsTexts(t *testing.T) {
	e := serve(t, fine)
	texts := slices.Repeat([]string{strings.Repeat("ä", textBytes)}, 50)
	vectors, err := e.embedder().Embed(context.Background(), append(texts, "", "\xff"))
	if err != nil || len(vectors) != 52 || e.requests.Load() != 2 {
		t.Errorf("%d vectors, %d requests, %v", len(vectors), e.requests.Load(), err)
	}
}

func TestEmbedSendsTheKey(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, items []item) []item {
		if r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, `{"error":{"message":"Incorrect API key provided"}}`, http.StatusUnauthorized)
			return nil
		}
		return items
	})
	m := e.embedder()
	if _, err := m.Embed(context.Background(), []string{"a"}); err == nil || !strings.Contains(err.Error(), "Incorrect API key") || errors.Is(err, ErrUnavailable) || e.requests.Load() != 1 {
		t.Error(err)
	}
	m.Key = "secret"
	if _, err := m.Embed(context.Background(), []string{"a"}); err != nil {
		t.Error(err)
	}
}

func TestEmbedRefuses(t *testing.T) {
	set := func(embedding any) func(http.ResponseWriter, *http.Request, int, []item) []item {
		return func(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item {
			items[1].Embedding = embedding
			return items
		}
	}
	for name, change := range map[string]func(http.ResponseWriter, *http.Request, int, []item) []item{
		"another dimension": set([]float32{1, 2}),
		"zero":              set([]float32{0, 0, 0}),
		"empty":             set([]float32{}),
		"null":              set(nil),
		"no numbers":        set([]string{"a"}),
		"bad base64":        set("?"),
		"odd base64":        set("AAA="),
		"NaN":               set(base64.StdEncoding.EncodeToString([]byte{0, 0, 0xc0, 0x7f})),
		"too few":           func(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item { return items[:1] },
		"twice": func(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item {
			items[1].Index = 0
			return items
		},
		"index": func(_ http.ResponseWriter, _ *http.Request, _ int, items []item) []item {
			items[1].Index = 7
			return items
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request, _ int, _ []item) []item {
			fmt.Fprint(w, "<html>")
			return nil
		},
	} {
		e := serve(t, change)
		if vectors, err := e.embedder().Embed(context.Background(), []string{"a", "b"}); err == nil || errors.Is(err, ErrUnavailable) || e.requests.Load() != 1 {
			t.Errorf("%s: %v, %v", name, vectors, err)
		}
	}
	m := serve(t, fine).embedder()
	m.Dimensions = 4
	if _, err := m.Embed(context.Background(), []string{"a"}); err == nil {
		t.Error("a vector of the wrong dimension was taken")
	}
}

func TestEmbedGivesUp(t *testing.T) {
	say := func(status int, retry string) func(http.ResponseWriter, *http.Request, int, []item) []item {
		return func(w http.ResponseWriter, _ *http.Request, _ int, _ []item) []item {
			w.Header().Set("Retry-After", retry)
			w.WriteHeader(status)
			return nil
		}
	}
	for name, c := range map[string]struct {
		change   func(http.ResponseWriter, *http.Request, int, []item) []item
		requests int32
	}{"down for good": {say(500, ""), attempts}, "for a day": {say(429, "86400"), 1}} {
		e := serve(t, c.change)
		if _, err := e.embedder().Embed(context.Background(), []string{"a"}); !errors.Is(err, ErrUnavailable) || e.requests.Load() != c.requests {
			t.Errorf("%s: %v after %d requests", name, err, e.requests.Load())
		}
	}
	e := serve(t, fine)
	e.Close()
	if _, err := e.embedder().Embed(context.Background(), []string{"a"}); !errors.Is(err, ErrUnavailable) {
		t.Error("nobody there:", err)
	}

	slow := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int, _ []item) []item {
		select {
		case <-r.Context().Done():
		case <-time.After(20 * time.Second):
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	if _, err := slow.embedder().Embed(ctx, []string{"a"}); !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Error("slow:", err)
	}
}

func FuzzParseEmbeddings(f *testing.F) {
	f.Add([]byte(`{"data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":"AACAPwAAAEA="}]}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		vectors, err := parseEmbeddings(answer, 2)
		if err == nil && (len(vectors) != 2 || len(vectors[0]) == 0 || len(vectors[1]) == 0) {
			t.Error(vectors)
		}
	})
}
