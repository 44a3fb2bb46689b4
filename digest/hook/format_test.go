package hook_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/PuerkitoBio/goquery"

	"recto/digest/hook"
	"recto/store"
	"recto/web/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	site = "https://papers.example.org"
	gap  = "\u200b"
)

func links() mail.Links {
	join := func(start string) func(string) string {
		return func(s string) string { return site + start + url.PathEscape(s) }
	}
	return mail.Links{Home: site + "/", Archive: site + "/digest", Paper: func(id store.PaperID) string { return site + "/papers/" + url.PathEscape(string(id)) },
		Tag: join("/tags/"), Listing: func(*store.Subscription) string { return site + "/" }}
}

// hostile is what a source could put into any text to be more than text in some chat.
var hostile = []string{
	"@everyone @channel @here @all @room <!channel> <!everyone> <@U012AB3CD> <@&123> <#C012> #general ~town-square",
	"<script>alert(1)</script> <img src=http://evil.example/x.png> <b>bold</b> &lt;i&gt; &amp; <https://evil.example|click> <!-- -->",
	"[click](https://evil.example) ![x](http://evil.example/x.png) https://evil.example www.evil.example evil.example mail@evil.example mailto:x@evil.example",
	"`code` ```fence``` *a* **b** _c_ __d__ ~e~ ~~f~~ ||g|| # h > i - j + k 1. l | m | \\*n\\* $o$ :smile: :) <:p:1> <t:1:R> <a:q:1> ||",
	"1. not a list", "# not a heading", "> not a quote", "=== not a line", "- not a list", "    not code", "```", "\\", "\\\\", "``` x ```", "~~~",
	"Bounds on $\\mathcal{O}(n^{2/3})$ for $k$-Means with $a<b$", "Ἀρχιμήδης περὶ Ὀχουμένων", "強化学習による名前", "\u202egnp.exe", "𝔘𝔫𝔦 😀",
	strings.Repeat("Ω", 5000), strings.Repeat("<&>\"'`*_", 600), strings.Repeat("word ", 1000),
}

// issue is one of so many papers that hold what is hostile in every field; of as many as are given, a well-behaved one first.
func issue(via store.Via, papers int) hook.Issue { return issueOf(via, papers, hostile) }

// issues are of no paper, of one, and so on; and some as long as they can get in any format.
func issues(via store.Via) (all []hook.Issue) {
	for papers := range len(hostile) + 1 {
		all = append(all, issue(via, papers))
	}
	return append(all, issueOf(via, 16, []string{strings.Repeat("<*&`_>~|", 600)}), issueOf(via, 16, []string{strings.Repeat("\"'", 600)}))
}

func issueOf(via store.Via, papers int, hostile []string) hook.Issue {
	s := &store.Subscription{ID: 7, Via: via, Address: "https://example.org/hook", Subject: store.SubjectTag, What: "robots", Weekday: store.Daily, Zone: "UTC", Secret: "s3cret"}
	d := mail.Digest{Heading: "Papers tagged robots", Dates: "Tuesday, 12 May 2026", Links: mail.Footer{Home: site + "/", Listing: site + "/tags/robots", Archive: site + "/digest"}}
	var all []*store.Paper
	for n := range papers {
		text := hostile[(n+len(hostile)-1)%len(hostile)]
		p := &store.Paper{ID: "2605.00001", Title: "On Frogs & $k$-Means", Abstract: "They leap.\n\nFar.", FeaturedOn: "2026-05-12", SubmittedAt: time.Date(2026, 5, 11, 17, 0, 0, 0, time.UTC),
			Authors: []store.Author{{Name: "Ann Frog", Affiliation: "Pond University"}, {Name: `Kurt G\"odel`}}, Categories: []string{"cs.LG"}, Tags: []string{"robots"}, SourceVotes: 1530, ReaderVotes: 1}
		if n > 0 {
			p = &store.Paper{ID: "2605.00002", Title: text, Abstract: text, Authors: []store.Author{{Name: text}, {Name: text}, {Name: text}}, Tags: []string{text}, FeaturedOn: "2026-05-12"}
		}
		all = append(all, p)
		d.Papers = append(d.Papers, mail.NewPaper(n+1, p, n == 2, links()))
	}
	return hook.NewIssue(s, &store.Digest{ID: 9, Day: "2026-05-13", Span: store.DaySpan("2026-05-12")}, d, all)
}

