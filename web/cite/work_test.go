package cite

import (
	"testing"

	"recto/store"
)

func TestParseName(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want name
	}{
		{"Ashish Vaswani", name{Given: "Ashish", Family: "Vaswani"}},
		{"Vaswani, Ashish", name{Given: "Ashish", Family: "Vaswani"}},
		{"Laurens van der Maaten", name{Given: "Laurens", Particle: "van der", Family: "Maaten"}},
		{"van der Maaten, Laurens", name{Given: "Laurens", Particle: "van der", Family: "Maaten"}},
		{"Nando De Freitas", name{Given: "Nando", Family: "De Freitas"}},
		{"Ana de La Cruz", name{Given: "Ana", Particle: "de", Family: "La Cruz"}},
		{"Juan De la Cruz", name{Given: "Juan", Particle: "De la", Family: "Cruz"}},
		{"Van Jones", name{Given: "Van", Family: "Jones"}},
		{"Martin Luther King Jr.", name{Given: "Martin Luther", Family: "King", Suffix: "Jr."}},
		{"King, Jr., Martin Luther", name{Given: "Martin Luther", Family: "King", Suffix: "Jr."}},
		{"H.C.Rosu", name{Given: "H.C.", Family: "Rosu"}},
		{`Franck Lalo\"e`, name{Given: "Franck", Family: "Laloë"}},
		{"Nguyễn Văn Ánh", name{Given: "Nguyễn Văn", Family: "Ánh"}},
		{"OpenAI", name{Literal: "OpenAI"}},
		{"李明", name{Literal: "李明"}},
		{"田中 太郎", name{Literal: "田中 太郎"}},
		{"The ATLAS Collaboration", name{Literal: "The ATLAS Collaboration", Body: true}},
		{"A. Simmons and B. Pakvasa", name{Literal: "A. Simmons and B. Pakvasa", Body: true}},
		{"a, b, c, d", name{Literal: "b a c, d"}},
		{":", name{}},
		{"", name{}},
	} {
		if got := parseName(tt.in); got != tt.want {
			t.Errorf("%q is %+v, not %+v", tt.in, got, tt.want)
		}
	}
}

func TestParts(t *testing.T) {
	for in, want := range map[string][3]string{
		"Laurens van der Maaten": {"van der Maaten", "Laurens", ""}, "Martin Luther King Jr.": {"King", "Martin Luther", "Jr."},
		"Kimi Team": {"Kimi Team", "", ""}, ":": {}, "et al.": {},
	} {
		if family, given, suffix := Parts(in); [3]string{family, given, suffix} != want {
			t.Errorf("%q is %q, %q, %q", in, family, given, suffix)
		}
	}
}

// TestNamesAgreeWithTheSite compares with the addresses of authors' pages: both must think the same part the surname.
func TestNamesAgreeWithTheSite(t *testing.T) {
	for _, p := range sample(t) {
		for _, a := range p.Authors {
			n := parseName(a.Name)
			if n.Literal != "" || n == (name{}) {
				continue
			}
			if slug := store.Slug(n.surname()); len(store.AuthorSlug(a.Name)) < len(slug) || store.AuthorSlug(a.Name)[:len(slug)] != slug {
				t.Errorf("%q has the surname %q and the address %q", a.Name, n.surname(), store.AuthorSlug(a.Name))
			}
		}
	}
}

func TestInitials(t *testing.T) {
	for given, want := range map[string]string{
		"Ashish": "A.", "Aidan N.": "A. N.", "J.K.": "J. K.", "Jean-Pierre": "J.-P.", "G.-J.": "G.-J.", "danah": "D.", "Łukasz": "Ł.", "(Bob)": "B.", "": "", "-": "",
	} {
		if got := (name{Given: given}).initials(); got != want {
			t.Errorf("%q has %q, not %q", given, got, want)
		}
	}
}

