package digest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store"
)

// TestWeek lives through two weeks around each change of the clocks, hour by hour: every subscriber gets one digest on every
// morning after a day with papers, at seven where they are, and never two.
func TestWeek(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, change string }{{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"}, {"America/New_York", "2026-03-08"},
		{"America/New_York", "2026-11-01"}, {"Australia/Sydney", "2026-04-05"}, {"Australia/Sydney", "2026-10-04"}} {
		t.Run(c.zone+" "+c.change, func(t *testing.T) {
			t.Parallel()
			start := store.Day(c.change).Add(-6) // a Monday
			o := newOffice(t, start.Time().Add(-30*time.Hour))
			o.paper("2601.00001", start.Add(-1), 1)
			daily := o.subscribe(all("daily@example.org", c.zone))
			weekly := all("weekly@example.org", c.zone)
			weekly.Weekday = time.Sunday
			weekly = o.subscribe(weekly)
			quiet := start.Add(2) // a Wednesday
			loc := daily.Location()
			got := map[string][]string{}
			seen := map[string]bool{}
			for n := 0; n < 9*24; n++ {
				if o.now.Hour() == 0 {
					if d := store.DayOf(o.now); d >= start && d != quiet {
						o.paper(fmt.Sprintf("2602.%05d", n+1), d, n)
					}
				}
				for _, m := range o.pass() {
					local := o.now.In(loc)
					if local.Hour() != 7 {
						t.Errorf("%s gets a mail at %s", m.To, local)
					}
					if seen[m.ID] {
						t.Errorf("%s comes twice", m.ID)
					}
					seen[m.ID] = true
					got[m.To] = append(got[m.To], local.Format("Mon 2"))
				}
				o.now = o.now.Add(time.Hour)
			}
			var want []string
			for d := start; d < start.Add(8) && d.Time().Add(12*time.Hour).Before(o.now); d = d.Add(1) {
				if wd := d.Time().Weekday(); wd != time.Sunday && d.Add(-1) != quiet {
					want = append(want, d.Time().Format("Mon 2"))
				}
			}
			if fmt.Sprint(got["daily@example.org"]) != fmt.Sprint(want) {
				t.Errorf("daily on %v, want %v", got["daily@example.org"], want)
			}
			if w := got["weekly@example.org"]; len(w) != 1 || !strings.HasPrefix(w[0], "Sun") {
				t.Errorf("weekly on %v", w)
			}
		})
	}
}

// paperIDs are the papers of a mail, in order.
func paperIDs(m received) []string {
	var ids []string
	for _, part := range strings.Split(m.Body, "/papers/")[1:] {
		id := part[:10]
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestWhatIsChosen(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-11", 12)) // a Monday
	o.subscribe(all("ada@example.org", "UTC"))
	for n := range 15 {
		o.paper(fmt.Sprintf("2605.0%04d", n+1), "2026-05-11", 100-n)
	}
	expect := func(at string, ids ...string) {
		t.Helper()
		o.now = day(at, 7).Add(time.Minute)
		got := o.pass()
		if len(ids) == 0 {
			if len(got) != 0 {
				t.Errorf("%s: %v", at, got)
			}
			return
		}
		if len(got) != 1 || fmt.Sprint(paperIDs(got[0])) != fmt.Sprint(ids) {
			t.Errorf("%s: %d mails with %v, want %v", at, len(got), paperIDs(got[0]), ids)
		}
	}
	expect("2026-05-12", "2605.00001", "2605.00002", "2605.00003", "2605.00004", "2605.00005", "2605.00006", "2605.00007", "2605.00008", "2605.00009", "2605.00010")
	expect("2026-05-13") // nothing came on Tuesday, and no old paper alone makes a digest

	o.now = day("2026-05-13", 12)
	o.paper("2605.10000", "2026-05-13", 20)
	o.paper("2605.10001", "2026-05-13", 2)
	o.paper("2605.00001", "2026-05-11", 150) // 50 more, but it was the first already
	o.paper("2605.00010", "2026-05-11", 101) // 10 more: from the tenth place to the second
	o.paper("2605.00013", "2026-05-11", 95)  // passed over, 7 more
	o.paper("2605.00009", "2026-05-11", 93)  // 1 more: it would be better placed, too
	o.paper("2605.00099", "2026-05-11", 0)   // its day's digest is long out
	expect("2026-05-14", "2605.10000", "2605.00010", "2605.00013", "2605.10001", "2605.00009", "2605.00099")

	o.now = day("2026-05-15", 12) // Friday
	o.paper("2605.20000", "2026-05-15", 3)
	expect("2026-05-16", "2605.20000") // what has risen once doesn't come again in the same place
	o.now = day("2026-05-16", 12)
	o.paper("2605.30000", "2026-05-16", 5)
	expect("2026-05-17") // Sunday
	o.now = day("2026-05-17", 12)
	o.paper("2605.30001", "2026-05-17", 6)
	expect("2026-05-18", "2605.30001", "2605.30000") // Monday

	for n, d := range []store.Day{"2026-05-20", "2026-05-24", "2026-05-30"} { // the program did not run on the mornings after
		o.now = d.Time().Add(time.Hour)
		o.paper(fmt.Sprintf("2605.4000%d", n), d, n)
	}
	expect("2026-06-01", "2605.40002") // what is older than a week is left to the site
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	o := newOffice(t, day("2026-05-12", 12))
	o.paper("2605.00001", "2026-05-12", 1)
	o.paper("2605.00002", "2026-05-12", 2, func(p *store.Paper) {
		p.Categories, p.Tags, p.Authors, p.Abstract = []string{"hep-th"}, []string{"strings"}, []store.Author{{Name: "Yvonne LeCun"}}, "About strings."
	})
	o.must(o.index.Build(context.Background(), nil))
	for _, c := range []struct {
		s    store.Subscription
		want string
	}{
		{store.Subscription{Address: "tag@example.org", Subject: store.SubjectTag, What: "robots"}, "2605.00001"},
		{store.Subscription{Address: "category@example.org", Subject: store.SubjectCategory, What: "hep-th"}, "2605.00002"},
		{store.Subscription{Address: "author@example.org", Subject: store.SubjectAuthor, What: "lecun-y"}, "2605.00002 2605.00001"},
		{store.Subscription{Address: "named@example.org", Subject: store.SubjectAuthor, What: "lecun-y", Name: "Yann LeCun"}, "2605.00001"},
		{store.Subscription{Address: "search@example.org", Subject: store.SubjectSearch, What: `strings OR nothing "x`}, "2605.00002"},
		{store.Subscription{Address: "none@example.org", Subject: store.SubjectSearch, What: "zeppelins"}, ""},
		{store.Subscription{Address: "id@example.org", Subject: store.SubjectSearch, What: "2605.00001"}, "2605.00001"},
	} {
		c.s.Weekday, c.s.Zone = store.Daily, "UTC"
		o.subscribe(c.s)
		before := o.now
		o.now = day("2026-05-13", 8)
		got := ""
		for _, m := range o.pass() {
			if m.To == c.s.Address {
				got = strings.Join(paperIDs(m), " ")
			}
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.s.Subject, c.s.What, got, c.want)
		}
		o.now = before
	}
}
