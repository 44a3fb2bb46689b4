package store

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// PaperID is a paper's one canonical name:
//
//	2401.01234          arXiv, since April 2007
//	hep-th/9901001      arXiv, before
//	doi:10.1000/x       lower case
//	acl:2020.acl-main.1
//	openreview:Abc_1-2
//	a-slug-of-its-title a local paper
//
// Versions are no part of it. Ids come from ParsePaperID, LocalPaperID or the database.
type PaperID string

// LostZeros says what a source does to arXiv's numbers.
type LostZeros int

// Hugging Face drops the zeros after the dot (2406.105 is 2406.00105); a number kept as a float, as in JSON or a
// spreadsheet, loses the last ones (2406.105 is 2406.10500).
const (
	NoZerosLost LostZeros = iota
	LeadingZerosLost
	TrailingZerosLost
)

const maxPaperID = 250 // bytes; longer input is refused unread

// Patterns from arXiv's own arxiv-base (arxiv/identifier), without its "extra" group.
var (
	oldArXiv   = regexp.MustCompile(`^([a-z]+(?:-[a-z]{2,})?)(?:\.[a-zA-Z-]{2,})?/(\d\d)(\d\d)(\d\d\d)(?:v[1-9]\d*)?$`)
	newArXiv   = regexp.MustCompile(`^(\d\d)(\d\d)\.(\d{4,5})(?:v[1-9]\d*)?$`)
	lossyArXiv = regexp.MustCompile(`^(\d{3,4})\.(\d{1,5})(?:v[1-9]\d*)?$`)
	doiForm    = regexp.MustCompile(`^10\.\d{4,9}(?:\.\d+)*/[^\s\pC\pZ\x{FFFD}<>"\\{}|^` + "`" + `]+$`)
	arXivDOI   = regexp.MustCompile(`^10\.48550/arxiv\.(.*)$`)
	aclForm    = regexp.MustCompile(`^(?:[A-Z]\d\d-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)$`)
	reviewForm = regexp.MustCompile(`^[A-Za-z0-9_-]{4,40}$`)
	localForm  = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	notLocal   = regexp.MustCompile(`[^a-z0-9]+`)
	extension  = regexp.MustCompile(`(?i)\.(?:pdf|ps|gz|ps\.gz)$`)
)

// reservedIDs are local slugs that would hide a page of the site under /papers/.
var reservedIDs = map[string]bool{
	"date": true, "week": true, "month": true, "trending": true, "latest": true, "top": true, "search": true,
	"new": true, "random": true, "index": true, "feed": true, "submit": true, "related": true,
}

// ParsePaperID reads any usual spelling of a paper's id: with a version, an "arXiv:" prefix, as a DOI or as the address
// of an abs or PDF page. The error wraps ErrInvalid.
func ParsePaperID(s string) (PaperID, error) { return ParsePaperIDLossy(s, NoZerosLost) }

// ParsePaperIDLossy is ParsePaperID for a source that loses zeros of arXiv's numbers.
func ParsePaperIDLossy(s string, lost LostZeros) (PaperID, error) {
	bad := fmt.Errorf("%w: %.60q is not a paper's id", ErrInvalid, s)
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxPaperID {
		return "", bad
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok && !strings.Contains(scheme, ":") {
		if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" {
			return "", bad
		}
		return idFromURL(rest, lost, bad)
	}
	if strings.HasPrefix(s, "10.") && strings.Contains(s, "/") {
		return parseDOI(s, lost, bad)
	}
	if prefix, rest, ok := strings.Cut(s, ":"); ok {
		rest = strings.TrimSpace(rest)
		switch strings.ToLower(prefix) {
		case "arxiv":
			return parseArXiv(rest, lost, bad)
		case "doi":
			return parseDOI(rest, lost, bad)
		case "acl":
			return parseForm("acl:", aclForm, rest, bad)
		case "openreview":
			return parseForm("openreview:", reviewForm, rest, bad)
		case "oai": // oai:arXiv.org:0901.2443
			if _, id, ok := strings.Cut(rest, ":"); ok && strings.EqualFold(rest[:len(rest)-len(id)-1], "arxiv.org") {
				return parseArXiv(id, lost, bad)
			}
		}
		return "", bad
	}
	if lower := strings.ToLower(s); strings.HasPrefix(lower, "arxiv.org/") || strings.HasPrefix(lower, "www.arxiv.org/") {
		return idFromURL(s, lost, bad)
	}
	if id, err := parseArXiv(s, lost, bad); err == nil {
		return id, nil
	}
	if len(s) <= maxLocalID && localForm.MatchString(s) && !reservedIDs[s] && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") {
		return PaperID(s), nil
	}
	return "", bad
}

