package store_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"recto/store"
)

func TestPaperIDSpellings(t *testing.T) {
	for want, spellings := range map[store.PaperID][]string{
		"2401.01234": {
			"2401.01234", "2401.01234v1", "2401.01234v23", "2401.01234V2", " 2401.01234 ", "arXiv:2401.01234", "arxiv:2401.01234v2",
			"ARXIV:2401.01234", "arXiv: 2401.01234", "arXiv:arXiv:2401.01234", "2401.01234.pdf", "2401.01234v2.pdf", "2401.01234.PDF",
			"2401.01234.ps.gz", "2401.01234.gz", "/2401.01234", "//2401.01234", "2401.01234#section", "2401.01234?x=1",
			"https://arxiv.org/abs/2401.01234", "http://arxiv.org/abs/2401.01234v2", "HTTPS://ARXIV.ORG/abs/2401.01234",
			"https://www.arxiv.org/abs/2401.01234", "https://export.arxiv.org/abs/2401.01234", "arxiv.org/abs/2401.01234",
			"www.arxiv.org/pdf/2401.01234v2", "https://arxiv.org/pdf/2401.01234", "https://arxiv.org/pdf/2401.01234v2.pdf",
			"https://arxiv.org/html/2401.01234v1", "https://arxiv.org/html/2401.01234v1#S3", "https://arxiv.org/abs/2401.01234/",
			"https://arxiv.org/abs/2401.01234?context=cs.LG", "https://arxiv.org/abs/arXiv:2401.01234", "https://arxiv.org/e-print/2401.01234",
			"https://arxiv.org/format/2401.01234", "https://arxiv.org/src/2401.01234v2", "https://arxiv.org:443/abs/2401.01234",
			"https://www.alphaxiv.org/abs/2401.01234", "https://alphaxiv.org/overview/2401.01234v2",
			"https://ar5iv.org/abs/2401.01234", "https://ar5iv.labs.arxiv.org/html/2401.01234",
			"https://huggingface.co/papers/2401.01234", "https://scirate.com/arxiv/2401.01234",
			"10.48550/arXiv.2401.01234", "doi:10.48550/arxiv.2401.01234", "https://doi.org/10.48550/arXiv.2401.01234",
			"DOI: 10.48550/ARXIV.2401.01234v2", "oai:arXiv.org:2401.01234", "OAI:arxiv.org:2401.01234",
		},
		"0706.0001":                            {"0706.0001", "0706.0001v2", "arXiv:0706.0001v1", "oai:arXiv.org:0706.0001"},
		"0704.0001":                            {"0704.0001"},
		"1412.9999":                            {"1412.9999"},
		"1501.00001":                           {"1501.00001", "1501.0001", "1501.0001v3"}, // arXiv pads the four digits too
		"hep-th/9901001":                       {"hep-th/9901001", "hep-th/9901001v1", "HEP-TH/9901001", "hepth/9901001", "hep--th/9901001", "hep-th//9901001", "arXiv:hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001v2", "https://arxiv.org/pdf/hep-th/9901001.pdf", "oai:arXiv.org:hep-th/9901001", "10.48550/arXiv.hep-th/9901001", "https://scirate.com/arxiv/hep-th/9901001"},
		"math/0611800":                         {"math/0611800", "math.CA/0611800v2", "math.ca/0611800", "MATH.CA/0611800V2", "https://arxiv.org/abs/math.CA/0611800"},
		"astro-ph/0703001":                     {"astro-ph/0703001", "astroph/0703001", "astro-ph.CO/0703001"},
		"cond-mat/9107001":                     {"cond-mat/9107001", "condmat/9107001"},
		"q-bio/0310001":                        {"q-bio/0310001", "qbio/0310001", "q-bio.QM/0310001"},
		"math-ph/9912001":                      {"math-ph/9912001", "mathph/9912001"},
		"acc-phys/9411001":                     {"acc-phys/9411001", "accphys/9411001"},
		"cs/0001001":                           {"cs/0001001", "cs.LG/0001001"},
		"doi:10.1000/abc.d-1":                  {"10.1000/Abc.D-1", "doi:10.1000/ABC.d-1", "DOI:10.1000/abc.d-1", "doi: 10.1000/abc.d-1", "https://doi.org/10.1000/abc.d-1", "http://dx.doi.org/10.1000/ABC.D-1", "doi:https://doi.org/10.1000/abc.d-1"},
		"doi:10.1016/0370-2693(78)90123-4":     {"https://doi.org/10.1016/0370-2693(78)90123-4"},
		"doi:10.1037//0022-3514.51.6.1173":     {"10.1037//0022-3514.51.6.1173"},
		"acl:2020.acl-main.1":                  {"acl:2020.acl-main.1", "ACL:2020.acl-main.1", "https://aclanthology.org/2020.acl-main.1/", "https://www.aclanthology.org/2020.acl-main.1.pdf"},
		"acl:P99-1001":                         {"acl:P99-1001", "https://aclanthology.org/P99-1001"},
		"openreview:Abc_1-2":                   {"openreview:Abc_1-2", "OpenReview:Abc_1-2", "https://openreview.net/forum?id=Abc_1-2", "https://openreview.net/pdf?id=Abc_1-2&noteId=x"},
		"attention-is-all-you-need":            {"attention-is-all-you-need", " attention-is-all-you-need "},
		"p":                                    {"p"},
		"2024-in-review":                       {"2024-in-review"},
		store.PaperID(strings.Repeat("a", 96)): {strings.Repeat("a", 96)},
		store.PaperID("doi:10.1000/" + tall(238)): {"10.1000/" + tall(238)},
	} {
		for _, s := range spellings {
			if got, err := store.ParsePaperID(s); got != want || err != nil {
				t.Errorf("ParsePaperID(%q) = %q, %v; want %q", s, got, err, want)
			}
		}
	}
}

