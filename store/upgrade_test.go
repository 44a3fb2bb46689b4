package store_test

import (
	"compress/gzip"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

var update = flag.Bool("update", false, "make testdata/v1.db.gz anew; only as long as its schema is not released")

// full is a paper of which everything is known.
func full() store.Paper {
	return store.Paper{
		ID: "2401.01234", Title: "A paper, \"everything\" known: $x<y$ & Ünïcödé", Abstract: "First paragraph.\n\nSecond.",
		Authors:    []store.Author{{Name: "Yann LeCun", Affiliation: "A lab", ORCID: "0000-0002-1825-0097"}, {Name: "李明"}},
		Categories: []string{"cs.LG", "stat.ML"}, Tags: []string{"World Models", "C++"},
		SubmittedAt: noon.AddDate(-1, 0, 0), RevisedAt: noon.AddDate(0, -1, 0),
		Versions:   []store.Version{{Number: 1, At: noon.AddDate(-1, 0, 0)}, {Number: 2}, {Number: 3, At: noon.AddDate(0, -1, 0)}},
		FeaturedOn: "2026-05-12", FeaturedBy: "hf", Comment: "12 pages", JournalRef: "J. Tests 1 (2026) 1-12", DOI: "10.1000/Full",
		Licence: "http://creativecommons.org/licenses/by/4.0/", Withdrawn: true,
		Links:  []store.Link{{Kind: "abs", URL: "https://arxiv.org/abs/2401.01234"}, {Kind: "code", URL: "https://example.org/code", Label: "ours", Stars: 17}},
		Source: "arxiv", ReadAt: noon, SourceVotes: 5,
	}
}

// writeRelease fills a database with something of everything.
func writeRelease(t *testing.T, db *store.DB) {
	ctx := context.Background()
	plain := paper(7)
	if err := plain.Clean(); err != nil {
		t.Fatal(err)
	}
	alias := store.Paper{ID: "doi:10.1000/full", Title: "T", Source: "other", ReadAt: noon}
	if _, err := db.Ingest(ctx, store.Batch{Papers: []store.Paper{full(), plain, alias},
		Rejects: []store.Reject{{Source: "jsonl", Place: "x.jsonl line 1", PaperID: "?", Reason: "no title", Text: "{}", At: noon}},
		Cursor:  &store.Cursor{Source: "arxiv cs.LG", Value: "2026-05-12"}}); err != nil {
		t.Fatal(err)
	}
	if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: "2401.01234", Tags: []string{"mined"}}}); err != nil {
		t.Fatal(err)
	}
	if err := db.SetSetting(ctx, "tagger", []byte{0, 1, 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetVote(ctx, addReader(t, db, "Ada"), "2401.01234", true); err != nil {
		t.Fatal(err)
	}
	if err := db.Sessions().Commit("token", []byte("data"), noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// schema is the form of a database's tables and indexes.
func schema(t *testing.T, path string) []string {
	t.Helper()
	rows, err := openRaw(t, path).Query(`SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' AND sql <> '' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.SplitSeq(text, "\n") {
			line, _, _ = strings.Cut(line, "--")
			lines = append(lines, strings.Fields(line)...)
		}
		all = append(all, strings.Join(lines, " "))
	}
	return all
}

// A database of every release opens, holds what it held, has the form of a new one, and takes new papers.
func TestUpgrade(t *testing.T) {
	const v1 = "testdata/v1.db.gz"
	if *update {
		path := filepath.Join(t.TempDir(), "v1.db")
		db := openAt(t, path, clock)
		writeRelease(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		raw(t, path, `VACUUM`)
		pack(t, path, v1)
	}
	releases, err := filepath.Glob("testdata/v*.db.gz")
	if err != nil || len(releases) == 0 {
		t.Fatal(releases, err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	openAt(t, fresh, clock).Close()
	for _, release := range releases {
		t.Run(filepath.Base(release), func(t *testing.T) {
			if info, err := os.Stat(release); err != nil || info.Size() > 100_000 {
				t.Errorf("it has %d bytes, %v", info.Size(), err)
			}
			path := filepath.Join(t.TempDir(), "old.db")
			unpack(t, release, path)
			db := openAt(t, path, clock)
			readRelease(t, db)
			healthy(t, db)
			ingest(t, db, paper(1), paper(7))
			healthy(t, db)
			db.Close()
			if old, want := schema(t, path), schema(t, fresh); !slices.Equal(old, want) {
				t.Errorf("upgraded, its form is\n%s\nthat of a new one\n%s\nif that of the first release has changed before it was released: go test ./store -run TestUpgrade -update",
					strings.Join(old, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func readRelease(t *testing.T, db *store.DB) {
	ctx := context.Background()
	papers := everyPaper(t, db)
	want := full()
	want.ReaderVotes, want.MinedTags = 1, []string{"mined"}
	if len(papers) != 2 || !reflect.DeepEqual(papers[0], want) || papers[1].ID != "2605.00007" {
		t.Errorf("it holds\n%+v, want\n%+v", papers, want)
	}
	if p := get(t, db, "doi:10.1000/full"); p.ID != want.ID {
		t.Errorf("the other id leads to %s", p.ID)
	}
	r, err := db.Authenticate(ctx, "ada", "a good password")
	if err != nil || r.Name != "Ada" || r.Role != store.RoleReader {
		t.Errorf("%+v, %v", r, err)
	}
	if voted, err := db.Voted(ctx, r.ID, want.ID); !voted[want.ID] || err != nil {
		t.Error(voted, err)
	}
	if points, err := db.VoteHistory(ctx, want.ID, 10); len(points) != 2 || err != nil {
		t.Error(points, err)
	}
	if rejects := allRejects(t, db); len(rejects) != 1 || rejects[0].Reason != "no title" {
		t.Errorf("%+v", rejects)
	}
	if cursor, err := db.Cursor(ctx, "arxiv cs.LG"); cursor != "2026-05-12" || err != nil {
		t.Error(cursor, err)
	}
	if state, err := db.TaggerState(ctx); !slices.Equal(state, []byte{0, 1, 2}) || err != nil {
		t.Error(state, err)
	}
	if queue, _, err := db.TagQueue(ctx, false, 0, 10); len(queue) != 1 || err != nil {
		t.Error(ids(queue), err)
	}
	if data, found, err := db.Sessions().Find("token"); string(data) != "data" || !found || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	for kind, slugs := range map[store.FacetKind][]string{store.FacetTag: {"c-plus-plus", "mined", "world-models"}, store.FacetCategory: {"cs.LG", "stat.ML"}, store.FacetAuthor: {"lecun-y", "smith-a", "李明"}} {
		facets, err := db.FacetsFrom(ctx, kind, "", 10)
		var got []string
		for _, f := range facets {
			got = append(got, f.Slug)
		}
		if !slices.Equal(got, slugs) || err != nil {
			t.Errorf("facets %q, %v; want %q", got, err, slugs)
		}
	}
}

func pack(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	file, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, string(data))
}
