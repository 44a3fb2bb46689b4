package query

import (
	"regexp"
	"strings"

	"recto/store"
)

var (
	dateForm  = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$`)
	apiForm   = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)(?:\d{4}|\d{6})?$`) // the arXiv API's yyyymmdd[hhmm[ss]]
	yearsForm = regexp.MustCompile(`^(\d{4})[-–](\d{4})$`)
)

// parseDays reads a day, a week, a month or a year, a range of them, or a comparison with one. An empty end is open.
func parseDays(s string) (from, to store.Day, ok bool) {
	s = strings.Trim(s, "[]{} ")
	if span, ok := parseSpan(s); ok {
		return span.From, span.To, true
	}
	if digits := strings.TrimLeft(s, "<>="); digits != s {
		span, ok := parseSpan(digits)
		switch s[:len(s)-len(digits)] {
		case ">":
			return span.To.Add(1), "", ok
		case ">=":
			return span.From, "", ok
		case "<":
			return "", span.From.Add(-1), ok
		case "<=":
			return "", span.To, ok
		}
		return "", "", false
	}
	var low, high string
	if m := yearsForm.FindStringSubmatch(s); m != nil {
		low, high = m[1], m[2]
	} else if low, high, ok = strings.Cut(s, ".."); !ok {
		if low, high, ok = strings.Cut(strings.ReplaceAll(s, "+", " "), " TO "); !ok {
			return "", "", false
		}
	}
	return between(strings.TrimSpace(low), strings.TrimSpace(high))
}

func between(low, high string) (from, to store.Day, ok bool) {
	open := func(s string) bool { return s == "" || s == "*" }
	a, okA := parseSpan(low)
	b, okB := parseSpan(high)
	switch {
	case okA && okB:
		return min(a.From, b.From), max(a.To, b.To), true
	case okA && open(high):
		return a.From, "", true
	case okB && open(low):
		return "", b.To, true
	}
	return "", "", false
}

func parseSpan(s string) (store.Span, bool) {
	if span, err := store.ParseSpan(store.SpanWeek, strings.ToUpper(s)); err == nil {
		return span, true
	}
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		m = apiForm.FindStringSubmatch(s)
	}
	if m == nil {
		return store.Span{}, false
	}
	pad := func(s string) string {
		if len(s) == 1 {
			return "0" + s
		}
		return s
	}
	switch {
	case m[2] == "":
		first, err := store.ParseDay(m[1] + "-01-01")
		return store.Span{Kind: store.SpanRange, From: first, To: store.Day(m[1] + "-12-31")}, err == nil
	case m[3] == "":
		span, err := store.ParseSpan(store.SpanMonth, m[1]+"-"+pad(m[2]))
		return span, err == nil
	}
	span, err := store.ParseSpan(store.SpanDay, m[1]+"-"+pad(m[2])+"-"+pad(m[3]))
	return span, err == nil
}

// days writes a range as shortly as it can be read again.
func days(from, to store.Day) string {
	if from != "" && to != "" {
		if from[:4] == to[:4] && from[4:] == "-01-01" && to[4:] == "-12-31" {
			return string(from[:4])
		}
		if store.MonthSpan(from) == (store.Span{Kind: store.SpanMonth, From: from, To: to}) {
			return string(from[:7])
		}
		if from == to {
			return string(from)
		}
	}
	return string(from) + ".." + string(to)
}
