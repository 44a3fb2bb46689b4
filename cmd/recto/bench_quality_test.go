package main

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recto/store"
)

func TestNDCG(t *testing.T) {
	many := map[string]int{} // 12 relevant documents: no ten can have more than the best ten
	var manyIDs []string
	for _, id := range strings.Fields("a b c d e f g h i j k l") {
		many[id] = 1
		manyIDs = append(manyIDs, id)
	}
	graded := map[string]int{"a": 3, "b": 2, "c": 1}
	log3 := math.Log2(3)
	for name, c := range map[string]struct {
		found  string
		grades map[string]int
		k      int
		want   float64
	}{
		"the best order":                  {"a b c", graded, 10, 1},
		"others behind it":                {"a b c x y", graded, 10, 1},
		"the worst order":                 {"c b a", graded, 10, (1 + 2/log3 + 3.0/2) / (3 + 2/log3 + 1.0/2)},
		"one missing, one irrelevant":     {"b x a", graded, 10, 3.5 / 4.761859507142915},
		"cut at two":                      {"x c a b", graded, 2, (1 / log3) / (3 + 2/log3)},
		"nothing found":                   {"", graded, 10, 0},
		"nothing relevant":                {"x y", graded, 10, 0},
		"nothing to find":                 {"x", nil, 10, 0},
		"ten of twelve":                   {strings.Join(manyIDs[2:], " "), many, 10, 1},
		"the tenth of twelve is a wrong":  {"a b c d e f g h i x j", many, 10, 1 - (1/math.Log2(11))/4.543559338088346},
		"a relevant one that is eleventh": {"p q r s t u v w x y a", many, 10, 0},
	} {
		if got := ndcg(strings.Fields(c.found), c.grades, c.k); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

func TestRecall(t *testing.T) {
	grades := map[string]int{"a": 3, "b": 1, "c": 1, "d": 2}
	for _, c := range []struct {
		found string
		k     int
		want  float64
	}{{"a x b", 100, 0.5}, {"a x b", 2, 0.25}, {"", 100, 0}, {"d c b a", 100, 1}, {"x y", 100, 0}} {
		if got := recall(strings.Fields(c.found), grades, c.k); got != c.want {
			t.Errorf("%q of %d: %v, not %v", c.found, c.k, got, c.want)
		}
	}
	if got := recall([]string{"a"}, nil, 10); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// judgedFiles writes a set's files; those that end in .gz are packed.
func judgedFiles(t *testing.T, folder string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		content := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			content = packed.Bytes()
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const (
	tinyCorpus = `{"_id": "d1", "title": "Of frogs", "text": "Frogs leap.", "metadata": {"url": "x"}}
{"_id": "d2", "title": "", "text": "Toads crawl. They croak."}

{"_id": "d 3", "text": "Newts swim."}
`
	tinyQueries = `{"_id": "q1", "text": "frogs", "metadata": {}}
{"_id": "q2", "text": "unjudged"}
{"_id": "q3", "text": "only irrelevant"}
{"_id": "q4", "text": "newts"}
`
	tinyGrades = "query-id\tcorpus-id\tscore\nq4\td 3\t1\nq1\td1\t2\nq1\td2\t0\nq3\td2\t-1\nq9\td1\t1\n"
)

func TestReadJudged(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"plain":               {"corpus.jsonl": tinyCorpus, "queries.jsonl": tinyQueries, "qrels.tsv": tinyGrades},
		"packed":              {"corpus.jsonl.gz": tinyCorpus, "queries.jsonl.gz": tinyQueries, "qrels.tsv.gz": tinyGrades},
		"BEIR's test set":     {"corpus.jsonl": tinyCorpus, "queries.jsonl": tinyQueries, "qrels/test.tsv": tinyGrades, "qrels/train.tsv": "-"},
		"judged for training": {"corpus.jsonl": tinyCorpus, "queries.jsonl": tinyQueries, "qrels/train.tsv": tinyGrades},
		"Windows' ends of line": {"corpus.jsonl": strings.ReplaceAll(tinyCorpus, "\n", "\r\n"), "queries.jsonl": tinyQueries,
			"qrels.tsv": strings.ReplaceAll(tinyGrades, "\n", "\r\n")},
		"no header": {"corpus.jsonl": tinyCorpus, "queries.jsonl": tinyQueries,
			"qrels.tsv": strings.TrimPrefix(tinyGrades, "query-id\tcorpus-id\tscore\n")},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := readJudged(judgedFiles(t, t.TempDir(), files))
			if err != nil {
				t.Fatal(err)
			}
			if len(set.documents) != 3 || set.documents[0].Title != "Of frogs" || set.documents[2] != (judgedText{"d 3", "", "Newts swim."}) {
				t.Errorf("the documents are %+v", set.documents)
			}
			if len(set.questions) != 2 {
				t.Fatalf("the questions are %+v", set.questions)
			}
			one, other := set.questions[0], set.questions[1]
			if one.ID != "q1" || one.Text != "frogs" || len(one.grades) != 1 || one.grades["d1"] != 2 || other.ID != "q4" || other.grades["d 3"] != 1 {
				t.Errorf("the questions are %+v", set.questions)
			}
		})
	}
}

func TestReadJudgedRefuses(t *testing.T) {
	for says, change := range map[string][2]string{ // a file and its text; none removes it
		"corpus.jsonl line 2: ":                                      {"corpus.jsonl", `{"_id": "d1"}` + "\n{\"_id\": \n"},
		"corpus.jsonl line 1: it has no _id":                         {"corpus.jsonl", `{"title": "Of frogs"}`},
		`corpus.jsonl line 3: the _id "d1" is there twice`:           {"corpus.jsonl", `{"_id": "d1"}` + "\n\n" + `{"_id": "d1"}`},
		"queries.jsonl line 1: ":                                     {"queries.jsonl", `["q1"]`},
		"qrels.tsv line 3: it has 2 fields, not 3":                   {"qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\n"},
		`qrels.tsv line 2: its grade "good" is no whole number`:      {"qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tgood\n"},
		"has no question with a relevant document":                   {"qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t0\nq9\td1\t1\n"},
		"has no queries.jsonl: ":                                     {"queries.jsonl", ""},
		"has no qrels.tsv or qrels/test.tsv or qrels/dev.tsv or qre": {"qrels.tsv", ""},
	} {
		t.Run(says, func(t *testing.T) {
			files := map[string]string{"corpus.jsonl": tinyCorpus, "queries.jsonl": tinyQueries, "qrels.tsv": tinyGrades}
			if files[change[0]] = change[1]; change[1] == "" {
				delete(files, change[0])
			}
			if _, err := readJudged(judgedFiles(t, t.TempDir(), files)); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("said %v", err)
			}
		})
	}
	broken := judgedFiles(t, t.TempDir(), map[string]string{"corpus.jsonl": tinyCorpus, "queries.jsonl": tinyQueries, "qrels.tsv": tinyGrades})
	if err := os.WriteFile(filepath.Join(broken, "queries.jsonl.gz"), []byte("this is no gzip file"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(broken, "queries.jsonl")); err != nil {
		t.Fatal(err)
	}
	if _, err := readJudged(broken); err == nil || !strings.Contains(err.Error(), "queries.jsonl.gz: gzip") {
		t.Errorf("of a broken archive it said %v", err)
	}
}

func TestFirstSentence(t *testing.T) {
	long := strings.Repeat("leaping frogs ", 50)
	for text, want := range map[string]string{
		"":  "",
		" ": "",
		"Frogs leap over the pond.  They\ncroak.":   "Frogs leap over the pond.",
		"glucose in\nmaternal plasma . we measured": "glucose in maternal plasma .",
		"Do frogs, e.g. tree frogs, leap? Yes.":     "Do frogs, e.g. tree frogs, leap?",
		"No end at 3.5 mm and then none":            "No end at 3.5 mm and then none",
		long:                                        strings.TrimSpace(strings.Repeat("leaping frogs ", 21)),
		strings.Repeat("é", 400):                    strings.Repeat("é", 150),
	} {
		if got := firstSentence(text); got != want {
			t.Errorf("of %.40q: %q, not %q", text, got, want)
		}
	}
}

func TestBenchQuality(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: without the race detector alone")
	}
	folder := t.TempDir()
	long := `{"_id":"long","title":"` + strings.Repeat("very ", store.MaxTitle) + `","text":"` + strings.Repeat("long ", store.MaxAbstract) + `"}`
	judgedFiles(t, filepath.Join(folder, "ponds"), map[string]string{
		"corpus.jsonl.gz": pondCorpus() + long + "\n" + `{"_id":"empty","title":"","text":" "}`,
		"queries.jsonl":   `{"_id":"q1","text":"How do frogs leap?"}` + "\n" + `{"_id":"q2","text":"the croaking of the toads"}`,
		"qrels.tsv":       "query-id\tcorpus-id\tscore\nq1\tfrog\t2\nq2\ttoad\t1\n"})
	judgedFiles(t, filepath.Join(folder, "more"), map[string]string{"corpus.jsonl": pondCorpus(), "queries.jsonl": `{"_id":"q","text":"newts"}`,
		"qrels/test.tsv": "query-id\tcorpus-id\tscore\nq\tnewt\t1\n"})
	r := newRecto(t)
	found, out := r.bench("quality", folder)
	found.has(t, "ratio ndcg recall queries", "ponds, words alone", "ponds, both", "ponds, reference: FTS5 bm25", "more, words alone", "more, both",
		"more, reference: FTS5 bm25")
	found.has(t, "ratio ndcg recall", "mean of the sets, both")
	if len(found.Rows) != 3*len(judgedMethods) {
		t.Errorf("there are %d rows", len(found.Rows))
	}
	for _, row := range found.Rows {
		reference := strings.HasSuffix(row.Name, "FTS5 bm25")
		if reference && row.Figures["ratio"] != 1 {
			t.Errorf("%s: its ratio to itself is %v", row.Name, row.Figures["ratio"])
		}
		if easy := reference || strings.HasSuffix(row.Name, "words alone"); easy && (row.Figures["ndcg"] != 1 || row.Figures["recall"] != 1) {
			t.Errorf("%s: it finds what has the words with %v", row.Name, row.Figures)
		}
	}
	if !strings.Contains(out, "ponds: 6 documents, 2 questions") {
		t.Errorf("said %s", out)
	}
	if _, err := os.Stat(r.db); !os.IsNotExist(err) {
		t.Errorf("it touched the catalogue: %v", err)
	}
	if status, _, errs := r.run("", "bench", "quality", t.TempDir()); status != 1 || !strings.Contains(errs, "has no corpus.jsonl") {
		t.Errorf("of an empty folder: status %d, said %s", status, errs)
	}
}

func pondCorpus() string {
	return `{"_id":"frog","title":"Frogs","text":"Frogs leap with long legs."}
{"_id":"toad","title":"","text":"The croaking of toads fills the evening. It ends at dawn."}
{"_id":"newt","title":"Newts","text":"Newts swim and rest on the ground."}
{"_id":"pond","title":"Ponds","text":"Water rests in the ground."}
`
}
