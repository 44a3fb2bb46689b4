package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Screenshot saves a picture of the whole page as name.png in the folder that
// $RECTO_SCREENSHOTS names, and does nothing when it names none.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	dir := os.Getenv("RECTO_SCREENSHOTS")
	if dir == "" {
		return
	}
	p.waitFonts()
	ctx, cancel := p.timeout()
	defer cancel()
	if _, err := p.save(ctx, dir, name, true); err != nil {
		p.t.Fatalf("browsertest: Screenshot(%q): %v", name, err)
	}
}

// waitFonts waits until the fonts that the page uses are there: text is wider
// or narrower without them.
func (p *Page) waitFonts() {
	p.t.Helper()
	p.until(func() error {
		var status string
		if err := p.eval("document.fonts.status", &status); err != nil || status == "loaded" {
			return err
		}
		return errors.New("fonts are " + status)
	}, "waiting for the page's fonts")
}

// fatalf ends the test with what went wrong, where, and what it looked like.
func (p *Page) fatalf(format string, args ...any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	where := "unknown"
	if history, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{}); err == nil {
		where = history.Entries[history.CurrentIndex].URL
	}
	picture, err := p.save(ctx, filepath.Join(os.TempDir(), "recto-screenshots"), p.t.Name(), false)
	if err != nil {
		picture = "none, " + err.Error()
	}
	p.t.Fatalf("browsertest: %s\n\tpage: %s\n\tpicture: %s", fmt.Sprintf(format, args...), where, picture)
}

var notInFileName = regexp.MustCompile(`[^\pL\pN._-]+`)

// save writes a picture of the window, or of the whole page below it too, and
// returns the file's path.
func (p *Page) save(ctx context.Context, dir, name string, whole bool) (string, error) {
	shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format:                page.CaptureScreenshotFormatPng,
		CaptureBeyondViewport: &whole,
	})
	if err != nil {
		return "", fmt.Errorf("taking a picture: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, notInFileName.ReplaceAllString(name, "_")+".png")
	return path, os.WriteFile(path, shot.Data, 0o644)
}
