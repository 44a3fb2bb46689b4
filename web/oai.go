package web

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"recto/store"
)

// The provider of the Open Archives Initiative Protocol for Metadata Harvesting 2.0, as in
// http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm (document version 2015-01-08).

// oaiPage is how many records, or headers, one answer holds.
const oaiPage = 100

// oaiVerbs are the protocol's requests with their arguments. A resumption token stands for all others.
var oaiVerbs = map[string]struct{ required, optional []string }{
	"Identify":            {},
	"ListMetadataFormats": {optional: []string{"identifier"}},
	"ListSets":            {optional: []string{"resumptionToken"}},
	"GetRecord":           {required: []string{"identifier", "metadataPrefix"}},
	"ListIdentifiers":     {required: []string{"metadataPrefix"}, optional: []string{"from", "until", "set", "resumptionToken"}},
	"ListRecords":         {required: []string{"metadataPrefix"}, optional: []string{"from", "until", "set", "resumptionToken"}},
}

// oaiError is an error of the protocol, which is answered with status 200 (section 3.6).
type oaiError struct {
	Code string  `xml:"code,attr"`
	Text oaiText `xml:",chardata"`
}

func (e oaiError) Error() string { return e.Code + ": " + string(e.Text) }

func badArgument(format string, args ...any) error {
	return oaiError{"badArgument", oaiText(fmt.Sprintf(format, args...))}
}

// oai answers a harvester.
func (s *server) oai(c echo.Context) error {
	answer := oaiAnswer{XSI: xsiNamespace, Schema: oaiNamespace + " " + oaiNamespace + "OAI-PMH.xsd",
		Date: oaiTime(s.Now()), Request: oaiRequest{URL: s.URL + oaiPath}}
	form, err := oaiForm(c.Request())
	if err == nil {
		answer.Request.set(form)
		answer.Body, err = s.oaiBody(c.Request().Context(), form)
	}
	if problem := (oaiError{}); errors.As(err, &problem) {
		answer.Error, answer.Body = &problem, nil
		if problem.Code == "badVerb" || problem.Code == "badArgument" {
			answer.Request = oaiRequest{URL: answer.Request.URL} // as the protocol has it
		}
	} else if err != nil {
		return err
	}
	buf := bytes.NewBufferString(xml.Header)
	if err := xml.NewEncoder(buf).Encode(answer); err != nil {
		return fmt.Errorf("write an answer of OAI-PMH: %w", err)
	}
	return c.Blob(http.StatusOK, "text/xml; charset=utf-8", buf.Bytes())
}

// oaiForm is a request's arguments, by name.
func oaiForm(r *http.Request) (map[string]string, error) {
	if err := r.ParseForm(); err != nil {
		return nil, badArgument("The arguments can't be read.")
	}
	verb := r.Form["verb"]
	if len(verb) != 1 {
		return nil, oaiError{"badVerb", "There must be one verb."}
	}
	arguments, ok := oaiVerbs[verb[0]]
	if !ok {
		return nil, oaiError{"badVerb", oaiText(fmt.Sprintf("%.40q is no verb of the protocol.", verb[0]))}
	}
	form := map[string]string{}
	for name, values := range r.Form {
		switch {
		case name != "verb" && !slices.Contains(arguments.required, name) && !slices.Contains(arguments.optional, name):
			return nil, badArgument("%s takes no argument %.40q.", verb[0], name)
		case len(values) > 1:
			return nil, badArgument("The argument %s is repeated.", name)
		}
		form[name] = values[0]
	}
	if _, resumes := form["resumptionToken"]; resumes {
		if len(form) > 2 {
			return nil, badArgument("A resumptionToken goes with no other argument.")
		}
		return form, nil
	}
	for _, name := range arguments.required {
		if form[name] == "" {
			return nil, badArgument("%s needs the argument %s.", verb[0], name)
		}
	}
	if prefix, given := form["metadataPrefix"]; given && (!oaiSetForm.MatchString(prefix) || strings.Contains(prefix, ":")) {
		return nil, badArgument("%.40q is not written like a format.", prefix)
	}
	return form, nil
}

// oaiBody is what a request asks for.
func (s *server) oaiBody(ctx context.Context, form map[string]string) (any, error) {
	switch verb := form["verb"]; verb {
	case "Identify":
		return s.oaiIdentify(ctx)
	case "ListMetadataFormats":
		return s.oaiFormats(ctx, form)
	case "ListSets":
		if _, resumes := form["resumptionToken"]; resumes {
			return nil, oaiError{"badResumptionToken", "The list of sets comes whole."}
		}
		return oaiSetList{Sets: oaiSets()}, nil
	case "GetRecord":
		h, err := s.oaiPaper(ctx, form["identifier"])
		if err != nil {
			return nil, err
		}
		record, err := s.oaiRecord(&h, form["metadataPrefix"])
		return oaiGet{Record: record}, err
	default:
		return s.oaiList(ctx, verb, form)
	}
}

