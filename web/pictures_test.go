package web_test

import (
	"bytes"
	"fmt"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"recto/store"
)

// pictures are those of every kind of page that has one of its own, and the site's.
var pictures = []string{"/card.png",
	"/papers/2605.00001/card.png", "/papers/2605.00002/card.png", "/papers/2605.00004/card.png", "/papers/2605.00006/card.png",
	"/papers/2605.00007/card.png", "/papers/hep-th/9901001/card.png", "/papers/doi:10.1000/xyz%282026%29/3:1/card.png",
	"/papers/date/2026-05-12/card.png", "/papers/date/2026-05-09/card.png", "/papers/date/1990-01-01/card.png",
	"/papers/week/2026-W20/card.png", "/papers/month/2026-05/card.png",
	"/tags/world-models/card.png", "/tags/%E5%BC%B7%E5%8C%96%E5%AD%A6%E7%BF%92/card.png"}

func TestPictures(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	seen := map[string]string{}
	for _, path := range pictures {
		t.Run(path, func(t *testing.T) {
			p := v.in(t).get(path).want(http.StatusOK)
			equal(t, "content type", p.Header.Get("Content-Type"), "image/png")
			equal(t, "cache control", p.Header.Get("Cache-Control"), "public, max-age=3600")
			equal(t, "cookies", len(p.Cookies()), 0)
			equal(t, "content encoding", p.Header.Get("Content-Encoding"), "")
			equal(t, "vary", strings.Contains(p.Header.Get("Vary"), "Cookie"), false)
			picture, err := png.Decode(bytes.NewReader(p.body))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "size", picture.Bounds().Size().String(), "(1200,630)")
			tag := p.Header.Get("ETag")
			if other, ok := seen[tag]; ok || len(tag) < 10 {
				t.Errorf("the tag %s is also that of %s", tag, other)
			}
			seen[tag] = path

			for match, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
				again := v.in(t).do(http.MethodGet, path, nil, map[string]string{"If-None-Match": match}).want(status)
				equal(t, "tag", again.Header.Get("ETag"), tag)
				equal(t, "nothing is sent", len(again.body) == 0, status == 304)
			}
			head := v.in(t).do(http.MethodHead, path, nil, nil).want(http.StatusOK)
			equal(t, "tag of the head", head.Header.Get("ETag"), tag)
		})
	}
}

// TestPictureFollowsThePaper votes for a paper: its picture, its day's and its tag's become others.
func TestPictureFollowsThePaper(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	tags := func() (all []string) {
		for _, path := range []string{"/papers/2605.00001/card.png", "/papers/date/2026-05-13/card.png", "/tags/few-shot-learning/card.png"} {
			all = append(all, v.get(path).want(http.StatusOK).Header.Get("ETag"))
		}
		return all
	}
	before := tags()
	s.reader(novice).post("/votes", ballot(everything, "1")).want(http.StatusSeeOther)
	for i, tag := range tags() {
		if tag == before[i] {
			t.Errorf("picture %d is as before the vote", i)
		}
	}
}

func TestPicturesOfNothing(t *testing.T) {
	v := newSite(t).visitor()
	for path, status := range map[string]int{
		"/papers/2401.00001/card.png": 404, "/papers/nothing/card.png": 404, "/papers//card.png": 404,
		"/papers/date/2026-06-01/card.png": 404, "/papers/date/yesterday/card.png": 404, "/papers/week/2026-W99/card.png": 404,
		"/papers/month/2026-13/card.png": 404, "/tags/no-such-tag/card.png": 404,
	} {
		p := v.get(path).want(status)
		if p.Header.Get("Cache-Control") != "" || p.Header.Get("ETag") != "" {
			t.Errorf("%s may be kept: %v", path, p.Header)
		}
	}
	for path, to := range map[string]string{
		"/papers/arXiv:2605.00001v2/card.png":        "/papers/2605.00001/card.png",
		"/papers/HEP-TH/9901001/card.png":            "/papers/hep-th/9901001/card.png",
		"/tags/World%2FModels":                       "/tags/world-models",
		"/tags/World%2FModels/card.png":              "/tags/world-models/card.png",
		"/tags/World%20Models/card.png":              "/tags/world-models/card.png",
		"/papers/10.1000/xyz%282026%29/3:1/card.png": "/papers/doi:10.1000/xyz%282026%29/3:1/card.png",
	} {
		v.get(path).leadsTo(http.StatusMovedPermanently, to)
	}
}

// TestPicturesOfAnEmptyCatalogue draws where there is nothing to show.
func TestPicturesOfAnEmptyCatalogue(t *testing.T) {
	v := emptySite(t).visitor()
	for _, path := range []string{"/card.png", "/papers/date/2026-05-12/card.png"} {
		equal(t, "content type", v.get(path).want(http.StatusOK).Header.Get("Content-Type"), "image/png")
	}
}

// TestEveryPageHasItsPicture opens the picture that each kind of page tells other sites of.
func TestEveryPageHasItsPicture(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	own := map[string]bool{}
	s.each(t, func(t *testing.T, k kind, p *page) {
		meta := func(name string) string { return p.attr("meta[property='og:image"+name+"']", "content") }
		path, ours := strings.CutPrefix(meta(""), siteURL)
		if !ours {
			t.Fatalf("the picture is at %q", meta(""))
		}
		equal(t, "shape", meta(":width")+"x"+meta(":height")+" "+meta(":type"), "1200x630 image/png")
		equal(t, "card", p.attr("meta[name='twitter:card']", "content"), "summary_large_image")
		if meta(":alt") == "" {
			t.Error("the picture has no text")
		}
		if !own[path] {
			v.in(t).get(path).want(http.StatusOK)
		}
		own[path] = true
		canonical := strings.Join(p.attrs("link[rel=canonical]", "href"), "")
		if base := strings.TrimSuffix(path, "/card.png"); base != "" && canonical != "" && !strings.HasPrefix(canonical, siteURL+base) {
			t.Errorf("the picture of %s is %s", canonical, path)
		}
		switch page, _, _ := strings.Cut(k.path, "?"); {
		case k.status >= 400 || k.hidden || k.follow != "":
		case strings.HasPrefix(page, "/papers/date/"), strings.HasPrefix(page, "/papers/week/"), strings.HasPrefix(page, "/papers/month/"),
			strings.HasPrefix(page, "/tags/"), strings.HasPrefix(page, "/papers/2605"), strings.HasPrefix(page, "/papers/doi"):
			equal(t, "picture", path, page+"/card.png")
		}
	})
	if len(own) < 15 {
		t.Errorf("only %q", slices.Sorted(maps.Keys(own)))
	}
}

// TestPicturesInACrowd asks for many pictures at once.
func TestPicturesInACrowd(t *testing.T) {
	s := newSite(t)
	done := make(chan *page)
	const many = 40
	for i := range many {
		go func() {
			done <- s.visitor().get(fmt.Sprintf("/papers/%s/card.png", []store.PaperID{everything, hostile, bare, team}[i%4]))
		}()
	}
	tags := map[string]bool{}
	for range many {
		p := <-done
		if p.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", p.path, p.StatusCode)
		}
		tags[p.Header.Get("ETag")] = true
	}
	equal(t, "pictures", len(tags), 4)
}
