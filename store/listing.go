package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Order is how a listing is sorted. Ties fall to the paper that came into the catalogue later.
type Order string

// The orders of listings.
const (
	ByVotes  Order = "votes"
	Newest   Order = "newest"
	Trending Order = "trending" // of the whole catalogue alone
)

// Filter says which papers a listing holds. At most one of Span, Facet and VotedBy narrows it.
type Filter struct {
	Order   Order
	Span    *Span // papers of these days
	Facet   FacetKind
	Slug    string   // the tag, category or author, with Facet
	Names   []string // some spellings of the author, with Slug; all when empty
	VotedBy ReaderID

	Limit  int // papers on a page; 1 to MaxLimit
	After  Key // a page's Next
	Before Key // a page's Previous

	skip int // papers before the page, of a listing that is not paged by keys
}

// Key is what the order sorts a paper by.
func (o Order) Key(p *Paper) float64 { return o.key(p.Votes(), p.ListedAt(), p.FeaturedOn) }

// EntryKey is Key of an entry.
func (o Order) EntryKey(e *Entry) float64 { return o.key(e.Votes(), e.ListedAt, e.FeaturedOn) }

func (o Order) key(votes int, listed time.Time, featured Day) float64 {
	switch o {
	case ByVotes:
		return float64(votes)
	case Newest:
		return float64(listed.Unix())
	}
	return Trend(votes, featured)
}

// Holds says whether the filter's listing has a paper, on whatever page. What readers voted for is not known here: such a
// listing has none.
func (f Filter) Holds(p *Paper) bool {
	switch {
	case f.VotedBy != 0:
		return false
	case f.Span != nil:
		return f.Span.Contains(p.FeaturedOn)
	case f.Facet != 0:
		return slices.ContainsFunc(facetsOf(p), func(m membership) bool {
			return m.kind == f.Facet && m.slug == f.Slug && (len(f.Names) == 0 || slices.Contains(f.Names, m.name))
		})
	}
	return true
}

// MaxLimit is the most papers that one page of a listing may hold.
const MaxLimit = 200

// Listing is one page of a listing.
type Listing struct {
	Papers   []Paper
	Previous Key // for Filter.Before; "" on the first page
	Next     Key // for Filter.After; "" on the last page
}

// Key is a paper's place in a listing: what it is sorted by, and its row.
type Key string

func (k Key) parse() (sort any, id int64, err error) {
	text, row, ok := strings.Cut(string(k), "_")
	if ok {
		id, err = strconv.ParseInt(row, 36, 64)
		if err == nil {
			if sort, err = strconv.ParseInt(text, 10, 64); err == nil {
				return sort, id, nil
			}
			if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
				return f, id, nil
			}
		}
	}
	return nil, 0, fmt.Errorf("%w: %.40q is no place in a listing", ErrInvalid, string(k))
}

