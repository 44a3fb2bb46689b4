package store_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

func TestSetVote(t *testing.T) {
	db, ctx := open(t), context.Background()
	ingest(t, db, paper(1), paper(2))
	ada, bob := addReader(t, db, "ada"), addReader(t, db, "bob")
	had := get(t, db, "2605.00001").SourceVotes
	for i, step := range []struct {
		reader store.ReaderID
		cast   bool
		want   int // readers' votes after it
	}{
		{ada, false, 0}, {ada, true, 1}, {ada, true, 1}, {bob, true, 2}, {ada, false, 1}, {ada, false, 1}, {bob, false, 0}, {bob, true, 1},
	} {
		p, err := db.SetVote(ctx, step.reader, "2605.00001", step.cast)
		if err != nil || p.ReaderVotes != step.want || p.Votes() != had+step.want || p.ID != "2605.00001" || p.Title == "" {
			t.Errorf("step %d: %d votes, %v; want %d", i, p.ReaderVotes, err, step.want)
		}
		if q := get(t, db, "2605.00001"); q.ReaderVotes != step.want {
			t.Errorf("step %d: stored %d, want %d", i, q.ReaderVotes, step.want)
		}
		healthy(t, db)
	}
	papers := ids(everyPaper(t, db))
	if voted, err := db.Voted(ctx, bob, papers...); len(voted) != 1 || !voted["2605.00001"] || err != nil {
		t.Error(voted, err)
	}
	for name, voted := range map[string]func() (map[store.PaperID]bool, error){
		"who took it back": func() (map[store.PaperID]bool, error) { return db.Voted(ctx, ada, papers...) },
		"nobody":           func() (map[store.PaperID]bool, error) { return db.Voted(ctx, 0, papers...) },
		"no papers":        func() (map[store.PaperID]bool, error) { return db.Voted(ctx, bob) },
	} {
		if got, err := voted(); len(got) > 0 || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := db.SetVote(ctx, 999, "2605.00001", true); err == nil {
		t.Error("nobody has voted")
	}
	if got := get(t, db, "2605.00001"); got.ReaderVotes != 1 {
		t.Errorf("nobody's vote counts: %d", got.ReaderVotes)
	}
}

// Whatever the order in which many vote at once, every vote counts once.
func TestManyVoteAtOnce(t *testing.T) {
	db, ctx := open(t), context.Background()
	papers := []store.Paper{paper(1), paper(2), paper(3), paper(4)}
	ingest(t, db, papers...)
	const voters = 50
	readers := make([]store.ReaderID, 10)
	for i := range readers {
		readers[i] = addReader(t, db, fmt.Sprintf("reader-%d", i))
	}
	var all sync.WaitGroup
	errs := make(chan error, voters*(len(papers)+1))
	for i := range voters {
		all.Go(func() {
			for n := range papers {
				// The first five readers end with a vote, the others take theirs back. Five goroutines are each reader.
				_, err := db.SetVote(ctx, readers[i%10], papers[(n+i)%4].ID, i%10 < 5)
				errs <- err
			}
			page, err := db.Papers(ctx, store.Filter{Order: store.ByVotes, Limit: 10})
			if len(page.Papers) != len(papers) && err == nil {
				err = fmt.Errorf("%d papers are listed", len(page.Papers))
			}
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	for _, p := range everyPaper(t, db) {
		if p.ReaderVotes != 5 {
			t.Errorf("%s has %d votes", p.ID, p.ReaderVotes)
		}
	}
	healthy(t, db)
}

func TestVoteHistory(t *testing.T) {
	t.Parallel()
	at := noon
	db, ctx := openAt(t, "", func() time.Time { return at }), context.Background()
	read := func(votes, hours int, source string) {
		p := paper(1)
		p.SourceVotes, p.Source, p.ReadAt = votes, source, noon.Add(time.Duration(hours)*time.Hour)
		ingest(t, db, p)
	}
	vote := func(name string, hours int, cast bool) {
		at = noon.Add(time.Duration(hours) * time.Hour)
		r, err := db.ReaderNamed(ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			r.ID = addReader(t, db, name)
		}
		if _, err := db.SetVote(ctx, r.ID, "2605.00001", cast); err != nil {
			t.Fatal(err)
		}
	}
	read(3, 0, "test")
	vote("ada", 1, true)
	read(5, 2, "another") // whose text does not replace the first one's, but whose votes count
	vote("bob", 3, true)
	vote("cyd", 4, true)
	vote("cyd", 5, false)
	read(4, 6, "test") // an old file read again
	read(9, 7, "test")
	want := []store.VotePoint{{At: noon, Votes: 3}, {At: noon.Add(time.Hour), Votes: 4}, {At: noon.Add(2 * time.Hour), Votes: 6},
		{At: noon.Add(3 * time.Hour), Votes: 7}, {At: noon.Add(7 * time.Hour), Votes: 11}}
	if got, err := db.VoteHistory(ctx, "2605.00001", 100); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	ingest(t, db, store.Paper{ID: "no-votes", Title: "T", Source: "test", ReadAt: noon})
	if got, err := db.VoteHistory(ctx, "no-votes", 100); err != nil || len(got) > 0 {
		t.Errorf("%v, %v", got, err)
	}
	for name := range 20 {
		vote(fmt.Sprintf("reader-%d", name), 10+name, true)
	}
	for _, most := range []int{0, 1, 5, 7, 100} {
		got, err := db.VoteHistory(ctx, "2605.00001", most)
		if err != nil || len(got) > max(most, 1)+4 || got[len(got)-1].Votes != 9+22 {
			t.Errorf("at most %d: %v, %v", most, got, err)
		}
	}
	healthy(t, db)
}

func TestRank(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	reader := addReader(t, db, "ada")
	some(t, 8, func(t *rapid.T) {
		if err := db.Empty(ctx); err != nil {
			t.Fatal(err)
		}
		var batch store.Batch
		for n := range rapid.IntRange(1, 9).Draw(t, "papers") {
			p := paper(n + 1)
			p.FeaturedOn, p.FeaturedBy = store.Day(rapid.SampledFrom([]string{"2026-05-12", "2026-05-13"}).Draw(t, "day")), "test"
			p.SourceVotes = rapid.IntRange(0, 2).Draw(t, "votes")
			batch.Papers = append(batch.Papers, p)
		}
		if _, err := db.Ingest(ctx, batch); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SetVote(ctx, reader, batch.Papers[0].ID, true); err != nil {
			t.Fatal(err)
		}
		for _, day := range []store.Day{"2026-05-12", "2026-05-13"} {
			s := store.DaySpan(day)
			page, err := db.Papers(ctx, store.Filter{Order: store.ByVotes, Span: &s, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range page.Papers {
				rank, err := db.Rank(ctx, p.ID)
				if err != nil || rank.Place != i+1 || rank.Of != len(page.Papers) || (rank.Previous == nil) != (i == 0) || (rank.Next == nil) != (i == len(page.Papers)-1) {
					t.Fatalf("%s at place %d of %d: %+v, %v", p.ID, i+1, len(page.Papers), rank, err)
				}
				if i > 0 && rank.Previous.ID != page.Papers[i-1].ID || rank.Next != nil && rank.Next.ID != page.Papers[i+1].ID {
					t.Fatalf("beside %s: %+v", p.ID, rank)
				}
			}
		}
		page, err := db.Papers(ctx, store.Filter{Order: store.Trending, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range page.Papers {
			first := i // papers with one score share a place
			for first > 0 && store.Trend(page.Papers[first-1].Votes(), page.Papers[first-1].FeaturedOn) == store.Trend(p.Votes(), p.FeaturedOn) {
				first--
			}
			if place, err := db.TrendPlace(ctx, &p); err != nil || place != first+1 {
				t.Fatalf("%s trends at %d, %v; want %d", p.ID, place, err, first+1)
			}
		}
	})
}

func TestTrendPlaceEnds(t *testing.T) {
	t.Parallel()
	db, ctx := open(t), context.Background()
	var papers []store.Paper
	for n := range 1001 {
		papers = append(papers, store.Paper{ID: store.PaperID(fmt.Sprintf("paper-%d", n)), Title: "T", Source: "test", ReadAt: noon, FeaturedOn: "2026-05-13", FeaturedBy: "test", SourceVotes: 1})
	}
	ingest(t, db, papers...)
	for votes, want := range map[int]int{1: 1, 0: 0} {
		if place, err := db.TrendPlace(ctx, &store.Paper{SourceVotes: votes, FeaturedOn: "2026-05-13"}); place != want || err != nil {
			t.Errorf("with %d votes at place %d, %v; want %d", votes, place, err, want)
		}
	}
}

// Ten times the votes make up for TrendHours.
func TestTrend(t *testing.T) {
	for _, votes := range []int{0, 1, 9, 99, 12_345} {
		a, b := store.Trend(votes, "2026-05-13"), store.Trend(10*(1+votes)-1, "2026-05-10")
		if math.Abs(a-b) > 1e-12 {
			t.Errorf("%d votes: %v, ten times as many 72 hours before: %v", votes, a, b)
		}
	}
	if store.TrendHours != 72 {
		t.Error("the day above is 72 hours before")
	}
	rapid.Check(t, func(t *rapid.T) {
		votes, day := rapid.IntRange(0, 1e6).Draw(t, "votes"), drawDay(t, "day")
		score := store.Trend(votes, day)
		if store.Trend(votes+1, day) <= score || store.Trend(votes, day.Add(1)) <= score {
			t.Fatalf("one vote or one day more does not rise above %v", score)
		}
		if math.IsNaN(score) || math.IsInf(score, 0) || store.Trend(-votes, day) != store.Trend(0, day) {
			t.Fatalf("score %v", score)
		}
	})
}

func TestVotesToMatch(t *testing.T) {
	for _, c := range []struct {
		votes           int
		featured, today store.Day
		want            int
	}{
		{99, "2026-05-10", "2026-05-13", 9}, {999, "2026-05-10", "2026-05-13", 99}, {9, "2026-05-10", "2026-05-13", 0}, {0, "2026-05-10", "2026-05-13", 0},
		{5, "2026-05-13", "2026-05-13", 5}, {0, "2026-05-13", "2026-05-10", 9},
	} {
		if got := store.VotesToMatch(c.votes, c.featured, c.today); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		votes, featured := rapid.IntRange(0, 1e6).Draw(t, "votes"), store.Day("2026-05-13").Add(-rapid.IntRange(0, 30).Draw(t, "days"))
		need := store.VotesToMatch(votes, featured, "2026-05-13")
		score := store.Trend(votes, featured)
		if store.Trend(need, "2026-05-13") < score-1e-9 || need > 0 && store.Trend(need-1, "2026-05-13") > score+1e-9 {
			t.Fatalf("%d votes on %s: need %d", votes, featured, need)
		}
	})
}
