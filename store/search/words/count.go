package words

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// What counting may cost before a sample has to do.
const (
	countWork    = 1 << 20 // postings to read
	countMatches = 1 << 15 // documents whose keys or months are looked at
)

// sampleStep is the number of neighbouring places that are in a sample together.
const sampleStep = 256

// Counts are numbers of matching documents.
type Counts struct {
	Total     int
	Estimated bool                  // counted in a sample spread evenly over all documents, and multiplied
	Keys      map[string][]KeyCount // by class, the most frequent first
	Months    []MonthCount          // the oldest first
}

// KeyCount is how many of the matching documents have a key.
type KeyCount struct {
	Key       string
	Documents int
}

// MonthCount is how many of the matching documents have a Day in a month.
type MonthCount struct {
	Year      int
	Month     time.Month
	Documents int
}

// counter counts the matches of a query over all segments.
type counter struct {
	options Options
	total   int
	keys    []classCounts // of each class and view
	days    map[int32]int
}

// count counts what a query matches, within about so much work and so many matches looked at.
func (s *snapshot) count(ctx context.Context, query Node, o Options, work, matches int) (Counts, error) {
	c := counter{options: o, days: map[int32]int{}}
	looks := o.Months || len(o.Keys) > 0
	p := newPlan(s, false)
	compiled := make([]matcher, len(s.views))
	all, most := 0, 0
	for i := range s.views {
		if compiled[i] = p.compile(query, i); compiled[i] != nil {
			all += compiled[i].work()
			most += compiled[i].most()
		}
	}
	// Every n-th step is looked at.
	n := max(1, (all+work-1)/work)
	if looks {
		n = max(n, (most+matches-1)/matches)
	}
	var steps, taken, exact int
	for i, v := range s.views {
		if t, ok := compiled[i].(*term); ok && !looks && v.live == nil {
			exact += t.df
			continue
		}
		in := (v.docs + sampleStep - 1) / sampleStep
		first := (n - steps%n) % n // so that the steps of all segments are one row
		if compiled[i] != nil {
			if err := c.view(ctx, v, compiled[i], first, n); err != nil {
				return Counts{}, err
			}
		}
		taken += max(0, (in-first+n-1)/n)
		steps += in
	}
	factor := 1.0
	if n > 1 && taken > 0 {
		factor = float64(steps) / float64(taken)
	}
	r := c.result(exact, factor)
	r.Estimated = n > 1 && taken > 0
	return r, nil
}

// view counts every n-th step of a view from the first on.
func (c *counter) view(ctx context.Context, v *view, x matcher, first, n int) error {
	m := newMatches()
	defer matchesPool.Put(m)
	width := uint32(sampleStep)
	if n == 1 {
		width = window
	}
	classes := c.classes(v)
	end := uint32(0)
	for _, class := range classes {
		end = max(end, class.to)
	}
	day, days := int32(0), 0 // as many documents in a row are of one day
	for lo := uint32(first * sampleStep); lo < uint32(v.docs); {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n == 1 {
			if lo = x.next(lo); lo >= uint32(v.docs) {
				break
			}
		}
		hi := min(lo+width, uint32(v.docs))
		m.n = 0
		x.enter(lo, hi)
		x.produce(m, 0)
		for _, doc := range m.docs[:m.n] {
			if !v.good(int(doc)) {
				continue
			}
			c.total++
			if c.options.Months {
				if d := v.day(int(doc)); d != day {
					c.addDay(day, days)
					day, days = d, 0
				}
				days++
			}
			if len(classes) > 0 {
				v.eachKey(int(doc), func(o uint32) bool {
					for i := range classes {
						if class := &classes[i]; o-class.from < uint32(len(class.counts)) {
							class.counts[o-class.from]++
						}
					}
					return o < end
				})
			}
		}
		if lo += uint32(n) * sampleStep; n == 1 {
			lo = hi
		}
	}
	c.addDay(day, days)
	c.keys = append(c.keys, classes...)
	return nil
}

