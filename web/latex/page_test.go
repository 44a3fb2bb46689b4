package latex

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	r := New()
	var b strings.Builder
	css, _ := os.ReadFile("latex.css")
	fmt.Fprintf(&b, "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><style>@font-face{font-family:'Noto Sans Math';src:url(file:///tmp/noto-sans-math/noto-sans-math.woff2)}body{font:17px/1.55 system-ui,sans-serif;max-width:40rem;margin:1rem auto;padding:0 1rem}p{margin:.5em 0}%s</style>", css)
	f, _ := os.ReadFile("/tmp/lx/page.txt")
	for _, l := range strings.Split(strings.TrimSpace(string(f)), "\n") {
		fmt.Fprintf(&b, "<p>%s</p>\n", r.HTML(context.Background(), l))
	}
	o, _ := os.Open("/work/shared/data/odd/papers.jsonl")
	d := json.NewDecoder(o)
	n := 0
	for d.More() && n < 9 {
		var p struct{ Oddity, Title, Abstract string }
		if d.Decode(&p) != nil {
			break
		}
		if p.Oddity == "math_in_title" || p.Oddity == "html_in_text" {
			n++
			fmt.Fprintf(&b, "<h3>%s</h3><p>%s</p>\n", r.HTML(context.Background(), p.Title), r.HTML(context.Background(), p.Abstract))
		}
	}
	os.WriteFile("/tmp/lx/page.html", []byte(b.String()), 0o644)
}
