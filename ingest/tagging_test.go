package ingest

import (
	"fmt"
	"strings"
	"testing"

	"recto/store"
)

// TestRunMinesTags reads more papers than the tags' statistics need to settle: the full batches after that are tagged
// before they are stored, the rest by Tag, and every paper is counted once.
func TestRunMinesTags(t *testing.T) {
	const papers = 4*batchRecords + 100
	topics := []string{"diffusion models", "federated learning", "protein folding", "dark matter", "graph neural networks"}
	var in strings.Builder
	for i := range papers {
		topic := topics[i%len(topics)]
		fmt.Fprintf(&in, `{"id":"24%02d.%05d","title":"Study %d of %s","abstract":"We study %s. In case %d, %s are what it is about."}`+"\n",
			i/9000+1, i%9000+1, i, topic, topic, i, topic)
	}
	db := openStore(t)
	if _, err := Run(t.Context(), db, JSONL(text(in.String())), Options{Now: testNow, Tags: db, settled: batchRecords}); err != nil {
		t.Fatal(err)
	}
	tagged, last := 0, store.Paper{}
	err := db.EachPaper(t.Context(), func(p *store.Paper) error {
		if len(p.MinedTags) > 0 {
			tagged, last = tagged+1, *p
		}
		return nil
	})
	waiting, _, queueErr := db.TagQueue(t.Context(), false, 0, papers)
	if err != nil || queueErr != nil {
		t.Fatal(err, queueErr)
	}
	if tagged < 2*batchRecords || len(waiting) == 0 || len(waiting) > papers-2*batchRecords {
		t.Errorf("%d papers have tags after the run, %d wait", tagged, len(waiting))
	}
	if page, err := db.Papers(t.Context(), store.Filter{Order: store.Newest, Facet: store.FacetTag, Slug: store.TagSlug(last.MinedTags[0]), Limit: 5}); err != nil || len(page.Papers) != 5 {
		t.Errorf("tag %q: %d papers, %v", last.MinedTags[0], len(page.Papers), err)
	}
	if err := Tag(t.Context(), db, nil); err != nil {
		t.Fatal(err)
	}
	m, err := loadMiner(t.Context(), db, settledPapers)
	if err != nil || m.model.Papers() != papers {
		t.Errorf("%d papers are counted, %v; want %d", m.model.Papers(), err, papers)
	}
	if waiting, _, err := db.TagQueue(t.Context(), true, 0, 1); err != nil || len(waiting) > 0 {
		t.Errorf("%d papers still wait, %v", len(waiting), err)
	}
	findings, err := db.Check(t.Context(), false, func(string) {})
	if err != nil || len(findings) > 0 {
		t.Errorf("doctor: %v, %v", findings, err)
	}
}
