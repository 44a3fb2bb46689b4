package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"recto/store"
	"recto/web/latex"
)

func intText(n int) string { return strconv.Itoa(n) }

// pressed is the value of aria-pressed.
func pressed(on bool) string { return strconv.FormatBool(on) }

func featuredWord(p *store.Paper) string {
	if p.FeaturedBy == "" {
		return "listed"
	}
	return "featured"
}

func hasDetails(authors []store.Author) bool {
	for _, a := range authors {
		if a.Affiliation != "" || a.ORCID != "" {
			return true
		}
	}
	return false
}

func isWebAddress(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// outside is an address of another site as a link may hold it: what no address has in it is escaped.
func outside(url string) templ.SafeURL {
	var b strings.Builder
	for i := range len(url) {
		if c := url[i]; c <= ' ' || c == 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return templ.URL(b.String())
}

// licenceName shortens Creative Commons' and arXiv's addresses to what people call them.
func licenceName(url string) string {
	path := strings.Trim(url[strings.Index(url, "://")+3:], "/")
	host, path, _ := strings.Cut(path, "/")
	switch {
	case strings.HasSuffix(host, "creativecommons.org"):
		parts := strings.Split(path, "/")
		if len(parts) >= 3 && parts[0] == "licenses" {
			return "CC " + strings.ToUpper(parts[1]) + " " + parts[2]
		}
		if len(parts) >= 2 && parts[0] == "publicdomain" && parts[1] == "zero" {
			return "CC0 1.0"
		}
	case strings.HasSuffix(host, "arxiv.org") && strings.Contains(path, "nonexclusive"):
		return "arXiv’s non-exclusive licence to distribute"
	}
	return url
}

// nameAt is an author with the affiliation that a source has.
func nameAt(a store.Author) string {
	if a.Affiliation == "" {
		return latex.Text(a.Name)
	}
	return latex.Text(a.Name) + ", " + latex.Text(a.Affiliation)
}
