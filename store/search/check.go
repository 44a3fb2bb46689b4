package search

import (
	"context"
	"errors"
	"fmt"

	"recto/store"
	"recto/store/search/words"
)

// Check reads the whole index and compares it with the catalogue, as far as it has come; see Status.
func (x *Index) Check(ctx context.Context) ([]store.Finding, error) {
	var findings []store.Finding
	add := func(check string, count int, sample string) {
		if count > 0 {
			findings = append(findings, store.Finding{Check: check, Count: count, Sample: sample})
		}
	}
	defer x.hold()()
	broken := x.words.Verify(ctx)
	if broken == nil && x.learned != nil {
		broken = x.learned.index.Verify()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if broken != nil {
		add("search index is whole", 1, broken.Error())
		return findings, nil
	}
	behind, err := x.db.CountChanges(ctx, x.words.Seq())
	if err != nil {
		return nil, fmt.Errorf("check search index: %w", err)
	}
	indexed, err := x.words.Matching(ctx, words.All{})
	if err != nil {
		return nil, fmt.Errorf("check search index: %w", err)
	}
	missing, sample, papers := 0, int64(0), 0
	err = x.db.EachNumber(ctx, func(number int64) error {
		papers++
		if !indexed.Has(uint32(number)) {
			missing++
			sample = number
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check search index: %w", err)
	}
	if missing > behind {
		named, err := x.db.ByNumber(ctx, []int64{sample})
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, fmt.Errorf("check search index: %w", err)
		}
		for _, p := range named {
			add("search index has all papers", missing-behind, string(p.ID))
		}
	}
	add("search index has no other papers", indexed.Len()+missing-papers-behind, "") // those that were removed meanwhile
	return findings, nil
}
