package web_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"recto/store"
)

// The days of the catalogue; between them are gaps of days, weeks, months and years.
const (
	latest  store.Day = "2026-05-13" // Wednesday, and today
	busy    store.Day = "2026-05-12" // fills four pages
	quiet   store.Day = "2026-05-10" // three days before the latest, a Sunday
	silent  store.Day = "2026-05-09" // without papers
	oldest  store.Day = "1999-01-02"
	papered           = 105 // papers of the busy day
)

var fillerDays = []struct {
	day    store.Day
	papers int
}{
	{latest, 2}, {busy, papered}, {"2026-05-11", 6}, {quiet, 5}, {"2026-05-08", 3}, {"2026-05-01", 2},
	{"2026-04-30", 2}, {"2026-04-08", 2}, {"2026-03-11", 3}, {"2025-12-24", 2}, {"2025-10-01", 1},
}

// Papers that a test asks for by name.
const (
	everything    store.PaperID = "2605.00001" // all that a paper can have
	hostile       store.PaperID = "2605.00002" // markup in each of its text fields
	maths         store.PaperID = "2605.00003"
	collaboration store.PaperID = "2605.00004" // 3,000 authors
	withdrawn     store.PaperID = "2605.00005"
	names         store.PaperID = "2605.00006" // authors of many scripts
	bare          store.PaperID = "2605.00007" // no abstract, no authors, nothing
	team          store.PaperID = "2605.00008" // 60 authors
	oldStyle      store.PaperID = "hep-th/9901001"
	published     store.PaperID = "doi:10.1000/xyz(2026)/3:1"
	local         store.PaperID = "a-paper-known-by-its-title"
)

// markup is what a hostile source puts into a text field; the field's name tells them apart.
func markup(field string) string {
	return field + ` <script>alert("` + field + `")</script> & <b onclick="x()">'bold'</b> &lt;i&gt;`
}

const hostileCategory = `x<script>&"y'?#%41` // a category is an address too

var authorNames = []string{"Yann LeCun", "Y. LeCun", "Bernhard Schölkopf", "B. Scholkopf", "Ada Lovelace", "Emmy Noether",
	"Laurens van der Maaten", "Ἀρχιμήδης", "山田太郎", "Nguyễn Văn An", "Conan O'Brien", "ATLAS Collaboration"}

var fillerTags = []string{"world models", "Reinforcement Learning", "C++", "graph neural networks", "強化学習", "few-shot learning"}

func authors(names ...string) []store.Author {
	var all []store.Author
	for _, n := range names {
		all = append(all, store.Author{Name: n})
	}
	return all
}

