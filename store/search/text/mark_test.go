package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func marked(s string, words string) string {
	terms := Terms(words)
	var b strings.Builder
	at := 0
	for _, m := range Marks(s, func(term string) bool { return slices.Contains(terms, term) }) {
		b.WriteString(s[at:m.Start] + "[" + s[m.Start:m.End] + "]")
		at = m.End
	}
	return b.String() + s[at:]
}

func TestMarks(t *testing.T) {
	for _, test := range []struct{ name, in, words, want string }{
		{"word forms", "Modelling of models", "model", "[Modelling] of [models]"},
		{"accents", "Schrödinger's cat", "schrodinger", "[Schrödinger]'s cat"},
		{"TeX", `Schr{\"o}dinger and Erd\H{o}s by {\'E}cole`, "schrodinger Erdős école", `[Schr{\"o}dinger] and [Erd\H{o}s] by [{\'E}cole]`},
		{"a formula whole", `the $\alpha + \beta$-rule`, "alpha", `the [$\alpha + \beta$]-rule`},
		{"words that touch", `$\alpha\beta$`, "alpha beta", `[$\alpha\beta$]`},
		{"an index", "CO$_2$ and $R^2$", "co2 r2", "[CO$_2$] and [$R^2$]"},
		{"money", "from $5 to $10 deep", "5 deep", "from $[5] to $10 [deep]"},
		{"Chinese", "在量子计算中", "量子计", "在[量子计]算中"},
		{"nothing", "deep learning", "cats", "deep learning"},
	} {
		if got := marked(test.in, test.words); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPassage(t *testing.T) {
	s := "We study the trees of e.g. Smith et al. in forests. Deep networks learn features of the trees. Cats sleep all day. " +
		"The value $p = 0.5. Q$ is known. Networks of cats play."
	for _, test := range []struct {
		words string
		most  int
		want  string
	}{
		{"networks", 50, "Deep networks learn features of the trees."},
		{"cats", 50, "Cats sleep all day."},
		{"cats networks", 50, "Networks of cats play."},
		{"cats sleep", 60, "Cats sleep all day. The value $p = 0.5. Q$ is known."},
		{"forests", 60, "We study the trees of e.g. Smith et al. in forests."},
		{"forests", 30, "al. in forests."},
		{"zebras", 55, "We study the trees of e.g. Smith et al. in forests."},
		{"zebras", 10_000, s},
	} {
		wanted := map[string]float64{}
		for _, term := range Terms(test.words) {
			wanted[term] = 1
		}
		start, end := Passage(s, wanted, test.most)
		if got := s[start:end]; got != test.want {
			t.Errorf("%s in %d bytes: got %q, want %q", test.words, test.most, got, test.want)
		}
	}
}

func TestPassageWeighs(t *testing.T) {
	s := "The common thing is common here. The rare thing."
	if start, end := Passage(s, map[string]float64{"common": 1, "rare": 3}, 35); s[start:end] != "The rare thing." {
		t.Errorf("got %q", s[start:end])
	}
}

var pieces = []string{"deep ", "networks ", "learn. ", "Über ", "$x^2 + y$ ", "量子计算", "。", "\n\n", "$5 ", `\(a b\) `, "e.g. ", `{\"o}`, "\xff", "."}

func TestPassageIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "s"), "")
		most := rapid.IntRange(0, 120).Draw(t, "most")
		start, end := Passage(s, map[string]float64{"deep": 1, "network": 2, "量子": 1}, most)
		checkPassage(t, s, most, start, end)
	})
}

func checkPassage(t interface{ Fatalf(string, ...any) }, s string, most, start, end int) {
	if start < 0 || end > len(s) || start > end || start == end && strings.Trim(s, " \t\r\n") != "" {
		t.Fatalf("%q, %d: %d to %d", s, most, start, end)
	}
	if utf8.ValidString(s) && !utf8.ValidString(s[start:end]) {
		t.Fatalf("%q, %d: %q cuts a letter", s, most, s[start:end])
	}
	most = max(most, utf8.UTFMax)
	for _, f := range formulas(s) {
		if f.Start < start && start < f.End || f.Start < end && end < f.End {
			t.Fatalf("%q, %d: %q cuts %q", s, most, s[start:end], s[f.Start:f.End])
		}
		if f.Start == start && f.End == end {
			most = max(most, end-start)
		}
	}
	if end-start > most {
		t.Fatalf("%q: %q is longer than %d", s, s[start:end], most)
	}
}

func FuzzMarks(f *testing.F) {
	f.Add(strings.Join(pieces, ""), 20)
	f.Add(abstract, 200)
	f.Fuzz(func(t *testing.T, s string, most int) {
		n := 0
		last := Span{-1, -1}
		for _, m := range Marks(s, func(string) bool { n++; return n%3 > 0 }) {
			if m.Start <= last.End || m.End <= m.Start || m.End > len(s) || !onBoundary(s, m.Start) || !onBoundary(s, m.End) {
				t.Fatalf("%q: %v after %v", s, m, last)
			}
			last = m
		}
		start, end := Passage(s, map[string]float64{"deep": 1, "diffus": 2, "model": 1}, most%1000)
		checkPassage(t, s, most%1000, start, end)
	})
}

func BenchmarkPassage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Passage(abstract, map[string]float64{"diffus": 1, "latent": 2, "spac": 1}, 300)
	}
}
