package synth

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// Kaggle writes papers as arXiv's snapshot on Kaggle has them. What the snapshot has no place for is left out: days that
// a source chose, votes, tags, links.
type Kaggle struct{ json *json.Encoder }

// NewKaggle writes to w, one write a paper.
func NewKaggle(w io.Writer) *Kaggle {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return &Kaggle{e}
}

// kagglePaper is a record with its keys in the snapshot's order.
type kagglePaper struct {
	ID            store.PaperID   `json:"id"`
	Submitter     string          `json:"submitter"`
	Authors       string          `json:"authors"`
	Title         string          `json:"title"`
	Comments      *string         `json:"comments"`
	JournalRef    *string         `json:"journal-ref"`
	DOI           *string         `json:"doi"`
	ReportNo      *string         `json:"report-no"`
	Categories    string          `json:"categories"`
	License       *string         `json:"license"`
	Abstract      string          `json:"abstract"`
	Versions      []kaggleVersion `json:"versions"`
	UpdateDate    store.Day       `json:"update_date"`
	AuthorsParsed [][3]string     `json:"authors_parsed"`
}

type kaggleVersion struct {
	Version string `json:"version"`
	Created string `json:"created"`
}

// Encode writes one paper and a line's end.
func (k *Kaggle) Encode(p *store.Paper) error {
	out := kagglePaper{ID: p.ID, Title: p.Title, Comments: orNull(p.Comment), JournalRef: orNull(p.JournalRef), DOI: orNull(p.DOI),
		Categories: strings.Join(p.Categories, " "), License: orNull(p.Licence), Abstract: wrap("  " + p.Abstract),
		UpdateDate: store.DayOf(p.RevisedAt)}
	names := make([]string, len(p.Authors))
	for i, a := range p.Authors {
		given, surname := splitName(a.Name)
		names[i] = a.Name
		out.AuthorsParsed = append(out.AuthorsParsed, [3]string{surname, given, ""})
	}
	if n := len(names); n > 1 {
		out.Authors = strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	} else {
		out.Authors = strings.Join(names, "")
	}
	if len(names) > 0 {
		out.Submitter = names[0]
	}
	for _, v := range p.Versions {
		out.Versions = append(out.Versions, kaggleVersion{"v" + strconv.Itoa(v.Number), v.At.Format(time.RFC1123)})
	}
	if err := k.json.Encode(out); err != nil {
		return fmt.Errorf("write paper %s: %w", p.ID, err)
	}
	return nil
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// wrap breaks text into lines as the snapshot's abstracts are.
func wrap(text string) string {
	const width = 78
	b := []byte(text)
	line, space := 0, -1
	for i, c := range b {
		if c != ' ' || i < 2 {
			continue
		}
		if i-line > width && space > line {
			b[space] = '\n'
			line = space + 1
		}
		space = i
	}
	return string(append(b, '\n'))
}
