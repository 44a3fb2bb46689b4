package digest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"recto/store"
	"recto/web/mail"
)

const planAtOnce = 100

// planDue records the digests of all subscriptions that are due.
func (e *Editor) planDue(ctx context.Context) (t Tally, err error) {
	for {
		due, err := e.db.DueSubscriptions(ctx, e.now(), planAtOnce)
		if err != nil || len(due) == 0 {
			return t, err
		}
		if err := e.plan(ctx, due, "", &t); err != nil {
			return t, err
		}
	}
}

// PlanAll records everybody's digest of a day, of today for "", whatever the hour and the weekday. Whoever sends digests
// then sends them; who had that day's gets none.
func (e *Editor) PlanAll(ctx context.Context, on store.Day) (t Tally, err error) {
	err = e.eachRunning(ctx, func(batch []store.Subscription) error { return e.plan(ctx, batch, on, &t) })
	return t, err
}

func (e *Editor) plan(ctx context.Context, due []store.Subscription, on store.Day, t *Tally) error {
	now := e.now()
	plans := make([]store.Plan, 0, len(due))
	for i := range due {
		s := &due[i]
		d, err := e.Choose(ctx, s, cmp.Or(on, s.Day(now)))
		if err != nil {
			return fmt.Errorf("choose papers of subscription %d: %w", s.ID, err)
		}
		if d == nil {
			t.Quiet++
		}
		plans = append(plans, store.Plan{Subscription: s.ID, Digest: d, NextAt: s.Next(now)})
	}
	return e.db.AddDigests(ctx, plans)
}

// beginArchive makes the first public digest where there is none: of the newest papers, however old they are, so that there
// is one to see before anybody subscribes.
func (e *Editor) beginArchive(ctx context.Context) error {
	s, err := e.db.Subscription(ctx, store.PublicDigest)
	if err != nil {
		return err
	}
	today := s.Day(e.now())
	earlier, err := e.db.DigestsBefore(ctx, s.ID, today.Add(1), 1)
	if err != nil || len(earlier) > 0 {
		return err
	}
	state, err := e.db.State(ctx)
	if err != nil || state.Latest == "" {
		return err
	}
	return e.plan(ctx, []store.Subscription{s}, min(today, state.Latest.Add(1)), new(Tally))
}

func (e *Editor) eachRunning(ctx context.Context, each func([]store.Subscription) error) error {
	for after := store.SubscriptionID(0); ; {
		batch, err := e.db.RunningSubscriptions(ctx, after, planAtOnce)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := each(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].ID
	}
}

// Rehearse writes a line for each digest that would be sent now, or with all on a day at any hour, and changes nothing. The
// day is today for "".
func (e *Editor) Rehearse(ctx context.Context, w io.Writer, all bool, on store.Day) error {
	count, now := 0, e.now()
	err := e.eachRunning(ctx, func(batch []store.Subscription) error {
		for i := range batch {
			s := &batch[i]
			if s.ID == store.PublicDigest || !all && s.NextAt.After(now) {
				continue
			}
			day := cmp.Or(on, s.Day(now))
			if _, err := e.db.DigestOf(ctx, s.ID, day); err == nil {
				continue
			} else if !errors.Is(err, store.ErrNotFound) {
				return err
			}
			d, err := e.Choose(ctx, s, day)
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
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", s.Shown(), mail.Naming(s), says); err != nil {
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