func tall(n int) string { return strings.Repeat("x", n) }

func TestPaperIDRefusals(t *testing.T) {
	for why, spellings := range map[string][]string{
		"nothing":                  {"", " ", "\n", "/", ":", ".", "arxiv:", "doi:", "acl:", "openreview:", "oai:", "https://", "https://arxiv.org", "https://arxiv.org/abs/"},
		"month 0 and 13":           {"2400.01234", "2413.01234", "hep-th/9900001", "hep-th/9913001"},
		"number 0":                 {"2401.00000", "0704.0000", "hep-th/9901000", "1501.0000"},
		"5 digits before 1501":     {"1412.00001", "0704.00001", "1412.10000"},
		"6 digits, 3 digits":       {"2401.123456", "2401.123", "hep-th/99010010", "hep-th/990101"},
		"new before 0704":          {"0703.0001", "0001.0001", "0612.0001"},
		"old after 2007-03":        {"hep-th/0704001", "hep-th/0801001", "math/9001001"},
		"old before 1991-07":       {"hep-th/9106001", "hep-th/9101001"},
		"unknown archive":          {"hep-xx/9901001", "biology/9901001", "arxiv/9901001", "x/9901001", "cs.LG", "eess/0701001"},
		"version 0, half versions": {"2401.01234v0", "2401.01234v", "2401.01234v1.2", "2401.01234vv1", "hep-th/9901001v0", "2401.01234v01"},
		"something after":          {"2401.01234 and more", "2401.01234/x", "hep-th/9901001/x", "2401.01234,2401.01235"},
		"something inside":         {"2401 01234", "2401..01234", "2401-01234", "24 01.01234", "２４０１.01234"},
		"other schemes":            {"ftp://arxiv.org/abs/2401.01234", "javascript:alert(1)", "mailto:a@b.c", "file:///etc/passwd", "pmid:123", "isbn:1", "oai:hal.science:2401.01234", "oai:arXiv.org:", "oai:arXiv.org"},
		"other sites and pages":    {"https://example.org/abs/2401.01234", "https://notarxiv.org/abs/2401.01234", "https://arxiv.org.evil.example/abs/2401.01234", "https://arxiv.org/list/cs.LG/recent", "https://huggingface.co/models/2401.01234", "https://openreview.net/group?id=Abc_1", "https://openreview.net/forum", "https://aclanthology.org/", "https://user@example.org/abs/2401.01234", "https://arxiv.org/%zz"},
		"broken DOIs":              {"10.1000", "10.1/x", "10.1000/", "doi:11.1000/x", "10.1000/a b", "10.1000/<x>", "10.1000/a\x00b", "10.1000/a\x7fb", "10.1000/a\u200bb", "10.1000/a\u202eb", "10.48550/arXiv.2413.01234", "10.48550/arXiv.", "10.1000/..", "10.1000/../x", "10.1000/a/./b"},
		"broken ACL ids":           {"acl:p99-1001", "acl:P99-1", "acl:2020.acl-main", "acl:2020.acl-main.x", "acl:../x"},
		"broken OpenReview ids":    {"openreview:abc", "openreview:a/b/c/d", "openreview:" + tall(41)},
		"pages of the site":        {"date", "week", "month", "trending", "latest", "top", "search", "new", "random", "index", "feed", "submit", "related"},
		"no local slugs":           {"Attention", "a_b", "a--b", "-a", "a-", "a.b", "über", "1234", "12-34", "a b", tall(97), "../a", "a/b", "a%2fb"},
		"too long":                 {"arXiv:" + strings.Repeat(" ", 250) + "2401.01234", "10.1000/" + tall(239), "10.1000/" + tall(242), tall(1_000_000)},
		"not UTF-8":                {"\xff", "2401.0123\xff", "10.1000/\x80\xff\x00"},
	} {
		for _, s := range spellings {
			if got, err := store.ParsePaperID(s); err == nil || !errors.Is(err, store.ErrInvalid) || got != "" {
				t.Errorf("%s: ParsePaperID(%.80q) = %q, %v", why, s, got, err)
			}
		}
	}
	if _, err := store.ParsePaperID(tall(1_000_000)); len(err.Error()) > 200 {
		t.Errorf("the message is %d bytes long", len(err.Error()))
	}
}

