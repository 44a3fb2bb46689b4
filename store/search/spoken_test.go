package search_test

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"recto/store"
	"recto/store/search"
)

// endpoint speaks the protocol of OpenAI's /v1/embeddings. Its vectors have a part for each topic, so that papers are near
// by what they are about.
type endpoint struct {
	*httptest.Server
	down  atomic.Bool
	texts atomic.Int64
}

func newEndpoint(t testing.TB) *endpoint {
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.URL.Path != "/v1/embeddings" || asked.Model != "topics" || r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, `{"error":{"message":"bad request"}}`, http.StatusBadRequest)
			return
		}
		if e.down.Load() {
			w.Header().Set("Retry-After", "3600")
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		type item struct {
			Object    string    `json:"object"`
			Index     int       `json:"index"`
			Embedding []float64 `json:"embedding"`
		}
		var answer struct {
			Object string `json:"object"`
			Data   []item `json:"data"`
			Model  string `json:"model"`
		}
		for i, text := range asked.Input {
			e.texts.Add(1)
			answer.Data = append(answer.Data, item{"embedding", i, vectorOf(text)})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(e.Close)
	return e
}

// vectorOf counts the words of each topic; "sky" is a word that only a model knows to be about stars.
func vectorOf(text string) []float64 {
	v := make([]float64, len(topics)+8)
	text = strings.ToLower(strings.ReplaceAll(text, "sky", "star galaxy"))
	for i, topic := range topics {
		for _, word := range topic {
			v[i] += 4 * float64(strings.Count(text, word))
		}
	}
	h := fnv.New32a()
	h.Write([]byte(text))
	for i := range 8 { // no two are quite alike
		v[len(topics)+i] = float64(h.Sum32()>>(4*i)&15) / 15
	}
	return v
}

func (e *endpoint) options() search.Options {
	o := options()
	o.Embeddings = &search.Embeddings{URL: e.URL + "/v1", Model: "topics", Key: "secret"}
	return o
}

func TestEmbeddings(t *testing.T) {
	e, dir := newEndpoint(t), t.TempDir()
	db := newDB(t, library(0, 100)...)
	x := open(t, db, dir, e.options())
	build(t, x)
	ask := func(what string) []search.Hit {
		t.Helper()
		r, err := x.Search(context.Background(), search.Request{Text: what, Limit: 10, AsTyped: true})
		if err != nil {
			t.Fatal(err)
		}
		return r.Hits
	}
	hits := ask("sky") // a word that no paper has
	if len(hits) != 10 {
		t.Fatalf("%d hits", len(hits))
	}
	for _, h := range hits {
		if n := h.ID[len(h.ID)-2:]; (int(n[0]-'0')*10+int(n[1]-'0'))%4 != 1 || h.Why != "by meaning" {
			t.Errorf("%s %s (%s) is not about the sky", h.ID, h.Title, h.Why)
		}
	}
	asked := e.texts.Load()
	if ask("sky"); e.texts.Load() != asked {
		t.Error("the same question is asked again")
	}
	e.down.Store(true)
	if hits := ask("telescope"); len(hits) == 0 || !strings.Contains(hits[0].Title+hits[0].Abstract, "telescope") {
		t.Error("nothing is found while the endpoint is down")
	}
	put(t, db, library(100, 40)...)
	if err := x.Build(context.Background(), nil); err == nil {
		t.Error("nobody says that the endpoint is down")
	}
	if r := find(t, x, "n139"); r.Total != 1 {
		t.Error("the words wait for the endpoint")
	}
	x.Close()
	e.down.Store(false)
	before := e.texts.Load()
	x = open(t, db, dir, e.options())
	build(t, x)
	if n := e.texts.Load() - before; n > 41 { // the 40 and the one that tells how long vectors are
		t.Errorf("%d texts were asked for again", n)
	}
	p, err := db.Paper(context.Background(), store.PaperID("2401.00001"))
	if err != nil {
		t.Fatal(err)
	}
	if papers, err := x.Related(context.Background(), &p, 0, 5); err != nil || len(papers) != 5 {
		t.Errorf("%d related papers, %v", len(papers), err)
	}
}
