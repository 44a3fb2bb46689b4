package meaning

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func numbers(hits []Hit) []uint32 {
	var n []uint32
	for _, h := range hits {
		n = append(n, h.Number)
	}
	return n
}

func TestFuse(t *testing.T) {
	for name, c := range map[string]struct {
		words, meaning []Hit
		want           []uint32
	}{
		"nothing":      {nil, nil, nil},
		"words":        {[]Hit{{1, 9}, {2, 8}}, nil, []uint32{1, 2}},
		"meaning":      {nil, []Hit{{4, 0.9}, {3, 0.1}}, []uint32{4, 3}},
		"both agree":   {[]Hit{{1, 9}, {2, 8}}, []Hit{{1, 0.9}, {2, 0.8}}, []uint32{1, 2}},
		"one decides":  {[]Hit{{1, 9}, {2, 8.9}}, []Hit{{2, 0.9}, {3, 0.8}, {1, 0.1}}, []uint32{2, 1, 3}},
		"far away":     {[]Hit{{1, 9}}, []Hit{{2, -0.1}, {1, -0.2}}, []uint32{1, 2}},
		"equal scores": {[]Hit{{7, 1}, {5, 1}}, nil, []uint32{5, 7}},
	} {
		if got := numbers(Fuse(c.words, c.meaning, 10)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

// TestFuseKeepsOrder: what is ahead in both lists is ahead in the mix, and every paper of either list is in it once.
func TestFuseKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.MapOf(rapid.Uint32Range(0, 50), rapid.Float32Range(-1, 30))
		words, meaning := scores.Draw(t, "words"), scores.Draw(t, "meaning")
		list := func(m map[uint32]float32) (hits []Hit) {
			for n, s := range m {
				hits = append(hits, Hit{n, s})
			}
			return best(hits, len(hits))
		}
		mix := Fuse(list(words), list(meaning), 1000)
		place := map[uint32]int{}
		for i, h := range mix {
			place[h.Number] = i + 1
		}
		for n := range words {
			if place[n] == 0 {
				t.Fatalf("%d is lost", n)
			}
			for m := range words {
				if meaning[n] > meaning[m] && words[n] > words[m] && place[n] > place[m] && max(words[n], 0) > max(words[m], 0) {
					t.Fatalf("%d behind %d", n, m)
				}
			}
		}
		for n := range meaning {
			if place[n] == 0 {
				t.Fatalf("%d is lost", n)
			}
		}
		if len(mix) != len(place) {
			t.Fatal("a paper comes twice")
		}
	})
}

func TestFeedback(t *testing.T) {
	a, b := []float32{1, 0, 0}, []float32{0, 1, 0}
	if v := Feedback(a, nil); !slices.Equal(v, a) {
		t.Error(v)
	}
	if v := Feedback(nil, [][]float32{nil, b}); !slices.Equal(v, b) {
		t.Error(v)
	}
	if v := Feedback(a, [][]float32{b}); abs(v[0]-v[1]) > 1e-6 || !slices.Equal(a, []float32{1, 0, 0}) {
		t.Error(v, a)
	}
	if Feedback(nil, nil) != nil {
		t.Error("a vector of nothing")
	}
}
