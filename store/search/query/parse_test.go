package query

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// dump writes a tree so that its shape is seen: [a b] both, {a|b} either, !a not, few_shot one word of two terms.
func dump(n Node) string {
	list := func(nodes []Node, sep string) string {
		all := make([]string, len(nodes))
		for i, m := range nodes {
			all[i] = dump(m)
		}
		return strings.Join(all, sep)
	}
	switch n := n.(type) {
	case *And:
		return "[" + list(n.Nodes, " ") + "]"
	case *Or:
		return "{" + list(n.Nodes, "|") + "}"
	case *Not:
		return "!" + dump(n.Node)
	case *Word:
		return fieldName(n.Field) + strings.Join(n.Terms, "_")
	case *Phrase:
		return fieldName(n.Field) + `"` + strings.Join(n.Terms, " ") + `"`
	case *Prefix:
		return fieldName(n.Field) + strings.Join(n.Starts, "/") + "*"
	case *In:
		return fmt.Sprintf("in:%s..%s", n.From, n.To)
	case *Author:
		if n.Slug == "" {
			return "au:" + strings.Join(n.Terms, "_")
		}
		return "au:<" + n.Slug + ">"
	case *Category:
		if n.Archive {
			return "cat:" + n.ID + ".*"
		}
		return "cat:" + n.ID
	}
	return key(n)
}

