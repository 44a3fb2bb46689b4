package hook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"recto/store"
	"recto/web/mail"
)

// Issue is a digest for a channel.
type Issue struct {
	Event  Event
	ID     string // the same whenever it is posted, so that a receiver can tell doubles
	Site   string // its front page
	Digest mail.Digest
	To     *store.Subscription
	Of     *store.Digest  // nil in a test
	Papers []*store.Paper // those that Digest shows, in the same order
}

// Event is what is posted.
type Event string

// The events. A test is posted when a reader asks for it.
const (
	EventDigest Event = "digest"
	EventTest   Event = "test"
)

// NewIssue is a digest as it is posted to a subscription's webhook.
func NewIssue(to *store.Subscription, of *store.Digest, d mail.Digest, papers []*store.Paper) Issue {
	return Issue{Event: EventDigest, ID: fmt.Sprintf("digest-%d-%s", to.ID, of.Day), Site: d.Links.Home, Digest: d, To: to, Of: of, Papers: papers}
}

// NewTest tells a channel what will be posted into it.
func NewTest(to *store.Subscription, links mail.Links, now time.Time) Issue {
	return Issue{Event: EventTest, ID: fmt.Sprintf("test-%d-%d", to.ID, now.Unix()), Site: links.Home, To: to,
		Digest: mail.Digest{Heading: "This is a test", Dates: "A digest of " + mail.Naming(to) + " will be posted here, " + mail.Often(to) + ".",
			Links: mail.Footer{Home: links.Home, Listing: links.Listing(to), Archive: links.Archive}}}
}

// Body is what is posted: JSON in the form that the channel takes.
func Body(i Issue) ([]byte, error) {
	var v any
	switch i.To.Via {
	case store.ViaSlack:
		v = slack(i.Digest)
	case store.ViaMattermost:
		v = mattermost(i.Digest)
	case store.ViaDiscord:
		v = discord(i.Digest)
	case store.ViaMatrix:
		v = matrix(i.Digest)
	case store.ViaJSON:
		v = document(i)
	default:
		return nil, fmt.Errorf("post a digest by %q: %w", i.To.Via, store.ErrInvalid)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // nothing of it is read as HTML
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write a digest for %s: %w", i.To.Via, err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Guess is the kind of channel that a webhook's address tells of itself; "" where it is not plain.
func Guess(address string) store.Via {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case host == "hooks.slack.com" || host == "hooks.slack-gov.com":
		return store.ViaSlack
	case (host == "discord.com" || host == "discordapp.com" || host == "ptb.discord.com" || host == "canary.discord.com") &&
		strings.HasPrefix(u.Path, "/api/") && strings.Contains(u.Path, "webhooks/"):
		return store.ViaDiscord
	case strings.HasPrefix(host, "mattermost.") && strings.HasPrefix(u.Path, "/hooks/"), strings.HasSuffix(host, ".cloud.mattermost.com"):
		return store.ViaMattermost
	case strings.HasPrefix(host, "hookshot.") && strings.HasPrefix(u.Path, "/webhook"):
		return store.ViaMatrix
	}
	return ""
}

// Name is what people call what takes a kind of digest, within a sentence.
func Name(v store.Via) string {
	return map[store.Via]string{store.ViaSlack: "Slack", store.ViaMattermost: "Mattermost", store.ViaDiscord: "Discord",
		store.ViaMatrix: "Matrix", store.ViaJSON: "a program"}[v]
}
