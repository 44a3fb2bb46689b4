package ingest

import (
	"testing"
	"time"

	"recto/store"
)

func TestIsWithdrawn(t *testing.T) {
	for _, tt := range []struct {
		comment, abstract string
		want              bool
	}{
		{comment: "This paper has been withdrawn by the authors because the manuscript was submitted early", want: true},
		{comment: "Withdrawn due to a crucial mistake", want: true},
		{comment: "Substantial revisions are in progress; this version is being withdrawn in favor of another", want: true},
		{comment: "The paper is withdrawn pending completion of the approval process", want: true},
		{comment: "arXiv admin note: This paper has been withdrawn by arXiv due to unverifiable authorship", want: true},
		{comment: "The authors have decided to withdraw this manuscript", want: true},
		{comment: "We are withdrawing this preprint because it contains initial experimental results", want: true},
		{comment: "To avoid the misunderstanding of the readers, we request to withdraw the old-version", want: true},
		{comment: "This submission has been temporarily withdrawn", want: true},
		{abstract: "This paper has been withdrawn since the results are not satisfied.", want: true},
		{abstract: "This paper has been withdrawn by the authors.", want: true},
		{comment: "Accepted to LM4Plan Workshop @ ICAPS 2025 (withdrawn before   presentation due to lack of travel funding)"},
		{comment: "14 pages; replaces arXiv:2505.00001, which has been withdrawn"},
		{comment: "12 pages"},
		{abstract: "Utilizing papers withdrawn from arXiv, we validated our proposed methods."},
		{abstract: "We study water that is withdrawn from rivers. This paper shows how much has been withdrawn."},
		{abstract: "An earlier velocity-trough claim is withdrawn: pre-registered controls showed it."},
	} {
		if got := isWithdrawn(tt.comment, tt.abstract); got != tt.want {
			t.Errorf("isWithdrawn(%q, %q) = %v", tt.comment, tt.abstract, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for in, want := range map[string]time.Time{
		"2026-03-11T10:00:00Z":                 at("2026-03-11T10:00:00Z"),
		"2026-03-11T10:00:00.123Z":             at("2026-03-11T10:00:00Z").Add(123 * time.Millisecond),
		"2026-03-11T10:00:00+02:00":            at("2026-03-11T08:00:00Z"),
		" 2026-03-11 ":                         at("2026-03-11T00:00:00Z"),
		"2026-03-11 10:00:00":                  at("2026-03-11T10:00:00Z"),
		"Mon, 2 Apr 2007 19:18:42 GMT":         at("2007-04-02T19:18:42Z"),
		"Thu, 10 Jul 1997 21:14:20 GMT (3kb)":  at("1997-07-10T21:14:20Z"),
		"Mon, 8 Mar 1993 00:00:00 GMT (0kb,I)": at("1993-03-08T00:00:00Z"),
		"":                                     {},
		"2025":                                 {},
		"2025-13-01":                           {},
		"yesterday":                            {},
		"0000-01-01":                           {},
	} {
		if got, ok := parseTime(in); !got.Equal(want) || ok == want.IsZero() {
			t.Errorf("parseTime(%q) = %v, %v", in, got, ok)
		}
	}
}

func TestHFDay(t *testing.T) {
	for in, want := range map[string]store.Day{
		"2026-03-06T03:55:12.777Z": "2026-03-05", // 22:55 the evening before in New York
		"2026-03-06T05:00:01.000Z": "2026-03-06",
		"2026-07-06T04:00:01.000Z": "2026-07-06", // summer time
		"2026-07-31T00:00:00.000Z": "2026-07-31", // a day's name, not an instant
		"":                         "",
	} {
		if got := hfDay(in); got != want {
			t.Errorf("hfDay(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHeadingDay(t *testing.T) {
	const today = store.Day("2026-05-13")
	for _, tt := range []struct {
		text string
		year int
		want store.Day
	}{
		{"Mar 11", 0, "2026-03-11"},
		{"May 13", 0, "2026-05-13"},
		{"May 14", 0, "2025-05-14"},
		{"Mar 11", 2024, "2024-03-11"},
		{"Feb 29", 0, "2024-02-29"},
		{"Feb 29", 2026, ""},
		{"March 11, 2025", 0, "2025-03-11"},
		{"Sept. 3", 0, "2025-09-03"},
		{"11 March", 0, "2026-03-11"},
		{"Wednesday, 11 March 2026", 0, "2026-03-11"},
		{"2026-03-11", 0, "2026-03-11"},
		{"Mar 32", 0, ""},
		{"Marble 11", 0, ""},
		{"May 2024", 0, ""},
		{"Subscribe", 0, ""},
		{"Ministral 3", 0, ""},
	} {
		got, ok := headingDay(tt.text, tt.year, today)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("headingDay(%q, %d) = %q, %v", tt.text, tt.year, got, ok)
		}
	}
}

func TestStandsFor(t *testing.T) {
	for _, tt := range []struct {
		want, have string
		is         bool
	}{
		{"cs.LG", "cs.LG", true}, {"cs.LG", "cs.CL", false}, {"cs", "cs.CL", true}, {"math", "math-ph", false},
		{"cs.SY", "eess.SY", true}, {"eess.SY", "cs.SY", true}, {"astro-ph", "astro-ph", true}, {"astro-ph", "astro-ph.GA", true},
		{"cs.CL", "cmp-lg", true},
	} {
		if got := standsFor(tt.want, tt.have); got != tt.is {
			t.Errorf("standsFor(%q, %q) = %v", tt.want, tt.have, got)
		}
	}
}

func TestSnapshotFilters(t *testing.T) {
	for _, tt := range []struct {
		name       string
		categories []string
		since      store.Day
		want       int
	}{
		{"all", nil, "", 6},
		{"a category", []string{"math.CO"}, "", 2},
		{"an archive", []string{"cs"}, "", 1},
		{"several", []string{"hep-ph", "cs.CG"}, "", 2},
		{"since, by version 1", nil, "2007-04-02", 3},
		{"both", []string{"math.CO"}, "2007-04-01", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src, err := Snapshot(SnapshotOptions{Files: files("testdata/snapshot/papers.jsonl"), Categories: tt.categories, Since: tt.since})
			if m := ingestAll(t, src, err); len(m.papers) != tt.want {
				t.Errorf("%d papers, want %d", len(m.papers), tt.want)
			}
		})
	}
	if _, err := Snapshot(SnapshotOptions{Categories: []string{"cs.XX"}}); err == nil {
		t.Error("an unknown category was taken")
	}
	if _, err := Snapshot(SnapshotOptions{Since: "March"}); err == nil {
		t.Error("a day that is none was taken")
	}
}
