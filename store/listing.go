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
