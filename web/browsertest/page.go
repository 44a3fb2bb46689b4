package browsertest

import (
	"errors"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// A selector is CSS. Where several elements match, the first visible one is
// meant, or the first when none is visible.

// Click waits until the element is visible, enabled, at rest and not covered
// by another one, and clicks in its middle. It doesn't wait for what the click
// leads to: use ClickNav for another page, WaitText for a change of this one.
func (p *Page) Click(sel string) {
	p.t.Helper()
	var last, now spot
	rested := 0 // looks in a row that found it in the same place
	p.until(func() error {
		last, now = now, spot{}
		if err := p.find(sel, "clickable", &now); err != nil {
			return err
		}
		if rested++; now != last {
			rested = 0
		}
		if rested < restedLooks {
			return errors.New("the element moves")
		}
		return nil
	}, "Click(%q)", sel)

	ctx, cancel := p.timeout()
	defer cancel()
	err := chromedp.Do(ctx,
		chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, now.X, now.Y),
		chromedp.MouseClickXY(now.X, now.Y))
	if err != nil {
		p.fatalf("Click(%q): %v", sel, err)
	}
}

type spot struct{ X, Y float64 }

// restedLooks are enough to see that nothing moves any more: what comes into view by scrolling is drawn a frame or two
// later (content-visibility), and may be higher than it was thought to be.
const restedLooks = 3

// Type puts the caret behind what the field holds and types the text, key by
// key. A line break is the Enter key.
func (p *Page) Type(sel, text string) {
	p.t.Helper()
	p.until(func() error { return p.find(sel, "caretAtEnd", nil) }, "Type(%q, %q)", sel, text)
	p.keys(text)
}

// Fill types the text in the place of what the field holds.
func (p *Page) Fill(sel, text string) {
	p.t.Helper()
	p.until(func() error { return p.find(sel, "selectAll", nil) }, "Fill(%q, %q)", sel, text)
	p.Press("Backspace")
	p.keys(text)
}

// Select chooses the option of a select element that has the value.
func (p *Page) Select(sel, value string) {
	p.t.Helper()
	p.until(func() error { return p.find(sel, "choose", nil, value) }, "Select(%q, %q)", sel, value)
}

// Wait waits until an element is visible.
func (p *Page) Wait(sel string) {
	p.t.Helper()
	p.until(func() error { return p.find(sel, "visible", nil) }, "Wait(%q)", sel)
}

// WaitGone waits until no visible element matches.
func (p *Page) WaitGone(sel string) {
	p.t.Helper()
	p.until(func() error {
		err := p.find(sel, "visible", nil)
		switch _, missing := errors.AsType[missingError](err); {
		case err == nil:
			return errors.New("an element is visible")
		case missing:
			return nil
		}
		return err
	}, "WaitGone(%q)", sel)
}

// WaitText waits until the element's text, as Text returns it, contains want.
func (p *Page) WaitText(sel, want string) {
	p.t.Helper()
	p.until(func() error {
		var got string
		if err := p.find(sel, "text", &got); err != nil {
			return err
		}
		if !strings.Contains(got, want) {
			return errors.New("the text is " + quote(got))
		}
		return nil
	}, "WaitText(%q, %q)", sel, want)
}

// Text waits for the element and returns its text as it is drawn: hidden parts
// left out, capitals as the style sheet makes them, no space around it.
func (p *Page) Text(sel string) string {
	p.t.Helper()
	var text string
	p.until(func() error { return p.find(sel, "text", &text) }, "Text(%q)", sel)
	return text
}

// Texts returns the text of every element that matches now, hidden ones too.
func (p *Page) Texts(sel string) []string {
	p.t.Helper()
	var texts []string
	p.until(func() error { return p.call(allTexts, &texts, sel) }, "Texts(%q)", sel)
	return texts
}

// Attr waits for the element and returns its attribute, "" when it has none.
// Use Exists("details[open]") for an attribute that only is or isn't there.
func (p *Page) Attr(sel, name string) string {
	p.t.Helper()
	var value string
	p.until(func() error { return p.find(sel, "attr", &value, name) }, "Attr(%q, %q)", sel, name)
	return value
}

// Value waits for the field and returns what it holds.
func (p *Page) Value(sel string) string {
	p.t.Helper()
	var value string
	p.until(func() error { return p.find(sel, "value", &value) }, "Value(%q)", sel)
	return value
}

// Style waits for the element and returns a property of its computed style,
// such as "background-color".
func (p *Page) Style(sel, property string) string {
	p.t.Helper()
	var value string
	p.until(func() error { return p.find(sel, "style", &value, property) }, "Style(%q, %q)", sel, property)
	return value
}

// Focused reports whether the element has the keyboard's focus now.
func (p *Page) Focused(sel string) bool {
	p.t.Helper()
	var yes bool
	p.until(func() error { return p.find(sel, "focused", &yes) }, "Focused(%q)", sel)
	return yes
}

// Count returns how many elements match now, visible or not.
func (p *Page) Count(sel string) int {
	p.t.Helper()
	var n int
	p.until(func() error { return p.call(count, &n, sel) }, "Count(%q)", sel)
	return n
}

// Exists reports whether an element matches now, visible or not.
func (p *Page) Exists(sel string) bool {
	p.t.Helper()
	return p.Count(sel) > 0
}

// Visible reports whether a matching element is visible now.
func (p *Page) Visible(sel string) bool {
	p.t.Helper()
	var n int
	p.until(func() error { return p.call(countVisible, &n, sel) }, "Visible(%q)", sel)
	return n > 0
}

// URL returns the page's address.
func (p *Page) URL() string {
	p.t.Helper()
	var url string
	p.until(func() error { return p.call("() => location.href", &url) }, "URL")
	return url
}

// Title returns the page's title.
func (p *Page) Title() string {
	p.t.Helper()
	var title string
	p.until(func() error { return p.call("() => document.title", &title) }, "Title")
	return title
}

// Eval evaluates JavaScript in the page, the page's own content security
// policy notwithstanding, waits for the promise if it gives one, and decodes
// the value into out, as encoding/json does. With a nil out the value is
// dropped.
func (p *Page) Eval(js string, out any) {
	p.t.Helper()
	if err := p.eval(js, out); err != nil {
		p.fatalf("Eval(%s): %v", js, err)
	}
}

// Overflow returns the elements that stick out to the right of a page that is
// wider than its window, so that it must be scrolled sideways, as lines of
// text. It is empty when the page fits.
func (p *Page) Overflow() []string {
	p.t.Helper()
	p.waitFonts()
	var lines []string
	p.until(func() error { return p.call(overflow, &lines, p.width) }, "Overflow")
	return lines
}
