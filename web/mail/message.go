package mail

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/wneessen/go-mail"

	"recto/store"
)

// Sender is who mails come from.
type Sender struct {
	From *netmail.Address
	Host string            // of the site, in the mails' ids
	DKIM *dkim.SignOptions // nil for none
}

// signedHeaders are those that a signature covers, and that nobody can add: RFC 8058 asks for both of the unsubscribing.
var signedHeaders = [...]string{"From", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
	"Reply-To", "In-Reply-To", "References", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Precedence"}

// NewDKIM signs for a domain with the private key in a PEM file: RSA or Ed25519, whose public half stands in the DNS at
// selector._domainkey.domain.
func NewDKIM(keyFile, domain, selector string) (*dkim.SignOptions, error) {
	pem, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fmt.Errorf("the DKIM key: %w", err)
	}
	key, err := mail.PrivKeyFromPEM(pem)
	if err != nil {
		return nil, fmt.Errorf("the DKIM key in %s: %w", keyFile, err)
	}
	options := &dkim.SignOptions{Domain: domain, Selector: selector, Signer: key, HeaderKeys: signedHeaders[:],
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed}
	if _, err := dkim.NewSigner(options); err != nil {
		return nil, fmt.Errorf("DKIM: %w", err)
	}
	return options, nil
}

// Message is a mail with its headers.
type Message struct {
	ID      string // stable: the same mail has the same, however often it is handed over
	To      string
	Subject string
	Text    string
	HTML    string
	Date    time.Time

	List        string // whose list it is of, with a digest
	Unsubscribe string // the address that ends it, with a digest
	Secret      string // the same for a mail's subject
}

// NewMessage is a digest as a mail to a subscriber.
func (s Sender) NewMessage(ctx context.Context, of *store.Digest, to *store.Subscription, d Digest, secret string) (Message, error) {
	html, err := d.HTML(ctx)
	if err != nil {
		return Message{}, fmt.Errorf("set digest %d: %w", of.ID, err)
	}
	return Message{ID: fmt.Sprintf("digest.%d.%s@%s", to.ID, of.Day, s.Host), To: to.Address,
		Subject: d.Subject(), Text: d.Text(), HTML: html, Date: of.MadeAt, List: d.Heading,
		Unsubscribe: d.Links.Unsubscribe, Secret: secret}, nil
}

// NewNotice is a notice as a mail to a subscriber.
func (s Sender) NewNotice(ctx context.Context, to *store.Subscription, n Notice, now time.Time) (Message, error) {
	html, err := n.HTML(ctx)
	if err != nil {
		return Message{}, fmt.Errorf("set a notice: %w", err)
	}
	return Message{ID: fmt.Sprintf("notice.%d.%d.%s@%s", to.ID, now.Unix(), to.Notice, s.Host), To: to.Address,
		Subject: n.Title, Text: n.Plain(), HTML: html, Date: now}, nil
}

// Letter is a mail as it is handed over.
type Letter struct {
	ID       string // the mail's, without the angle brackets
	From, To string // of the envelope
	Raw      []byte
}

// Build puts a message together. Whatever its fields hold, it has the headers that are meant and no others.
func (s Sender) Build(m Message) (Letter, error) {
	to, err := store.CheckAddress(m.To)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{ID: oneLine(m.ID), From: s.From.Address, To: to}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.From)
	msg.ToMailAddress(&netmail.Address{Address: to})
	msg.Subject(oneLine(m.Subject))
	msg.SetMessageIDWithValue(l.ID)
	msg.SetDateWithValue(m.Date)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.List != "" {
		msg.SetGenHeader("Precedence", "bulk")
		msg.SetGenHeaderPreformatted("List-Id", "<digest."+s.Host+">")
		msg.SetGenHeaderPreformatted("List-Unsubscribe", fmt.Sprintf("<%s>,\r\n <mailto:%s?subject=unsubscribe%%20%s>",
			oneLine(m.Unsubscribe), s.From.Address, oneLine(m.Secret)))
		msg.SetGenHeaderPreformatted("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return Letter{}, fmt.Errorf("put a mail together: %w", err)
	}
	l.Raw = raw.Bytes()
	if s.DKIM != nil {
		var signed bytes.Buffer
		if err := dkim.Sign(&signed, &raw, s.DKIM); err != nil {
			return Letter{}, fmt.Errorf("sign a mail: %w", err)
		}
		l.Raw = signed.Bytes()
	}
	return l, nil
}

// oneLine is a header's value as one line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}
