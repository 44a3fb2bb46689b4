package web

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// oaiPlace is how far a list of records has been given. A resumption token is all of it, so that tokens never expire.
type oaiPlace struct {
	Prefix, Set, From, Until string // as asked for
	After                    store.HarvestKey
	Given                    int // records
}

// newOAIPlace is the place that a request goes on from: its token's, or the beginning of what it asks for.
func newOAIPlace(form map[string]string) (oaiPlace, error) {
	if token, resumes := form["resumptionToken"]; resumes {
		return readOAIToken(token)
	}
	for _, name := range []string{"from", "until", "set"} {
		if value, given := form[name]; given && value == "" {
			return oaiPlace{}, badArgument("The argument %s is empty.", name)
		}
	}
	return oaiPlace{Prefix: form["metadataPrefix"], Set: form["set"], From: form["from"], Until: form["until"]}, nil
}

// whole says whether every paper is in the list.
func (p oaiPlace) whole() bool {
	return p.Prefix == oaiDCPrefix && p.Set == "" && p.From == "" && p.Until == ""
}

// harvest is the next page as the store knows it.
func (p oaiPlace) harvest() (store.Harvest, error) {
	h := store.Harvest{ArXiv: p.Prefix == oaiArXivPrefix, After: p.After, Limit: oaiPage}
	if p.Prefix != oaiDCPrefix && !h.ArXiv {
		return h, oaiError{"cannotDisseminateFormat", oaiText(fmt.Sprintf("There is no format %.40q here.", p.Prefix))}
	}
	var err error
	if h.From, err = readOAITime("from", p.From, false); err != nil {
		return h, err
	}
	if h.Until, err = readOAITime("until", p.Until, true); err != nil {
		return h, err
	}
	if p.From != "" && p.Until != "" {
		if len(p.From) != len(p.Until) {
			return h, badArgument("The arguments from and until differ in their granularity.")
		}
		if h.Until.Before(h.From) {
			return h, badArgument("The argument until lies before from.")
		}
	}
	if p.Set != "" {
		if !oaiSetForm.MatchString(p.Set) {
			return h, badArgument("%.40q is not written like a set.", p.Set)
		}
		if h.Categories = oaiSetCategories(p.Set); len(h.Categories) == 0 {
			return h, oaiError{"noRecordsMatch", oaiText(fmt.Sprintf("There is no set %.40q.", p.Set))}
		}
	}
	return h, nil
}

// readOAITime reads a day or a second; a day's end is its last second.
func readOAITime(name, text string, end bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse("2006-01-02T15:04:05Z", text); err == nil && len(text) == len("2006-01-02T15:04:05Z") {
		return t, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, badArgument("The argument %s is neither like 2026-03-11 nor like 2026-03-11T12:30:00Z.", name)
	}
	if end {
		t = t.Add(24*time.Hour - time.Second)
	}
	return t, nil
}

const oaiTokenFields = 7

func (p oaiPlace) token() string {
	n := func(i int64) string { return strconv.FormatInt(i, 36) }
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{p.Prefix, p.Set, p.From, p.Until,
		n(p.After.Changed), n(p.After.Number), n(int64(p.Given))}, "|")))
}

func readOAIToken(token string) (oaiPlace, error) {
	bad := oaiError{"badResumptionToken", "The token is not one of this site's."}
	text, err := base64.RawURLEncoding.DecodeString(token)
	fields := strings.Split(string(text), "|")
	if err != nil || len(fields) != oaiTokenFields {
		return oaiPlace{}, bad
	}
	var numbers [3]int64
	for i := range numbers {
		if numbers[i], err = strconv.ParseInt(fields[4+i], 36, 64); err != nil || numbers[i] < 0 {
			return oaiPlace{}, bad
		}
	}
	p := oaiPlace{Prefix: fields[0], Set: fields[1], From: fields[2], Until: fields[3],
		After: store.HarvestKey{Changed: numbers[0], Number: numbers[1]}, Given: int(numbers[2])}
	if _, err := p.harvest(); err != nil || p.Given == 0 || p.token() != token {
		return oaiPlace{}, bad
	}
	return p, nil
}

// oaiSetSpec is the set of one of arXiv's categories, as arXiv itself writes it: cs:cs:LG, physics:hep-th; "" for any other
// category. A record of a set is of the sets above it, too.
func oaiSetSpec(category string) string {
	info, ok := store.LookupCategory(category)
	if !ok || info.Canonical != info.ID {
		return ""
	}
	group := info.Archive
	if info.Group == "Physics" {
		group = "physics"
	}
	if _, class, ok := strings.Cut(info.ID, "."); ok {
		return group + ":" + info.Archive + ":" + class
	}
	return group + ":" + info.Archive
}

// oaiSets are all sets, those above before those in them.
func oaiSets() []oaiSet {
	var sets []oaiSet
	add := func(spec, name string) {
		if !slices.ContainsFunc(sets, func(s oaiSet) bool { return s.Spec == spec }) {
			sets = append(sets, oaiSet{spec, name})
		}
	}
	for _, info := range store.Categories() {
		spec := oaiSetSpec(info.ID)
		if spec == "" {
			continue
		}
		parts := strings.Split(spec, ":")
		add(parts[0], info.Group)
		add(strings.Join(parts[:2], ":"), info.ArchiveName)
		add(spec, info.Name)
	}
	return sets
}

// oaiSetCategories are the categories of a set as store.Harvest takes them.
func oaiSetCategories(spec string) []string {
	var all []string
	for _, info := range store.Categories() {
		of := oaiSetSpec(info.ID)
		if of != spec && !strings.HasPrefix(of, spec+":") {
			continue
		}
		id := info.ID
		if archive, _, dotted := strings.Cut(id, "."); dotted && of != spec {
			id = archive + "."
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}