// oaiList is a page of records or of their headers.
func (s *server) oaiList(ctx context.Context, verb string, form map[string]string) (any, error) {
	place, err := newOAIPlace(form)
	if err != nil {
		return nil, err
	}
	harvest, err := place.harvest()
	if err != nil {
		return nil, err
	}
	papers, more, err := s.DB.Harvest(ctx, harvest)
	if err != nil {
		return nil, err
	}
	if len(papers) == 0 {
		return nil, oaiError{"noRecordsMatch", "No paper is like that."}
	}
	page := oaiList{XMLName: xml.Name{Space: oaiNamespace, Local: verb}}
	for i := range papers {
		if verb == "ListIdentifiers" {
			page.Headers = append(page.Headers, s.oaiHeader(&papers[i]))
			continue
		}
		record, err := s.oaiRecord(&papers[i], place.Prefix)
		if err != nil {
			return nil, err
		}
		page.Records = append(page.Records, record)
	}
	if more || place.Given > 0 {
		page.Token = &oaiToken{Cursor: place.Given}
		if place.whole() {
			if page.Token.Size, err = s.DB.HarvestCount(ctx); err != nil {
				return nil, err
			}
		}
	}
	if more {
		place.Given += len(papers)
		place.After = papers[len(papers)-1].Key
		page.Token.Text = place.token()
	}
	return page, nil
}

func (s *server) oaiIdentify(ctx context.Context) (any, error) {
	host := s.oaiHost()
	first, err := s.DB.FirstChange(ctx)
	if errors.Is(err, store.ErrNotFound) {
		first, err = s.Now(), nil
	}
	if err != nil {
		return nil, err
	}
	// Removals are kept for good. Withdrawn papers have their records still.
	about := oaiIdentity{Name: "Recto at " + host, URL: s.URL + oaiPath, Version: "2.0", Mail: s.oaiMail(host), First: oaiTime(first),
		Deleted: "persistent", Granularity: "YYYY-MM-DDThh:mm:ssZ", Compression: "gzip"}
	if oaiHostForm.MatchString(host) {
		about.Scheme = &oaiScheme{NS: "http://www.openarchives.org/OAI/2.0/oai-identifier", XSI: xsiNamespace,
			Schema: "http://www.openarchives.org/OAI/2.0/oai-identifier http://www.openarchives.org/OAI/2.0/oai-identifier.xsd",
			Scheme: "oai", Repository: host, Delimiter: ":", Sample: s.oaiIdentifier("2401.01234")}
	}
	return about, nil
}

// oaiMail is where the site's people can be reached: as they say, or by the custom of RFC 2142.
func (s *server) oaiMail(host string) string {
	if s.AdminEmail != "" {
		return s.AdminEmail
	}
	if !strings.Contains(host, ".") {
		host += ".invalid" // the protocol's schema wants a dot
	}
	return "webmaster@" + host
}

func (s *server) oaiFormats(ctx context.Context, form map[string]string) (any, error) {
	var list oaiFormatList
	identifier, one := form["identifier"]
	var h store.Harvested
	var err error
	if one {
		if h, err = s.oaiPaper(ctx, identifier); err != nil {
			return nil, err
		}
	}
	for _, f := range oaiFormats {
		if f.Prefix != oaiArXivPrefix || !one || h.ID.ArXiv() != "" {
			list.Formats = append(list.Formats, f)
		}
	}
	return list, nil
}

// oaiHost is the name by which the site's identifiers are known.
func (s *server) oaiHost() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return "localhost"
	}
	return u.Hostname()
}

// oaiIdentifier is oai:HOST:ID, with what a URI can't hold escaped.
func (s *server) oaiIdentifier(id store.PaperID) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-_.!~*'();/?:@&=+$,", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return "oai:" + s.oaiHost() + ":" + b.String()
}

// oaiPaper is the paper with an identifier, or what is left of one that was removed.
func (s *server) oaiPaper(ctx context.Context, identifier string) (store.Harvested, error) {
	unknown := oaiError{"idDoesNotExist", oaiText(fmt.Sprintf("No paper has the identifier %.100q.", identifier))}
	escaped, ours := strings.CutPrefix(identifier, "oai:"+s.oaiHost()+":")
	id, err := url.PathUnescape(escaped)
	if !ours || err != nil {
		return store.Harvested{}, unknown
	}
	h, err := s.DB.HarvestedPaper(ctx, store.PaperID(id))
	if errors.Is(err, store.ErrNotFound) || err == nil && string(h.ID) != id {
		err = unknown
	}
	return h, err
}

func oaiTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
