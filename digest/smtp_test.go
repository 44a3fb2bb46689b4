package digest_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"recto/digest"
	"recto/web/mail"
)

// guarded is a mailbox for those who know the password.
type guarded struct {
	*session
	opened bool
}

func (g *guarded) AuthMechanisms() []string { return []string{sasl.Plain} }

func (g *guarded) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "user" || password != "p@ss" {
			return smtp.ErrAuthFailed
		}
		g.opened = true
		return nil
	}), nil
}

func (g *guarded) Mail(from string, o *smtp.MailOptions) error {
	if !g.opened {
		return smtp.ErrAuthRequired
	}
	return g.session.Mail(from, o)
}

// certificate is one for this machine that signs itself, and the pool that trusts it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, made, made, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func aLetter(id string) mail.Letter {
	return mail.Letter{ID: id, From: "recto@example.org", To: "ada@example.org", Raw: []byte("Message-ID: <" + id + ">\r\nSubject: x\r\n\r\n.a line with a dot\r\n")}
}

func TestEncryptionAndPasswords(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	box := &mailbox{}
	listen := func(change func(*smtp.Server), wrap func(net.Listener) net.Listener) string {
		server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &guarded{session: &session{box: box}}, nil }))
		server.Domain = "localhost"
		change(server)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = server.Serve(wrap(listener)) }()
		t.Cleanup(func() { server.Close() })
		return listener.Addr().String()
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	same := func(l net.Listener) net.Listener { return l }
	starttls := listen(func(s *smtp.Server) { s.TLSConfig = config }, same)
	plain := listen(func(s *smtp.Server) { s.AllowInsecureAuth = true }, same)
	implicit := listen(func(*smtp.Server) {}, func(l net.Listener) net.Listener { return tls.NewListener(l, config) })
	for _, c := range []struct {
		name, address string
		roots         *x509.CertPool
		ok            bool
	}{
		{"STARTTLS", "smtp://user:p%40ss@" + starttls, pool, true},
		{"TLS from the start", "smtps://user:p%40ss@" + implicit, pool, true},
		{"a wrong password", "smtp://user:wrong@" + starttls, pool, false},
		{"no password", "smtp://" + starttls, pool, false},
		{"a certificate that nobody vouches for", "smtp://user:p%40ss@" + starttls, nil, false},
		{"a password without encryption", "smtp://user:p%40ss@" + plain, pool, false},
	} {
		carrier, err := digest.NewSMTP(c.address, "localhost", c.roots)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(carrier.Carry(context.Background(), aLetter("one")), carrier.Carry(context.Background(), aLetter("two")))
		got := box.taken()
		if (err == nil) != c.ok || len(got) != map[bool]int{true: 2}[c.ok] {
			t.Errorf("%s: %d mails, %v", c.name, len(got), err)
		}
		var refused *digest.Refusal
		if errors.As(err, &refused) {
			t.Errorf("%s is taken for a mailbox that isn't there", c.name)
		}
		if err != nil && strings.Contains(err.Error(), "p@ss") {
			t.Errorf("%s tells the password: %v", c.name, err)
		}
		if c.ok && got[0].Body != ".a line with a dot\r\n" {
			t.Errorf("%s: %q", c.name, got[0].Body)
		}
		carrier.Close()
	}
}

// The same mail is the same file, and never half a one.
func TestDir(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mails")
	d := digest.NewDir(path)
	for _, id := range []string{"one@example.org", "one@example.org", "../../evil/two@example.org"} {
		if err := d.Carry(context.Background(), aLetter(id)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(path)
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if text, err := os.ReadFile(filepath.Join(path, f.Name())); err != nil || !strings.HasPrefix(string(text), "Message-ID: <") || !strings.HasSuffix(f.Name(), "example.org.eml") {
			t.Errorf("%s: %q, %v", f.Name(), text, err)
		}
	}
	var away *digest.Unreachable
	if err := digest.NewDir(filepath.Join(path, files[0].Name(), "x")).Carry(context.Background(), aLetter("x")); !errors.As(err, &away) {
		t.Errorf("%v", err)
	}
}
