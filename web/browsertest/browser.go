package browsertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

const (
	// startTimeout is how long Chromium may take to start: far more than it
	// needs, because the first start after an installation reads 300 MB.
	startTimeout = time.Minute

	// actionTimeout is long because a busy CI machine pauses for seconds; it
	// costs nothing when the tests pass.
	actionTimeout = 30 * time.Second

	desktopWidth, desktopHeight = 1280, 900
	phoneWidth, phoneHeight     = 390, 844
)

// Options say what kind of reader opens the page. The zero value is a desktop
// reader who likes light pages.
type Options struct {
	// Width and Height are the window's size in CSS pixels. Zero is 1280 by
	// 900, or 390 by 844 with Phone.
	Width, Height int
	// Dark makes the reader prefer a dark colour scheme.
	Dark bool
	// ReducedMotion makes the reader prefer little motion.
	ReducedMotion bool
	// NoJS turns the page's scripts off. Every action works all the same,
	// except that Eval must not wait for a promise.
	NoJS bool
	// Phone makes a touch screen with two device pixels a CSS pixel, and the
	// page's viewport meta element counts.
	Phone bool
}

// Page is one tab of the browser and its reader. It belongs to the test that
// opened it and is used on that test's goroutine: a subtest opens its own.
type Page struct {
	t     testing.TB
	ctx   context.Context
	width int
	noJS  bool
	// patience is what an action has before the test fails.
	patience time.Duration
	nav      navigation
	watch    watch
}

// sharedBrowser starts the test binary's browser once. Its context has no end:
// see startBrowser for what happens when the binary exits.
var sharedBrowser = sync.OnceValues(startBrowser)

// Open opens an empty tab in a fresh browser context and closes both when the
// test ends.
func Open(t testing.TB, opts Options) *Page {
	t.Helper()
	root, err := sharedBrowser()
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	p := &Page{t: t, width: opts.size().width, noJS: opts.NoJS, patience: actionTimeout}
	ctx, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	t.Cleanup(cancel)
	p.ctx = ctx
	// The tab lives as long as the context of its first Do, so that one has
	// no timeout of its own.
	timer := time.AfterFunc(startTimeout, cancel)
	defer timer.Stop()
	if err := chromedp.Do(ctx, opts.emulate()); err != nil {
		t.Fatalf("browsertest: opening a tab: %v", err)
	}
	return p
}

// Context is the tab's chromedp context, for commands of the DevTools protocol
// that have no method here, such as those of a virtual authenticator.
func (p *Page) Context() context.Context { return p.ctx }

type size struct{ width, height int }

func (o Options) size() size {
	if o.Phone {
		return size{cmp.Or(o.Width, phoneWidth), cmp.Or(o.Height, phoneHeight)}
	}
	return size{cmp.Or(o.Width, desktopWidth), cmp.Or(o.Height, desktopHeight)}
}

// emulate turns the tab into the one that the options describe. Preferences
// that aren't asked for are set too, so that no setting of the machine shows.
func (o Options) emulate() chromedp.Action[chromedp.Void] {
	scheme, motion, pixels := "light", "no-preference", 1.0
	if o.Dark {
		scheme = "dark"
	}
	if o.ReducedMotion {
		motion = "reduce"
	}
	if o.Phone {
		pixels = 2
	}
	window := o.size()
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(window.width), Height: int64(window.height), DeviceScaleFactor: pixels, Mobile: o.Phone,
		})
		if err != nil {
			return fmt.Errorf("setting the window's size: %w", err)
		}
		_, err = cdp.Call(ctx, t, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: o.Phone})
		if err != nil {
			return fmt.Errorf("setting touch: %w", err)
		}
		_, err = cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme},
				{Name: "prefers-reduced-motion", Value: motion},
			},
		})
		if err != nil {
			return fmt.Errorf("setting the preferred colours and motion: %w", err)
		}
		_, err = cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: o.NoJS})
		if err != nil {
			return fmt.Errorf("turning scripts off: %w", err)
		}
		return nil
	})
}

// supervise runs a command ("$@" after the first argument) and then removes
// the folder that the first argument names. Signals are for the command, which
// ends by itself; the trap keeps the shell alive to tidy up.
const supervise = `dir=$1; shift; trap : INT TERM HUP; "$@"; rm -rf "$dir" || { sleep 1; rm -rf "$dir"; }`

// startBrowser starts Chromium with an empty profile and returns the context
// whose children are its tabs.
//
// Go has no hook that runs when a test binary exits, least of all when it
// panics or times out. So nothing here needs one: Chromium listens on a pipe
// and ends when the binary that holds the other end is gone, and the shell
// that started it then removes the profile.
func startBrowser() (context.Context, error) {
	path, err := findChromium()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "recto-browser-")
	if err != nil {
		return nil, fmt.Errorf("a folder for Chromium's profile: %w", err)
	}
	alloc, _ := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		// Chromium writes below HOME too (certificates, font caches).
		chromedp.Env("HOME="+profile, "XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile),
		chromedp.Flag("headless", "new"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("mute-audio", true),
		chromedp.Flag("no-sandbox", true), // root in a container has no other way; the pages are our own
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("no-first-run", true),
		chromedp.Flag("no-default-browser-check", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-breakpad", true),
		chromedp.Flag("disable-dev-shm-usage", true), // 64 MB in many containers, too little for a full-page picture
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter"),
		// Tabs of parallel tests cover each other and must not be slowed down.
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("lang", "en-US"),
		chromedp.Flag("password-store", "basic"),
		chromedp.Flag("proxy-server", "direct://"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			cmd.Args = append([]string{"sh", "-c", supervise, "sh", profile, path}, cmd.Args[1:]...)
			cmd.Path = "/bin/sh"
		}),
	)
	ctx, cancel := chromedp.NewContext(alloc)
	timer := time.AfterFunc(startTimeout, cancel)
	defer timer.Stop()
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return ctx, nil
}

// findChromium returns the path of the browser: $CHROMIUM, or the first of the
// usual names in PATH. test.sh looks for the same ones.
func findChromium() (string, error) {
	if name := os.Getenv("CHROMIUM"); name != "" {
		path, err := exec.LookPath(name)
		if err != nil {
			return "", fmt.Errorf("the browser that $CHROMIUM names: %w", err)
		}
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium found: run ./test.sh, which installs it, or set CHROMIUM to the browser's path")
}
