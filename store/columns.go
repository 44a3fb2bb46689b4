package store

import (
	"database/sql"
	"strconv"
	"strings"
	"time"
)

// A list inside a paper's row is text: a line per item, tabs between an item's fields, empty fields at the end left
// out. Cleaning has made sure that no field holds either. It reads several times faster than JSON, and every card of
// every listing is read so.

func encodeLines[T any](items []T, fields func(T) []string) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimRight(strings.Join(fields(item), "\t"), "\t"))
	}
	return b.String()
}

func decodeLines[T any](text string, item func(fields [4]string) T) []T {
	if text == "" {
		return nil
	}
	items := make([]T, 0, strings.Count(text, "\n")+1)
	for line := range strings.SplitSeq(text, "\n") {
		var f [4]string
		for i := range f {
			f[i], line, _ = strings.Cut(line, "\t")
		}
		items = append(items, item(f))
	}
	return items
}

func encodeAuthors(authors []Author) string {
	return encodeLines(authors, func(a Author) []string { return []string{a.Name, a.Affiliation, a.ORCID} })
}

func decodeAuthors(text string) []Author {
	return decodeLines(text, func(f [4]string) Author { return Author{f[0], f[1], f[2]} })
}

func encodeVersions(versions []Version) string {
	return encodeLines(versions, func(v Version) []string {
		at := ""
		if !v.At.IsZero() {
			at = strconv.FormatInt(v.At.Unix(), 10)
		}
		return []string{strconv.Itoa(v.Number), at}
	})
}

func decodeVersions(text string) []Version {
	return decodeLines(text, func(f [4]string) Version {
		var v Version
		v.Number, _ = strconv.Atoi(f[0])
		if unix, err := strconv.ParseInt(f[1], 10, 64); err == nil {
			v.At = time.Unix(unix, 0).UTC()
		}
		return v
	})
}

func encodeLinks(links []Link) string {
	return encodeLines(links, func(l Link) []string {
		stars := ""
		if l.Stars > 0 {
			stars = strconv.Itoa(l.Stars)
		}
		return []string{string(l.Kind), l.URL, stars, l.Label}
	})
}

func decodeLinks(text string) []Link {
	return decodeLines(text, func(f [4]string) Link {
		stars, _ := strconv.Atoi(f[2])
		return Link{Kind: LinkKind(f[0]), URL: f[1], Stars: stars, Label: f[3]}
	})
}

func encodeWords(words []string) string { return strings.Join(words, "\n") }

func decodeWords(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// instant is a time as a column holds it: unix seconds, NULL for the zero time.
func instant(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.Unix(), Valid: !t.IsZero()}
}

func fromInstant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(n.Int64, 0).UTC()
}

// paperColumns are a paper's columns in the order of scanPaper and paperValues, without those that follow from others.
const paperColumns = `pid, featured_on, source_votes, reader_votes, featured_by, submitted_at, revised_at, withdrawn,
	source, read_at, doi, journal_ref, comment, licence, versions, links, categories, tags, mined_tags, title, abstract,
	authors`

// row is a paper with the number of its row.
type row struct {
	Paper
	id int64
}

// scanPaper reads id and paperColumns.
func scanPaper(scan func(...any) error) (row, error) {
	var (
		r                                                row
		submitted, revised, read                         sql.NullInt64
		versions, links, categories, tags, mined, people string
	)
	p := &r.Paper
	err := scan(&r.id, &p.ID, &p.FeaturedOn, &p.SourceVotes, &p.ReaderVotes, &p.FeaturedBy, &submitted, &revised, &p.Withdrawn,
		&p.Source, &read, &p.DOI, &p.JournalRef, &p.Comment, &p.Licence, &versions, &links, &categories, &tags, &mined,
		&p.Title, &p.Abstract, &people)
	if err != nil {
		return r, err
	}
	p.SubmittedAt, p.RevisedAt, p.ReadAt = fromInstant(submitted), fromInstant(revised), fromInstant(read)
	p.Versions, p.Links, p.Authors = decodeVersions(versions), decodeLinks(links), decodeAuthors(people)
	p.Categories, p.Tags, p.MinedTags = decodeWords(categories), decodeWords(tags), decodeWords(mined)
	return r, nil
}

// paperValues are what scanPaper reads, without the id.
func paperValues(p *Paper) []any {
	return []any{string(p.ID), string(p.FeaturedOn), p.SourceVotes, p.ReaderVotes, p.FeaturedBy, instant(p.SubmittedAt),
		instant(p.RevisedAt), p.Withdrawn, p.Source, p.ReadAt.Unix(), p.DOI, p.JournalRef, p.Comment, p.Licence,
		encodeVersions(p.Versions), encodeLinks(p.Links), encodeWords(p.Categories), encodeWords(p.Tags),
		encodeWords(p.MinedTags), p.Title, p.Abstract, encodeAuthors(p.Authors)}
}

// derivedColumns are those that follow from paperColumns, in the order of derivedValues.
const derivedColumns = `listed_at, votes, trend`

func derivedValues(p *Paper) []any {
	return []any{p.ListedAt().Unix(), p.Votes(), Trend(p.Votes(), p.FeaturedOn)}
}
