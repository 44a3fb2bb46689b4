package store

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// FacetKind says what papers are grouped by.
type FacetKind int

// The kinds of facets. The numbers are the database's.
const (
	FacetTag      FacetKind = 1
	FacetCategory FacetKind = 2
	FacetAuthor   FacetKind = 3
)

// update is a transaction that changes papers. It gathers new rows of facets and the counters' changes and writes them
// together, by flush.
type update struct {
	*writer
	known  *knownIDs
	now    func() time.Time
	facets map[facetKey]int64 // ids that this transaction met first
	names  map[nameKey]int64
	rows   []facetRow     // of paper_facets, to be written
	days   map[Day]int    // changes of days.papers
	counts map[int64]int  // changes of facets.papers
	spelt  map[int64]int  // changes of author_names.papers
	tags   map[tagDay]int // changes of tag_days.papers
}

type facetKey struct {
	kind FacetKind
	slug string
}

// facetRow is a row of paper_facets.
type facetRow struct {
	facet, listed, paper, name int64
	votes                      int
}

type nameKey struct {
	facet int64
	name  string
}

type tagDay struct {
	day   Day
	facet int64
}

// membership is one facet that a paper is in, as the paper's own fields say.
type membership struct {
	facetKey
	name string // an author's spelling, a tag's, or a category's id
}

// knownIDs are ids of facets and authors' spellings that committed transactions met. They never change.
type knownIDs struct {
	mu     sync.Mutex
	facets map[facetKey]int64
	names  map[nameKey]int64
}

// maxKnownIDs bounds the memory that they take, at some 100 bytes each.
const maxKnownIDs = 1_000_000

func newKnownIDs() *knownIDs {
	return &knownIDs{facets: make(map[facetKey]int64), names: make(map[nameKey]int64)}
}

func (k *knownIDs) facet(key facetKey) (int64, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id, ok := k.facets[key]
	return id, ok
}

func (k *knownIDs) name(key nameKey) (int64, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id, ok := k.names[key]
	return id, ok
}

// learn takes over what a transaction met, once it is committed.
func (k *knownIDs) learn(u *update) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.facets)+len(k.names) > maxKnownIDs {
		clear(k.facets)
		clear(k.names)
	}
	maps.Copy(k.facets, u.facets)
	maps.Copy(k.names, u.names)
}

// update runs do in a transaction that changes papers, and writes the counters.
func (db *DB) update(ctx context.Context, do func(*update) error) error {
	var u *update
	err := db.inTx(ctx, func(w *writer) error {
		u = newUpdate(w, db.known, db.now)
		if err := do(u); err != nil {
			return err
		}
		return u.flush(ctx)
	})
	if err == nil {
		db.known.learn(u)
	}
	return err
}

func newUpdate(w *writer, known *knownIDs, now func() time.Time) *update {
	return &update{writer: w, known: known, now: now, facets: make(map[facetKey]int64), names: make(map[nameKey]int64), days: make(map[Day]int),
		counts: make(map[int64]int), spelt: make(map[int64]int), tags: make(map[tagDay]int)}
}

// facetsOf are the facets that a paper stands in, each once.
func facetsOf(p *Paper) []membership {
	members := make([]membership, 0, len(p.Categories)+len(p.Tags)+len(p.MinedTags)+len(p.Authors))
	for _, c := range p.Categories {
		members = append(members, membership{facetKey{FacetCategory, c}, c})
	}
	for _, t := range p.AllTags() {
		members = append(members, membership{facetKey{FacetTag, TagSlug(t)}, t})
	}
	seen := make(map[membership]bool, len(p.Authors))
	for _, a := range p.Authors {
		m := membership{facetKey{FacetAuthor, AuthorSlug(a.Name)}, a.Name}
		if m.slug != "" && !seen[m] {
			seen[m] = true
			members = append(members, m)
		}
	}
	return slices.DeleteFunc(members, func(m membership) bool { return m.slug == "" })
}

// addFacets puts a paper into facets; those of stay hold it already, under another spelling perhaps.
func (u *update) addFacets(ctx context.Context, paper int64, p *Paper, members, stay []membership) error {
	counted := facetKeys(stay)
	for _, m := range members {
		facet, name, err := u.ids(ctx, m)
		if err != nil {
			return err
		}
		u.rows = append(u.rows, facetRow{facet, p.ListedAt().Unix(), paper, name, p.Votes()})
		u.count(m, facet, name, p.FeaturedOn, 1, counted)
	}
	return nil
}

// removeFacets takes a paper out of facets; those of stay go on to hold it.
func (u *update) removeFacets(ctx context.Context, paper int64, p *Paper, members, stay []membership) error {
	if err := u.writeRows(ctx); err != nil {
		return err
	}
	counted := facetKeys(stay)
	for _, m := range members {
		facet, name, err := u.ids(ctx, m)
		if err != nil {
			return err
		}
		if _, err := u.exec(ctx, `DELETE FROM paper_facets WHERE facet = ? AND listed_at = ? AND paper = ? AND name = ?`,
			facet, p.ListedAt().Unix(), paper, name); err != nil {
			return err
		}
		u.count(m, facet, name, p.FeaturedOn, -1, counted)
	}
	return nil
}

func facetKeys(members []membership) map[facetKey]bool {
	keys := make(map[facetKey]bool, len(members))
	for _, m := range members {
		keys[m.facetKey] = true
	}
	return keys
}

