package words

import (
	"bytes"
	"cmp"
	"slices"
)

// keyClass is the keys of one class in a segment.
type keyClass struct {
	from   uint32            // the ordinal of the first
	keys   []string          // in their order
	places map[string]uint32 // of each among them
}

// class reads the keys of a class, once for all searches.
func (s *segment) class(name string) *keyClass {
	if c, ok := s.classes.Load(name); ok {
		return c.(*keyClass)
	}
	c := &keyClass{places: map[string]uint32{}}
	start, at := []byte(keyMark+name+":"), dictCursor{dict: &s.dict}
	for found := at.seek(start); found && at.ordinal < s.keys && bytes.HasPrefix(at.term, start); found = at.next() {
		if len(c.keys) == 0 {
			c.from = uint32(at.ordinal)
		}
		key := string(at.term[len(keyMark):])
		c.places[key] = uint32(len(c.keys))
		c.keys = append(c.keys, key)
	}
	s.classes.Store(name, c)
	return c
}

// classCounts are the numbers of matches in a view that have each key of a class.
type classCounts struct {
	*keyClass
	counts []uint32 // by place
}

// classesOf readies counting classes in a view. No key of them has the ordinal end or a greater one.
func classesOf(v *view, names []string) (all []classCounts, end uint32) {
	for _, name := range names {
		c := v.class(name)
		all = append(all, classCounts{c, make([]uint32, len(c.keys))})
		end = max(end, c.from+uint32(len(c.keys)))
	}
	return all, end
}

// added adds up the views' counts of a class, the most frequent keys first. With a limit, that many at most, of those that
// are among the spare first of a view.
func added(views []classCounts, limit int) []KeyCount {
	const spare = 3
	totals := map[string]int{}
	for i := range views {
		least := views[i].nth(spare * limit)
		for place, n := range views[i].counts {
			if n >= least {
				totals[views[i].keys[place]] = 0
			}
		}
	}
	all := make([]KeyCount, 0, len(totals))
	for key := range totals {
		n := 0
		for i := range views {
			if place, ok := views[i].places[key]; ok {
				n += int(views[i].counts[place])
			}
		}
		all = append(all, KeyCount{key, n})
	}
	slices.SortFunc(all, func(a, b KeyCount) int {
		return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Key, b.Key))
	})
	if limit > 0 {
		all = all[:min(limit, len(all))]
	}
	return all
}

// nth is the n-th largest of the counts, at least 1; 1 when n is 0.
func (c *classCounts) nth(n int) uint32 {
	var most []uint32
	for _, count := range c.counts {
		if count > 0 {
			most = keepBest(most, count, n, func(a, b uint32) int { return cmp.Compare(b, a) })
		}
	}
	if n == 0 || len(most) < n {
		return 1
	}
	return most[n-1]
}
