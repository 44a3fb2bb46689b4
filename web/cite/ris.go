package cite

import "strings"

// risEntry is one record. A preprint's type is UNPB, which the programs that know preprints read as one; RIS has no type
// of its own for them.
func risEntry(w work) string {
	var b strings.Builder
	line := func(tag, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			b.WriteString(tag + "  - " + value + "\r\n")
		}
	}
	kind := "UNPB"
	if w.isArticle() {
		kind = "JOUR"
	}
	line("TY", kind)
	line("ID", w.key)
	line("TI", w.title)
	for _, n := range w.names {
		line("AU", n.sorted())
	}
	issued := w.issued()
	line("PY", issued.year)
	if issued.month != "" {
		line("DA", issued.join("/"))
	}
	if w.isArticle() {
		line("T2", w.journal.Title)
		line("VL", w.journal.Volume)
		line("IS", w.journal.Issue)
		line("SP", w.journal.First)
		line("EP", w.journal.Last)
		line("N1", w.journal.Whole)
	}
	if w.arXiv != "" {
		if w.isPreprint() {
			line("PB", "arXiv")
		}
		line("AN", "arXiv:"+w.arXiv)
	}
	line("DO", w.anyDOI())
	line("UR", w.url)
	line("AB", w.abstract())
	for _, keyword := range w.keywords() {
		line("KW", strings.ReplaceAll(keyword, ";", ","))
	}
	b.WriteString("ER  - \r\n")
	return b.String()
}
