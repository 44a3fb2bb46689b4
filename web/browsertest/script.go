package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// find is the one script that looks for an element and says something about
// it. It answers {value} or {missing}, the reason why there is none yet.
//
// It must not wait for anything in the page: with the page's scripts turned
// off the browser still evaluates what a test asks for, but no promise is
// settled and no timer fires. So the waiting is done in Go.
const find = `(sel, what, arg) => {
	const all = [...document.querySelectorAll(sel)];
	if (all.length === 0) return {missing: "no element matches"};
	const shown = e => e.checkVisibility({visibilityProperty: true}) && [...e.getClientRects()].some(r => r.width > 0 && r.height > 0);
	const visible = all.find(shown);
	const el = visible || all[0];
	const needVisible = ["visible", "clickable", "caretAtEnd", "selectAll", "choose"].includes(what);
	if (needVisible && !visible) return {missing: "no matching element is visible"};
	if (needVisible && what !== "visible" && el.matches(":disabled")) return {missing: "the element is disabled"};
	switch (what) {
	case "visible":
		return {value: true};
	case "text":
		return {value: (el.innerText ?? el.textContent).trim()};
	case "attr":
		return {value: el.getAttribute(arg) ?? ""};
	case "value":
		return {value: String(el.value ?? "")};
	case "style":
		return {value: getComputedStyle(el).getPropertyValue(arg)};
	case "focused":
		return {value: el === document.activeElement};
	case "choose": {
		const option = [...el.options].find(o => o.value === arg);
		if (!option) return {missing: "it has no such option"};
		option.selected = true;
		el.dispatchEvent(new Event("input", {bubbles: true}));
		el.dispatchEvent(new Event("change", {bubbles: true}));
		return {value: true};
	}
	case "caretAtEnd":
	case "selectAll":
		el.focus();
		if (document.activeElement !== el) return {missing: "the element can't have the focus"};
		if (what === "selectAll") el.select();
		else {
			// Fields for e-mail and numbers know no position, but a
			// selection can be moved in them.
			try { el.setSelectionRange(el.value.length, el.value.length); }
			catch { getSelection().modify("move", "forward", "documentboundary"); }
		}
		return {value: true};
	case "clickable": {
		let r = [...el.getClientRects()].find(r => r.width > 0 && r.height > 0);
		if (r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth) {
			el.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
			r = [...el.getClientRects()].find(r => r.width > 0 && r.height > 0);
		}
		const at = {X: r.left + r.width / 2, Y: r.top + r.height / 2};
		const hit = document.elementFromPoint(at.X, at.Y);
		if (!hit) return {missing: "the element's middle is outside the window"};
		if (!el.contains(hit) && hit.closest("label")?.control !== el)
			return {missing: "it is covered by " + hit.cloneNode().outerHTML.slice(0, 200)};
		return {value: at};
	}
	}
	throw new Error("unknown question " + what);
}`

const (
	count        = `sel => document.querySelectorAll(sel).length`
	countVisible = `sel => [...document.querySelectorAll(sel)].filter(e => e.checkVisibility({visibilityProperty: true})
		&& [...e.getClientRects()].some(r => r.width > 0 && r.height > 0)).length`
	allTexts = `sel => [...document.querySelectorAll(sel)].map(e => (e.innerText ?? e.textContent).trim())`

	// overflow asks for the width of the window that was opened: on a phone
	// a page without a viewport meta element is laid out 980 pixels wide and
	// finds that it fits.
	overflow = `width => {
		const wide = document.documentElement.scrollWidth;
		if (wide <= width) return [];
		const name = e => e.localName + (e.id ? "#" + e.id : "") + [...e.classList].map(c => "." + c).join("");
		const out = [...document.querySelectorAll("body, body *")]
			.filter(e => Math.round(e.getBoundingClientRect().right + scrollX) > width)
			.map(e => name(e) + " ends at " + Math.round(e.getBoundingClientRect().right + scrollX) + " of " + width + " px");
		return ["the page is " + wide + " px wide in a window of " + width + " px", ...out.slice(0, 20)];
	}`
)

// missingError says why there is no such element, or none that will do, yet.
type missingError string

func (e missingError) Error() string { return string(e) }

// scriptError is an exception of the script that a test had evaluated: waiting
// can't help.
type scriptError string

func (e scriptError) Error() string { return string(e) }

func (p *Page) find(sel, what string, out any, arg ...string) error {
	var answer struct {
		Value   json.RawMessage
		Missing string
	}
	if err := p.call(find, &answer, sel, what, strings.Join(arg, "")); err != nil {
		return err
	}
	if answer.Missing != "" {
		return missingError(answer.Missing)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, out)
}

func (p *Page) timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, p.patience)
}

// call calls a JavaScript function in the page.
func (p *Page) call(function string, out any, args ...any) error {
	list := make([]string, len(args))
	for i, arg := range args {
		list[i] = asJSON(arg)
	}
	return p.eval("("+function+")("+strings.Join(list, ", ")+")", out)
}

// asJSON writes an argument (strings, numbers and lists of them) as JavaScript.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (p *Page) eval(js string, out any) error {
	return p.evaluate(runtime.EvaluateParams{Expression: js}, out)
}

func (p *Page) evaluate(params runtime.EvaluateParams, out any) error {
	yes := true
	params.ReturnByValue, params.AwaitPromise = &yes, &yes
	ctx, cancel := p.timeout()
	defer cancel()
	res, err := chromedp.Call(ctx, runtime.Evaluate, params)
	if err != nil {
		return err
	}
	if res.ExceptionDetails != nil {
		return scriptError(exceptionText(res.ExceptionDetails))
	}
	if out == nil {
		return nil
	}
	if res.Result.Value == nil {
		return scriptError("the value is " + string(res.Result.Type))
	}
	return json.Unmarshal(res.Result.Value, out)
}

// pollInterval is short enough that nobody notices, and leaves the machine to
// the page.
const pollInterval = 20 * time.Millisecond

// until tries again and again until there is no error. It ends the test when
// the action's time is up, or the script itself is wrong (a selector that
// doesn't parse). An error of the protocol is tried again, because a page that
// is being left can't be asked anything.
func (p *Page) until(try func() error, format string, args ...any) {
	p.t.Helper()
	deadline := time.Now().Add(p.patience)
	for {
		err := try()
		if err == nil {
			return
		}
		if _, wrong := errors.AsType[scriptError](err); wrong || time.Now().After(deadline) || p.ctx.Err() != nil {
			p.fatalf("%s: %v", fmt.Sprintf(format, args...), err)
		}
		time.Sleep(pollInterval)
	}
}

// quote shortens a page's text to what fits a test's message.
func quote(text string) string {
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
