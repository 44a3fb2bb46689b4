package hook_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"recto/digest/hook"
	"recto/store"
)

var now = time.Date(2026, 5, 13, 7, 0, 0, 0, time.UTC)

func client(private bool) *hook.Client {
	return hook.NewClient(hook.Options{Site: site, Private: private, Now: func() time.Time { return now }})
}

// to is an issue for a webhook of a program.
func to(address string) hook.Issue {
	i := issue(store.ViaJSON, 3)
	i.To.Address = address
	return i
}

// hmacSHA256 is RFC 2104's, step by step, of a key of less than a block.
func hmacSHA256(key, text string) string {
	inner, outer := make([]byte, 64), make([]byte, 64)
	copy(inner, key)
	copy(outer, key)
	for n := range inner {
		inner[n] ^= 0x36
		outer[n] ^= 0x5c
	}
	first := sha256.Sum256(append(inner, text...))
	second := sha256.Sum256(append(outer, first[:]...))
	return hex.EncodeToString(second[:])
}

func TestWhatIsPosted(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var posted []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		posted, _ = io.ReadAll(r.Body)
		fmt.Fprint(w, "  ok\r\n")
	}))
	defer server.Close()
	i := to(server.URL + "/hook")
	want := body(t, i)
	answer, err := client(true).Post(context.Background(), i)
	if err != nil || answer != strings.TrimPrefix(server.URL, "http://")+" answered 200 OK: ok" {
		t.Fatal(answer, err)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "User-Agent": "Recto (+" + site + ")", "X-Recto-Event": "digest", "X-Recto-Delivery": "digest-7-2026-05-13",
		"X-Recto-Timestamp": "1778655600", "X-Recto-Signature": "sha256=" + hmacSHA256("s3cret", "1778655600."+string(posted)), "Cookie": "", "Authorization": ""} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if got.Method != http.MethodPost || string(posted) != string(want) {
		t.Errorf("%s %.100s", got.Method, posted)
	}
	i.To.Secret = ""
	if _, err := client(true).Post(context.Background(), i); err != nil || len(got.Header["X-Recto-Signature"]) > 0 {
		t.Errorf("%v, signed without a secret: %v", err, got.Header)
	}
}

// What is answered decides what follows; the address, which is a secret, is told by nobody.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const secret = "/services/T000/SeCrEtSeCrEt"
	var status int
	var header http.Header
	var says string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		fmt.Fprint(w, says)
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, c := range []struct {
		status    int
		says      string
		after     string
		text      string // what the owner reads, without the host; "" when it is taken
		permanent bool
		wait      time.Duration
	}{
		{status: 204}, {status: 201, says: "{}"},
		{status: 404, says: "no_team", text: " answered 404 Not Found: no_team", permanent: true},
		{status: 410, text: " answered 410 Gone", permanent: true}, {status: 401, text: " answered 401 Unauthorized", permanent: true}, {status: 403, text: " answered 403 Forbidden", permanent: true},
		{status: 400, says: "invalid_blocks", text: " answered 400 Bad Request: invalid_blocks"},
		{status: 429, after: "120", text: " answered 429 Too Many Requests", wait: 2 * time.Minute},
		{status: 503, after: now.Add(time.Hour).Format(http.TimeFormat), text: " answered 503 Service Unavailable", wait: time.Hour},
		{status: 500, after: "-1", text: " answered 500 Internal Server Error"}, {status: 500, after: "soon", text: " answered 500 Internal Server Error"},
		{status: 502, says: "<html><body>Bad gateway</body></html>", text: " answered 502 Bad Gateway"},
		{status: 404, says: "Cannot POST " + secret, text: " answered 404 Not Found: Cannot POST /…/T000/…", permanent: true},
		{status: 500, says: "a\x00\x1b[31m\r\nb" + strings.Repeat("x", 9000), text: " answered 500 Internal Server Error: a [31m b" + strings.Repeat("x", 160-8)},
	} {
		status, says, header = c.status, c.says, http.Header{}
		if c.after != "" {
			header.Set("Retry-After", c.after)
		}
		_, err := client(true).Post(context.Background(), to(server.URL+secret))
		failure := new(hook.Failure)
		switch {
		case c.text == "" && err != nil:
			t.Errorf("%d: %v", c.status, err)
		case c.text != "" && (!errors.As(err, &failure) || failure.Text != host+c.text || failure.Permanent() != c.permanent || failure.After != c.wait || failure.Status != c.status):
			t.Errorf("%d: %q %+v", c.status, err, failure)
		}
		if err != nil && strings.Contains(err.Error(), "SeCrEt") {
			t.Errorf("the address is told: %v", err)
		}
	}
	server.Close()
	_, err := client(true).Post(context.Background(), to(server.URL+secret))
	failure := new(hook.Failure)
	if !errors.As(err, &failure) || failure.Status != 0 || failure.Permanent() || failure.Text != host+" takes no connections" {
		t.Errorf("away: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client(true).Post(ctx, to(server.URL)); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var came atomic.Int32
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer inner.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		outer := httptest.NewServer(http.RedirectHandler(inner.URL, status))
		_, err := client(true).Post(context.Background(), to(outer.URL))
		failure := new(hook.Failure)
		if !errors.As(err, &failure) || failure.Permanent() || !strings.Contains(failure.Text, "redirects are not followed") {
			t.Errorf("%d: %v", status, err)
		}
		outer.Close()
	}
	if came.Load() != 0 {
		t.Errorf("%d were followed", came.Load())
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"http://127.0.0.1", "https://hooks.slack.com:0/x", "https://hooks.slack.com:99999/x", "https://127.0.0.1/x", "https://[::1]", "https://localhost", "https://LOCALHOST.", "https://x.localhost", "https://169.254.169.254/latest/meta-data/",
		"https://[::ffff:10.0.0.1]", "https://[::ffff:a9fe:a9fe]", "https://10.1.2.3", "https://172.16.0.1", "https://192.168.1.1", "https://100.64.0.1", "https://0.0.0.0", "https://[::]",
		"https://2130706433", "https://0177.0.0.1", "https://0x7f.0.0.1", "https://0x7f000001", "https://127.1", "https://017700000001", "https://[fe80::1%25eth0]", "https://[fd00:ec2::254]",
		"https://metadata.google.internal", "https://printer.local", "https://router.lan", "https://intranet", "https://224.0.0.1", "https://255.255.255.255", "https://168.63.129.16",
		"https://[64:ff9b::7f00:1]", "https://[2002:7f00:1::]", "https://[ff02::1]", "http://hooks.slack.com/x", "ftp://example.com", "https://", "//example.com", "", "https://127.0.0.1.", "https://host.docker.internal",
	} {
		if err := client(false).Check(address); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%q: %v", address, err)
		}
		if _, err := client(false).Post(context.Background(), to(address)); err == nil {
			t.Errorf("%q is posted to", address)
		}
	}
	for _, address := range []string{"https://hooks.slack.com/services/x", "https://discord.com/api/webhooks/1/x", "https://93.184.216.34/x", "https://[2606:2800:220:1::1]:8443/x", "https://1.example.org"} {
		if err := client(false).Check(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"http://127.0.0.1:8065/hooks/x", "http://mattermost/hooks/x", "https://10.0.0.1"} {
		if err := client(true).Check(address); err != nil {
			t.Errorf("%q, allowed by the operator: %v", address, err)
		}
	}
	for address, want := range map[string]bool{"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true, "127.0.0.1": false, "::ffff:127.0.0.1": false, "fc00::1": false, "100.127.255.255": false,
		"198.18.0.1": false, "240.0.0.1": false, "fec0::1": false, "2001:db8::1": false, "2001:0:1::1": false, "64:ff9b::a00:1": false, "::127.0.0.1": false, "fe80::1%eth0": false} {
		if got := hook.IsPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %t", address, got)
		}
	}
}

