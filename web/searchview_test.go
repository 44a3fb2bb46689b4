package web

import (
	"fmt"
	"testing"
	"time"

	"recto/store/search"
)

// monthsFrom are n months from January 2024 on, with as many papers as their number.
func monthsFrom(n int) []search.Month {
	var months []search.Month
	for i := range n {
		at := time.Date(2024, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
		months = append(months, search.Month{Year: at.Year(), Month: at.Month(), Papers: i, Text: "x in:" + at.Format("2006-01")})
	}
	return months
}

func TestHistogram(t *testing.T) {
	h := searchView{Results: search.Results{Months: monthsFrom(mostBars)}}.Histogram()
	if h.Unit != "month" || len(h.Bars) != mostBars || h.From != "January 2024" || h.To != "December 2026" {
		t.Errorf("%d bars by %s from %s to %s", len(h.Bars), h.Unit, h.From, h.To)
	}
	for i, want := range map[int]bar{
		0:  {"", "January 2024: 0 papers", 0},
		1:  {"/search?q=x+in%3A2024-02", "February 2024: 1 paper", 2}, // seen, however few they are
		35: {"/search?q=x+in%3A2026-12", "December 2026: 35 papers", barHeight},
	} {
		if h.Bars[i] != want {
			t.Errorf("bar %d is %+v, want %+v", i, h.Bars[i], want)
		}
	}
	many := search.Results{About: true, Months: monthsFrom(mostBars + 1), Years: []search.Choice{{Name: "2026", Text: "x in:2026"}, {Name: "2025", Text: "x in:2025"}}}
	h = searchView{Results: many}.Histogram()
	want := []bar{
		{"", "2024: about 66 papers", 9}, // no choice of the results
		{"/search?q=x+in%3A2025", "2025: about 210 papers", 29},
		{"/search?q=x+in%3A2026", "2026: about 354 papers", barHeight},
		{"", "2027: about 36 papers", 5},
	}
	if h.Unit != "year" || h.From != "2024" || h.To != "2027" || fmt.Sprint(h.Bars) != fmt.Sprint(want) {
		t.Errorf("by %s: %+v", h.Unit, h)
	}
	for _, months := range [][]search.Month{nil, monthsFrom(1)} {
		if h := (searchView{Results: search.Results{Months: months}}).Histogram(); len(h.Bars) > 0 {
			t.Errorf("%d months make %+v", len(months), h)
		}
	}
}

func TestCountOfASearch(t *testing.T) {
	hits := make([]search.Hit, 1)
	for want, r := range map[string]search.Results{
		"No papers":                  {},
		"No papers with these words": {Hits: hits},
		"1 paper":                    {Hits: hits, Total: 1},
		"1,234 papers":               {Hits: hits, Total: 1234},
		"about 798,000 papers":       {Hits: hits, Total: 798_000, About: true},
	} {
		if got := (searchView{Results: r}).Count(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPagesEnd(t *testing.T) {
	v := searchView{Results: search.Results{Text: "a & b", More: true}, Page: 1, typed: true}
	if v.Previous() != "" || v.Next() != "/search?q=a+%26+b&typed=1&page=2" || v.Cut() {
		t.Errorf("page 1 lies between %q and %q", v.Previous(), v.Next())
	}
	v.Page = lastPage
	if v.Previous() != fmt.Sprintf("/search?q=a+%%26+b&typed=1&page=%d", lastPage-1) || v.Next() != "" || !v.Cut() {
		t.Errorf("the last page lies between %q and %q", v.Previous(), v.Next())
	}
	if (lastPage-1)*papersPerPage >= search.MaxDepth || lastPage*papersPerPage < search.MaxDepth {
		t.Errorf("%d is not the last page of %d papers", lastPage, search.MaxDepth)
	}
}