// TestParseJournal has real references of arXiv's records.
func TestParseJournal(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want journal
	}{
		{"Phys.Rev.D76:013009,2007", journal{Title: "Phys. Rev. D", Volume: "76", First: "013009", Year: "2007"}},
		{"Astrophys.J.663:1149-1173,2007", journal{Title: "Astrophys. J.", Volume: "663", First: "1149", Last: "1173", Year: "2007"}},
		{"JHEP0707:046,2007", journal{Title: "JHEP", Volume: "0707", First: "046", Year: "2007"}},
		{"JHEP 01 (2015) 053", journal{Title: "JHEP", Volume: "01", First: "053", Year: "2015"}},
		{"Class.Quant.Grav.24:S541-S550,2007", journal{Title: "Class. Quant. Grav.", Volume: "24", First: "S541", Last: "S550", Year: "2007"}},
		{"Int.J.Mod.Phys.A23:3685-3705,2008", journal{Title: "Int. J. Mod. Phys. A", Volume: "23", First: "3685", Last: "3705", Year: "2008"}},
		{"Illinois J. Math. 52 (2008) no.2, 681-689", journal{Title: "Illinois J. Math.", Volume: "52", Issue: "2", First: "681", Last: "689", Year: "2008"}},
		{"Journal of Applied Physics, vol 104, 073536 (2008)", journal{Title: "Journal of Applied Physics", Volume: "104", First: "073536", Year: "2008"}},
		{"J. Low. Temp. Phys. Vol. 140 pp77-89 (2005)", journal{Title: "J. Low. Temp. Phys.", Volume: "140", First: "77", Last: "89", Year: "2005"}},
		{"Physica A, V. 387, Issues 2-3 (2008), Pages 385-406", journal{Title: "Physica A", Volume: "387", Issue: "2-3", First: "385", Last: "406", Year: "2008"}},
		{"J. Math. Phys. 48(2007), 092102.", journal{Title: "J. Math. Phys.", Volume: "48", First: "092102", Year: "2007"}},
		{"J.Opt.Soc.Am.A 23(10): 2592-2601 (2006)", journal{Title: "J. Opt. Soc. Am. A", Volume: "23", Issue: "10", First: "2592", Last: "2601", Year: "2006"}},
		{"Math. Res. Lett. 15 (2008), no. 2, 351--358", journal{Title: "Math. Res. Lett.", Volume: "15", Issue: "2", First: "351", Last: "358", Year: "2008"}},
		{"Annals of Applied Probability 2008, Vol. 18, No. 3, 1026-1058", journal{Title: "Annals of Applied Probability", Volume: "18", Issue: "3", First: "1026", Last: "1058", Year: "2008"}},
		{"J. Phys. A: Math. Theor. 40 No 41 (12 October 2007) 12315-12333", journal{Title: "J. Phys. A: Math. Theor.", Volume: "40", Issue: "41", First: "12315", Last: "12333", Year: "2007"}},
		{"J. of Pure and Applied Algebra, 213(2) (Feb. 2009) 264-278", journal{Title: "J. of Pure and Applied Algebra", Volume: "213", Issue: "2", First: "264", Last: "278", Year: "2009"}},
		{"Asymptotic Analysis, 57 No. 1-2, 1-27, 2008", journal{Title: "Asymptotic Analysis", Volume: "57", Issue: "1-2", First: "1", Last: "27", Year: "2008"}},
		{"Phys. Rev. B 91, 041112(R) (2015)", journal{Title: "Phys. Rev. B", Volume: "91", First: "041112", Year: "2015"}},
		{"PLoS ONE 9(12): e113457 (2014)", journal{Title: "PLoS ONE", Volume: "9", Issue: "12", First: "e113457", Year: "2014"}},
		{"Eur. Phys. J. C (2014) 74:3195", journal{Title: "Eur. Phys. J. C", Volume: "74", First: "3195", Year: "2014"}},
		{"Contrib. Plasma Phys.Volume 47, 368, 2007", journal{Title: "Contrib. Plasma Phys.", Volume: "47", First: "368", Year: "2007"}},
		{"EPL,vol. 92, p. 17007 (2010)", journal{Title: "EPL", Volume: "92", First: "17007", Year: "2010"}},
		{"Nature 569, 684-687 (30 May 2019)", journal{Title: "Nature", Volume: "569", First: "684", Last: "687", Year: "2019"}},
		{"Class. Quantum Grav. 31 035006 2014", journal{Title: "Class. Quantum Grav.", Volume: "31", First: "035006", Year: "2014"}},
		{"J. Geophys. Res., 116, 2011", journal{Title: "J. Geophys. Res.", Volume: "116", Year: "2011"}},
		{
			"J.Opt.Soc.Am.A 23, 2578-2591 (2006); Erratum: J.Opt.Soc.Am.A 32, 2407-2408 (2015)",
			journal{Title: "J. Opt. Soc. Am. A", Volume: "23", First: "2578", Last: "2591", Year: "2006", Whole: "J.Opt.Soc.Am.A 23, 2578-2591 (2006); Erratum: J.Opt.Soc.Am.A 32, 2407-2408 (2015)"},
		},
		// Not clear: the whole is the journal, and a lone year is the year.
		{"NIPS 2017", journal{Title: "NIPS 2017", Year: "2017"}},
		{"RIMS Kokyuroku, No.1551, pp.57-62 (2007)", journal{Title: "RIMS Kokyuroku, No.1551, pp.57-62 (2007)", Year: "2007"}},
		{"P. Virnau, L. A. Mirny, M. Kardar, PLoS Comp Biol 2, 1074-1079 (2006)", journal{Title: "P. Virnau, L. A. Mirny, M. Kardar, PLoS Comp Biol 2, 1074-1079 (2006)", Year: "2006"}},
		{"2015 Chinese Phys. Lett. 32 010303", journal{Title: "2015 Chinese Phys. Lett. 32 010303", Year: "2015"}},
		{"Nano Letters, 2015, 15, 586-595", journal{Title: "Nano Letters, 2015, 15, 586-595", Year: "2015"}},
		{"SIAM Journal on Computing 27:5, 1998, pp. 1457--1491", journal{Title: "SIAM Journal on Computing 27:5, 1998, pp. 1457–1491", Year: "1998"}},
		{"to appear in Annals 12 (2010) 3", journal{Title: "to appear in Annals 12 (2010) 3", Year: "2010"}},
		{"Reviews of 1998 and 1999", journal{Title: "Reviews of 1998 and 1999"}},
		{"", journal{}},
	} {
		if got := parseJournal(tt.in); got != tt.want {
			t.Errorf("%q is\n%+v, not\n%+v", tt.in, got, tt.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"Omni$^2$ in $O(n\\log n)$":      "Omni² in O(n log n)",
		`Schr\"odinger's \emph{cat}`:     "Schrödinger's cat",
		`$\mathcal{L}_{CE}$ of $\alpha$`: `$\mathcal{L}_{CE}$ of α`,
		"costs $5 and $10":               "costs $5 and $10",
		`the price is \$5, $x$ is not`:   "the price is $5, x is not",
		`a \(b\) and $$c$$`:              "a b and c",
		`q$\unicode{x2013}$r`:            "q–r",
		"one\n\ntwo":                     "one two",
		"$x_{\\text{if $y$}}$":           "$x_{\\text{if $y$}}$",
		"unbalanced $x and {y\\":         "unbalanced $x and {y\\",
		"private \ue000 use and $x$":     "private use and x",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q is %q, not %q", in, got, want)
		}
	}
}

