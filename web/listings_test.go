package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestPagingVisitsEveryPaperOnce turns the pages of listings to the end and back.
func TestPagingVisitsEveryPaperOnce(t *testing.T) {
	v := newSite(t).visitor()
	for path, papers := range map[string]int{
		"/papers/date/2026-05-12":                      papered,
		"/papers/date/2026-05-12?sort=newest":          papered,
		"/papers/week/2026-W20":                        papered + 6 + 2 + 8,
		"/papers/month/2026-05?sort=newest":            papered + 6 + 2 + 8 + 5 + 3 + 2,
		"/papers/trending":                             148,
		"/papers/latest":                               148,
		"/papers/top/all":                              148,
		"/categories/cs.LG":                            0, // however many
		"/categories/cs.LG?sort=votes":                 0,
		"/tags/world-models":                           0,
		"/authors/lecun-y":                             0,
		"/authors/lecun-y?name=Yann+LeCun&sort=newest": 0,
	} {
		t.Run(path, func(t *testing.T) {
			v := v.in(t)
			var forth [][]string
			p := v.get(path).want(http.StatusOK)
			for {
				forth = append(forth, p.papers())
				next := p.attrs(".pager a[rel=next]", "href")
				if len(next) == 0 {
					break
				}
				if len(forth) > 20 {
					t.Fatal("the pages have no end")
				}
				p = v.get(next[0]).want(http.StatusOK)
			}
			whole := slices.Concat(forth...)
			seen := map[string]bool{}
			for _, id := range whole {
				if seen[id] {
					t.Errorf("%s stands twice", id)
				}
				seen[id] = true
			}
			if papers > 0 && len(whole) != papers || len(whole) == 0 {
				t.Errorf("%d papers, want %d", len(whole), papers)
			}
			for at := len(forth) - 2; at >= 0; at-- {
				previous := p.attrs(".pager a[rel=prev]", "href")
				if len(previous) == 0 {
					t.Fatalf("no way back from page %d of %d", at+2, len(forth))
				}
				p = v.get(previous[0]).want(http.StatusOK)
				if got := p.papers(); !slices.Equal(got, forth[at]) {
					t.Fatalf("back on page %d are %q, were %q", at+1, got, forth[at])
				}
			}
			if p.find(".pager a[rel=prev]").Length() > 0 {
				t.Error("there is a page before the first")
			}
		})
	}
}

func TestSort(t *testing.T) {
	v := newSite(t).visitor()
	byVotes := v.get("/papers/date/2026-05-12").want(http.StatusOK)
	newest := v.get(byVotes.attr("nav[aria-label=Order] a:not([aria-current])", "href")).want(http.StatusOK)
	equal(t, "orders marked as the present one", newest.find("nav[aria-label=Order] [aria-current=page]").Length(), 1)
	if slices.Equal(byVotes.papers(), newest.papers()) {
		t.Error("both orders are the same")
	}
	votes := byVotes.find("article .vote").Map(func(_ int, s *goquery.Selection) string { return fmt.Sprintf("%6s", s.Text()) })
	if !slices.IsSortedFunc(votes, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("by votes: %q", votes)
	}
	if ids := newest.papers(); !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("newest first: %q", ids)
	}
	back := v.get(newest.attr("nav[aria-label=Order] a:not([aria-current])", "href"))
	if !slices.Equal(back.papers(), byVotes.papers()) {
		t.Error("the order can't be switched back")
	}
	next := newest.attr(".pager a[rel=next]", "href")
	if !strings.Contains(next, "sort=newest") {
		t.Errorf("the next page forgets the order: %s", next)
	}
}

