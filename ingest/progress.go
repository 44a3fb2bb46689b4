package ingest

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

// Progress is how far a run has come.
type Progress struct {
	Source  string
	Tally   store.Tally
	Elapsed time.Duration
	Share   float64 // of the whole, 0 to 1; negative when the whole is unknown
	Done    bool
}

// Rate is records a second.
func (p Progress) Rate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Tally.Read) / p.Elapsed.Seconds()
}

// Left is how long the rest should take; false when that can't be said.
func (p Progress) Left() (time.Duration, bool) {
	if p.Share <= 0 || p.Elapsed <= 0 {
		return 0, false
	}
	return time.Duration(float64(p.Elapsed) * (1 - p.Share) / p.Share), true
}

// String is one line: "arxiv: 12,500 read, 8,100/s, 34 %, 1m20s left, 3 set aside".
func (p Progress) String() string {
	parts := []string{thousands(p.Tally.Read) + " read", thousands(int(p.Rate())) + "/s"}
	if p.Share >= 0 {
		parts = append(parts, fmt.Sprintf("%d %%", int(100*p.Share)))
	}
	if left, ok := p.Left(); ok && !p.Done {
		parts = append(parts, left.Round(time.Second).String()+" left")
	}
	if p.Tally.SetAside > 0 {
		parts = append(parts, thousands(p.Tally.SetAside)+" set aside")
	}
	return p.Source + ": " + strings.Join(parts, ", ")
}

// Summary is a tally in words: "46,313 read: 46,300 new, 10 changed, 3 the same, 0 set aside".
func Summary(t store.Tally) string {
	text := fmt.Sprintf("%s read: %s new, %s changed, %s the same, %s set aside", thousands(t.Read), thousands(t.New),
		thousands(t.Changed), thousands(t.Same), thousands(t.SetAside))
	if t.Removed > 0 {
		text += fmt.Sprintf(", %s passed over because they were removed here", thousands(t.Removed))
	}
	return text
}

// How often progress is shown.
const (
	redrawEvery = 100 * time.Millisecond
	printEvery  = 10 * time.Second
)

// Progresses shows progress on w: as one line that is drawn over, for a terminal, or as a plain line now and then.
func Progresses(w io.Writer, terminal bool) func(Progress) {
	every := printEvery
	if terminal {
		every = redrawEvery
	}
	var shown time.Duration
	drawn := false
	return func(p Progress) {
		if p.Done {
			if drawn {
				fmt.Fprint(w, "\r\x1b[K")
			}
			return
		}
		if p.Elapsed-shown < every {
			return
		}
		shown = p.Elapsed
		if terminal {
			drawn = true
			fmt.Fprint(w, "\r\x1b[K"+p.String())
			return
		}
		fmt.Fprintln(w, p.String())
	}
}

// thousands is n with commas: 46,313.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
