package ingest

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"recto/ingest/tagger"
	"recto/store"
)

// TagStore is what Tag needs of a store.DB.
type TagStore interface {
	TaggerState(ctx context.Context) ([]byte, error)
	TagQueue(ctx context.Context, counted bool, limit int) ([]store.Paper, error)
	SetCounted(ctx context.Context, papers []store.PaperID, state []byte, all bool) error
	SetMinedTags(ctx context.Context, mined []store.MinedTags) error
}

const (
	countedAtOnce = 10_000  // papers between two times that the statistics are kept
	taggedAtOnce  = 2_000   // papers in one transaction
	settledPapers = 100_000 // papers from which on the statistics hardly change
)

// Tag finds the tags of all papers in the catalogue's queue: the new and the changed. First they are counted in the
// statistics, then tagged by them. Whenever the catalogue has doubled since all of its papers were tagged, all are tagged
// anew, until there are settledPapers: so the first papers' tags are as good as the last ones', and the work stays
// proportional to the papers. (Run mines the tags of a long run itself once there are so many.) progress, unless nil, is
// told how many are tagged. Interrupted, it goes on where it was.
func Tag(ctx context.Context, db TagStore, progress func(tagged int)) error {
	if err := tag(ctx, db, progress); err != nil {
		return fmt.Errorf("tag papers: %w", err)
	}
	return nil
}

func tag(ctx context.Context, db TagStore, progress func(tagged int)) error {
	m, err := loadMiner(ctx, db, settledPapers)
	if err != nil {
		return err
	}
	return m.queue(ctx, progress)
}

// miner finds tags by the statistics of a catalogue.
type miner struct {
	db     TagStore
	model  *tagger.Model
	whole  int // how many papers were counted when all were tagged last
	settle int // and from how many of those on the statistics have settled
}

func loadMiner(ctx context.Context, db TagStore, settle int) (*miner, error) {
	state, err := db.TaggerState(ctx)
	if err != nil {
		return nil, err
	}
	m := &miner{db: db, settle: settle}
	m.model, m.whole, err = decodeTagger(state)
	return m, err
}

// settled says whether another paper hardly changes the statistics.
func (m *miner) settled() bool { return m.whole >= m.settle }

func (m *miner) count(papers []store.Paper) {
	for i := range papers {
		m.model.Add(papers[i].Title, papers[i].Abstract)
	}
}

// keep stores the statistics.
func (m *miner) keep(ctx context.Context) error { return m.setCounted(ctx, nil, false) }

func (m *miner) setCounted(ctx context.Context, papers []store.PaperID, all bool) error {
	state, err := encodeTagger(m.model, m.whole)
	if err != nil {
		return err
	}
	return m.db.SetCounted(ctx, papers, state, all)
}

// queue counts and tags all papers in the catalogue's queue.
func (m *miner) queue(ctx context.Context, progress func(tagged int)) error {
	for last := false; !last; {
		papers, err := m.db.TagQueue(ctx, false, countedAtOnce)
		if err != nil {
			return err
		}
		m.count(papers)
		last = len(papers) < countedAtOnce
		all := last && !m.settled() && m.model.Papers() >= 2*m.whole && m.model.Papers() > m.whole
		if all {
			m.whole = m.model.Papers()
		}
		if len(papers) > 0 {
			if err := m.setCounted(ctx, idsOf(papers), all); err != nil {
				return err
			}
		}
	}
	for tagged := 0; ; {
		papers, err := m.db.TagQueue(ctx, true, taggedAtOnce)
		if err != nil || len(papers) == 0 {
			return err
		}
		if err := m.db.SetMinedTags(ctx, tagsOf(m.model, papers)); err != nil {
			return err
		}
		tagged += len(papers)
		if progress != nil {
			progress(tagged)
		}
	}
}

func idsOf(papers []store.Paper) []store.PaperID {
	ids := make([]store.PaperID, len(papers))
	for i := range papers {
		ids[i] = papers[i].ID
	}
	return ids
}

// tagsOf finds the tags of some papers, on all processors.
func tagsOf(model *tagger.Model, papers []store.Paper) []store.MinedTags {
	mined := make([]store.MinedTags, len(papers))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(papers); i = int(next.Add(1)) - 1 {
				mined[i] = store.MinedTags{ID: papers[i].ID, Tags: model.Tags(papers[i].Title, papers[i].Abstract)}
			}
		})
	}
	wg.Wait()
	return mined
}

// The statistics are kept with the number of papers at the last tagging of all, in 8 bytes before them.

func encodeTagger(m *tagger.Model, whole int) ([]byte, error) {
	data, err := m.MarshalBinary()
	return append(binary.BigEndian.AppendUint64(nil, uint64(whole)), data...), err
}

func decodeTagger(state []byte) (*tagger.Model, int, error) {
	m := tagger.New()
	if len(state) < 8 {
		return m, 0, nil
	}
	if err := m.UnmarshalBinary(state[8:]); err != nil {
		return nil, 0, fmt.Errorf("the tags' statistics: %w", err)
	}
	return m, int(binary.BigEndian.Uint64(state)), nil
}
