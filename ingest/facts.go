package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"recto/store"
)

// What more than one source needs to know of papers.

// arXivLinks are the pages of a paper on arXiv, without a version so that they lead to the newest; none for another's.
func arXivLinks(id store.PaperID) []store.Link {
	arXiv := id.ArXiv()
	if arXiv == "" {
		return nil
	}
	return []store.Link{
		{Kind: store.LinkAbs, URL: "https://arxiv.org/abs/" + arXiv},
		{Kind: store.LinkPDF, URL: "https://arxiv.org/pdf/" + arXiv},
	}
}

// arXivCategories leaves out the ACM and MSC classes that arXiv lists among its own categories.
func arXivCategories(terms []string) []string {
	var kept []string
	for _, term := range terms {
		if _, ok := store.LookupCategory(term); ok {
			kept = append(kept, term)
		}
	}
	return kept
}

// archives group categories, and stand for all of theirs where somebody asks for papers.
var archives = map[string]bool{"astro-ph": true, "cond-mat": true, "cs": true, "econ": true, "eess": true, "math": true,
	"nlin": true, "physics": true, "q-bio": true, "q-fin": true, "stat": true}

// checkCategories refuses what is neither a category nor an archive, and so would silently find nothing.
func checkCategories(asked []string) error {
	for _, c := range asked {
		if _, known := store.LookupCategory(c); !known && !archives[c] {
			return fmt.Errorf("%q is not a category of arXiv's", c)
		}
	}
	return nil
}

// standsFor says whether a paper in category have is one of those asked for with want.
func standsFor(want, have string) bool {
	return store.CanonicalCategory(have) == store.CanonicalCategory(want) || archives[want] && strings.HasPrefix(have, want+".")
}

// addAuthor adds a name, unless nothing in it is a letter: lists hold colons behind a team's name.
func addAuthor(authors []store.Author, a store.Author) []store.Author {
	if !strings.ContainsFunc(a.Name, unicode.IsLetter) {
		return authors
	}
	return append(authors, a)
}

// What a withdrawn paper's comment says, in the wordings seen on arXiv. "Withdrawn" alone is not enough: a paper may
// come from a workshop that it was withdrawn from, or take the place of one that was.
var (
	withdrawnComment = regexp.MustCompile(`(?i)^\W*(?:temporarily\s+)?withdrawn\b` +
		`|\b(?:is|are|was|been|being)\s+(?:\w+\s+)?withdrawn\b` +
		`|\b(?:withdraw|withdrawing)\s+(?:the\s+publication\s+of\s+)?(?:this|the|our)\b`)
	replacesAnother   = regexp.MustCompile(`(?i)\b(?:supersedes|replaces)\b`)
	withdrawnAbstract = regexp.MustCompile(`(?i)^\W*(?:withdrawn\b|(?:this|the|our)\s+(?:\w+\s+){1,3}?` +
		`(?:has\s+been|have\s+been|is|was)\s+(?:\w+\s+){0,2}?withdrawn\b)`)
)

// isWithdrawn says whether the comment or the abstract declares the paper withdrawn, which is arXiv's only sign of it.
func isWithdrawn(comment, abstract string) bool {
	return withdrawnComment.MatchString(comment) && !replacesAnother.MatchString(comment) ||
		withdrawnAbstract.MatchString(abstract)
}

var timeForms = []string{
	time.RFC3339, // also reads fractions of a second
	time.DateOnly,
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04:05Z07:00",
	"Mon, 2 Jan 2006 15:04:05 MST",
	"Mon, 2 Jan 2006 15:04:05 -0700",
}

var sizeBehindTime = regexp.MustCompile(`\s*\(\S+\)$`) // "Thu, 10 Jul 1997 21:14:20 GMT (3kb)"

// parseTime reads an instant in any form that a source has; one without a zone is UTC, a day is its first instant.
func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ")") {
		s = sizeBehindTime.ReplaceAllString(s, "")
	}
	for _, form := range timeForms {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1000 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// timeOr is parseTime with the zero time for anything else, for sources whose dates are a courtesy.
func timeOr(s string) time.Time {
	t, _ := parseTime(s)
	return t
}
