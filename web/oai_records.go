package web

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"time"

	"recto/store"
	"recto/web/cite"
)

const (
	oaiNamespace   = "http://www.openarchives.org/OAI/2.0/"
	xsiNamespace   = "http://www.w3.org/2001/XMLSchema-instance"
	oaiDCPrefix    = "oai_dc"
	oaiArXivPrefix = "arXiv"
)

// Forms of the protocol's schemas, OAI-PMH.xsd and oai-identifier.xsd.
var (
	oaiSetForm  = regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$`)
	oaiMailForm = regexp.MustCompile(`^\S+@(\S+\.)+\S+$`)
	oaiHostForm = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+$`)
)

// oaiText is text without what XML can't hold.
type oaiText string

// MarshalText is the text as XML takes it.
func (t oaiText) MarshalText() ([]byte, error) {
	return []byte(strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, strings.ToValidUTF8(string(t), "\uFFFD"))), nil
}

type oaiAnswer struct {
	XMLName xml.Name   `xml:"http://www.openarchives.org/OAI/2.0/ OAI-PMH"`
	XSI     string     `xml:"xmlns:xsi,attr"`
	Schema  string     `xml:"xsi:schemaLocation,attr"`
	Date    string     `xml:"responseDate"`
	Request oaiRequest `xml:"request"`
	Error   *oaiError  `xml:"error"`
	Body    any
}

type oaiRequest struct {
	Verb       oaiText `xml:"verb,attr,omitempty"`
	Identifier oaiText `xml:"identifier,attr,omitempty"`
	Prefix     oaiText `xml:"metadataPrefix,attr,omitempty"`
	From       oaiText `xml:"from,attr,omitempty"`
	Until      oaiText `xml:"until,attr,omitempty"`
	Set        oaiText `xml:"set,attr,omitempty"`
	Token      oaiText `xml:"resumptionToken,attr,omitempty"`
	URL        string  `xml:",chardata"`
}

func (r *oaiRequest) set(form map[string]string) {
	text := func(name string) oaiText { return oaiText(form[name]) }
	r.Verb, r.Identifier, r.Prefix, r.Token = text("verb"), text("identifier"), text("metadataPrefix"), text("resumptionToken")
	r.From, r.Until, r.Set = text("from"), text("until"), text("set")
}

type oaiIdentity struct {
	XMLName     xml.Name   `xml:"Identify"`
	Name        string     `xml:"repositoryName"`
	URL         string     `xml:"baseURL"`
	Version     string     `xml:"protocolVersion"`
	Mail        string     `xml:"adminEmail"`
	First       string     `xml:"earliestDatestamp"`
	Deleted     string     `xml:"deletedRecord"`
	Granularity string     `xml:"granularity"`
	Compression string     `xml:"compression"`
	Scheme      *oaiScheme `xml:"description>oai-identifier"`
}

type oaiScheme struct {
	NS         string `xml:"xmlns,attr"`
	XSI        string `xml:"xmlns:xsi,attr"`
	Schema     string `xml:"xsi:schemaLocation,attr"`
	Scheme     string `xml:"scheme"`
	Repository string `xml:"repositoryIdentifier"`
	Delimiter  string `xml:"delimiter"`
	Sample     string `xml:"sampleIdentifier"`
}

type oaiFormatList struct {
	XMLName xml.Name    `xml:"ListMetadataFormats"`
	Formats []oaiFormat `xml:"metadataFormat"`
}

type oaiFormat struct {
	Prefix    string `xml:"metadataPrefix"`
	Schema    string `xml:"schema"`
	Namespace string `xml:"metadataNamespace"`
}

