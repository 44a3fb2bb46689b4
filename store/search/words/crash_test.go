package words

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// childDir names the directory that a child process, the test binary run again, writes an index in until it is killed.
const childDir = "WORDS_TEST_CHILD_DIR"

// crashBatch is what the writer puts in before the commit of a number: it follows from the number alone.
func crashBatch(seq int64) (docs []Doc, removed []uint32) {
	r := rand.New(rand.NewPCG(uint64(seq), 3))
	for range 1 + r.IntN(40) {
		docs = append(docs, someDoc(r, r.Uint32N(uint32(10*seq))))
	}
	return docs, []uint32{r.Uint32N(uint32(10 * seq))}
}

func child(dir string) {
	idx, err := Open(dir, "crash")
	for seq := idx.Seq() + 1; err == nil; seq++ {
		docs, removed := crashBatch(seq)
		if err = idx.Update(docs, removed); err == nil {
			err = idx.Commit(seq)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// checkCrashed opens an index and compares it with what was committed under its number.
func checkCrashed(t *testing.T, dir string) int64 {
	t.Helper()
	idx, err := Open(dir, "crash")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	if err := idx.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := model{}
	for seq := int64(1); seq <= idx.Seq(); seq++ {
		want.update(crashBatch(seq))
	}
	stats := statisticsOf(idx)
	for _, query := range []Node{All{}, Term{Text: "t"}, Any{Term{Text: "tab"}, Term{"v", Title}}, Key{"a:1"}, Range{Votes, 3, 5}} {
		o := Options{Limit: maxHits, Total: true}
		got, err := idx.Search(context.Background(), query, o)
		if err != nil {
			t.Fatal(err)
		}
		all, counts := want.search(stats, query, o)
		var hits []Hit
		for _, r := range all {
			hits = append(hits, Hit{r.number, float64(r.value) * scoreUnit})
		}
		if !reflect.DeepEqual(got.Counts, counts) || len(hits) > 0 && !reflect.DeepEqual(got.Hits, hits) {
			t.Fatalf("seq %d, %#v: %d hits, want %d", idx.Seq(), query, len(got.Hits), len(hits))
		}
	}
	return idx.Seq()
}

// Whenever a writer is killed, the index is as it was committed last, and the next writer goes on from there.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	idx, err := Create(dir, "crash")
	if err != nil {
		t.Fatal(err)
	}
	idx.Close()
	before := int64(0)
	for range 20 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+rand.IntN(200)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); cmd.ProcessState.Exited() {
			t.Fatalf("the writer ended by itself: %v", err)
		}
		seq := checkCrashed(t, dir)
		if seq < before {
			t.Fatalf("seq went from %d back to %d", before, seq)
		}
		before = seq
	}
	t.Log("commits:", before)
}

// Copies of the directory, made while it is written, hold some committed state: the manifest is copied first, as it names
// only what is there already.
func TestCopyWhileWriting(t *testing.T) {
	dir := t.TempDir()
	idx, err := Create(dir, "crash")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		defer close(done)
		for seq := int64(1); seq <= 60; seq++ {
			if err := idx.Update(crashBatch(seq)); err != nil {
				done <- err
				return
			}
			if err := idx.Commit(seq); err != nil {
				done <- err
				return
			}
		}
	}()
	for copied := 0; ; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			if err := idx.Close(); err != nil {
				t.Fatal(err)
			}
			if seq := checkCrashed(t, dir); seq != 60 {
				t.Fatalf("seq is %d", seq)
			}
			if copied == 0 {
				t.Error("no copy succeeded")
			}
			return
		default:
		}
		to := filepath.Join(t.TempDir(), strconv.Itoa(copied))
		if copyIndex(dir, to) == nil {
			checkCrashed(t, to)
			copied++
		}
	}
}

// copyIndex copies what the manifest names; it fails when some of it has gone meanwhile.
func copyIndex(from, to string) error {
	m, raw, err := readManifest(from)
	if err != nil {
		return err
	}
	files := []string{m.Votes.File}
	for _, s := range m.Segments {
		files = append(files, s.File, s.Live)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range files {
		if name == "" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), b, 0o644)
		}
		if err != nil {
			return err
		}
	}
	// What a writer had begun is there, too, and does no harm.
	for _, name := range []string{"009999.segment", "manifest.new"} {
		if err := os.WriteFile(filepath.Join(to, name), []byte("half"), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(to, manifestName), raw, 0o644)
}
