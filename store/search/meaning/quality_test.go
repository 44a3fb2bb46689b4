package meaning

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestQuality measures words alone, meaning alone and both on the judged collections, and holds both against words.
func TestQuality(t *testing.T) {
	weights := []float32{0.2, 0.3, meaningWeight, 0.5, 0.6}
	gains := make([][2]float64, len(weights)) // by half of the questions
	worst := slices.Repeat([]float64{math.Inf(1)}, len(weights))
	sets := judgedSets(t)
	for _, set := range sets {
		m := trained(t, set.docs)
		var vectors [][]float32
		for _, doc := range set.docs {
			vectors = append(vectors, m.Vector(doc))
		}
		x, words := filled(t, vectors), newBM25(set.docs)
		var alone, other figures
		mixed := make([]figures, len(weights))
		for i, question := range set.questions {
			byWords := words.search(question, Depth)
			byMeaning, err := x.Search(context.Background(), m.Vector(question), 100, nil)
			if err != nil {
				t.Fatal(err)
			}
			alone.add(i, byWords, set.grades[i])
			other.add(i, byMeaning, set.grades[i])
			byMeaning = meant(t, x, m.Vector(question), byWords)
			for j, weight := range weights {
				mixed[j].add(i, fuse(byWords, byMeaning, weight, 100), set.grades[i])
			}
		}
		t.Logf("%-14s words %v  meaning %v  both %v", set.name, &alone, &other, &mixed[2])
		for j := range weights {
			for half := range gains[j] {
				gains[j][half] += (mixed[j].ndcg[half]/alone.ndcg[half] - 1) / float64(len(sets))
			}
			worst[j] = min(worst[j], (mixed[j].ndcg[0]+mixed[j].ndcg[1])/(alone.ndcg[0]+alone.ndcg[1])-1)
		}
	}
	for j, weight := range weights {
		t.Logf("weight %.1f: %+.1f %% and %+.1f %% on either half of the questions, worst set %+.1f %%", weight, 100*gains[j][0], 100*gains[j][1], 100*worst[j])
	}
	if gain := gains[2][0] + gains[2][1]; gain < 0.06 || worst[2] < 0 {
		t.Errorf("meaning adds only %.1f %%, on the worst set %.1f %%", 50*gain, 100*worst[2])
	}
}

// figures are sums over questions, of even and odd places.
type figures struct {
	ndcg, recall, count [2]float64
}

func (f *figures) add(question int, hits []Hit, grades map[uint32]float64) {
	half := question % 2
	f.ndcg[half] += ndcg(hits, grades, 10)
	f.recall[half] += recall(hits, grades, 100)
	f.count[half]++
}

func (f *figures) String() string {
	n := f.count[0] + f.count[1]
	return fmt.Sprintf("%.3f %.3f", (f.ndcg[0]+f.ndcg[1])/n, (f.recall[0]+f.recall[1])/n)
}

// meant is what meaning finds, asked as the door asks it.
func meant(t *testing.T, x *Index, question []float32, byWords []Hit) []Hit {
	var found [][]float32
	for _, h := range byWords[:min(FeedbackPapers, len(byWords))] {
		found = append(found, x.Vector(h.Number))
	}
	question = Feedback(question, found)
	hits, err := x.Search(context.Background(), question, Depth, nil)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[uint32]bool{}
	for _, h := range hits {
		listed[h.Number] = true
	}
	var others []uint32
	for _, h := range byWords {
		if !listed[h.Number] {
			others = append(others, h.Number)
		}
	}
	scores, err := x.Scores(question, others)
	if err != nil {
		t.Fatal(err)
	}
	return append(hits, scores...)
}
