package cite

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"recto/web/latex"
)

// journal is where a paper was published.
type journal struct {
	Title  string // of the journal, or the whole reference where its form is not clear
	Volume string
	Issue  string
	First  string // page, or the article's number
	Last   string // page
	Year   string // "" when the reference names none, or several
	Whole  string // the reference, when the other fields do not say all of it
}

// What may follow a journal's name, in any order, each at most once.
var (
	volumePart = regexp.MustCompile(`(?i)^(?:volumes?|vol|v)\b\.?\s*:?\s*(\d+)`)
	issuePart  = regexp.MustCompile(`(?i)^(?:numbers?|nr|nos?|n|issues?|iss)\b\.?\s*:?\s*(\d+(?:\s*[-–/]\s*\d+)?)`)
	bracedPart = regexp.MustCompile(`^\((\d{1,3}(?:[-–]\d{1,3})?)\)`)
	yearPart   = regexp.MustCompile(`^\(\s*(?:[^()]*[\s.])?((?:18|19|20)\d\d)\s*\)`)
	lastYear   = regexp.MustCompile(`^(?:\p{Lu}\p{L}{2,8}\.?\s+)?((?:18|19|20)\d\d)$`)
	yearFirst  = regexp.MustCompile(`(?i)^((?:18|19|20)\d\d)[\s,.]+v(?:ol)?\b`)
	numberPart = regexp.MustCompile(`^(\d+)`)
	pagesPart  = regexp.MustCompile(`^(?i:pages?|pp?)?\.?\s*(\pL{0,2}\d+\pL?)(?:\(R\))?(?:\s*(?:-{1,3}|–|—)\s*(\pL{0,2}\d+\pL?))?`)

	volumeWord = regexp.MustCompile(`(?i)[\s,.]*\b(?:volume|vol|v)\.?\s*$`)
	noSpace    = regexp.MustCompile(`([.:])(\pL)`)
	anyYear    = regexp.MustCompile(`\b(?:18|19|20)\d\d\b`)
)

const (
	maxJournal = 90 // bytes of a journal's name
	separators = " ,.:"
)

// parseJournal reads a journal reference as authors write it on arXiv: "Phys.Rev.D76:013009,2007", "J. Algebra 321
// (2009), 3450-3468". A form is clear when all of it is understood: a name, then a volume, a year and mostly an issue and
// pages. Of several references it is the first that counts.
func parseJournal(ref string) journal {
	ref = strings.Join(strings.Fields(latex.Text(ref)), " ")
	if ref == "" {
		return journal{}
	}
	first, more, _ := strings.Cut(ref, ";")
	if j, ok := clearJournal(strings.TrimRight(first, " .,")); ok {
		if strings.TrimSpace(more) != "" {
			j.Whole = ref
		}
		return j
	}
	j := journal{Title: ref}
	for _, year := range anyYear.FindAllString(ref, -1) {
		if j.Year != "" && j.Year != year {
			j.Year = ""
			break
		}
		j.Year = year
	}
	return j
}

func clearJournal(s string) (journal, bool) {
	end := strings.IndexAny(s, `0123456789,;()"“`)
	if end < 2 || end > maxJournal {
		return journal{}, false
	}
	title, rest := s[:end], s[end:]
	if labelled := volumeWord.FindString(title); labelled != "" && len(labelled) < len(title) {
		title = strings.TrimSuffix(title, labelled)
		if strings.HasPrefix(strings.TrimSpace(labelled), ".") {
			title += "." // it shortens the name
		}
	}
	j := journal{Title: strings.TrimRight(noSpace.ReplaceAllString(title, "$1 $2"), " :")}
	if first, _ := utf8.DecodeRuneInString(j.Title); !unicode.IsUpper(first) {
		return journal{}, false
	}
	parts := []struct {
		form *regexp.Regexp
		to   *string
	}{
		{volumePart, &j.Volume}, {issuePart, &j.Issue}, {yearPart, &j.Year}, {lastYear, &j.Year}, {yearFirst, &j.Year},
		{numberPart, &j.Volume}, {bracedPart, &j.Issue}, {pagesPart, &j.First},
	}
next:
	for rest = strings.TrimLeft(rest, separators); rest != ""; rest = strings.TrimLeft(rest, separators) {
		for _, part := range parts {
			m := part.form.FindStringSubmatchIndex(rest)
			if m == nil || *part.to != "" {
				continue
			}
			*part.to = rest[m[2]:m[3]]
			if part.form == pagesPart && m[4] >= 0 {
				j.Last = rest[m[4]:m[5]]
			}
			if part.form == yearFirst {
				m[1] = m[3] // the volume's label is still to be read
			}
			rest = rest[m[1]:]
			continue next
		}
		return journal{}, false
	}
	j.Issue = strings.NewReplacer(" ", "", "–", "-").Replace(j.Issue)
	return j, j.Volume != "" && j.Year != ""
}

// pages are the pages with a dash between the first and the last.
func (j journal) pages(dash string) string {
	if j.Last == "" {
		return j.First
	}
	return j.First + dash + j.Last
}
