package ingest

import (
	"errors"
	"io"
	"iter"
	"path"
	"strings"
	"time"
	_ "time/tzdata" // America/New_York also where the system knows no zones, as in a bare container

	"recto/store"
)

const hfExpected = "Hugging Face's daily papers: a JSON array of them, or one a line"

// parseHF reads items of Hugging Face's daily papers, and the bare papers of its other lists. featured is the day that
// was asked for, or "" to take each item's own.
func parseHF(r io.Reader, featured store.Day) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for it, err := range splitItems(r, hfExpected) {
			if err != nil {
				yield(Record{}, err)
				return
			}
			if !yield(readHF(&it, featured), nil) {
				return
			}
		}
	}
}

// hfItem is an entry of a day's list. Its own publishedAt is Eastern time said to be UTC, so it is not here.
type hfItem struct {
	Paper   *hfPaper `json:"paper"`
	Title   string   `json:"title"`
	Summary string   `json:"summary"`
	Error   string   `json:"error"`
}

type hfPaper struct {
	ID                 hfID       `json:"id"`
	Title              string     `json:"title"`
	Summary            string     `json:"summary"`
	Authors            []hfAuthor `json:"authors"`
	PublishedAt        string     `json:"publishedAt"`
	SubmittedOnDailyAt string     `json:"submittedOnDailyAt"`
	WithdrawnAt        any        `json:"withdrawnAt"`
	Upvotes            int        `json:"upvotes"`
	GitHubRepo         string     `json:"githubRepo"`
	GitHubStars        int        `json:"githubStars"`
	ProjectPage        string     `json:"projectPage"`
	MediaURLs          []string   `json:"mediaUrls"`
	// ai_keywords are left out on purpose. A model picks them from one abstract without a look at the others: of the
	// 11,306 that 1,492 papers got, 10,184 name a single paper, and what the rest say ("large language models") the
	// catalogue's own tags say with one spelling.
}

// hfAuthor is hidden when Hugging Face's editors took the name off the list, most often as a wrong extraction.
type hfAuthor struct {
	Name   string `json:"name"`
	Hidden bool   `json:"hidden"`
}

// hfID is an id as it was written, be it a string or a number.
type hfID struct {
	text string
	lost store.LostZeros
}

func (id *hfID) UnmarshalJSON(raw []byte) error {
	var f fields
	switch {
	case raw[0] == '"':
		id.text, id.lost = f.text("id", raw), store.LeadingZerosLost
	case raw[0] >= '0' && raw[0] <= '9':
		id.text, id.lost = string(raw), store.TrailingZerosLost
	case string(raw) != "null":
		return errors.New("its id is neither a string nor a number")
	}
	return nil
}

func readHF(it *item, featured store.Day) Record {
	var entry hfItem
	if reason := it.decode(&entry, "paper.title", "paper.summary", "paper.authors"); reason != "" {
		return it.bad("", reason)
	}
	in := entry.Paper
	if in == nil {
		in = new(hfPaper)
		if reason := it.decode(in, "title", "summary", "authors"); reason != "" {
			return it.bad("", reason)
		}
	}
	if in.ID.text == "" && entry.Error != "" {
		return it.bad("", "it is an error: "+entry.Error)
	}
	id, err := store.ParsePaperIDLossy(in.ID.text, in.ID.lost)
	if err != nil {
		return it.bad(in.ID.text, reasonOf(err))
	}
	p := store.Paper{
		ID:          id,
		Title:       cmpText(in.Title, entry.Title),
		Abstract:    cmpText(in.Summary, entry.Summary),
		SubmittedAt: timeOr(in.PublishedAt),
		FeaturedOn:  featured,
		Withdrawn:   in.WithdrawnAt != nil,
		SourceVotes: max(in.Upvotes, 0),
		Links:       in.links(id),
	}
	if p.FeaturedOn == "" {
		p.FeaturedOn = hfDay(in.SubmittedOnDailyAt)
	}
	if p.FeaturedOn != "" {
		p.FeaturedBy = "hf"
	}
	for _, a := range in.Authors {
		if !a.Hidden {
			p.Authors = addAuthor(p.Authors, store.ParseAuthor(a.Name))
		}
	}
	return Record{Place: it.place(), ID: in.ID.text, Paper: p, Raw: it.raw}
}

func (in *hfPaper) links(id store.PaperID) []store.Link {
	links := arXivLinks(id)
	if in.GitHubRepo != "" {
		links = append(links, store.Link{Kind: store.LinkCode, URL: in.GitHubRepo, Stars: in.GitHubStars})
	}
	if in.ProjectPage != "" {
		links = append(links, store.Link{Kind: store.LinkProject, URL: in.ProjectPage})
	}
	for _, media := range in.MediaURLs {
		switch strings.ToLower(path.Ext(media)) {
		case ".mp4", ".webm", ".mov":
			links = append(links, store.Link{Kind: store.LinkVideo, URL: media})
		}
	}
	return links
}

// hfDay is the day of the daily papers that holds an instant: the calendar day in New York. Newer answers have midnight
// UTC instead, which is no instant but the day's name.
func hfDay(at string) store.Day {
	t, ok := parseTime(at)
	switch {
	case !ok:
		return ""
	case t.Equal(t.Truncate(24 * time.Hour)):
		return store.DayOf(t)
	}
	return newYorkDay(t)
}

func newYorkDay(t time.Time) store.Day {
	if zone, err := time.LoadLocation("America/New_York"); err == nil {
		t = t.In(zone)
	}
	return store.Day(t.Format(time.DateOnly))
}

func cmpText(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

// parseHFFile is parseHF for a recorded answer.
func parseHFFile(r io.Reader) iter.Seq2[Record, error] { return parseHF(r, "") }