func specials() []store.Paper {
	at := latest.Time().Add(-30 * time.Hour)
	var many []string
	for n := range 3000 {
		many = append(many, fmt.Sprintf("%c. Member%04d", 'A'+n%26, n))
	}
	var links []store.Link
	for i, kind := range store.LinkKinds {
		links = append(links, store.Link{Kind: kind, URL: fmt.Sprintf("https://example.org/%s?a=1&b=%d", kind, i), Stars: i % 3 * 1234})
	}
	h := markup
	papers := []store.Paper{
		{ID: everything, Title: "Everything a Paper Can Have: A Study of $k$-Means & More", Abstract: "First paragraph, about $5 and 50%.\n\nSecond paragraph: \\emph{emphasis} and $\\sum_{i=1}^n x_i^2$.",
			Authors: []store.Author{{Name: "Yann LeCun", Affiliation: "New York University", ORCID: "0000-0002-1825-0097"}, {Name: "Ada Lovelace", Affiliation: "Analytical Engines"},
				{Name: "Bernhard Schölkopf"}, {Name: "Emmy Noether"}, {Name: "Laurens van der Maaten"}, {Name: "Conan O'Brien"}},
			Categories: []string{"cs.LG", "stat.ML", "math-ph"}, Tags: []string{"world models", "few-shot learning"},
			Versions: []store.Version{{Number: 1, At: at.AddDate(0, -2, 0)}, {Number: 2, At: at.AddDate(0, -1, 0)}, {Number: 3, At: at}},
			Comment:  "12 pages, 3 figures", JournalRef: "J. Test. 12 (2026) 34", DOI: "10.1000/everything", Licence: "http://creativecommons.org/licenses/by/4.0/",
			Links: links, SourceVotes: 1530},
		{ID: hostile, Title: h("title"), Abstract: h("abstract"), Authors: []store.Author{{Name: h("author"), Affiliation: h("affiliation")}},
			Categories: []string{hostileCategory, "cs.LG"}, Tags: []string{h("tag")}, Comment: h("comment"), JournalRef: h("journal"),
			DOI: h("doi"), Licence: "javascript:alert('licence')//<script>", Source: h("source"), FeaturedBy: h("featurer"),
			Links: []store.Link{{Kind: store.LinkCode, URL: `https://example.org/?q=<script>&"'`, Label: h("label")}}, SourceVotes: 900},
		{ID: maths, Title: `Bounds on $\mathcal{O}(n^{2/3})$ for \textbf{bold} claims: $a<b$ \& $x > y$`,
			Abstract: `Let $\alpha_i \in \mathbb{R}^d$ and $$\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}.$$ An unknown $\nosuchmacro{x}$, a lone $ and {\em raw} \'etude; see \url{https://example.org/a_b}. ` +
				`A very long one: $x_1 + x_2 + x_3 + x_4 + x_5 + x_6 + x_7 + x_8 + x_9 + x_{10} + x_{11} + x_{12} + x_{13} + x_{14} + x_{15} + x_{16} + x_{17} + x_{18} = 0$.`,
			Authors: authors("Emmy Noether", `Kurt G\"odel`), Categories: []string{"math.CO"}, SourceVotes: 77},
		{ID: collaboration, Title: "Observation by a Very Large Collaboration", Abstract: "Seen.", Authors: authors(append([]string{"ATLAS Collaboration"}, many...)...),
			Categories: []string{"hep-ex"}, SourceVotes: 12},
		{ID: withdrawn, Title: "A Claim Taken Back", Abstract: "It was wrong.", Authors: authors("Ada Lovelace"), Categories: []string{"cs.LG"}, Withdrawn: true},
		{ID: names, Title: "Ünïcödé Ελληνικά 中文 العربية Everywhere", Abstract: "名前 and الأسماء.", Authors: authors(authorNames[6:]...), Categories: []string{"cs.CL"}, Tags: []string{"強化学習", "C++", "C#"}},
		{ID: bare, Title: "Bare"},
		{ID: team, Title: "The Work of Sixty", Abstract: "Together.", Authors: authors(many[:60]...), Categories: []string{"cs.LG"}},
	}
	for i := range papers {
		papers[i].FeaturedOn = latest
		if papers[i].FeaturedBy == "" {
			papers[i].FeaturedBy = "hf"
		}
	}
	return append(papers,
		store.Paper{ID: oldStyle, Title: "Strings of Old", Abstract: "Before 2007.", Authors: authors("J. Maldacena"), Categories: []string{"hep-th"}, SubmittedAt: oldest.Time().Add(time.Hour)},
		store.Paper{ID: published, Title: "Published Elsewhere", Abstract: "In a journal.", Authors: authors("Emmy Noether"), SubmittedAt: store.Day("2024-02-29").Time(),
			Links: []store.Link{{Kind: store.LinkPDF, URL: "https://example.org/" + strings.Repeat("long", 60) + ".pdf"}}},
		store.Paper{ID: local, Title: "A Paper Known by Its Title", Abstract: strings.Repeat("Pneumonoultramicroscopicsilicovolcanoconiosis", 6), SubmittedAt: store.Day("2024-02-29").Time()})
}

// toFind are papers with words that no others have. They stand on days of years before the others.
func toFind() []store.Paper {
	code := []store.Link{{Kind: store.LinkCode, URL: "https://example.org/code"}}
	return []store.Paper{
		{ID: "2303.04137", Title: "Diffusion Policy: Visuomotor Policy Learning via Action Diffusion", Authors: authors("Cheng Chi", "Shuran Song"),
			Abstract: "This paper introduces Diffusion Policy, a new way of generating robot behavior. " + strings.Repeat("It is compared with others on many tasks of the laboratory, which take long to describe. ", 8) +
				"A visuomotor policy is a conditional denoising diffusion process on the actions of the robot.",
			Categories: []string{"cs.RO", "cs.LG"}, Tags: []string{"diffusion policy", "robotics"}, Links: code, SubmittedAt: store.Day("2023-03-07").Time(), SourceVotes: 21},
		{ID: "2310.01174", Title: `Light Schr\"odinger Bridge`, Authors: authors("Alexander Korotin", "Evgeny Burnaev"),
			Abstract:   `Computational {\em Schr\"odinger Bridges} (SB) transport $\mu_0$ to $\mu_1$; a diffusion of \textbf{light solvers} needs no neural networks.`,
			Categories: []string{"cs.LG"}, Tags: []string{"optimal transport"}, SubmittedAt: store.Day("2023-10-02").Time()},
		{ID: "2304.00001", Title: "Robot Arms that Learn from $N$ Demonstrations", Authors: authors("Shuran Song"),
			Abstract:   "A manipulator imitates what people show it: a policy for grasping, learned without rewards.",
			Categories: []string{"cs.RO"}, Tags: []string{"robotics"}, Links: code, SubmittedAt: store.Day("2023-04-01").Time(), SourceVotes: 5},
		{ID: "2401.00002", Title: "Image Diffusion Models for Landscapes", Authors: authors("Ada Lovelace"),
			Abstract:   "Pictures of mountains, generated by denoising. Robots play no part in it.",
			Categories: []string{"cs.CV"}, Tags: []string{"image generation"}, SubmittedAt: store.Day("2024-01-03").Time()},
	}
}

