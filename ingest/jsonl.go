package ingest

import (
	"cmp"
	"encoding/json"
	"io"
	"iter"
	"strings"

	"recto/store"
)

const jsonlExpected = "JSON Lines: one paper a line, each a JSON object"

// JSONL reads Recto's own format, which an Encoder writes: JSON Lines (or an array) of papers, each an object with these
// keys, all but id and title optional, unknown ones ignored:
//
//	id            "2401.01234", "hep-th/9901001", "doi:…", "acl:…", "openreview:…", a local slug, or any spelling of one
//	title
//	abstract      paragraphs apart by an empty line; LaTeX is fine
//	authors       [{"name": …, "affiliation": …, "orcid": …}] in order, or just names
//	categories    ["cs.LG", …], the primary first
//	tags          ["diffusion models", …]
//	submitted_at  version 1's instant, RFC 3339 or a date
//	revised_at    the newest version's
//	versions      [{"number": 1, "at": …}]
//	featured_on   "2026-03-11", the day in whose listing the paper stands, when a source chose it
//	featured_by   that source
//	comment, journal_ref, doi, licence
//	withdrawn     true or false
//	links         [{"kind": …, "url": …, "label": …, "stars": 3}], kind one of abs, pdf, code, project, model, dataset,
//	              demo, video
//	source        where the text came from, and read_at when
//	source_votes  votes that a source brought
//
// Keys that other collections use for the same (published, featured, upvotes, code, listed and so on, see
// jsonlForeign) are understood as well.
func JSONL(f Files) Source { return f.source("jsonl", parseJSONL) }

func parseJSONL(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for it, err := range splitItems(r, jsonlExpected) {
			if err != nil {
				yield(Record{}, err)
				return
			}
			if !yield(readJSONL(&it), nil) {
				return
			}
		}
	}
}

// jsonlPaper are the keys of Recto's own format.
type jsonlPaper struct {
	ID          json.RawMessage `json:"id"`
	Title       json.RawMessage `json:"title"`
	Abstract    json.RawMessage `json:"abstract"`
	Authors     json.RawMessage `json:"authors"`
	Categories  json.RawMessage `json:"categories"`
	Tags        json.RawMessage `json:"tags"`
	SubmittedAt json.RawMessage `json:"submitted_at"`
	RevisedAt   json.RawMessage `json:"revised_at"`
	Versions    json.RawMessage `json:"versions"`
	FeaturedOn  json.RawMessage `json:"featured_on"`
	FeaturedBy  json.RawMessage `json:"featured_by"`
	Comment     json.RawMessage `json:"comment"`
	JournalRef  json.RawMessage `json:"journal_ref"`
	DOI         json.RawMessage `json:"doi"`
	Licence     json.RawMessage `json:"licence"`
	Withdrawn   json.RawMessage `json:"withdrawn"`
	Links       json.RawMessage `json:"links"`
	Source      json.RawMessage `json:"source"`
	ReadAt      json.RawMessage `json:"read_at"`
	SourceVotes json.RawMessage `json:"source_votes"`
	jsonlForeign
}

// jsonlForeign are the keys that other collections of papers use. A value of theirs that can't be read is left out,
// where one of Recto's own sets the record aside. A record with one of them is arXiv's metadata at second hand, so its
// categories are arXiv's, its links to arXiv are added and a withdrawal is seen from its text.
type jsonlForeign struct {
	Published json.RawMessage `json:"published"`
	Date      json.RawMessage `json:"date"`
	Updated   json.RawMessage `json:"updated"`
	Featured  json.RawMessage `json:"featured"` // the day on Hugging Face's daily papers
	HFDate    json.RawMessage `json:"hf_date"`
	Listed    json.RawMessage `json:"listed"` // the day in arXiv's announcements
	Upvotes   json.RawMessage `json:"upvotes"`
	Code      json.RawMessage `json:"code"`
	GitHub    json.RawMessage `json:"github"`
	Project   json.RawMessage `json:"project"`
}

func readJSONL(it *item) Record {
	var line jsonlPaper
	if reason := it.decode(&line); reason != "" {
		return it.bad("", reason)
	}
	var f fields
	p := store.Paper{
		Title:       f.text("title", line.Title),
		Abstract:    f.text("abstract", line.Abstract),
		Authors:     f.authors("authors", line.Authors),
		Categories:  f.words("categories", line.Categories),
		Tags:        f.texts("tags", line.Tags),
		SubmittedAt: f.instant("submitted_at", line.SubmittedAt),
		RevisedAt:   f.instant("revised_at", line.RevisedAt),
		Versions:    f.versions("versions", line.Versions),
		FeaturedOn:  f.day("featured_on", line.FeaturedOn),
		FeaturedBy:  f.text("featured_by", line.FeaturedBy),
		Comment:     f.text("comment", line.Comment),
		JournalRef:  f.text("journal_ref", line.JournalRef),
		DOI:         f.text("doi", line.DOI),
		Licence:     f.text("licence", line.Licence),
		Withdrawn:   f.flag("withdrawn", line.Withdrawn),
		Links:       f.links("links", line.Links),
		Source:      f.text("source", line.Source),
		ReadAt:      f.instant("read_at", line.ReadAt),
		SourceVotes: f.number("source_votes", line.SourceVotes),
	}
	id, spelled := f.paperID("id", line.ID)
	p.ID = id
	if f.bad == "" && strings.TrimSpace(p.Title) == "" {
		f.bad = "it has no title"
	}
	if f.bad != "" {
		return it.bad(spelled, f.bad)
	}
	line.jsonlForeign.fill(&p)
	return Record{Place: it.place(), ID: spelled, Paper: p, Raw: it.raw}
}

// fill adds what the foreign keys say to what the paper lacks.
func (l *jsonlForeign) fill(p *store.Paper) {
	if isAbsent(l.Published, l.Date, l.Updated, l.Featured, l.HFDate, l.Listed, l.Upvotes, l.Code, l.GitHub, l.Project) {
		return
	}
	if p.SubmittedAt.IsZero() {
		p.SubmittedAt = timeOr(cmp.Or(textOr(l.Published), textOr(l.Date)))
	}
	if p.RevisedAt.IsZero() {
		p.RevisedAt = timeOr(textOr(l.Updated))
	}
	for _, chosen := range []struct{ day, by string }{
		{textOr(l.Featured), "hf"}, {textOr(l.HFDate), "hf"}, {textOr(l.Listed), "arxiv"},
	} {
		if day, err := store.ParseDay(chosen.day); err == nil && p.FeaturedOn == "" {
			p.FeaturedOn, p.FeaturedBy = day, chosen.by
		}
	}
	if p.SourceVotes == 0 {
		var f fields
		p.SourceVotes = f.number("", l.Upvotes)
	}
	p.Links = append(p.Links, arXivLinks(p.ID)...)
	for _, link := range []store.Link{
		{Kind: store.LinkCode, URL: textOr(l.Code)}, {Kind: store.LinkCode, URL: textOr(l.GitHub)},
		{Kind: store.LinkProject, URL: textOr(l.Project)},
	} {
		if link.URL != "" {
			p.Links = append(p.Links, link)
		}
	}
	p.Withdrawn = p.Withdrawn || isWithdrawn(p.Comment, p.Abstract)
	if p.ID.ArXiv() != "" {
		p.Categories = arXivCategories(p.Categories)
		authors := p.Authors
		p.Authors = nil
		for _, a := range authors {
			p.Authors = addAuthor(p.Authors, a)
		}
	}
}
