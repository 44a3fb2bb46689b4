package meaning

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRotation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for _, dimensions := range []int{1, 57, 64, 256, 384, 768, 1000, 3072} {
		turn := newRotation(width(dimensions))
		a, b := gaussian(r, nil, 1, dimensions), gaussian(r, nil, 1, dimensions)
		normalise(a)
		normalise(b)
		ta, tb := turn.rotate(a), turn.rotate(b)
		if got, want := dot(ta, tb), dot(a, b); abs(got-want) > 1e-4 {
			t.Errorf("%d dimensions: inner product %f, was %f", dimensions, got, want)
		}
		for i, x := range turn.restore(ta)[:dimensions] {
			if abs(x-a[i]) > 1e-4 {
				t.Fatalf("%d dimensions: number %d comes back as %f, was %f", dimensions, i, x, a[i])
			}
		}
	}
}

func abs(x float32) float32 { return max(x, -x) }

func TestRecall(t *testing.T) {
	for _, c := range []struct{ papers, dimensions int }{{50, 30}, {20_000, Dimensions}, {5_000, 384}} {
		r := rand.New(rand.NewPCG(2, 0))
		vectors := clustered(r, c.papers, 40, c.dimensions)
		x := filled(t, vectors)
		if got := recallOf(t, x, vectors, vectors[:30], 10); got < 0.95 {
			t.Errorf("%d papers, %d dimensions: finds %.3f of the nearest 10", c.papers, c.dimensions, got)
		}
		hits, err := x.Near(context.Background(), 7, 5, nil)
		if err != nil || len(hits) != 5 {
			t.Fatal(hits, err)
		}
		if want := nearest(vectors, vectors[7], 2)[1].Number; hits[0].Number != want {
			t.Errorf("paper %d is nearest to 7, not %d", want, hits[0].Number)
		}
		if hits, err = x.Near(context.Background(), 1_000_000, 5, nil); err != nil || hits != nil {
			t.Error(hits, err)
		}
	}
}

// TestScoresAreExact holds scores against cosines, up to the background that is taken off all alike.
func TestScoresAreExact(t *testing.T) {
	vectors := clustered(rand.New(rand.NewPCG(3, 0)), 1000, 10, Dimensions)
	x := filled(t, vectors)
	hits, err := x.Search(context.Background(), vectors[0], len(vectors), nil)
	if err != nil || len(hits) != len(vectors) {
		t.Fatal(len(hits), err)
	}
	if hits[0].Number != 0 || abs(hits[0].Score-1) > 0.01 {
		t.Errorf("the same is %v", hits[0])
	}
	background := dot(x.rotation.rotate(vectors[0]), x.manifest.Centre)
	for _, h := range hits {
		if cosine := h.Score*(1-background) + background; abs(cosine-dot(vectors[0], vectors[h.Number])) > 0.005 {
			t.Fatalf("paper %d: cosine %f, exactly %f", h.Number, cosine, dot(vectors[0], vectors[h.Number]))
		}
	}
	scores, err := x.Scores(vectors[0], []uint32{hits[500].Number, 77_777, hits[3].Number})
	if err != nil || !slices.Equal(scores, []Hit{hits[500], hits[3]}) {
		t.Error(scores, err)
	}
}

func TestAccept(t *testing.T) {
	vectors := clustered(rand.New(rand.NewPCG(4, 0)), 30_000, 40, Dimensions)
	x := filled(t, vectors)
	for _, every := range []uint32{1, 2, 50, 5000} {
		accept := func(n uint32) bool { return n%every == 0 }
		hits, err := x.Search(context.Background(), vectors[1], 5, accept)
		if err != nil {
			t.Fatal(err)
		}
		var want []Hit
		for _, h := range nearest(vectors, vectors[1], len(vectors)) {
			if accept(h.Number) && len(want) < 5 {
				want = append(want, h)
			}
		}
		if len(hits) != 5 || hits[0].Number != want[0].Number || hits[4].Number != want[4].Number && every > 2 {
			t.Errorf("every %d: %v, exactly %v", every, hits, want)
		}
	}
	if hits, err := x.Search(context.Background(), vectors[1], 5, func(uint32) bool { return false }); err != nil || len(hits) > 0 {
		t.Error(hits, err)
	}
}

