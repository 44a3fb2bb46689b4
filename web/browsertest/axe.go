package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// runAxe gives a line for each element that breaks a rule. The style sheets
// aren't fetched again ("preload"): the one rule that reads them is
// experimental, and the requests would show in Requests.
const runAxe = `(disabled) => axe.run(document, {
	preload: false,
	resultTypes: ["violations"],
	rules: Object.fromEntries(disabled.map(rule => [rule, {enabled: false}])),
}).then(result => result.violations.flatMap(v => v.nodes.map(n =>
	v.id + " (" + v.impact + "): " + n.target.flat().join(" ") + ": " + v.help + ": "
	+ [...n.any, ...n.all, ...n.none].map(check => check.message).join("; "))))`

// Axe checks the accessibility of the page as it is now, in its present colour
// scheme and size, and returns a line for each violation: the rule, the
// element, what the rule asks for and what was found. The rules named are left
// out. The page itself isn't touched: axe runs in a world of its own, which no
// content security policy forbids and no script of the page sees. On a page
// without scripts, scripts are allowed while axe runs; those of the page have
// had their time by then.
func (p *Page) Axe(except ...string) []string {
	p.t.Helper()
	source, err := os.ReadFile(tool(p.t, "axe-core/axe.min.js"))
	if err != nil {
		p.t.Fatalf("browsertest: Axe: %v", err)
	}
	ctx, cancel := p.timeout()
	defer cancel()
	if p.noJS {
		// axe waits for promises, which are never settled while scripts are off.
		p.disableScripts(ctx, false)
		defer p.disableScripts(ctx, true)
	}
	world, err := chromedp.Call(ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
		FrameID: cdp.FrameID(chromedp.FromContext(p.ctx).Target.TargetID), // a tab's main frame has the tab's id
	})
	if err != nil {
		p.fatalf("Axe: %v", err)
	}
	run := func(js string, out any) error {
		return p.evaluate(runtime.EvaluateParams{Expression: js, ContextID: world.ExecutionContextID}, out)
	}
	if err := run(string(source)+";0", nil); err != nil {
		p.fatalf("Axe: loading axe-core: %v", err)
	}
	if except == nil {
		except = []string{}
	}
	var lines []string
	if err := run(fmt.Sprintf("(%s)(%s)", runAxe, asJSON(except)), &lines); err != nil {
		p.fatalf("Axe: %v", err)
	}
	return lines
}

func (p *Page) disableScripts(ctx context.Context, yes bool) {
	p.t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: yes}); err != nil {
		p.fatalf("turning scripts on and off: %v", err)
	}
}

// tool returns the path of a file of the npm packages in web/testdata/tools.
func tool(t testing.TB, name string) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	path := filepath.Join(root, "web", "testdata", "tools", "node_modules", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("browsertest: %v\nrun ./test.sh, which installs it, or `npm ci --ignore-scripts` in web/testdata/tools", err)
	}
	return path
}

// moduleRoot returns the folder with go.mod at or above the one that the test
// runs in.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod at or above the working directory")
		}
		dir = parent
	}
}
