package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// update is a transaction that changes papers. It gathers new rows and the counters' changes and writes them together, in
// their tables' order, by flush: neighbours lie on one page of the file.
type update struct {
	*writer
	known  *knownIDs
	now    func() time.Time
	facets map[facetKey]*facet
	strays []*facet   // those of facets without an id
	round  int        // of counting a paper's facets
	rows   []facetRow // of paper_facets, to be written
	names  map[nameKey]*nameCount
	days   map[Day]int    // changes of days.papers
	tags   map[tagDay]int // changes of tag_days.papers

	changed, queued, later []int64 // papers whose rows in changes, tag_queue and facet_queue are to be written
}

// facet is one that the transaction met.
type facet struct {
	facetKey
	name   string // to be made with
	id     int64  // 0 until it is found or made
	papers int    // the change of its counter
	round  int    // that counted it last
}

// byAddress is the order in which facets are looked up.
func byAddress(a, b *facet) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.slug, b.slug))
}

// facetRow is a row of paper_facets.
type facetRow struct {
	facet               *facet
	listed, paper, name int64
	votes               int
}

type nameKey struct {
	facet *facet
	id    int64
}

// nameCount is the change of author_names.papers.
type nameCount struct {
	name   string
	papers int
}

type tagDay struct {
	day   Day
	facet *facet
}

// knownIDs are ids of facets that committed transactions met. They never change.
type knownIDs struct {
	mu     sync.Mutex
	facets map[facetKey]int64
}

// maxKnownIDs bounds the memory that they take, at some 100 bytes each.
const maxKnownIDs = 1_000_000

func newKnownIDs() *knownIDs { return &knownIDs{facets: make(map[facetKey]int64)} }

// recall fills in the ids of facets, as far as they are known.
func (k *knownIDs) recall(facets ...*facet) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range facets {
		f.id = k.facets[f.facetKey]
	}
}

// learn takes over what a transaction met, once it is committed.
func (k *knownIDs) learn(u *update) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.facets) > maxKnownIDs {
		clear(k.facets)
	}
	for key, f := range u.facets {
		if f.id != 0 {
			k.facets[key] = f.id
		}
	}
}

// update runs do in a transaction that changes papers, and writes the counters.
func (db *DB) update(ctx context.Context, do func(*update) error) error {
	var u *update
	err := db.inTx(ctx, func(w *writer) error {
		u = &update{writer: w, known: db.known, now: db.now, facets: make(map[facetKey]*facet), names: make(map[nameKey]*nameCount),
			days: make(map[Day]int), tags: make(map[tagDay]int)}
		if err := do(u); err != nil {
			return err
		}
		return u.flush(ctx)
	})
	if err == nil {
		u.known.learn(u)
	}
	return err
}

// meet is a paper's facet, which need not have an id yet.
func (u *update) meet(m membership) *facet {
	f, ok := u.facets[m.facetKey]
	if !ok {
		f = &facet{facetKey: m.facetKey, name: m.name}
		u.facets[m.facetKey], u.strays = f, append(u.strays, f)
	}
	return f
}

// settle finds or makes the facets that have no id yet. They are made with the papers counted so far: most never get
// another one, and so are written once.
func (u *update) settle(ctx context.Context) error {
	u.known.recall(u.strays...)
	found := func(f *facet) bool { return f.id != 0 }
	u.strays = slices.DeleteFunc(u.strays, found)
	if len(u.strays) == 0 {
		return nil
	}
	slices.SortFunc(u.strays, byAddress)
	keys := make([][2]any, len(u.strays))
	for i, f := range u.strays {
		keys[i] = [2]any{f.kind, f.slug}
	}
	list, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	err = u.each(ctx, `SELECT j.key, f.id FROM json_each(?) AS j JOIN facets AS f ON f.kind = j.value ->> 0 AND f.slug = j.value ->> 1`,
		[]any{string(list)}, func(scan func(...any) error) error {
			var at int
			var id int64
			err := scan(&at, &id)
			u.strays[at].id = id
			return err
		})
	if err != nil {
		return err
	}
	strays := slices.DeleteFunc(u.strays, found)
	u.strays = u.strays[:0]
	var last int64
	if err := u.row(ctx, `SELECT coalesce(max(id), 0) FROM facets`, nil, &last); err != nil {
		return err
	}
	return u.insertAll(ctx, `INSERT INTO facets (id, kind, slug, name, papers) VALUES`, 5, "", len(strays), func(i int) []any {
		f := strays[i]
		f.id = last + 1 + int64(i)
		papers := f.papers
		f.papers = 0
		return []any{f.id, int(f.kind), f.slug, f.name, papers}
	})
}