// TestSpans walks through days, weeks and months by previous and next, over the gaps.
func TestSpans(t *testing.T) {
	v := newSite(t).visitor()
	for name, spans := range map[string][]string{
		"days":   {"date/2024-02-29", "date/2025-10-01", "date/2025-12-24", "date/2026-03-11", "date/2026-04-08", "date/2026-04-30", "date/2026-05-01", "date/2026-05-08", "date/2026-05-10", "date/2026-05-11", "date/2026-05-12", "date/2026-05-13"},
		"weeks":  {"week/2024-W09", "week/2025-W40", "week/2025-W52", "week/2026-W11", "week/2026-W15", "week/2026-W18", "week/2026-W19", "week/2026-W20"},
		"months": {"month/1999-01", "month/2023-03", "month/2023-04", "month/2023-10", "month/2024-01", "month/2024-02", "month/2025-10", "month/2025-12", "month/2026-03", "month/2026-04", "month/2026-05"},
	} {
		t.Run(name, func(t *testing.T) {
			for i, span := range spans {
				p := v.in(t).get("/papers/" + span).want(http.StatusOK)
				var want []string
				if i > 0 {
					want = []string{"/papers/" + spans[i-1]}
				} else if len(p.attrs(".step [rel=prev]", "href")) > 0 {
					want = p.attrs(".step [rel=prev]", "href") // papers before those of this test
				}
				if got := p.attrs(".step [rel=prev]", "href"); !slices.Equal(got, want) {
					t.Errorf("before %s is %q, want %q", span, got, want)
				}
				want = nil
				if i < len(spans)-1 {
					want = []string{"/papers/" + spans[i+1]}
				}
				if got := p.attrs(".step [rel=next]", "href"); !slices.Equal(got, want) {
					t.Errorf("after %s is %q, want %q", span, got, want)
				}
				if len(p.papers()) == 0 {
					t.Errorf("%s has no papers", span)
				}
			}
		})
	}
	t.Run("the front page is the latest day", func(t *testing.T) {
		front := v.in(t).get("/").want(http.StatusOK)
		equal(t, "canonical", front.attr("link[rel=canonical]", "href"), siteURL+"/papers/date/2026-05-13")
		equal(t, "day in the calendar", front.text(".calendar [aria-current=date]"), "13")
		equal(t, "section", front.text(".masthead nav [aria-current=page]"), "Daily")
	})
	t.Run("switch of span", func(t *testing.T) {
		week := v.in(t).get("/papers/week/2026-W20").want(http.StatusOK)
		equal(t, "choices", strings.Join(week.attrs("nav[aria-label=Span] a", "href"), " "),
			"/papers/date/2026-05-13 /papers/week/2026-W20 /papers/month/2026-05")
		equal(t, "choice marked", week.attr("nav[aria-label=Span] [aria-current]", "href"), "/papers/week/2026-W20")
	})
}

func TestSpansWithoutPapers(t *testing.T) {
	v := newSite(t).visitor()
	tests := map[string]struct {
		path   string
		status int
		offers string // the addresses that are offered in place of papers
	}{
		"day within":          {"/papers/date/2026-05-09", 200, "/papers/date/2026-05-08 /papers/date/2026-05-10"},
		"day before all":      {"/papers/date/1998-01-01", 200, "/papers/date/1999-01-02"},
		"tomorrow, somewhere": {"/papers/date/2026-05-14", 200, "/papers/date/2026-05-13"},
		"week within":         {"/papers/week/2026-W12", 200, "/papers/week/2026-W11 /papers/week/2026-W15"},
		"month within":        {"/papers/month/2026-01", 200, "/papers/month/2025-12 /papers/month/2026-03"},
		"day to come":         {"/papers/date/2026-05-15", 404, "/papers/date/2026-05-13"},
		"week to come":        {"/papers/week/2026-W30", 404, "/papers/week/2026-W20"},
		"month to come":       {"/papers/month/2027-01", 404, "/papers/month/2026-05"},
		"no such day":         {"/papers/date/2026-02-30", 404, "/papers/date/2026-05-13"},
		"no such week":        {"/papers/week/2026-W54", 404, "/papers/week/2026-W20"},
		"no such month":       {"/papers/month/2026-13", 404, "/papers/month/2026-05"},
		"not a day":           {"/papers/date/2026-5-9", 404, "/papers/date/2026-05-13"},
		"nonsense":            {"/papers/date/%00%ff<script>", 404, "/papers/date/2026-05-13"},
		"year zero":           {"/papers/date/0000-01-01", 404, "/papers/date/2026-05-13"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := v.in(t).get(tt.path).want(tt.status)
			equal(t, "offers", strings.Join(p.attrs(".empty a", "href"), " "), tt.offers)
			equal(t, "papers", len(p.papers()), 0)
		})
	}
}

