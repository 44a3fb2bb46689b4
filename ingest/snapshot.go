package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"recto/store"
)

const snapshotExpected = "arXiv's metadata snapshot: one paper a line, or a JSON array of them"

// SnapshotOptions say which papers of the snapshot to take.
type SnapshotOptions struct {
	Files      Files
	Categories []string  // papers in any of them, primary or not; an archive such as cs stands for all of its own
	Since      store.Day // papers whose version 1 was submitted on this day or later
}

// Snapshot reads arXiv's metadata as Kaggle offers it (arxiv-metadata-oai-snapshot.json), as JSON Lines or one array.
// Papers that the options leave out are not counted as read.
func Snapshot(o SnapshotOptions) (Source, error) {
	if err := checkCategories(o.Categories); err != nil {
		return Source{}, fmt.Errorf("snapshot: %w", err)
	}
	if o.Since != "" {
		if _, err := store.ParseDay(string(o.Since)); err != nil {
			return Source{}, fmt.Errorf("snapshot: %w", err)
		}
	}
	return o.Files.source("snapshot", func(r io.Reader) iter.Seq2[Record, error] {
		return parseSnapshot(r, o.Categories, o.Since)
	}), nil
}

func parseSnapshot(r io.Reader, categories []string, since store.Day) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for it, err := range splitItems(r, snapshotExpected) {
			if err != nil {
				yield(Record{}, err)
				return
			}
			rec := readSnapshot(&it)
			if rec.Reason == "" && !isWanted(&rec.Paper, categories, since) {
				continue
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func isWanted(p *store.Paper, categories []string, since store.Day) bool {
	if since != "" && (p.SubmittedAt.IsZero() || store.DayOf(p.SubmittedAt) < since) {
		return false
	}
	return len(categories) == 0 || slices.ContainsFunc(p.Categories, func(have string) bool {
		return slices.ContainsFunc(categories, func(want string) bool { return standsFor(want, have) })
	})
}

// snapshotPaper is a record; any field but the id may be null.
type snapshotPaper struct {
	ID            json.RawMessage   `json:"id"`
	Title         string            `json:"title"`
	Abstract      string            `json:"abstract"`
	Authors       string            `json:"authors"` // with TeX accents; authors_parsed has letters
	AuthorsParsed [][]string        `json:"authors_parsed"`
	Categories    string            `json:"categories"`
	Comments      string            `json:"comments"`
	JournalRef    string            `json:"journal-ref"`
	DOI           string            `json:"doi"`
	License       string            `json:"license"`
	Versions      []snapshotVersion `json:"versions"`
}

type snapshotVersion struct {
	Version string `json:"version"` // v1
	Created string `json:"created"` // Mon, 2 Apr 2007 19:18:42 GMT
}

func readSnapshot(it *item) Record {
	var in snapshotPaper
	if reason := it.decode(&in, "title", "abstract"); reason != "" {
		return it.bad("", reason)
	}
	var f fields
	id, spelled := f.paperID("id", in.ID)
	if f.bad == "" && id.ArXiv() == "" {
		f.bad = fmt.Sprintf("\"id\", which says %.60q, is not an arXiv id", spelled)
	}
	if f.bad != "" {
		return it.bad(spelled, f.bad)
	}
	p := store.Paper{
		ID: id, Title: in.Title, Abstract: in.Abstract, Authors: in.authors(),
		Categories: arXivCategories(strings.Fields(in.Categories)), Comment: in.Comments, JournalRef: in.JournalRef,
		DOI: firstWord(in.DOI), Licence: in.License, Withdrawn: isWithdrawn(in.Comments, in.Abstract), Links: arXivLinks(id),
	}
	for _, v := range in.Versions {
		number, err := strconv.Atoi(strings.TrimPrefix(v.Version, "v"))
		if err != nil || number < 1 {
			continue
		}
		at := timeOr(v.Created)
		p.Versions = append(p.Versions, store.Version{Number: number, At: at})
		if number == 1 {
			p.SubmittedAt = at
		}
		if at.After(p.RevisedAt) {
			p.RevisedAt = at
		}
	}
	return Record{Place: it.place(), ID: spelled, Paper: p, Raw: it.raw}
}

func (in *snapshotPaper) authors() []store.Author {
	var authors []store.Author
	for _, parts := range in.AuthorsParsed { // surname, forenames, suffix, and sometimes an affiliation
		var a store.Author
		switch {
		case len(parts) >= 3:
			a.Name = strings.TrimSpace(parts[1] + " " + parts[0] + " " + parts[2])
		case len(parts) == 2:
			a.Name = strings.TrimSpace(parts[1] + " " + parts[0])
		case len(parts) == 1:
			a.Name = parts[0]
		}
		if len(parts) > 3 {
			a.Affiliation = strings.Join(parts[3:], "; ")
		}
		authors = addAuthor(authors, a)
	}
	if len(authors) > 0 {
		return authors
	}
	text := bracketed.ReplaceAllString(in.Authors, " ")
	for _, name := range betweenAuthors.Split(text, -1) {
		authors = addAuthor(authors, store.Author{Name: strings.TrimSpace(name)})
	}
	return authors
}

// The authors as one string: "H. Müller (1), J. Doe (2) and K. Roe ((1) Bonn, (2) Leeds)".
var (
	bracketed      = regexp.MustCompile(`\((?:[^()]|\([^()]*\))*\)`)
	betweenAuthors = regexp.MustCompile(`\s*,\s*(?:and\s+)?|\s+and\s+`)
)

// firstWord is the first DOI where a record has several.
func firstWord(s string) string {
	if words := strings.Fields(s); len(words) > 0 {
		return words[0]
	}
	return ""
}
