package tagger

import (
	"bytes"
	"math/rand"
	"slices"
	"testing"
)

// ReadTags and Count come to what Tags and Add do.
func TestReadingOnce(t *testing.T) {
	papers := load(t, "testdata/papers.jsonl")
	once, twice := New(), New()
	for _, p := range append(papers, papers...) {
		tags, reading := once.ReadTags(p.Title, p.Abstract)
		if want := twice.Tags(p.Title, p.Abstract); !slices.Equal(tags, want) {
			t.Fatalf("%s: %q, want %q", p.ID, tags, want)
		}
		once.Read("Something else (SE)", "in between") // which must not reach what was read
		once.Count(reading)
		twice.Add(p.Title, p.Abstract)
	}
	got, _ := once.MarshalBinary()
	if want, err := twice.MarshalBinary(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the models differ, %v", err)
	}
}

func TestFindAll(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	p, hashes := newPhrases(), make([]uint64, 5000)
	for i := range hashes {
		hashes[i] = rng.Uint64() &^ (1<<32 - 1 - 255) // few places, many neighbours
		if i%3 > 0 && p.find(hashes[i]) < 0 {
			p.insert(hashes[i])
		}
	}
	for i, at := range p.findAll(nil, len(hashes), func(i int) uint64 { return hashes[i] }) {
		if want := p.find(hashes[i]); int(at) != want || at >= 0 && p.list[at].hash != hashes[i] || at < 0 && i%3 > 0 {
			t.Fatalf("%d: at %d, want %d", i, at, want)
		}
	}
}
