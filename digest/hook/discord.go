package hook

import (
	"strconv"

	"recto/web/mail"
)

// Discord's limits, from https://discord.com/developers/docs/resources/message#embed-object-embed-limits
const (
	discordEmbeds      = 10
	discordContent     = 2000
	discordTitle       = 256
	discordDescription = 4096
	discordAll         = 6000 // titles and descriptions of all embeds

	// So that ten of them stay within discordAll.
	discordPaperTitle = 200
	discordPaperText  = discordAll/discordEmbeds - discordPaperTitle
	discordColour     = 0xb8321a // the site's accent
)

type discordMessage struct {
	Username        string         `json:"username"`
	Content         string         `json:"content"`
	Embeds          []discordEmbed `json:"embeds"`
	AllowedMentions discordMention `json:"allowed_mentions"`
}

type discordEmbed struct {
	Title       string `json:"title"`
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
	Color       int    `json:"color"`
}

// discordMention says which mentions notify somebody: those of an empty list, none.
type discordMention struct {
	Parse []string `json:"parse"`
}

// discordEscaped is a text as Discord's Markdown, in which nothing of it is a mark.
func discordEscaped(s string) string { return backslashed(defused(s), "\\`*_{}[]()#+-.!~|<>") }

// discord is a message with an embed a paper, as many as there may be; the last leads to the others.
func discord(d mail.Digest) discordMessage {
	m := discordMessage{Username: "Recto", Embeds: []discordEmbed{}, AllowedMentions: discordMention{[]string{}},
		Content: "**" + fit(d.Heading, discordContent/2-10, discordEscaped) + "**\n" + fit(d.Dates, discordContent/2-10, discordEscaped)}
	shown := d.Papers
	if len(shown) > discordEmbeds {
		shown = shown[:discordEmbeds-1]
	}
	for _, p := range shown {
		m.Embeds = append(m.Embeds, discordPaper(p))
	}
	if more := len(d.Papers) - len(shown); more > 0 {
		m.Embeds = append(m.Embeds, discordEmbed{Title: last(more), URL: d.Links.Listing, Color: discordColour})
	}
	return m
}

func discordPaper(p mail.Paper) discordEmbed {
	e := discordEmbed{Title: fit(strconv.Itoa(p.Place)+". "+p.Title, discordPaperTitle, discordEscaped), URL: p.URL, Color: discordColour}
	e.Description = fit(p.About(), discordPaperText/2, discordEscaped)
	if p.Abstract != "" {
		if e.Description != "" {
			e.Description += "\n"
		}
		e.Description += fit(p.Abstract, discordPaperText-units(e.Description), discordEscaped)
	}
	return e
}