// facetID finds or makes a facet that was met.
func (u *update) facetID(ctx context.Context, f *facet) (int64, error) {
	if f.id != 0 {
		return f.id, nil
	}
	err := u.settle(ctx)
	return f.id, err
}

// addFacets puts a paper into facets; those of stay hold it already, under another spelling perhaps.
func (u *update) addFacets(paper int64, p *Paper, members, stay []membership) {
	u.newRound(stay)
	listed, votes := p.ListedAt().Unix(), p.Votes()
	for _, m := range members {
		f := u.meet(m)
		u.rows = append(u.rows, facetRow{f, listed, paper, u.count(f, m, p.FeaturedOn, 1), votes})
	}
}

// removeFacets takes a paper out of facets; those of stay go on to hold it.
func (u *update) removeFacets(ctx context.Context, paper int64, p *Paper, members, stay []membership) error {
	if len(members) == 0 {
		return nil
	}
	if err := u.writeRows(ctx); err != nil {
		return err
	}
	u.newRound(stay)
	for _, m := range members {
		f := u.meet(m)
		id, err := u.facetID(ctx, f)
		if err != nil {
			return err
		}
		if _, err := u.exec(ctx, `DELETE FROM paper_facets WHERE facet = ? AND listed_at = ? AND paper = ? AND name = ?`,
			id, p.ListedAt().Unix(), paper, u.count(f, m, p.FeaturedOn, -1)); err != nil {
			return err
		}
	}
	return nil
}

// newRound begins to count the facets of a paper, those of stay excepted.
func (u *update) newRound(stay []membership) {
	u.round++
	for _, m := range stay {
		u.meet(m).round = u.round
	}
}

// count notes n more papers in a facet, and gives its spelling's number; two spellings of one author on a paper are one
// paper.
func (u *update) count(f *facet, m membership, day Day, n int) (name int64) {
	if m.kind == FacetAuthor {
		name = nameID(m.name)
		key := nameKey{f, name}
		if u.names[key] == nil {
			u.names[key] = &nameCount{name: m.name}
		}
		u.names[key].papers += n
	}
	if f.round == u.round {
		return name
	}
	f.round = u.round
	f.papers += n
	if m.kind == FacetTag {
		u.tags[tagDay{day, f}] += n
	}
	return name
}

// changeFacets brings a paper's facets from what its row said to what p says.
func (u *update) changeFacets(ctx context.Context, old row, p *Paper) error {
	before, after := facetsOf(&old.Paper), facetsOf(p)
	moved := old.FeaturedOn != p.FeaturedOn // the tags' days count it elsewhere
	gone, come, stay := before, after, []membership(nil)
	if !moved {
		gone, come = without(before, after), without(after, before)
		stay = without(before, gone)
	}
	if err := u.removeFacets(ctx, old.id, &old.Paper, gone, stay); err != nil {
		return err
	}
	u.addFacets(old.id, p, come, stay)
	if moved || old.Votes() == p.Votes() && old.ListedAt().Equal(p.ListedAt()) {
		return nil
	}
	return u.sortFacets(ctx, old.id, p, old.ListedAt(), stay)
}

// sortFacets writes what p is to be sorted by to the facets of stay, where it was listed at an instant.
func (u *update) sortFacets(ctx context.Context, paper int64, p *Paper, listed time.Time, stay []membership) error {
	if err := u.writeRows(ctx); err != nil {
		return err
	}
	u.round++
	for _, m := range stay {
		f := u.meet(m)
		if f.round == u.round { // two spellings of an author
			continue
		}
		f.round = u.round
		id, err := u.facetID(ctx, f)
		if err != nil {
			return err
		}
		if _, err := u.exec(ctx, `UPDATE paper_facets SET votes = ?, listed_at = ? WHERE facet = ? AND listed_at = ? AND paper = ?`,
			p.Votes(), p.ListedAt().Unix(), id, listed.Unix(), paper); err != nil {
			return err
		}
	}
	return nil
}
