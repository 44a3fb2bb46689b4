package digest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"recto/digest"
	"recto/digest/hook"
	"recto/store"
)

// chat is a real server whose webhooks keep what is posted to them.
type chat struct {
	*httptest.Server
	mu      sync.Mutex
	posts   []posted
	answers map[string]int // statuses by path; 200 for others
	after   string         // Retry-After
}

type posted struct {
	Path, Delivery string
	Document       hook.Document // of a program's webhook
}

func newChat(t testing.TB) *chat {
	t.Helper()
	c := &chat{answers: map[string]int{}}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := posted{Path: r.URL.Path, Delivery: r.Header.Get("X-Recto-Delivery")}
	err := json.NewDecoder(r.Body).Decode(&p.Document)
	c.mu.Lock()
	defer c.mu.Unlock()
	status := c.answers[r.URL.Path]
	switch {
	case err != nil:
		status = http.StatusBadRequest
	case status == 0:
		c.posts = append(c.posts, p)
		return
	}
	w.Header().Set("Retry-After", c.after)
	w.WriteHeader(status)
}

// taken are the posts since the last time, by path.
func (c *chat) taken() []posted {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.posts
	c.posts = nil
	slices.SortFunc(all, func(a, b posted) int { return strings.Compare(a.Path, b.Path) })
	return all
}

func (c *chat) paths() []string {
	var all []string
	for _, p := range c.taken() {
		all = append(all, p.Path)
	}
	return all
}

func (c *chat) answer(path string, status int, after string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[path], c.after = status, after
}

// hook adds a webhook of everything, daily.
func (o *office) hook(url string, change ...func(*store.Subscription)) store.Subscription {
	o.t.Helper()
	ctx := context.Background()
	ada, err := o.db.ReaderNamed(ctx, "ada-1")
	if errors.Is(err, store.ErrNotFound) {
		ada, err = o.db.AddReader(ctx, "ada-1", "correct horse battery", store.RoleReader)
	}
	o.must(err)
	s := all(url, "UTC")
	s.Via, s.Reader = store.ViaJSON, ada.ID
	for _, c := range change {
		c(&s)
	}
	s, err = o.db.AddWebhook(ctx, s)
	o.must(err)
	return s
}

func (o *office) tally() digest.Tally {
	o.t.Helper()
	tally, err := o.post.Pass(context.Background())
	o.must(err)
	return tally
}

// A channel gets what a mailbox gets, in its morning, once.
func TestWebhookGetsTheDigest(t *testing.T) {
	t.Parallel()
	o, c := newOffice(t, day("2026-05-12", 12)), newChat(t)
	for n := range 12 {
		o.paper(fmt.Sprintf("2605.0%04d", n+1), "2026-05-12", 100-n)
	}
	o.subscribe(all("ada@example.org", "UTC"))
	o.hook(c.URL + "/all")
	o.hook(c.URL+"/berlin", func(s *store.Subscription) { s.Zone = "Europe/Berlin" })
	o.hook(c.URL+"/weekly", func(s *store.Subscription) { s.Weekday = time.Friday })
	o.hook(c.URL+"/slack", func(s *store.Subscription) { s.Via = store.ViaSlack })
	o.hook(c.URL+"/none", func(s *store.Subscription) { s.Subject, s.What = store.SubjectTag, "zeppelins" })
	o.now = day("2026-05-13", 6)
	if o.tally(); fmt.Sprint(c.paths()) != "[/berlin]" {
		t.Error("at seven in Berlin")
	}
	o.now = day("2026-05-13", 7)
	if tally := o.tally(); tally.Sent != 3 || tally.Quiet != 1 || tally.Failed != 0 {
		t.Errorf("%+v", tally)
	}
	mails, posts := o.box.taken(), c.taken()
	if len(mails) != 1 || len(posts) != 2 || posts[0].Path != "/all" || posts[1].Path != "/slack" {
		t.Fatalf("%v %+v", mails, posts)
	}
	var ids []string
	for _, p := range posts[0].Document.Papers {
		ids = append(ids, p.ID)
	}
	if len(ids) != 10 || fmt.Sprint(ids) != fmt.Sprint(paperIDs(mails[0])) || posts[0].Document.From != "2026-05-12" || posts[0].Delivery != posts[0].Document.Delivery {
		t.Errorf("%v and %v, %+v", ids, paperIDs(mails[0]), posts[0].Document)
	}
	if o.tally(); len(c.taken()) != 0 {
		t.Error("it comes twice")
	}
	if tally, err := o.post.All(context.Background(), ""); err != nil || fmt.Sprint(c.paths()) != "[/weekly]" {
		t.Errorf("all at once: %+v, %v", tally, err)
	}
}

