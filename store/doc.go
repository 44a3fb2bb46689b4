// Package store is the catalogue: the domain's types, the rules by which papers from several sources become one, and
// all SQL. Nothing above it sees a query, a driver's type or a quirk of SQLite.
//
// # How a paper comes in
//
// A source fills a [Paper] with what it knows and [Paper.Clean] brings it into the catalogue's form. [DB.Ingest] takes a
// batch of them in one transaction: each is found by its [PaperID] (or DOI), merged with what is there (merge.go, pure),
// and written to its row, to its facets (its tags, categories and authors, for their listings) and to the counters that
// pages show. Facets repeat what listings sort by, so every listing is read from one tree in order; an author's papers
// alone are sorted by votes when somebody asks. A long run's papers go into their facets many at once ([DB.FillFacets]).
//
// # How a page is read
//
// [DB.Papers] picks the ids of a page from the index of its order, beginning at a [Key] (never an offset), and then
// fetches their rows: two queries however many papers there are. A row holds everything a card shows.
//
// # Files
//
// Start with paper.go and paperid.go (the vocabulary), then migrations/, ingest.go, update.go, flush.go and listing.go
// (listingquery.go writes its SQL). vote.go keeps votes and their counters in one transaction, trending.go holds the
// formula, facet.go reads tags, categories and authors, token.go keeps what lets programs act for a reader, mining.go is
// the queue of papers whose tags are still to be found, filling.go the one of those that are not in their facets yet,
// changes.go numbers every change for whoever follows the catalogue, harvest.go gives papers by their last changes to
// whoever copies it, removal.go takes papers out, subscription.go keeps who wants digests by mail (notice.go asks whether
// they do, mailkey.go has the secrets of the links in mails), webhook.go which channels get them and digest.go what was
// sent, doctor.go recounts everything.
//
// # Adding a migration
//
// Add migrations/NNNNN_name.sql with the next number and the comment "-- +goose Up" on top; never edit one that has been
// released. Copy a small database of the last release to testdata/, where a test upgrades each of them.
package store
