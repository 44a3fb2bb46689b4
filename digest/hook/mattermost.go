package hook

import (
	"strconv"
	"strings"
	"unicode"

	"recto/web/mail"
)

// mattermostText is how long a post gets, in characters: https://developers.mattermost.com/integrate/webhooks/incoming/
const mattermostText = 16_383

type mattermostPost struct {
	Text string `json:"text"`
}

// mattermostEscaped is a text as Markdown of one line, in which nothing of it is a mark: entities for HTML's characters,
// a backslash before Markdown's, and none of what makes a line another block at its beginning.
func mattermostEscaped(s string) string {
	if first := strings.TrimLeftFunc(s, unicode.IsSpace); first != "" && !unicode.IsLetter([]rune(first)[0]) {
		s = gap + first
	}
	s = backslashed(defused(s), "\\`*_{}[]()#+-.!~|")
	return strings.NewReplacer("&", "&amp;", "<", "&lt;"+gap, ">", "&gt;", "$", "&#36;").Replace(s)
}

func mattermost(d mail.Digest) mattermostPost {
	return fitting(d, func(d mail.Digest, more int) mattermostPost {
		var b strings.Builder
		b.WriteString("#### " + mattermostEscaped(d.Heading) + "\n" + mattermostEscaped(d.Dates) + "\n\n")
		for _, p := range d.Papers {
			b.WriteString("**" + strconv.Itoa(p.Place) + "\\. [" + mattermostEscaped(p.Title) + "](" + linked(p.URL) + ")**\n")
			if about := p.About(); about != "" {
				b.WriteString(mattermostEscaped(about) + "\n")
			}
			if p.Abstract != "" {
				b.WriteString("> " + mattermostEscaped(p.Abstract) + "\n")
			}
			b.WriteString("\n")
		}
		b.WriteString("[" + last(more) + "](" + linked(d.Links.Listing) + ")")
		return mattermostPost{b.String()}
	}, func(p mattermostPost) bool { return units(p.Text) <= mattermostText })
}

// linked is an address within Markdown's round brackets.
func linked(address string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", `\`, "%5C").Replace(address)
}
