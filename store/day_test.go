package store_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"recto/store"
)

func TestWeeks(t *testing.T) {
	for day, want := range map[store.Day]struct {
		name     string
		from, to store.Day
	}{
		"2026-03-11": {"2026-W11", "2026-03-09", "2026-03-15"},
		"2026-03-09": {"2026-W11", "2026-03-09", "2026-03-15"}, // Monday
		"2026-03-15": {"2026-W11", "2026-03-09", "2026-03-15"}, // Sunday
		"2026-01-01": {"2026-W01", "2025-12-29", "2026-01-04"},
		"2025-12-31": {"2026-W01", "2025-12-29", "2026-01-04"},
		"2025-12-28": {"2025-W52", "2025-12-22", "2025-12-28"},
		"2021-01-03": {"2020-W53", "2020-12-28", "2021-01-03"},
		"2020-12-31": {"2020-W53", "2020-12-28", "2021-01-03"},
		"2021-01-04": {"2021-W01", "2021-01-04", "2021-01-10"},
		"2024-02-29": {"2024-W09", "2024-02-26", "2024-03-03"},
		"2027-01-01": {"2026-W53", "2026-12-28", "2027-01-03"},
	} {
		got := store.WeekSpan(day)
		if got.Name() != want.name || got.From != want.from || got.To != want.to || got.Kind != store.SpanWeek {
			t.Errorf("%s: %s %+v, want %+v", day, got.Name(), got, want)
		}
	}
}

func TestMonths(t *testing.T) {
	for day, want := range map[store.Day]store.Span{
		"2026-03-11": {Kind: store.SpanMonth, From: "2026-03-01", To: "2026-03-31"},
		"2024-02-10": {Kind: store.SpanMonth, From: "2024-02-01", To: "2024-02-29"},
		"2100-02-28": {Kind: store.SpanMonth, From: "2100-02-01", To: "2100-02-28"},
		"2025-12-31": {Kind: store.SpanMonth, From: "2025-12-01", To: "2025-12-31"},
	} {
		if got := store.MonthSpan(day); got != want || got.Name() != string(day[:7]) {
			t.Errorf("%s: %+v, want %+v", day, got, want)
		}
	}
}

func TestSpanNonsense(t *testing.T) {
	for kind, names := range map[store.SpanKind][]string{
		store.SpanDay:   {"", "2026-02-29", "2026-13-01", "2026-00-01", "2026-3-1", "20260311", "2026-03-11T00:00:00Z", " 2026-03-11", "2026-03-32", "0999-01-01", "0000-00-00", "12026-01-01", "-2026-01-01", "٢٠٢٦-٠٣-١١", "today"},
		store.SpanWeek:  {"", "2026-W00", "2026-W54", "2025-W53", "2026-W1", "2026-w11", "2026-11", "W11", "26-W11", "2026-W+1", "2026-W-1", "+026-W11", "0999-W01", "2026-W111", "2026-W11 ", "2026-W11-1"},
		store.SpanMonth: {"", "2026-13", "2026-00", "2026-3", "202603", "2026-03-01", "0999-12", "2026-", "-03"},
		store.SpanRange: {"2026-03-01..2026-03-02"},
		"year":          {"2026"},
		"":              {"2026-03-11"},
	} {
		for _, name := range names {
			if span, err := store.ParseSpan(kind, name); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("%s %q is %+v, %v", kind, name, span, err)
			}
		}
	}
}

func drawDay(t *rapid.T, name string) store.Day {
	return store.DayOf(time.Date(rapid.IntRange(1001, 9998).Draw(t, name+" year"), 1, rapid.IntRange(1, 366).Draw(t, name+" day"), 0, 0, 0, 0, time.UTC))
}

func TestSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := drawDay(t, "a")
		if parsed, err := store.ParseDay(string(day)); parsed != day || err != nil {
			t.Fatalf("%s is parsed to %s, %v", day, parsed, err)
		}
		if store.DayOf(day.Time()) != day || store.DayOf(day.Time().Add(24*time.Hour-1)) != day {
			t.Fatalf("%s does not hold its own instants", day)
		}
		n := rapid.IntRange(-400, 400).Draw(t, "n")
		if moved := day.Add(n); moved.Add(-n) != day || (moved > day) != (n > 0) {
			t.Fatalf("%s and %d days is %s", day, n, moved)
		}
		for kind, longest := range map[store.SpanKind]int{store.SpanDay: 1, store.SpanWeek: 7, store.SpanMonth: 31} {
			span := store.SpanOf(kind, day)
			if span.Kind != kind || !span.Contains(day) || span.From.Add(longest-1) < span.To {
				t.Fatalf("the %s of %s is %+v", kind, day, span)
			}
			if back, err := store.ParseSpan(kind, span.Name()); back != span || err != nil {
				t.Fatalf("%q is parsed to %+v, %v; want %+v", span.Name(), back, err, span)
			}
			before, after := store.SpanOf(kind, span.From.Add(-1)), store.SpanOf(kind, span.To.Add(1))
			if before.To.Add(1) != span.From || after.From.Add(-1) != span.To || span.Contains(before.To) || span.Contains(after.From) {
				t.Fatalf("%+v is not between %+v and %+v", span, before, after)
			}
		}
	})
}

func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"2026-03-11", "2026-W11", "2026-03", "2020-W53", "9999-W53", "1000-W01", "9999-12-31", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []store.SpanKind{store.SpanDay, store.SpanWeek, store.SpanMonth} {
			if span, err := store.ParseSpan(kind, s); err == nil && span.Name() != s {
				t.Errorf("%s %q is called %q", kind, s, span.Name())
			}
		}
	})
}

func TestNoDay(t *testing.T) {
	if !store.Day("").Time().IsZero() || !store.Day("nonsense").Time().IsZero() {
		t.Error("no day has an instant")
	}
	span := store.Span{Kind: store.SpanRange, From: "2026-01-01", To: "2026-02-01"}
	if span.Name() != "2026-01-01..2026-02-01" {
		t.Error(span.Name())
	}
}
