package cite

import "strings"

// maxLine is the longest line of a list of authors that BibTeX files get, in bytes; BibTeX itself reads 20,000 at most.
const maxLine = 110

// bibtexEntry is one entry. For BibLaTeX it is in UTF-8 and has that program's fields.
func bibtexEntry(w work, biblatex bool) string {
	kind, journalField := "misc", "journal"
	if biblatex {
		journalField = "journaltitle"
	}
	switch {
	case w.isArticle():
		kind = "article"
	case biblatex && w.isPreprint():
		kind = "online"
	}
	text := func(s string) string { return texText(s, biblatex) }

	e := entry{}
	e.add("title", texTitle(runs(w.paper.Title), biblatex))
	e.add("author", bibtexAuthors(w, text))
	if w.isArticle() {
		e.add(journalField, text(w.journal.Title))
		e.add("volume", text(w.journal.Volume))
		e.add("number", text(w.journal.Issue))
		e.add("pages", text(w.journal.pages("--")))
	}
	if issued := w.issued(); biblatex {
		e.add("date", issued.join("-"))
	} else {
		e.add("year", issued.year)
		e.addMonth(issued.month)
	}
	if w.arXiv != "" {
		source, category := "archivePrefix", "primaryClass"
		e.add("eprint", w.arXiv)
		if biblatex {
			source, category = "eprinttype", "eprintclass"
			e.add(source, "arxiv")
		} else {
			e.add(source, "arXiv")
		}
		e.add(category, text(w.paper.Primary()))
	}
	e.add("doi", w.doi)
	e.add("url", w.url)
	e.add("note", text(w.journal.Whole))
	return "@" + kind + "{" + w.key + e.fields.String() + "\n}\n"
}

// entry collects fields.
type entry struct{ fields strings.Builder }

// add appends a field, unless it is empty. The value has no unpaired brace.
func (e *entry) add(name, value string) {
	if value != "" {
		e.fields.WriteString(",\n  " + name + " = {" + value + "}")
	}
}

// addMonth appends the month by BibTeX's own name for it.
func (e *entry) addMonth(month string) {
	if month != "" {
		i := 3 * (int(month[0]-'0')*10 + int(month[1]-'0') - 1)
		e.fields.WriteString(",\n  month = " + "janfebmaraprmayjunjulaugsepoctnovdec"[i:i+3])
	}
}

// bibtexAuthors is the value of an author field, with all authors however many there are.
func bibtexAuthors(w work, text func(string) string) string {
	var b strings.Builder
	line := len("  author = {")
	for i, n := range w.names {
		s := bibtexName(n, text)
		if i > 0 {
			b.WriteString(" and")
			if line += len(" and ") + len(s); line > maxLine {
				b.WriteString("\n    ")
				line = len("    ") + len(s)
			} else {
				b.WriteByte(' ')
			}
		} else {
			line += len(s)
		}
		b.WriteString(s)
	}
	if w.others && len(w.names) > 0 {
		b.WriteString(" and others")
	}
	return b.String()
}

// bibtexName is a name as BibTeX reads it: "van der Maaten, Laurens", "King, Jr., Martin Luther", "{OpenAI}".
func bibtexName(n name, text func(string) string) string {
	if n.Literal != "" {
		return "{" + text(n.Literal) + "}"
	}
	s := n.surname()
	if n.Suffix != "" {
		s += ", " + n.Suffix
	}
	return text(s + ", " + n.Given)
}
