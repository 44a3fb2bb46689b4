package store

import (
	"slices"
	"time"
)

// merge is what the catalogue holds after rec came in for the paper old. It is pure, and merging the same record again
// changes nothing:
//
//   - A newer version, or the same source's word on the version it brought, replaces what it has a value for.
//   - Anything else only fills what is empty.
//   - Tags, links and versions are united; the votes of a source never fall (an old file read again must not undo a
//     newer reading); a chosen day stays.
//   - The readers' votes and the mined tags are the catalogue's own.
func merge(old, rec Paper) Paper {
	newer, older := compareVersions(&old, &rec)
	replace := newer || rec.Source == old.Source && !older
	take := func(have *string, got string) {
		if got != "" && (replace || *have == "") {
			*have = got
		}
	}
	p := old
	take(&p.Title, rec.Title)
	take(&p.Abstract, rec.Abstract)
	take(&p.Comment, rec.Comment)
	take(&p.JournalRef, rec.JournalRef)
	take(&p.DOI, rec.DOI)
	take(&p.Licence, rec.Licence)
	takeTime(&p.SubmittedAt, rec.SubmittedAt, replace)
	takeTime(&p.RevisedAt, rec.RevisedAt, replace)
	p.Authors = mergeAuthors(old.Authors, rec.Authors, replace)
	if len(rec.Categories) > 0 && (replace || len(old.Categories) == 0) {
		p.Categories = rec.Categories
	}
	p.Withdrawn = rec.Withdrawn && !older || old.Withdrawn && !newer
	p.Tags = atMost(MaxTags, cleanTags(slices.Concat(old.Tags, rec.Tags)))
	p.Links = mergeLinks(old.Links, rec.Links, replace)
	p.Versions = mergeVersions(old.Versions, rec.Versions, replace)
	p.SourceVotes = max(old.SourceVotes, rec.SourceVotes)
	if old.FeaturedBy == "" && rec.FeaturedOn != "" {
		p.FeaturedOn, p.FeaturedBy = rec.FeaturedOn, rec.FeaturedBy
	}
	if replace {
		p.Source = rec.Source
	}
	p.settleDay(old.FeaturedOn)
	if replace && (newer || !samePaper(&p, &old)) {
		p.ReadAt = rec.ReadAt
	}
	return p
}

// compareVersions says whether rec is a newer or an older version than old. Versions are compared by number, else by
// the time of revision; a known number is newer than nothing known.
func compareVersions(old, rec *Paper) (newer, older bool) {
	have, got := old.Version(), rec.Version()
	switch {
	case have > 0 && got > 0 && have != got:
		return got > have, got < have
	case have == 0 && got > 0 && old.RevisedAt.IsZero():
		return true, false
	case !old.RevisedAt.IsZero() && !rec.RevisedAt.IsZero():
		return rec.RevisedAt.After(old.RevisedAt), rec.RevisedAt.Before(old.RevisedAt)
	}
	return false, false
}

func takeTime(have *time.Time, got time.Time, replace bool) {
	if !got.IsZero() && (replace || have.IsZero()) {
		*have = got
	}
}

// mergeAuthors replaces the names, or keeps them; what the side that stays lacks of affiliations and ORCIDs comes from
// the other where both list the same names.
func mergeAuthors(old, rec []Author, replace bool) []Author {
	keep, fill := old, rec
	if len(rec) > 0 && (replace || len(old) == 0) {
		keep, fill = rec, old
	}
	if len(keep) != len(fill) {
		return keep
	}
	merged := slices.Clone(keep)
	for i := range merged {
		if merged[i].Name != fill[i].Name && AuthorSlug(merged[i].Name) != AuthorSlug(fill[i].Name) {
			continue
		}
		if merged[i].Affiliation == "" {
			merged[i].Affiliation = fill[i].Affiliation
		}
		if merged[i].ORCID == "" {
			merged[i].ORCID = fill[i].ORCID
		}
	}
	return merged
}

func mergeLinks(old, rec []Link, replace bool) []Link {
	merged := slices.Clone(old)
	for _, l := range rec {
		i := slices.IndexFunc(merged, func(m Link) bool { return m.Kind == l.Kind && m.URL == l.URL })
		if i < 0 {
			merged = append(merged, l)
			continue
		}
		if l.Label != "" && (replace || merged[i].Label == "") {
			merged[i].Label = l.Label
		}
		merged[i].Stars = max(merged[i].Stars, l.Stars)
	}
	return atMost(MaxLinks, cleanLinks(merged))
}

// atMost keeps a list that two sources made within what one record may hold, so that what is exported can be read again.
func atMost[T any](limit int, items []T) []T { return items[:min(len(items), limit)] }

func mergeVersions(old, rec []Version, replace bool) []Version {
	merged := slices.Clone(old)
	for _, v := range rec {
		i := slices.IndexFunc(merged, func(m Version) bool { return m.Number == v.Number })
		if i < 0 {
			merged = append(merged, v)
		} else {
			takeTime(&merged[i].At, v.At, replace)
		}
	}
	return cleanVersions(merged)
}

// settleDay gives a paper that no source chose a day for the UTC day of its submission; else the first day of the month
// in its arXiv id; otherwise, where neither is known.
func (p *Paper) settleDay(otherwise Day) {
	if p.FeaturedBy != "" && p.FeaturedOn != "" {
		return
	}
	p.FeaturedBy = ""
	p.FeaturedOn = otherwise
	if month := p.ID.month(); month != "" {
		p.FeaturedOn = month
	}
	if !p.SubmittedAt.IsZero() {
		p.FeaturedOn = DayOf(p.SubmittedAt)
	}
}

// samePaper compares all that a row holds.
func samePaper(a, b *Paper) bool {
	return slices.Equal(paperValues(a), paperValues(b))
}
