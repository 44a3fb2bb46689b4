package meaning

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func opened(t *testing.T, dir, identity string) *Index {
	t.Helper()
	x, err := Open(dir, identity, 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// TestReadersBesideWriter opens an index that another one writes.
func TestReadersBesideWriter(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 0))
	vectors := clustered(r, 600, 10, 64)
	writer := filled(t, vectors[:500])
	dir := writer.dir
	reader := opened(t, dir, "test")
	if err := reader.Update([]Change{{600, vectors[0]}}); !errors.Is(err, ErrBusy) {
		t.Errorf("update beside a writer: %v", err)
	}
	if err := reader.Commit(5); !errors.Is(err, ErrBusy) {
		t.Errorf("commit beside a writer: %v", err)
	}
	if _, err := Create(dir, "other", 64); !errors.Is(err, ErrBusy) {
		t.Errorf("create beside a writer: %v", err)
	}
	if err := writer.Update([]Change{{0, nil}, {500, vectors[500]}}); err != nil {
		t.Fatal(err)
	}
	uncommitted := opened(t, dir, "test")
	if err := errors.Join(writer.rewrite(), writer.Commit(2)); err != nil {
		t.Fatal(err)
	}
	committed := opened(t, dir, "test")
	for _, c := range []struct {
		name  string
		index *Index
		seq   int64
		first bool
	}{{"first", reader, 1, true}, {"uncommitted", uncommitted, 1, true}, {"committed", committed, 2, false}} {
		x := c.index
		if x.Seq() != c.seq || x.Len() != 500 || x.Contains(0) != c.first || x.Contains(500) == c.first {
			t.Errorf("%s: seq %d, %d papers", c.name, x.Seq(), x.Len())
		}
		if hits, err := x.Search(context.Background(), vectors[7], 1, nil); err != nil || hits[0].Number != 7 {
			t.Errorf("%s: %v, %v", c.name, hits, err)
		}
		if err := x.Verify(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := reader.Update(nil); !errors.Is(err, ErrBusy) {
		t.Errorf("update of what another has changed: %v", err)
	}
	if err := committed.Update([]Change{{0, vectors[0]}}); err != nil {
		t.Errorf("update after the writer: %v", err)
	}
	if !committed.Contains(0) || !reader.Contains(0) || uncommitted.Contains(500) {
		t.Error("one index's update shows in another")
	}
}

// TestOpenWritesNothing opens an index whose writer was killed.
func TestOpenWritesNothing(t *testing.T) {
	vectors := clustered(rand.New(rand.NewPCG(21, 0)), 300, 10, 64)
	x := filled(t, vectors[:200])
	if err := x.Update([]Change{{250, vectors[250]}}); err != nil {
		t.Fatal(err)
	}
	if err := x.rewrite(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(x.dir)); err != nil {
		t.Fatal(err)
	}
	before := namesIn(t, dir)
	if err := os.Remove(filepath.Join(dir, lockName)); err != nil {
		t.Fatal(err)
	}
	y := opened(t, dir, "test")
	if y.Len() != 200 || y.Verify() != nil {
		t.Errorf("%d papers, %v", y.Len(), y.Verify())
	}
	if got := append(namesIn(t, dir), lockName); !slices.Equal(slices.Sorted(slices.Values(got)), before) {
		t.Errorf("files %v, were %v", got, before)
	}
	if err := errors.Join(y.Update([]Change{{299, vectors[299]}}), y.Commit(9), y.Close()); err != nil {
		t.Fatal(err)
	}
	if y = opened(t, dir, "test"); y.Len() != 201 || y.Contains(250) || !y.Contains(299) || y.Verify() != nil {
		t.Errorf("%d papers, %v", y.Len(), y.Verify())
	}
	if names := namesIn(t, dir); len(names) != 3+2 {
		t.Errorf("files: %v", names)
	}
}

// TestOpenBesideProcess opens an index again and again while another process fills and rewrites it.
func TestOpenBesideProcess(t *testing.T) {
	if dir := os.Getenv("MEANING_REWRITE"); dir != "" {
		rewriteForever(dir)
	}
	dir := filepath.Join(t.TempDir(), "index")
	x, err := Create(dir, "kill", 64)
	if err != nil {
		t.Fatal(err)
	}
	x.Close()
	child := exec.Command(os.Args[0], "-test.run=^TestOpenBesideProcess$")
	child.Env, child.Stderr = append(os.Environ(), "MEANING_REWRITE="+dir), os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		child.Process.Kill()
		child.Wait()
	}()
	busy, seqs := 0, map[int64]bool{}
	for until := time.Now().Add(time.Second); time.Now().Before(until) || len(seqs) < 3; {
		if time.Now().After(until.Add(30 * time.Second)) {
			t.Skip("the process is too slow on this machine")
		}
		x, err := Open(dir, "kill", 64)
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Verify(); err != nil {
			t.Fatal(err)
		}
		for n := uint32(0); n < killPapers; n += 50 {
			if at := lastTouch(n, x.Seq()); x.Contains(n) != (at > 0) || at > 0 && dot(x.Vector(n), killVector(n, at)) < 0.999 {
				t.Fatalf("seq %d: paper %d is not what change %d made it", x.Seq(), n, at)
			}
		}
		if err := x.Update(nil); errors.Is(err, ErrBusy) {
			busy++
		} else if err != nil || x.Seq() > 0 {
			t.Fatalf("seq %d: an update beside a writer: %v", x.Seq(), err)
		}
		seqs[x.Seq()] = true
		x.Close()
	}
	t.Logf("opened at %d commits, busy %d times", len(seqs), busy)
}

func rewriteForever(dir string) {
	x, err := Open(dir, "kill", 64)
	for seq := int64(1); err == nil; seq++ {
		if err = x.Update(killChanges(seq)); err == nil {
			err = errors.Join(x.rewrite(), x.Commit(seq))
		}
		if errors.Is(err, ErrBusy) && seq == 1 { // the test was first
			x.Close()
			x, err = Open(dir, "kill", 64)
			seq = 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestFileCutOff takes the files away from under an open index, which a mapping answers with a fault.
func TestFileCutOff(t *testing.T) {
	vectors := clustered(rand.New(rand.NewPCG(22, 0)), 70_000, 10, 64)
	for i, kind := range fileKinds {
		x := filled(t, vectors)
		if err := os.Truncate(filepath.Join(x.dir, fmt.Sprintf("%d.%s", x.manifest.Generation, kind)), 0); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Search(context.Background(), vectors[1], 5, nil); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: search says %v", kind, err)
		}
		if err := x.Verify(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: verify says %v", kind, err)
		}
		if err := x.rewrite(); i != signsFile && !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: rewrite says %v", kind, err)
		}
		if i == bytesFile {
			if _, err := x.Near(context.Background(), 3, 5, nil); !errors.Is(err, ErrDamaged) {
				t.Errorf("near says %v", err)
			}
			if x.Vector(3) != nil {
				t.Error("a vector out of nothing")
			}
			if _, err := x.Scores(vectors[1], []uint32{2}); !errors.Is(err, ErrDamaged) {
				t.Errorf("scores say %v", err)
			}
			if err := x.Update([]Change{{3, vectors[3]}}); !errors.Is(err, ErrDamaged) {
				t.Errorf("update says %v", err)
			}
		}
		if err := x.Close(); err != nil { // nothing is locked for ever
			t.Error(err)
		}
		if _, err := Open(x.dir, "test", 64); !errors.Is(err, ErrDamaged) || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: open says %v", kind, err)
		}
	}
}
