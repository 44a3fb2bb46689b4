package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// benchCmd has a sub-command for each thing to measure. Each prints a table and always measures a reference in the same
// run, in turns with the rest, so that a busy machine slows both. Load comes from processes of their own: the hidden
// commands load and constant.
type benchCmd struct {
	Pages    benchPagesCmd    `cmd:"" help:"Measure pages under load, against constant answers."`
	Listings benchListingsCmd `cmd:"" help:"Measure every listing straight on the catalogue."`
	Ingest   benchIngestCmd   `cmd:"" help:"Measure bringing papers in, against the sqlite3 program and against reading alone."`
	Votes    benchVotesCmd    `cmd:"" help:"Measure votes while readers browse, against writing to the disk."`
	Start    benchStartCmd    `cmd:"" help:"Measure the time to the first page, memory and the program's size."`
	Search   benchSearchCmd   `cmd:"" help:"Measure searches by what is asked for, against SQLite's FTS5."`
	Quality  benchQualityCmd  `cmd:"" help:"Measure how good searches are on judged sets, against SQLite's FTS5."`

	Load     benchLoadCmd     `cmd:"" hidden:"" help:"Make load as a plan on standard input says."`
	Constant benchConstantCmd `cmd:"" hidden:"" help:"Serve constant answers that standard input lists."`
}

// benchOutput is where figures go beside the table.
type benchOutput struct {
	JSON string `name:"json" help:"Write the figures to this file, too." placeholder:"FILE"`
}

// report is what a benchmark found out.
type report struct {
	Bench   string     `json:"bench"`
	At      time.Time  `json:"at"`
	Version string     `json:"version"`
	Go      string     `json:"go"`
	CPUs    int        `json:"cpus"`
	Load    string     `json:"load,omitempty"` // of the machine before the run: 1, 5 and 15 minutes
	About   []string   `json:"about,omitempty"`
	Columns []column   `json:"columns"`
	Rows    []rowFound `json:"rows"`
	Notes   []string   `json:"notes,omitempty"`
}

// column is a figure that rows may have.
type column struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	Digits int    `json:"-"`
}

// rowFound is one row; a key without a figure was not measured.
type rowFound struct {
	Name    string             `json:"name"`
	Figures map[string]float64 `json:"figures,omitempty"`
	Note    string             `json:"note,omitempty"`
}

func newReport(bench string, p *program, columns ...column) *report {
	r := &report{Bench: bench, At: p.now().UTC().Truncate(time.Second), Version: version(), Go: runtime.Version(), CPUs: runtime.GOMAXPROCS(0), Columns: columns}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		r.Load = strings.Join(strings.Fields(string(load))[:3], " ")
	}
	return r
}

func (r *report) about(format string, args ...any) {
	r.About = append(r.About, fmt.Sprintf(format, args...))
}

func (r *report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

func (r *report) row(name string, figures map[string]float64) {
	r.Rows = append(r.Rows, rowFound{Name: name, Figures: figures})
}

// missing is a row for what could not be measured.
func (r *report) missing(name, why string) { r.Rows = append(r.Rows, rowFound{Name: name, Note: why}) }

// write prints the table, and the JSON where it was asked for.
func (r *report) write(p *program, o benchOutput) error {
	if err := r.table(p.stdout); err != nil {
		return err
	}
	if o.JSON == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.JSON, append(text, '\n'), 0o644)
}

func (r *report) table(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "bench %s: %s, %s, %d processors", r.Bench, r.Version, r.Go, r.CPUs)
	if r.Load != "" {
		fmt.Fprintf(&b, ", load before %s", r.Load)
	}
	b.WriteString("\n")
	for _, line := range r.About {
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
	lines := [][]string{{""}}
	for _, c := range r.Columns {
		lines[0] = append(lines[0], c.Title)
	}
	for _, row := range r.Rows {
		line := []string{row.Name}
		for _, c := range r.Columns {
			cell := "–"
			if v, ok := row.Figures[c.Key]; ok {
				cell = decimal(v, c.Digits)
			}
			line = append(line, cell)
		}
		if row.Note != "" {
			line = []string{row.Name, row.Note}
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(r.Columns)+1)
	for _, line := range lines {
		for i, cell := range line {
			if i == 0 || len(line) > 2 {
				widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			}
		}
	}
	for _, line := range lines {
		for i, cell := range line {
			pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
			switch {
			case i == 0:
				b.WriteString(cell + pad)
			case len(line) == 2:
				b.WriteString("  " + cell)
			default:
				b.WriteString("  " + pad + cell)
			}
		}
		b.WriteString("\n")
	}
	for _, note := range r.Notes {
		b.WriteString("\n" + note + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// decimal is a number with commas and so many digits behind the point.
func decimal(v float64, digits int) string {
	text := fmt.Sprintf("%.*f", digits, v)
	whole, part, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		whole += "." + part
	}
	return sign + whole
}

// quantile is a value such that a share q of all values is not above it; 0 of nothing. It sorts them.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(int(q*float64(len(values))), len(values)-1)]
}

// median of values, which keep their order.
func median(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	switch {
	case n == 0:
		return 0
	case n%2 == 0:
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[n/2]
}

// ratios of two series, turn by turn.
func ratios(of, to []float64) []float64 {
	var r []float64
	for i := range min(len(of), len(to)) {
		if to[i] > 0 {
			r = append(r, of[i]/to[i])
		}
	}
	return r
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }
