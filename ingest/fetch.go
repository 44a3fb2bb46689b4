package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Agent is a User-Agent with which the operator of a source can reach whoever runs this program.
func Agent(version, contact string) string {
	if contact == "" {
		return "Recto/" + version
	}
	return "Recto/" + version + " (+" + contact + ")"
}

// fetcher asks a web API politely: one request at a time, a pause between them, and longer ones when it is asked to wait
// or gets no answer. It is for one goroutine.
type fetcher struct {
	agent     string
	every     time.Duration // from the end of one request to the start of the next
	tries     int           // for one answer
	firstWait time.Duration // before the second try; doubled for each further one
	maxWait   time.Duration // between two tries, also when the server asks for more
	timeout   time.Duration // for one answer, to its last byte
	maxBytes  int64         // of one answer

	client *http.Client
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	last   time.Time // the end of the request before
}

func newFetcher(agent string, every time.Duration) *fetcher {
	return &fetcher{agent: agent, every: every, tries: 6, firstWait: 5 * time.Second, maxWait: 20 * time.Minute,
		timeout: 2 * time.Minute, maxBytes: 64 << 20, client: &http.Client{}, now: time.Now, sleep: sleep}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// answer is a whole answer with status 200.
type answer struct {
	header http.Header
	body   []byte
}

// statusError is an answer that asking again would not change.
type statusError struct {
	code int
	body []byte
}

func (e *statusError) Error() string {
	return fmt.Sprintf("it answered %d %s%s", e.code, http.StatusText(e.code), excerpt(e.body))
}

// excerpt is the start of an answer in one line, for people.
func excerpt(body []byte) string {
	s := strings.Join(strings.Fields(string(body[:min(len(body), 400)])), " ")
	if s == "" || strings.HasPrefix(s, "<") {
		return ""
	}
	return fmt.Sprintf(": %.200s", strings.ToValidUTF8(s, "\uFFFD"))
}

// tryLater is why a try gave no answer, and how long the server asked to wait; 0 when it didn't say.
type tryLater struct {
	err  error
	wait time.Duration
}

func (e *tryLater) Error() string { return e.err.Error() }

// get asks for address until there is an answer, or a refusal that is final.
func (f *fetcher) get(ctx context.Context, address string) (*answer, error) {
	for try := 1; ; try++ {
		if pause := f.last.Add(f.every).Sub(f.now()); pause > 0 && !f.last.IsZero() {
			if err := f.sleep(ctx, pause); err != nil {
				return nil, err
			}
		}
		a, err := f.once(ctx, address)
		f.last = f.now()
		if err == nil {
			return a, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var later *tryLater
		if !errors.As(err, &later) {
			return nil, fmt.Errorf("ask %s: %w", address, err)
		}
		if try == f.tries {
			return nil, fmt.Errorf("ask %s: %w, %d times in a row", address, later.err, try)
		}
		if later.wait > f.maxWait {
			return nil, fmt.Errorf("ask %s: %w and wants to be left alone for %s", address, later.err, later.wait)
		}
		if err := f.sleep(ctx, max(later.wait, f.backOff(try))); err != nil {
			return nil, err
		}
	}
}

// backOff is the pause after a try: doubled each time, with up to a quarter more so that many clients don't come back as
// one.
func (f *fetcher) backOff(try int) time.Duration {
	d := min(f.firstWait<<(try-1), f.maxWait)
	return d + rand.N(d/4+1)
}

func (f *fetcher) once(ctx context.Context, address string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", f.agent)
	response, err := f.client.Do(request)
	if err != nil {
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err // the address is said already
		}
		return nil, &tryLater{err: f.plainer(ctx, err)}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, f.maxBytes+1))
	switch {
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500:
		wait := retryAfter(response.Header.Get("Retry-After"), f.now())
		return nil, &tryLater{&statusError{response.StatusCode, body}, wait}
	case response.StatusCode != http.StatusOK:
		return nil, &statusError{response.StatusCode, body}
	case int64(len(body)) > f.maxBytes:
		return nil, fmt.Errorf("its answer is longer than %d MB", f.maxBytes>>20)
	case err != nil:
		return nil, &tryLater{err: fmt.Errorf("its answer broke off after %d bytes: %w", len(body), f.plainer(ctx, err))}
	}
	return &answer{response.Header, body}, nil
}

// plainer says that the time for an answer was over, where err only says that somebody's context was.
func (f *fetcher) plainer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("it took longer than %s", f.timeout)
	}
	return err
}

// retryAfter reads the header's two forms: seconds, or a date.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 32); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// address is base with a query.
func address(base string, query url.Values) string {
	separator := "?"
	if strings.Contains(base, "?") {
		separator = "&"
	}
	return base + separator + query.Encode()
}

// checkBase refuses what can't be asked.
func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is not an http or https address", base)
	}
	return nil
}

// inAnswer says which answer an error is about.
func inAnswer(address string, err error) error {
	return fmt.Errorf("the answer to %s: %w", address, err)
}

// reader of the body, for a parser.
func (a *answer) reader() io.Reader { return bytes.NewReader(a.body) }
