package query

import (
	"strings"

	"recto/store"
)

// Direct is the paper that s names and nothing else: an arXiv id, a DOI, or the address of a paper here or elsewhere.
func Direct(s string) (store.PaperID, bool) {
	s = strings.Trim(strings.TrimSpace(s), "<>\"'.,;()[] ")
	if id, rest, ok := strings.Cut(s, " "); ok {
		switch {
		case strings.HasPrefix(rest, "[") || rest == "": // arXiv:2401.01234 [cs.LG
			s = id
		case strings.EqualFold(strings.TrimSuffix(id, ":"), "arxiv") || strings.EqualFold(strings.TrimSuffix(id, ":"), "doi"):
			s = strings.TrimSuffix(id, ":") + ":" + strings.TrimSpace(rest)
		default:
			return "", false
		}
	}
	if len(s) > 3 && strings.EqualFold(s[:3], "id:") {
		s = s[3:]
	}
	if id, err := store.ParsePaperID(s); err == nil {
		return id, strings.ContainsAny(string(id), ":./") // a word could be a local paper's id too
	}
	for _, scheme := range [...]string{"http://", "https://"} {
		if _, path, ok := strings.Cut(s, "/papers/"); ok && strings.HasPrefix(s, scheme) { // our own
			path, _, _ = strings.Cut(path, "?")
			path, _, _ = strings.Cut(path, "#")
			id, err := store.ParsePaperID(strings.TrimSuffix(path, "/"))
			return id, err == nil
		}
	}
	return "", false
}