func makeKey(sort any, id int64) Key {
	var text string
	switch v := sort.(type) {
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return Key(text + "_" + strconv.FormatInt(id, 36))
}

// Papers is one page of a listing. A facet that does not exist is ErrNotFound.
func (db *DB) Papers(ctx context.Context, f Filter) (Listing, error) {
	page, ids, err := db.page(ctx, f)
	if err == nil {
		page.Papers, err = db.papersByRow(ctx, ids)
	}
	if err != nil {
		return Listing{}, fmt.Errorf("list papers: %w", err)
	}
	return page, nil
}

// Entry is a paper in a listing as far as its votes and its day go. Whoever has drawn the rest of a paper's revision
// before need not read it again.
type Entry struct {
	ID          PaperID
	Number      int64 // the paper's own; one that was removed comes back with another
	Revision    int   // rises with each change of the paper but of votes
	FeaturedOn  Day
	ListedAt    time.Time
	SourceVotes int
	ReaderVotes int
}

// Votes is the number that stands beside the paper.
func (e *Entry) Votes() int { return e.SourceVotes + e.ReaderVotes }

// Entries is Papers with entries in place of the papers.
func (db *DB) Entries(ctx context.Context, f Filter) (Listing, []Entry, error) {
	page, ids, err := db.page(ctx, f)
	if err != nil {
		return Listing{}, nil, fmt.Errorf("list papers: %w", err)
	}
	entries, err := db.entriesByRow(ctx, ids)
	return page, entries, err
}

func (db *DB) entriesByRow(ctx context.Context, ids []int64) ([]Entry, error) {
	return byRow(ctx, db, ids, `pid, revision, featured_on, listed_at, source_votes, reader_votes`,
		func(scan func(...any) error) (Entry, int64, error) {
			var e Entry
			var listed sql.NullInt64
			err := scan(&e.Number, &e.ID, &e.Revision, &e.FeaturedOn, &listed, &e.SourceVotes, &e.ReaderVotes)
			e.ListedAt = fromInstant(listed)
			return e, e.Number, err
		})
}

// PapersOf are the papers of some entries, in their order.
func (db *DB) PapersOf(ctx context.Context, entries []Entry) ([]Paper, error) {
	ids := make([]int64, len(entries))
	for i := range entries {
		ids[i] = entries[i].Number
	}
	return db.papersByRow(ctx, ids)
}

// page picks the rows of a listing's page, and the keys of those beside it.
func (db *DB) page(ctx context.Context, f Filter) (Listing, []int64, error) {
	query, args, err := db.listingQuery(ctx, f)
	if err != nil {
		return Listing{}, nil, err
	}
	var ids []int64
	var keys []any
	err = db.query(ctx, query, args, func(scan func(...any) error) error {
		var id int64
		var sort any
		err := scan(&id, &sort)
		ids, keys = append(ids, id), append(keys, sort)
		return err
	})
	if err != nil {
		return Listing{}, nil, err
	}
	more := len(ids) > f.Limit // one was fetched beyond the page
	if more {
		ids, keys = ids[:f.Limit], keys[:f.Limit]
	}
	backwards := f.Before != ""
	if backwards {
		slices.Reverse(ids)
		slices.Reverse(keys)
	}
	var page Listing
	if n := len(ids); n > 0 {
		if more || backwards {
			page.Next = makeKey(keys[n-1], ids[n-1])
		}
		if f.After != "" || backwards && more {
			page.Previous = makeKey(keys[0], ids[0])
		}
	}
	return page, ids, nil
}

// listingQuery selects the ids of a page and one more, in order, with what they are sorted by. Only the index of the
// order is read: the papers themselves are fetched after.
func (db *DB) listingQuery(ctx context.Context, f Filter) (query string, args []any, err error) {
	if f.Limit < 1 || f.Limit > MaxLimit {
		return "", nil, fmt.Errorf("%w: a page of %d papers", ErrInvalid, f.Limit)
	}
	sort := map[Order]string{ByVotes: "votes", Newest: "listed_at", Trending: "trend"}[f.Order]
	id, from, where, sorted := "id", "papers", "", false
	add := func(condition string, values ...any) {
		if where == "" {
			where = " WHERE " + condition
		} else {
			where += " AND " + condition
		}
		args = append(args, values...)
	}
	switch {
	case f.Facet != 0:
		id, from = "paper", "paper_facets"
		var facet int64
		if err := db.queryRow(ctx, `SELECT id FROM facets WHERE kind = ? AND slug = ?`, []any{int(f.Facet), f.Slug}, &facet); err != nil {
			return "", nil, fmt.Errorf("%q: %w", f.Slug, err)
		}
		add("facet = ?", facet)
		if f.Order == ByVotes && f.Facet != FacetAuthor {
			add("name = 0") // as the index has it
		}
		if len(f.Names) > 0 {
			list, err := json.Marshal(f.Names)
			if err != nil {
				return "", nil, err
			}
			add("name IN (SELECT id FROM author_names WHERE facet = ? AND name IN (SELECT value FROM json_each(?)))", facet, string(list))
		}
	case f.VotedBy != 0:
		id, from, sort = "paper", "votes", "voted_at"
		add("reader = ?", int64(f.VotedBy))
	case f.Span != nil && f.Span.From == f.Span.To:
		add("featured_on = ?", string(f.Span.From))
	case f.Span != nil:
		// Of a short span, each day is read in its own order; over a long one the votes' own index, passing over other
		// days, finds a page sooner.
		if f.Span.days() <= maxDays {
			return daysQuery(f, sort)
		}
		if f.Order == ByVotes {
			from = "papers INDEXED BY papers_votes"
		} else {
			sorted = true
		}
		add("featured_on BETWEEN ? AND ?", string(f.Span.From), string(f.Span.To))
	}
	if sort == "" || f.Order == Trending && where != "" {
		return "", nil, fmt.Errorf("%w: order %q", ErrInvalid, f.Order)
	}
	direction := "DESC"
	if at, beyond := f.After, "<"; at != "" || f.Before != "" {
		if f.Before != "" {
			at, beyond, direction = f.Before, ">", "ASC"
		}
		key, row, err := at.parse()
		if err != nil {
			return "", nil, err
		}
		if id == "id" && !sorted {
			return beyondKey(sort, from, where, beyond, direction), append(append(append(args, key, row, f.take()),
				append(slices.Clone(args), key, f.take())...), f.take()), nil
		}
		add("("+sort+", "+id+") "+beyond+" (?, ?)", key, row)
	}
	distinct := ""
	if f.Facet == FacetAuthor {
		distinct = "DISTINCT " // one paper may name an author twice, in two spellings
	}
	query = fmt.Sprintf("SELECT %s%s, %s FROM %s%s ORDER BY %s %s, %s %s LIMIT ?",
		distinct, id, sort, from, where, sort, direction, id, direction)
	return query, append(args, f.take()), nil
}

// beyondKey selects papers from a key on: those with the key's value first, then the others. In one condition, SQLite
// would not seek a row's number in the papers' indexes, and many thousands share no votes at all.
func beyondKey(sort, from, where, beyond, direction string) string {
	and := " WHERE "
	if where != "" {
		and = where + " AND "
	}
	part := func(condition string) string {
		return fmt.Sprintf("SELECT * FROM (SELECT id, %s FROM %s%s%s ORDER BY %s %s, id %s LIMIT ?)",
			sort, from, and, condition, sort, direction, direction)
	}
	return part(sort+" = ? AND id "+beyond+" ?") + " UNION ALL " + part(sort+" "+beyond+" ?") +
		fmt.Sprintf(" ORDER BY 2 %s, 1 %s LIMIT ?", direction, direction)
}

// take is how many papers a query is to give: those passed over, a page, and one that tells whether others follow.
func (f *Filter) take() int { return f.skip + f.Limit + 1 }

// maxDays is how many days are read one by one: SQLite takes up to 500 parts in a query, and a key makes two of a day.
const maxDays = 100

// daysQuery selects a page of a few days' papers: the first of each day, of which the first are taken. However many papers
// the days have, no more than a page of each is read.
func daysQuery(f Filter, sort string) (query string, args []any, err error) {
	if sort == "" || f.Order == Trending {
		return "", nil, fmt.Errorf("%w: order %q", ErrInvalid, f.Order)
	}
	beyond, direction := "<", "DESC"
	var key any
	var row int64
	at := f.After
	if f.Before != "" {
		at, beyond, direction = f.Before, ">", "ASC"
	}
	if at != "" {
		if key, row, err = at.parse(); err != nil {
			return "", nil, err
		}
	}
	var parts []string
	add := func(condition string, values ...any) {
		parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT id, %s FROM papers WHERE featured_on = ?%s ORDER BY %s %s, id %s LIMIT ?)",
			sort, condition, sort, direction, direction))
		args = append(append(args, values...), f.take())
	}
	for day := f.Span.From; day <= f.Span.To; day = day.Add(1) {
		if at == "" {
			add("", string(day))
			continue
		}
		add(" AND "+sort+" = ? AND id "+beyond+" ?", string(day), key, row)
		add(" AND "+sort+" "+beyond+" ?", string(day), key)
	}
	if len(parts) == 0 {
		return "", nil, fmt.Errorf("%w: the days from %s to %s", ErrInvalid, f.Span.From, f.Span.To)
	}
	query = strings.Join(parts, " UNION ALL ") + fmt.Sprintf(" ORDER BY 2 %s, 1 %s LIMIT ?", direction, direction)
	return query, append(args, f.take()), nil
}

