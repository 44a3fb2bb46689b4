package web_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
	"recto/web"
)

// oaiReply is an answer of OAI-PMH as a harvester reads it.
type oaiReply struct {
	XMLName xml.Name `xml:"http://www.openarchives.org/OAI/2.0/ OAI-PMH"`
	Date    string   `xml:"http://www.openarchives.org/OAI/2.0/ responseDate"`
	Request struct {
		Attrs []xml.Attr `xml:",any,attr"`
		URL   string     `xml:",chardata"`
	} `xml:"request"`
	Error *struct {
		Code string `xml:"code,attr"`
		Text string `xml:",chardata"`
	} `xml:"error"`
	Identify *struct {
		Name        string `xml:"repositoryName"`
		URL         string `xml:"baseURL"`
		Version     string `xml:"protocolVersion"`
		Mail        string `xml:"adminEmail"`
		First       string `xml:"earliestDatestamp"`
		Deleted     string `xml:"deletedRecord"`
		Granularity string `xml:"granularity"`
		Sample      string `xml:"description>oai-identifier>sampleIdentifier"`
	}
	Formats []string `xml:"ListMetadataFormats>metadataFormat>metadataPrefix"`
	Sets    []struct {
		Spec string `xml:"setSpec"`
		Name string `xml:"setName"`
	} `xml:"ListSets>set"`
	Got     *oaiRead `xml:"GetRecord>record"`
	Records *oaiPage `xml:"ListRecords"`
	Headers *oaiPage `xml:"ListIdentifiers"`
}

type oaiPage struct {
	Headers []oaiHead `xml:"header"`
	Records []oaiRead `xml:"record"`
	Token   *struct {
		Size   string `xml:"completeListSize,attr"`
		Cursor string `xml:"cursor,attr"`
		Text   string `xml:",chardata"`
	} `xml:"resumptionToken"`
}

type oaiHead struct {
	Status     string   `xml:"status,attr"`
	Identifier string   `xml:"identifier"`
	Datestamp  string   `xml:"datestamp"`
	Sets       []string `xml:"setSpec"`
}

type oaiRead struct {
	Header oaiHead `xml:"header"`
	DC     *struct {
		Title       []string `xml:"http://purl.org/dc/elements/1.1/ title"`
		Creator     []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
		Subject     []string `xml:"http://purl.org/dc/elements/1.1/ subject"`
		Description []string `xml:"http://purl.org/dc/elements/1.1/ description"`
		Date        []string `xml:"http://purl.org/dc/elements/1.1/ date"`
		Identifier  []string `xml:"http://purl.org/dc/elements/1.1/ identifier"`
		Rights      []string `xml:"http://purl.org/dc/elements/1.1/ rights"`
	} `xml:"metadata>dc"`
	ArXiv *struct {
		XMLName    xml.Name `xml:"http://arxiv.org/OAI/arXiv/ arXiv"`
		ID         string   `xml:"id"`
		Created    string   `xml:"created"`
		Updated    string   `xml:"updated"`
		Family     []string `xml:"authors>author>keyname"`
		Given      []string `xml:"authors>author>forenames"`
		Title      string   `xml:"title"`
		Categories string   `xml:"categories"`
		Comments   string   `xml:"comments"`
		Journal    string   `xml:"journal-ref"`
		DOI        string   `xml:"doi"`
		License    string   `xml:"license"`
		Abstract   string   `xml:"abstract"`
	} `xml:"metadata>arXiv"`
}

var oaiSeconds = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)

// oai asks as a harvester does, which is no browser, and reads the answer.
func (s *site) oai(t *testing.T, query string) oaiReply {
	t.Helper()
	v := s.visitor().in(t)
	v.headers = map[string]string{"Accept-Encoding": "gzip"}
	return readOAI(t, v.get("/oai?"+query).want(http.StatusOK))
}

func readOAI(t *testing.T, p *page) oaiReply {
	t.Helper()
	equal(t, "content type", p.Header.Get("Content-Type"), "text/xml; charset=utf-8")
	var r oaiReply
	if err := xml.Unmarshal(p.body, &r); err != nil {
		t.Fatalf("%s: %v\n%.500s", p.path, err, p.body)
	}
	if !oaiSeconds.MatchString(r.Date) || r.Request.URL != siteURL+"/oai" {
		t.Errorf("%s: date %q, request %+v", p.path, r.Date, r.Request)
	}
	checkOAINames(t, p)
	return r
}