func TestParse(t *testing.T) {
	for _, group := range []struct{ name, cases string }{
		{"words", `
			deep learning => [deep learn]
			few-shot learning => [few_shot learn]
			fewshot => few_shot
			multi modal models => [multimodal model]
			-multi modal => [!multi modal]
			data set => dataset
			SU(2) gauge => [su_2 gaug]
			p(y|x) => p_y_x
			C++ templates => [c++ templat]
			What is attention? => [what is attent]
			?! ... => 
			it's "self-attention" => [it "self attent"]
			Schr\"odinger => schrodinger
			Schrödinger => schrodinger
			Gr\o nbech => gronbech
			"Schr\"odinger bridge" => "schrodinger bridg"
			量子计算 => 量子_子计_计算
			state-of-the-art => state_of_the_art
			attention - a survey => [attent a survey]
			attention -- a survey => [attent a survey]
			+required => requir
			5" telescope => [5 telescop]`},
		{"phrases", `
			"deep learning" => "deep learn"
			“deep learning” => "deep learn"
			„tiefes Lernen“ => "tief lernen"
			"" => 
			"deep => "deep"
			deep " => deep
			"a" "b" => ["a" "b"]
			"a b"c => ["a b" c]`},
		{"operators", `
			cats OR dogs => {cat|dog}
			cats | dogs => {cat|dog}
			cats|dogs => {cat|dog}
			cats || dogs => {cat|dog}
			cats or dogs => [cat or dog]
			a b OR c d => {[a b]|[c d]}
			a AND b => [a b]
			a & b && c => [a b c]
			a OR b OR c => {a|b|c}
			-cats => !cat
			NOT cats => !cat
			dogs NOT cats => [dog !cat]
			dogs AND NOT cats => [dog !cat]
			dogs ANDNOT cats => [dog !cat]
			-"a b" => !"a b"
			NOT NOT a => a
			--a => a
			-(a b) => ![a b]
			−cats => !cat
			a OR -b => {a|!b}
			data AND set => [data set]`},
		{"groups", `
			(a OR b) c => [{a|b} c]
			a (b c) d => [a b c d]
			((a)) => a
			(a OR (b OR c)) => {a|b|c}
			() a => a
			ti:(a OR b) => {ti:a|ti:b}
			ti:(a b) c => [ti:a ti:b c]
			ti:(a abs:b) => [ti:a abs:b]
			cat:(cs.LG OR cs.CV) => {cat:cs.LG|cat:cs.CV}
			in:(2024 OR 2025) => {in:2024-01-01..2024-12-31|in:2025-01-01..2025-12-31}
			au:(lecun OR bengio) => {au:lecun|au:bengio}`},
		{"what is unbalanced or alone", `
			(a OR b => {a|b}
			a) b => [a b]
			)( => 
			a ( b => [a b]
			a OR => a
			OR => 
			AND => 
			OR gates => [or gate]
			AND gates => [and gate]
			a OR OR b => {a|b}
			| a | => a
			a NOT => a
			- => 
			NOT => 
			a AND AND b => [a b]
			foo(bar baz) => [foo bar baz]
			* => 
			ti: => 
			ATTENTION IS NOT ALL YOU NEED => [attent is not all you need]
			CNN OR RNN => {cnn|rnn}`},
		{"fields", `
			ti:attention => ti:attent
			title:attention => ti:attent
			TI:attention => ti:attent
			abs:"deep nets" => abs:"deep net"
			abstract:few-shot => abs:few_shot
			all:electron => electron
			ti: deep learning => [ti:deep learn]
			-ti:deep => !ti:deep
			ti:-deep => !ti:deep
			ti:abs:deep => abs:deep
			Title: a study => [titl a study]
			ti:electron AND abs:proton => [ti:electron abs:proton]`},
		{"no fields", `
			foo:bar => foo_bar
			http://example.org/a => http_exampl_org_a
			std::vector => std_vector
			16:9 => 16_9
			p:q => p_q
			in::x => in_x
			Attention: a survey => [attent a survey]`},
		{"prefixes", `
			diffus* => diffus*
			diffusion* => diffus*
			studi* => studi/study*
			ti:trans* => ti:tran*
			few-sho* => [few sho*]
			a* => a
			optimis* => optimis/optimiz*`},
		{"authors", `
			au:lecun => au:lecun
			au:LeCun => au:lecun
			au:"Y. LeCun" => au:<lecun-y>
			au:"Yann LeCun" => au:<lecun-y>
			au:"LeCun, Yann" => au:<lecun-y>
			au:LeCun,Yann => au:<lecun-y>
			au:LeCun, Yann deep => [au:<lecun-y> deep]
			au:Y.LeCun => au:<lecun-y>
			author:"Bernhard Schölkopf" => au:<scholkopf-b>
			au:lecun_y => au:<lecun-y>
			au:del_maestro => au:del_maestro
			au:"van der Maaten" => au:van_der_maaten
			au:"Laurens van der Maaten" => au:<van-der-maaten-l>
			au:"ATLAS Collaboration" => au:<atlas-collaboration>
			au:Erd\H{o}s => au:erdo
			au:"Bernhard Sch{\"o}lkopf" => au:<scholkopf-b>
			-au:smith => !au:smith
			au:lecu* => au:lecu*
			yann lecun => [yann lecun]
			au:??? => `},
		{"dates", `
			in:2025 => in:2025-01-01..2025-12-31
			in:2025-03 => in:2025-03-01..2025-03-31
			in:2025-3 => in:2025-03-01..2025-03-31
			in:2025-03-11 => in:2025-03-11..2025-03-11
			in:2025/03/11 => in:2025-03-11..2025-03-11
			in:2025-W11 => in:2025-03-10..2025-03-16
			in:2025-03-01..2025-04 => in:2025-03-01..2025-04-30
			in:2024..2025 => in:2024-01-01..2025-12-31
			in:2025..2024 => in:2024-01-01..2025-12-31
			in:2020-2024 => in:2020-01-01..2024-12-31
			in:2025.. => in:2025-01-01..
			in:..2025-03 => in:..2025-03-31
			in:>2024 => in:2025-01-01..
			in:>=2024-06 => in:2024-06-01..
			in:<2024 => in:..2023-12-31
			in:<=2024 => in:..2024-12-31
			date:2012 => in:2012-01-01..2012-12-31
			year:2012 => in:2012-01-01..2012-12-31
			submittedDate:[202301010600 TO 202401010600] => in:2023-01-01..2024-01-01
			submittedDate:[20230101 TO *] => in:2023-01-01..
			in:2025-02-30 => 
			in:yesterday => 
			in:.. => 
			in:"2025-03" => in:2025-03-01..2025-03-31`},
		{"other filters", `
			cat:cs.LG => cat:cs.LG
			cat:CS.lg => cat:cs.LG
			cat:cs => cat:cs.*
			cat:cs.* => cat:cs.*
			cat:hep-th => cat:hep-th
			cat:cond-mat => cat:cond-mat.*
			cat:math.MP => cat:math-ph
			in:quant-ph => cat:quant-ph
			cat:nonsense => cat:nonsense
			tag:diffusion-models => tag:diffusion-models
			tag:"Diffusion Models" => tag:diffusion-models
			tag:C++ => tag:c-plus-plus
			has:code => has:code
			has:models => has:model
			has:votes => has:votes
			has:github => has:code
			has:horns => 
			votes:>10 => votes:11..
			votes:> 10 => votes:11..
			votes:>=10 => votes:10..
			votes:<10 => votes:0..9
			votes:<=10 => votes:0..10
			votes:5..10 => votes:5..10
			votes:10..5 => votes:5..10
			votes:5.. => votes:5..
			votes:..5 => votes:0..5
			votes:7 => votes:7
			votes:many => 
			votes:-1 => !votes:1
			votes:<0 => 
			votes:99999999999999999999 => 
			scites:>3 => votes:4..
			id:2401.01234v2 => id:2401.01234
			id:hep-th/9901001 => id:hep-th/9901001
			arXiv:2401.01234 vision => [id:2401.01234 vision]
			doi:10.1000/x => id:doi:10.1000/x
			id:2401.01234,2401.01235 => {id:2401.01234|id:2401.01235}
			id:??? => 
			co:12 pages => page`},
		{"filters beside alternatives", `
			a OR b in:2025 => [{a|b} in:2025-01-01..2025-12-31]
			in:2025 a OR b => [in:2025-01-01..2025-12-31 {a|b}]
			has:code a OR b cat:cs.LG => [has:code {a|b} cat:cs.LG]
			a OR b -cat:cs.LG => [{a|b} !cat:cs.LG]
			a in:2024 OR b in:2025 => {[a in:2024-01-01..2024-12-31]|[b in:2025-01-01..2025-12-31]}
			a OR in:2025 => {a|in:2025-01-01..2025-12-31}
			cat:cs.LG OR cat:cs.CV => {cat:cs.LG|cat:cs.CV}
			a OR (b in:2025) => {a|[b in:2025-01-01..2025-12-31]}`},
	} {
		for _, line := range strings.Split(strings.TrimSpace(group.cases), "\n") {
			in, want, _ := strings.Cut(strings.TrimLeft(line, "\t"), "=>")
			want = strings.TrimSpace(want)
			t.Run(group.name+"/"+in, func(t *testing.T) {
				q := Parse(in)
				if got := dump(q.Root); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				checkQuery(t, in)
			})
		}
	}
}

