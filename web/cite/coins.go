package cite

import (
	"net/url"
	"strings"

	"recto/store"
)

// How many authors a listing's row carries: the largest collaborations would outweigh the page.
const (
	maxCOinSAuthors    = 50
	maxCOinSAuthorsDOI = 20 // where a DOI tells of them all
)

// COinS is a paper as an OpenURL context object, for the title of a <span class="Z3988"> (which escapes it). A page with
// several of them is one from which Zotero offers to take any. Of more than twenty authors it names none where there is a
// DOI, because Zotero then asks the DOI for them all, and with any author named it does not; else the first fifty.
func COinS(p *store.Paper, site string) string {
	w := newWork(p, site)
	var b strings.Builder
	add := func(key, value string) {
		if value != "" {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(key + "=" + url.QueryEscape(value))
		}
	}
	add("ctx_ver", "Z39.88-2004")
	if at, err := url.Parse(site); err == nil && at.Host != "" {
		add("rfr_id", "info:sid/"+at.Host)
	}
	if doi := w.anyDOI(); doi != "" {
		add("rft_id", "info:doi/"+doi)
	}
	add("rft_id", w.url)
	author := "rft.au"
	if w.isArticle() {
		add("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal")
		add("rft.genre", "article")
		add("rft.atitle", w.title)
		add("rft.jtitle", w.journal.Title)
		add("rft.volume", w.journal.Volume)
		add("rft.issue", w.journal.Issue)
		add("rft.pages", w.journal.pages("-"))
	} else {
		author = "rft.creator"
		add("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc")
		add("rft.type", "preprint")
		add("rft.title", w.title)
		if w.isPreprint() {
			add("rft.publisher", "arXiv")
		}
	}
	add("rft.date", w.issued().join("-"))
	for _, n := range w.coinsNames() {
		if n.Body {
			add("rft.aucorp", n.Literal)
		} else {
			add(author, n.sorted())
		}
	}
	return b.String()
}

func (w work) coinsNames() []name {
	if len(w.names) > maxCOinSAuthorsDOI && w.anyDOI() != "" {
		return nil
	}
	return w.names[:min(len(w.names), maxCOinSAuthors)]
}