func TestPaperIDLostZeros(t *testing.T) {
	for _, c := range []struct {
		lost       store.LostZeros
		from, want string
	}{
		{store.LeadingZerosLost, "2406.105", "2406.00105"},
		{store.LeadingZerosLost, "2406.1", "2406.00001"},
		{store.LeadingZerosLost, "2406.105v2", "2406.00105"},
		{store.LeadingZerosLost, "arXiv:2406.105", "2406.00105"},
		{store.LeadingZerosLost, "https://huggingface.co/papers/2406.105", "2406.00105"},
		{store.LeadingZerosLost, "0704.1", "0704.0001"},
		{store.LeadingZerosLost, "704.1", "0704.0001"},
		{store.LeadingZerosLost, "2406.12345", "2406.12345"},
		{store.LeadingZerosLost, "hep-th/9901001", "hep-th/9901001"},
		{store.LeadingZerosLost, "2406.0", ""},
		{store.TrailingZerosLost, "2406.105", "2406.10500"},
		{store.TrailingZerosLost, "2406.1", "2406.10000"},
		{store.TrailingZerosLost, "704.001", "0704.0010"},
		{store.TrailingZerosLost, "1412.12", "1412.1200"},
		{store.TrailingZerosLost, "2406.12345", "2406.12345"},
		{store.TrailingZerosLost, "2413.1", ""},
		{store.TrailingZerosLost, "1.5", ""},
		{store.NoZerosLost, "2406.105", ""},
		{store.NoZerosLost, "704.0001", ""},
	} {
		got, err := store.ParsePaperIDLossy(c.from, c.lost)
		if string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("lost %d: %q is %q, %v; want %q", c.lost, c.from, got, err, c.want)
		}
	}
}

func TestPaperIDParts(t *testing.T) {
	for id, want := range map[store.PaperID][2]string{
		"2401.01234":     {"2401.01234", "arXiv 2401.01234"},
		"hep-th/9901001": {"hep-th/9901001", "arXiv hep-th/9901001"},
		"doi:10.1000/x":  {"", "doi:10.1000/x"},
		"acl:P99-1001":   {"", "acl:P99-1001"},
		"openreview:Abc": {"", "openreview:Abc"},
		"a-slug":         {"", ""},
	} {
		if got := [2]string{id.ArXiv(), id.Label()}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// checkID checks what every id promises: it is its own canonical spelling and can stand in an address.
func checkID(t interface{ Errorf(string, ...any) }, id store.PaperID) {
	if again, err := store.ParsePaperID(string(id)); again != id || err != nil {
		t.Errorf("%q is parsed to %q, %v", id, again, err)
	}
	path := "/papers/" + string(id)
	u := url.URL{Path: path}
	back, err := url.Parse("https://example.org" + u.EscapedPath())
	if err != nil || back.Path != path || back.RawQuery != "" || back.Fragment != "" {
		t.Errorf("%q can't stand in an address: %v, %v", id, back, err)
	}
	for _, segment := range strings.Split(path, "/") {
		if segment == "." || segment == ".." {
			t.Errorf("%q climbs", id)
		}
	}
	if strings.ContainsFunc(string(id), func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`<>"\^{|}`, r) }) {
		t.Errorf("%q holds a sign that no address should", id)
	}
}

