package browsertest

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var namedKeys = map[string]string{
	"Enter": kb.Enter, "Escape": kb.Escape, "Tab": kb.Tab, "Space": " ",
	"Backspace": kb.Backspace, "Delete": kb.Delete,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
}

var modifiers = map[string]chromedp.Modifier{
	"Shift": chromedp.ModifierShift, "Control": chromedp.ModifierCtrl, "Alt": chromedp.ModifierAlt, "Meta": chromedp.ModifierMeta,
}

// Press presses one key where the focus is: a character ("j", "?"), or one of
// Enter, Escape, Tab, Space, Backspace, Delete, Home, End, PageUp, PageDown and
// the four arrows ("ArrowDown"), with modifiers in front of it as in
// "Shift+Tab" or "Control+k".
func (p *Page) Press(key string) {
	p.t.Helper()
	var mods []chromedp.Modifier
	name := key
	for {
		before, after, found := strings.Cut(name, "+")
		mod, known := modifiers[before]
		if !found || !known {
			break
		}
		mods, name = append(mods, mod), after
	}
	keys, known := namedKeys[name]
	if !known {
		if utf8.RuneCountInString(name) != 1 {
			p.t.Fatalf("browsertest: Press(%q): there is no such key", key)
		}
		keys = name
	}
	p.keys(keys, mods...)
}

func (p *Page) keys(keys string, mods ...chromedp.Modifier) {
	p.t.Helper()
	ctx, cancel := p.timeout()
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			for _, event := range keyEvents(r, mods) {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *event); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	if err != nil {
		p.fatalf("pressing %q: %v", keys, err)
	}
}

// keyEvents are the events of a key that goes down and up again. The text that it writes is part of the first one, and
// not an event of its own as in chromedp: a page that refuses the key ("/" that leads to the search) then gets no text.
func keyEvents(r rune, mods []chromedp.Modifier) []*input.DispatchKeyEventParams {
	events := kb.Encode(r)
	for _, e := range events {
		for _, m := range mods {
			e.Modifiers |= int64(m)
		}
	}
	if len(events) < 3 {
		return events
	}
	down, text, up := events[0], events[1], events[2]
	if down.Modifiers&^int64(chromedp.ModifierShift) == 0 {
		down.Text, down.UnmodifiedText = text.Text, text.UnmodifiedText
	}
	return []*input.DispatchKeyEventParams{down, up}
}