func TestWebhookSaysNo(t *testing.T) {
	t.Parallel()
	o, c := newOffice(t, day("2026-05-12", 12)), newChat(t)
	o.paper("2605.00001", "2026-05-12", 1)
	hooks := map[string]store.Subscription{}
	for path, status := range map[string]int{"/fine": 0, "/gone": 410, "/missing": 404, "/locked": 403, "/busy": 503, "/bad": 400} {
		c.answers[path] = status
		hooks[path] = o.hook(c.URL + path)
	}
	o.now = day("2026-05-13", 7)
	if tally := o.tally(); tally.Sent != 1 || tally.Failed != 5 || fmt.Sprint(c.paths()) != "[/fine]" {
		t.Errorf("%+v", tally)
	}
	state := func(path string) store.Webhook {
		t.Helper()
		all, err := o.db.Webhooks(context.Background(), hooks[path].Reader)
		o.must(err)
		for _, w := range all {
			if w.ID == hooks[path].ID {
				return w
			}
		}
		t.Fatalf("%s is not there", path)
		return store.Webhook{}
	}
	for path, runs := range map[string]bool{"/fine": true, "/gone": false, "/missing": false, "/locked": false, "/busy": true, "/bad": true} {
		w := state(path)
		if w.Runs() != runs || (w.Failure == "") != (path == "/fine") || !runs && !strings.Contains(w.StoppedFor, " answered 4") || runs && path != "/fine" && !w.RetryAt.Equal(o.now.Add(time.Minute)) {
			t.Errorf("%s: %+v", path, w)
		}
	}
	c.answer("/busy", 429, "7200")
	o.now = o.now.Add(time.Minute)
	o.tally()
	if w := state("/busy"); !w.RetryAt.Equal(o.now.Add(2 * time.Hour)) {
		t.Errorf("it asked for two hours, and is tried at %s", w.RetryAt)
	}
	c.answer("/busy", 0, "")
	c.answer("/gone", 0, "")
	o.now = o.now.Add(2 * time.Hour)
	if o.tally(); fmt.Sprint(c.paths()) != "[/busy]" {
		t.Error("what waited doesn't come, or what has stopped does")
	}
	o.must(o.db.ResumeWebhook(context.Background(), hooks["/gone"].Reader, hooks["/gone"].ID))
	if o.tally(); fmt.Sprint(c.paths()) != "[/gone]" {
		t.Error("it is not tried again when it is asked for")
	}
}

// The mail server's being away holds no channel up, and the reverse; nor does one chat's hold up another's.
func TestNobodyWaitsForOthers(t *testing.T) {
	t.Parallel()
	o, here, away := newOffice(t, day("2026-05-12", 12)), newChat(t), newChat(t)
	o.paper("2605.00001", "2026-05-12", 1)
	away.Close()
	for n := range 3 {
		o.hook(fmt.Sprintf("%s/%d", away.URL, n))
	}
	o.hook(here.URL + "/x")
	o.subscribe(all("ada@example.org", "UTC"))
	o.now = day("2026-05-13", 7)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	o.must(err)
	address := "smtp://" + listener.Addr().String()
	listener.Close()
	c := o.post.Config
	c.Lock += "2"
	c.Carrier, err = digest.NewSMTP(address, "x", nil)
	o.must(err)
	post, err := digest.Open(c)
	o.must(err)
	defer post.Close()
	var unreachable *digest.Unreachable
	if tally, err := post.Pass(context.Background()); !errors.As(err, &unreachable) || tally.Sent != 1 || tally.Failed != 3 || fmt.Sprint(here.paths()) != "[/x]" {
		t.Errorf("without a mail server: %+v, %v", tally, err)
	}
	if got := o.pass(); len(got) != 1 {
		t.Errorf("the mail: %v", got)
	}
}

// Run does all of it by itself, though the mail server is away.
func TestRunPostsWithoutAMailServer(t *testing.T) {
	t.Parallel()
	o, c := newOffice(t, day("2026-05-12", 12)), newChat(t)
	o.paper("2605.00001", "2026-05-12", 1)
	o.hook(c.URL + "/x")
	o.subscribe(all("ada@example.org", "UTC"))
	o.now = day("2026-05-13", 7)
	o.box.refuse = func(string) error { return errors.New("not now") }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); o.post.Run(ctx) }()
	for len(c.taken()) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	<-done
}

func TestRehearsalOfWebhooks(t *testing.T) {
	t.Parallel()
	o, c := newOffice(t, day("2026-05-12", 12)), newChat(t)
	o.paper("2605.00001", "2026-05-12", 1)
	o.hook(c.URL + "/services/a-very-secret-address")
	o.now = day("2026-05-13", 3)
	var out bytes.Buffer
	o.must(o.editor.Rehearse(context.Background(), &out, true, ""))
	if want := strings.TrimPrefix(c.URL, "http://") + "/…ress\tall papers\tPaper 2605.00001\n1 would be sent.\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if len(c.taken()) != 0 {
		t.Error("it is posted")
	}
}