func FuzzParsePaperID(f *testing.F) {
	for _, s := range []string{"2401.01234v2", "hep-th/9901001", "math.CA/0611800v2", "https://arxiv.org/pdf/2401.01234v1.pdf", "10.1000/Xy",
		"https://doi.org/10.1000/a%2Fb", "oai:arXiv.org:0704.0001", "https://openreview.net/forum?id=Abc_1", "acl:P99-1001", "a-slug",
		"10.1000/\xff", "10.0000/0\x7f0", "10.1000/İ", "https://arxiv.org/abs/%32401.01234", "doi:10.1000/../x", "704.1"} {
		for lost := range 3 {
			f.Add(s, lost)
		}
	}
	f.Fuzz(func(t *testing.T, s string, lost int) {
		id, err := store.ParsePaperIDLossy(s, store.LostZeros(lost))
		if err != nil {
			if id != "" || !errors.Is(err, store.ErrInvalid) {
				t.Errorf("%q: %q, %v", s, id, err)
			}
			return
		}
		checkID(t, id)
	})
}

func TestPaperIDArXivIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year, month := rapid.IntRange(7, 60).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month")
		yymm := fmt.Sprintf("%02d%02d", year, month)
		width, most := 4, 9999
		if yymm >= "1501" {
			width, most = 5, 99999
		}
		want := fmt.Sprintf("%s.%0*d", yymm, width, rapid.IntRange(1, most).Draw(t, "number"))
		prefix := rapid.SampledFrom([]string{"", "arXiv:", "ARXIV:", "https://arxiv.org/abs/", "http://www.arxiv.org/pdf/", "oai:arXiv.org:", "10.48550/arXiv.", "https://huggingface.co/papers/"}).Draw(t, "prefix")
		suffix := rapid.SampledFrom([]string{"", "v1", "v12"}).Draw(t, "suffix")
		got, err := store.ParsePaperID(prefix + want + suffix)
		if yymm < "0704" {
			if err == nil {
				t.Fatalf("%s was taken", want)
			}
			return
		}
		if string(got) != want || err != nil {
			t.Fatalf("%s%s%s is %q, %v", prefix, want, suffix, got, err)
		}
		checkID(t, got)
	})
}

func TestLocalPaperID(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Attention Is All You Need":        "attention-is-all-you-need",
		"  Attention, is all: you need?! ": "attention-is-all-you-need",
		"Über naïve Modelle":               "uber-naive-modelle",
		"O’Neil's rule":                    "oneils-rule",
		"GPT-4 in 2024":                    "gpt-4-in-2024",
	} {
		if got := store.LocalPaperID(title); string(got) != want {
			t.Errorf("%q gives %q, want %q", title, got, want)
		}
	}
	long := strings.Repeat("A very long title ", 20)
	titles := []string{long + "a", long + "b", "Trending", "Paper trending", "Trending paper", "1984", "Paper 1984", "1984 paper", "2401.01234",
		"深度学习", "强化学习", "深度 学习", "BERT 模型", "BERT 学习", "BERT", "α", "β", "", "!!!", "???", "C", "Date", "Random", "New"}
	for n := range 10_000 {
		titles = append(titles, string([]rune{0x4e00 + rune(n%150), 0x4e00 + rune(n/150)}))
	}
	seen := make(map[store.PaperID]string)
	for _, title := range titles {
		id := store.LocalPaperID(title)
		checkID(t, id)
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q are both %s", title, other, id)
		}
		seen[id] = title
	}
}

func TestLocalPaperIDsDiffer(t *testing.T) {
	title := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9 -]{0,8}`), rapid.StringMatching(`[a-c ]{80,120}`),
		rapid.StringMatching(`[\p{Han}\p{Greek}a ]{0,6}`), rapid.SampledFrom([]string{"date", "new", "top", "Top", "1", "2401"}))
	rapid.Check(t, func(t *rapid.T) {
		a, b := title.Draw(t, "a"), title.Draw(t, "b")
		x, y := store.LocalPaperID(a), store.LocalPaperID(b)
		checkID(t, x)
		if (x == y) != (store.Slug(a) == store.Slug(b)) && store.Slug(a)+store.Slug(b) != "" {
			t.Fatalf("%q is %s, %q is %s", a, x, b, y)
		}
	})
}
