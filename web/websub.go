package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"recto/store"
	"recto/web/feed"
)

// How the WebSub hub is told that feeds have gained papers: as PubSubHubbub 0.3, section 7.1, has it, which WebSub leaves to
// hubs and which those in use understand. Feeds of an author or a search, and pages behind the first, are not told of; the
// private ones name no hub.
const (
	hubLook   = 2 * time.Second // between two looks for new papers
	hubPause  = time.Minute     // after the hub was told, and after it didn't answer
	hubTime   = 10 * time.Second
	hubPapers = 300 // at once, whose own feeds are told of; of more, only the feeds of all papers are
	hubFeeds  = 100 // in one request
	hubAnswer = 4 << 10

	hubSetting = "websub-told" // the newest paper's number of which the hub knows
)

// tellHub tells the hub of new papers until ctx ends, of those too that came while nobody was there to tell.
func (s *server) tellHub(ctx context.Context) {
	client := &http.Client{Timeout: hubTime}
	for wait := hubLook; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		told, err := s.tellOfNewPapers(ctx, client)
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("the WebSub hub could not be told", "error", err)
		}
		if wait = hubLook; told || err != nil {
			wait = hubPause
		}
	}
}

func (s *server) tellOfNewPapers(ctx context.Context, client *http.Client) (told bool, err error) {
	state, err := s.DB.State(ctx)
	if err != nil {
		return false, err
	}
	value, err := s.DB.Setting(ctx, hubSetting)
	if err != nil {
		return false, err
	}
	known, err := strconv.ParseInt(string(value), 10, 64)
	if err == nil && known < state.Newest {
		topics, err := s.grownFeeds(ctx, known, state.Newest)
		if err != nil {
			return false, err
		}
		for some := range slices.Chunk(topics, hubFeeds) {
			if err := publish(ctx, client, s.WebSubHub, some); err != nil {
				return false, err
			}
		}
		told = true
	}
	if err != nil || known != state.Newest { // the first time, nothing is new
		return told, s.DB.SetSetting(ctx, hubSetting, strconv.AppendInt(nil, state.Newest, 10))
	}
	return told, nil
}

// grownFeeds are the addresses of the feeds that have gained the papers whose numbers are behind one, up to another.
func (s *server) grownFeeds(ctx context.Context, after, last int64) ([]string, error) {
	pages := []string{homePath, latestPath, trendingPath}
	if last-after <= hubPapers {
		var numbers []int64
		for n := after + 1; n <= last; n++ {
			numbers = append(numbers, n)
		}
		papers, err := s.DB.ByNumber(ctx, numbers)
		if err != nil {
			return nil, err
		}
		for i := range papers {
			pages = append(pages, listingsOf(&papers[i])...)
		}
	}
	slices.Sort(pages)
	var topics []string
	for _, page := range slices.Compact(pages) {
		for _, f := range feed.Formats {
			topics = append(topics, s.URL+feedPath(page, f))
		}
	}
	return topics, nil
}

// listingsOf are the listings that offer a feed with a paper in it, beside those of all papers.
func listingsOf(p *store.Paper) []string {
	var pages []string
	for _, span := range []store.Span{store.DaySpan(p.FeaturedOn), store.WeekSpan(p.FeaturedOn), store.MonthSpan(p.FeaturedOn)} {
		pages = append(pages, spanPath(span))
	}
	for _, tag := range p.AllTags() {
		pages = append(pages, withQuery(tagPath(tag), "sort", string(store.Newest)))
	}
	for _, id := range p.Categories {
		pages = append(pages, categoryPath(id))
	}
	return pages
}

// publish tells a hub that the feeds at some addresses have changed.
func publish(ctx context.Context, client *http.Client, hub string, topics []string) error {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": topics}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, hubAnswer)) // so that the connection is used again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("it answered %s", resp.Status)
	}
	return nil
}
