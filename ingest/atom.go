package ingest

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"recto/store"
)

const (
	atomExpected = "an Atom feed of arXiv's API"
	atomSpace    = "http://www.w3.org/2005/Atom"
	searchSpace  = "http://a9.com/-/spec/opensearch/1.1/"
)

// atomInfo is what a feed says of itself, before its entries.
type atomInfo struct {
	total   int // results of the whole query
	entries int // seen in this feed
}

// apiError is a feed in which arXiv says what was wrong with the question.
type apiError struct{ message string }

func (e *apiError) Error() string { return "arXiv says: " + e.message }

type atomEntry struct {
	ID         string         `xml:"http://www.w3.org/2005/Atom id"`
	Title      string         `xml:"http://www.w3.org/2005/Atom title"`
	Summary    string         `xml:"http://www.w3.org/2005/Atom summary"`
	Published  string         `xml:"http://www.w3.org/2005/Atom published"`
	Updated    string         `xml:"http://www.w3.org/2005/Atom updated"`
	Authors    []atomAuthor   `xml:"http://www.w3.org/2005/Atom author"`
	Categories []atomCategory `xml:"http://www.w3.org/2005/Atom category"`
	Primary    atomCategory   `xml:"http://arxiv.org/schemas/atom primary_category"`
	Comment    string         `xml:"http://arxiv.org/schemas/atom comment"`
	JournalRef string         `xml:"http://arxiv.org/schemas/atom journal_ref"`
	DOI        string         `xml:"http://arxiv.org/schemas/atom doi"`
	Raw        []byte         `xml:",innerxml"`
}

type atomAuthor struct {
	Name         string   `xml:"http://www.w3.org/2005/Atom name"`
	Affiliations []string `xml:"http://arxiv.org/schemas/atom affiliation"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// parseAtom reads a feed of arXiv's API and fills info on the way. A feed that holds an error is that error.
func parseAtom(r io.Reader, info *atomInfo) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		br := bufio.NewReaderSize(r, bufferSize)
		head, _ := br.Peek(512)
		if trimmed := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\uFEFF"))); !bytes.HasPrefix(trimmed, []byte("<")) ||
			bytes.Contains(bytes.ToLower(trimmed), []byte("<html")) {
			yield(Record{}, notText(trimmed, atomExpected))
			return
		}
		d := xml.NewDecoder(br)
		for rooted := false; ; {
			token, err := d.Token()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Record{}, &documentError{"broken XML", atomExpected, err})
				return
			}
			start, ok := token.(xml.StartElement)
			switch {
			case !ok:
				continue
			case !rooted && start.Name != xml.Name{Space: atomSpace, Local: "feed"}:
				was := fmt.Sprintf("XML with the element <%s>", start.Name.Local)
				yield(Record{}, &documentError{was: was, expected: atomExpected})
				return
			case !rooted:
				rooted = true
				continue
			}
			rec, err := info.element(d, start)
			if err != nil {
				yield(Record{}, err)
				return
			}
			if rec != nil && !yield(*rec, nil) {
				return
			}
		}
	}
}

// element reads one element of the feed; an entry gives a record.
func (info *atomInfo) element(d *xml.Decoder, start xml.StartElement) (*Record, error) {
	var err error
	switch start.Name {
	case xml.Name{Space: searchSpace, Local: "totalResults"}:
		var total string
		err = d.DecodeElement(&total, &start)
		info.total, _ = strconv.Atoi(strings.TrimSpace(total))
	case xml.Name{Space: atomSpace, Local: "entry"}:
		var entry atomEntry
		if err = d.DecodeElement(&entry, &start); err == nil {
			info.entries++
			rec, err := entry.record(info.entries)
			return &rec, err
		}
	default:
		err = d.Skip()
	}
	if err != nil {
		return nil, &documentError{"broken XML", atomExpected, err}
	}
	return nil, nil
}

const apiErrors = "arxiv.org/api/errors"

var atomVersion = regexp.MustCompile(`v([1-9]\d*)$`)

func (e *atomEntry) record(number int) (Record, error) {
	if strings.Contains(e.ID, apiErrors) {
		return Record{}, &apiError{strings.TrimSpace(e.Summary)}
	}
	spelled := strings.TrimSpace(e.ID)
	rec := Record{Place: fmt.Sprintf("entry %d", number), ID: spelled, Raw: e.Raw}
	id, err := store.ParsePaperID(spelled)
	if err == nil && id.ArXiv() == "" {
		err = errors.New("it is not an arXiv id")
	}
	if err != nil {
		rec.Reason = reasonOf(err)
		return rec, nil
	}
	p := store.Paper{
		ID: id, Title: e.Title, Abstract: e.Summary, SubmittedAt: timeOr(e.Published), RevisedAt: timeOr(e.Updated),
		Comment: e.Comment, JournalRef: e.JournalRef, DOI: e.DOI, Withdrawn: isWithdrawn(e.Comment, e.Summary),
		Links: arXivLinks(id),
	}
	p.Categories = append(p.Categories, e.Primary.Term)
	for _, c := range e.Categories {
		p.Categories = append(p.Categories, c.Term)
	}
	p.Categories = arXivCategories(p.Categories)
	for _, a := range e.Authors {
		author := store.ParseAuthor(a.Name)
		author.Affiliation = strings.Join(a.Affiliations, "; ")
		p.Authors = addAuthor(p.Authors, author)
	}
	if m := atomVersion.FindStringSubmatch(spelled); m != nil { // the dates of those in between are not said
		newest, _ := strconv.Atoi(m[1])
		p.Versions = []store.Version{{Number: 1, At: p.SubmittedAt}}
		if newest > 1 {
			p.Versions = append(p.Versions, store.Version{Number: newest, At: p.RevisedAt})
		}
	}
	rec.Paper = p
	return rec, nil
}

// parseAtomFile is parseAtom for a recorded answer.
func parseAtomFile(r io.Reader) iter.Seq2[Record, error] { return parseAtom(r, new(atomInfo)) }
