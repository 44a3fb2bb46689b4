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
	TagQueue(ctx context.Context, counted bool, after int64, limit int) (papers []store.Paper, last int64, err error)
	SetCounted(ctx context.Context, papers []store.PaperID, state []byte, all bool) error
	SetMinedTags(ctx context.Context, mined []store.MinedTags) error
}

const (
	countedAtOnce = 50_000  // papers between two times that the statistics are kept
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
	db      TagStore
	model   *tagger.Model
	whole   int             // how many papers were counted when all were tagged last
	settle  int             // and from how many of those on the statistics have settled
	kept    int             // how many papers the kept statistics count
	counted []store.PaperID // and those of the queue that they don't yet
}

func loadMiner(ctx context.Context, db TagStore, settle int) (*miner, error) {
	state, err := db.TaggerState(ctx)
	if err != nil {
		return nil, err
	}
	m := &miner{db: db, settle: settle}
	if m.model, m.whole, err = decodeTagger(state); err == nil {
		m.kept = m.model.Papers()
	}
	return m, err
}

// settled says whether another paper hardly changes the statistics.
func (m *miner) settled() bool { return m.whole >= m.settle }

// count counts papers by what was read of them. Those that are in the queue are noted there now and then.
func (m *miner) count(ctx context.Context, papers []store.Paper, readings []tagger.Reading, mined bool) error {
	for _, r := range readings {
		m.model.Count(r)
	}
	if mined {
		return nil
	}
	for i := range papers {
		m.counted = append(m.counted, papers[i].ID)
	}
	if len(m.counted) < countedAtOnce {
		return nil
	}
	return m.keep(ctx)
}

// keep stores the statistics, unless they have not changed.
func (m *miner) keep(ctx context.Context) error {
	if m.model.Papers() == m.kept {
		return nil
	}
	return m.setCounted(ctx, false)
}

func (m *miner) setCounted(ctx context.Context, all bool) error {
	state, err := encodeTagger(m.model, m.whole)
	if err == nil {
		err = m.db.SetCounted(ctx, m.counted, state, all)
	}
	if err == nil {
		m.counted, m.kept = m.counted[:0], m.model.Papers()
	}
	return err
}

// queue counts and tags all papers in the catalogue's queue.
func (m *miner) queue(ctx context.Context, progress func(tagged int)) error {
	if err := m.keep(ctx); err != nil {
		return err
	}
	for after := int64(0); ; {
		papers, last, err := m.db.TagQueue(ctx, false, after, taggedAtOnce)
		if err != nil {
			return err
		}
		if len(papers) == 0 {
			break
		}
		if err := m.count(ctx, papers, m.read(papers, false), false); err != nil {
			return err
		}
		after = last
	}
	all := !m.settled() && m.model.Papers() >= 2*m.whole && m.model.Papers() > m.whole
	if all {
		m.whole = m.model.Papers()
	}
	if all || len(m.counted) > 0 {
		if err := m.setCounted(ctx, all); err != nil {
			return err
		}
	}
	for tagged := 0; ; {
		n, err := m.tagQueue(ctx, func(papers int) {
			tagged += papers
			if progress != nil {
				progress(tagged)
			}
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// tagQueue tags the counted papers of the queue and says how many there were: some are tagged while others are stored.
func (m *miner) tagQueue(ctx context.Context, progress func(papers int)) (tagged int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	mined, ended := make(chan []store.MinedTags), make(chan error, 1)
	go func() {
		defer close(mined)
		for after := int64(0); ; {
			papers, last, err := m.db.TagQueue(ctx, true, after, taggedAtOnce)
			if err != nil || len(papers) == 0 {
				ended <- err
				return
			}
			m.read(papers, true)
			select {
			case mined <- minedTags(papers):
			case <-ctx.Done():
				ended <- context.Cause(ctx)
				return
			}
			after = last
		}
	}()
	for tags := range mined {
		if err == nil {
			err = m.db.SetMinedTags(context.WithoutCancel(ctx), tags)
		}
		if err != nil {
			cancel()
			continue
		}
		tagged += len(tags)
		progress(len(tags))
	}
	cancel()
	if stopped := <-ended; err == nil {
		err = stopped
	}
	return tagged, err
}

func minedTags(papers []store.Paper) []store.MinedTags {
	mined := make([]store.MinedTags, len(papers))
	for i := range papers {
		mined[i] = store.MinedTags{ID: papers[i].ID, Tags: papers[i].MinedTags}
	}
	return mined
}

// read reads the texts of some papers, on all processors, and with tags finds their mined tags, too.
func (m *miner) read(papers []store.Paper, tags bool) []tagger.Reading {
	readings := make([]tagger.Reading, len(papers))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(papers); i = int(next.Add(1)) - 1 {
				p := &papers[i]
				if tags {
					p.MinedTags, readings[i] = m.model.ReadTags(p.Title, p.Abstract)
				} else {
					readings[i] = m.model.Read(p.Title, p.Abstract)
				}
			}
		})
	}
	wg.Wait()
	return readings
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
