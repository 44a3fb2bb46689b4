package card

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
)

func testAlbum(t testing.TB, limit int64) *Album {
	t.Helper()
	a, err := newAlbum(limit, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *Album) mustPNG(t testing.TB, d Drawing) []byte {
	t.Helper()
	data, err := a.PNG(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestAlbumKeeps asks for the same picture again, and for more than the album has room for.
func TestAlbumKeeps(t *testing.T) {
	a := testAlbum(t, 100_000)
	first := a.mustPNG(t, Paper{Title: "First"})
	if again := a.mustPNG(t, Paper{Title: "First"}); &again[0] != &first[0] {
		t.Error("the picture was drawn twice")
	}
	for i := range 30 {
		a.mustPNG(t, Paper{Title: "Number " + strconv.Itoa(i)})
		held := int64(0)
		for _, picture := range a.kept.Values() {
			held += int64(len(picture))
		}
		if a.bytes != held || held > 100_000 || held == 0 {
			t.Fatalf("%d bytes are kept, %d counted", held, a.bytes)
		}
	}
	if last := a.mustPNG(t, Paper{Title: "First"}); !bytes.Equal(last, first) || &last[0] == &first[0] {
		t.Error("the first picture is still kept, or has become another")
	}
}

func TestAlbumKeepsNothing(t *testing.T) {
	a := testAlbum(t, 0)
	a.mustPNG(t, Paper{Title: "First"})
	if a.bytes != 0 || a.kept.Len() != 0 {
		t.Errorf("%d bytes in %d pictures are kept", a.bytes, a.kept.Len())
	}
}

// TestPicturesKeys tells pictures apart.
func TestPicturesKeys(t *testing.T) {
	a := testAlbum(t, 0)
	keys := map[string]string{}
	for name, d := range drawings {
		key := a.Key(d)
		if other, ok := keys[key]; ok {
			t.Errorf("%s and %s have one key", name, other)
		}
		keys[key] = name
		if a.Key(d) != key {
			t.Errorf("%s has two keys", name)
		}
	}
	if a.Key(Paper{}) == a.Key(Listing{}) {
		t.Error("a paper and a listing without anything have one key")
	}
}

// TestPensAreBusy asks for a picture while all pens draw: one waits, and gives up when the request ends; the picture is
// drawn when there is a pen again.
func TestPensAreBusy(t *testing.T) {
	a := testAlbum(t, 1<<20)
	var held []*pen
	for range pens {
		held = append(held, <-a.pens)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.PNG(ctx, Paper{Title: "Waits"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	for _, p := range held {
		a.pens <- p
	}
	a.mustPNG(t, Paper{Title: "Waits"})
}

// TestManyAskAtOnce has many draw a few pictures at once; each gets the whole and right one.
func TestManyAskAtOnce(t *testing.T) {
	a, alone := testAlbum(t, 1<<20), testAlbum(t, 0)
	var group sync.WaitGroup
	for name, d := range drawings {
		want := alone.mustPNG(t, d)
		for range 8 {
			group.Go(func() {
				got, err := a.PNG(t.Context(), d)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: %d bytes, %v", name, len(got), err)
				}
			})
		}
	}
	group.Wait()
	if len(a.pens) != pens {
		t.Errorf("%d pens are back", len(a.pens))
	}
}

type breaks struct{ Listing }

func (breaks) draw(p *pen) {
	p.fill(0, 0, 100, 100, inkOnSheet)
	panic("a broken font")
}

// TestBrokenDrawing has a drawing panic; the next one is drawn on a clean page.
func TestBrokenDrawing(t *testing.T) {
	a := testAlbum(t, 0)
	for range pens + 1 {
		if _, err := a.PNG(t.Context(), breaks{}); err == nil {
			t.Fatal("no error")
		}
	}
	for range pens {
		if !bytes.Equal(a.mustPNG(t, drawings["paper"]), testAlbum(t, 0).mustPNG(t, drawings["paper"])) {
			t.Error("the page was not clean")
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	a := testAlbum(b, 0)
	for _, name := range []string{"paper", "large", "day"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a.mustPNG(b, drawings[name])
			}
		})
	}
}

func BenchmarkKept(b *testing.B) {
	a := testAlbum(b, 1<<20)
	b.ReportAllocs()
	for b.Loop() {
		a.mustPNG(b, drawings["paper"])
	}
}
