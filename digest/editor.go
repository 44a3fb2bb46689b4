package digest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"recto/digest/hook"
	"recto/store"
	"recto/store/search"
	"recto/web/mail"
)

// Editor chooses digests and sets them. It is safe for concurrent use.
type Editor struct {
	db     *store.DB
	search *search.Index
	links  mail.Links
	key    store.MailKey
	now    func() time.Time
	listed *expirable.LRU[standingsKey, []store.Standing]
	papers *expirable.LRU[paperKey, *store.Paper]
	rising *expirable.LRU[store.Day, []mail.Link]
}

type standingsKey struct {
	subject    store.Subject
	what, name string
	span       store.Span
	minute     int64
}

type paperKey struct {
	id     store.PaperID
	minute int64
}

// minute is the one in which what was read is still good.
func (e *Editor) minute() int64 { return e.now().Unix() / int64(keptFor.Seconds()) }

// What is read once for many subscribers is kept this long.
const (
	keptFor    = time.Minute
	keptLists  = 200
	keptPapers = 300
	risingTags = 6
)

// NewEditor makes digests of a catalogue with links to its site.
func NewEditor(ctx context.Context, db *store.DB, index *search.Index, links mail.Links, now func() time.Time) (*Editor, error) {
	key, err := db.MailKey(ctx)
	if err != nil {
		return nil, err
	}
	return &Editor{db: db, search: index, links: links, key: key, now: now,
		listed: expirable.NewLRU[standingsKey, []store.Standing](keptLists, nil, keptFor),
		papers: expirable.NewLRU[paperKey, *store.Paper](keptPapers, nil, keptFor),
		rising: expirable.NewLRU[store.Day, []mail.Link](7, nil, keptFor)}, nil
}

// Key makes the secrets of the links in mails.
func (e *Editor) Key() store.MailKey { return e.key }

// Papers are those that a digest shows; ones that have gone since are left out.
func (e *Editor) Papers(ctx context.Context, d *store.Digest) ([]*store.Paper, error) {
	var all []*store.Paper
	for _, st := range d.Papers[:d.Shown] {
		p, ok := e.papers.Get(paperKey{st.ID, e.minute()})
		if !ok {
			read, err := e.db.Paper(ctx, st.ID)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			p = &read
			e.papers.Add(paperKey{st.ID, e.minute()}, p)
		}
		all = append(all, p)
	}
	return all, nil
}

// Set is what a digest says to its subscriber.
func (e *Editor) Set(ctx context.Context, s *store.Subscription, d *store.Digest) (mail.Digest, error) {
	papers, err := e.Papers(ctx, d)
	if err != nil {
		return mail.Digest{}, err
	}
	return e.set(ctx, s, d, papers)
}

// Issue is what a digest says to a channel.
func (e *Editor) Issue(ctx context.Context, s *store.Subscription, d *store.Digest) (hook.Issue, error) {
	papers, err := e.Papers(ctx, d)
	if err != nil {
		return hook.Issue{}, err
	}
	v, err := e.set(ctx, s, d, papers)
	return hook.NewIssue(s, d, v, papers), err
}

func (e *Editor) set(ctx context.Context, s *store.Subscription, d *store.Digest, papers []*store.Paper) (v mail.Digest, err error) {
	v = mail.Digest{Heading: Heading(s), Dates: Dates(d.Span), Links: mail.Footer{Home: e.links.Home,
		Archive: e.links.Archive, Listing: e.links.Listing(s)}}
	if s.Address != "" && !s.Via.IsHook() { // nobody of a channel is to end its digests
		secret := e.key.Manage(s)
		v.Links.Manage, v.Links.Unsubscribe = e.links.Manage(secret), e.links.Unsubscribe(secret)
	}
	again := make(map[store.PaperID]bool)
	for _, st := range d.Papers[:d.Shown] {
		again[st.ID] = st.Again
	}
	for i, p := range papers {
		v.Papers = append(v.Papers, mail.NewPaper(i+1, p, again[p.ID], e.links))
	}
	if s.Subject == store.SubjectAll {
		v.Rising, err = e.risingTags(ctx, d.Span.To)
	}
	return v, err
}

func (e *Editor) risingTags(ctx context.Context, day store.Day) ([]mail.Link, error) {
	if all, ok := e.rising.Get(day); ok {
		return all, nil
	}
	tags, err := e.db.RisingTags(ctx, day, risingTags)
	if err != nil {
		return nil, err
	}
	var all []mail.Link
	for _, t := range tags {
		all = append(all, mail.Link{Name: mail.Plain(t.Name), URL: e.links.Tag(t.Name)})
	}
	e.rising.Add(day, all)
	return all, nil
}

// Heading names what a subscription is to, as a title.
func Heading(s *store.Subscription) string {
	if s.Subject == store.SubjectAll {
		return "Papers of the " + map[bool]string{true: "day", false: "week"}[s.Weekday == store.Daily]
	}
	naming := mail.Naming(s)
	return "P" + naming[1:]
}

// Dates are the days of a digest's papers.
func Dates(span store.Span) string {
	from, to := span.From.Time(), span.To.Time()
	if span.From == span.To {
		return to.Format("Monday, 2 January 2006")
	}
	return fmt.Sprintf("%s to %s", from.Format("Monday, 2 January"), to.Format("Monday, 2 January 2006"))
}
