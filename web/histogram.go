package web

import (
	"fmt"
	"strconv"

	"recto/store/search"
)

// histogram is how many of the papers found are of which month or year.
type histogram struct {
	Unit     string // month or year
	Bars     []bar
	From, To string // what the first and the last bar stand for
}

// bar is one month or year.
type bar struct {
	Path   string // the search narrowed to it; "" where nothing is
	Label  string // "March 2025: 312 papers"
	Height int    // 0 to barHeight
}

const (
	barHeight = 48
	mostBars  = 36 // that can be pointed at in the room that there is; months that are more become years
)

// Histogram is empty when there is no more than one bar.
func (v searchView) Histogram() histogram {
	h := histogram{Unit: "month"}
	var counts []int
	add := func(name, text string, papers int) {
		if len(h.Bars) == 0 {
			h.From = name
		}
		h.To = name
		b := bar{Label: name + ": " + plural(papers, "paper")}
		if v.About {
			b.Label = fmt.Sprintf("%s: about %s", name, plural(papers, "paper"))
		}
		if papers > 0 && text != "" {
			b.Path = v.path(text)
		}
		h.Bars, counts = append(h.Bars, b), append(counts, papers)
	}
	if len(v.Months) <= mostBars {
		for _, m := range v.Months {
			add(fmt.Sprintf("%s %d", m.Month, m.Year), m.Text, m.Papers)
		}
	} else {
		h.Unit = "year"
		texts := make(map[string]string, len(v.Years))
		for _, y := range v.Years {
			texts[y.Name] = y.Text
		}
		for _, y := range yearsOf(v.Months) {
			name := strconv.Itoa(y.year)
			add(name, texts[name], y.papers)
		}
	}
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	for i, n := range counts {
		h.Bars[i].Height = (n*barHeight + most - 1) / most
	}
	if len(h.Bars) < 2 {
		return histogram{}
	}
	return h
}

type yearCount struct{ year, papers int }

// yearsOf are the years of months that are in order and without gaps.
func yearsOf(months []search.Month) []yearCount {
	var years []yearCount
	for _, m := range months {
		if n := len(years); n == 0 || years[n-1].year != m.Year {
			years = append(years, yearCount{year: m.Year})
		}
		years[len(years)-1].papers += m.Papers
	}
	return years
}