func (s Span) days() int { return int(s.To.Time().Sub(s.From.Time()).Hours()/24) + 1 }

// papersByRow fetches papers in the order of their rows' ids.
func (db *DB) papersByRow(ctx context.Context, ids []int64) ([]Paper, error) {
	return byRow(ctx, db, ids, paperColumns, func(scan func(...any) error) (Paper, int64, error) {
		r, err := scanPaper(scan)
		return r.Paper, r.id, err
	})
}

// byRow fetches columns of papers in the order of their rows' ids; papers that were removed in between are left out.
func byRow[T any](ctx context.Context, db *DB, ids []int64, columns string, scanRow func(func(...any) error) (T, int64, error)) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	items, found := make([]T, len(ids)), make([]bool, len(ids))
	err = db.query(ctx, `SELECT id, `+columns+` FROM papers WHERE id IN (SELECT value FROM json_each(?))`,
		[]any{string(list)}, func(scan func(...any) error) error {
			item, id, err := scanRow(scan)
			items[at[id]], found[at[id]] = item, true
			return err
		})
	if err != nil {
		return nil, err
	}
	kept := items[:0]
	for i := range items {
		if found[i] {
			kept = append(kept, items[i])
		}
	}
	return kept, nil
}

// Paper is the paper with an id. Its ID differs from the one asked for when that is another id of the same paper. The error
// is a RemovedError when it was removed.
func (db *DB) Paper(ctx context.Context, id PaperID) (Paper, error) {
	r, err := db.paperRow(ctx, id)
	if err != nil {
		return Paper{}, fmt.Errorf("paper %s: %w", id, err)
	}
	return r.Paper, nil
}

func (db *DB) paperRow(ctx context.Context, id PaperID) (row, error) {
	r, found := row{}, false
	err := db.query(ctx, `SELECT id, `+paperColumns+` FROM papers
		WHERE id = coalesce((SELECT id FROM papers WHERE pid = ?1), (SELECT paper FROM aliases WHERE pid = ?1))`,
		[]any{string(id)}, func(scan func(...any) error) (err error) {
			r, err = scanPaper(scan)
			found = true
			return err
		})
	if err == nil && !found {
		err = db.notFound(ctx, id)
	}
	return r, err
}

// EachPaper gives every paper in the order in which they came in, without holding the catalogue in memory.
func (db *DB) EachPaper(ctx context.Context, each func(*Paper) error) error {
	return db.query(ctx, `SELECT id, `+paperColumns+` FROM papers ORDER BY id`, nil, func(scan func(...any) error) error {
		r, err := scanPaper(scan)
		if err != nil {
			return err
		}
		return each(&r.Paper)
	})
}
