package words

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
)

// What is forgotten leaves the memory, and is there when it is needed again.
func TestForget(t *testing.T) {
	if residentFiles() == 0 {
		t.Skip("not known on this system")
	}
	idx, err := Create(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	r := rand.New(rand.NewPCG(8, 8))
	var docs []Doc
	for n := range uint32(60_000) {
		docs = append(docs, someDoc(r, n))
	}
	if err := errors.Join(idx.Update(docs, nil), idx.Commit(1), idx.Verify(context.Background())); err != nil {
		t.Fatal(err)
	}
	answers := func() Result {
		found, err := idx.Search(context.Background(), Term{Text: "t"}, Options{Limit: 1000, Total: true})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	before, want := residentFiles(), answers()
	snap := idx.acquire()
	defer snap.release()
	for _, v := range snap.views {
		if v.unmap == nil {
			t.Fatal("a segment is in memory alone")
		}
		forget(v.data)
	}
	if gone, size := before-residentFiles(), int(idx.Stats().Bytes); gone < size/2 {
		t.Errorf("%d bytes left the memory, of %d", gone, size)
	}
	if got := answers(); !reflect.DeepEqual(got, want) {
		t.Errorf("%d hits, were %d", len(got.Hits), len(want.Hits))
	}
}