var oaiFormats = [...]oaiFormat{
	{oaiDCPrefix, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"},
	{oaiArXivPrefix, "http://arxiv.org/OAI/arXiv.xsd", "http://arxiv.org/OAI/arXiv/"},
}

type oaiSetList struct {
	XMLName xml.Name `xml:"ListSets"`
	Sets    []oaiSet `xml:"set"`
}

type oaiSet struct {
	Spec string `xml:"setSpec"`
	Name string `xml:"setName"`
}

type oaiGet struct {
	XMLName xml.Name  `xml:"GetRecord"`
	Record  oaiRecord `xml:"record"`
}

type oaiList struct {
	XMLName xml.Name    // the verb
	Headers []oaiHeader `xml:"header"`
	Records []oaiRecord `xml:"record"`
	Token   *oaiToken   `xml:"resumptionToken"`
}

type oaiToken struct {
	Size   int    `xml:"completeListSize,attr,omitempty"`
	Cursor int    `xml:"cursor,attr"`
	Text   string `xml:",chardata"`
}

type oaiRecord struct {
	Header   oaiHeader    `xml:"header"`
	Metadata *oaiMetadata `xml:"metadata"` // nil in a deleted record
}

type oaiHeader struct {
	Status     string   `xml:"status,attr,omitempty"`
	Identifier string   `xml:"identifier"`
	Datestamp  string   `xml:"datestamp"`
	Sets       []string `xml:"setSpec"`
}

type oaiMetadata struct{ Record any }

func (s *server) oaiHeader(h *store.Harvested) oaiHeader {
	header := oaiHeader{Identifier: s.oaiIdentifier(h.ID), Datestamp: oaiTime(h.ChangedAt())}
	if h.Removed {
		header.Status = "deleted"
	}
	for _, c := range h.Categories {
		if spec := oaiSetSpec(c); spec != "" {
			header.Sets = append(header.Sets, spec)
		}
	}
	return header
}

// oaiRecord is a paper in a format.
func (s *server) oaiRecord(h *store.Harvested, prefix string) (oaiRecord, error) {
	record := oaiRecord{Header: s.oaiHeader(h)}
	switch {
	case prefix != oaiDCPrefix && (prefix != oaiArXivPrefix || h.ID.ArXiv() == ""):
		return record, oaiError{"cannotDisseminateFormat", oaiText(fmt.Sprintf("The paper does not come in the format %.40q.", prefix))}
	case h.Removed:
	case prefix == oaiDCPrefix:
		record.Metadata = &oaiMetadata{s.oaiDublinCore(&h.Paper)}
	default:
		record.Metadata = &oaiMetadata{newOAIArXiv(&h.Paper)}
	}
	return record, nil
}

type oaiDublinCore struct {
	XMLName      xml.Name  `xml:"oai_dc:dc"`
	OAI          string    `xml:"xmlns:oai_dc,attr"`
	DC           string    `xml:"xmlns:dc,attr"`
	XSI          string    `xml:"xmlns:xsi,attr"`
	Schema       string    `xml:"xsi:schemaLocation,attr"`
	Titles       []oaiText `xml:"dc:title"`
	Creators     []oaiText `xml:"dc:creator"`
	Subjects     []oaiText `xml:"dc:subject"`
	Descriptions []oaiText `xml:"dc:description"`
	Dates        []oaiText `xml:"dc:date"`
	Type         oaiText   `xml:"dc:type"`
	Identifiers  []oaiText `xml:"dc:identifier"`
	Rights       oaiText   `xml:"dc:rights,omitempty"`
}

// oaiDublinCore is a paper as arXiv writes its own in this format, with this site's page as its first identifier.
func (s *server) oaiDublinCore(p *store.Paper) oaiDublinCore {
	const namespace = "http://www.openarchives.org/OAI/2.0/oai_dc/"
	dc := oaiDublinCore{OAI: namespace, DC: "http://purl.org/dc/elements/1.1/", XSI: xsiNamespace,
		Schema: namespace + " http://www.openarchives.org/OAI/2.0/oai_dc.xsd", Titles: []oaiText{oaiText(p.Title)}, Type: "text",
		Identifiers: []oaiText{oaiText(s.URL + paperPath(p.ID))}, Rights: oaiText(p.Licence)}
	add := func(list *[]oaiText, prefix, text string) {
		if text != "" {
			*list = append(*list, oaiText(prefix+text))
		}
	}
	for _, a := range p.Authors {
		family, given, suffix := cite.Parts(a.Name)
		name := family
		for _, part := range []string{given, suffix} {
			if part != "" {
				name += ", " + part
			}
		}
		add(&dc.Creators, "", name)
	}
	for _, c := range p.Categories {
		if info, ok := store.LookupCategory(c); ok {
			c = info.ArchiveName + " - " + info.Name
		}
		add(&dc.Subjects, "", c)
	}
	for _, tag := range p.Tags {
		add(&dc.Subjects, "", tag)
	}
	add(&dc.Descriptions, "", p.Abstract)
	add(&dc.Descriptions, "Comment: ", p.Comment)
	for _, at := range []time.Time{p.SubmittedAt, p.RevisedAt} {
		if day := dayOrNone(at); day != "" && (len(dc.Dates) == 0 || string(dc.Dates[0]) != day) {
			add(&dc.Dates, "", day)
		}
	}
	if id := p.ID.ArXiv(); id != "" {
		add(&dc.Identifiers, "http://arxiv.org/abs/", id)
	}
	add(&dc.Identifiers, "", p.JournalRef)
	add(&dc.Identifiers, "doi:", p.DOI)
	return dc
}

// oaiArXiv is arXiv's own format: http://arxiv.org/OAI/arXiv.xsd.
type oaiArXiv struct {
	XMLName    xml.Name    `xml:"arXiv"`
	NS         string      `xml:"xmlns,attr"`
	XSI        string      `xml:"xmlns:xsi,attr"`
	Schema     string      `xml:"xsi:schemaLocation,attr"`
	ID         oaiText     `xml:"id"`
	Created    string      `xml:"created"`
	Updated    string      `xml:"updated,omitempty"`
	Authors    []oaiAuthor `xml:"authors>author"`
	Title      oaiText     `xml:"title"`
	Categories oaiText     `xml:"categories"`
	Comments   oaiText     `xml:"comments,omitempty"`
	JournalRef oaiText     `xml:"journal-ref,omitempty"`
	DOI        oaiText     `xml:"doi,omitempty"`
	License    oaiText     `xml:"license,omitempty"`
	Abstract   oaiText     `xml:"abstract"`
}

type oaiAuthor struct {
	Family      oaiText `xml:"keyname"`
	Given       oaiText `xml:"forenames,omitempty"`
	Suffix      oaiText `xml:"suffix,omitempty"`
	Affiliation oaiText `xml:"affiliation,omitempty"`
}

func newOAIArXiv(p *store.Paper) oaiArXiv {
	const namespace = "http://arxiv.org/OAI/arXiv/"
	a := oaiArXiv{NS: namespace, XSI: xsiNamespace, Schema: namespace + " http://arxiv.org/OAI/arXiv.xsd", ID: oaiText(p.ID.ArXiv()),
		Created: dayOrNone(p.ListedAt()), Title: oaiText(p.Title), Categories: oaiText(strings.Join(p.Categories, " ")),
		Comments: oaiText(p.Comment), JournalRef: oaiText(p.JournalRef), DOI: oaiText(p.DOI), License: oaiText(p.Licence),
		Abstract: oaiText(p.Abstract)}
	if day := dayOrNone(p.RevisedAt); day != a.Created {
		a.Updated = day
	}
	for _, author := range p.Authors {
		if family, given, suffix := cite.Parts(author.Name); family != "" {
			a.Authors = append(a.Authors, oaiAuthor{oaiText(family), oaiText(given), oaiText(suffix), oaiText(author.Affiliation)})
		}
	}
	return a
}

func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return string(store.DayOf(t))
}