func TestSort(t *testing.T) {
	for in, want := range map[string]Sort{
		"a": ByRelevance, "a sort:new": ByNew, "sort:votes a": ByVotes, "order:scites a": ByVotes, "order:recency": ByNew,
		"sort:new sort:relevance a": ByRelevance, "sort:sideways": ByRelevance, "(a sort:new) b": ByNew,
	} {
		if got := Parse(in).Sort; got != want {
			t.Errorf("%q is sorted by %q, want %q", in, got, want)
		}
	}
}

func TestNotes(t *testing.T) {
	for in, want := range map[string]string{
		"deep learning":     "",
		`"deep learning`:    "A quotation mark has no partner; the phrase was read to the end.",
		"(a b":              "A parenthesis is never closed; the group was read to the end.",
		"a) b":              "A parenthesis closes nothing; it was ignored.",
		"foo:bar":           "There is no field “foo:”; it was read as a word.",
		"http://a.org":      "",
		"std::vector 16:9":  "",
		"Attention: survey": "",
		"in:yesterday":      "“yesterday” is no date like 2025, 2025-03 or 2025-03-01..2025-04; it was ignored.",
		"ti:":               "Nothing follows “ti:”.",
		"has:horns":         "Papers can't be searched by “has:horns”; it was ignored.",
		"votes:many":        "“many” is no number of votes like >10 or 5..10; it was ignored.",
		"cat:nonsense":      "“nonsense” is none of arXiv's categories.",
		"co:pages":          "There is nothing to search in behind “co:”; it was ignored.",
		"sort:sideways":     "Results can be sorted by relevance, new or votes, not by “sideways”.",
	} {
		if got := strings.Join(Parse(in).Notes, " "); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestTruncated(t *testing.T) {
	q := Parse(strings.Repeat("ü ", 600))
	if !q.Truncated || len(q.Text) > MaxLength || !utf8.ValidString(q.Text) || Parse(strings.Repeat("a", MaxLength)).Truncated {
		t.Errorf("%t, %d bytes", q.Truncated, len(q.Text))
	}
}

func TestDepth(t *testing.T) {
	q := Parse(strings.Repeat("(", 400) + "a" + strings.Repeat(")", 400))
	if dump(q.Root) != "a" || len(q.Notes) != 1 {
		t.Errorf("%s, %q", dump(q.Root), q.Notes)
	}
}

func TestSource(t *testing.T) {
	q := Parse(`  deep -cats ti:"a b" multi  modal (x OR y)`)
	var got []string
	for _, n := range q.Root.(*And).Nodes {
		start, end := n.Source()
		got = append(got, q.Text[start:end])
	}
	if want := `deep|-cats|ti:"a b"|multi|modal|x OR y`; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
}

// checkQuery says that what String writes is read as the same tree, and that sources lie in the text.
func checkQuery(t interface{ Fatalf(string, ...any) }, s string) {
	q := Parse(s)
	written := q.String()
	if again := Parse(written); !q.Truncated && len(written) <= MaxLength && (key(again.Root) != key(q.Root) || again.Sort != q.Sort) {
		t.Fatalf("%q\n is %s, sorted by %q\nwritten %q\n it is %s, sorted by %q", s, key(q.Root), q.Sort, written, key(again.Root), again.Sort)
	}
	checkShape(t, q, q.Root)
}

func checkShape(t interface{ Fatalf(string, ...any) }, q Query, n Node) {
	if n == nil {
		return
	}
	if start, end := n.Source(); start < 0 || end > len(q.Text) || start >= end || !utf8.ValidString(q.Text[start:end]) {
		t.Fatalf("%q: %s was read from %d to %d", q.Text, key(n), start, end)
	}
	nodes := []Node{}
	switch n := n.(type) {
	case *And:
		nodes = n.Nodes
	case *Or:
		nodes = n.Nodes
	case *Not:
		if _, double := n.Node.(*Not); double || n.Node == nil {
			t.Fatalf("%q: %s", q.Text, key(n))
		}
		nodes = []Node{n.Node}
	case *Word:
		if len(n.Terms) == 0 {
			t.Fatalf("%q: a word without terms", q.Text)
		}
	}
	for _, m := range nodes {
		_, and := m.(*And)
		_, or := m.(*Or)
		_, inAnd := n.(*And)
		_, inOr := n.(*Or)
		if m == nil || and && inAnd || or && inOr || (inAnd || inOr) && len(nodes) < 2 {
			t.Fatalf("%q: %s holds %s", q.Text, key(n), key(m))
		}
		checkShape(t, q, m)
	}
}

var pieces = []string{"deep", "multi", "modal", "data", "set", "few-shot", "C++", "SU(2)", "OR", "AND", "NOT", "is", "IS", "CNN", "|", "-", "(", ")", `"`, " ",
	" ", " ", "ti:", "abs:", "au:", "cat:", "in:", "has:", "votes:", "id:", "tag:", "sort:new", "code", "2025", "2025-03..", "cs.LG", ">10", "*", ",",
	"LeCun, Yann", `Schr\"odinger`, "Gr\\o nbech", "量子", "2401.01234", "hep-th/9901001", "i.i.d.", "foo:", "[20230101 TO 2024]", "_", "'", "’s", "\\", "$x$"}

func TestStringIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkQuery(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 25).Draw(t, "pieces"), ""))
	})
}

func FuzzParse(f *testing.F) {
	f.Add(strings.Join(pieces, ""))
	f.Add(strings.Join(pieces, " "))
	f.Add(strings.Repeat("(ti:-", 300))
	f.Add(`a OR b in:2025 "x`)
	f.Fuzz(func(t *testing.T, s string) {
		checkQuery(t, s)
		q := Parse(s)
		for _, n := range q.Filters() {
			if key(Parse(q.Without(n)).Root) == key(q.Root) && len(q.Filters()) == 1 {
				t.Fatalf("%q keeps %s", s, key(n))
			}
		}
		_ = q.Words()
		Direct(s)
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Parse(`"few-shot" learning (vision OR language) ti:survey au:"Y. LeCun" cat:cs.LG in:2024.. has:code sort:votes`)
	}
}
