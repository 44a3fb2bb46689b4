package digest

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"golang.org/x/sync/errgroup"

	"recto/digest/hook"
	"recto/store"
)

// How webhooks are posted to.
const (
	postsAtOnce = 200 // that are looked at together
	hostsAtOnce = 8
)

// posting is a digest with the subscription that says where it is posted.
type posting struct {
	digest store.Digest
	to     store.Subscription
}

// sendHooks posts the digests that wait: to one host one by one, noting each before the next, and to several hosts at the
// same time, so that one that doesn't answer keeps no other waiting.
func (p *Post) sendHooks(ctx context.Context) (Tally, error) {
	var total Tally
	for {
		hosts, err := p.waitingByHost(ctx)
		if err != nil || len(hosts) == 0 {
			return total, err
		}
		var mu sync.Mutex
		group, within := errgroup.WithContext(ctx)
		group.SetLimit(hostsAtOnce)
		for _, all := range hosts {
			group.Go(func() error {
				t, err := p.postAll(within, all)
				mu.Lock()
				defer mu.Unlock()
				total = total.plus(t)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return total, err
		}
	}
}

func (p *Post) waitingByHost(ctx context.Context) (map[string][]posting, error) {
	waiting, err := p.DB.WaitingDigests(ctx, false, postsAtOnce)
	if err != nil {
		return nil, err
	}
	hosts := map[string][]posting{}
	for _, d := range waiting {
		s, err := p.DB.Subscription(ctx, d.Subscription)
		if err != nil {
			return nil, err
		}
		host := ""
		if u, err := url.Parse(s.Address); err == nil {
			host = u.Host
		}
		hosts[host] = append(hosts[host], posting{d, s})
	}
	return hosts, nil
}

// postAll posts to one host. When that doesn't answer, what else waits for it is left to the next round.
func (p *Post) postAll(ctx context.Context, all []posting) (t Tally, err error) {
	for i := range all {
		issue, err := p.Editor.Issue(ctx, &all[i].to, &all[i].digest)
		if err != nil {
			return t, err
		}
		_, err = p.Hooks.Post(ctx, issue)
		failure, known := store.Failure{Err: err}, new(hook.Failure)
		if errors.As(err, &known) {
			failure.Permanent, failure.After = known.Permanent(), known.After
		}
		if err := p.note(ctx, all[i].digest, failure, &t); err != nil {
			return t, err
		}
		if err != nil && known.Status == 0 {
			return t, nil
		}
	}
	return t, nil
}
