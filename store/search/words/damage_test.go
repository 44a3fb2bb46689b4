package words

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

var damageQueries = []Node{
	All{}, Term{Text: "t"}, Term{"ta", Title}, Phrase{Terms: []string{"t", "u"}}, Prefix{Text: "ta"}, Key{"a:1"},
	All{Term{Text: "t"}, Term{Text: "u"}, Not{Term{Text: "v"}}}, Any{Term{Text: "t1"}, Term{Text: "ux"}},
	AtLeast{2, []Node{Term{Text: "t"}, Term{Text: "u"}, Term{Text: "v"}}}, Range{Day, 20000, 20020}, Range{Votes, 1, 5},
}

func damageAnswers(idx *Index) (answers []Result, err error) {
	for _, q := range damageQueries {
		for order := range ByVotes + 1 {
			r, err := idx.Search(context.Background(), q, Options{Order: order, Limit: 30, Total: true, Months: true, Keys: []string{"a"}})
			if err != nil {
				return nil, err
			}
			answers = append(answers, r)
		}
		set, err := idx.Matching(context.Background(), q)
		if err != nil {
			return nil, err
		}
		answers = append(answers, Result{Counts: Counts{Total: set.Len()}})
	}
	values, err := idx.Values([]uint32{0, 7, 100, 499})
	if err != nil {
		return nil, err
	}
	answers = append(answers, Result{Counts: Counts{Total: len(values)}})
	_, err = idx.Similar("tabx", 2, 5)
	return answers, err
}

// damageIndex is an index with every kind of file.
func damageIndex(t testing.TB) (dir string, want []Result) {
	dir = t.TempDir()
	idx, err := Create(dir, "damage")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	r := rand.New(rand.NewPCG(4, 4))
	for seq := range int64(2) {
		var docs []Doc
		for range 300 {
			docs = append(docs, someDoc(r, r.Uint32N(500)))
		}
		if err := errors.Join(idx.Update(docs, []uint32{7}), idx.Commit(seq+1)); err != nil {
			t.Fatal(err)
		}
	}
	if want, err = damageAnswers(idx); err != nil {
		t.Fatal(err)
	}
	return dir, want
}

// A byte that has changed is noticed by Open or by Verify, and nothing that is done with it panics.
func TestDamagedByte(t *testing.T) {
	dir, want := damageIndex(t)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for _, f := range files {
		path := filepath.Join(dir, f.Name())
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range min(len(whole), 300) {
			at, bit := r.IntN(len(whole)), byte(1)<<r.IntN(8)
			b := append([]byte(nil), whole...)
			b[at] ^= bit
			replaceFile(t, path, b)
			tryDamaged(t, dir, want, f.Name(), at)
		}
		for range 20 {
			replaceFile(t, path, whole[:r.IntN(len(whole)+1)])
			tryDamaged(t, dir, want, f.Name(), -1)
		}
		replaceFile(t, path, whole)
	}
	tryDamaged(t, dir, want, "", 0)
}

func replaceFile(t *testing.T, path string, b []byte) {
	if err := errors.Join(os.Remove(path), os.WriteFile(path, b, 0o644)); err != nil {
		t.Fatal(err)
	}
}

func tryDamaged(t *testing.T, dir string, want []Result, file string, at int) {
	t.Helper()
	idx, err := Open(dir, "damage")
	if err != nil {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) {
			t.Fatalf("%s at %d: open says %v", file, at, err)
		}
		return
	}
	defer idx.Close()
	got, err := damageAnswers(idx)
	if err != nil && !errors.Is(err, ErrDamaged) {
		t.Fatalf("%s at %d: search says %v", file, at, err)
	}
	verified := idx.Verify(context.Background())
	if verified != nil && !errors.Is(verified, ErrDamaged) {
		t.Fatalf("%s at %d: verify says %v", file, at, verified)
	}
	if verified == nil && (err != nil || !reflect.DeepEqual(got, want)) {
		t.Fatalf("%s at %d: verify finds nothing, search says %v", file, at, err)
	}
}

// A merge does not make damage look good.
func TestMergeOfDamage(t *testing.T) {
	dir, _ := damageIndex(t)
	m, _, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, m.Segments[0].File)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/3] ^= 1
	replaceFile(t, path, b)
	idx, err := Open(dir, "damage")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	snap := idx.acquire()
	defer snap.release()
	idx.output = "009999.segment"
	if _, err := idx.mergeFiles(snap.views); !errors.Is(err, ErrDamaged) {
		t.Errorf("merge says %v", err)
	}
}

// Nothing panics, whatever a segment's file holds before a right end.
func FuzzSegment(f *testing.F) {
	dir, _ := damageIndex(f)
	m, _, err := readManifest(dir)
	if err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, m.Segments[0].File))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("anything"), uint32(0), false)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, uint32(4000), true)
	f.Fuzz(func(t *testing.T, patch []byte, at uint32, valid bool) {
		data := patch
		if valid { // a right footer behind wrong sections
			data = append([]byte(nil), whole...)
			copy(data[int(at)%(len(data)-footerSize):len(data)-footerSize], patch)
		}
		s, err := openSegment("fuzz", data, nil)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		idx := newIndex(t.TempDir(), "")
		defer idx.Close()
		defer func() {
			if r := recover(); r != nil {
				t.Fatal(r)
			}
		}()
		idx.current.Store(newSnapshot([]*view{{segment: s}}, nil))
		if _, err := damageAnswers(idx); err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
	})
}
