package hook

import (
	"html"
	"strconv"
	"strings"

	"recto/web/mail"
)

// matrixBytes keeps both parts within an event of 65,536 bytes: https://spec.matrix.org/latest/client-server-api/#size-limits
const matrixBytes = 40_000

// matrixMessage is what the generic webhooks of matrix-hookshot take:
// https://matrix-org.github.io/matrix-hookshot/latest/setup/webhooks.html
type matrixMessage struct {
	Text     string `json:"text"`
	HTML     string `json:"html"`
	Username string `json:"username"`
}

func matrixEscaped(s string) string { return html.EscapeString(defused(s)) }

func matrix(d mail.Digest) matrixMessage {
	return fitting(d, writeMatrix, func(m matrixMessage) bool { return len(m.Text)+len(m.HTML) <= matrixBytes })
}

func writeMatrix(d mail.Digest, more int) matrixMessage {
	var text, markup strings.Builder
	text.WriteString(defused(d.Heading) + "\n" + defused(d.Dates) + "\n")
	markup.WriteString("<h4>" + matrixEscaped(d.Heading) + "</h4><p><em>" + matrixEscaped(d.Dates) + "</em></p>")
	if len(d.Papers) > 0 {
		markup.WriteString("<ol>")
	}
	for _, p := range d.Papers {
		text.WriteString("\n" + strconv.Itoa(p.Place) + ". " + defused(p.Title) + "\n")
		markup.WriteString(`<li><a href="` + html.EscapeString(p.URL) + `"><strong>` + matrixEscaped(p.Title) + "</strong></a>")
		for _, line := range []string{p.About(), p.Abstract} {
			if line != "" {
				text.WriteString(defused(line) + "\n")
				markup.WriteString("<br>" + matrixEscaped(line))
			}
		}
		text.WriteString(p.URL + "\n")
		markup.WriteString("</li>")
	}
	if len(d.Papers) > 0 {
		markup.WriteString("</ol>")
	}
	text.WriteString("\n" + last(more) + ": " + d.Links.Listing)
	markup.WriteString(`<p><a href="` + html.EscapeString(d.Links.Listing) + `">` + last(more) + "</a></p>")
	return matrixMessage{text.String(), markup.String(), "Recto"}
}
