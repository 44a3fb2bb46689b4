package words

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// editDistance is the textbook's recurrence of the optimal string alignment.
func editDistance(s, t string) int {
	a, b := []rune(s), []rune(t)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[abcé本]{0,40}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := newPattern(a).distance(b), editDistance(a, b); got != want {
			t.Fatalf("%q to %q is %d, want %d", a, b, got, want)
		}
	})
}

func vocabularyIndex(t *testing.T) *Index {
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { idx.Close() })
	for _, docs := range [][]Doc{
		{{Number: 1, Title: []string{"neural", "network"}}, {Number: 2, Title: []string{"neural", "neuron"}, Keys: []string{"neutral"}}},
		{{Number: 3, Abstract: []string{"neural", "neuron", "natural", "schrodinger"}}},
	} {
		if err := idx.Update(docs, nil); err != nil {
			t.Fatal(err)
		}
	}
	return idx
}

func TestVocabulary(t *testing.T) {
	idx := vocabularyIndex(t)
	if n, err := idx.DocFreq("neural"); n != 3 || err != nil {
		t.Errorf("neural is in %d documents, %v", n, err)
	}
	if n, err := idx.DocFreq("neutral"); n != 0 || err != nil {
		t.Errorf("a key is in %d documents as a term, %v", n, err)
	}
	got, err := idx.TermsFrom("neu", 5)
	if want := []TermCount{{"neural", 3}, {"neuron", 2}}; !slices.Equal(got, want) || err != nil {
		t.Errorf("terms from neu: %v, %v", got, err)
	}
	if got, _ := idx.TermsFrom("n", 1); !slices.Equal(got, []TermCount{{"neural", 3}}) {
		t.Errorf("one term from n: %v", got)
	}
	for term, want := range map[string][]Similar{
		"nueral":      {{TermCount{"neural", 3}, 1}},
		"neural":      {{TermCount{"neuron", 2}, 2}, {TermCount{"natural", 1}, 2}},
		"schroedingr": {{TermCount{"schrodinger", 1}, 2}},
		"":            nil,
		"ganz anders": nil,
	} {
		got, err := idx.Similar(term, 2, 5)
		if !slices.Equal(got, want) || err != nil {
			t.Errorf("similar to %q: %v, want %v; %v", term, got, want, err)
		}
	}
}

// No term within the distance is passed over.
func TestSimilarMissesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-dé]{1,6}`), 0, 30, rapid.ID[string]).Draw(t, "terms")
		slices.Sort(terms)
		f := &frequent{}
		for i, term := range terms {
			n := utf8.RuneCountInString(term)
			f.lengths[n] = append(f.lengths[n], speller{letterMask([]byte(term)), uint32(i)})
			f.terms = append(f.terms, TermCount{term, 1})
		}
		term := rapid.StringMatching(`[a-dé]{0,6}`).Draw(t, "term")
		edits := rapid.IntRange(-1, 2).Draw(t, "edits")
		var want []string
		for _, other := range terms {
			if d := editDistance(term, other); 0 < d && d <= edits {
				want = append(want, other)
			}
		}
		var got []string
		for _, s := range f.similar(term, edits, 100) {
			got = append(got, s.Term)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("similar to %q: %q, want %q", term, got, want)
		}
	})
}
