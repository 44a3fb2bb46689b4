package synth

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"recto/store"
)

// What arXiv's history was like.
const (
	years        = 30
	yearlyGrowth = 1.112 // from a thousand papers a month in 1995 to 24,000 in 2025
	newStyle     = store.Day("2007-04-01")
	fiveDigits   = store.Day("2015-01-01")
)

// The most papers of one month that ids can name. Old ids number each archive's papers from 001 to 999.
const (
	oldMonth      = 9_000
	fourDigits    = 9_999
	fiveDigitMost = 99_999
)

// archives are those that old ids begin with, and how many in a thousand of a month's papers each is given. None has so
// many that oldMonth papers would need more than 999 numbers.
var archives = []struct {
	name  string
	share int
}{
	{"astro-ph", 110}, {"cond-mat", 110}, {"hep-ph", 110}, {"hep-th", 110}, {"math", 110}, {"quant-ph", 90}, {"gr-qc", 80},
	{"physics", 60}, {"cs", 60}, {"hep-ex", 40}, {"hep-lat", 40}, {"nucl-th", 40}, {"math-ph", 20}, {"nlin", 10}, {"q-bio", 10},
}

// calendar says on which day each of n papers was submitted.
type calendar struct {
	days   []store.Day
	first  []int // the number of each day's first paper, and n at the end
	months []int // the number of the first paper of each day's month

	turns, before []int // see takeTurns
}

// dayFacts are what the real papers say about days.
type dayFacts struct {
	counts map[store.Day]int
}

// last is the newest day.
func (f dayFacts) last() store.Day {
	last := store.Day("2025-12-31")
	if len(f.counts) > 0 {
		last = ""
	}
	for day := range f.counts {
		last = max(last, day)
	}
	return last
}

// weekdays are how many papers a Sunday, Monday, … has on average, with 1 for the mean of all days; and how unevenly: the
// standard deviation of the logarithm around that.
func (f dayFacts) weekdays() (weights [7]float64, spread float64) {
	weights = [7]float64{0.35, 1.2, 1.3, 1.3, 1.3, 1.1, 0.45}
	spread = 0.15
	if len(f.counts) < 10 {
		return weights, spread
	}
	from, to := f.last(), f.last()
	for day := range f.counts {
		from = min(from, day)
	}
	var sums, days [7]float64
	for day := from; day <= to; day = day.Add(1) {
		// A stretch without papers is one that nobody read, not one in which nobody wrote.
		if f.counts[day] == 0 && f.counts[day.Add(-1)]+f.counts[day.Add(1)]+f.counts[day.Add(2)]+f.counts[day.Add(-2)] == 0 {
			continue
		}
		weekday := day.Time().Weekday()
		sums[weekday] += float64(f.counts[day])
		days[weekday]++
	}
	mean := 0.0
	for i := range sums {
		weights[i] = sums[i] / max(days[i], 1)
		mean += weights[i] / 7
	}
	for i := range weights {
		weights[i] = weights[i] / mean
	}
	var squares, n float64
	for day, count := range f.counts {
		if usual := weights[day.Time().Weekday()] * mean; count > 0 && usual > 5 {
			squares += math.Pow(math.Log(float64(count)/usual), 2)
			n++
		}
	}
	if n > 5 {
		spread = min(math.Sqrt(squares/n), 0.5)
	}
	return weights, spread
}

// newCalendar spreads n papers over the years up to the newest real day.
func newCalendar(n int, facts dayFacts, seed uint64) (*calendar, error) {
	weights, spread := facts.weekdays()
	last := facts.last()
	begin := store.DayOf(last.Time().AddDate(-years, 0, 1))
	c := new(calendar)
	c.turns, c.before = takeTurns()
	var expected []float64
	for day, i := begin, 0; day <= last; day, i = day.Add(1), i+1 {
		d := dice(hash(seed, uint64(i)))
		c.days = append(c.days, day)
		expected = append(expected, weights[day.Time().Weekday()]*math.Pow(yearlyGrowth, float64(i)/365.25)*math.Exp(spread*d.normal()))
	}
	if !fit(expected, c.days, n) {
		return nil, fmt.Errorf("%d papers are more than arXiv's ids can name in %d years", n, years)
	}
	sum, month := 0.0, 0
	for i, day := range c.days {
		first := min(int(math.Round(sum)), n)
		if i > 0 && day[:7] != c.days[i-1][:7] {
			month = first
		}
		c.first, c.months = append(c.first, first), append(c.months, month)
		sum += expected[i]
	}
	c.first = append(c.first, n)
	return c, nil
}

