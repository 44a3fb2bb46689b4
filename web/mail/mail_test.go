package mail_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"recto/store"
	"recto/web/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

var now = time.Date(2026, 5, 13, 5, 0, 0, 0, time.UTC)

const site = "https://papers.example.org"

func links() mail.Links {
	join := func(start string) func(string) string { return func(s string) string { return site + start + s } }
	return mail.Links{Home: site + "/", Archive: site + "/digest", Paper: func(id store.PaperID) string { return site + "/papers/" + string(id) },
		Tag: func(s string) string { return site + "/tags/" + url.PathEscape(s) }, Listing: func(*store.Subscription) string { return site + "/" }, Confirm: join("/c/"), Manage: join("/m/"), Unsubscribe: join("/u/")}
}

// hostile is what a source could put into any text.
func hostile(field string) string {
	return field + " <script>alert(1)</script> & \"x\" <img src=http://evil.example/x.png>\r\nBcc: victim@example.org\r\n\r\nbody"
}

func papers() []store.Paper {
	return []store.Paper{
		{ID: "2605.00001", Title: `Bounds on $\mathcal{O}(n^{2/3})$ for $k$-Means`, Abstract: "Let $\\alpha_i \\in \\mathbb{R}^d$. " + strings.Repeat("We show that it converges under mild assumptions. ", 10),
			Authors: []store.Author{{Name: "Emmy Noether"}, {Name: `Kurt G\"odel`}, {Name: "A"}, {Name: "B"}, {Name: "C"}, {Name: "D"}}, Tags: []string{"clustering", "C++", "a", "b"}, SourceVotes: 1530},
		{ID: "2605.00002", Title: hostile("title"), Abstract: hostile("abstract"), Authors: []store.Author{{Name: hostile("author")}}, Tags: []string{hostile("tag")}, ReaderVotes: 1},
		{ID: "2605.00003", Title: "名前 and الأسماء"},
	}
}

func digest() mail.Digest {
	d := mail.Digest{Heading: "Papers of the day", Dates: "Tuesday, 12 May 2026", Rising: []mail.Link{{Name: "world models", URL: site + "/tags/world-models"}},
		Links: mail.Footer{Home: site + "/", Listing: site + "/", Archive: site + "/digest", Manage: site + "/m/SECRET", Unsubscribe: site + "/u/SECRET"}}
	for i, p := range papers() {
		d.Papers = append(d.Papers, mail.NewPaper(i+1, &p, i == 2, links()))
	}
	return d
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what it was (%v); after looking at it, -update\n%s", name, err, got)
	}
}