// idFromURL finds the id in an address, given without its scheme, of a site that shows papers.
func idFromURL(s string, lost LostZeros, bad error) (PaperID, error) {
	u, err := url.Parse("https://" + s)
	if err != nil {
		return "", bad
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.Trim(u.Path, "/")
	first, rest, _ := strings.Cut(path, "/")
	switch {
	case host == "arxiv.org" || strings.HasSuffix(host, ".arxiv.org") || host == "alphaxiv.org" || host == "ar5iv.org":
		switch first {
		case "abs", "pdf", "html", "format", "ps", "src", "e-print", "overview":
			return parseArXiv(rest, lost, bad)
		}
	case host == "huggingface.co" && first == "papers", host == "scirate.com" && first == "arxiv":
		return parseArXiv(rest, lost, bad)
	case host == "doi.org" || host == "dx.doi.org":
		return parseDOI(path, lost, bad)
	case host == "aclanthology.org":
		return parseForm("acl:", aclForm, extension.ReplaceAllString(path, ""), bad)
	case host == "openreview.net" && (first == "forum" || first == "pdf"):
		return parseForm("openreview:", reviewForm, u.Query().Get("id"), bad)
	}
	return "", bad
}

func parseForm(prefix string, form *regexp.Regexp, s string, bad error) (PaperID, error) {
	if !form.MatchString(s) || len(prefix)+len(s) > maxPaperID {
		return "", bad
	}
	return PaperID(prefix + s), nil
}

func parseDOI(s string, lost LostZeros, bad error) (PaperID, error) {
	for _, prefix := range []string{"https://doi.org/", "http://doi.org/", "http://dx.doi.org/", "https://dx.doi.org/"} {
		s = strings.TrimPrefix(s, prefix)
	}
	s = strings.ToLower(s)
	if m := arXivDOI.FindStringSubmatch(s); m != nil {
		return parseArXiv(m[1], lost, bad)
	}
	if slashed := s + "/"; strings.Contains(slashed, "/./") || strings.Contains(slashed, "/../") {
		return "", bad // no address can hold it
	}
	return parseForm("doi:", doiForm, s, bad)
}

// parseArXiv cleans and checks an arXiv id in the order of arxiv-base.
func parseArXiv(s string, lost LostZeros, bad error) (PaperID, error) {
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	s = extension.ReplaceAllString(s, "")
	s = strings.TrimLeft(s, "/")
	if len(s) > 6 && strings.EqualFold(s[:6], "arxiv:") {
		s = strings.TrimSpace(s[6:])
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "//", "/"), "--", "-")
	if archive, number, ok := strings.Cut(s, "/"); ok {
		archive = strings.ToLower(archive)
		if hyphenated, ok := lostHyphens[archive]; ok {
			archive = hyphenated
		}
		return parseOldArXiv(archive+"/"+strings.ToLower(number), bad)
	}
	s = strings.ToLower(s)
	if lost != NoZerosLost {
		s = restoreZeros(s, lost)
	}
	m := newArXiv.FindStringSubmatch(s)
	if m == nil {
		return "", bad
	}
	yymm, number := m[1]+m[2], m[3]
	width, most := arXivWidth(yymm), 99999
	if width == 4 {
		most = 9999
	}
	n, _ := strconv.Atoi(number)
	if !isMonth(m[2]) || yymm < "0704" || n == 0 || n > most || len(number) > width {
		return "", bad
	}
	return PaperID(fmt.Sprintf("%s.%0*d", yymm, width, n)), nil
}

