package meaning

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	batchTexts  = 64
	batchBytes  = 256 << 10
	textBytes   = 8 << 10  // of a text that are sent: most models read no more than 2,000 tokens
	answerBytes = 64 << 20 // of an answer that are read
	attempts    = 4
	longestWait = time.Minute // that a server may ask for before it counts as unavailable
)

// ErrUnavailable says that an endpoint doesn't answer now and may later.
var ErrUnavailable = errors.New("unavailable")

// Embedder has texts turned into vectors by any endpoint that speaks the protocol of OpenAI's /v1/embeddings. It may be
// used by many at once.
type Embedder struct {
	URL        string // such as http://localhost:11434/v1, with or without /embeddings
	Model      string
	Key        string        // sent as a bearer token unless ""
	Dimensions int           // that vectors must have; 0 when that isn't known yet
	Client     *http.Client  // nil for one that gives up after 30 seconds
	Wait       time.Duration // before the second attempt, twice as long before each further one; 0 for a second
}

// Identity tells the vectors from those of other models, for Open and Create.
func (e *Embedder) Identity() string { return "embeddings " + e.Model }

// Embed turns texts into vectors of unit length, in their order. Long texts are cut. It tries again when the endpoint is
// down, overloaded or asks to (Retry-After), as long as ctx allows, then says ErrUnavailable.
func (e *Embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		batch := e.batch(texts)
		texts = texts[len(batch):]
		got, err := e.patiently(ctx, batch)
		if err != nil {
			return nil, fmt.Errorf("embeddings by %s: %w", e.Model, err)
		}
		vectors = append(vectors, got...)
	}
	for _, v := range vectors {
		if want := cmp.Or(e.Dimensions, len(vectors[0])); len(v) != want {
			return nil, fmt.Errorf("embeddings by %s: vector of %d dimensions, not %d", e.Model, len(v), want)
		}
	}
	return vectors, nil
}

// batch is the first texts, as many as go into one request.
func (e *Embedder) batch(texts []string) []string {
	var batch []string
	size := 0
	for _, text := range texts[:min(len(texts), batchTexts)] {
		text = clip(strings.ToValidUTF8(text, "\uFFFD"), textBytes)
		if size += len(text); size > batchBytes && len(batch) > 0 {
			break
		}
		batch = append(batch, cmp.Or(text, " ")) // some refuse ""
	}
	return batch
}

// clip is s cut to so many bytes, between characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// refusal is an answer after which another attempt makes sense.
type refusal struct {
	err  error
	wait time.Duration // that the server asked for; 0 when it didn't
}

func (r *refusal) Error() string   { return r.err.Error() }
func (r *refusal) Unwrap() []error { return []error{r.err, ErrUnavailable} }

func (e *Embedder) patiently(ctx context.Context, batch []string) ([][]float32, error) {
	wait := cmp.Or(e.Wait, time.Second)
	for attempt := 1; ; attempt++ {
		vectors, err := e.once(ctx, batch)
		var refused *refusal
		if err == nil || !errors.As(err, &refused) || attempt == attempts || refused.wait > longestWait {
			return vectors, err
		}
		pause := max(wait, refused.wait)
		wait *= 2
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < pause {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

func (e *Embedder) once(ctx context.Context, batch []string) ([][]float32, error) {
	body, err := json.Marshal(map[string]any{"model": e.Model, "input": batch, "encoding_format": "float"})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(strings.TrimRight(e.URL, "/"), "/embeddings")+"/embeddings", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	if e.Key != "" {
		request.Header.Set("Authorization", "Bearer "+e.Key)
	}
	client := e.Client
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, &refusal{err: err}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerBytes+1))
	switch status := response.StatusCode; {
	case err != nil:
		return nil, &refusal{err: err}
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		return nil, &refusal{complaint(response.Status, answer), retryAfter(response.Header.Get("Retry-After"))}
	case status != http.StatusOK:
		return nil, complaint(response.Status, answer)
	case len(answer) > answerBytes:
		return nil, fmt.Errorf("answer of more than %d MB", answerBytes>>20)
	}
	return parseEmbeddings(answer, len(batch))
}

// complaint is what a server says when it refuses.
func complaint(status string, answer []byte) error {
	var said struct {
		Error struct{ Message string }
	}
	if json.Unmarshal(answer, &said) == nil && said.Error.Message != "" {
		return fmt.Errorf("%s: %s", status, clip(said.Error.Message, 300))
	}
	return errors.New(status)
}

// retryAfter is the header's time from now, in seconds or as a date (RFC 9110, 10.2.3); 0 when there is none.
func retryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<30)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// parseEmbeddings reads an answer with so many vectors, in any order.
func parseEmbeddings(answer []byte, count int) ([][]float32, error) {
	var parsed struct {
		Data []struct {
			Index     *int
			Embedding embedding
		}
	}
	if err := json.Unmarshal(answer, &parsed); err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	if len(parsed.Data) != count {
		return nil, fmt.Errorf("%d vectors for %d texts", len(parsed.Data), count)
	}
	vectors := make([][]float32, count)
	for i, item := range parsed.Data {
		if item.Index != nil {
			i = *item.Index
		}
		if i < 0 || i >= count || vectors[i] != nil {
			return nil, fmt.Errorf("two vectors for a text, or one for none: index %d", i)
		}
		if !normalise(item.Embedding) {
			return nil, fmt.Errorf("vector %d has no direction", i)
		}
		vectors[i] = item.Embedding
	}
	return vectors, nil
}

// embedding is a list of numbers, or the base64 of 32-bit ones in little-endian order.
type embedding []float32

func (e *embedding) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '"' {
		return json.Unmarshal(raw, (*[]float32)(e))
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	if len(b)%4 != 0 {
		return fmt.Errorf("%d bytes are no 32-bit numbers", len(b))
	}
	*e = make(embedding, len(b)/4)
	for i := range *e {
		(*e)[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return nil
}
