package store

import (
	"strings"
	"time"
)

// Paper is one catalogue entry: a paper's newest version.
//
// A source fills what it knows and leaves the rest zero; UpsertPapers merges it with what is there. A paper that the
// store returns is whole: FeaturedOn is always set.
type Paper struct {
	ID         PaperID
	Title      string
	Abstract   string
	Authors    []Author
	Categories []string // arXiv's, primary first, aliases replaced by their canonical names
	Tags       []string // topics that sources or curators gave, in their order
	MinedTags  []string // topics that Recto found in the text; kept by SetMinedTags and, for new papers, a mined Batch

	SubmittedAt time.Time // version 1's instant; zero when no source knows it
	RevisedAt   time.Time // the newest version's instant; zero when no source knows it
	Versions    []Version // v1 first; empty when no source lists them

	FeaturedOn Day    // the day in whose listing the paper stands
	FeaturedBy string // the source that chose FeaturedOn; "" when it is just the day of submission

	Comment    string // such as "12 pages, 3 figures"
	JournalRef string
	DOI        string // without a resolver's address
	Licence    string // a URL
	Withdrawn  bool
	Links      []Link

	Source string    // the source that the text came from, such as "arxiv"
	ReadAt time.Time // when that source was read

	SourceVotes int // votes that a source brought; 0 when it counts none
	ReaderVotes int // this site's own; kept by SetVote alone
}

// Author is a name on a paper.
type Author struct {
	Name        string
	Affiliation string // "" when no source has it
	ORCID       string // sixteen digits in groups of four, without an address; "" when no source has it
}

// Version is one version of a paper: v1, v2, …
type Version struct {
	Number int
	At     time.Time
}

// LinkKind says what a Link leads to.
type LinkKind string

// What a paper links to.
const (
	LinkPDF     LinkKind = "pdf"
	LinkAbs     LinkKind = "abs" // the page of the paper at its source
	LinkCode    LinkKind = "code"
	LinkProject LinkKind = "project"
	LinkModel   LinkKind = "model"
	LinkDataset LinkKind = "dataset"
	LinkDemo    LinkKind = "demo"
	LinkVideo   LinkKind = "video"
)

// LinkKinds are all kinds, in the order in which a paper's links are shown.
var LinkKinds = [...]LinkKind{LinkAbs, LinkPDF, LinkCode, LinkProject, LinkModel, LinkDataset, LinkDemo, LinkVideo}

// Link leads from a paper to something outside the catalogue. The URL is http or https.
type Link struct {
	Kind  LinkKind
	URL   string
	Label string // "" for the kind's usual one
	Stars int    // 0 when unknown
}

// Votes is the number that stands beside the paper: a source's votes and the readers' own.
func (p *Paper) Votes() int { return p.SourceVotes + p.ReaderVotes }

// Version is the newest version's number, or 0 when no source knows it.
func (p *Paper) Version() int {
	if n := len(p.Versions); n > 0 {
		return p.Versions[n-1].Number
	}
	return 0
}

// Primary is the first category, or "".
func (p *Paper) Primary() string {
	if len(p.Categories) == 0 {
		return ""
	}
	return p.Categories[0]
}

// AllTags are the paper's tags, given ones before mined ones, each once.
func (p *Paper) AllTags() []string {
	if len(p.MinedTags) == 0 {
		return p.Tags
	}
	tags := make([]string, 0, len(p.Tags)+len(p.MinedTags))
	seen := make(map[string]bool, cap(tags))
	for _, group := range [][]string{p.Tags, p.MinedTags} {
		for _, tag := range group {
			if slug := TagSlug(tag); slug != "" && !seen[slug] {
				seen[slug] = true
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// ListedAt is what newest-first sorts by: the submission, or the featured day where no source knows it.
func (p *Paper) ListedAt() time.Time {
	if !p.SubmittedAt.IsZero() {
		return p.SubmittedAt
	}
	return p.FeaturedOn.Time()
}

// URL of the paper's link of a kind, or "".
func (p *Paper) URL(kind LinkKind) string {
	for _, l := range p.Links {
		if l.Kind == kind {
			return l.URL
		}
	}
	return ""
}

// ParseAuthor reads a name as sources write it: "Yann LeCun", "LeCun, Yann" or "King, Martin Luther, Jr.".
func ParseAuthor(s string) Author {
	s = cleanLine(s)
	if last, first, ok := strings.Cut(s, ","); ok && strings.TrimSpace(last) != "" {
		first, suffix, _ := strings.Cut(first, ",")
		if generations[strings.ToLower(strings.Trim(first, " ."))] { // "Robert Downey, Jr.", BibTeX's "King, Jr., Martin"
			first, suffix = suffix, first
		}
		s = cleanLine(first + " " + last + " " + suffix)
	}
	return Author{Name: s}
}
