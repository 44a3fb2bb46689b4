package words

import "slices"

// view is a segment with the documents that are still good in it; neither changes.
type view struct {
	*segment
	live     []uint64 // a bit per place; nil when all are good
	dead     int
	liveFile string // where live is kept; "" when it is nil or not kept yet
}

func (v *view) good(place int) bool {
	return v.live == nil || v.live[place/64]>>(place%64)&1 != 0
}

func (v *view) docsLeft() int { return v.docs - v.dead }

// without is the view less some of its places; the view itself when it has none of them.
func (v *view) without(places []int) *view {
	var less *view
	for _, p := range places {
		if !v.good(p) || less != nil && !less.good(p) {
			continue
		}
		if less == nil {
			less = &view{segment: v.segment, dead: v.dead, live: slices.Clone(v.live)}
			if less.live == nil {
				less.live = make([]uint64, (v.docs+63)/64)
				for i := range less.live {
					less.live[i] = ^uint64(0)
				}
			}
		}
		less.live[p/64] &^= 1 << (p % 64)
		less.dead++
	}
	if less == nil {
		return v
	}
	return less
}

// without takes documents, by their numbers, out of all views. A view without documents goes altogether.
func without(views []*view, numbers []uint32) []*view {
	kept := make([]*view, 0, len(views)+1)
	var places []int
	for _, v := range views {
		places = places[:0]
		for _, n := range numbers {
			if p, ok := v.place(n); ok {
				places = append(places, p)
			}
		}
		if v = v.without(places); v.docsLeft() > 0 {
			kept = append(kept, v)
		}
	}
	return kept
}
