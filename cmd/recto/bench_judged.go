package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// judgedSet is a collection of documents with questions and people's judgements which documents answer them. In BEIR's
// layout it is a folder with corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv, each plain or with .gz.
type judgedSet struct {
	name      string
	documents []judgedText
	questions []judgedQuestion // those with a relevant document, in the order of their file
}

// judgedText is a line of corpus.jsonl or queries.jsonl.
type judgedText struct {
	ID    string `json:"_id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

type judgedQuestion struct {
	judgedText
	grades map[string]int // of relevant documents; above 0
}

const (
	judgedCorpus    = "corpus.jsonl"
	judgedQuestions = "queries.jsonl"
	longestLine     = 64 << 20 // bytes
)

// Where judgements may lie; the first that is there counts.
var judgements = [...]string{"qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv", "qrels/train.tsv"}

// judgedFolders are the sets in a folder: itself, or folders in it.
func judgedFolders(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	if _, err := plainOrPacked(folder, judgedCorpus); err == nil {
		return []string{folder}, nil
	}
	var found []string
	for _, e := range entries {
		inside := filepath.Join(folder, e.Name())
		if _, err := plainOrPacked(inside, judgedCorpus); err == nil {
			found = append(found, inside)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no %s, nor has a folder in it", folder, judgedCorpus)
	}
	return found, nil
}

// plainOrPacked is the path of the first of some files that is there, as it is named or with .gz.
func plainOrPacked(folder string, names ...string) (string, error) {
	for _, name := range names {
		for _, path := range []string{filepath.Join(folder, name), filepath.Join(folder, name+".gz")} {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("%s has no %s: %w", folder, strings.Join(names, " or "), fs.ErrNotExist)
}

func readJudged(folder string) (*judgedSet, error) {
	grades, err := readGrades(folder)
	if err != nil {
		return nil, err
	}
	s := &judgedSet{name: filepath.Base(folder)}
	if s.documents, err = readTexts(folder, judgedCorpus); err != nil {
		return nil, err
	}
	questions, err := readTexts(folder, judgedQuestions)
	if err != nil {
		return nil, err
	}
	for _, q := range questions {
		if g := grades[q.ID]; len(g) > 0 {
			s.questions = append(s.questions, judgedQuestion{q, g})
		}
	}
	if len(s.questions) == 0 {
		return nil, fmt.Errorf("%s has no question with a relevant document", folder)
	}
	return s, nil
}

func readTexts(folder, name string) ([]judgedText, error) {
	path, err := plainOrPacked(folder, name)
	if err != nil {
		return nil, err
	}
	var all []judgedText
	known := make(map[string]bool)
	err = eachLine(path, func(_ int, line string) error {
		var t judgedText
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return err
		}
		if t.ID == "" {
			return errors.New("it has no _id")
		}
		if known[t.ID] {
			return fmt.Errorf("the _id %q is there twice", t.ID)
		}
		known[t.ID] = true
		all = append(all, t)
		return nil
	})
	return all, err
}

// readGrades reads the grades above 0, by question and document: a line each of question, document and grade, apart by
// tabs, below a header.
func readGrades(folder string) (map[string]map[string]int, error) {
	path, err := plainOrPacked(folder, judgements[:]...)
	if err != nil {
		return nil, err
	}
	grades := make(map[string]map[string]int)
	err = eachLine(path, func(number int, line string) error {
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			return fmt.Errorf("it has %d fields, not 3", len(fields))
		}
		grade, err := strconv.Atoi(strings.TrimSpace(fields[2]))
		if err != nil && number == 1 {
			return nil // the header
		}
		if err != nil {
			return fmt.Errorf("its grade %q is no whole number", fields[2])
		}
		if grade <= 0 {
			return nil
		}
		if grades[fields[0]] == nil {
			grades[fields[0]] = make(map[string]int)
		}
		grades[fields[0]][fields[1]] = grade
		return nil
	})
	return grades, err
}

// eachLine gives every line of a file that is not blank. Errors are told with the file and the line.
func eachLine(path string, each func(number int, line string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	number := 0
	for lines.Scan() {
		number++
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := each(number, lines.Text()); err != nil {
			return fmt.Errorf("%s line %d: %w", path, number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s line %d: %w", path, number+1, err)
	}
	return nil
}

// ndcg is the normalised discounted cumulative gain of the first k documents found, as trec_eval has it: a document's
// grade is its gain, the logarithm of its rank plus 1 to base 2 the discount, and the best possible order worth 1.
func ndcg(found []string, grades map[string]int, k int) float64 {
	discounted := func(grade, i int) float64 { return float64(grade) / math.Log2(float64(i)+2) }
	gain, ideal := 0.0, 0.0
	for i, id := range found[:min(k, len(found))] {
		gain += discounted(grades[id], i)
	}
	best := make([]int, 0, len(grades))
	for _, g := range grades {
		best = append(best, g)
	}
	slices.Sort(best)
	slices.Reverse(best)
	for i, g := range best[:min(k, len(best))] {
		ideal += discounted(g, i)
	}
	if ideal == 0 {
		return 0
	}
	return gain / ideal
}

// recall is the share of the relevant documents that is among the first k found.
func recall(found []string, grades map[string]int, k int) float64 {
	if len(grades) == 0 {
		return 0
	}
	n := 0
	for _, id := range found[:min(k, len(found))] {
		if grades[id] > 0 {
			n++
		}
	}
	return float64(n) / float64(len(grades))
}