// TestIndexIsAMap changes, commits, closes and opens an index at random and holds it against a map.
func TestIndexIsAMap(t *testing.T) {
	pool := clustered(rand.New(rand.NewPCG(5, 0)), 40, 40, 64)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "meaning")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		x, err := Create(dir, "m", 64)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { x.Close() }()
		now, committed, seq := map[uint32]int{}, map[uint32]int{}, int64(0)
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) {
				var changes []Change
				for range rapid.IntRange(0, 8).Draw(t, "changes") {
					number, v := rapid.Uint32Range(0, 20).Draw(t, "number"), rapid.IntRange(-1, len(pool)-1).Draw(t, "vector")
					if v < 0 {
						changes = append(changes, Change{Number: number})
						delete(now, number)
					} else {
						changes = append(changes, Change{number, pool[v]})
						now[number] = v
					}
				}
				if err := x.Update(changes); err != nil {
					t.Fatal(err)
				}
			},
			"commit": func(t *rapid.T) {
				seq++
				if err := x.Commit(seq); err != nil {
					t.Fatal(err)
				}
				committed = map[uint32]int{}
				for n, v := range now {
					committed[n] = v
				}
			},
			"rewrite": func(t *rapid.T) {
				if err := errors.Join(x.begin(), x.rewrite()); err != nil {
					t.Fatal(err)
				}
			},
			"reopen": func(t *rapid.T) {
				if err := x.Close(); err != nil {
					t.Fatal(err)
				}
				if x, err = Open(dir, "m", 64); err != nil {
					t.Fatal(err)
				}
				now = map[uint32]int{}
				for n, v := range committed {
					now[n] = v
				}
			},
			"": func(t *rapid.T) {
				if x.Len() != len(now) || x.Seq() != seq {
					t.Fatalf("%d papers, seq %d; want %d, %d", x.Len(), x.Seq(), len(now), seq)
				}
				if err := x.Verify(); err != nil {
					t.Fatal(err)
				}
				for n := range uint32(21) {
					v, ok := now[n]
					if x.Contains(n) != ok || ok && dot(x.Vector(n), pool[v]) < 0.999 {
						t.Fatalf("paper %d", n)
					}
				}
				hits, err := x.Search(context.Background(), pool[0], 100, nil)
				if err != nil || len(hits) != len(now) {
					t.Fatalf("%d of %d hits: %v", len(hits), len(now), err)
				}
			},
		})
	})
}

func TestUnchangedVectorsCostNothing(t *testing.T) {
	vectors := clustered(rand.New(rand.NewPCG(6, 0)), 200, 10, 64)
	x := filled(t, vectors)
	slots := x.files.slots
	for range 3 {
		if err := x.Update([]Change{{5, vectors[5]}, {9, vectors[9]}}); err != nil {
			t.Fatal(err)
		}
	}
	if x.files.slots != slots {
		t.Errorf("%d slots were %d", x.files.slots, slots)
	}
}

