package ingest

import "context"

// bulkPapers is how many papers of a long run are put into their facets together.
const bulkPapers = 200_000

// facetFiller puts papers into their facets while others are stored.
type facetFiller struct {
	db      Catalogue
	waiting int        // papers
	filling chan error // its end; nil while nothing is filled
}

func (f *facetFiller) add(ctx context.Context, papers int) error {
	if f.waiting += papers; f.waiting < bulkPapers {
		return nil
	}
	err := f.wait()
	if err == nil {
		f.waiting, f.filling = 0, make(chan error, 1)
		go func() { f.filling <- f.db.FillFacets(ctx, bulkPapers) }()
	}
	return err
}

func (f *facetFiller) wait() error {
	if f.filling == nil {
		return nil
	}
	err := <-f.filling
	f.filling = nil
	return err
}

// end fills what is left after a run that ended well; err says how it ended.
func (f *facetFiller) end(ctx context.Context, err error) error {
	filled := f.wait()
	if err == nil {
		err = filled
	}
	if err == nil {
		err = f.db.FillFacets(ctx, 1)
	}
	return err
}
