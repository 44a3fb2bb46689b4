// Package ingest brings papers from outside into the catalogue.
//
// # How a record flows
//
//	Files, a web API        open.go, fetch.go   bytes: decompressed, or asked for politely
//	  → parseX(io.Reader)   one file a source   Records, one at a time: a paper, or what is wrong with it
//	  → Run                 run.go              cleaned (store.Paper.Clean), batched
//	  → store.DB.Ingest                         one transaction: papers, rejects and the cursor
//
// A Source is where papers come from: JSONL, HF, ArXiv, Snapshot, Page and Sample make one from their options, and Run
// reads it. Nothing is kept longer than a batch, so memory stays flat however long the input is.
//
// A record that can't be taken is set aside with its place, reason and text, and the rest goes on. A document that is
// not what its source gives (a truncated gzip file, an HTML page in place of JSON) is an error that says what it was and
// what was expected; what was read before it stays. A source that can go on where it left yields a Record with a Cursor
// once everything before is through; Run stores it in the transaction of those papers, so a crash repeats and never
// skips.
//
// # Reading order
//
// record.go (the vocabulary), run.go, then one source: jsonl.go with jsonl_fields.go is the largest, page.go the
// smallest, hf.go with hf_fetch.go one with paging over HTTP. items.go splits JSON Lines and JSON arrays for three of
// them, facts.go knows what they share about arXiv. encode.go writes Recto's own format. tagging.go stands apart: it
// gives papers their mined tags, from the queue or, in a long run, before they are stored.
//
// # The next source
//
//  1. A pure parseX(io.Reader, …) iter.Seq2[Record, error] in x.go. Everything that only this source does to a field
//     is done there; what Clean does is left to it. Set FeaturedOn only where the source chose the day.
//  2. testdata/x/: an excerpt, a line in testdata/README.md on where it came from, a row in TestGolden (go test -update
//     writes the golden file; read it), a fuzz target of five lines in fuzz_test.go, a benchmark.
//  3. XOptions and X(XOptions) (Source, error), which checks the options. A network source asks through a fetcher and
//     is tested against a server that replays recorded answers.
//  4. A sub-command in cmd/recto whose flags are the options.
package ingest