// fit scales what is expected of days to n papers, no month with more than its ids can name; false when that can't be.
func fit(expected []float64, days []store.Day, n int) bool {
	full := make([]bool, len(expected))
	for range 50 {
		fixed, free := 0.0, 0.0
		for i, e := range expected {
			if full[i] {
				fixed += e
			} else {
				free += e
			}
		}
		if fixed >= float64(n) || free == 0 {
			return false
		}
		for i := range expected {
			if !full[i] {
				expected[i] *= (float64(n) - fixed) / free
			}
		}
		over := false
		for start := 0; start < len(days); {
			end, sum := start, 0.0
			for end < len(days) && days[end][:7] == days[start][:7] {
				sum += expected[end]
				end++
			}
			if most := float64(mostOf(days[start])) - 2; sum > most+0.5 { // 2 for rounding at both ends
				over = true
				for i := start; i < end; i++ {
					expected[i] *= most / sum
					full[i] = true
				}
			}
			start = end
		}
		if !over {
			return true
		}
	}
	return false
}

func mostOf(day store.Day) int {
	switch {
	case day < newStyle:
		return oldMonth
	case day < fiveDigits:
		return fourDigits
	}
	return fiveDigitMost
}

// place is when paper i was submitted, and its number in its month from 0.
func (c *calendar) place(i int) (at time.Time, inMonth int) {
	day := sort.SearchInts(c.first, i+1) - 1
	today := c.first[day+1] - c.first[day]
	share := (float64(i-c.first[day]) + 0.5) / float64(today)
	at = c.days[day].Time().Add(time.Duration(share * float64(24*time.Hour))).Truncate(time.Second)
	return at, i - c.months[day]
}

// id is the arXiv id of the paper with a number in the month of an instant.
func (c *calendar) id(at time.Time, inMonth int) store.PaperID {
	day := store.DayOf(at)
	switch {
	case day < newStyle:
		archive, number := c.oldPlace(inMonth)
		return store.PaperID(fmt.Sprintf("%s/%s%03d", archives[archive].name, at.Format("0601"), number))
	case day < fiveDigits:
		return store.PaperID(fmt.Sprintf("%s.%04d", at.Format("0601"), inMonth+1))
	}
	return store.PaperID(fmt.Sprintf("%s.%05d", at.Format("0601"), inMonth+1))
}

// takeTurns gives the thousand papers of a round to the archives, as evenly spread as it goes; before counts each one's
// earlier papers in the round.
func takeTurns() (turns, before []int) {
	type turn struct {
		at      float64
		archive int
	}
	var all []turn
	for a, archive := range archives {
		for k := range archive.share {
			all = append(all, turn{(float64(k) + 0.5) / float64(archive.share), a})
		}
	}
	slices.SortStableFunc(all, func(x, y turn) int { return cmp.Or(cmp.Compare(x.at, y.at), x.archive-y.archive) })
	seen := make([]int, len(archives))
	for _, t := range all {
		turns, before = append(turns, t.archive), append(before, seen[t.archive])
		seen[t.archive]++
	}
	return turns, before
}

// oldPlace is the archive of the paper with a number in its month, and its number there.
func (c *calendar) oldPlace(inMonth int) (archive, number int) {
	round, turn := inMonth/len(c.turns), inMonth%len(c.turns)
	archive = c.turns[turn]
	return archive, round*archives[archive].share + c.before[turn] + 1
}
