package store_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

const someID store.PaperID = "2605.00001"

// mergeAll merges records in their order, the first as it comes in.
func mergeAll(records ...store.Paper) store.Paper {
	p := store.Settled(records[0])
	for _, r := range records[1:] {
		p = store.Merge(p, r)
	}
	return p
}

func TestMergingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, rec := store.Settled(drawRecord(t, someID)), drawRecord(t, someID)
		old.ReaderVotes, old.MinedTags = 3, []string{"mined"}
		once := store.Merge(old, rec)
		if twice := store.Merge(once, rec); !store.SamePaper(&once, &twice) {
			t.Fatalf("merged again:\n%+v, once\n%+v", twice, once)
		}
		if again := store.Merge(old, old); !store.SamePaper(&again, &old) {
			t.Fatalf("merged with itself:\n%+v, was\n%+v", again, old)
		}
	})
}

// Two sources that take turns must come to rest, or every night's run would change every paper. One source's word
// replaces its last one, so the two are different ones.
func TestMergingInTurnsComesToRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawRecord(t, someID), drawRecord(t, someID)
		a.Source, b.Source = "arxiv", "hf"
		rest := mergeAll(a, b, a, b, a, b)
		for i, r := range []store.Paper{a, b, a, b} {
			if next := store.Merge(rest, r); !store.SamePaper(&next, &rest) {
				t.Fatalf("turn %d:\n%+v, before\n%+v", i, next, rest)
			}
		}
	})
}

func TestMergeFillsWhatIsMissing(t *testing.T) {
	empty := func(p store.Paper) map[string]bool {
		return map[string]bool{
			"abstract": p.Abstract == "", "comment": p.Comment == "", "journal": p.JournalRef == "", "doi": p.DOI == "", "licence": p.Licence == "",
			"authors": len(p.Authors) == 0, "categories": len(p.Categories) == 0, "tags": len(p.Tags) == 0, "links": len(p.Links) == 0,
			"versions": len(p.Versions) == 0, "submitted": p.SubmittedAt.IsZero(), "revised": p.RevisedAt.IsZero(), "featured by": p.FeaturedBy == "",
			"votes": p.SourceVotes == 0,
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawRecord(t, someID), drawRecord(t, someID)
		ab, ba := mergeAll(a, b), mergeAll(b, a)
		hasA, hasB, hasAB, hasBA := empty(a), empty(b), empty(ab), empty(ba)
		for field := range hasA {
			if want := hasA[field] && hasB[field]; hasAB[field] != want || hasBA[field] != want {
				t.Fatalf("%s: missing in a %t, in b %t, in both %t and %t", field, hasA[field], hasB[field], hasAB[field], hasBA[field])
			}
		}
	})
}

func TestMergeKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, rec := store.Settled(drawRecord(t, someID)), drawRecord(t, someID)
		old.ReaderVotes, old.MinedTags = rapid.IntRange(0, 5).Draw(t, "reader votes"), []string{"mined"}
		rec.ReaderVotes, rec.MinedTags = 99, []string{"forged"}
		p := store.Merge(old, rec)
		if p.ID != old.ID || p.ReaderVotes != old.ReaderVotes || !slices.Equal(p.MinedTags, old.MinedTags) {
			t.Fatalf("what is the catalogue's own: %+v", p)
		}
		if p.SourceVotes != max(old.SourceVotes, rec.SourceVotes) {
			t.Fatalf("votes %d and %d make %d", old.SourceVotes, rec.SourceVotes, p.SourceVotes)
		}
		slugs := func(p store.Paper) map[string]bool {
			all := make(map[string]bool)
			for _, tag := range p.Tags {
				all[store.TagSlug(tag)] = true
			}
			return all
		}
		has := slugs(p)
		for _, q := range []store.Paper{old, rec} {
			for slug := range slugs(q) {
				if !has[slug] {
					t.Fatalf("lost the tag %s", slug)
				}
			}
			for _, l := range q.Links {
				if !slices.ContainsFunc(p.Links, func(m store.Link) bool { return m.Kind == l.Kind && m.URL == l.URL && m.Stars >= l.Stars }) {
					t.Fatalf("lost the link %+v", l)
				}
			}
			for _, v := range q.Versions {
				if !slices.ContainsFunc(p.Versions, func(w store.Version) bool { return w.Number == v.Number }) {
					t.Fatalf("lost the version %d", v.Number)
				}
			}
		}
		if old.FeaturedBy != "" && (p.FeaturedOn != old.FeaturedOn || p.FeaturedBy != old.FeaturedBy) {
			t.Fatalf("a chosen day moved from %s to %s", old.FeaturedOn, p.FeaturedOn)
		}
		if err := p.Clean(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMergeVersions(t *testing.T) {
	old := store.Settled(store.Paper{ID: someID, Title: "Old", Abstract: "Old.", Comment: "1 page", Source: "arxiv", Tags: []string{"a"}, SourceVotes: 7,
		Authors: []store.Author{{Name: "Ann Smith", ORCID: "0000-0002-1825-0097"}}, FeaturedOn: "2026-05-01", FeaturedBy: "hf", ReadAt: noon,
		Versions: []store.Version{{Number: 1, At: noon}, {Number: 2, At: noon}}})
	old.ReaderVotes = 2
	rec := func(source string, versions ...int) store.Paper {
		p := store.Paper{ID: someID, Title: "New", Abstract: "New.", Source: source, Tags: []string{"b"}, Authors: []store.Author{{Name: "A. Smith", Affiliation: "A lab"}},
			FeaturedOn: "2026-05-09", FeaturedBy: source, ReadAt: noon.Add(time.Hour), SourceVotes: 1}
		for _, n := range versions {
			p.Versions = append(p.Versions, store.Version{Number: n})
		}
		return p
	}
	for _, c := range []struct {
		name     string
		rec      store.Paper
		replaces bool
	}{
		{"newer, another source", rec("hf", 3), true},
		{"newer, the same source", rec("arxiv", 3), true},
		{"the same version, the same source", rec("arxiv", 2), true},
		{"the same version, another source", rec("hf", 2), false},
		{"older, the same source", rec("arxiv", 1), false},
		{"older, another source", rec("hf", 1), false},
		{"no version, the same source", rec("arxiv"), true},
		{"no version, another source", rec("hf"), false},
	} {
		p := store.Merge(old, c.rec)
		want := "Old"
		if c.replaces {
			want = "New"
		}
		if p.Title != want || p.Abstract != want+"." || (p.Authors[0].Name == "A. Smith") != c.replaces || (p.Source == c.rec.Source) != (c.replaces || c.rec.Source == "arxiv") {
			t.Errorf("%s: %+v", c.name, p)
		}
		if p.Comment != "1 page" || p.Votes() != 9 || len(p.Tags) != 2 || p.FeaturedOn != "2026-05-01" || p.FeaturedBy != "hf" {
			t.Errorf("%s lost something: %+v", c.name, p)
		}
		if p.Authors[0].Affiliation != "A lab" || p.Authors[0].ORCID != "0000-0002-1825-0097" {
			t.Errorf("%s: author %+v", c.name, p.Authors[0])
		}
		if p.ReadAt.Equal(c.rec.ReadAt) != c.replaces {
			t.Errorf("%s: read at %s", c.name, p.ReadAt)
		}
	}
}

func TestMergeByRevision(t *testing.T) {
	at := func(source, title string, hours int) store.Paper {
		return store.Paper{ID: someID, Title: title, Source: source, RevisedAt: noon.Add(time.Duration(hours) * time.Hour), ReadAt: noon}
	}
	if p := mergeAll(at("a", "old", 0), at("b", "new", 1)); p.Title != "new" {
		t.Error("a later revision did not replace the text")
	}
	if p := mergeAll(at("a", "new", 1), at("b", "old", 0)); p.Title != "new" || !p.RevisedAt.Equal(noon.Add(time.Hour)) {
		t.Error("an earlier revision replaced the text")
	}
	if p := mergeAll(at("a", "new", 1), at("a", "old", 0)); p.Title != "new" {
		t.Error("an earlier revision of the same source replaced the text")
	}
}

func TestMergeWithdrawn(t *testing.T) {
	v := func(source string, version int, withdrawn bool) store.Paper {
		return store.Paper{ID: someID, Title: "T", Source: source, ReadAt: noon, Withdrawn: withdrawn, Versions: []store.Version{{Number: version}}}
	}
	for _, c := range []struct {
		name    string
		records []store.Paper
		want    bool
	}{
		{"by the newest", []store.Paper{v("a", 1, false), v("a", 2, true)}, true},
		{"another source does not know", []store.Paper{v("a", 2, true), v("b", 2, false)}, true},
		{"a newer version brings it back", []store.Paper{v("a", 2, true), v("a", 3, false)}, false},
		{"an older version's withdrawal read late", []store.Paper{v("a", 3, false), v("b", 2, true)}, false},
		{"in turns", []store.Paper{v("a", 2, true), v("b", 3, false), v("a", 2, true)}, false},
	} {
		if got := mergeAll(c.records...).Withdrawn; got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func TestDayIsSettledOnce(t *testing.T) {
	p := store.Settled(store.Paper{ID: "a-local-paper", Title: "T", Source: "page", ReadAt: noon})
	if p.FeaturedOn != "2026-05-13" || p.FeaturedBy != "" {
		t.Fatalf("a paper without a date stands on %s", p.FeaturedOn)
	}
	rec := store.Paper{ID: someID, Title: "Another", Source: "page", ReadAt: noon.AddDate(0, 0, 3)}
	p = mergeAll(p, rec, rec)
	if p.FeaturedOn != "2026-05-13" || p.Title != "Another" {
		t.Errorf("read again it moved to %s", p.FeaturedOn)
	}
	p = store.Merge(p, store.Paper{ID: someID, Title: "T", Source: "arxiv", SubmittedAt: noon.AddDate(0, 0, -9), ReadAt: noon})
	if p.FeaturedOn != "2026-05-04" {
		t.Errorf("its submission known, it stands on %s", p.FeaturedOn)
	}
	p = store.Merge(p, store.Paper{ID: someID, Title: "T", Source: "hf", FeaturedOn: "2026-05-06", FeaturedBy: "hf", ReadAt: noon})
	p = store.Merge(p, store.Paper{ID: someID, Title: "T", Source: "page", FeaturedOn: "2026-05-07", FeaturedBy: "page", ReadAt: noon})
	if p.FeaturedOn != "2026-05-06" || p.FeaturedBy != "hf" {
		t.Errorf("chosen by two, it stands on %s by %s", p.FeaturedOn, p.FeaturedBy)
	}
}

// What two sources make together can be exported and read again.
func TestMergeStaysWithinLimits(t *testing.T) {
	a, b := paper(1), paper(1)
	a.Tags, b.Tags = numbered("one ", store.MaxTags), numbered("two ", store.MaxTags)
	a.Links, b.Links = linksTo(numbered("https://example.org/1", store.MaxLinks)), linksTo(numbered("https://example.org/2", store.MaxLinks))
	b.Links[0].Kind = store.LinkAbs
	b.Source = "another"
	p := mergeAll(a, b, a, b)
	if err := p.Clean(); err != nil || len(p.Tags) != store.MaxTags || p.Tags[0] != a.Tags[0] || p.URL(store.LinkAbs) == "" {
		t.Errorf("%d tags, %d links, %v", len(p.Tags), len(p.Links), err)
	}
	if again := mergeAll(p, a, b); !store.SamePaper(&again, &p) {
		t.Error("it does not come to rest")
	}
}
