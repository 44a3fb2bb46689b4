package hook

import (
	"strconv"
	"strings"

	"recto/web/mail"
)

// Slack's limits, from https://docs.slack.dev/reference/block-kit/blocks; that of all blocks together is not documented.
const (
	slackBlocks  = 50
	slackHeader  = 150
	slackSection = 3000
	slackAll     = 12_000
)

type slackMessage struct {
	Text        string       `json:"text"` // for notifications
	Mrkdwn      bool         `json:"mrkdwn"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
	Blocks      []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string      `json:"type"`
	Text     *slackText  `json:"text,omitempty"`
	Elements []slackPart `json:"elements,omitempty"`
}

// slackText is text that Slack shows as it is.
type slackText struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"`
}

// slackPart is a piece of rich text, whose text is never read as mrkdwn.
type slackPart struct {
	Type     string      `json:"type"`
	Text     string      `json:"text,omitempty"`
	URL      string      `json:"url,omitempty"`
	Style    *slackStyle `json:"style,omitempty"`
	Elements []slackPart `json:"elements,omitempty"`
}

type slackStyle struct {
	Bold   bool `json:"bold,omitempty"`
	Italic bool `json:"italic,omitempty"`
}

// slackEscaped is for the one field that Slack reads: https://docs.slack.dev/messaging/formatting-message-text#escaping
func slackEscaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// slack is a message of blocks. Papers are rich text, not mrkdwn: there is no escaping *, _ or ` in that.
func slack(d mail.Digest) slackMessage {
	return fitting(d, writeSlack, func(m slackMessage) bool { return len(m.Blocks) <= slackBlocks && m.length() <= slackAll })
}

func writeSlack(d mail.Digest, more int) slackMessage {
	fallback := d.Heading
	if len(d.Papers) > 0 {
		fallback += ": " + d.Subject()
	}
	m := slackMessage{Text: fit(defused(fallback), slackSection, slackEscaped), Blocks: []slackBlock{
		{Type: "header", Text: &slackText{"plain_text", fit(d.Heading, slackHeader, defused), false}},
		slackRich(slackPart{Type: "text", Text: fit(d.Dates, slackSection, defused), Style: &slackStyle{Italic: true}}),
	}}
	for _, p := range d.Papers {
		parts := []slackPart{
			{Type: "text", Text: strconv.Itoa(p.Place) + ". ", Style: &slackStyle{Bold: true}},
			{Type: "link", URL: p.URL, Text: fit(p.Title, slackSection/3, defused), Style: &slackStyle{Bold: true}},
		}
		if about := p.About(); about != "" {
			parts = append(parts, slackPart{Type: "text", Text: "\n" + fit(about, slackSection/3, defused), Style: &slackStyle{Italic: true}})
		}
		if p.Abstract != "" {
			parts = append(parts, slackPart{Type: "text", Text: "\n" + fit(p.Abstract, slackSection/3-10, defused)})
		}
		m.Blocks = append(m.Blocks, slackRich(parts...))
	}
	m.Blocks = append(m.Blocks, slackRich(slackPart{Type: "link", URL: d.Links.Listing, Text: last(more)}))
	return m
}

func slackRich(parts ...slackPart) slackBlock {
	return slackBlock{Type: "rich_text", Elements: []slackPart{{Type: "rich_text_section", Elements: parts}}}
}

// length is that of all text in the blocks.
func (m slackMessage) length() int {
	n := 0
	for _, b := range m.Blocks {
		if b.Text != nil {
			n += units(b.Text.Text)
		}
		for _, section := range b.Elements {
			for _, part := range section.Elements {
				n += units(part.Text) + units(part.URL)
			}
		}
	}
	return n
}
