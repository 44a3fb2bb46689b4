package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"recto/store"
)

// benchReaders are accounts that a benchmark makes for itself.
type benchReaders struct {
	names    []string
	ids      []store.ReaderID
	password string
}

// addReaders makes n accounts with names that nobody has.
func addReaders(ctx context.Context, db *store.DB, n int) (benchReaders, error) {
	r := benchReaders{password: rand.Text()}
	run := strings.ToLower(rand.Text()[:8])
	for i := range n {
		reader, err := db.AddReader(ctx, fmt.Sprintf("bench-%s-%d", run, i), r.password, store.RoleReader)
		if err != nil {
			return r, err
		}
		r.names, r.ids = append(r.names, reader.Name), append(r.ids, reader.ID)
	}
	return r, nil
}

// signIn signs reader i in as a browser would and gives the cookie; each comes from an address of its own.
func (r *benchReaders) signIn(ctx context.Context, addr string, i int) (cookie string, err error) {
	from := fmt.Sprintf("10.%d.%d.%d", 1+i>>16, i>>8&255, 1+i&255)
	header := browserHeader("X-Forwarded-For", from, "Sec-Fetch-Site", "same-origin")
	form := url.Values{"name": {r.names[i]}, "password": {r.password}, "next": {"/"}}.Encode()
	answer, err := fetch(ctx, http.MethodPost, "http://"+addr+"/sign-in", form, header)
	if err != nil {
		return "", err
	}
	if cookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";"); answer.Status != http.StatusSeeOther || cookie == "" {
		return "", fmt.Errorf("signing in was answered with %d", answer.Status)
	}
	header["Cookie"] = cookie // the first page says welcome, the others don't
	welcome, err := fetch(ctx, http.MethodGet, "http://"+addr+"/", "", header)
	if err == nil && !strings.Contains(welcome.Header.Get("Vary")+welcome.Header.Get("Cache-Control"), "ookie") && welcome.Status != http.StatusOK {
		err = fmt.Errorf("the first page after signing in was answered with %d", welcome.Status)
	}
	return cookie, err
}

// voters are clients that cast votes for papers and take them back, each in an order of its own, over and over.
func (r *benchReaders) voters(ctx context.Context, addr string, papers []store.PaperID) ([]loadClient, error) {
	if len(papers) == 0 {
		return nil, errors.New("there is no paper to vote for")
	}
	var clients []loadClient
	for i := range r.names {
		cookie, err := r.signIn(ctx, addr, i)
		if err != nil {
			return nil, err
		}
		c := loadClient{Header: browserHeader("Cookie", cookie, "Sec-Fetch-Site", "same-origin", "HX-Request", "true")}
		for _, cast := range []string{"1", "0"} {
			for k := range papers {
				paper := papers[(k*(2*i+1)+17*i)%len(papers)] // not for the same ones at a time
				c.Requests = append(c.Requests, loadRequest{http.MethodPost, "/votes", url.Values{"paper": {string(paper)}, "cast": {cast}}.Encode()})
			}
		}
		clients = append(clients, c)
	}
	return clients, nil
}

// votePapers are papers to vote for: the newest ones, a number that has no common factor with a voter's odd steps.
func votePapers(ctx context.Context, db *store.DB) ([]store.PaperID, error) {
	const most = 128
	page, err := db.Papers(ctx, store.Filter{Order: store.Newest, Limit: most})
	if err != nil {
		return nil, err
	}
	var ids []store.PaperID
	for i := range page.Papers {
		ids = append(ids, page.Papers[i].ID)
	}
	return ids, nil
}

// browsing are the pages that people ask for.
func browsing(ctx context.Context, db *store.DB) ([]loadRequest, error) {
	paths := []string{"/", "/papers/trending", "/papers/latest", "/papers/top/week", "/tags", "/categories"}
	for _, kind := range []struct {
		kind store.FacetKind
		path string
	}{{store.FacetTag, "/tags/"}, {store.FacetCategory, "/categories/"}, {store.FacetAuthor, "/authors/"}} {
		facets, err := db.TopFacets(ctx, kind.kind, 4)
		if err != nil {
			return nil, err
		}
		for _, f := range facets {
			paths = append(paths, kind.path+url.PathEscape(f.Slug))
		}
	}
	papers, err := votePapers(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, id := range papers[:min(20, len(papers))] {
		paths = append(paths, (&url.URL{Path: "/papers/" + string(id)}).EscapedPath())
	}
	requests := make([]loadRequest, len(paths))
	for i, path := range paths {
		requests[i] = loadRequest{Method: http.MethodGet, Path: path}
	}
	return requests, nil
}

// manyPapersDay is the latest day with a full page of papers, or the fullest of the last hundred days with papers.
func manyPapersDay(ctx context.Context, db *store.DB, papers int) (store.DayCount, error) {
	latest, err := db.LatestDay(ctx)
	if err != nil {
		return store.DayCount{}, fmt.Errorf("the catalogue has no papers: %w", err)
	}
	days, err := db.Days(ctx, store.Span{Kind: store.SpanRange, From: latest.Add(-400), To: latest})
	if err != nil {
		return store.DayCount{}, err
	}
	best := store.DayCount{}
	for i := len(days) - 1; i >= max(0, len(days)-100); i-- {
		if days[i].Papers > best.Papers {
			best = days[i]
		}
		if best.Papers >= papers {
			break
		}
	}
	return best, nil
}
