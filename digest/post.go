package digest

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"recto/digest/hook"
	"recto/store"
	"recto/store/lock"
	"recto/web/mail"
)

// Config is what sending needs.
type Config struct {
	DB      *store.DB
	Editor  *Editor
	Carrier Carrier      // of mails
	Hooks   *hook.Client // nil for one that posts to public addresses alone
	Links   mail.Links
	Sender  mail.Sender
	Lock    string  // a file that one sending process locks
	Rate    float64 // mails in a second; 0 for no limit
	Now     func() time.Time
	Log     *slog.Logger
}

// ErrBusy says that another process is sending.
var ErrBusy = errors.New("another recto is sending the digests of this catalogue")

// How the post works.
const (
	sendAtOnce = 50
	passEvery  = 2 * time.Second
	waitAfter  = time.Minute // when the mail server can't be reached
	forgetting = 24 * time.Hour
)

// Post sends what is due.
type Post struct {
	Config
	limit *rate.Limiter
	lock  *os.File
}

// Open readies the post. One process at a time has it; for another it is ErrBusy.
func Open(c Config) (*Post, error) {
	held, err := lock.File(c.Lock)
	if errors.Is(err, lock.ErrBusy) {
		err = ErrBusy
	}
	if err != nil {
		return nil, err
	}
	limit := rate.Inf
	if c.Rate > 0 {
		limit = rate.Limit(c.Rate)
	}
	if c.Hooks == nil {
		c.Hooks = hook.NewClient(hook.Options{Site: c.Links.Home, Now: c.Now})
	}
	return &Post{c, rate.NewLimiter(limit, 1), held}, nil
}

// Close lets others send.
func (p *Post) Close() error { return errors.Join(p.Carrier.Close(), p.lock.Close()) }

// Run sends what is due when it is due, until ctx ends. Mails and webhooks each go on while the others can't be reached.
func (p *Post) Run(ctx context.Context) {
	if err := p.Editor.beginArchive(ctx); err != nil && ctx.Err() == nil {
		p.Log.Error("begin the archive of digests", "error", err)
	}
	var tasks sync.WaitGroup
	tasks.Go(func() { p.repeat(ctx, "plan digests", p.Editor.planDue) })
	tasks.Go(func() { p.repeat(ctx, "send digests", p.sendMails) })
	tasks.Go(func() { p.repeat(ctx, "post digests to webhooks", p.sendHooks) })
	var forgotten time.Time
	p.repeat(ctx, "forget subscriptions", func(ctx context.Context) (Tally, error) {
		if now := p.Now(); now.Sub(forgotten) >= forgetting {
			forgotten = now
			return Tally{}, p.DB.ForgetSubscriptions(ctx)
		}
		return Tally{}, nil
	})
	tasks.Wait()
}

func (p *Post) repeat(ctx context.Context, name string, do func(context.Context) (Tally, error)) {
	for {
		wait := passEvery
		if _, err := do(ctx); ctx.Err() == nil && err != nil {
			p.Log.Error(name, "error", err)
			wait = waitAfter
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// Tally is what a pass did.
type Tally struct {
	Notices, Sent, Failed int
	Quiet                 int // subscriptions that were due and had nothing new
}

func (t Tally) plus(u Tally) Tally {
	return Tally{t.Notices + u.Notices, t.Sent + u.Sent, t.Failed + u.Failed, t.Quiet + u.Quiet}
}

// Pass sends everything that is due now. Where the mail server can't be reached, what waits for it is sent by a later pass.
func (p *Post) Pass(ctx context.Context) (Tally, error) {
	t, err := p.Editor.planDue(ctx)
	if err != nil {
		return t, err
	}
	var posted Tally
	var postErr error
	var hooks sync.WaitGroup
	hooks.Go(func() { posted, postErr = p.sendHooks(ctx) })
	mailed, err := p.sendMails(ctx)
	hooks.Wait()
	return t.plus(mailed).plus(posted), errors.Join(err, postErr)
}

// All makes everybody's digest of a day now, of today for "", whatever the hour and the weekday, and sends it. Who had that
// day's gets none.
func (p *Post) All(ctx context.Context, on store.Day) (Tally, error) {
	t, err := p.Editor.PlanAll(ctx, on)
	if err != nil {
		return t, err
	}
	sent, err := p.Pass(ctx)
	sent.Quiet += t.Quiet
	return sent, err
}

// sendMails hands over the mails that wait, one by one, and notes each before the next.
func (p *Post) sendMails(ctx context.Context) (t Tally, err error) {
	if err := p.sendNotices(ctx, &t); err != nil {
		return t, err
	}
	for {
		waiting, err := p.DB.WaitingDigests(ctx, true, sendAtOnce)
		if err != nil || len(waiting) == 0 {
			return t, err
		}
		for i := range waiting {
			err := p.sendDigest(ctx, &waiting[i])
			var unreachable *Unreachable
			if errors.As(err, &unreachable) {
				return t, err
			}
			var refused *Refusal
			if err := p.note(ctx, waiting[i], store.Failure{Err: err, Permanent: errors.As(err, &refused)}, &t); err != nil {
				return t, err
			}
		}
	}
}

// note records what became of a digest: it was taken where there is no error.
func (p *Post) note(ctx context.Context, d store.Digest, f store.Failure, t *Tally) error {
	switch {
	case f.Err == nil:
		t.Sent++
		return p.DB.DigestSent(context.WithoutCancel(ctx), d.ID)
	case ctx.Err() != nil:
		return ctx.Err()
	}
	t.Failed++
	p.Log.Warn("a digest could not be sent", "digest", d.ID, "error", f.Err)
	return p.DB.DigestFailed(ctx, d, f)
}

func (p *Post) sendDigest(ctx context.Context, d *store.Digest) error {
	s, err := p.DB.Subscription(ctx, d.Subscription)
	if err != nil {
		return err
	}
	v, err := p.Editor.Set(ctx, &s, d)
	if err != nil {
		return err
	}
	m, err := p.Sender.NewMessage(ctx, d, &s, v, p.Editor.key.Manage(&s))
	if err != nil {
		return err
	}
	return p.carry(ctx, m)
}

func (p *Post) carry(ctx context.Context, m mail.Message) error {
	letter, err := p.Sender.Build(m)
	if err != nil {
		return err
	}
	if err := p.limit.Wait(ctx); err != nil {
		return err
	}
	return p.Carrier.Carry(ctx, letter)
}

// sendNotices sends the mails about subscriptions themselves.
func (p *Post) sendNotices(ctx context.Context, t *Tally) error {
	for {
		waiting, err := p.DB.Notices(ctx, sendAtOnce)
		if err != nil || len(waiting) == 0 {
			return err
		}
		for i := range waiting {
			s := &waiting[i]
			m, err := p.Sender.NewNotice(ctx, s, mail.NewNotice(s, p.Editor.key, p.Links), p.Now())
			if err == nil {
				err = p.carry(ctx, m)
			}
			var refused *Refusal
			var unreachable *Unreachable
			switch {
			case ctx.Err() != nil && err != nil:
				return ctx.Err()
			case errors.As(err, &unreachable):
				return err
			case err != nil:
				p.Log.Warn("a notice could not be sent", "subscription", s.ID, "error", err)
			default:
				t.Notices++
			}
			if err := p.DB.NoticeDone(context.WithoutCancel(ctx), *s, err, errors.As(err, &refused)); err != nil {
				return err
			}
		}
	}
}
