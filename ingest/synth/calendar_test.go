package synth

import (
	"strings"
	"testing"

	"recto/store"
)

// TestIDsAreEnough counts the ids of catalogues up to the largest.
func TestIDsAreEnough(t *testing.T) {
	for _, n := range []int{1, 1_000, 3_000_000, 8_000_000} {
		c, err := newCalendar(n, dayFacts{}, 1)
		if err != nil {
			t.Fatalf("%d papers: %v", n, err)
		}
		if got := c.first[len(c.first)-1]; got != n {
			t.Errorf("%d papers instead of %d", got, n)
		}
		for i, day := range c.days {
			if c.first[i] > c.first[i+1] {
				t.Fatalf("%s has fewer than no papers", day)
			}
			if month := c.first[i+1] - c.months[i]; month > mostOf(day) {
				t.Fatalf("of %d papers %s has %d, whose ids end at %d", n, day[:7], month, mostOf(day))
			}
		}
		seen := make(map[store.PaperID]bool)
		for i := 0; i < n; i += max(1, n/50_000) { // neighbours, too
			for k := i; k < min(i+3, n); k++ {
				at, inMonth := c.place(k)
				id := c.id(at, inMonth)
				if parsed, err := store.ParsePaperID(string(id)); err != nil || parsed != id {
					t.Fatalf("paper %d of %d: %q, %v", k, n, id, err)
				}
				seen[id] = true
			}
		}
		if n == 1_000 && len(seen) != n {
			t.Errorf("%d ids for %d papers", len(seen), n)
		}
	}
	if _, err := newCalendar(100_000_000, dayFacts{}, 1); err == nil {
		t.Error("a hundred million papers have no ids, and nothing was said")
	}
}

func TestOldIDsOfAMonthDiffer(t *testing.T) {
	c, err := newCalendar(1, dayFacts{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	type place struct{ archive, number int }
	seen := make(map[place]bool)
	for i := range oldMonth {
		archive, number := c.oldPlace(i)
		if number < 1 || number > 999 || seen[place{archive, number}] {
			t.Fatalf("paper %d is number %d of %s (seen: %v)", i, number, archives[archive].name, seen[place{archive, number}])
		}
		seen[place{archive, number}] = true
	}
}

func TestTokensKeepFormulasWhole(t *testing.T) {
	for text, want := range map[string]string{
		"a  b\nc":                          "a|b|c",
		"of $x + y = 3$, then":             "of|$x + y = 3$,|then",
		"costs $5 a piece":                 "costs|$5|a|piece",
		"$a$-$b$ and $c d$ e":              "$a$-$b$|and|$c d$|e",
		"$ " + strings.Repeat("word ", 60): "$|" + strings.TrimSuffix(strings.Repeat("word|", 60), "|"),
	} {
		if got := strings.Join(tokenize(text), "|"); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

// TestTailShowsWhatItWasFitTo draws as often as the real papers did.
func TestTailShowsWhatItWasFitTo(t *testing.T) {
	const draws, distinct = 40_000, 15_000
	tail := fitTail(distinct, draws, 7)
	d := dice(1)
	seen := make(map[int]bool)
	for range draws {
		seen[tail.rank(d.unit())] = true
	}
	if n := len(seen); n < distinct*95/100 || n > distinct*105/100 {
		t.Errorf("%d different ones of %d", n, distinct)
	}
}

func TestInventedWordsHardlyCollide(t *testing.T) {
	v := inventor{words: []string{"photonic", "lattice", "grounding", "Transformer", "re-ranking", "spin-orbit", "3.5%", "quantised",
		"embedding", "manifold", "tokeniser", "holonomy", "perplexity", "segmentation", "calibration", "spectroscopy"}}
	seen := make(map[string]bool)
	for rank := range 1_000 {
		word := v.word(rank)
		if word != v.word(rank) || word == "" || strings.ContainsAny(word, " \t$") {
			t.Fatalf("rank %d is %q", rank, word)
		}
		seen[word] = true
	}
	if len(seen) < 400 { // of sixteen words
		t.Errorf("only %d words", len(seen))
	}
}
