package cite

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"recto/store"
)

// Format is a form of citations, by the name that it has in addresses.
type Format string

// The formats. BibTeX is 7-bit where TeX can say it so; BibLaTeX has the same in UTF-8 and in BibLaTeX's fields.
const (
	BibTeX   Format = "bibtex"
	BibLaTeX Format = "biblatex"
	RIS      Format = "ris"
	CSLJSON  Format = "csl"
	APA      Format = "apa"
	Markdown Format = "markdown"
)

// Formats are all formats, in the order in which they are offered.
var Formats = [...]Format{BibTeX, BibLaTeX, RIS, CSLJSON, APA, Markdown}

// Lookup is the format of a name.
func Lookup(name string) (Format, bool) {
	for _, f := range Formats {
		if string(f) == name {
			return f, true
		}
	}
	return "", false
}

// details are a format's name for people, its media type and the ending of its files.
func (f Format) details() (label, mediaType, extension string) {
	switch f {
	case BibTeX:
		return "BibTeX", "application/x-bibtex", ".bib"
	case BibLaTeX:
		return "BibLaTeX", "application/x-bibtex", ".bib"
	case RIS:
		return "RIS", "application/x-research-info-systems", ".ris"
	case CSLJSON:
		return "CSL-JSON", "application/vnd.citationstyles.csl+json", ".json"
	case APA:
		return "APA", "text/plain", ".txt"
	case Markdown:
		return "Markdown", "text/markdown", ".md"
	}
	return "", "", ""
}

// Label is the format's name for people.
func (f Format) Label() string { label, _, _ := f.details(); return label }

// MediaType is what the format is sent as. Every format is UTF-8.
func (f Format) MediaType() string { _, mediaType, _ := f.details(); return mediaType }

// Extension is how a file of the format ends, with its dot.
func (f Format) Extension() string { _, _, extension := f.details(); return extension }

// Write writes any number of papers, one at a time: CSL-JSON as one array, the others as entries with an empty line
// between them. The site is its address without a slash at the end, for papers that have no other. An error of papers
// ends the writing and is returned as it is.
func Write(w io.Writer, f Format, papers iter.Seq2[*store.Paper, error], site string) error {
	out := bufio.NewWriter(w)
	first, between, last := f.frame()
	out.WriteString(first)
	n := 0
	for p, err := range papers {
		if err != nil {
			out.Flush()
			return err
		}
		if n++; n > 1 {
			out.WriteString(between)
		}
		if _, err := out.WriteString(f.entry(newWork(p, site))); err != nil {
			return fmt.Errorf("writing %s as %s: %w", p.ID, f, err)
		}
	}
	out.WriteString(last)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing %s: %w", f, err)
	}
	return nil
}

// One is a single paper as Write would write it.
func One(f Format, p *store.Paper, site string) string {
	first, _, last := f.frame()
	return first + f.entry(newWork(p, site)) + last
}

// frame is what stands before, between and after entries.
func (f Format) frame() (first, between, last string) {
	switch f {
	case CSLJSON:
		return "[\n", ",\n", "\n]\n"
	case RIS:
		return "", "\r\n", ""
	}
	return "", "\n", ""
}

func (f Format) entry(w work) string {
	switch f {
	case BibTeX:
		return bibtexEntry(w, false)
	case BibLaTeX:
		return bibtexEntry(w, true)
	case RIS:
		return risEntry(w)
	case CSLJSON:
		return cslItem(w)
	case APA:
		return apaReference(w)
	case Markdown:
		return markdownReference(w)
	}
	return ""
}

// formattedCitation is what DOI resolvers call a citation in plain text. To ask for text/plain is no sign of wanting one.
const formattedCitation = "text/x-bibliography"

// Negotiate is the format that an Accept header prefers to a page, and false when it prefers the page. A format must be
// named to win: against */* (which HTTP libraries add to whatever they ask for) an equal weight is enough for a type that
// only citations have, and text/markdown needs the greater one.
func Negotiate(accept string) (Format, bool) {
	weights := map[string]float64{}
	order := []string{}
	for _, part := range strings.Split(accept, ",") {
		mediaType, q := acceptPart(part)
		if _, seen := weights[mediaType]; !seen {
			weights[mediaType] = q
			order = append(order, mediaType)
		}
	}
	page := max(weights["text/html"], weights["application/xhtml+xml"])
	anything := max(weights["*/*"], weights["text/*"])
	best, found, weight := Format(""), false, page
	for _, mediaType := range order {
		f, ok := negotiable(mediaType)
		q := weights[mediaType]
		if ok && q > weight && (q > anything || q == anything && f != Markdown) {
			best, found, weight = f, true, q
		}
	}
	return best, found
}

func negotiable(mediaType string) (Format, bool) {
	switch mediaType {
	case formattedCitation:
		return APA, true
	case "text/plain":
		return "", false
	}
	for _, f := range Formats {
		if f.MediaType() == mediaType {
			return f, true
		}
	}
	return "", false
}

// acceptPart reads one type of an Accept header and its weight, which is 1 unless it says otherwise.
func acceptPart(part string) (mediaType string, q float64) {
	mediaType, parameters, _ := strings.Cut(part, ";")
	q = 1
	for _, parameter := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			if n, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && n >= 0 && n <= 1 {
				q = n
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(mediaType)), q
}
