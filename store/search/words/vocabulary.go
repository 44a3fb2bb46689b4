package words

import (
	"bytes"
	"cmp"
	"fmt"
	"math/bits"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// TermCount is a term and how many documents have it; those that have gone lately may be among them.
type TermCount struct {
	Term      string
	Documents int
}

// vocabulary is the terms that enough documents have, in memory, as they were when it was last built.
type vocabulary struct {
	current atomic.Pointer[frequent]
	mu      sync.Mutex // held while it is built
}

// frequent is a vocabulary at one time.
type frequent struct {
	docs    int         // of the snapshot
	terms   []TermCount // in the order of the terms
	lengths [maxLength + 1][]speller
}

// speller is a term with what tells quickly that it is unlike another.
type speller struct {
	letters uint32
	term    uint32 // its place in terms
}

// maxLength is the number of letters of the longest term that may be misspelt.
const maxLength = 40

// enough is how many documents must have a term for it to be in the vocabulary: one in 500,000, and one more.
func enough(docs int) int { return 1 + docs/500_000 }

// frequent is the vocabulary. It is built when there is none, and anew beside the one in use when the documents have become
// a tenth more or fewer.
func (idx *Index) frequent() (*frequent, error) {
	snap := idx.acquire()
	if snap == nil {
		return nil, ErrClosed
	}
	defer snap.release()
	v := &idx.words
	f := v.current.Load()
	if f != nil {
		if changed := max(snap.docs-f.docs, f.docs-snap.docs); changed > f.docs/10 && v.mu.TryLock() {
			snap.uses.Add(1)
			go func() {
				defer snap.release()
				defer v.mu.Unlock()
				_ = v.build(snap) // if it fails, the old one has to do
			}()
		}
		return f, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current.Load() == nil {
		if err := v.build(snap); err != nil {
			return nil, err
		}
	}
	return v.current.Load(), nil
}

func (v *vocabulary) build(snap *snapshot) (err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	f := &frequent{docs: snap.docs}
	least := enough(snap.docs)
	eachTerm(snap, "", func(term []byte, df int, _ []entry) {
		if df < least {
			return
		}
		if n := utf8.RuneCount(term); n <= maxLength {
			f.lengths[n] = append(f.lengths[n], speller{letterMask(term), uint32(len(f.terms))})
		}
		f.terms = append(f.terms, TermCount{string(term), df})
	})
	v.current.Store(f)
	return nil
}

// eachTerm calls f with every term of a snapshot that begins so, in order, with its entry in each view (their df is 0 where
// it isn't). What f is given is good until it returns.
func eachTerm(snap *snapshot, prefix string, f func(term []byte, df int, entries []entry)) {
	begin := []byte(termMark + prefix)
	cursors := make([]dictCursor, len(snap.views))
	more := make([]bool, len(snap.views))
	for i, v := range snap.views {
		cursors[i].dict = &v.dict
		more[i] = cursors[i].seek(begin)
	}
	entries := make([]entry, len(snap.views))
	var term []byte
	for {
		found := false
		for i := range cursors {
			if more[i] && (!found || bytes.Compare(cursors[i].term, term) < 0) {
				term = append(term[:0], cursors[i].term...)
				found = true
			}
		}
		if !found || !bytes.HasPrefix(term, begin) {
			return
		}
		df := 0
		for i := range cursors {
			entries[i] = entry{}
			if more[i] && bytes.Equal(cursors[i].term, term) {
				entries[i] = cursors[i].entry
				df += cursors[i].df
				more[i] = cursors[i].next()
			}
		}
		f(term[len(termMark):], df, entries)
	}
}

// DocFreq is how many documents have a term; those that have gone lately may be among them.
func (idx *Index) DocFreq(term string) (n int, err error) {
	defer guard(&err, debug.SetPanicOnFault(true))
	snap := idx.acquire()
	if snap == nil {
		return 0, ErrClosed
	}
	defer snap.release()
	return newPlan(snap, false).word(termMark + term).df, nil
}

// Frequency is how many documents have a term, as DocFreq says, but at once: 0 for very rare and very new terms.
func (idx *Index) Frequency(term string) (int, error) {
	f, err := idx.frequent()
	if err != nil {
		return 0, fmt.Errorf("frequency of %q: %w", term, err)
	}
	at, found := sort.Find(len(f.terms), func(i int) int { return cmp.Compare(term, f.terms[i].Term) })
	if !found {
		return 0, nil
	}
	return f.terms[at].Documents, nil
}

// TermsFrom gives up to n terms that begin with a prefix, the most frequent first. Very rare and very new terms are not
// among them.
func (idx *Index) TermsFrom(prefix string, n int) ([]TermCount, error) {
	f, err := idx.frequent()
	if err != nil {
		return nil, fmt.Errorf("terms from %q: %w", prefix, err)
	}
	from, _ := sort.Find(len(f.terms), func(i int) int { return cmp.Compare(prefix, f.terms[i].Term) })
	var best []TermCount
	for _, t := range f.terms[from:] {
		if !strings.HasPrefix(t.Term, prefix) {
			break
		}
		best = keepBest(best, t, n, compareCounts)
	}
	return best, nil
}

func compareCounts(a, b TermCount) int {
	return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Term, b.Term))
}

// keepBest puts an item where it belongs among the n best ones, which are sorted.
func keepBest[T any](best []T, item T, n int, compare func(a, b T) int) []T {
	if len(best) >= n && (n <= 0 || compare(item, best[n-1]) >= 0) {
		return best
	}
	at, _ := slices.BinarySearchFunc(best, item, compare)
	best = slices.Insert(best, at, item)
	return best[:min(len(best), n)]
}

// Similar is a term that another might have been meant to be.
type Similar struct {
	TermCount
	Edits int
}

// Similar gives up to n terms within a number of edits of a term, at most 2, itself left out: those with the fewest edits
// first, and the most frequent of these. An edit is a letter more, less or other, or two neighbours that have changed
// places. Very rare and very new terms are not among them.
func (idx *Index) Similar(term string, maxEdits, n int) ([]Similar, error) {
	f, err := idx.frequent()
	if err != nil {
		return nil, fmt.Errorf("terms similar to %q: %w", term, err)
	}
	return f.similar(term, min(maxEdits, 2), n), nil
}

func (f *frequent) similar(term string, maxEdits, n int) []Similar {
	p := newPattern(term)
	if p == nil {
		return nil
	}
	letters := letterMask([]byte(term))
	var best []Similar
	for length := max(0, p.length-maxEdits); length <= min(maxLength, p.length+maxEdits); length++ {
		for _, s := range f.lengths[length] {
			if bits.OnesCount32(s.letters^letters) > 2*maxEdits { // an edit changes two letters at most
				continue
			}
			t := f.terms[s.term]
			if edits := p.distance(t.Term); 0 < edits && edits <= maxEdits {
				best = keepBest(best, Similar{t, edits}, n, func(a, b Similar) int {
					return cmp.Or(cmp.Compare(a.Edits, b.Edits), compareCounts(a.TermCount, b.TermCount))
				})
			}
		}
	}
	return best
}

// letterMask has a bit for each letter of a term; some letters share one.
func letterMask(term []byte) (mask uint32) {
	for _, r := range string(term) {
		mask |= 1 << (uint32(r) % 32)
	}
	return mask
}