// count notes n more papers in a facet; two spellings of one author on a paper are one paper.
func (u *update) count(m membership, facet, name int64, day Day, n int, counted map[facetKey]bool) {
	if name != 0 {
		u.spelt[name] += n
	}
	if counted[m.facetKey] {
		return
	}
	counted[m.facetKey] = true
	u.counts[facet] += n
	if m.kind == FacetTag {
		u.tags[tagDay{day, facet}] += n
	}
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
	if err := u.addFacets(ctx, old.id, p, come, stay); err != nil {
		return err
	}
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
	sorted := make(map[facetKey]bool, len(stay))
	for _, m := range stay {
		if sorted[m.facetKey] { // two spellings of an author
			continue
		}
		sorted[m.facetKey] = true
		facet, err := u.facet(ctx, m)
		if err != nil {
			return err
		}
		if _, err := u.exec(ctx, `UPDATE paper_facets SET votes = ?, listed_at = ? WHERE facet = ? AND listed_at = ? AND paper = ?`,
			p.Votes(), p.ListedAt().Unix(), facet, listed.Unix(), paper); err != nil {
			return err
		}
	}
	return nil
}

// writeRows writes the rows that addFacets gathered, in their table's order: neighbours lie on one page of the file.
func (u *update) writeRows(ctx context.Context) error {
	slices.SortFunc(u.rows, func(a, b facetRow) int {
		return cmp.Or(cmp.Compare(a.facet, b.facet), cmp.Compare(a.listed, b.listed), cmp.Compare(a.paper, b.paper), cmp.Compare(a.name, b.name))
	})
	for _, r := range u.rows {
		if _, err := u.exec(ctx, `INSERT INTO paper_facets (facet, listed_at, paper, name, votes) VALUES (?, ?, ?, ?, ?)`,
			r.facet, r.listed, r.paper, r.name, r.votes); err != nil {
			return err
		}
	}
	u.rows = u.rows[:0]
	return nil
}

// without are the members that others lack, by facet and spelling.
func without(members, others []membership) []membership {
	in := make(map[membership]bool, len(others))
	for _, m := range others {
		m.name = spelling(m)
		in[m] = true
	}
	var left []membership
	for _, m := range members {
		key := m
		key.name = spelling(m)
		if !in[key] {
			left = append(left, m)
		}
	}
	return left
}

// spelling is the part of a membership's name that has a row of its own.
func spelling(m membership) string {
	if m.kind != FacetAuthor {
		return ""
	}
	return m.name
}

// facet finds or makes a facet.
func (u *update) facet(ctx context.Context, m membership) (int64, error) {
	id, ok := u.facets[m.facetKey]
	if !ok {
		id, ok = u.known.facet(m.facetKey)
	}
	if ok {
		return id, nil
	}
	id, err := u.findOrAdd(ctx, `SELECT id FROM facets WHERE kind = ? AND slug = ?`,
		`INSERT INTO facets (kind, slug, name, papers) VALUES (?, ?, ?, 1)`, u.counts, []any{int(m.kind), m.slug}, m.name)
	if err == nil {
		u.facets[m.facetKey] = id
	}
	return id, err
}

// ids finds or makes a facet and, for an author, the spelling.
func (u *update) ids(ctx context.Context, m membership) (facet, name int64, err error) {
	facet, err = u.facet(ctx, m)
	if err != nil || m.kind != FacetAuthor {
		return facet, 0, err
	}
	key := nameKey{facet, m.name}
	name, ok := u.names[key]
	if !ok {
		name, ok = u.known.name(key)
	}
	if !ok {
		name, err = u.findOrAdd(ctx, `SELECT id FROM author_names WHERE facet = ? AND name = ?`,
			`INSERT INTO author_names (facet, name, papers) VALUES (?, ?, 1)`, u.spelt, []any{facet, m.name})
		if err != nil {
			return 0, 0, err
		}
		u.names[key] = name
	}
	return facet, name, nil
}

// findOrAdd is the id of a row, which is added when it is missing. It is added with its first paper counted already: most
// facets never get another one, and so are written once.
func (u *update) findOrAdd(ctx context.Context, find, add string, counts map[int64]int, key []any, more ...any) (int64, error) {
	var id int64
	err := u.row(ctx, find, key, &id)
	if !errors.Is(err, ErrNotFound) {
		return id, err
	}
	result, err := u.exec(ctx, add, append(slices.Clone(key), more...)...)
	if err != nil {
		return 0, err
	}
	if id, err = result.LastInsertId(); err == nil {
		counts[id]--
	}
	return id, err
}

// flush writes the rows and counters that were gathered.
func (u *update) flush(ctx context.Context) error {
	if err := u.writeRows(ctx); err != nil {
		return err
	}
	for _, day := range slices.Sorted(maps.Keys(u.days)) {
		if err := u.bump(ctx, u.days[day], `INSERT INTO days (day, papers) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET papers = papers + excluded.papers`, string(day)); err != nil {
			return err
		}
	}
	for facet, n := range u.counts {
		if err := u.bumpRow(ctx, n, `UPDATE facets SET papers = papers + ? WHERE id = ?`, facet); err != nil {
			return err
		}
	}
	for name, n := range u.spelt {
		if err := u.bumpRow(ctx, n, `UPDATE author_names SET papers = papers + ? WHERE id = ?`, name); err != nil {
			return err
		}
	}
	for key, n := range u.tags {
		if err := u.bump(ctx, n, `INSERT INTO tag_days (day, facet, papers) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET papers = papers + excluded.papers`, string(key.day), key.facet); err != nil {
			return err
		}
	}
	return nil
}

func (u *update) bump(ctx context.Context, n int, query string, key ...any) error {
	if n == 0 {
		return nil
	}
	_, err := u.exec(ctx, query, append(key, n)...)
	return err
}

func (u *update) bumpRow(ctx context.Context, n int, query string, id int64) error {
	if n == 0 {
		return nil
	}
	_, err := u.exec(ctx, query, n, id)
	return err
}
