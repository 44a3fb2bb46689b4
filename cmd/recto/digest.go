package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"recto/digest"
	"recto/digest/hook"
	"recto/store"
	"recto/store/search"
	"recto/web"
	"recto/web/mail"
)

// mailing are the flags of commands that send mails.
type mailing struct {
	SMTP         string  `name:"smtp" help:"The mail server that takes digests: smtp://user:password@host:587, or smtps:// for TLS from the start; without it mails are written into --mail-dir." placeholder:"URL"`
	MailDir      string  `help:"Folder that mails are written into as .eml files where there is no --smtp; by default the catalogue's file with .mail behind it." placeholder:"DIR"`
	MailFrom     string  `help:"Who mails come from; by default recto at the public address's host." placeholder:"ADDRESS"`
	MailRate     float64 `help:"Mails that are handed over in a second; 0 for no limit." default:"100" placeholder:"N"`
	DKIMKey      string  `name:"dkim-key" help:"PEM file with the private key that mails are signed with: RSA or Ed25519." type:"path" placeholder:"FILE"`
	DKIMDomain   string  `name:"dkim-domain" help:"The domain that signs; by default that of --mail-from." placeholder:"DOMAIN"`
	DKIMSelector string  `name:"dkim-selector" help:"The key's name in the DNS: its public half stands at NAME._domainkey.DOMAIN." default:"recto" placeholder:"NAME"`

	WebhookPrivate bool `help:"Let readers have digests posted to webhooks within private networks and without TLS, as to a chat server in the house."`
}

// postEvery parts posts to one host: what Slack asks for.
const postEvery = time.Second

// hooks posts digests to webhooks.
func (m mailing) hooks(p *program, site string) *hook.Client {
	return hook.NewClient(hook.Options{Site: site, Private: m.WebhookPrivate, Every: postEvery, Now: p.now})
}

// post is what sends the digests of a catalogue whose site has an address.
func (m mailing) post(p *program, db *store.DB, index *search.Index, site string, hooks *hook.Client, log *slog.Logger) (*digest.Post, error) {
	u, err := url.Parse(site)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("the public address %q is not like https://papers.example.org", site)
	}
	site = u.Scheme + "://" + u.Host
	from := &netmail.Address{Name: "Recto", Address: "recto@" + u.Hostname()}
	if m.MailFrom != "" {
		if from, err = netmail.ParseAddress(m.MailFrom); err != nil {
			return nil, fmt.Errorf("--mail-from: %w", err)
		}
	}
	sender := mail.Sender{From: from, Host: u.Hostname()}
	if m.DKIMKey != "" {
		domain := m.DKIMDomain
		if domain == "" {
			_, domain, _ = strings.Cut(from.Address, "@")
		}
		if sender.DKIM, err = mail.NewDKIM(m.DKIMKey, domain, m.DKIMSelector); err != nil {
			return nil, err
		}
	}
	var carrier digest.Carrier = digest.NewDir(m.dir(p))
	if m.SMTP != "" {
		if carrier, err = digest.NewSMTP(m.SMTP, u.Hostname(), nil); err != nil {
			return nil, fmt.Errorf("--smtp: %w", err)
		}
	}
	links := web.MailLinks(site)
	editor, err := digest.NewEditor(p.ctx, db, index, links, p.now)
	if err != nil {
		return nil, err
	}
	return digest.Open(digest.Config{DB: db, Editor: editor, Carrier: carrier, Hooks: hooks, Links: links, Sender: sender,
		Lock: p.db + ".mail.lock", Rate: m.MailRate, Now: p.now, Log: log})
}

func (m mailing) dir(p *program) string {
	if m.MailDir != "" {
		return m.MailDir
	}
	return p.db + ".mail"
}

// keepSending sends digests when they are due, until ctx ends; wait returns when nothing is sent any more. Where another
// process sends already, this one leaves it to that.
func (m mailing) keepSending(ctx context.Context, p *program, db *store.DB, index *search.Index, site string, hooks *hook.Client,
	log *slog.Logger,
) (wait func(), err error) {
	post, err := m.post(p, db, index, site, hooks, log)
	if errors.Is(err, digest.ErrBusy) {
		log.Warn("digests are not sent by this process", "reason", err)
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		post.Run(ctx)
	}()
	return func() {
		<-done
		if err := post.Close(); err != nil {
			log.Warn("end sending digests", "error", err)
		}
	}, nil
}

type digestCmd struct {
	URL        string `name:"url" help:"The site's public address, for the links in mails." default:"http://localhost:8080" placeholder:"URL"`
	Now        bool   `help:"Don't wait for the subscribers' mornings: send today's digests to everybody who had none today."`
	Day        string `help:"With --now: send the digests of this day instead, as to try them with papers that are old." placeholder:"YYYY-MM-DD"`
	DryRun     bool   `help:"Say what would be sent to whom, and send nothing."`
	Stop       string `help:"End all subscriptions of an address, as when a mail asks for it, and send nothing." placeholder:"ADDRESS"`
	mailing    `embed:""`
	embeddings `embed:""`
}

func (c *digestCmd) Run(p *program) error {
	return p.withDB(func(db *store.DB) error {
		if c.Stop != "" {
			address, err := store.CheckAddress(c.Stop)
			if err != nil {
				return err
			}
			if err := db.StopAddress(p.ctx, address, "by the site's operator"); err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "%s gets no digests any more.\n", address)
			return nil
		}
		var on store.Day
		if c.Day != "" {
			var err error
			if on, err = store.ParseDay(c.Day); err != nil {
				return err
			}
			if !c.Now {
				return errors.New("--day goes with --now")
			}
		}
		log := p.warnings()
		index, err := p.openSearch(db, c.embeddings, log, false)
		if err != nil {
			return err
		}
		defer index.Close()
		editor, err := digest.NewEditor(p.ctx, db, index, web.MailLinks(c.URL), p.now)
		if err != nil {
			return err
		}
		if c.DryRun {
			return editor.Rehearse(p.ctx, p.stdout, c.Now, on)
		}
		err = c.send(p, db, index, on, log)
		if c.Now && errors.Is(err, digest.ErrBusy) {
			if _, err := editor.PlanAll(p.ctx, on); err != nil {
				return err
			}
			fmt.Fprintln(p.stdout, "The recto that serves this catalogue sends them now.")
			return nil
		}
		return err
	})
}

func (c *digestCmd) send(p *program, db *store.DB, index *search.Index, on store.Day, log *slog.Logger) error {
	post, err := c.post(p, db, index, c.URL, c.hooks(p, c.URL), log)
	if err != nil {
		return err
	}
	pass := post.Pass
	if c.Now {
		pass = func(ctx context.Context) (digest.Tally, error) { return post.All(ctx, on) }
	}
	t, err := pass(p.ctx)
	fmt.Fprintf(p.stdout, "%s digests sent, %s not, %s had nothing new; %s notices.\n", commas(t.Sent), commas(t.Failed),
		commas(t.Quiet), commas(t.Notices))
	return errors.Join(err, post.Close())
}
