package query

import (
	"testing"

	"recto/store"
)

func TestWith(t *testing.T) {
	for _, test := range []struct{ in, filter, want string }{
		{"deep learning", "in:2025", "deep learning in:2025"},
		{"cats OR dogs", "cat:cs.LG", "(cats OR dogs) cat:cs.LG"},
		{"a in:2024 OR b in:2025", "has:code", "((a in:2024) OR (b in:2025)) has:code"},
		{"deep in:2025", "in:2025", "deep in:2025"},
		{"deep sort:new", "in:2025", "deep in:2025 sort:new"},
		{"deep", "sort:votes", "deep sort:votes"},
		{"deep sort:votes", "sort:new", "deep sort:new"},
		{"deep sort:votes", "sort:relevance", "deep"},
		{"", "cat:cs", "cat:cs"},
		{`"deep learning" -cats`, `tag:"Diffusion Models"`, `"deep learning" -cats tag:"Diffusion Models"`},
		{"deep", "-cat:cs.CV", "deep -cat:cs.CV"},
	} {
		if got := Parse(test.in).With(test.filter); got != test.want {
			t.Errorf("%q with %q: got %q, want %q", test.in, test.filter, got, test.want)
		}
	}
}

func TestWithout(t *testing.T) {
	for _, test := range []struct {
		in   string
		want []string // the text without each of its filters
	}{
		{"deep learning in:2025 has:code", []string{"deep learning has:code", "deep learning in:2025"}},
		{"cats OR dogs in:2025", []string{"cats OR dogs"}},
		{"in:2025", []string{""}},
		{"deep -cat:cs.CV sort:new", []string{"deep sort:new"}},
		{"cat:cs.LG OR cat:cs.CV", []string{""}},
	} {
		q := Parse(test.in)
		filters := q.Filters()
		if len(filters) != len(test.want) {
			t.Errorf("%q has %d filters", test.in, len(filters))
			continue
		}
		for i, n := range filters {
			if got := q.Without(n); got != test.want[i] {
				t.Errorf("%q without filter %d: got %q, want %q", test.in, i, got, test.want[i])
			}
		}
	}
	q := Parse("ti:(cats OR dogs) x")
	if got := q.Without(q.Root.(*And).Nodes[0].(*Or).Nodes[1]); got != "ti:cats x" {
		t.Errorf("got %q", got)
	}
}

func TestReplace(t *testing.T) {
	q := Parse("ti:difusion models")
	word := q.Root.(*And).Nodes[0].(*Word)
	if got := q.Replace(word, "diffusion"); got != "ti:diffusion models" {
		t.Errorf("got %q", got)
	}
	if word.Text != "difusion" {
		t.Error("the query was changed")
	}
}

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"  deep   learning ":              "deep learning",
		"in:2025-03-01..2025-03-31":       "in:2025-03",
		"submittedDate:[2023 TO 2024]":    "in:2023-01-01..2024-12-31",
		"votes:>10":                       "votes:11..",
		`au:"LeCun, Yann"`:                `au:"Yann LeCun"`,
		"title:deep":                      "ti:deep",
		"multi modal":                     "multi modal",
		"data AND set":                    "data AND set",
		"a (b OR c) -(d e)":               "a (b OR c) -(d e)",
		`"Schr\"odinger" SU(2) "x`:        `"Schr\"odinger" SU/2 "x"`,
		"-(multi modal) ti:(multi modal)": "-(multi modal) ti:multi-modal",
		"OR gates":                        "or gates",
		"cat:CS.lg doi:10.1000/X(1)2":     "cat:cs.LG id:doi:10.1000/x(1)2",
		"ti:few-shot Title: What? why?!":  "ti:few-shot Title What why",
	} {
		if got := Parse(in).String(); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	if got := Parse(`few-shot "deep nets" -cats ti:survey lear* in:2025 au:lecun`).Words(); got != "few-shot deep nets survey lear" {
		t.Errorf("got %q", got)
	}
}

func TestAuthorIs(t *testing.T) {
	a := Parse(`au:"Yann LeCun"`).Root.(*Author)
	if !a.Is("Y. LeCun") || !a.Is("LeCun, Yann") || a.Is("Yves LeCun") {
		t.Error("names are told apart wrongly")
	}
}

func TestDirect(t *testing.T) {
	for in, want := range map[string]store.PaperID{
		"2401.01234":                                         "2401.01234",
		" arXiv:2401.01234v3 ":                               "2401.01234",
		"arXiv 2401.01234":                                   "2401.01234",
		"arXiv: 2401.01234":                                  "2401.01234",
		"arXiv:2401.01234 [cs.LG]":                           "2401.01234",
		"id:2401.01234":                                      "2401.01234",
		"<https://arxiv.org/abs/2401.01234>.":                "2401.01234",
		"arxiv.org/pdf/2401.01234v2.pdf":                     "2401.01234",
		"hep-th/9901001":                                     "hep-th/9901001",
		"10.1000/xyz":                                        "doi:10.1000/xyz",
		"doi: 10.1000/XYZ":                                   "doi:10.1000/xyz",
		"https://doi.org/10.48550/arXiv.2401.01234":          "2401.01234",
		"https://huggingface.co/papers/2401.01234":           "2401.01234",
		"https://papers.example.org/papers/2401.01234?x=1#y": "2401.01234",
		"http://localhost:8080/papers/a-local-paper/":        "a-local-paper",
		"diffusion":                                          "",
		"few-shot":                                           "",
		"2025":                                               "",
		"3.14":                                               "",
		"2401.01234 vision":                                  "",
		"https://example.org":                                "",
		"":                                                   "",
	} {
		got, ok := Direct(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %t", in, got, ok)
		}
	}
}
