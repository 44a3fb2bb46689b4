package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

func TestBenchSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	r := filled(t)
	reference := filepath.Join(t.TempDir(), "fts5.db")
	found, out := r.bench("search", "--queries", "4", "--fts", reference)
	classes := []string{"one common word", "two common words", "a common and a rare word", "three words of a paper", "a phrase of three words",
		"the beginning of a word", "a misspelt word and another", "a question of 15 words", "a word of the title, a category", "8 words, by meaning"}
	found.has(t, "ratio p50 p99 plain ftsP50 ftsP99 ftsCalls", classes...)
	found.has(t, "rate seconds mb", "index, built from nothing", "reference: FTS5, built from nothing")
	found.has(t, "seconds mb", "index, opened")
	found.has(t, "seconds", "slowest search while warming up")
	if _, err := os.Stat("/proc/self/status"); err == nil {
		found.has(t, "mb", "memory, resident", "memory, without mapped files")
	}
	for _, row := range found.Rows {
		if slices.Contains(classes, row.Name) && row.Figures["ftsCalls"] != 4 {
			t.Errorf("%s: %v calls of FTS5", row.Name, row.Figures["ftsCalls"])
		}
	}
	if !strings.Contains(out, "150 papers") {
		t.Errorf("said %s", out)
	}

	again, _ := r.bench("search", "--queries", "1", "--fts", reference)
	for _, built := range []string{"index, built from nothing", "reference: FTS5, built from nothing"} {
		if at := slices.IndexFunc(again.Rows, func(row rowFound) bool { return row.Name == built }); at < 0 || again.Rows[at].Note == "" {
			t.Errorf("the second time, too, it had %s: %+v", built, again.Rows)
		}
	}
	anew, _ := r.bench("search", "--queries", "1", "--fts", reference, "--anew")
	anew.has(t, "rate seconds mb", "index, built from nothing")

	r.must(`{"id":"on-frogs","title":"On Frogs"}`, "ingest", "jsonl", "-")
	status, _, errs := r.run("", "bench", "search", "--queries", "1", "--fts", reference)
	if status != 1 || !strings.Contains(errs, "has 150 papers, the catalogue 151") {
		t.Errorf("with another catalogue's reference: status %d, said %s", status, errs)
	}
	if status, _, errs := newRecto(t).run("", "bench", "search"); status != 1 || !strings.Contains(errs, "no catalogue") {
		t.Errorf("without a catalogue: status %d, said %s", status, errs)
	}
}

func TestDrawnQueries(t *testing.T) {
	r := filled(t)
	db, err := store.Open(t.Context(), r.db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var abstracts string
	err = db.EachPaper(t.Context(), func(p *store.Paper) error {
		abstracts += " " + strings.ToLower(strings.Join(strings.Fields(p.Abstract), " "))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const n = 30
	draw := func() []searchClass {
		d, err := newDrawer(t.Context(), db, n, func(word string) (int, error) { return strings.Count(abstracts, word), nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range d.rare {
			if slices.Contains(d.common, word) || strings.Count(abstracts, word) > 1 {
				t.Errorf("%s is not rare", word)
			}
		}
		return d.classes(n)
	}
	classes := draw()
	if !reflect.DeepEqual(classes, draw()) {
		t.Error("the same catalogue gave other queries")
	}
	words := func(text string) string { return strings.NewReplacer(",", "", ";", "", ":", "").Replace(text) }
	for _, class := range classes {
		if len(class.queries) != n {
			t.Errorf("%s: %d queries", class.name, len(class.queries))
		}
		for _, q := range class.queries {
			count := len(strings.Fields(q.text))
			switch class.name {
			case "a phrase of three words":
				if count != 3 || q.match != q.text || !strings.Contains(words(abstracts), strings.Trim(q.text, `"`)) {
					t.Errorf("no phrase of an abstract: %+v", q)
				}
			case "a question of 15 words", "8 words, by meaning":
				if count != map[bool]int{true: 15, false: 8}[strings.HasPrefix(class.name, "a")] || !strings.Contains(words(abstracts), q.text) ||
					strings.Count(q.match, " OR ") != count-1 {
					t.Errorf("no sentence of an abstract: %+v", q)
				}
			case "a misspelt word and another":
				if wrong, _, _ := strings.Cut(q.text, " "); len(wrong) < 7 || count != 2 {
					t.Errorf("not misspelt: %+v", q)
				}
			}
		}
	}
}

func TestWordRuns(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"We train large models.":      "we train large models",
		"We train, and test. We stop": "we train and test|we stop",
		"a $O(n)$ bound of 3 state-of-the-art nets": "a|bound of|nets",
		"Is it? Schrödinger's cat!":                 "is it|cat",
	} {
		var runs []string
		for _, run := range wordRuns(text) {
			runs = append(runs, strings.Join(run, " "))
		}
		if got := strings.Join(runs, "|"); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func TestQuotedForFTS5(t *testing.T) {
	fts, err := openFTS5(t.Context(), filepath.Join(t.TempDir(), "fts5.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer fts.close()
	err = fts.fill(t.Context(), func(add func(title, abstract string) error) error {
		for _, title := range []string{"C++ and \"self-attention\"", "NEAR the AND gate", "Schrödinger"} {
			if err := add(title, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]int{`C++ "self-attention`: {1}, "NEAR AND (gates": {2}, "schrodinger": {3},
		"nothing": nil, "*": nil, "": nil} {
		got, err := fts.search(t.Context(), allWords(text), 10)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, not %v (%v)", text, got, want, err)
		}
	}
	if got, err := fts.search(t.Context(), anyWord("schrodinger gate nothing"), 10); err != nil || len(got) != 2 {
		t.Errorf("any word: %v (%v)", got, err)
	}
}
