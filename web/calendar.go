package web

import (
	"context"
	"errors"
	"time"

	"recto/store"
)

// calendar is a month's days with how busy each was.
type calendar struct {
	Month          store.Span
	Weeks          [][7]calendarDay
	Earlier, Later *store.Span // the nearest months with papers
}

type calendarDay struct {
	Day     store.Day // "" outside the month
	Papers  int
	Heat    int // 0 to heats
	Current bool
}

// heats is how many steps of colour the style sheet has.
const heats = 5

// calendar is the month that holds day, with the days of current marked.
func (s *server) calendar(ctx context.Context, day store.Day, current store.Span) (calendar, error) {
	month := store.MonthSpan(day)
	c := calendar{Month: month}
	days, err := s.DB.Days(ctx, month)
	if err != nil {
		return c, err
	}
	papers, most := make(map[store.Day]int, len(days)), 1
	for _, d := range days {
		papers[d.Day] = d.Papers
		most = max(most, d.Papers)
	}
	for monday := store.WeekSpan(month.From).From; monday <= month.To; monday = monday.Add(7) {
		var week [7]calendarDay
		for i := range week {
			d := monday.Add(i)
			if !month.Contains(d) {
				continue
			}
			n := papers[d]
			week[i] = calendarDay{Day: d, Papers: n, Heat: (n*heats + most - 1) / most,
				Current: current.Kind == store.SpanDay && current.Contains(d)}
		}
		c.Weeks = append(c.Weeks, week)
	}
	if c.Earlier, err = s.spanBeside(ctx, month, s.DB.DayBefore); err != nil {
		return c, err
	}
	c.Later, err = s.spanBeside(ctx, month, s.DB.DayAfter)
	return c, err
}

// spanBeside is the nearest span of the same kind that has papers, or nil.
func (s *server) spanBeside(ctx context.Context, span store.Span, nearest func(context.Context, store.Span) (store.Day, error)) (*store.Span, error) {
	d, err := nearest(ctx, span)
	if errors.Is(err, store.ErrNotFound) || err == nil && d > s.DB.Today() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	beside := store.SpanOf(span.Kind, d)
	return &beside, nil
}

// Number is the day of the month.
func (d calendarDay) Number() int { return d.Day.Time().Day() }

// dayName is "Wednesday, 11 March", with the year unless it is this one.
func dayName(d store.Day, now time.Time) string {
	t := d.Time()
	if t.Year() == now.Year() {
		return t.Format("Monday, 2 January")
	}
	return t.Format("Monday, 2 January 2006")
}

func longDay(d store.Day) string { return d.Time().Format("2 January 2006") }

func shortDay(d store.Day) string { return d.Time().Format("2 Jan") }

// spanName is the span as a heading: a day, "Week 11, 9–15 March", "March 2026".
func spanName(s store.Span, now time.Time) string {
	switch s.Kind {
	case store.SpanWeek:
		return weekDays(s) + yearUnless(s.To, now)
	case store.SpanMonth:
		return s.From.Time().Format("January 2006")
	}
	return dayName(s.From, now)
}

func yearUnless(d store.Day, now time.Time) string {
	if d.Time().Year() == now.Year() {
		return ""
	}
	return d.Time().Format(" 2006")
}

// weekDays is "9–15 March" or "30 March – 5 April".
func weekDays(s store.Span) string {
	from, to := s.From.Time(), s.To.Time()
	if from.Month() == to.Month() {
		return from.Format("2") + "–" + to.Format("2 January")
	}
	return from.Format("2 January") + " – " + to.Format("2 January")
}

// spanStep is how a link to a neighbouring span reads.
func spanStep(s store.Span) string {
	switch s.Kind {
	case store.SpanWeek:
		_, week := s.From.Time().ISOWeek()
		return "Week " + thousands(week)
	case store.SpanMonth:
		return s.From.Time().Format("Jan 2006")
	}
	return shortDay(s.From)
}
