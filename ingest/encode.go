package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"recto/store"
)

// Encoder writes papers in Recto's own format, which JSONL reads back as they were. The same paper is always the same
// bytes: keys stand in one order, empty ones are left out, times are whole seconds in UTC. What the catalogue finds out
// by itself is not written: mined tags, readers' votes, and the day of a paper that no source chose one for.
type Encoder struct{ json *json.Encoder }

// NewEncoder writes to w, one write a paper.
func NewEncoder(w io.Writer) *Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &Encoder{e}
}

// encodedPaper has the keys of jsonlPaper, in the order in which they are written.
type encodedPaper struct {
	ID          store.PaperID  `json:"id"`
	Title       string         `json:"title"`
	Abstract    string         `json:"abstract,omitempty"`
	Authors     []jsonlAuthor  `json:"authors,omitempty"`
	Categories  []string       `json:"categories,omitempty"`
	Tags        []string       `json:"tags,omitempty"`
	SubmittedAt string         `json:"submitted_at,omitempty"`
	RevisedAt   string         `json:"revised_at,omitempty"`
	Versions    []jsonlVersion `json:"versions,omitempty"`
	FeaturedOn  store.Day      `json:"featured_on,omitempty"`
	FeaturedBy  string         `json:"featured_by,omitempty"`
	Comment     string         `json:"comment,omitempty"`
	JournalRef  string         `json:"journal_ref,omitempty"`
	DOI         string         `json:"doi,omitempty"`
	Licence     string         `json:"licence,omitempty"`
	Withdrawn   bool           `json:"withdrawn,omitempty"`
	Links       []jsonlLink    `json:"links,omitempty"`
	Source      string         `json:"source,omitempty"`
	ReadAt      string         `json:"read_at,omitempty"`
	SourceVotes int            `json:"source_votes,omitempty"`
}

// Encode writes one paper and a line's end.
func (e *Encoder) Encode(p *store.Paper) error {
	out := encodedPaper{
		ID: p.ID, Title: p.Title, Abstract: p.Abstract, Categories: p.Categories, Tags: p.Tags,
		SubmittedAt: instant(p.SubmittedAt), RevisedAt: instant(p.RevisedAt), Comment: p.Comment,
		JournalRef: p.JournalRef, DOI: p.DOI, Licence: p.Licence, Withdrawn: p.Withdrawn, Source: p.Source,
		ReadAt: instant(p.ReadAt), SourceVotes: p.SourceVotes,
	}
	if p.FeaturedBy != "" {
		out.FeaturedOn, out.FeaturedBy = p.FeaturedOn, p.FeaturedBy
	}
	for _, a := range p.Authors {
		out.Authors = append(out.Authors, jsonlAuthor(a))
	}
	for _, v := range p.Versions {
		out.Versions = append(out.Versions, jsonlVersion{Number: v.Number, At: instant(v.At)})
	}
	for _, l := range p.Links {
		out.Links = append(out.Links, jsonlLink(l))
	}
	if err := e.json.Encode(out); err != nil {
		return fmt.Errorf("write paper %s: %w", p.ID, err)
	}
	return nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
