package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"recto/store"
	"recto/store/search"
)

type benchQualityCmd struct {
	Folder string `arg:"" name:"dir" help:"A judged set in BEIR's layout, or a folder of such sets."`
	benchOutput
}

const (
	ndcgDepth   = 10
	recallDepth = 100
	judgedBatch = 1000
)

// judgedMethods are the ways to search that are compared; the last is the reference.
var judgedMethods = [...]string{"words alone", "meaning alone", "both", "reference: FTS5 bm25"}

const referenceMethod = len(judgedMethods) - 1

// judgedFigures are sums over questions, of each method.
type judgedFigures [len(judgedMethods)]struct{ ndcg, recall float64 }

// Run measures each set in a catalogue and an index of its own. Nothing of them is tuned to the sets.
func (c *benchQualityCmd) Run(p *program) error {
	folders, err := judgedFolders(c.Folder)
	if err != nil {
		return err
	}
	r := newReport("quality", p, column{"ratio", "× FTS5", 3}, column{"ndcg", "nDCG@10", 4}, column{"recall", "recall@100", 4},
		column{"queries", "queries", 0})
	var all judgedFigures // sums of the sets' means
	var ratio [len(judgedMethods)]float64
	for _, folder := range folders {
		set, err := readJudged(folder)
		if err != nil {
			return err
		}
		r.about("%s: %s documents, %s questions", set.name, commas(len(set.documents)), commas(len(set.questions)))
		found, err := c.measure(p, set)
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		n := float64(len(set.questions))
		for i, name := range judgedMethods {
			f := found[i]
			times := f.ndcg / found[referenceMethod].ndcg
			r.row(set.name+", "+name, map[string]float64{"ratio": times, "ndcg": f.ndcg / n, "recall": f.recall / n, "queries": n})
			all[i].ndcg, all[i].recall = all[i].ndcg+f.ndcg/n, all[i].recall+f.recall/n
			ratio[i] += times
		}
	}
	n := float64(len(folders))
	for i, name := range judgedMethods {
		r.row("mean of the sets, "+name, map[string]float64{"ratio": ratio[i] / n, "ndcg": all[i].ndcg / n, "recall": all[i].recall / n})
	}
	r.note("Questions are searched for as they are. FTS5 has the porter stemmer and is asked for any of a question's words.")
	return r.write(p, c.benchOutput)
}

// measure searches for every question of a set by every method.
func (c *benchQualityCmd) measure(p *program, set *judgedSet) (sums judgedFigures, err error) {
	folder, err := os.MkdirTemp("", "recto-bench-")
	if err != nil {
		return sums, err
	}
	defer os.RemoveAll(folder)
	db, err := store.Open(p.ctx, filepath.Join(folder, "recto.db"), p.now)
	if err != nil {
		return sums, err
	}
	defer db.Close()
	if err := addJudged(p.ctx, db, set.documents, p.now()); err != nil {
		return sums, err
	}
	index, err := p.on(filepath.Join(folder, "recto.db")).openSearch(db, embeddings{}, p.warnings(), false)
	if err != nil {
		return sums, err
	}
	defer index.Close()
	if err := index.Build(p.ctx, nil); err != nil {
		return sums, err
	}
	fts, err := openFTS5(p.ctx, filepath.Join(folder, "fts5.db"))
	if err != nil {
		return sums, err
	}
	defer fts.close()
	err = fts.fill(p.ctx, func(add func(title, abstract string) error) error {
		for _, d := range set.documents {
			if err := add(d.Title, d.Text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return sums, err
	}
	for _, q := range set.questions {
		for i := range judgedMethods {
			var found []string
			if i == referenceMethod {
				found, err = set.byFTS5(p.ctx, fts, q.Text)
			} else {
				found, err = set.bySearch(p.ctx, index, q.Text, [...]search.By{search.ByWords, search.ByMeaning, search.ByBoth}[i])
			}
			if err != nil {
				return sums, err
			}
			sums[i].ndcg += ndcg(found, q.grades, ndcgDepth)
			sums[i].recall += recall(found, q.grades, recallDepth)
		}
	}
	if sums[referenceMethod].ndcg == 0 {
		return sums, errors.New("FTS5 finds no relevant document of any question")
	}
	return sums, nil
}

func (s *judgedSet) bySearch(ctx context.Context, index *search.Index, text string, by search.By) ([]string, error) {
	r, err := index.Search(ctx, search.Request{Text: text, Limit: recallDepth, By: by})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(r.Hits))
	for _, h := range r.Hits {
		i, err := strconv.Atoi(strings.TrimPrefix(string(h.ID), judgedID))
		if err != nil {
			return nil, err
		}
		ids = append(ids, s.documents[i].ID)
	}
	return ids, nil
}

func (s *judgedSet) byFTS5(ctx context.Context, fts *fts5, text string) ([]string, error) {
	numbers, err := fts.search(ctx, anyWord(text), recallDepth)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(numbers))
	for _, n := range numbers {
		ids = append(ids, s.documents[n-1].ID)
	}
	return ids, nil
}

// judgedID begins the id of a paper that is made of a document; the document's place follows.
const judgedID = "judged-"

// addJudged makes a paper of each document that has any text, all of one day and without votes.
func addJudged(ctx context.Context, db *store.DB, documents []judgedText, now time.Time) error {
	var papers []store.Paper
	for i, d := range documents {
		p := store.Paper{ID: store.PaperID(fmt.Sprint(judgedID, i)), Title: cutText(d.Title, store.MaxTitle),
			Abstract: cutText(d.Text, store.MaxAbstract), SubmittedAt: now, ReadAt: now, Source: "judged"}
		if strings.TrimSpace(p.Title) == "" {
			p.Title = firstSentence(d.Text)
		}
		if p.Title != "" {
			if err := p.Clean(); err != nil {
				return fmt.Errorf("document %s: %w", d.ID, err)
			}
			papers = append(papers, p)
		}
		if len(papers) == judgedBatch || i == len(documents)-1 {
			if _, err := db.Ingest(ctx, store.Batch{Papers: papers, Mined: true}); err != nil {
				return err
			}
			papers = papers[:0]
		}
	}
	return nil
}

// firstSentence is the beginning of a text that can be its title: its first sentence, or as many of its first words as a
// title may well have. It is "" only where there is no text.
func firstSentence(text string) string {
	const least, most = 20, 300 // bytes
	text = strings.Join(strings.Fields(text), " ")
	for i := least; i+1 < min(len(text), most); i++ {
		if strings.IndexByte(".?!", text[i]) >= 0 && text[i+1] == ' ' {
			return text[:i+1]
		}
	}
	if len(text) <= most {
		return text
	}
	text = cutText(text, most)
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		text = text[:i]
	}
	return text
}

// cutText is the beginning of a text in so many bytes.
func cutText(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