// checkOAINames holds every element of an answer to the namespace that the protocol's schemas give it: harvesters find
// nothing that is in another.
func checkOAINames(t *testing.T, p *page) {
	t.Helper()
	const root = "http://www.openarchives.org/OAI/2.0/"
	within := map[string]string{"dc": root + "oai_dc/", "arXiv": "http://arxiv.org/OAI/arXiv/", "oai-identifier": root + "oai-identifier"}
	open := []string{root}
	for d := xml.NewDecoder(bytes.NewReader(p.body)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", p.path, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			want := open[len(open)-1]
			if other, begins := within[token.Name.Local]; begins {
				want = other
			}
			got := token.Name.Space
			if got == "http://purl.org/dc/elements/1.1/" && want == within["dc"] {
				got = want
			}
			if got != want {
				t.Fatalf("%s: %s is in the namespace %q, not %q", p.path, token.Name.Local, token.Name.Space, want)
			}
			open = append(open, want)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// harvestOAI follows a list to its end, and calls between after each page.
func (s *site) harvestOAI(t *testing.T, query string, between func(page int)) (records []oaiRead, pages int) {
	t.Helper()
	verb, _, _ := strings.Cut(strings.TrimPrefix(query, "verb="), "&")
	for given := 0; ; pages++ {
		r := s.oai(t, query)
		list := r.Records
		if verb == "ListIdentifiers" {
			list = r.Headers
		}
		if r.Error != nil || list == nil {
			t.Fatalf("%s: %+v", query, r.Error)
		}
		for _, h := range list.Headers {
			records = append(records, oaiRead{Header: h})
		}
		records = append(records, list.Records...)
		if list.Token != nil {
			equal(t, "cursor", list.Token.Cursor, fmt.Sprint(given))
		}
		if given = len(records); list.Token == nil || list.Token.Text == "" {
			return records, pages + 1
		}
		if between != nil {
			between(pages)
		}
		query = "verb=" + verb + "&resumptionToken=" + url.QueryEscape(list.Token.Text)
	}
}

// idOf is the paper of an identifier.
func idOf(t *testing.T, identifier string) store.PaperID {
	t.Helper()
	escaped, ok := strings.CutPrefix(identifier, "oai:papers.example.org:")
	id, err := url.PathUnescape(escaped)
	if !ok || err != nil {
		t.Errorf("identifier %q", identifier)
	}
	return store.PaperID(id)
}

// catalogue is every paper.
func (s *site) catalogue() map[store.PaperID]store.Paper {
	s.t.Helper()
	all := map[store.PaperID]store.Paper{}
	if err := s.db.EachPaper(context.Background(), func(p *store.Paper) error { all[p.ID] = *p; return nil }); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// bring takes papers in as a source would.
func (s *site) bring(papers ...store.Paper) {
	s.t.Helper()
	for i := range papers {
		papers[i].Source, papers[i].ReadAt = "arxiv", now
		if err := papers[i].Clean(); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := s.db.Ingest(context.Background(), store.Batch{Papers: papers}); err != nil {
		s.t.Fatal(err)
	}
}

func TestOAIHarvest(t *testing.T) {
	s := newSite(t)
	before := s.catalogue()
	seen := map[store.PaperID]int{}
	records, pages := s.harvestOAI(t, "verb=ListRecords&metadataPrefix=oai_dc", func(page int) {
		s.bring(store.Paper{ID: store.PaperID(fmt.Sprintf("2605.2%04d", page)), Title: fmt.Sprintf("Comes meanwhile %d", page)})
		if _, err := s.db.SetVote(t.Context(), 1, everything, page%2 == 0); err != nil { // votes move nothing
			t.Fatal(err)
		}
	})
	last := ""
	for _, r := range records {
		id := idOf(t, r.Header.Identifier)
		seen[id]++
		if !oaiSeconds.MatchString(r.Header.Datestamp) || r.Header.Datestamp < last {
			t.Errorf("%s has the datestamp %q after %q", id, r.Header.Datestamp, last)
		}
		last = r.Header.Datestamp
		p, old := before[id]
		if !old {
			continue
		}
		if r.DC == nil || len(r.DC.Title) != 1 || r.DC.Title[0] != p.Title || len(r.DC.Creator) > len(p.Authors) {
			t.Fatalf("%s is %.300v", id, r.DC)
		}
		if p.Abstract != "" && r.DC.Description[0] != p.Abstract {
			t.Errorf("%s: %q", id, r.DC.Description)
		}
	}
	for id := range before {
		if seen[id] != 1 {
			t.Errorf("%s came %d times", id, seen[id])
		}
	}
	equal(t, "papers", len(seen), len(before)+pages-1)
	if pages < 2 {
		t.Errorf("%d pages", pages)
	}
	headers, _ := s.harvestOAI(t, "verb=ListIdentifiers&metadataPrefix=oai_dc", nil)
	equal(t, "headers", len(headers), len(records))
	for i := range headers {
		equal(t, "header", fmt.Sprint(headers[i].Header), fmt.Sprint(records[i].Header))
	}
	arXiv, _ := s.harvestOAI(t, "verb=ListRecords&metadataPrefix=arXiv", nil)
	after := s.catalogue()
	maps.DeleteFunc(after, func(id store.PaperID, _ store.Paper) bool { return id.ArXiv() == "" })
	equal(t, "records in arXiv's format", len(arXiv), len(after))
	for _, r := range arXiv {
		if p := after[idOf(t, r.Header.Identifier)]; r.ArXiv == nil || r.ArXiv.ID != string(p.ID) || r.ArXiv.Title != p.Title || r.ArXiv.Created == "" {
			t.Errorf("%s is %.300v", p.ID, r.ArXiv)
		}
	}
}

func TestOAIRecord(t *testing.T) {
	s := newSite(t)
	get := func(id, prefix string) oaiRead {
		t.Helper()
		r := s.oai(t, url.Values{"verb": {"GetRecord"}, "identifier": {"oai:papers.example.org:" + id}, "metadataPrefix": {prefix}}.Encode())
		if r.Got == nil {
			t.Fatalf("%s: %+v", id, r.Error)
		}
		return *r.Got
	}
	dc := get(string(everything), "oai_dc").DC
	equal(t, "creators", strings.Join(dc.Creator[:3], "; "), "LeCun, Yann; Lovelace, Ada; Schölkopf, Bernhard")
	equal(t, "subjects", strings.Join(dc.Subject, "; "), "Computer Science - Machine Learning; Statistics - Machine Learning; Mathematical Physics - Mathematical Physics; world models; few-shot learning")
	equal(t, "identifiers", strings.Join(dc.Identifier, " "), siteURL+"/papers/2605.00001 http://arxiv.org/abs/2605.00001 J. Test. 12 (2026) 34 doi:10.1000/everything")
	equal(t, "dates", strings.Join(dc.Date, " "), "2026-03-11 2026-05-11")
	equal(t, "rights", strings.Join(dc.Rights, " "), "http://creativecommons.org/licenses/by/4.0/")
	equal(t, "comment", dc.Description[1], "Comment: 12 pages, 3 figures")

	r := get(string(everything), "arXiv")
	equal(t, "sets", strings.Join(r.Header.Sets, " "), "cs:cs:LG stat:stat:ML physics:math-ph")
	a := r.ArXiv
	equal(t, "arXiv", fmt.Sprint(a.Created, a.Updated, a.Categories, a.Comments, a.Journal, a.DOI, a.License),
		fmt.Sprint("2026-03-11", "2026-05-11", "cs.LG stat.ML math-ph", "12 pages, 3 figures", "J. Test. 12 (2026) 34", "10.1000/everything", "http://creativecommons.org/licenses/by/4.0/"))
	equal(t, "names", fmt.Sprint(a.Family[4], ", ", a.Given[4]), "van der Maaten, Laurens")

	h := get(string(hostile), "oai_dc")
	p := s.catalogue()[hostile]
	equal(t, "hostile title", h.DC.Title[0], p.Title)
	equal(t, "hostile abstract", h.DC.Description[0], p.Abstract)
	equal(t, "sets of a hostile category", strings.Join(h.Header.Sets, " "), "cs:cs:LG")
	equal(t, "sets", len(get(string(bare), "oai_dc").Header.Sets), 0)
	equal(t, "authors of a collaboration", len(get(string(collaboration), "arXiv").ArXiv.Family), 3001)
	for _, id := range []string{string(oldStyle), url.PathEscape(string(published)), string(published), string(local)} {
		if got := idOf(t, get(id, "oai_dc").Header.Identifier); string(got) != id && url.PathEscape(string(got)) != id {
			t.Errorf("asked for %s, got %s", id, got)
		}
	}
	// What XML can't hold is left out, wherever it comes from.
	s.bring(store.Paper{ID: "2605.30001", Title: "Null \x00, bell \a, \ufffe and \xff", Abstract: "]]> \u2028 \x1b[0m", Authors: authors("A\x02 B")})
	if title := get("2605.30001", "oai_dc").DC.Title[0]; strings.ContainsAny(title, "\x00\a\ufffe") || !strings.HasPrefix(title, "Null") {
		t.Errorf("title %q", title)
	}
}

func TestOAIIdentify(t *testing.T) {
	s := newSite(t)
	i := s.oai(t, "verb=Identify").Identify
	if i == nil || i.Name == "" || i.URL != siteURL+"/oai" || i.Version != "2.0" || i.Mail != "webmaster@papers.example.org" ||
		i.Deleted != "persistent" || i.Granularity != "YYYY-MM-DDThh:mm:ssZ" || i.Sample != "oai:papers.example.org:2401.01234" {
		t.Errorf("%+v", i)
	}
	equal(t, "first datestamp", i.First, "2026-05-13T12:00:00Z")
	formats := func(query, want string) {
		t.Helper()
		equal(t, query, strings.Join(s.oai(t, "verb=ListMetadataFormats"+query).Formats, " "), want)
	}
	formats("", "oai_dc arXiv")
	formats("&identifier=oai:papers.example.org:2605.00001", "oai_dc arXiv")
	formats("&identifier=oai:papers.example.org:"+string(local), "oai_dc")
	sets := map[string]string{}
	for _, set := range s.oai(t, "verb=ListSets").Sets {
		if sets[set.Spec] != "" {
			t.Errorf("the set %s is there twice", set.Spec)
		}
		if above := set.Spec[:max(0, strings.LastIndexByte(set.Spec, ':'))]; above != "" && sets[above] == "" {
			t.Errorf("%s comes before %s", set.Spec, above)
		}
		sets[set.Spec] = set.Name
	}
	for spec, name := range map[string]string{"cs": "Computer Science", "cs:cs": "Computer Science", "cs:cs:LG": "Machine Learning", "physics": "Physics",
		"physics:hep-th": "High Energy Physics - Theory", "physics:astro-ph:GA": "Astrophysics of Galaxies", "math:math:CO": "Combinatorics"} {
		equal(t, spec, sets[spec], name)
	}
	post := readOAI(t, s.visitor().do(http.MethodPost, "/oai", url.Values{"verb": {"Identify"}}, map[string]string{"Sec-Fetch-Site": ""}).want(http.StatusOK))
	if post.Identify == nil || len(post.Request.Attrs) != 1 || post.Request.Attrs[0].Value != "Identify" {
		t.Errorf("by POST: %+v", post)
	}
	s.visitor().do(http.MethodHead, "/oai?verb=Identify", nil, nil).want(http.StatusOK)
	told := newSite(t, func(c *web.Config) { c.AdminEmail = "library@example.org" })
	equal(t, "mail", told.oai(t, "verb=Identify").Identify.Mail, "library@example.org")
	if _, err := web.New(t.Context(), web.Config{DB: s.db, Search: s.index, URL: siteURL, Now: clock, AdminEmail: "library at example.org"}); err == nil {
		t.Error("an address that is none is taken")
	}
	// A host without a dot can't be told by the scheme of identifiers; the rest goes on.
	near := newSite(t, func(c *web.Config) { c.URL = "http://localhost:8080" })
	body := string(near.visitor().get("/oai?verb=Identify").body)
	if strings.Contains(body, "<description>") || !strings.Contains(body, "<adminEmail>webmaster@localhost.invalid</adminEmail>") {
		t.Errorf("at localhost: %s", body)
	}
	if body := string(emptySite(t).visitor().get("/oai?verb=Identify").body); !strings.Contains(body, "<earliestDatestamp>2026-05-13T12:00:00Z<") {
		t.Errorf("of nothing: %s", body)
	}
}

func TestOAISelective(t *testing.T) {
	s := newSite(t)
	in := func(match func(store.Paper) bool) int {
		n := 0
		for _, p := range s.catalogue() {
			if match(p) {
				n++
			}
		}
		return n
	}
	of := func(category string) func(store.Paper) bool {
		return func(p store.Paper) bool {
			return slices.ContainsFunc(p.Categories, func(c string) bool { return c == category || strings.HasPrefix(c, category+".") })
		}
	}
	all := in(func(store.Paper) bool { return true })
	for query, want := range map[string]int{
		"set=cs:cs:LG": in(of("cs.LG")), "set=cs": in(of("cs")), "set=cs:cs": in(of("cs")), "set=physics:hep-th": in(of("hep-th")),
		"set=physics": in(of("hep-th")) + in(of("hep-ex")) + in(of("math-ph")), "set=math": in(of("math")),
		"from=2026-05-13": all, "until=2026-05-13": all, "from=2026-05-13&until=2026-05-13": all, "from=2026-05-13T12:00:00Z": all,
		"until=2026-05-13T12:00:00Z": all, "from=2000-01-01&set=cs": in(of("cs")),
		"set=q-bio": 0, "set=nothing": 0, "from=2026-05-14": 0, "from=2026-05-13T12:00:01Z": 0, "until=2026-05-12": 0, "until=2026-05-13T11:59:59Z": 0,
	} {
		t.Run(query, func(t *testing.T) {
			query := "verb=ListIdentifiers&metadataPrefix=oai_dc&" + query
			if want == 0 {
				if r := s.oai(t, query); r.Error == nil || r.Error.Code != "noRecordsMatch" {
					t.Errorf("%+v", r)
				}
				return
			}
			records, _ := s.harvestOAI(t, query, nil)
			equal(t, "records", len(records), want)
		})
	}
	if r := emptySite(t).oai(t, "verb=ListRecords&metadataPrefix=oai_dc"); r.Error == nil || r.Error.Code != "noRecordsMatch" {
		t.Errorf("of nothing: %+v", r)
	}
}

// TestOAIDatestamps follows what changes by its datestamps, as a harvester does from day to day.
func TestOAIDatestamps(t *testing.T) {
	later := now
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir+"/recto.db", func() time.Time { return later })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	handler, err := web.New(t.Context(), web.Config{DB: db, URL: siteURL, Now: func() time.Time { return later }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, db: db, handler: handler}
	one, two := store.Paper{ID: "2605.00001", Title: "One"}, store.Paper{ID: "2605.00002", Title: "Two"}
	s.bring(one, two)
	reader, err := db.AddReader(t.Context(), "ada", password, store.RoleReader)
	if err != nil {
		t.Fatal(err)
	}
	later = later.Add(24 * time.Hour)
	if _, err := db.SetVote(t.Context(), reader.ID, one.ID, true); err != nil {
		t.Fatal(err)
	}
	if r := s.oai(t, "verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-14"); r.Error == nil || r.Error.Code != "noRecordsMatch" {
		t.Errorf("a vote moved a datestamp: %+v", r.Records)
	}
	two.Title = "Two, corrected"
	s.bring(two)
	records, _ := s.harvestOAI(t, "verb=ListRecords&metadataPrefix=oai_dc&from=2026-05-14", nil)
	if len(records) != 1 || records[0].DC.Title[0] != two.Title || records[0].Header.Datestamp != "2026-05-14T12:00:00Z" {
		t.Errorf("%+v", records)
	}
}

func TestOAIErrors(t *testing.T) {
	s := newSite(t)
	token := url.QueryEscape(s.oai(t, "verb=ListRecords&metadataPrefix=oai_dc&from=2000-01-01").Records.Token.Text)
	const list, one = "verb=ListRecords&metadataPrefix=oai_dc", "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:papers.example.org:"
	for query, want := range map[string]string{
		"": "badVerb", "verb=": "badVerb", "verb=identify": "badVerb", "verb=Identify&verb=Identify": "badVerb", "verb=%3Cscript%3E%00": "badVerb",
		"verb=Identify&x=%01%3C": "badArgument", "verb=Identify&metadataPrefix=oai_dc": "badArgument", "verb=Identify&%zz": "badArgument",
		"verb=ListSets&from=2026-01-01": "badArgument", "verb=GetRecord": "badArgument", "verb=ListRecords": "badArgument", "verb=ListIdentifiers&metadataPrefix=": "badArgument",
		"verb=GetRecord&metadataPrefix=oai_dc": "badArgument", "verb=GetRecord&identifier=x": "badArgument",
		list + "&metadataPrefix=oai_dc": "badArgument", list + "&from=2026": "badArgument", list + "&from=2026-02-30": "badArgument", list + "&from=": "badArgument",
		list + "&until=2026-01-01T00:00Z": "badArgument", list + "&from=2026-01-01T00:00:00%2B01:00": "badArgument", list + "&from=2026-01-01T00:00:00.5Z": "badArgument",
		list + "&from=2026-01-02&until=2026-01-01": "badArgument", list + "&from=2026-01-01&until=2026-01-02T00:00:00Z": "badArgument",
		list + "&set=": "badArgument", list + "&set=cs%20x": "badArgument", list + "&set=a::b": "badArgument", list + "&from=2026-01-01&from=2026-01-01": "badArgument",
		list + "&resumptionToken=" + token: "badArgument", "verb=ListRecords&set=cs&resumptionToken=" + token: "badArgument",
		"verb=ListRecords&metadataPrefix=a%20b": "badArgument", "verb=ListRecords&metadataPrefix=a:b": "badArgument",
		"verb=ListRecords&metadataPrefix=marc": "cannotDisseminateFormat", one + "2605.00001&x=y": "badArgument",
		"verb=GetRecord&metadataPrefix=oai_marc&identifier=oai:papers.example.org:2605.00001":    "cannotDisseminateFormat",
		"verb=GetRecord&metadataPrefix=arXiv&identifier=oai:papers.example.org:" + string(local): "cannotDisseminateFormat",
		one + "2401.99999": "idDoesNotExist", one + "": "idDoesNotExist", one + "2605.00001v1": "idDoesNotExist", one + "%25zz": "idDoesNotExist", one + "%00%3C": "idDoesNotExist",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:arXiv.org:2605.00001": "idDoesNotExist", "verb=ListMetadataFormats&identifier=2605.00001": "idDoesNotExist",
		"verb=ListSets&resumptionToken=x": "badResumptionToken", "verb=ListRecords&resumptionToken=": "badResumptionToken", "verb=ListRecords&resumptionToken=x": "badResumptionToken",
		"verb=ListRecords&resumptionToken=" + token[:len(token)-2]: "badResumptionToken", "verb=ListRecords&resumptionToken=" + token + "A": "badResumptionToken",
	} {
		t.Run(query, func(t *testing.T) {
			r := s.oai(t, query)
			if r.Error == nil || r.Error.Code != want || r.Error.Text == "" {
				t.Fatalf("%+v, want %s", r.Error, want)
			}
			if bad := want == "badVerb" || want == "badArgument"; bad != (len(r.Request.Attrs) == 0) {
				t.Errorf("the request has the attributes %v", r.Request.Attrs)
			}
			if r.Records != nil || r.Identify != nil || r.Got != nil {
				t.Error("there is an answer, too")
			}
		})
	}
	// A token goes on where it stopped, however late, and on every page again.
	again := s.oai(t, "verb=ListRecords&resumptionToken="+token)
	if same := s.oai(t, "verb=ListRecords&resumptionToken="+token); again.Records == nil || len(again.Records.Records) == 0 ||
		fmt.Sprint(again.Records.Records[0].Header) != fmt.Sprint(same.Records.Records[0].Header) {
		t.Errorf("%+v", again.Error)
	}
}