func body(t testing.TB, i hook.Issue) []byte {
	t.Helper()
	b, err := hook.Body(i)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFormatsAreAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, via := range store.HookVias {
		for name, i := range map[string]hook.Issue{string(via): issue(via, 4), string(via) + "-test": hook.NewTest(issue(via, 0).To, links(), time.Unix(1e9, 0))} {
			var got bytes.Buffer
			if err := json.Indent(&got, body(t, i), "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteString("\n")
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || !bytes.Equal(want, got.Bytes()) {
				t.Errorf("%s is not what it was (%v); after looking at it, -update\n%s", path, err, got.Bytes())
			}
		}
	}
	if _, err := hook.Body(issue(store.ViaMail, 1)); err == nil {
		t.Error("mail is posted")
	}
}

type slackPart struct {
	Type, Text, URL string
	Elements        []slackPart
}

type slackBlock struct {
	Type     string
	Text     *slackPart
	Elements []slackPart
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func decode[T any](t testing.TB, raw []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v: %.200s", err, raw)
	}
	return v
}

// Slack reads marks in mrkdwn alone: of a source's text nothing is that.
func TestSlack(t *testing.T) {
	t.Parallel()
	for papers, i := range issues(store.ViaSlack) {
		m := decode[struct {
			Text        string
			Mrkdwn      *bool
			UnfurlLinks *bool `json:"unfurl_links"`
			Blocks      []slackBlock
		}](t, body(t, i))
		if m.Mrkdwn == nil || *m.Mrkdwn || m.UnfurlLinks == nil || *m.UnfurlLinks || strings.ContainsAny(m.Text, "<>") || m.Text == "" || units(m.Text) > 3000 {
			t.Fatalf("%+v", m)
		}
		if strings.Contains(regexp.MustCompile(`&(amp|lt|gt);`).ReplaceAllString(m.Text, ""), "&") {
			t.Errorf("%q", m.Text)
		}
		total, shown := 0, 0
		for _, b := range m.Blocks {
			switch {
			case b.Type == "header" && b.Text.Type == "plain_text" && units(b.Text.Text) <= 150:
				total += units(b.Text.Text)
				continue
			case b.Type != "rich_text" || len(b.Elements) != 1 || b.Elements[0].Type != "rich_text_section":
				t.Fatalf("%+v", b)
			}
			section := 0
			for _, part := range b.Elements[0].Elements {
				if part.Text == "" || part.Type != "text" && part.Type != "link" || (part.URL != "") != (part.Type == "link") || part.URL != "" && !strings.HasPrefix(part.URL, site+"/") {
					t.Errorf("%+v", part)
				}
				if strings.HasPrefix(part.URL, site+"/papers/") {
					shown++
				}
				section += units(part.Text)
			}
			if total += section; section > 3000 {
				t.Errorf("%d in a section", section)
			}
		}
		if len(m.Blocks) > 50 || total > 12_000 || shown == 0 && papers > 0 || papers <= 10 && shown != papers {
			t.Errorf("%d papers: %d blocks, %d shown, %d letters", papers, len(m.Blocks), shown, total)
		}
	}
}

// bare is what a reader of Markdown still takes for marks: what has no backslash before it.
func bare(s string) string {
	return regexp.MustCompile(`\\[!-/:-@\[-`+"`"+`{-~]`).ReplaceAllString(s, "")
}

// read undoes escapes, as a chat does that shows the text.
func read(s string) string {
	s = regexp.MustCompile(`\\([!-/:-@\[-`+"`"+`{-~])`).ReplaceAllString(s, "$1")
	return strings.ReplaceAll(html.UnescapeString(s), gap, "")
}

// found by their form, in any chat: mentions, hashtags, addresses, emoji.
var byForm = regexp.MustCompile(`(?i)@[a-z]|#[a-z]|~[a-z]|://|www\.[a-z]|[a-z]\.[a-z]|:[a-z)(+]`)

func TestMattermost(t *testing.T) {
	t.Parallel()
	ours := regexp.MustCompile(`(?m)^\*\*\d+\\\. \[(.*)\]\(https://papers\.example\.org/papers/[^)]*\)\*\*$`)
	for papers, i := range issues(store.ViaMattermost) {
		text := decode[struct{ Text string }](t, body(t, i)).Text
		if units(text) > 16_383 {
			t.Errorf("%d letters", units(text))
		}
		titles := ours.FindAllStringSubmatch(text, -1)
		if papers > 0 && len(titles) == 0 || papers <= 8 && len(titles) != papers {
			t.Errorf("%d papers: %d titles in\n%s", papers, len(titles), text)
		}
		rest := ours.ReplaceAllString(text, "$1")
		rest = strings.TrimPrefix(rest, "#### ")
		rest = regexp.MustCompile(`\[(And \d+ m|M)ore papers\]\(https://papers\.example\.org/tags/robots\)$`).ReplaceAllString(rest, "")
		for line := range strings.Lines(rest) {
			line = strings.TrimSuffix(strings.TrimPrefix(line, "> "), "\n")
			if marks := bare(line); strings.ContainsAny(marks, "*_`[]()<>!~|\\$") ||
				strings.Contains(regexp.MustCompile(`&(#36|amp|lt|gt);`).ReplaceAllString(line, ""), "&") {
				t.Errorf("marks are left in %q: %q", line, marks)
			}
			if regexp.MustCompile(`^[#>=\-+0-9 \t]`).MatchString(line) && !strings.HasPrefix(line, "1,531 votes") {
				t.Errorf("another block begins: %q", line)
			}
			if found := byForm.FindString(strings.ReplaceAll(html.UnescapeString(line), `\`, "")); found != "" {
				t.Errorf("%q is found in %q", found, line)
			}
		}
	}
}

func TestDiscord(t *testing.T) {
	t.Parallel()
	for papers, i := range issues(store.ViaDiscord) {
		m := decode[struct {
			Content         string
			Embeds          []struct{ Title, URL, Description string }
			AllowedMentions struct{ Parse []string } `json:"allowed_mentions"`
		}](t, body(t, i))
		if m.AllowedMentions.Parse == nil || len(m.AllowedMentions.Parse) > 0 || units(m.Content) > 2000 || len(m.Embeds) != min(len(i.Papers), 10) {
			t.Fatalf("%d papers: %+v", papers, m)
		}
		total := 0
		for n, e := range m.Embeds {
			total += units(e.Title) + units(e.Description)
			if units(e.Title) > 256 || units(e.Description) > 4096 || !strings.HasPrefix(e.URL, site+"/") || e.Title == "" {
				t.Errorf("%+v", e)
			}
			for _, text := range []string{e.Title, e.Description} {
				if marks := bare(text); strings.ContainsAny(marks, "*_`[]()<>~|\\#") {
					t.Errorf("paper %d: marks are left in %q: %q", n+1, text, marks)
				}
				if found := byForm.FindString(strings.ReplaceAll(text, `\`, "")); found != "" {
					t.Errorf("%q is found in %q", found, text)
				}
			}
		}
		if total > 6000 {
			t.Errorf("%d letters in all", total)
		}
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	for papers, i := range issues(store.ViaMatrix) {
		raw := body(t, i)
		m := decode[struct{ Text, HTML, Username string }](t, raw)
		if len(raw) > 60_000 {
			t.Errorf("%d papers: %d bytes", papers, len(raw))
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(m.HTML))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
			name := goquery.NodeName(s)
			for _, a := range s.Nodes[0].Attr {
				if name != "a" || a.Key != "href" || !strings.HasPrefix(a.Val, site+"/") {
					t.Errorf("<%s %s=%q>", name, a.Key, a.Val)
				}
			}
			if !slices.Contains([]string{"h4", "p", "em", "ol", "li", "a", "strong", "br"}, name) {
				t.Errorf("<%s> came out of a text", name)
			}
		})
		if doc.Find("li").Length() == 0 && papers > 0 {
			t.Errorf("%d papers: none is shown", papers)
		}
		texts := []string{strings.ReplaceAll(m.Text, site+"/", "")}
		doc.Find("body *").Contents().Each(func(_ int, s *goquery.Selection) {
			if goquery.NodeName(s) == "#text" {
				texts = append(texts, s.Text())
			}
		})
		for _, text := range texts {
			if found := byForm.FindString(text); found != "" {
				t.Errorf("%q is found in %q", found, text)
			}
		}
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	i := issue(store.ViaJSON, 4)
	d := decode[hook.Document](t, body(t, i))
	if d.Version != 1 || d.Event != "digest" || d.Delivery != "digest-7-2026-05-13" || d.Day != "2026-05-13" || d.From != "2026-05-12" || d.To != "2026-05-12" || d.Subscription.Every != "day" ||
		len(d.Papers) != 4 || d.Papers[0].Title != "On Frogs & $k$-Means" || d.Papers[0].Abstract != "They leap.\n\nFar." || d.Papers[0].Votes != (hook.DocumentVotes{Total: 1531, Source: 1530, Readers: 1}) {
		t.Errorf("%+v", d)
	}
	for n, p := range i.Papers { // what sources say is data here, as they said it
		if d.Papers[n].Title != p.Title || d.Papers[n].Place != n+1 || d.Papers[n].Again != (n == 2) {
			t.Errorf("%+v", d.Papers[n])
		}
	}
	i.To.Weekday, i.To.Subject, i.To.What = time.Friday, store.SubjectAll, ""
	if got := string(body(t, i)); !strings.Contains(got, `"subscription":{"subject":"all","every":"friday"}`) {
		t.Errorf("%.300s", got)
	}
}