// TestKeys has what makes keys unique: the ids, which stay apart however alike the papers are.
func TestKeys(t *testing.T) {
	alike := func(id store.PaperID) *store.Paper {
		return &store.Paper{ID: id, Title: "On the Deep Learning", Authors: authors("Ann Smith"), SubmittedAt: on("2020-01-01")}
	}
	seen := map[string]store.PaperID{}
	for _, id := range []store.PaperID{
		"2001.00001", "2001.00002", "hep-th/9901001", "hep-ph/9901001", "doi:10.1000/a", "doi:10.1000/(a)", "doi:10.1000/+28a+29",
		"acl:P99-1001", "openreview:Abc_1-2", "a-slug", "another-slug",
	} {
		key := Key(alike(id))
		if other, twice := seen[key]; twice {
			t.Errorf("%s and %s are both %s", id, other, key)
		}
		seen[key] = id
	}
	if seen["smith2020deep-2001.00001"] != "2001.00001" || seen["smith2020deep-hep-th/9901001"] == "" || seen["smith2020deep-doi:10.1000/+28a+29"] != "doi:10.1000/(a)" {
		t.Errorf("the keys are %v", seen)
	}
	published := alike("2001.00001")
	published.JournalRef, published.FeaturedOn = "Foo 12 (2021) 3", "2026-01-01"
	if Key(published) != "smith2020deep-2001.00001" {
		t.Errorf("published, the key is %s", Key(published))
	}
}