// nameserver answers for every name with one address.
func nameserver(t *testing.T, answer netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for buffer := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 0}
			if q.Type == dnsmessage.TypeA && answer.Is4() {
				m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: answer.As4()}}}
			} else if q.Type == dnsmessage.TypeAAAA && !answer.Is4() {
				m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: answer.As16()}}}
			}
			if packed, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name is judged by what it leads to when the connection is made: another answer a moment ago doesn't help.
func TestNamesThatLeadInside(t *testing.T) { // it changes how all of this process looks names up
	var came atomic.Int32
	inner := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer inner.Close()
	_, port, err := net.SplitHostPort(inner.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	system := net.DefaultResolver
	defer func() { net.DefaultResolver = system }()
	for _, answer := range []string{"127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"} {
		net.DefaultResolver = nameserver(t, netip.MustParseAddr(answer))
		address := "https://hooks.rebind.example.com:" + port + "/services/SeCrEtSeCrEt"
		if err := client(false).Check(address); err != nil {
			t.Fatal(err)
		}
		_, err := client(false).Post(context.Background(), to(address))
		failure := new(hook.Failure)
		if !errors.As(err, &failure) || failure.Permanent() || failure.Text != "hooks.rebind.example.com:"+port+" leads into a private network, which this site does not post to" {
			t.Errorf("%s: %v", answer, err)
		}
	}
	net.DefaultResolver = nameserver(t, netip.MustParseAddr("127.0.0.1"))
	_, err = client(true).Post(context.Background(), to("https://hooks.rebind.example.com:"+port))
	if failure := new(hook.Failure); !errors.As(err, &failure) || !strings.HasSuffix(failure.Text, "has no valid certificate") {
		t.Errorf("the name leads nowhere: %v", err) // and the test shows nothing
	}
	if came.Load() != 0 {
		t.Errorf("%d came", came.Load())
	}
}

// Posts to one host are parted; another host is not kept waiting by them.
func TestHostsArePaced(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	c := hook.NewClient(hook.Options{Private: true, Every: time.Hour, Now: time.Now})
	if _, err := c.Post(context.Background(), to(server.URL)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := c.Post(ctx, to(server.URL)) // at once, as the wait is known to be too long
	if failure := new(hook.Failure); !errors.As(err, &failure) || !strings.HasSuffix(failure.Text, "is posted to too often at present") {
		t.Errorf("a second post: %v", err)
	}
	if _, err := c.Post(context.Background(), to(strings.Replace(server.URL, "127.0.0.1", "localhost", 1))); err != nil {
		t.Errorf("another host: %v", err)
	}
}
