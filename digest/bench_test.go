package digest_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// BenchmarkMails chooses, sets and hands over a digest of ten papers to each of so many subscribers, over SMTP to a server in
// this process:
//
//	go test ./digest -run '^$' -bench Mails -benchtime 10000x
func BenchmarkMails(b *testing.B) {
	o := newOffice(b, day("2026-05-12", 12))
	for n := range 40 {
		o.paper(fmt.Sprintf("2605.%05d", n+1), "2026-05-12", n)
	}
	for n := range b.N {
		o.subscribe(all(fmt.Sprintf("reader%d@example.org", n), "Europe/Berlin"))
	}
	o.box.forget = true
	o.now = day("2026-05-13", 8)
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	b.ResetTimer()
	tally, err := o.post.Pass(context.Background())
	b.StopTimer()
	close(stop)
	o.must(err)
	if tally.Sent != b.N || o.box.count != b.N {
		b.Fatalf("%d sent, %d came", tally.Sent, o.box.count)
	}
	b.ReportMetric(float64(<-peak)/(1<<20), "MiB-heap")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