func fillers() []store.Paper {
	var papers []store.Paper
	for _, d := range fillerDays {
		for n := range d.papers {
			i := len(papers)
			p := store.Paper{
				ID: store.PaperID(fmt.Sprintf("%s%s.%05d", d.day[2:4], d.day[5:7], 10000+i)), Title: fmt.Sprintf("Paper %d of %s", n+1, d.day),
				Abstract:    strings.Repeat("What it is about, in some words. ", 1+i%12),
				Authors:     authors(authorNames[i%len(authorNames)], authorNames[(i+5)%len(authorNames)]),
				Categories:  []string{[]string{"cs.LG", "cs.CL", "math.CO"}[i%3]},
				Tags:        []string{fillerTags[i%len(fillerTags)], fmt.Sprintf("topic %03d", 2*i), fmt.Sprintf("topic %03d", 2*i+1)},
				SubmittedAt: d.day.Time().Add(time.Duration(n)*7*time.Minute - 20*time.Hour), FeaturedOn: d.day, FeaturedBy: "hf", SourceVotes: i * 7 % 40,
			}
			papers = append(papers, p)
		}
	}
	return papers
}

// fill makes the catalogue that most tests read.
func fill(db *store.DB) error {
	ctx := context.Background()
	papers := slices.Concat(fillers(), specials(), toFind())
	for i := range papers {
		p := &papers[i]
		p.ReadAt = now
		if p.Source == "" {
			p.Source = "arxiv"
		}
		if err := p.Clean(); err != nil {
			return fmt.Errorf("%s: %w", p.ID, err)
		}
	}
	if _, err := db.Ingest(ctx, store.Batch{Papers: papers}); err != nil {
		return err
	}
	if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: everything, Tags: []string{"k-means", "clustering"}}}); err != nil {
		return err
	}
	for _, name := range []string{voter, novice, keeper} {
		r, err := db.AddReader(ctx, name, password, store.RoleReader)
		if err != nil || name != voter {
			if err != nil {
				return err
			}
			continue
		}
		for _, id := range []store.PaperID{everything, maths, oldStyle, bare} {
			_, voteErr := db.SetVote(ctx, r.ID, id, true)
			err = errors.Join(err, voteErr)
		}
		if err != nil {
			return err
		}
	}
	if err := addDigests(ctx, db); err != nil {
		return err
	}
	return db.SetSample(ctx, true)
}

// addDigests adds a digest to the archive, and webhooks of the voter: one that runs and one that has stopped.
func addDigests(ctx context.Context, db *store.DB) error {
	d := store.Digest{Day: "2026-05-12", Span: store.DaySpan("2026-05-11")}
	for _, p := range fillers() {
		if p.FeaturedOn == "2026-05-11" {
			d.Papers = append(d.Papers, store.Standing{ID: p.ID, Votes: p.SourceVotes})
		}
	}
	d.Shown = len(d.Papers)
	r, err := db.ReaderNamed(ctx, voter)
	if err != nil {
		return err
	}
	plans := []store.Plan{{Subscription: store.PublicDigest, Digest: &d}}
	for _, w := range []store.Subscription{
		{Via: store.ViaJSON, Address: "http://127.0.0.1:9/program", Title: markup("hook")[:60], Subject: store.SubjectSearch, What: markup("search"), Weekday: time.Monday, Zone: "Asia/Tokyo"},
		{Via: store.ViaMattermost, Address: "http://127.0.0.1:9/hooks/abcdefghijklmnopqrstuvwxyz", Subject: store.SubjectAll, Weekday: store.Daily, Zone: "UTC"},
	} {
		w.Reader = r.ID
		if w, err = db.AddWebhook(ctx, w); err != nil {
			return err
		}
		plans = append(plans, store.Plan{Subscription: w.ID, Digest: &d, NextAt: w.NextAt})
	}
	if err := db.AddDigests(ctx, plans); err != nil {
		return err
	}
	waiting, err := db.WaitingDigests(ctx, false, 2)
	if err != nil || len(waiting) != 2 {
		return fmt.Errorf("digests wait: %d, %w", len(waiting), err)
	}
	return errors.Join(db.DigestSent(ctx, waiting[0].ID),
		db.DigestFailed(ctx, waiting[1], store.Failure{Err: errors.New("127.0.0.1:9 answered 404 Not Found: " + markup("answer")), Permanent: true}))
}
