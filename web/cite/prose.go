package cite

import (
	"slices"
	"strings"
)

// maxNamed is how many authors a reference in prose names. Of more it names the first ones and the last.
const maxNamed = 20

// named are the authors that a reference names, each written by write; cut says that some are left out before the last.
func named(names []name, write func(name) string) (list []string, cut bool) {
	if cut = len(names) > maxNamed; cut {
		names = append(slices.Clip(names[:maxNamed-1]), names[len(names)-1])
	}
	for _, n := range names {
		list = append(list, write(n))
	}
	return list, cut
}

// apaReference is a reference in the style of the APA's seventh edition, as one paragraph.
func apaReference(w work) string {
	var b strings.Builder
	year := "(" + w.issued().year + ")."
	if year == "()." {
		year = "(n.d.)."
	}
	if who := apaAuthors(w); who != "" {
		b.WriteString(sentence(who) + " " + year + " " + sentence(w.title))
	} else {
		b.WriteString(sentence(w.title) + " " + year)
	}
	switch {
	case w.isArticle():
		b.WriteString(" " + sentence(w.journal.cited("–")))
	case w.isPreprint():
		b.WriteString(" arXiv.")
	}
	address := w.url
	if w.isArticle() && w.doi != "" {
		address = doiURL(w.doi)
	}
	return b.String() + " " + address + "\n"
}

func apaAuthors(w work) string {
	list, cut := named(w.names, func(n name) string {
		if n.Literal != "" {
			return n.Literal
		}
		s := n.surname()
		if initials := n.initials(); initials != "" {
			s += ", " + initials
		}
		if n.Suffix != "" {
			s += ", " + n.Suffix
		}
		return s
	})
	if len(list) == 0 {
		return ""
	}
	last := list[len(list)-1]
	others := strings.Join(list[:len(list)-1], ", ")
	switch {
	case cut:
		return others + ", … " + last
	case w.others:
		return strings.Join(list, ", ") + ", et al."
	case others != "":
		return others + ", & " + last
	}
	return last
}

// cited is "Phys. Rev. D, 76(2), 1–12".
func (j journal) cited(dash string) string {
	s := j.Title
	if j.Volume != "" {
		s += ", " + j.Volume
	}
	if j.Issue != "" {
		s += "(" + j.Issue + ")"
	}
	if pages := j.pages(dash); pages != "" {
		s += ", " + pages
	}
	return s
}

// sentence ends s with a full stop, unless it ends as a sentence does.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// markdownReference is a line: [Title](address). Authors. Year. Journal. arXiv:id
func markdownReference(w work) string {
	parts := []string{"[" + markdownText(w.title) + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(w.url) + ")."}
	list, cut := named(w.names, name.natural)
	if cut {
		list[len(list)-1] = "… " + list[len(list)-1]
	}
	if w.others && len(list) > 0 {
		list = append(list, "et al.")
	}
	for _, part := range []string{strings.Join(list, ", "), w.issued().year, w.journal.cited("–")} {
		if part != "" {
			parts = append(parts, sentence(markdownText(part)))
		}
	}
	switch {
	case w.arXiv != "":
		parts = append(parts, "arXiv:"+w.arXiv)
	case w.doi != "":
		parts = append(parts, markdownText("doi:"+w.doi))
	}
	return strings.Join(parts, " ") + "\n"
}

// markdownText escapes what Markdown would take for more than text.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>&#|~$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
