package store_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recto/store"
)

// damaged is a catalogue with a vote, mined tags and an author of two spellings, after some SQL.
func damaged(t *testing.T, statements ...string) *store.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	db, ctx := openAt(t, path, clock), context.Background()
	papers := []store.Paper{paper(1), paper(2), paper(3)}
	papers[1].Authors[0].Name = "Y. LeCun"
	ingest(t, db, papers...)
	if _, err := db.SetVote(ctx, addReader(t, db, "ada"), papers[0].ID, true); err != nil {
		t.Fatal(err)
	}
	if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: papers[2].ID, Tags: []string{"mined"}}}); err != nil {
		t.Fatal(err)
	}
	healthy(t, db)
	raw(t, path, statements...)
	return db
}

func check(t *testing.T, db *store.DB, mend bool) []store.Finding {
	t.Helper()
	findings, err := db.Check(context.Background(), mend, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage string
		want   []string // the checks that find it
		sample string
	}{
		"a reader's vote not counted": {`UPDATE papers SET reader_votes = 0, votes = source_votes WHERE pid = '2605.00001'`,
			[]string{"votes of readers", "trending scores", "votes and times in facets"}, "2605.00001 has 0, counted 1"},
		"votes that nobody cast": {`UPDATE papers SET reader_votes = 9, votes = source_votes + 9 WHERE pid = '2605.00002'`,
			[]string{"votes of readers", "trending scores", "votes and times in facets"}, "2605.00002 has 9, counted 0"},
		"a vote without its count": {`DELETE FROM votes`, []string{"votes of readers"}, "2605.00001 has 1, counted 0"},
		"a trending score":         {`UPDATE papers SET trend = trend + 0.001 WHERE pid = '2605.00003'`, []string{"trending scores"}, "2605.00003 has"},
		"votes in a facet":         {`UPDATE paper_facets SET votes = 77 WHERE paper = 2`, []string{"votes and times in facets"}, "2605.00002 in facet"},
		"time in a facet":          {`UPDATE paper_facets SET listed_at = 0 WHERE paper = 2 AND name = 0`, []string{"votes and times in facets"}, "2605.00002 in facet"},
		"a facet of no paper": {`INSERT INTO paper_facets SELECT id, 0, 999, 0, 0 FROM facets WHERE slug = 'mined'`,
			[]string{"votes and times in facets", "papers of facets"}, "a missing paper in facet"},
		"a paper in no facet": {`INSERT INTO paper_facets SELECT 999, listed_at, id, 0, votes FROM papers WHERE id = 2`,
			[]string{"votes and times in facets"}, "2605.00002 in missing facet 999"},
		"a day's count":          {`UPDATE days SET papers = papers + 1`, []string{"papers of days"}, "2026-05-13 has 4, counted 3"},
		"a day forgotten":        {`DELETE FROM days`, []string{"papers of days"}, "2026-05-13 has 0, counted 3"},
		"a day that isn't":       {`INSERT INTO days VALUES ('2020-01-01', 5)`, []string{"papers of days"}, "2020-01-01 has 5, counted 0"},
		"a tag's count":          {`UPDATE facets SET papers = 9 WHERE slug = 'world-models'`, []string{"papers of facets"}, "world-models has 9, counted 3"},
		"an author's count":      {`UPDATE facets SET papers = 0 WHERE slug = 'lecun-y'`, []string{"papers of facets"}, "lecun-y has 0, counted 3"},
		"a spelling's count":     {`UPDATE author_names SET papers = 2 WHERE name = 'Y. LeCun'`, []string{"papers of authors' spellings"}, "Y. LeCun has 2, counted 1"},
		"a tag's day":            {`UPDATE tag_days SET papers = 2 WHERE facet = (SELECT id FROM facets WHERE slug = 'mined')`, []string{"papers of tags a day"}, "has 2, counted 1"},
		"a tag's day forgotten":  {`DELETE FROM tag_days`, []string{"papers of tags a day"}, "has 0, counted"},
		"a tag's day that isn't": {`INSERT INTO tag_days SELECT '2020-01-01', id, 3 FROM facets WHERE slug = 'mined'`, []string{"papers of tags a day"}, "2020-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			db := damaged(t, c.damage)
			for _, mend := range []bool{false, true} { // looking alone mends nothing
				findings := check(t, db, mend)
				var names []string
				sample := ""
				for _, f := range findings {
					names = append(names, f.Check)
					sample += f.Sample + "\n"
					if f.Count < 1 {
						t.Errorf("%+v", f)
					}
				}
				if mend { // setting the votes right shows what was computed from them
					names, c.want = names[:1], c.want[:1]
				}
				if !slices.Equal(names, c.want) || !strings.Contains(sample, c.sample) {
					t.Errorf("mend %t: found %+v, want %q", mend, findings, c.want)
				}
			}
			healthy(t, db)
			p := get(t, db, "2605.00001")
			if votes := p.ReaderVotes; (votes == 1) != (name != "a vote without its count") {
				t.Errorf("mended to %d votes", votes)
			}
		})
	}
}

func TestDoctorFindsMissingReferences(t *testing.T) {
	db := damaged(t, `PRAGMA foreign_keys = 0`, `DELETE FROM readers`)
	findings := check(t, db, false)
	if len(findings) != 1 || findings[0].Check != "references between tables" || !strings.Contains(findings[0].Sample, "votes") {
		t.Errorf("%+v", findings)
	}
}

func TestDoctorSaysWhatItLooksAt(t *testing.T) {
	db := damaged(t)
	var looked []string
	if _, err := db.Check(context.Background(), false, func(check string) { looked = append(looked, check) }); err != nil || len(looked) < 9 {
		t.Errorf("%q, %v", looked, err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := db.Check(cancelled, true, func(string) {}); err == nil {
		t.Error("cancelled it finds nothing wrong")
	}
}

// A file that a bad disk has damaged is reported, by a finding or an error, never passed over.
func TestDoctorOfABrokenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := openAt(t, path, clock)
	var papers []store.Paper
	for n := range 60 {
		p := paper(n + 1)
		p.Abstract = strings.Repeat("About it. ", 200)
		papers = append(papers, p)
	}
	ingest(t, db, papers...)
	db.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 8192
	for _, at := range []int{len(whole) / 4, len(whole) / 2, len(whole) * 3 / 4, len(whole) - page} {
		at -= at % page
		broken := slices.Clone(whole)
		for i := range page {
			broken[at+i] = 0xa5
		}
		path := filepath.Join(t.TempDir(), "broken.db")
		write(t, path, string(broken))
		db, err := store.Open(context.Background(), path, clock)
		if err != nil {
			continue // refused at once
		}
		findings, err := db.Check(context.Background(), false, func(string) {})
		if err == nil && len(findings) == 0 {
			t.Errorf("page %d of %d is damaged, and nothing is said", at/page, len(whole)/page)
		}
		db.Close()
	}
	cut := filepath.Join(t.TempDir(), "cut.db")
	write(t, cut, string(whole[:len(whole)/2]))
	if db, err := store.Open(context.Background(), cut, clock); err == nil {
		if findings, err := db.Check(context.Background(), false, func(string) {}); err == nil && len(findings) == 0 {
			t.Error("half the file is missing, and nothing is said")
		}
		db.Close()
	}
}
