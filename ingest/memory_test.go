package ingest

import (
	"bytes"
	"io"
	"iter"
	"os"
	"runtime"
	"strings"
	"testing"
)

// endless repeats a text between a head and a tail until it has given size bytes.
type endless struct {
	part []byte // what is being given now
	unit []byte
	tail []byte
	left int
}

func newEndless(head, unit, tail string, size int) *endless {
	return &endless{part: []byte(head), unit: []byte(unit), tail: []byte(tail), left: size}
}

func (e *endless) Read(p []byte) (int, error) {
	for len(e.part) == 0 {
		switch {
		case e.left > 0:
			e.part = e.unit
			e.left -= len(e.unit)
		case e.tail != nil:
			e.part, e.tail = e.tail, nil
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.part)
	e.part = e.part[n:]
	return n, nil
}

// What the documents are made of: records with an abstract of the usual length.
var (
	unitAbstract = strings.Repeat("An abstract of the usual kind, which says a lot about a little. ", 16)
	unitLine     = `{"id":"2401.00001","title":"One","abstract":"` + unitAbstract + `"}` + "\n"
	firstItem    = "[\n  {\"id\": \"2401.00001\", \"title\": \"x\"}"
	unitItem     = ",\n  {\n    \"id\": \"2401.00001\",\n    \"title\": \"One\",\n    \"abstract\": \"" + unitAbstract + "\"\n  }"
	unitEntry    = `<entry><id>http://arxiv.org/abs/2401.00001v1</id><title>One</title><summary>` + unitAbstract + `</summary></entry>`
	unitPage     = "A title\n\n" + unitAbstract + "\n\n"
)

// TestMemoryStaysFlat reads 10 MB of each kind of document and looks at the heap on the way.
func TestMemoryStaysFlat(t *testing.T) {
	const size, most = 10 << 20, 4 << 20
	for _, tt := range []struct {
		name             string
		head, unit, tail string
		parse            func(io.Reader) iter.Seq2[Record, error]
	}{
		{"JSON Lines", "", unitLine, "", parseJSONL},
		{"a pretty-printed array", firstItem, unitItem, "\n]", parseWholeSnapshot},
		{"an array of daily papers", firstItem, unitItem, "\n]", parseHFFile},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom">`, unitEntry, `</feed>`, parseAtomFile},
		{"a page", "Mar 11\n\n", unitPage, "", parsePageOf2026},
		{"one line without an end", `{"id":"`, unitAbstract, "", parseJSONL},
		{"blank lines", "{}", strings.Repeat("\n", 100), "", parseJSONL},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, peak, n := heap(), uint64(0), 0
			for _, err := range tt.parse(newEndless(tt.head, tt.unit, tt.tail, size)) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n%2_000 == 0 {
					peak = max(peak, heap())
				}
			}
			limit := before + most
			if tt.name == "one line without an end" {
				limit += 3 * maxItem
			}
			if peak = max(peak, heap()); peak > limit || n == 0 {
				t.Errorf("%d records, the heap grew from %d to %d kB", n, before>>10, peak>>10)
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func benchmark(b *testing.B, path string, parse func(io.Reader) iter.Seq2[Record, error]) {
	document, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	records := 0
	for b.Loop() {
		for rec, err := range parse(bytes.NewReader(document)) {
			if err != nil {
				b.Fatal(err)
			}
			if rec.Reason == "" {
				_ = rec.Paper.Clean()
			}
			records++
		}
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkJSONL(b *testing.B) { benchmark(b, "testdata/jsonl/odd.jsonl", parseJSONL) }
func BenchmarkHF(b *testing.B)    { benchmark(b, "testdata/hf/daily_papers.json", parseHFFile) }
func BenchmarkAtom(b *testing.B)  { benchmark(b, "testdata/arxiv/testing-0-10.xml", parseAtomFile) }
func BenchmarkSnapshot(b *testing.B) {
	benchmark(b, "testdata/snapshot/papers.jsonl", parseWholeSnapshot)
}
func BenchmarkPage(b *testing.B) { benchmark(b, "testdata/page/papers-page.txt", parsePageOf2026) }