func (c *counter) addDay(day int32, n int) {
	if n > 0 {
		c.days[day] += n
	}
}

// classCounts are the numbers of matches in a view that have each key of a class.
type classCounts struct {
	view     *view
	class    string
	from, to uint32 // ordinals
	counts   []uint32
}

// name adds the names of the keys that have most matches, all of them when n is 0, to names.
func (c *classCounts) name(n int, names map[string]int) {
	least := uint32(1)
	if n > 0 {
		least = c.nth(n)
	}
	var at dictCursor
	for i, count := range c.counts {
		if count < least {
			continue
		}
		ordinal := int(c.from) + i
		if at.dict == nil || ordinal/dictBlock != at.ordinal/dictBlock {
			at = c.view.dict.before(ordinal)
		}
		for at.ordinal < ordinal {
			at.next()
		}
		names[string(at.term[len(keyMark):])] = 0
	}
}

// nth is the n-th largest of the counts, at least 1.
func (c *classCounts) nth(n int) uint32 {
	var some []uint32
	for _, count := range c.counts {
		if count > 0 {
			some = append(some, count)
		}
	}
	if len(some) <= n {
		return 1
	}
	slices.Sort(some)
	return some[len(some)-n]
}

// of is how many matches have a key.
func (c *classCounts) of(key string) int {
	at := dictCursor{dict: &c.view.dict}
	if !at.seek([]byte(keyMark+key)) || string(at.term) != keyMark+key || uint32(at.ordinal)-c.from >= uint32(len(c.counts)) {
		return 0
	}
	return int(c.counts[uint32(at.ordinal)-c.from])
}

// keyCounts adds up the views' counts. With a limit, only keys that are among the spare first of a view are looked at.
func (c *counter) keyCounts() map[string]int {
	const spare = 3
	names := map[string]int{}
	for i := range c.keys {
		c.keys[i].name(spare*c.options.KeyLimit, names)
	}
	for key := range names {
		for i := range c.keys {
			if c.keys[i].class == class(key) {
				names[key] += c.keys[i].of(key)
			}
		}
	}
	return names
}

func (c *counter) classes(v *view) []classCounts {
	var classes []classCounts
	at := func(text string) uint32 {
		cur := dictCursor{dict: &v.dict}
		if !cur.seek([]byte(text)) {
			return uint32(v.keys)
		}
		return uint32(min(cur.ordinal, v.keys))
	}
	for _, class := range c.options.Keys {
		if from, to := at(keyMark+class+":"), at(keyMark+class+";"); from < to { // ';' comes after ':'
			classes = append(classes, classCounts{v, class, from, to, make([]uint32, to-from)})
		}
	}
	return classes
}

func (c *counter) result(exact int, factor float64) Counts {
	scale := func(n int) int { return int(math.Round(float64(n) * factor)) }
	r := Counts{Total: exact + scale(c.total)}
	if len(c.options.Keys) > 0 {
		r.Keys = map[string][]KeyCount{}
	}
	for key, n := range c.keyCounts() {
		r.Keys[class(key)] = append(r.Keys[class(key)], KeyCount{key, scale(n)})
	}
	for class, keys := range r.Keys {
		slices.SortFunc(keys, func(a, b KeyCount) int {
			return cmp.Or(cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Key, b.Key))
		})
		if limit := c.options.KeyLimit; limit > 0 {
			r.Keys[class] = keys[:min(limit, len(keys))]
		}
	}
	type month struct {
		year  int
		month time.Month
	}
	months := map[month]int{}
	for day, n := range c.days {
		t := time.Unix(int64(day)*24*60*60, 0).UTC()
		months[month{t.Year(), t.Month()}] += n
	}
	for m, n := range months {
		r.Months = append(r.Months, MonthCount{m.year, m.month, scale(n)})
	}
	slices.SortFunc(r.Months, func(a, b MonthCount) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month))
	})
	return r
}
