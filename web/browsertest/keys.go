package browsertest

import (
	"strings"
	"unicode/utf8"

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
	p.keys(keys, chromedp.KeyModifiers(mods...))
}

func (p *Page) keys(keys string, opts ...chromedp.KeyOption) {
	p.t.Helper()
	ctx, cancel := p.timeout()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys, opts...)); err != nil {
		p.fatalf("pressing %q: %v", keys, err)
	}
}
