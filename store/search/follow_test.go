package search_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"recto/store"
	"recto/store/search"
)

// shared words give a model something to learn from.
var topics = [][]string{
	{"galaxy", "star", "telescope", "redshift", "cosmology", "dust"},
	{"protein", "cell", "enzyme", "folding", "membrane", "gene"},
	{"robot", "grasp", "policy", "controller", "joint", "gripper"},
	{"theorem", "lemma", "manifold", "curvature", "proof", "bundle"},
}

// library is n papers about four topics in turn.
func library(from, n int) []store.Paper {
	var papers []store.Paper
	for i := from; i < from+n; i++ {
		topic := topics[i%len(topics)]
		word := func(k int) string { return topic[(i/len(topics)+k*k)%len(topic)] }
		papers = append(papers, paper(store.PaperID(fmt.Sprintf("2401.%05d", i+1)), fmt.Sprintf("On the %s of a %s", word(0), word(1)),
			fmt.Sprintf("We look at the %s and the %s, then at a %s with its %s. Number n%d.", word(1), word(2), word(3), word(4), i)))
	}
	return papers
}

func check(t testing.TB, x *search.Index) []string {
	t.Helper()
	findings, err := x.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range findings {
		all = append(all, f.Check)
	}
	return all
}

func TestFollowing(t *testing.T) {
	db, x := indexed(t, shelf()...)
	ctx := context.Background()
	reader, err := db.AddReader(ctx, "ada", "correct horse", store.RoleReader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetVote(ctx, reader.ID, "2503.00004", true); err != nil {
		t.Fatal(err)
	}
	changed := shelf()[0]
	changed.Title = "Renamed for whales"
	put(t, db, changed, paper("2504.00001", "A new one about whales", ""))
	if s, err := x.Status(ctx); err != nil || s.Behind != 3 || len(check(t, x)) > 0 {
		t.Errorf("before: %+v, %v", s, check(t, x))
	}
	build(t, x)
	if got := check(t, x); len(got) > 0 {
		t.Errorf("after: %v", got)
	}
	for text, want := range map[string][]string{
		"votes:1":      {"2503.00004"},
		"whales":       {"2501.00001", "2504.00001"},
		"ti:few-shot":  {},
		"abs:detector": {"2501.00001"},
	} {
		if got := byWords(find(t, x, text)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestFollowWhileServing(t *testing.T) {
	db := newDB(t, library(0, 40)...)
	x := open(t, db, t.TempDir(), options())
	ctx, stop := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() { x.Follow(ctx) })
	await(t, "the library", func() bool { return find(t, x, "galaxy OR protein OR robot OR theorem").Total > 0 })
	put(t, db, paper("2504.00001", "A zeppelin", ""))
	await(t, "the zeppelin", func() bool { return find(t, x, "zeppelin").Total == 1 })
	await(t, "the end", func() bool {
		s, err := x.Status(context.Background())
		return err == nil && !s.Building && s.Vectors > 0
	})
	stop()
	following.Wait()
	if s, err := x.Status(context.Background()); err != nil || s.Behind != 0 || s.Papers != 41 {
		t.Errorf("%+v, %v: what was followed is not kept", s, err)
	}
}

// Papers that are removed leave the index, by words and by either kind of vectors, also when nobody followed meanwhile.
func TestFollowingRemovals(t *testing.T) {
	e, dir := newEndpoint(t), t.TempDir()
	db, ctx := newDB(t, append(library(0, 40), paper("2504.00001", "A zeppelin galaxy", "A star and a telescope, with redshift and dust."))...), context.Background()
	x := open(t, db, dir, e.options())
	build(t, x)
	if s, err := x.Status(ctx); err != nil || s.Papers != 41 || s.Vectors != 41 || find(t, x, "zeppelin").Total != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	meant := func(text string) []string {
		r, err := x.Search(ctx, search.Request{Text: text, Limit: 60, By: search.ByMeaning})
		if err != nil {
			t.Fatal(err)
		}
		return ids(r.Hits)
	}
	if !slices.Contains(meant("galaxy star"), "2504.00001") {
		t.Fatal("it isn't found by meaning")
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.RemovePaper(ctx, "2504.00001", ""); err != nil {
		t.Fatal(err)
	}
	x = open(t, db, dir, e.options())
	if s, err := x.Status(ctx); err != nil || s.Behind != 1 || len(check(t, x)) > 0 {
		t.Errorf("before: %+v, %v, %v", s, check(t, x), err)
	}
	if r := find(t, x, "zeppelin"); slices.Contains(ids(r.Hits), "2504.00001") {
		t.Errorf("found %v before the index knows", ids(r.Hits))
	}
	build(t, x)
	if s, err := x.Status(ctx); err != nil || s.Papers != 40 || s.Vectors != 40 || s.Behind != 0 || len(check(t, x)) > 0 {
		t.Errorf("after: %+v, %v, %v", s, check(t, x), err)
	}
	if r := find(t, x, "zeppelin"); r.Total != 0 || slices.Contains(meant("galaxy star"), "2504.00001") {
		t.Errorf("%d found, and by meaning %v", r.Total, meant("galaxy star"))
	}
	if got := search.SpokenVectors(x); got != 40 {
		t.Errorf("%d embeddings", got)
	}
	if _, err := db.RestorePaper(ctx, "2504.00001"); err != nil {
		t.Fatal(err)
	}
	put(t, db, paper("2504.00001", "A zeppelin galaxy", "A star and a telescope, with redshift and dust."))
	build(t, x)
	if r := find(t, x, "zeppelin"); r.Total != 1 || len(check(t, x)) > 0 {
		t.Errorf("%d found again", r.Total)
	}
}

// await waits for what happens in the background.
func await(t testing.TB, what string, happened func() bool) {
	t.Helper()
	for range 600 {
		if happened() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestOpenAgain(t *testing.T) {
	dir := t.TempDir()
	db := newDB(t, library(0, 40)...)
	x := open(t, db, dir, options())
	build(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, db, paper("2504.00001", "A zeppelin", ""))
	x = open(t, db, dir, options())
	if s, err := x.Status(context.Background()); err != nil || s.Papers != 40 || s.Vectors != 40 || s.Behind != 1 || s.Building {
		t.Errorf("%+v, %v", s, err)
	}
	build(t, x)
	if r := find(t, x, "zeppelin"); r.Total != 1 {
		t.Errorf("found %d", r.Total)
	}
}

// damages are what may happen to the files of an index.
func damages(t testing.TB, dir string) map[string]func() {
	each := func(do func(path string, size int64) error) func() {
		return func() {
			err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
				if err != nil || info.IsDir() || info.Size() == 0 {
					return err
				}
				return do(path, info.Size())
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	overwrite := func(at func(size int64) int64) func() {
		return each(func(path string, size int64) error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b[at(size)] ^= 0xff
			return os.WriteFile(path, b, 0o644)
		})
	}
	return map[string]func(){
		"first bytes changed":  overwrite(func(int64) int64 { return 0 }),
		"middle bytes changed": overwrite(func(size int64) int64 { return size / 2 }),
		"last bytes changed":   overwrite(func(size int64) int64 { return size - 1 }),
		"cut in half":          each(func(path string, size int64) error { return os.Truncate(path, size/2) }),
		"emptied":              each(func(path string, size int64) error { return os.Truncate(path, 0) }),
		"removed":              func() { os.RemoveAll(dir) },
	}
}

// TestDamage finds everything again after whatever happens to the files while nobody has them open: at the latest at the
// second try, since what lies inside a file shows when it is read.
func TestDamage(t *testing.T) {
	db := newDB(t, library(0, 60)...)
	for name := range damages(t, "") {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x := open(t, db, dir, options())
			build(t, x)
			want := find(t, x, "galaxy telescope").Total
			if err := x.Close(); err != nil || want == 0 {
				t.Fatal(want, err)
			}
			damages(t, dir)[name]()
			var log bytes.Buffer
			o := options()
			var mu sync.Mutex
			o.Log = slog.New(slog.NewTextHandler(locked{&mu, &log}, nil))
			x = open(t, db, dir, o)
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			followed := make(chan struct{})
			go func() {
				defer close(followed)
				x.Follow(ctx)
			}()
			await(t, "the search", func() bool {
				r := find(t, x, "galaxy telescope") // fails the test at any error
				return r.Total == want && len(r.Hits) >= want
			})
			stop()
			<-followed
			mu.Lock()
			defer mu.Unlock()
			if name != "removed" && !strings.Contains(log.String(), "anew") && len(check(t, x)) == 0 && strings.Contains(name, "cut") {
				t.Error("nothing was logged")
			}
		})
	}
}

// TestDamageWhileOpen cuts the files under an index that has written them.
func TestDamageWhileOpen(t *testing.T) {
	db, dir := newDB(t, library(0, 60)...), t.TempDir()
	x := open(t, db, dir, options())
	ctx, stop := context.WithCancel(context.Background())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		x.Follow(ctx)
	}()
	want := 0
	await(t, "the index", func() bool {
		want = find(t, x, "galaxy telescope").Total
		s, err := x.Status(ctx)
		return err == nil && want > 0 && s.Behind == 0 && s.Vectors == 60 // all on disk
	})
	damages(t, dir)["cut in half"]()
	await(t, "the end of the old index", func() bool { return find(t, x, "galaxy telescope").Total != want || len(check(t, x)) > 0 })
	await(t, "the new index", func() bool { return find(t, x, "galaxy telescope").Total == want && len(check(t, x)) == 0 })
	stop()
	<-followed
}

type locked struct {
	mu *sync.Mutex
	w  *bytes.Buffer
}

func (l locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

func TestForeignCatalogue(t *testing.T) {
	dir := t.TempDir()
	first := newDB(t, library(0, 40)...)
	x := open(t, first, dir, options())
	build(t, x)
	x.Close()
	other := newDB(t, shelf()...)
	x = open(t, other, dir, options())
	if r := find(t, x, "galaxy"); r.Total != 0 {
		t.Errorf("papers of another catalogue: %v", ids(r.Hits))
	}
	build(t, x)
	if r := find(t, x, "robot"); r.Total != 2 {
		t.Errorf("found %d", r.Total)
	}
}

func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	db := newDB(t, library(0, 40)...)
	writer := open(t, db, dir, options())
	build(t, writer)
	reader := open(t, db, dir, options())
	put(t, db, paper("2504.00001", "A zeppelin", ""))
	build(t, writer)
	if err := reader.Build(context.Background(), nil); err == nil || !strings.Contains(err.Error(), search.ErrBusy.Error()) {
		t.Errorf("the second one writes, too: %v", err)
	}
	if r := find(t, reader, "galaxy"); r.Total == 0 {
		t.Error("the second one finds nothing")
	}
	ctx, stop := context.WithCancel(context.Background())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		reader.Follow(ctx)
	}()
	await(t, "what the other has committed", func() bool { return find(t, reader, "zeppelin").Total == 1 })
	stop()
	<-followed
}

func TestLearningAgain(t *testing.T) {
	dir := t.TempDir()
	db := newDB(t, library(0, 40)...)
	x := open(t, db, dir, options())
	build(t, x)
	near := func() []store.PaperID {
		p, err := db.Paper(context.Background(), "2401.00001")
		if err != nil {
			t.Fatal(err)
		}
		papers, err := x.Related(context.Background(), &p, 0, 5)
		if err != nil {
			t.Fatal(err)
		}
		var all []store.PaperID
		for _, p := range papers {
			all = append(all, p.ID)
		}
		return all
	}
	for _, id := range near() {
		if n := id[len(id)-2:]; (int(n[0]-'0')*10+int(n[1]-'0'))%4 != 1 {
			t.Errorf("%s is about something else", id)
		}
	}
	put(t, db, library(40, 100)...)
	build(t, x)
	if s, err := x.Status(context.Background()); err != nil || s.Papers != 140 || s.Vectors != 140 {
		t.Errorf("%+v, %v", s, err)
	}
	if got := near(); len(got) != 5 || slices.Contains(got, "2401.00001") {
		t.Errorf("related: %v", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "meaning.next")); err == nil {
		t.Error("the old model's successor was left beside it")
	}
	x.Close()
	x = open(t, db, dir, options())
	if s, err := x.Status(context.Background()); err != nil || s.Vectors != 140 || s.Behind != 0 {
		t.Errorf("opened again: %+v, %v", s, err)
	}
}

func TestByMeaning(t *testing.T) {
	_, x := indexed(t, append(library(0, 200), paper("2504.00001", "Of stars", "A star and nothing else of the sky."))...)
	r, err := x.Search(context.Background(), search.Request{Text: "redshift cosmology telescope", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	meant := map[string]int{}
	for _, h := range r.Hits {
		meant[h.Why]++
	}
	if meant["by meaning"] == 0 {
		t.Errorf("nothing by meaning: %v", meant)
	}
	for i, h := range r.Hits[:min(20, len(r.Hits))] {
		if !strings.Contains(strings.Join(topics[0], " "), strings.Fields(h.Title)[2]) {
			t.Errorf("place %d: %s", i, h.Title)
		}
	}
}

func TestPriorIsSmall(t *testing.T) {
	old, new := on("2001-01-01"), on("2026-05-31")
	_, x := indexed(t, append(library(0, 40),
		paper("2504.00001", "Zeppelin flight", "The flight of a zeppelin.", old),
		paper("2504.00002", "Zeppelin flight", "The flight of a zeppelin.", new),
		paper("2504.00003", "Zeppelin flight", "The flight of a zeppelin.", old, votes(500)),
		paper("2504.00004", "Airships", "Some say that a zeppelin is a kind of ship in flight, among very many other things.", new, votes(5000)))...)
	got := ids(find(t, x, "zeppelin flights").Hits)
	if len(got) < 4 || !slices.Equal(got[:4], []string{"2504.00002", "2504.00003", "2504.00001", "2504.00004"}) {
		t.Errorf("%v", got)
	}
}

func TestCheckFinds(t *testing.T) {
	path := t.TempDir() + "/test.db"
	db := openDB(t, path)
	put(t, db, library(0, 20)...)
	x := open(t, db, t.TempDir(), options())
	build(t, x)
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	put(t, db, paper("2504.00001", "A zeppelin", ""), paper("2504.00002", "A balloon", ""))
	for _, wrong := range []struct{ query, want string }{
		{`DELETE FROM changes WHERE seq IN (SELECT seq FROM changes ORDER BY seq DESC LIMIT 1)`, "search index has all papers"},
		{`DELETE FROM papers WHERE id IN (3, 5, 22)`, "search index has no other papers"},
	} {
		if _, err := raw.Exec(wrong.query); err != nil {
			t.Fatal(err)
		}
		build(t, x)
		if got := check(t, x); !slices.Equal(got, []string{wrong.want}) {
			t.Errorf("%s: %q, want %q", wrong.query, got, wrong.want)
		}
	}
}
