package digest

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"recto/web/mail"
)

// Carrier takes mails to where they are read. It is used by one goroutine.
type Carrier interface {
	// Carry hands one mail over. An error that is a *Refusal concerns its recipient; for an *Unreachable one no mail can be
	// handed over at all.
	Carry(ctx context.Context, l mail.Letter) error
	Close() error
}

// Refusal is the answer that a mailbox does not exist, and won't tomorrow.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// Unreachable says that the carrier can't be used at present.
type Unreachable struct{ Err error }

func (u *Unreachable) Error() string { return u.Err.Error() }
func (u *Unreachable) Unwrap() error { return u.Err }

const smtpTimeout = 30 * time.Second

// SMTP hands mails to a server, over one connection as long as it holds.
type SMTP struct {
	client *gomail.Client
	conn   *smtp.Client // nil while there is no connection
}

// NewSMTP is the server of an address: smtp://user:password@host:587 with STARTTLS, or smtps://user:password@host:465 with
// TLS from the start. smtp:// without a user to this very machine does without encryption where it isn't offered. helo is
// this program's name; roots are the authorities to trust, the system's for nil.
func NewSMTP(address, helo string, roots *x509.CertPool) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errors.New("the mail server is not like smtp://user:password@host:587") // the address may hold a password
	}
	options := []gomail.Option{gomail.WithTimeout(smtpTimeout), gomail.WithHELO(helo), gomail.WithoutNoop(),
		gomail.WithTLSConfig(&tls.Config{ServerName: u.Hostname(), RootCAs: roots, MinVersion: tls.VersionTLS12})}
	port := u.Port()
	switch {
	case u.Scheme == "smtps":
		port = cmp.Or(port, "465")
		options = append(options, gomail.WithSSL())
	case u.Scheme == "smtp" && u.User == nil && isLoopback(u.Hostname()):
		port = cmp.Or(port, "25")
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case u.Scheme == "smtp":
		port = cmp.Or(port, "587")
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		return nil, errors.New("the mail server's address begins with smtp:// or smtps://")
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("the mail server's port %q is no number", port)
	}
	options = append(options, gomail.WithPort(number))
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()),
			gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("the mail server: %w", err)
	}
	return &SMTP{client: client}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Carry hands one mail over; nil means that the server has taken it.
func (s *SMTP) Carry(ctx context.Context, l mail.Letter) error {
	if s.conn == nil {
		conn, err := s.client.DialToSMTPClientWithContext(ctx)
		if err != nil {
			return &Unreachable{fmt.Errorf("reach the mail server: %w", err)}
		}
		s.conn = conn
	}
	named, err := s.handOver(l)
	if err == nil {
		return nil
	}
	answer := new(textproto.Error)
	if !errors.As(err, &answer) || answer.Code < 500 { // what was said last is not known, or the server wants a pause
		s.hangUp()
	} else if reset := s.conn.Reset(); reset != nil {
		s.hangUp()
	}
	err = fmt.Errorf("hand a mail over: %w", err)
	if isRefusal(answer, named) {
		return &Refusal{err}
	}
	return err
}

// handOver says with an error whether it came when the recipient was named or later.
func (s *SMTP) handOver(l mail.Letter) (named bool, err error) {
	if err := s.conn.UpdateDeadline(smtpTimeout); err != nil {
		return false, err
	}
	if err := s.conn.Mail(l.From); err != nil {
		return false, err
	}
	if err := s.conn.Rcpt(l.To); err != nil {
		return true, err
	}
	data, err := s.conn.Data()
	if err != nil {
		return true, err
	}
	if _, err := data.Write(l.Raw); err != nil {
		return true, err
	}
	return true, data.Close()
}

// isRefusal says whether an answer after the recipient was named is about that mailbox, and final. Answers that refuse the
// sender are not: they would stop everybody's digests for the operator's mistake.
func isRefusal(answer *textproto.Error, named bool) bool {
	status, _, _ := strings.Cut(answer.Msg, " ") // RFC 3463's, where the server gives one
	switch {
	case !named || answer.Code < 500 || strings.HasPrefix(status, "5.7."):
		return false
	case strings.HasPrefix(status, "5.1."):
		return true
	}
	return answer.Code == 550 || answer.Code == 551 || answer.Code == 553
}

func (s *SMTP) hangUp() {
	_ = s.client.CloseWithSMTPClient(s.conn) // it may be gone already
	s.conn = nil
}

// Close ends the connection.
func (s *SMTP) Close() error {
	if s.conn != nil {
		s.hangUp()
	}
	return nil
}