func TestDigestIsSetAsItWas(t *testing.T) {
	d := digest()
	html, err := d.HTML(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "digest.html", html)
	golden(t, "digest.txt", d.Text())
	for _, notice := range []store.Notice{store.NoticeConfirm, store.NoticeKnown} {
		s := store.Subscription{ID: 7, Address: "ada@example.org", Subject: store.SubjectSearch, What: "robots <b>", Weekday: time.Friday, Notice: notice, CreatedAt: now}
		n := mail.NewNotice(&s, store.MailKey("key"), links())
		html, err := n.HTML(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		golden(t, string(notice)+".html", html)
		golden(t, string(notice)+".txt", n.Plain())
	}
}

// Nothing is fetched when a mail is read, nothing of it is a source's markup, and it isn't cut off for its size.
func TestMailIsQuiet(t *testing.T) {
	d := digest()
	for len(d.Papers) < 15 { // as large as they get
		p := papers()[0]
		p.Title, p.Abstract = strings.Repeat("Ω", 400), strings.Repeat("<&\">", 400)
		for range 3000 {
			p.Authors = append(p.Authors, store.Author{Name: strings.Repeat("<", 200)})
		}
		d.Papers = append(d.Papers, mail.NewPaper(len(d.Papers)+1, &p, false, links()))
	}
	html, err := d.HTML(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(html) > 100_000 {
		t.Errorf("%d bytes", len(html))
	}
	for _, bad := range []string{"<img", "<script", "<link", "url(", "@import", "<iframe", "background="} {
		if strings.Contains(html, bad) {
			t.Errorf("it holds %s", bad)
		}
	}
	for _, address := range regexp.MustCompile(`https?://[^"' <]*`).FindAllString(html, -1) {
		if !strings.HasPrefix(address, site) && !strings.HasPrefix(address, "http://evil.example/x.png") { // shown as text
			t.Errorf("it leads to %s", address)
		}
	}
}

// parts takes a mail apart as a mail program does.
func parts(t *testing.T, raw []byte) (netmail.Header, map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%q, %v", kind, err)
	}
	found := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return m.Header, found
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if part.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Fatalf("%v", part.Header)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		found[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
}

func build(t *testing.T, s mail.Sender, d mail.Digest, to string) []byte {
	t.Helper()
	of := &store.Digest{ID: 9, Day: "2026-05-13", MadeAt: now}
	m, err := s.NewMessage(context.Background(), of, &store.Subscription{ID: 7, Address: to}, d, "SECRET")
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	if l.To != to || l.From != s.From.Address || l.ID != m.ID {
		t.Errorf("%+v", l)
	}
	return l.Raw
}

func sender() mail.Sender {
	return mail.Sender{From: &netmail.Address{Name: "Recto", Address: "recto@papers.example.org"}, Host: "papers.example.org"}
}

func TestHeaders(t *testing.T) {
	d := digest()
	raw := build(t, sender(), d, "ada@example.org")
	h, bodies := parts(t, raw)
	for name, want := range map[string]string{
		"To": "<ada@example.org>", "From": `"Recto" <recto@papers.example.org>`, "Message-Id": "<digest.7.2026-05-13@papers.example.org>",
		"List-Id": "<digest.papers.example.org>", "Precedence": "bulk", "Auto-Submitted": "auto-generated",
		"List-Unsubscribe":      "<https://papers.example.org/u/SECRET>, <mailto:recto@papers.example.org?subject=unsubscribe%20SECRET>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "In-Reply-To": "", "References": "", "Bcc": "", "Cc": "", "Date": "Wed, 13 May 2026 05:00:00 +0000",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "Bounds on O(n^(2/3)) for k-Means") || !strings.HasSuffix(subject, ", and 2 more") {
		t.Errorf("%q, %v", subject, err)
	}
	html, _ := d.HTML(context.Background())
	if strings.TrimSpace(bodies["text/html"]) != strings.TrimSpace(html) || strings.TrimSpace(bodies["text/plain"]) != strings.TrimSpace(d.Text()) {
		t.Error("the parts are not what was set")
	}
	if again := build(t, sender(), d, "ada@example.org"); stripBoundary(again) != stripBoundary(raw) {
		t.Error("the same mail is another when it is made again")
	}
	for line := range bytes.Lines(raw) {
		if len(line) > 998 || !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Errorf("line of %d bytes: %.80q", len(line), line)
		}
	}
}

func stripBoundary(raw []byte) string {
	lines := strings.Split(regexp.MustCompile(`[0-9a-f]{40,}`).ReplaceAllString(string(raw), ""), "\r\n")
	slices.Sort(lines) // headers come in any order
	return strings.Join(lines, "\n")
}

// Whatever stands in any field, there is no header more and no recipient more.
func TestHeaderInjection(t *testing.T) {
	const attack = "x\r\nBcc: victim@example.org\r\nX-Evil: 1\r\n\r\nbody"
	_, plain := parts(t, build(t, sender(), digest(), "ada@example.org"))
	for name, change := range map[string]func(*mail.Message){
		"subject": func(m *mail.Message) { m.Subject = attack }, "id": func(m *mail.Message) { m.ID = attack }, "list": func(m *mail.Message) { m.List = attack },
		"unsubscribe": func(m *mail.Message) { m.Unsubscribe = attack }, "secret": func(m *mail.Message) { m.Secret = attack },
		"text": func(m *mail.Message) { m.Text = attack }, "html": func(m *mail.Message) { m.HTML = attack },
	} {
		s, d := sender(), digest()
		m, err := s.NewMessage(context.Background(), &store.Digest{Day: "2026-05-13", MadeAt: now}, &store.Subscription{ID: 7, Address: "ada@example.org"}, d, "SECRET")
		if err != nil {
			t.Fatal(err)
		}
		change(&m)
		l, err := s.Build(m)
		if err != nil {
			t.Fatal(err)
		}
		h, got := parts(t, l.Raw)
		if h.Get("Bcc") != "" || h.Get("X-Evil") != "" || len(got) != len(plain) {
			t.Errorf("%s: %v", name, h)
		}
		if l.To != "ada@example.org" || len(h["To"]) != 1 || len(h["Subject"]) != 1 || len(h["Message-Id"]) != 1 {
			t.Errorf("%s: %+v, %v", name, l.To, h)
		}
	}
	s := sender()
	if _, err := s.Build(mail.Message{To: "ada@example.org\r\nBcc: victim@example.org"}); err == nil {
		t.Error("an address with a header is written to")
	}
	d := digest()
	d.Papers[0].Title = mail.NewPaper(1, &papers()[1], false, links()).Title
	if subject := d.Subject(); strings.ContainsAny(subject, "\r\n") {
		t.Errorf("%q", subject)
	}
}

// A signature holds by another library's reading, and covers both headers of RFC 8058.
func TestDKIM(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaPublic, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key    any
		record string
	}{
		"ed25519": {private, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)},
		"rsa":     {rsaKey, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(rsaPublic)},
	} {
		t.Run(name, func(t *testing.T) {
			der, err := x509.MarshalPKCS8PrivateKey(c.key)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "key.pem")
			if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
				t.Fatal(err)
			}
			s := sender()
			if s.DKIM, err = mail.NewDKIM(path, "papers.example.org", "recto"); err != nil {
				t.Fatal(err)
			}
			raw := build(t, s, digest(), "ada@example.org")
			verify := func(raw []byte) *dkim.Verification {
				found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(domain string) ([]string, error) {
					if domain != "recto._domainkey.papers.example.org" {
						return nil, fmt.Errorf("asked for %s", domain)
					}
					return []string{c.record}, nil
				}})
				if err != nil || len(found) != 1 {
					t.Fatal(found, err)
				}
				return found[0]
			}
			v := verify(raw)
			if v.Err != nil || v.Domain != "papers.example.org" {
				t.Fatalf("%+v", v)
			}
			signed := strings.ToLower(strings.Join(v.HeaderKeys, " "))
			for _, name := range []string{"from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post", "list-id"} {
				if !strings.Contains(" "+signed+" ", " "+name+" ") {
					t.Errorf("%s is not signed: %s", name, signed)
				}
			}
			for _, change := range [][2]string{{"/u/SECRET>", "/u/OTHER>"}, {"=One-Click", "=Two-Click"}, {"Papers of the day", "Papers of the hour"}} {
				if v := verify(bytes.Replace(raw, []byte(change[0]), []byte(change[1]), 1)); v.Err == nil {
					t.Errorf("%q can be changed", change[0])
				}
			}
		})
	}
	for _, bad := range []string{"/nowhere", os.DevNull} {
		if _, err := mail.NewDKIM(bad, "example.org", "recto"); err == nil {
			t.Errorf("%s is a key", bad)
		}
	}
}
