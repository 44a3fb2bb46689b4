package digest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"golang.org/x/time/rate"

	"recto/store"
	"recto/store/lock"
	"recto/web/mail"
)

// Config is what sending needs.
type Config struct {
	DB      *store.DB
	Editor  *Editor
	Carrier Carrier
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
	planAtOnce = 100
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
	return &Post{c, rate.NewLimiter(limit, 1), held}, nil
}

// Close lets others send.
func (p *Post) Close() error { return errors.Join(p.Carrier.Close(), p.lock.Close()) }

// Run sends what is due when it is due, until ctx ends.
func (p *Post) Run(ctx context.Context) {
	var forgotten time.Time
	for {
		wait := passEvery
		if _, err := p.Pass(ctx); ctx.Err() == nil && err != nil {
			p.Log.Error("send digests", "error", err)
			wait = waitAfter
		}
		if now := p.Now(); ctx.Err() == nil && now.Sub(forgotten) >= forgetting {
			forgotten = now
			if err := p.DB.ForgetSubscriptions(ctx); err != nil {
				p.Log.Error("forget subscriptions", "error", err)
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// Tally is what a pass did.
type Tally struct {
	Notices, Sent, Failed int
	Quiet                 int // subscriptions that were due and had nothing new
}

// Pass sends everything that is due now. It ends early when the mail server can't be reached: what waits is sent by a later
// pass.
func (p *Post) Pass(ctx context.Context) (t Tally, err error) {
	if err := p.sendNotices(ctx, &t); err != nil {
		return t, err
	}
	for {
		planned, err := p.plan(ctx, &t)
		if err != nil {
			return t, err
		}
		sent, err := p.sendWaiting(ctx, &t)
		if err != nil {
			return t, err
		}
		if planned == 0 && sent == 0 {
			return t, nil
		}
	}
}

func (p *Post) plan(ctx context.Context, t *Tally) (int, error) {
	due, err := p.DB.DueSubscriptions(ctx, p.Now(), planAtOnce)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	return len(due), p.planFor(ctx, due, t)
}

func (p *Post) planFor(ctx context.Context, due []store.Subscription, t *Tally) error {
	now := p.Now()
	plans := make([]store.Plan, 0, len(due))
	for i := range due {
		s := &due[i]
		d, err := p.Editor.Choose(ctx, s, s.Day(now))
		if err != nil {
			return fmt.Errorf("choose papers of subscription %d: %w", s.ID, err)
		}
		if d == nil {
			t.Quiet++
		}
		plans = append(plans, store.Plan{Subscription: s.ID, Digest: d, NextAt: s.Next(now)})
	}
	return p.DB.AddDigests(ctx, plans)
}

// All makes everybody's digest of today now, whatever the hour and the weekday, and sends it. Who had one today gets none.
func (p *Post) All(ctx context.Context) (Tally, error) {
	var t Tally
	err := eachRunning(ctx, p.DB, func(batch []store.Subscription) error { return p.planFor(ctx, batch, &t) })
	if err != nil {
		return t, err
	}
	sent, err := p.Pass(ctx)
	sent.Quiet += t.Quiet
	return sent, err
}

func eachRunning(ctx context.Context, db *store.DB, each func([]store.Subscription) error) error {
	for after := store.SubscriptionID(0); ; {
		batch, err := db.RunningSubscriptions(ctx, after, planAtOnce)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := each(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].ID
	}
}

// Rehearse writes a line for each digest that would be sent now, or with all today at any hour, and changes nothing.
func (e *Editor) Rehearse(ctx context.Context, w io.Writer, now time.Time, all bool) error {
	count := 0
	err := eachRunning(ctx, e.db, func(batch []store.Subscription) error {
		for i := range batch {
			s := &batch[i]
			if s.ID == store.PublicDigest || !all && s.NextAt.After(now) {
				continue
			}
			if _, err := e.db.DigestOf(ctx, s.ID, s.Day(now)); err == nil {
				continue
			} else if !errors.Is(err, store.ErrNotFound) {
				return err
			}
			d, err := e.Choose(ctx, s, s.Day(now))
			if err != nil {
				return err
			}
			says := "nothing new"
			if d != nil {
				v, err := e.Set(ctx, s, d)
				if err != nil {
					return err
				}
				says = v.Subject()
				count++
			}
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", s.Address, mail.Naming(s), says); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d would be sent.\n", count)
	return err
}

// sendWaiting hands over what waits, one by one, and notes each before the next.
func (p *Post) sendWaiting(ctx context.Context, t *Tally) (int, error) {
	waiting, err := p.DB.WaitingDigests(ctx, sendAtOnce)
	if err != nil {
		return 0, err
	}
	for i := range waiting {
		d := &waiting[i]
		err := p.sendDigest(ctx, d)
		var refused *Refusal
		var unreachable *Unreachable
		switch {
		case err == nil:
			t.Sent++
			err = p.DB.DigestSent(context.WithoutCancel(ctx), d.ID)
		case ctx.Err() != nil:
			return i, ctx.Err()
		case errors.As(err, &unreachable):
			return i, err
		default:
			t.Failed++
			p.Log.Warn("a digest could not be sent", "digest", d.ID, "error", err)
			err = p.DB.DigestFailed(ctx, *d, err, errors.As(err, &refused))
		}
		if err != nil {
			return i, err
		}
	}
	return len(waiting), nil
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
