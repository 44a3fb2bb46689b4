package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"recto/store"
)

// fields reads the values of a JSON object one by one and remembers the first that is not what its key wants. null is
// as good as left out.
type fields struct {
	bad string // a reject's reason
}

func (f *fields) wrong(key string, raw json.RawMessage, want string) {
	if f.bad != "" {
		return
	}
	is, ok := map[byte]string{'"': "a string, ", '[': "", '{': "an object, ", 't': "true, ", 'f': "false, "}[raw[0]]
	if !ok {
		is = "a number, "
	}
	f.bad = fmt.Sprintf("%q is %snot %s", key, is, want)
}

// read decodes a value and says whether there is one.
func (f *fields) read(key string, raw json.RawMessage, into any, want string) bool {
	if isAbsent(raw) {
		return false
	}
	if err := json.Unmarshal(raw, into); err != nil {
		f.wrong(key, raw, want)
		return false
	}
	return true
}

func (f *fields) text(key string, raw json.RawMessage) string {
	var s string
	f.read(key, raw, &s, "a string")
	return s
}

func (f *fields) texts(key string, raw json.RawMessage) []string {
	var s []string
	f.read(key, raw, &s, "a list of strings")
	return s
}

// words is texts that also takes one string of words, as arXiv writes its categories.
func (f *fields) words(key string, raw json.RawMessage) []string {
	if len(raw) > 0 && raw[0] == '"' {
		return strings.Fields(f.text(key, raw))
	}
	return f.texts(key, raw)
}

func (f *fields) flag(key string, raw json.RawMessage) bool {
	var b bool
	f.read(key, raw, &b, "true or false")
	return b
}

func (f *fields) number(key string, raw json.RawMessage) int {
	var n int
	if f.read(key, raw, &n, "a whole number") && n < 0 {
		f.bad = cmp.Or(f.bad, fmt.Sprintf("%q is below zero", key))
		return 0
	}
	return n
}

func (f *fields) instant(key string, raw json.RawMessage) time.Time {
	s := f.text(key, raw)
	if strings.TrimSpace(s) == "" {
		return time.Time{}
	}
	t, ok := parseTime(s)
	if !ok {
		f.bad = cmp.Or(f.bad, fmt.Sprintf("%q, which says %.40q, is not a time such as 2026-03-11T10:00:00Z", key, s))
	}
	return t
}

func (f *fields) day(key string, raw json.RawMessage) store.Day {
	s := f.text(key, raw)
	if s == "" {
		return ""
	}
	day, err := store.ParseDay(s)
	if err != nil {
		f.bad = cmp.Or(f.bad, fmt.Sprintf("%q, which says %.40q, is not a day such as 2026-03-11", key, s))
	}
	return day
}

// paperID reads the id and returns it also as it was spelled. A JSON number has lost its last zeros.
func (f *fields) paperID(key string, raw json.RawMessage) (store.PaperID, string) {
	lost, spelled := store.NoZerosLost, ""
	switch {
	case isAbsent(raw):
		f.bad = cmp.Or(f.bad, "it has no "+key)
		return "", ""
	case raw[0] == '"':
		spelled = f.text(key, raw)
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		lost, spelled = store.TrailingZerosLost, string(raw)
	default:
		f.wrong(key, raw, "a string")
		return "", ""
	}
	id, err := store.ParsePaperIDLossy(spelled, lost)
	if err != nil {
		f.bad = cmp.Or(f.bad, fmt.Sprintf("%q, which says %.60q, is not a paper's id", key, spelled))
	}
	return id, spelled
}

// jsonlAuthor is an author as Recto writes it; a plain string is a name in any form.
type jsonlAuthor struct {
	Name        string `json:"name"`
	Affiliation string `json:"affiliation,omitempty"`
	ORCID       string `json:"orcid,omitempty"`
}

func (a *jsonlAuthor) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		var name string
		if err := json.Unmarshal(raw, &name); err != nil {
			return err
		}
		*a = jsonlAuthor{Name: store.ParseAuthor(name).Name}
		return nil
	}
	type plain jsonlAuthor
	return json.Unmarshal(raw, (*plain)(a))
}

func (f *fields) authors(key string, raw json.RawMessage) []store.Author {
	var list []jsonlAuthor
	if !f.read(key, raw, &list, "a list of names or of objects with a name") || len(list) == 0 {
		return nil
	}
	authors := make([]store.Author, len(list))
	for i, a := range list {
		authors[i] = store.Author(a)
	}
	return authors
}

type jsonlVersion struct {
	Number int    `json:"number"`
	At     string `json:"at,omitempty"`
}

func (f *fields) versions(key string, raw json.RawMessage) []store.Version {
	var list []jsonlVersion
	f.read(key, raw, &list, "a list of objects with number and at")
	var versions []store.Version
	for _, v := range list {
		at, ok := parseTime(v.At)
		if v.Number < 1 || v.At != "" && !ok {
			f.bad = cmp.Or(f.bad, fmt.Sprintf("%q has one with the number %d and the time %.40q", key, v.Number, v.At))
		}
		versions = append(versions, store.Version{Number: v.Number, At: at})
	}
	return versions
}

type jsonlLink struct {
	Kind  store.LinkKind `json:"kind"`
	URL   string         `json:"url"`
	Label string         `json:"label,omitempty"`
	Stars int            `json:"stars,omitempty"`
}

func (f *fields) links(key string, raw json.RawMessage) []store.Link {
	var list []jsonlLink
	f.read(key, raw, &list, "a list of objects with kind and url")
	var links []store.Link
	for _, l := range list {
		links = append(links, store.Link(l))
	}
	return links
}

func isAbsent(values ...json.RawMessage) bool {
	for _, raw := range values {
		if len(raw) > 0 && string(raw) != "null" {
			return false
		}
	}
	return true
}

// textOr is a string's value, or "" for anything else.
func textOr(raw json.RawMessage) string {
	var f fields
	return strings.TrimSpace(f.text("", raw))
}
