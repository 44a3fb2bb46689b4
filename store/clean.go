package store

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits on what one paper may hold. A record past one of them is refused, not cut.
const (
	MaxTitle    = 2_000   // bytes
	MaxAbstract = 100_000 // bytes
	MaxAuthors  = 10_000
	MaxTags     = 50
	MaxLinks    = 100
	maxField    = 5_000 // bytes of any other text
	maxURL      = 2_000 // bytes
	maxVotes    = 1_000_000_000
)

var orcidForm = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`)

// Clean brings what a source sent into the catalogue's form (white space, order, canonical categories, no duplicates)
// and says what makes it unusable, wrapping ErrInvalid. Cleaning twice changes nothing more.
func (p *Paper) Clean() error {
	id, err := ParsePaperID(string(p.ID))
	if err != nil {
		return err
	}
	p.ID = id
	p.Title, p.Abstract = cleanLine(p.Title), cleanText(p.Abstract)
	p.Comment, p.JournalRef = cleanLine(p.Comment), cleanLine(p.JournalRef)
	p.DOI, p.Licence, p.Source = cleanDOI(p.DOI), cleanLine(p.Licence), cleanLine(p.Source)
	p.FeaturedBy = cleanLine(p.FeaturedBy)
	p.Categories, p.Tags = cleanCategories(p.Categories), cleanTags(p.Tags)
	p.SubmittedAt, p.RevisedAt, p.ReadAt = cleanTime(p.SubmittedAt), cleanTime(p.RevisedAt), cleanTime(p.ReadAt)
	p.Authors, p.Versions = cleanAuthors(p.Authors), cleanVersions(p.Versions)
	p.Links = cleanLinks(p.Links)
	p.fillTimes()
	switch {
	case strings.TrimSpace(p.Title) == "":
		return fmt.Errorf("%w: it has no title", ErrInvalid)
	case len(p.Title) > MaxTitle:
		return fmt.Errorf("%w: its title is %d bytes long, more than %d", ErrInvalid, len(p.Title), MaxTitle)
	case len(p.Abstract) > MaxAbstract:
		return fmt.Errorf("%w: its abstract is %d bytes long, more than %d", ErrInvalid, len(p.Abstract), MaxAbstract)
	case len(p.Authors) > MaxAuthors:
		return fmt.Errorf("%w: it has %d authors, more than %d", ErrInvalid, len(p.Authors), MaxAuthors)
	case slices.ContainsFunc(p.Authors, func(a Author) bool { return max(len(a.Name), len(a.Affiliation)) > maxField }):
		return fmt.Errorf("%w: an author's name or affiliation is longer than %d bytes", ErrInvalid, maxField)
	case len(p.Tags) > MaxTags:
		return fmt.Errorf("%w: it has %d tags, more than %d", ErrInvalid, len(p.Tags), MaxTags)
	case len(p.Links) > MaxLinks:
		return fmt.Errorf("%w: it has %d links, more than %d", ErrInvalid, len(p.Links), MaxLinks)
	case max(len(p.Comment), len(p.JournalRef), len(p.DOI), len(p.Licence), len(p.Source), len(p.FeaturedBy)) > maxField:
		return fmt.Errorf("%w: one of its fields is longer than %d bytes", ErrInvalid, maxField)
	case p.SourceVotes < 0 || p.SourceVotes > maxVotes:
		return fmt.Errorf("%w: it has %d votes", ErrInvalid, p.SourceVotes)
	}
	if p.FeaturedOn != "" {
		if _, err := ParseDay(string(p.FeaturedOn)); err != nil {
			return err
		}
	}
	return nil
}

// fillTimes takes the submission and the revision from the versions where they are listed, the first from v1.
func (p *Paper) fillTimes() {
	if n := len(p.Versions); n > 0 {
		if v := p.Versions[0]; v.Number == 1 && !v.At.IsZero() && p.SubmittedAt.IsZero() {
			p.SubmittedAt = v.At
		}
		if v := p.Versions[n-1]; !v.At.IsZero() && p.RevisedAt.IsZero() {
			p.RevisedAt = v.At
		}
	}
}

func cleanAuthors(authors []Author) []Author {
	kept := authors[:0]
	for _, a := range authors {
		a = Author{Name: cleanLine(a.Name), Affiliation: cleanLine(a.Affiliation), ORCID: cleanLine(a.ORCID)}
		a.ORCID = strings.ToUpper(strings.TrimPrefix(strings.TrimPrefix(a.ORCID, "https://orcid.org/"), "http://orcid.org/"))
		if !orcidForm.MatchString(a.ORCID) {
			a.ORCID = ""
		}
		if a.Name != "" {
			kept = append(kept, a)
		}
	}
	return kept
}

func cleanCategories(categories []string) []string {
	kept := categories[:0]
	for _, c := range categories {
		if c = CanonicalCategory(strings.Join(strings.Fields(cleanLine(c)), "-")); c != "" && len(c) <= 100 && !slices.Contains(kept, c) {
			kept = append(kept, c)
		}
	}
	return kept
}

func cleanTags(tags []string) []string {
	kept, seen := tags[:0], make(map[string]bool, len(tags))
	for _, t := range tags {
		t = cleanLine(t)
		if slug := TagSlug(t); slug != "" && len(slug) <= 100 && !seen[slug] {
			seen[slug] = true
			kept = append(kept, t)
		}
	}
	return kept
}

func cleanVersions(versions []Version) []Version {
	slices.SortStableFunc(versions, func(a, b Version) int { return a.Number - b.Number })
	kept := versions[:0]
	for _, v := range versions {
		v.At = cleanTime(v.At)
		if v.Number > 0 && (len(kept) == 0 || kept[len(kept)-1].Number < v.Number) {
			kept = append(kept, v)
		}
	}
	return kept
}

// cleanLinks orders the links by kind and leaves out what a browser would not open as a page.
func cleanLinks(links []Link) []Link {
	kept, seen := links[:0], make(map[string]bool, len(links))
	for _, l := range links {
		l.Label, l.URL, l.Stars = cleanLine(l.Label), cleanURL(l.URL), max(l.Stars, 0)
		key := string(l.Kind) + " " + l.URL
		if l.URL == "" || len(l.Label) > maxField || !slices.Contains(LinkKinds[:], l.Kind) || seen[key] {
			continue
		}
		seen[key] = true
		kept = append(kept, l)
	}
	slices.SortStableFunc(kept, func(a, b Link) int {
		return slices.Index(LinkKinds[:], a.Kind) - slices.Index(LinkKinds[:], b.Kind)
	})
	return kept
}

// cleanURL is the http or https address that s means ("github.com/a/b" means https), or "".
func cleanURL(s string) string {
	s = strings.TrimSpace(s)
	if s != "" && !strings.Contains(s, ":") && strings.Contains(s, ".") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(s) > maxURL || !utf8.ValidString(s) ||
		strings.ContainsFunc(s, isGap) {
		return ""
	}
	return s
}

func cleanDOI(s string) string {
	s = cleanLine(s)
	for {
		bare := s
		for _, prefix := range []string{"https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:", "DOI:"} {
			bare = strings.TrimSpace(strings.TrimPrefix(bare, prefix))
		}
		if bare == s {
			return s
		}
		s = bare
	}
}

// cleanTime drops what the catalogue does not keep: fractions of a second, time zones, and years before 1000.
func cleanTime(t time.Time) time.Time {
	t = t.UTC()
	if t.Year() < 1000 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.Truncate(time.Second)
}
