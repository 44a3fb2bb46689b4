package store_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

// everyPaper is the whole catalogue in its order.
func everyPaper(t testing.TB, db *store.DB) []store.Paper {
	t.Helper()
	var all []store.Paper
	if err := db.EachPaper(context.Background(), func(p *store.Paper) error {
		all = append(all, *p)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func ids(papers []store.Paper) []store.PaperID {
	all := make([]store.PaperID, len(papers))
	for i := range papers {
		all[i] = papers[i].ID
	}
	return all
}

func get(t testing.TB, db *store.DB, id store.PaperID) store.Paper {
	t.Helper()
	p, err := db.Paper(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestIngestTwiceIsIngestOnce(t *testing.T) {
	db := open(t)
	var batch []store.Paper
	for n := range 10 {
		batch = append(batch, paper(n+1))
	}
	if tally := ingest(t, db, batch...); tally != (store.Tally{Read: 10, New: 10}) {
		t.Errorf("first %+v", tally)
	}
	first := everyPaper(t, db)
	for i := range batch {
		batch[i].ReadAt = noon.AddDate(0, 0, 1) // read again a day later
	}
	if tally := ingest(t, db, batch...); tally != (store.Tally{Read: 10, Same: 10}) {
		t.Errorf("again %+v", tally)
	}
	if again := everyPaper(t, db); !reflect.DeepEqual(again, first) {
		t.Error("the catalogue changed")
	}
	batch[3].Title = "Renamed"
	if tally := ingest(t, db, append(batch, paper(11))...); tally != (store.Tally{Read: 11, New: 1, Changed: 1, Same: 9}) {
		t.Errorf("with a change %+v", tally)
	}
	if n, err := db.PaperCount(context.Background()); n != 11 || err != nil {
		t.Errorf("%d papers, %v", n, err)
	}
	healthy(t, db)
}

// What a paper holds comes back as it went in.
func TestPaperRoundTrip(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	some(t, 30, func(t *rapid.T) {
		if err := db.Empty(ctx); err != nil {
			t.Fatal(err)
		}
		p := drawDirty(t)
		p.ReadAt = noon
		if p.Clean() != nil {
			p = drawRecord(t, someID)
		}
		if _, err := db.Ingest(ctx, store.Batch{Papers: []store.Paper{p}}); err != nil {
			t.Fatal(err)
		}
		got, err := db.Paper(ctx, p.ID)
		if want := store.Settled(p); err != nil || !store.SamePaper(&got, &want) {
			t.Fatalf("%v: got\n%+v, want\n%+v", err, got, want)
		}
		if err := got.Clean(); err != nil {
			t.Fatal(err)
		}
		if tally, err := db.Ingest(ctx, store.Batch{Papers: []store.Paper{got}}); tally.Same != 1 || err != nil {
			t.Fatalf("%+v, %v", tally, err)
		}
	})
}

func TestIngestMergesByDOI(t *testing.T) {
	t.Parallel()
	arxiv := func(n int, doi string) store.Paper { p := paper(n); p.DOI = doi; return p }
	other := func(id, doi string) store.Paper {
		return store.Paper{ID: store.PaperID(id), Title: "From another source", DOI: doi, JournalRef: "J. 1", Source: "other", ReadAt: noon}
	}
	for _, c := range []struct {
		name    string
		records []store.Paper
		want    []store.PaperID          // the papers that there are
		aliases map[string]store.PaperID // where other ids lead
	}{
		{"arXiv first", []store.Paper{arxiv(1, "10.1000/X"), other("doi:10.1000/x", "")},
			[]store.PaperID{"2605.00001"}, map[string]store.PaperID{"doi:10.1000/x": "2605.00001"}},
		{"DOI first", []store.Paper{other("doi:10.1000/x", ""), arxiv(1, "10.1000/X")},
			[]store.PaperID{"doi:10.1000/x"}, map[string]store.PaperID{"2605.00001": "doi:10.1000/x"}},
		{"three names", []store.Paper{other("acl:P99-1001", "10.1000/x"), arxiv(1, "10.1000/x"), other("doi:10.1000/x", ""), other("openreview:Abc_1", "10.1000/x")},
			[]store.PaperID{"acl:P99-1001"}, map[string]store.PaperID{"2605.00001": "acl:P99-1001", "doi:10.1000/x": "acl:P99-1001", "openreview:Abc_1": "acl:P99-1001"}},
		{"DOI learnt later", []store.Paper{arxiv(1, ""), other("doi:10.1000/x", ""), arxiv(2, "10.1000/y"), other("doi:10.1000/y", "")},
			[]store.PaperID{"2605.00001", "doi:10.1000/x", "2605.00002"}, map[string]store.PaperID{"doi:10.1000/y": "2605.00002"}},
		{"an erratum and its article", []store.Paper{arxiv(1, "10.1000/x"), arxiv(2, "10.1000/x")}, []store.PaperID{"2605.00001", "2605.00002"}, nil},
		{"both after their DOI", []store.Paper{other("doi:10.1000/x", ""), arxiv(1, "10.1000/x"), arxiv(2, "10.1000/x")},
			[]store.PaperID{"doi:10.1000/x", "2605.00002"}, map[string]store.PaperID{"2605.00001": "doi:10.1000/x"}},
		{"both before their DOI", []store.Paper{arxiv(1, "10.1000/x"), arxiv(2, "10.1000/x"), other("doi:10.1000/x", "")},
			[]store.PaperID{"2605.00001", "2605.00002"}, map[string]store.PaperID{"doi:10.1000/x": "2605.00001"}},
		{"local papers", []store.Paper{other("a-local-paper", "10.1000/x"), other("another-local-paper", "10.1000/x"), arxiv(1, "10.1000/x")},
			[]store.PaperID{"a-local-paper", "another-local-paper"}, map[string]store.PaperID{"2605.00001": "a-local-paper"}},
		{"no DOI", []store.Paper{arxiv(1, ""), other("a-local-paper", "")}, []store.PaperID{"2605.00001", "a-local-paper"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t)
			for _, r := range c.records { // each in its own batch
				ingest(t, db, r)
			}
			if got := ids(everyPaper(t, db)); !slices.Equal(got, c.want) {
				t.Errorf("papers %v, want %v", got, c.want)
			}
			for alias, id := range c.aliases {
				if p := get(t, db, store.PaperID(alias)); p.ID != id {
					t.Errorf("%s leads to %s, want %s", alias, p.ID, id)
				}
			}
			before := everyPaper(t, db)
			if tally := ingest(t, db, c.records...); tally.New+tally.Changed > 0 { // all in one
				t.Errorf("again: %+v", tally)
			}
			if !reflect.DeepEqual(everyPaper(t, db), before) {
				t.Error("the catalogue changed")
			}
			healthy(t, db)
		})
	}
}

func TestVotesReachAPaperByItsOtherNames(t *testing.T) {
	db, ctx := open(t), context.Background()
	p := paper(1)
	p.DOI = "10.1000/x"
	ingest(t, db, p, store.Paper{ID: "doi:10.1000/x", Title: "T", Source: "other", ReadAt: noon})
	reader := addReader(t, db, "ada")
	if got, err := db.SetVote(ctx, reader, "doi:10.1000/x", true); err != nil || got.ID != "2605.00001" || got.ReaderVotes != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if voted, err := db.Voted(ctx, reader, get(t, db, "doi:10.1000/x").ID); !voted["2605.00001"] || err != nil {
		t.Error(voted, err)
	}
}

func TestIngestIsAllOrNothing(t *testing.T) {
	db, ctx := open(t), context.Background()
	ingest(t, db, paper(1))
	before := everyPaper(t, db)
	batch := store.Batch{Papers: []store.Paper{paper(2), paper(1), paper(3)}, Rejects: []store.Reject{{Source: "test", Place: "line 1", Reason: "no title", At: noon}},
		Cursor: &store.Cursor{Source: "test", Value: "17"}}
	batch.Papers[1].Title = "Changed"
	nothing := func(t *testing.T, tally store.Tally, err error) {
		t.Helper()
		if err == nil || tally != (store.Tally{}) {
			t.Fatalf("%+v, %v", tally, err)
		}
		if !reflect.DeepEqual(everyPaper(t, db), before) {
			t.Error("papers changed")
		}
		if cursor, err := db.Cursor(ctx, "test"); cursor != "" || err != nil {
			t.Errorf("the cursor is at %q, %v", cursor, err)
		}
		if rejects := allRejects(t, db); len(rejects) > 0 {
			t.Errorf("set aside %+v", rejects)
		}
		healthy(t, db)
	}
	t.Run("cancelled", func(t *testing.T) {
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		tally, err := db.Ingest(cancelled, batch)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		nothing(t, tally, err)
	})
	t.Run("cancelled on the way", func(t *testing.T) {
		for _, after := range []time.Duration{time.Millisecond, 3 * time.Millisecond} {
			cut, cancel := context.WithTimeout(ctx, after)
			long := batch
			for n := 4; n < 400; n++ {
				long.Papers = append(long.Papers, paper(n))
			}
			tally, err := db.Ingest(cut, long)
			cancel()
			nothing(t, tally, err)
		}
	})
	t.Run("a paper that the file refuses", func(t *testing.T) {
		bad := batch
		bad.Papers = append(slices.Clone(batch.Papers), paper(4))
		bad.Papers[3].SourceVotes = int(^uint(0) >> 1)
		bad.Papers[3].Tags = []string{"first met in what failed"}
		bad.Papers = append(bad.Papers, paper(1))
		if _, err := db.SetVote(ctx, addReader(t, db, "ada"), "2605.00001", true); err != nil {
			t.Fatal(err)
		}
		before = everyPaper(t, db)
		bad.Papers[4].SourceVotes = int(^uint(0) >> 1) // with the reader's vote more than a number can be
		tally, err := db.Ingest(ctx, bad)
		if err == nil || !strings.Contains(err.Error(), "2605.00001") {
			t.Errorf("the error does not say which paper: %v", err)
		}
		nothing(t, tally, err)
	})
	if tally, err := db.Ingest(ctx, batch); err != nil || tally != (store.Tally{Read: 4, New: 2, Changed: 1, SetAside: 1}) {
		t.Errorf("at last: %+v, %v", tally, err)
	}
	if cursor, err := db.Cursor(ctx, "test"); cursor != "17" || err != nil {
		t.Errorf("the cursor is at %q, %v", cursor, err)
	}
	ingest(t, db, tagged(5, "first met in what failed"))
	if f, err := db.Facet(ctx, store.FacetTag, "first-met-in-what-failed"); f.Papers != 1 || err != nil {
		t.Errorf("%+v, %v", f, err)
	}
	healthy(t, db)
}

func allRejects(t testing.TB, db *store.DB) []store.Reject {
	t.Helper()
	var all []store.Reject
	if err := db.Rejects(context.Background(), func(r store.Reject) error {
		all = append(all, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRejects(t *testing.T) {
	db, ctx := open(t), context.Background()
	long := strings.Repeat("é", store.MaxRejectText)
	batch := store.Batch{Rejects: []store.Reject{
		{Source: "jsonl", Place: "papers.jsonl line 17", PaperID: "x", Reason: "it has no title", Text: `{"id":"x"}`, At: noon},
		{Source: "jsonl", Place: "papers.jsonl line 18", Reason: "it is not JSON", Text: "\xff\x00" + long, At: noon},
	}}
	for n := range 2 {
		if tally, err := db.Ingest(ctx, batch); err != nil || tally != (store.Tally{Read: 2, SetAside: 2}) {
			t.Fatalf("time %d: %+v, %v", n, tally, err)
		}
		batch.Rejects[0].At = noon.Add(time.Hour)
	}
	got := allRejects(t, db)
	if len(got) != 2 || got[0].Place != "papers.jsonl line 18" || got[1].PaperID != "x" || got[1].Reason != "it has no title" || got[1].Text != `{"id":"x"}` {
		t.Fatalf("%+v", got)
	}
	if !got[1].At.Equal(noon.Add(time.Hour)) {
		t.Errorf("seen again, but dated %s", got[1].At)
	}
	if len(got[0].Text) > store.MaxRejectText+10 || !strings.HasPrefix(got[0].Text, "\ufffd\x00éé") {
		t.Errorf("%d bytes of text, beginning %q", len(got[0].Text), got[0].Text[:10])
	}
	stop := errors.New("enough")
	if err := db.Rejects(ctx, func(store.Reject) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestCursors(t *testing.T) {
	db, ctx := open(t), context.Background()
	for _, step := range []struct {
		set  *store.Cursor
		want string
	}{{nil, ""}, {&store.Cursor{Source: "arxiv cs.LG", Value: "1"}, "1"}, {nil, "1"}, {&store.Cursor{Source: "arxiv cs.LG", Value: "2"}, "2"}, {&store.Cursor{Source: "hf", Value: "9"}, "2"}} {
		if _, err := db.Ingest(ctx, store.Batch{Cursor: step.set}); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Cursor(ctx, "arxiv cs.LG"); got != step.want || err != nil {
			t.Errorf("at %q, %v; want %q", got, err, step.want)
		}
	}
}

func TestANewerVersionKeepsWhatIsTheCatalogues(t *testing.T) {
	db, ctx := open(t), context.Background()
	p := paper(1)
	p.FeaturedOn, p.FeaturedBy = "2026-05-12", "test"
	p.Versions = []store.Version{{Number: 1, At: noon}}
	ingest(t, db, p)
	reader := addReader(t, db, "ada")
	if _, err := db.SetVote(ctx, reader, p.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: p.ID, Tags: []string{"found in the text"}}}); err != nil {
		t.Fatal(err)
	}
	next := paper(1)
	next.Title, next.Abstract, next.Tags, next.Source, next.SourceVotes = "Its second version", "Rewritten.", []string{"agents"}, "another", 0
	next.Versions = []store.Version{{Number: 2, At: noon.Add(time.Hour)}}
	next.FeaturedOn, next.FeaturedBy = "2026-05-13", "another"
	next.ReadAt = noon.Add(2 * time.Hour)
	if tally := ingest(t, db, next); tally.Changed != 1 {
		t.Errorf("%+v", tally)
	}
	got := get(t, db, p.ID)
	if got.Title != next.Title || got.Abstract != next.Abstract || got.Version() != 2 || len(got.Versions) != 2 || !got.ReadAt.Equal(next.ReadAt) || got.Source != "another" {
		t.Errorf("not replaced: %+v", got)
	}
	if got.ReaderVotes != 1 || got.SourceVotes != 1 || got.FeaturedOn != "2026-05-12" || got.FeaturedBy != "test" ||
		!slices.Equal(got.AllTags(), []string{"world models", "agents", "found in the text"}) {
		t.Errorf("not kept: %+v", got)
	}
	queued, _, err := db.TagQueue(ctx, true, 0, 10)
	if err != nil || len(queued) != 1 {
		t.Errorf("its text changed, but it is not queued for tags: %v, %v", ids(queued), err)
	}
	healthy(t, db)
}
