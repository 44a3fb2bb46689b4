package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is a calendar day written yyyy-mm-dd, so that days compare as strings. The empty Day is "none".
type Day string

// DayOf is the UTC day that holds t.
func DayOf(t time.Time) Day { return Day(t.UTC().Format(time.DateOnly)) }

// ParseDay reads yyyy-mm-dd and refuses days that no calendar has.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1000 {
		return "", fmt.Errorf("%w: %q is not a day like 2026-03-11", ErrInvalid, s)
	}
	return Day(s), nil
}

// Time is the day's first instant in UTC, or the zero time for no day.
func (d Day) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Add is the day n days later, or earlier for a negative n.
func (d Day) Add(n int) Day { return DayOf(d.Time().AddDate(0, 0, n)) }

// SpanKind says how long a Span is.
type SpanKind string

// The spans that a reader can browse. SpanRange is any other run of days.
const (
	SpanDay   SpanKind = "day"
	SpanWeek  SpanKind = "week"
	SpanMonth SpanKind = "month"
	SpanRange SpanKind = "range"
)

// Span is a run of days, both ends included.
type Span struct {
	Kind     SpanKind
	From, To Day
}

// DaySpan, WeekSpan and MonthSpan are the day, the ISO 8601 week and the calendar month that hold d.
func DaySpan(d Day) Span { return Span{SpanDay, d, d} }

// WeekSpan is the ISO 8601 week, Monday to Sunday, that holds d.
func WeekSpan(d Day) Span {
	monday := d.Add(-(int(d.Time().Weekday()) + 6) % 7)
	return Span{SpanWeek, monday, monday.Add(6)}
}

// MonthSpan is the calendar month that holds d.
func MonthSpan(d Day) Span {
	t := d.Time()
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return Span{SpanMonth, DayOf(first), DayOf(first.AddDate(0, 1, -1))}
}

// SpanOf is the span of a kind that holds d.
func SpanOf(kind SpanKind, d Day) Span {
	switch kind {
	case SpanWeek:
		return WeekSpan(d)
	case SpanMonth:
		return MonthSpan(d)
	}
	return DaySpan(d)
}

// ParseSpan reads a span's Name: 2026-03-11, 2026-W11 or 2026-03.
func ParseSpan(kind SpanKind, s string) (Span, error) {
	switch kind {
	case SpanDay:
		d, err := ParseDay(s)
		return DaySpan(d), err
	case SpanMonth:
		d, err := ParseDay(s + "-01")
		if err != nil {
			return Span{}, fmt.Errorf("%w: %q is not a month like 2026-03", ErrInvalid, s)
		}
		return MonthSpan(d), nil
	case SpanWeek:
		if span, ok := parseWeek(s); ok {
			return span, nil
		}
		return Span{}, fmt.Errorf("%w: %q is not a week like 2026-W11", ErrInvalid, s)
	}
	return Span{}, fmt.Errorf("%w: no span of kind %q", ErrInvalid, kind)
}

func parseWeek(s string) (Span, bool) {
	year, week, ok := strings.Cut(s, "-W")
	if !ok || len(year) != 4 || len(week) != 2 {
		return Span{}, false
	}
	y, err1 := strconv.ParseUint(year, 10, 16)
	w, err2 := strconv.ParseUint(week, 10, 8)
	if err1 != nil || err2 != nil || y < 1000 {
		return Span{}, false
	}
	// 4 January is always in the first ISO week.
	jan4 := DayOf(time.Date(int(y), 1, 4, 0, 0, 0, 0, time.UTC))
	span := WeekSpan(jan4.Add(7 * (int(w) - 1)))
	return span, span.Name() == s
}

// Name is how the span is written in an address.
func (s Span) Name() string {
	switch s.Kind {
	case SpanWeek:
		y, w := s.From.Time().ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w)
	case SpanMonth:
		return string(s.From[:7])
	case SpanRange:
		return string(s.From + ".." + s.To)
	}
	return string(s.From)
}

// Contains says whether d lies in the span.
func (s Span) Contains(d Day) bool { return s.From <= d && d <= s.To }