func parseOldArXiv(s string, bad error) (PaperID, error) {
	m := oldArXiv.FindStringSubmatch(s)
	if m == nil || !oldArchives[m[1]] || !isMonth(m[3]) || m[4] == "000" {
		return "", bad
	}
	year, _ := strconv.Atoi(m[2])
	if year < 91 {
		year += 100
	}
	if yymm := fmt.Sprintf("%03d%s", year, m[3]); yymm < "09107" || yymm > "10703" {
		return "", bad
	}
	return PaperID(m[1] + "/" + m[2] + m[3] + m[4]), nil
}

func isMonth(mm string) bool { return mm >= "01" && mm <= "12" }

func arXivWidth(yymm string) int {
	if yymm < "1501" {
		return 4
	}
	return 5
}

func restoreZeros(s string, lost LostZeros) string {
	m := lossyArXiv.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	yymm, number := m[1], m[2]
	if len(yymm) == 3 { // 0704 read as a number
		yymm = "0" + yymm
	}
	if missing := arXivWidth(yymm) - len(number); missing > 0 {
		if lost == LeadingZerosLost {
			number = strings.Repeat("0", missing) + number
		} else {
			number += strings.Repeat("0", missing)
		}
	}
	return yymm + "." + number
}

const maxLocalID = 96 // bytes

// LocalPaperID makes the id of a paper that has none of its own from its title. Titles that differ in letters or digits
// give different ids, however long they are and whatever they are written in: what an id can't hold is told by a hash.
func LocalPaperID(title string) PaperID {
	full := Slug(title)
	if id, err := ParsePaperID(full); err == nil && string(id) == full {
		return id
	}
	hash := fmt.Sprintf("p%x", sha256.Sum256([]byte(cmp.Or(full, title))))[:13] // with a letter, so that no id is a number
	slug := strings.Trim(notLocal.ReplaceAllString(full, "-"), "-")
	if most := maxLocalID - len(hash) - 1; len(slug) > most {
		slug = slug[:most]
		if i := strings.LastIndexByte(slug, '-'); i > maxLocalID/2 {
			slug = slug[:i]
		}
	}
	return PaperID(strings.Trim(strings.Trim(slug, "-")+"-"+hash, "-"))
}

// ArXiv is the arXiv id, or "" for a paper that is not arXiv's.
func (id PaperID) ArXiv() string {
	s := string(id)
	if strings.Contains(s, ":") || !strings.ContainsAny(s, "./") {
		return ""
	}
	return s
}

// scheme is the kind of id: "doi", "acl", "openreview", "arxiv" or "" for a local one.
func (id PaperID) scheme() string {
	if prefix, _, ok := strings.Cut(string(id), ":"); ok {
		return prefix
	}
	if id.ArXiv() != "" {
		return "arxiv"
	}
	return ""
}

// month is the first day of the month in an arXiv id, or "".
func (id PaperID) month() Day {
	s := id.ArXiv()
	if s == "" {
		return ""
	}
	s = s[strings.IndexByte(s, '/')+1:] // yymm…
	century := "20"
	if s[0] == '9' && strings.Contains(string(id), "/") {
		century = "19"
	}
	return Day(century + s[:2] + "-" + s[2:4] + "-01")
}

// Label is the id as people write it: "arXiv 2401.01234", "doi:10.1000/x"; a local paper has none.
func (id PaperID) Label() string {
	switch id.scheme() {
	case "arxiv":
		return "arXiv " + string(id)
	case "acl", "openreview", "doi":
		return string(id)
	}
	return ""
}

// oldArchives are the archives that numbered their papers before April 2007.
var oldArchives = setOf("acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn",
	"chem-ph", "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph",
	"hep-th", "math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg",
	"q-bio", "quant-ph", "solv-int", "supr-con")

// lostHyphens maps an archive written without its hyphen to the archive.
var lostHyphens = func() map[string]string {
	m := make(map[string]string)
	for archive := range oldArchives {
		if bare := strings.ReplaceAll(archive, "-", ""); bare != archive && !oldArchives[bare] {
			m[bare] = archive
		}
	}
	return m
}()

func setOf(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
