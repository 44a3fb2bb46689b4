package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// childMark tells a test binary that it is to be the program.
const childMark = "RECTO_BENCH_CHILD=1"

// child is a process of this program beside the one that measures.
type child struct {
	name   string
	cmd    *exec.Cmd
	addr   string // host and port, of one that serves
	began  time.Time
	stderr lastWords
}

// lastWords keeps the end of what a process complains of.
type lastWords struct {
	mu   sync.Mutex
	text []byte
}

func (w *lastWords) Write(p []byte) (int, error) {
	const most = 2_000
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	w.text = w.text[max(0, len(w.text)-most):]
	return len(p), nil
}

func (w *lastWords) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimSpace(string(w.text))
}

const (
	childPatience = 5 * time.Minute // for its first line
	childEnding   = 20 * time.Second
)

// command is this program with other arguments. Cancelled, it is asked to end before it is made to.
func (p *program) command(args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{name: "recto " + strings.Join(args[:min(2, len(args))], " "), cmd: exec.CommandContext(p.ctx, self, args...)}
	c.cmd.Env = append(os.Environ(), childMark)
	c.cmd.Stderr = &c.stderr
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(os.Interrupt) }
	c.cmd.WaitDelay = childEnding
	return c, nil
}

func (c *child) wrong(err error) error {
	if said := c.stderr.String(); said != "" {
		return fmt.Errorf("%s: %w: %s", c.name, err, said)
	}
	return fmt.Errorf("%s: %w", c.name, err)
}

// ask runs a child with a plan and reads its answer.
func (p *program) ask(plan, answer any, args ...string) error {
	c, err := p.command(args...)
	if err != nil {
		return err
	}
	text, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	c.cmd.Stdin = bytes.NewReader(text)
	out, err := c.cmd.Output()
	if err != nil {
		return c.wrong(err)
	}
	return json.Unmarshal(out, answer)
}

// load runs a plan of load in a process of its own.
func (p *program) load(plan loadPlan) ([]loadResult, error) {
	var results []loadResult
	err := p.ask(plan, &results, "bench", "load")
	if err == nil && len(results) != len(plan.Groups) {
		err = errors.New("the load has other groups than its plan")
	}
	return results, err
}

var address = regexp.MustCompile(`http://[^\s/]+`)

// serving starts a child that says in its first line where it serves.
func (p *program) serving(stdin io.Reader, args ...string) (*child, error) {
	c, err := p.command(args...)
	if err != nil {
		return nil, err
	}
	c.cmd.Stdin = stdin
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.began = time.Now()
	if err := c.cmd.Start(); err != nil {
		return nil, c.wrong(err)
	}
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		first <- line
	}()
	select {
	case line := <-first:
		if url := address.FindString(line); url != "" {
			// A name such as localhost would be looked up for each connection.
			_, port, err := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
			if err != nil {
				return nil, errors.Join(c.wrong(err), c.stop())
			}
			c.addr = net.JoinHostPort("127.0.0.1", port)
			return c, nil
		}
		return nil, errors.Join(c.wrong(fmt.Errorf("it said %q", strings.TrimSpace(line))), c.stop())
	case <-time.After(childPatience):
		return nil, errors.Join(c.wrong(errors.New("it does not say where it serves")), c.stop())
	}
}

// site starts the site on a catalogue. It believes what the load says about addresses: signing in is limited by them.
func (p *program) site(db string, more ...string) (*child, error) {
	args := []string{"serve", "--db", db, "--listen", "127.0.0.1:0", "--log", "none", "--sample=false", "--proxy", "127.0.0.1"}
	return p.serving(nil, append(args, more...)...)
}

// stop asks the child to end and waits.
func (c *child) stop() error {
	if c == nil || c.cmd.Process == nil {
		return nil
	}
	ended := make(chan error, 1)
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil { // gone, or a system that can't ask
		_ = c.cmd.Process.Kill()
	}
	go func() { ended <- c.cmd.Wait() }()
	select {
	case err := <-ended:
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && (exit.ExitCode() == 130 || exit.ExitCode() == -1) {
			return nil
		}
		if err != nil {
			return c.wrong(err)
		}
		return nil
	case <-time.After(childEnding):
		return errors.Join(c.wrong(errors.New("it does not end")), c.cmd.Process.Kill())
	}
}

// cpu is the processor time that the child has used; false where the system does not tell.
func (c *child) cpu() (time.Duration, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	if err != nil {
		return 0, false
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name may hold anything
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, false
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 everywhere
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, err1 == nil && err2 == nil
}

// memory is memoryOf the child.
func (c *child) memory(line string) int64 { return memoryOf(c.cmd.Process.Pid, line) }

// memoryOf is what a line of a process's status says, such as VmRSS or, for the most so far, VmHWM; in bytes, 0 if unknown.
func memoryOf(pid int, line string) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\n"+line+":")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10
}

// browserHeader is what a browser asks with.
func browserHeader(more ...string) map[string]string {
	h := map[string]string{"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br, zstd",
		"Accept-Language": "en-GB,en;q=0.7", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
	for i := 0; i+1 < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// fetched is an answer as it came over the wire, still compressed.
type fetched struct {
	Status int
	Header http.Header
	Body   []byte
}

// fetch asks once, follows no redirect and undoes no compression.
func fetch(ctx context.Context, method, url, form string, header map[string]string) (fetched, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(form))
	if err != nil {
		return fetched{}, err
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return fetched{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return fetched{resp.StatusCode, resp.Header, body}, err
}

// workplace is a folder for a benchmark's files beside the catalogue, where a disk like its own is.
func workplace(db string) (folder string, remove func(), err error) {
	folder, err = os.MkdirTemp(filepath.Dir(db), "recto-bench-")
	return folder, func() { os.RemoveAll(folder) }, err
}

// copyCatalogue copies a catalogue that nobody writes to.
func copyCatalogue(ctx context.Context, from, to string) error {
	for _, suffix := range []string{"", "-wal"} {
		in, err := os.Open(from + suffix)
		if errors.Is(err, os.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.Create(to + suffix)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, in)
		if err = errors.Join(err, out.Close(), ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}