func TestDeadSlotsGo(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 0))
	x := filled(t, clustered(r, 500, 10, 64))
	for round := range 8 {
		var changes []Change
		for i, v := range clustered(r, 500, 10, 64) {
			changes = append(changes, Change{uint32(i), v})
		}
		if err := errors.Join(x.Update(changes), x.Commit(int64(round))); err != nil {
			t.Fatal(err)
		}
	}
	if x.Len() != 500 || x.files.slots > 500+fewDead+250 {
		t.Errorf("%d papers in %d slots", x.Len(), x.files.slots)
	}
	if names := namesIn(t, x.dir); len(names) != 3+2 { // and manifest and lock
		t.Errorf("files: %v", names)
	}
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestUpdateRefuses(t *testing.T) {
	x := filled(t, clustered(rand.New(rand.NewPCG(8, 0)), 20, 2, 64))
	nan := make([]float32, 64)
	nan[3] = float32(math.NaN())
	for name, c := range map[string]Change{
		"dimension": {1, make([]float32, 63)}, "zero": {1, make([]float32, 64)}, "NaN": {1, nan}, "number": {1 << 31, gaussian(rand.New(rand.NewPCG(1, 1)), nil, 1, 64)},
	} {
		if err := x.Update([]Change{{2, nil}, c}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if x.Len() != 20 {
		t.Error("a refused update changed something")
	}
	if _, err := x.Search(context.Background(), make([]float32, 3), 5, nil); err == nil {
		t.Error("a question of the wrong dimension was answered")
	}
}

func TestOpenRefuses(t *testing.T) {
	vectors := clustered(rand.New(rand.NewPCG(9, 0)), 2000, 10, 64)
	x := filled(t, vectors)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(context.Background(), vectors[0], 5, nil); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("search when closed: %v", err)
	}
	if err := x.Update([]Change{{1, vectors[0]}}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("update when closed: %v", err)
	}
	try := func(name string, want error, identity string, dimensions int, harm func(dir string)) {
		t.Helper()
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(x.dir)); err != nil {
			t.Fatal(err)
		}
		harm(dir)
		y, err := Open(dir, identity, dimensions)
		if err == nil {
			err = y.Verify()
			y.Close()
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	try("whole", nil, "test", 64, func(string) {})
	try("foreign", ErrForeign, "other", 64, func(string) {})
	try("dimensions", ErrForeign, "test", 32, func(string) {})
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == lockName {
			continue
		}
		missing := ErrDamaged
		if e.Name() == manifestName {
			missing = fs.ErrNotExist
		}
		try(e.Name()+" gone", missing, "test", 64, func(dir string) { os.Remove(filepath.Join(dir, e.Name())) })
		try(e.Name()+" cut", ErrDamaged, "test", 64, func(dir string) { os.Truncate(filepath.Join(dir, e.Name()), 100) })
		try(e.Name()+" harmed", ErrDamaged, "test", 64, func(dir string) {
			path := filepath.Join(dir, e.Name())
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			raw[len(raw)/2] ^= 1
			if err := os.WriteFile(path, raw, 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestSearchBesideUpdates looks for a paper that stays while everything around it changes.
func TestSearchBesideUpdates(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 0))
	vectors := clustered(r, 3000, 10, 64)
	x := filled(t, vectors)
	ctx, cancel := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				hits, err := x.Search(context.Background(), vectors[0], 1, nil)
				if err != nil || len(hits) != 1 || hits[0].Number != 0 {
					t.Errorf("%v, %v", hits, err)
					return
				}
				x.Near(context.Background(), 5, 3, nil)
			}
		})
	}
	for round := range 12 {
		var changes []Change
		for i, v := range clustered(r, 800, 10, 64) {
			changes = append(changes, Change{uint32(1 + i), v})
		}
		if err := errors.Join(x.Update(changes), x.Commit(int64(round))); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	readers.Wait()
}

// TestKill kills a process that fills an index, again and again, and looks at what it left. The process says on standard
// output what it has committed.
func TestKill(t *testing.T) {
	if dir := os.Getenv("MEANING_FILL"); dir != "" {
		fillForever(dir)
	}
	dir := filepath.Join(t.TempDir(), "index")
	x, err := Create(dir, "kill", 64)
	if err != nil {
		t.Fatal(err)
	}
	x.Close()
	last := int64(0)
	for round := range 20 {
		var said strings.Builder
		child := exec.Command(os.Args[0], "-test.run=^TestKill$")
		child.Env, child.Stdout, child.Stderr = append(os.Environ(), "MEANING_FILL="+dir), &said, os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+13*round) * time.Millisecond)
		child.Process.Kill()
		child.Wait()
		for line := range strings.Lines(said.String()) {
			if n, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64); err == nil && strings.HasSuffix(line, "\n") {
				last = n
			}
		}
		x, err := Open(dir, "kill", 64)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if x.Seq() < last {
			t.Errorf("round %d: seq %d was committed, %d is there", round, last, x.Seq())
		}
		if err := x.Verify(); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		for n := range uint32(killPapers) {
			if at := lastTouch(n, x.Seq()); x.Contains(n) != (at > 0) || at > 0 && dot(x.Vector(n), killVector(n, at)) < 0.999 {
				t.Fatalf("round %d, seq %d: paper %d is not what change %d made it", round, x.Seq(), n, at)
			}
		}
		x.Close()
	}
	if last == 0 {
		t.Skip("the process never came to a commit on this machine")
	}
	t.Logf("%d commits", last)
}

const killPapers = 700

// lastTouch is the last change up to seq of a paper: change s is of the papers from 97·s on, 300 of them, in a circle.
func lastTouch(number uint32, seq int64) int64 {
	for s := seq; s > max(0, seq-killPapers); s-- {
		if (int64(number)-97*s%killPapers+killPapers)%killPapers < 300 {
			return s
		}
	}
	return 0
}

func killVector(number uint32, seq int64) []float32 {
	v := gaussian(rand.New(rand.NewPCG(uint64(number), uint64(seq))), nil, 1, 64)
	normalise(v)
	return v
}

func killChanges(seq int64) (changes []Change) {
	for i := range int64(300) {
		number := uint32((97*seq + i) % killPapers)
		changes = append(changes, Change{number, killVector(number, seq)})
	}
	return changes
}

func fillForever(dir string) {
	x, err := Open(dir, "kill", 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for seq := x.Seq() + 1; ; seq++ {
		if err := errors.Join(x.Update(killChanges(seq)), x.Commit(seq)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(seq)
	}
}
