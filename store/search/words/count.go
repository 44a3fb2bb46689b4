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
	countMatches = 1 << 14 // documents whose keys or months are looked at
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

// counter counts the matches of a query in some segments.
type counter struct {
	options Options
	total   int
	tables  []*classTable
	keys    [][]uint32 // of each table, by place
	days    map[int32]int
}

func newCounter(o Options, tables []*classTable) *counter {
	c := &counter{options: o, tables: tables, keys: make([][]uint32, len(tables)), days: map[int32]int{}}
	for i, t := range tables {
		c.keys[i] = make([]uint32, len(t.keys))
	}
	return c
}

// count counts what a query matches, within about so much work and so many matches looked at.
func (s *snapshot) count(ctx context.Context, query Node, o Options, work, matches int) (Counts, error) {
	looks := o.Months || len(o.Keys) > 0
	jobs := newPlan(s, false).jobs(query)
	all, most := 0, 0
	for _, j := range jobs {
		all += j.work()
		most += j.most()
	}
	// Every n-th step is looked at.
	n := max(1, (all+work-1)/work)
	if looks {
		n = max(n, (most+matches-1)/matches)
	}
	exact, steps, taken := 0, 0, 0
	sampled := jobs[:0]
	for _, j := range jobs {
		if t, ok := j.matcher.(*term); ok && !looks && j.live == nil {
			exact += t.df
			continue
		}
		in := (j.docs + sampleStep - 1) / sampleStep
		j.first = (n - steps%n) % n // so that the steps of all segments are one row
		taken += max(0, (in-j.first+n-1)/n)
		steps += in
		sampled = append(sampled, j)
	}
	tables := s.tables(o.Keys)
	counters, err := share(sampled, func() *counter { return newCounter(o, tables) },
		func(c *counter, j *job) error { return c.count(ctx, j, n) })
	if err != nil {
		return Counts{}, err
	}
	factor := 1.0
	if n > 1 && taken > 0 {
		factor = float64(steps) / float64(taken)
	}
	r := sum(counters).result(exact, factor)
	r.Estimated = n > 1 && taken > 0
	return r, nil
}

// sum adds up counters.
func sum(counters []*counter) *counter {
	c := counters[0]
	for _, other := range counters[1:] {
		c.total += other.total
		for i, counts := range other.keys {
			for place, n := range counts {
				c.keys[i][place] += n
			}
		}
		for day, n := range other.days {
			c.days[day] += n
		}
	}
	return c
}

// count counts in every n-th step of a view from the job's first on.
func (c *counter) count(ctx context.Context, j *job, n int) error {
	v, x := j.view, j.matcher
	m := newMatches()
	defer matchesPool.Put(m)
	width := uint32(sampleStep)
	if n == 1 {
		width = window
	}
	classes, end := make([]classView, len(c.tables)), uint32(0)
	for i, t := range c.tables {
		classes[i] = t.views[j.at]
		end = max(end, classes[i].from+uint32(len(classes[i].places)))
	}
	day, days := int32(0), 0 // as many documents in a row are of one day
	for lo := uint32(j.first * sampleStep); lo < uint32(v.docs); {
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
						if class := &classes[i]; o-class.from < uint32(len(class.places)) {
							c.keys[i][class.places[o-class.from]]++
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
	return nil
}

func (c *counter) addDay(day int32, n int) {
	if n > 0 {
		c.days[day] += n
	}
}

func (c *counter) result(exact int, factor float64) Counts {
	scale := func(n int) int { return int(math.Round(float64(n) * factor)) }
	r := Counts{Total: exact + scale(c.total)}
	if len(c.keys) > 0 {
		r.Keys = map[string][]KeyCount{}
	}
	for i, counts := range c.keys {
		keys := c.tables[i].counted(counts, c.options.KeyLimit)
		for k := range keys {
			keys[k].Documents = scale(keys[k].Documents)
		}
		if len(keys) > 0 {
			r.Keys[c.options.Keys[i]] = keys
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
