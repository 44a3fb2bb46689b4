package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"

	"recto/store"
)

// What a post may take.
const (
	connectTime = 5 * time.Second
	answerTime  = 10 * time.Second
	answerBytes = 4 << 10 // of which shownAnswer letters are told
	shownAnswer = 160
	hostsKept   = 5000
)

// Options are the operator's.
type Options struct {
	Site    string        // the public address, to be told to receivers
	Private bool          // post into private networks too, and without TLS
	Every   time.Duration // between two posts to one host; 0 for no wait
	Now     func() time.Time
}

// Client posts to webhooks. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	site    string
	private bool
	every   time.Duration
	now     func() time.Time
	hosts   *expirable.LRU[string, *rate.Limiter]
}

// NewClient has connections of its own, and asks no proxy.
func NewClient(o Options) *Client {
	dialer := &net.Dialer{Timeout: connectTime}
	if !o.Private {
		dialer.Control = publicOnly
	}
	return &Client{site: o.Site, private: o.Private, every: o.Every, now: o.Now,
		hosts: expirable.NewLRU[string, *rate.Limiter](hostsKept, nil, time.Hour),
		http: &http.Client{Timeout: connectTime + answerTime,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: answerTime,
				MaxResponseHeaderBytes: 32 << 10, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 1, ForceAttemptHTTP2: true,
				DisableCompression: true}}}
}

// Failure is why a post was not taken. It can be told to the webhook's owner: the address is not in it.
type Failure struct {
	Status int // of HTTP; 0 where there was no answer
	Text   string
	After  time.Duration // what the receiver asked to wait
}

func (f *Failure) Error() string { return f.Text }

// Permanent says whether the webhook is gone, or doesn't let us in, and won't tomorrow.
func (f *Failure) Permanent() bool {
	switch f.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	}
	return false
}

// Post hands an issue to its webhook, and tells what that answered. An error is a *Failure, or ctx's own.
func (c *Client) Post(ctx context.Context, i Issue) (answer string, err error) {
	u, err := url.Parse(i.To.Address)
	if err == nil {
		err = c.Check(i.To.Address)
	}
	if err != nil {
		return "", &Failure{Text: strings.TrimPrefix(err.Error(), store.ErrInvalid.Error()+": ")}
	}
	body, err := Body(i)
	if err != nil {
		return "", err
	}
	if err := c.wait(ctx, u.Host); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &Failure{Text: u.Host + " is posted to too often at present"} // ctx would end before its turn
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, i.To.Address, bytes.NewReader(body))
	if err != nil {
		return "", &Failure{Text: "its address can’t be posted to"}
	}
	c.sign(r, i, body)
	resp, err := c.http.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &Failure{Text: u.Host + " " + trouble(err)}
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, answerBytes)) // what is cut off is not shown either
	answer = fmt.Sprintf("%s answered %d %s", u.Host, resp.StatusCode, http.StatusText(resp.StatusCode))
	if text := shown(string(said), u); text != "" {
		answer += ": " + text
	}
	switch {
	case resp.StatusCode/100 == 2:
		return answer, nil
	case resp.StatusCode/100 == 3:
		answer += "; redirects are not followed"
	}
	return "", &Failure{resp.StatusCode, answer, c.after(resp.Header.Get("Retry-After"))}
}

// sign adds what lets a receiver know who posts, and whether it has that already.
func (c *Client) sign(r *http.Request, i Issue, body []byte) {
	at := strconv.FormatInt(c.now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Recto (+"+c.site+")")
	r.Header.Set("X-Recto-Event", string(i.Event))
	r.Header.Set("X-Recto-Delivery", i.ID)
	r.Header.Set("X-Recto-Timestamp", at)
	if i.To.Secret != "" {
		mac := hmac.New(sha256.New, []byte(i.To.Secret))
		mac.Write([]byte(at + "."))
		mac.Write(body)
		r.Header.Set("X-Recto-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
}

// wait lets posts to one host through one by one.
func (c *Client) wait(ctx context.Context, host string) error {
	if c.every == 0 {
		return nil
	}
	limiter, ok := c.hosts.Get(host)
	if !ok {
		limiter = rate.NewLimiter(rate.Every(c.every), 1)
		c.hosts.Add(host, limiter)
	}
	return limiter.Wait(ctx)
}

// after reads Retry-After: seconds, or an instant.
func (c *Client) after(header string) time.Duration {
	if n, err := strconv.Atoi(header); err == nil && n > 0 && n < 1e9 {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(c.now()))
	}
	return 0
}

// trouble says in words why there was no answer. Go's own words hold the webhook's address, and what its name leads to.
func trouble(err error) string {
	var dns *net.DNSError
	var network net.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errPrivate):
		return "leads into a private network, which this site does not post to"
	case errors.As(err, &dns):
		return "has no address"
	case errors.As(err, &cert):
		return "has no valid certificate"
	case errors.As(err, &network) && network.Timeout():
		return "did not answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "takes no connections"
	}
	return "could not be reached"
}

// shown is the beginning of what a receiver said, on one line, without the parts of its address that are secret.
func shown(said string, u *url.URL) string {
	if strings.HasPrefix(strings.TrimSpace(said), "<") {
		return "" // a page, for people who come with a browser
	}
	for _, secret := range append(strings.Split(u.Path, "/"), u.RawQuery) {
		if len(secret) >= 6 {
			said = strings.ReplaceAll(said, secret, "…")
		}
	}
	gap := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar }
	line := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(said, " "), gap), " ")
	letters := []rune(line)
	return string(letters[:min(len(letters), shownAnswer)])
}