func TestBadListingRequests(t *testing.T) {
	v := newSite(t).visitor()
	for name, path := range map[string]string{
		"no cursor":               "/papers/latest?after=nonsense",
		"half a cursor":           "/papers/latest?after=12",
		"cursor of letters":       "/papers/latest?before=a_b",
		"cursor with SQL":         "/papers/latest?after=1_1'--",
		"row beyond all numbers":  "/papers/latest?after=1_zzzzzzzzzzzzzzzzzzzz",
		"unknown order":           "/papers/date/2026-05-12?sort=best",
		"order of another page":   "/papers/date/2026-05-12?sort=trending",
		"order where none is":     "/papers/latest?sort=votes",
		"order of a tag, unknown": "/tags/world-models?sort=%27",
	} {
		t.Run(name, func(t *testing.T) { v.in(t).get(path).want(http.StatusBadRequest) })
	}
	for name, path := range map[string]string{
		"unknown window":      "/papers/top/decade",
		"unknown tag":         "/tags/no-such-tag",
		"unknown category":    "/categories/no.SUCH",
		"unknown author":      "/authors/nobody-x",
		"unknown letter":      "/tags?letter=~",
		"unknown address":     "/papers/date",
		"paper of no id":      "/papers/%20",
		"paper, very long":    "/papers/" + strings.Repeat("a", 5000),
		"paper in a database": "/papers/'%20OR%201=1--",
		"bytes that are none": "/tags/%ff%fe",
	} {
		t.Run(name, func(t *testing.T) { v.in(t).get(path).want(http.StatusNotFound) })
	}
}

func TestEmptyCatalogue(t *testing.T) {
	v := emptySite(t).visitor()
	for _, path := range []string{"/", "/papers/latest", "/papers/trending", "/papers/top/week", "/papers/top/all", "/papers/date/2026-05-12",
		"/papers/week/2026-W20", "/papers/month/2026-05", "/tags", "/categories", "/categories/cs.LG", "/about", "/search", "/search?q=x", "/sign-in", "/sign-up"} {
		t.Run(path, func(t *testing.T) {
			p := v.in(t).get(path).want(http.StatusOK)
			equal(t, "h1 elements", p.find("h1").Length(), 1)
			if len(p.text("main")) < 20 {
				t.Errorf("the page says only %q", p.text("main"))
			}
			if p.find("aside.notice").Length() > 0 {
				t.Error("it says that this is the sample")
			}
			checkIDs(t, p)
		})
	}
	v.get("/papers/date/2026-06-01").want(http.StatusNotFound)
	v.get("/papers/2605.00001").want(http.StatusNotFound)
}

func TestSampleNotice(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	equal(t, "notices of a sample", v.get("/").find("aside.notice code").Length(), 1)
	if err := s.db.SetSample(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	equal(t, "notices of a catalogue of one's own", v.get("/").find("aside.notice").Length(), 0)
}

// TestPastTheLastPage comes by a link that was made when there were more papers.
func TestPastTheLastPage(t *testing.T) {
	v := newSite(t).visitor()
	answer := v.get("/papers/date/2026-05-12?sort=newest&after=0_0").want(http.StatusSeeOther)
	if to := answer.Header.Get("Location"); to != "/papers/date/2026-05-12?sort=newest" {
		t.Errorf("it leads to %s", to)
	}
	for _, key := range []string{"NaN_1", "Inf_1", "1_", "x_1", "1"} {
		v.get("/papers/trending?after=" + key).want(http.StatusBadRequest)
	}
}
