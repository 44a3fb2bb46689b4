package words

import (
	"bytes"
	"cmp"
	"slices"
)

// keyClass is the keys of one class in a segment.
type keyClass struct {
	from uint32   // the ordinal of the first
	keys []string // in their order
}

// class reads the keys of a class, once for all searches.
func (s *segment) class(name string) *keyClass {
	if c, ok := s.classes.Load(name); ok {
		return c.(*keyClass)
	}
	c := &keyClass{}
	start, at := []byte(keyMark+name+":"), dictCursor{dict: &s.dict}
	for found := at.seek(start); found && at.ordinal < s.keys && bytes.HasPrefix(at.term, start); found = at.next() {
		if len(c.keys) == 0 {
			c.from = uint32(at.ordinal)
		}
		c.keys = append(c.keys, string(at.term[len(keyMark):]))
	}
	s.classes.Store(name, c)
	return c
}

// classTable is the keys of one class in a snapshot.
type classTable struct {
	keys  []string
	views []classView
}

// classView says where the keys of a view are in the table.
type classView struct {
	from   uint32   // the ordinal of the first
	places []uint32 // of each
}

// class makes the table of a class, once for all searches.
func (s *snapshot) class(name string) *classTable {
	if t, ok := s.classes.Load(name); ok {
		return t.(*classTable)
	}
	t := &classTable{views: make([]classView, len(s.views))}
	places := map[string]uint32{}
	for i, v := range s.views {
		c := v.class(name)
		t.views[i] = classView{c.from, make([]uint32, len(c.keys))}
		for k, key := range c.keys {
			place, ok := places[key]
			if !ok {
				place = uint32(len(t.keys))
				places[key] = place
				t.keys = append(t.keys, key)
			}
			t.views[i].places[k] = place
		}
	}
	s.classes.Store(name, t)
	return t
}

// tables are those of some classes.
func (s *snapshot) tables(names []string) []*classTable {
	tables := make([]*classTable, len(names))
	for i, name := range names {
		tables[i] = s.class(name)
	}
	return tables
}

// counted are the keys that have been counted, by their places, the most frequent first; with a limit, that many at most.
func (t *classTable) counted(counts []uint32, limit int) []KeyCount {
	if limit == 0 {
		limit = len(t.keys)
	}
	var most []KeyCount
	for place, n := range counts {
		if n > 0 {
			most = keepBest(most, KeyCount{t.keys[place], int(n)}, limit, func(a, b KeyCount) int {
				return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Key, b.Key))
			})
		}
	}
	return slices.Clip(most)
}
