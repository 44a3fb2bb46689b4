package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"recto/store"
)

func slugs(facets []store.Facet) []string {
	var all []string
	for _, f := range facets {
		all = append(all, f.Slug)
	}
	return all
}

func tagged(n int, tags ...string) store.Paper {
	p := paper(n)
	p.Tags = tags
	return p
}

func TestFacets(t *testing.T) {
	db, ctx := open(t), context.Background()
	ingest(t, db, tagged(1, "World Models", "agents"), tagged(2, "world models", "C++"), tagged(3, "world-models", "Zoo", "agents", "élan"), tagged(4, "3d"))
	if f, err := db.Facet(ctx, store.FacetTag, "world-models"); err != nil || f != (store.Facet{Slug: "world-models", Name: "World Models", Papers: 3}) {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := db.Facet(ctx, store.FacetAuthor, "world-models"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if top, err := db.TopFacets(ctx, store.FacetTag, 2); err != nil || !slices.Equal(slugs(top), []string{"world-models", "agents"}) {
		t.Errorf("%+v, %v", top, err)
	}
	for from, want := range map[string][]string{"": {"3d", "agents", "c-plus-plus"}, "b": {"c-plus-plus", "elan", "world-models"}, "world-models": {"world-models", "zoo"}, "zz": nil} {
		if got, err := db.FacetsFrom(ctx, store.FacetTag, from, 3); err != nil || !slices.Equal(slugs(got), want) {
			t.Errorf("from %q: %v, %v; want %v", from, slugs(got), err, want)
		}
	}
	if letters, err := db.FacetLetters(ctx, store.FacetTag, 100); err != nil || !slices.Equal(letters, []string{"3", "a", "c", "e", "w", "z"}) {
		t.Errorf("%q, %v", letters, err)
	}
	if letters, err := db.FacetLetters(ctx, store.FacetTag, 2); err != nil || len(letters) != 2 {
		t.Errorf("%q, %v", letters, err)
	}
	if counts, err := db.CategoryCounts(ctx); err != nil || len(counts) != 2 || counts["cs.LG"] != 4 || counts["stat.ML"] != 4 {
		t.Errorf("%v, %v", counts, err)
	}
}

// The letters end, whatever letters there are.
func TestFacetLettersOfAllScripts(t *testing.T) {
	db, ctx := open(t), context.Background()
	tags := []string{"a", "é", "ж", "א", "世界", "힣", "\U00020000", "\U0003134A", "\U0001D400", "９"}
	ingest(t, db, tagged(1, tags...))
	letters, err := db.FacetLetters(ctx, store.FacetTag, 100)
	if err != nil || !slices.Equal(letters, []string{"9", "a", "e", "ж", "א", "世", "힣", "\U00020000", "\U0003134A"}) {
		t.Errorf("%q, %v", letters, err)
	}
}

func TestAuthorNames(t *testing.T) {
	db, ctx := open(t), context.Background()
	var papers []store.Paper
	for n, name := range []string{"Yann LeCun", "Y. LeCun", "Y. LeCun", "Yann A. LeCun", "Y. LeCun"} {
		p := paper(n + 1)
		p.Authors = []store.Author{{Name: name}, {Name: "Ann Smith"}, {Name: "Ann Smith"}}
		papers = append(papers, p)
	}
	papers[0].Authors = append(papers[0].Authors, store.Author{Name: "Y. LeCun"}) // two spellings on one paper
	ingest(t, db, papers...)
	names, err := db.AuthorNames(ctx, "lecun-y", 10)
	want := []store.Facet{{Slug: "lecun-y", Name: "Y. LeCun", Papers: 4}, {Slug: "lecun-y", Name: "Yann A. LeCun", Papers: 1}, {Slug: "lecun-y", Name: "Yann LeCun", Papers: 1}}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("%+v, %v", names, err)
	}
	if f, err := db.Facet(ctx, store.FacetAuthor, "lecun-y"); f.Papers != 5 || err != nil {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err := db.Facet(ctx, store.FacetAuthor, "smith-a"); f.Papers != 5 || err != nil {
		t.Errorf("named twice on each: %+v, %v", f, err)
	}
	papers[3].Authors = []store.Author{{Name: "Yves LeCun"}} // renamed
	ingest(t, db, papers[3])
	if names, err := db.AuthorNames(ctx, "lecun-y", 10); err != nil || len(names) != 3 || names[1].Name != "Yann LeCun" || names[2].Name != "Yves LeCun" {
		t.Errorf("%+v, %v", names, err)
	}
	if names, err := db.AuthorNames(ctx, "nobody-x", 10); err != nil || len(names) > 0 {
		t.Errorf("%+v, %v", names, err)
	}
	healthy(t, db)
}

func TestRisingTags(t *testing.T) {
	db, ctx := open(t), context.Background()
	n := 0
	on := func(day store.Day, papers int, tags ...string) {
		for range papers {
			n++
			p := tagged(n, tags...)
			p.FeaturedOn, p.FeaturedBy = day, "test"
			ingest(t, db, p)
		}
	}
	const today = store.Day("2026-05-13")
	on(today.Add(-7), 20, "big")    // the week before, its last day
	on(today.Add(-13), 5, "fading") // its first day
	on(today.Add(-14), 9, "old")    // before both weeks
	on(today.Add(-6), 22, "big")
	on(today, 5, "new")
	on(today, 2, "an accident")
	on(today, 3, "fading")
	on(today, 3, "old")
	on(today.Add(1), 9, "tomorrow")
	rising, err := db.RisingTags(ctx, today, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rising {
		got = append(got, fmt.Sprintf("%s +%d of %d", r.Name, r.Gain, r.Papers))
	}
	if want := []string{"new +5 of 5", "old +3 of 12", "big +2 of 42"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if few, err := db.RisingTags(ctx, today, 2); err != nil || len(few) != 2 || few[0].Name != "new" || few[1].Name != "old" {
		t.Errorf("the noise of a big tag stands before a new one's start: %+v, %v", few, err)
	}
	if none, err := db.RisingTags(ctx, "2020-01-01", 10); err != nil || len(none) > 0 {
		t.Errorf("%+v, %v", none, err)
	}
}

func TestTagQueue(t *testing.T) {
	db, ctx := open(t), context.Background()
	queue := func(counted bool, want ...store.PaperID) {
		t.Helper()
		got, _, err := db.TagQueue(ctx, counted, 0, 10)
		if err != nil || !slices.Equal(ids(got), want) {
			t.Errorf("counted %t: %v, %v; want %v", counted, ids(got), err, want)
		}
	}
	one, two, three := store.PaperID("2605.00001"), store.PaperID("2605.00002"), store.PaperID("2605.00003")
	ingest(t, db, paper(1), paper(2), paper(3))
	queue(false, one, two, three)
	if few, _, err := db.TagQueue(ctx, false, 0, 2); err != nil || !slices.Equal(ids(few), []store.PaperID{one, two}) {
		t.Errorf("%v, %v", ids(few), err)
	}
	if state, err := db.TaggerState(ctx); state != nil || err != nil {
		t.Errorf("%v, %v", state, err)
	}
	if err := db.SetCounted(ctx, []store.PaperID{one, two, "gone"}, []byte("state"), false); err != nil {
		t.Fatal(err)
	}
	if state, err := db.TaggerState(ctx); string(state) != "state" || err != nil {
		t.Errorf("%q, %v", state, err)
	}
	queue(false, three)
	queue(true, one, two)
	if err := db.SetMinedTags(ctx, []store.MinedTags{{ID: one, Tags: []string{"Mined", "mined", " "}}, {ID: "gone"}, {ID: two}}); err != nil {
		t.Fatal(err)
	}
	queue(true)
	if p := get(t, db, one); !slices.Equal(p.MinedTags, []string{"Mined"}) {
		t.Errorf("mined %q", p.MinedTags)
	}
	p := paper(1)
	p.SourceVotes++ // no text
	ingest(t, db, p)
	queue(true)
	p.Abstract = "About something else."
	ingest(t, db, p)
	queue(true, one)
	queue(false, three)
	changed := paper(3) // not yet counted, so it stays uncounted
	changed.Title = "Another title"
	ingest(t, db, changed)
	queue(false, three)
	if err := db.SetCounted(ctx, nil, []byte("new state"), true); err != nil {
		t.Fatal(err)
	}
	queue(true, one, two)
	queue(false, three)
	healthy(t, db)
}
