package words

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"recto/store/search/text"
)

// bulk are documents made of many real papers, which RECTO_SHARED says the place of, newest last.
func bulk(b *testing.B) (docs []Doc) {
	paths, err := filepath.Glob(filepath.Join(os.Getenv("RECTO_SHARED"), "data/bulk/*.jsonl.gz"))
	if err != nil || len(paths) == 0 {
		b.Skip("no bulk papers", err)
	}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			b.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			docs = append(docs, bulkDoc(b, lines.Bytes()))
		}
		if lines.Err() != nil {
			b.Fatal(lines.Err())
		}
	}
	slices.SortStableFunc(docs, func(x, y Doc) int { return int(x.Day - y.Day) })
	return docs
}

func bulkDoc(b *testing.B, line []byte) Doc {
	var p struct {
		ID, Title, Abstract, Listed string
		Authors, Categories         []string
	}
	if err := json.Unmarshal(line, &p); err != nil {
		b.Fatal(err)
	}
	d := Doc{Title: text.Terms(p.Title), Abstract: text.Terms(p.Abstract), Keys: []string{"i:" + p.ID}}
	if day, err := time.Parse(time.DateOnly, p.Listed); err == nil {
		d.Day = int32(day.Unix() / 86400)
	}
	for _, name := range p.Authors {
		name := text.Terms(name)
		d.Authors = append(append(d.Authors, name...), "")
		d.Keys = append(d.Keys, "u:"+strings.Join(name, "-"))
	}
	for _, c := range p.Categories {
		archive, _, _ := strings.Cut(c, ".")
		d.Keys = append(d.Keys, "c:"+c, "a:"+archive)
	}
	return d
}

// BenchmarkBuild indexes real papers, over and over until they are RECTO_WORDS_DOCS: all that becomes of a document until
// the last merge.
func BenchmarkBuild(b *testing.B) {
	docs, n := bulk(b), benchDocs()
	const batch = 1000
	for b.Loop() {
		idx, err := Create(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		terms, keys := 0, 0
		var updating, finishing time.Duration
		for at := 0; at < n; at += batch {
			var next []Doc
			for i := at; i < min(n, at+batch); i++ {
				d := docs[i%len(docs)]
				d.Number, d.Day = uint32(i), d.Day+int32(i/len(docs)*365)
				next = append(next, d)
				terms += len(d.Title) + len(d.Abstract) + len(d.Authors)
				keys += len(d.Keys)
			}
			begin := time.Now()
			if err := idx.Update(next, nil); err != nil {
				b.Fatal(err)
			}
			updating += time.Since(begin)
		}
		begin := time.Now()
		if err := idx.Commit(1); err != nil {
			b.Fatal(err)
		}
		idx.waitForMerges()
		finishing = time.Since(begin)
		report := func(total float64, unit string) { b.ReportMetric(total/float64(n), unit+"/doc") }
		report(float64((updating + finishing).Microseconds()), "µs")
		report(float64(updating.Microseconds()), "µs-Update")
		report(float64(terms), "terms")
		report(float64(keys), "keys")
		report(float64(idx.Stats().Bytes), "bytes")
		idx.Close()
	}
}
