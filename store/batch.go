package store

import "time"

// Batch is what one transaction takes from a source.
type Batch struct {
	Papers  []Paper  // cleaned
	Mined   bool     // those of Papers that are new bring their MinedTags and are not queued for them
	Bulk    bool     // those that are new are put into their facets later, by FillFacets
	Rejects []Reject // records that were set aside
	Cursor  *Cursor  // where the source stands after these papers; nil to leave it
}

// Cursor is how far a source has been read, in the source's own terms.
type Cursor struct {
	Source string // what was asked, such as "arxiv cs.LG"
	Value  string
}

// Reject is a record that could not be taken, kept so that somebody can look.
type Reject struct {
	Source  string
	Place   string // where it stood: "papers.jsonl line 17"
	PaperID string // as the record had it; "" when it has none
	Reason  string // a sentence without its full stop
	Text    string // the record, cut to MaxRejectText bytes
	At      time.Time
}

// MaxRejectText is how much of a rejected record is kept, in bytes.
const MaxRejectText = 4_000

// Tally counts what became of the records of a batch or of a whole run.
type Tally struct {
	Read     int // all records
	New      int // papers that were not there
	Changed  int // papers that were there and differ now
	Same     int // papers that were there just so
	Removed  int // papers that somebody removed, and that stay out
	SetAside int // records that were not usable
}

// Add adds another tally's numbers.
func (t *Tally) Add(u Tally) {
	t.Read += u.Read
	t.New += u.New
	t.Changed += u.Changed
	t.Same += u.Same
	t.Removed += u.Removed
	t.SetAside += u.SetAside
}
