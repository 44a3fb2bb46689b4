package words

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// workShare is how many postings are worth a worker of their own.
const workShare = 1 << 16

// job is a view and what a query is in it.
type job struct {
	*view
	at int // the view's place in the snapshot
	matcher
	first int // of the steps to look at, where a sample is counted
}

// jobs are the views in which a query may match something, those with the newest documents first.
func (p *plan) jobs(query Node) []job {
	jobs := make([]job, 0, len(p.snap.views))
	for i, v := range p.snap.views {
		if m := p.compile(query, i); m != nil {
			jobs = append(jobs, job{view: v, at: i, matcher: m})
		}
	}
	return jobs
}

// share has workers do jobs, each the next one that nobody has begun, and returns the workers. There is more than one
// when there is much to do.
func share[W any](jobs []job, worker func() W, do func(W, *job) error) ([]W, error) {
	work := 0
	for _, j := range jobs {
		work += j.work()
	}
	workers := make([]W, max(1, min(runtime.GOMAXPROCS(0), len(jobs), 1+work/workShare)))
	var next atomic.Int64
	var group errgroup.Group
	for i := range workers {
		w := worker()
		workers[i] = w
		group.Go(func() (err error) {
			defer guard(&err, debug.SetPanicOnFault(true))
			for {
				i := int(next.Add(1) - 1)
				if i >= len(jobs) {
					return nil
				}
				if err := do(w, &jobs[i]); err != nil {
					return err
				}
			}
		})
	}
	return workers, group.Wait()
}
