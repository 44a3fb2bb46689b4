package latex

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// textElements are what HTML may have beside maths, with their attributes.
var textElements = map[string]string{
	"em": "", "i": "", "strong": "", "b": "", "u": "", "sup": "", "sub": "", "br": "",
	"code": "class", "span": "class", "a": "href rel",
}

// checkHTML fails unless markup is balanced, holds nothing that isn't allowed
// and reads the same after it was parsed by a browser's rules.
func checkHTML(t *testing.T, in, markup string) {
	t.Helper()
	if err := validHTML(markup); err != nil {
		t.Errorf("HTML(%q): %v\n%s", in, err, markup)
	}
}

func validHTML(markup string) error {
	if !utf8.ValidString(markup) {
		return fmt.Errorf("invalid UTF-8")
	}
	var open []string
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return z.Err()
			}
			if len(open) > 0 {
				return fmt.Errorf("unclosed %v", open)
			}
			return nil
		case html.StartTagToken, html.SelfClosingTagToken:
			inMath := len(open) > 0 && open[0] == "math" || strings.Contains(strings.Join(open, " "), "math")
			if err := validTag(token, inMath); err != nil {
				return err
			}
			if kind == html.StartTagToken && token.Data != "br" {
				if token.Data == "a" && strings.Contains(" "+strings.Join(open, " ")+" ", " a ") {
					return fmt.Errorf("a link within a link")
				}
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return fmt.Errorf("</%s> within %v", token.Data, open)
			}
			open = open[:len(open)-1]
		case html.CommentToken, html.DoctypeToken:
			return fmt.Errorf("%v %q", kind, token.Data)
		}
	}
}

func validTag(token html.Token, inMath bool) error {
	if inMath || token.Data == "math" {
		if !mathElements[token.Data] {
			return fmt.Errorf("element <%s>", token.Data)
		}
		for _, a := range token.Attr {
			if a.Key == "class" {
				for _, c := range strings.Fields(a.Val) {
					if !mathClasses[c] && !strings.HasPrefix(c, "tml-") {
						return fmt.Errorf("class %q", c)
					}
				}
			} else if !allowed(a.Key, a.Val) {
				return fmt.Errorf("attribute %s=%q", a.Key, a.Val)
			}
		}
		return nil
	}
	attributes, ok := textElements[token.Data]
	if !ok {
		return fmt.Errorf("element <%s>", token.Data)
	}
	for _, a := range token.Attr {
		switch {
		case !strings.Contains(attributes, a.Key):
			return fmt.Errorf("attribute %s of <%s>", a.Key, token.Data)
		case a.Key == "href" && schemeLen(a.Val) == 0:
			return fmt.Errorf("href %q", a.Val)
		case a.Key == "class" && a.Val != "tex" && a.Val != "small-caps":
			return fmt.Errorf("class %q", a.Val)
		}
	}
	return nil
}

func seed(f *testing.F) {
	for _, e := range excerpts(f) {
		f.Add(e.Text)
	}
	for _, s := range []string{
		`{\em a $x \emph{b`, `$$`, `\`, `\href{https://a.org}{`, `\begin{align}a&=b\\c\end{align}`, `<i>{</i>}`,
		`\"{\i}`, `$\color{red}{x}\rule{9em}{9em}\href{a}{b}$`, `x^{y_{z}} ~\cite[a]{b} &amp;lt; "`, "``a' ---",
		`$\begin{array}{c|c}a&b\\\hline c&d\end{array}\!\boxed{x}\cancel{y}$`, `\unicode{x2014} \item`,
		`$\text{<b onclick=x>}\class{x}{y}\style{color:red}{z}\includegraphics{a}$`, `$\unicode{x3c}script>$`,
		"\\begin{a\nb\x1c}& \\end{H}",
	} {
		f.Add(s)
	}
}

func FuzzHTML(f *testing.F) {
	seed(f)
	r := New(WithTimeout(patience), WithWorkers(1))
	f.Fuzz(func(t *testing.T, in string) {
		checkHTML(t, in, r.HTML(t.Context(), in))
	})
}

// FuzzScan is FuzzHTML without maths, which is a thousand times faster.
func FuzzScan(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, in string) {
		nodes := parse(in)
		if depth := treeDepth(nodes); depth > maxDepth {
			t.Errorf("depth %d", depth)
		}
		w := htmlWriter{math: func(string, bool) (string, bool) { return "", false }}
		w.nodes(nodes)
		checkHTML(t, in, string(w.out))
		if text := Text(in); !utf8.ValidString(text) || strings.Contains(text, "  ") || strings.Contains(text, "\n") {
			t.Errorf("Text: %q", text)
		}
	})
}

func TestTruncatedTextIsValid(t *testing.T) {
	r := New(WithTimeout(patience))
	for _, e := range excerpts(t) {
		step := max(len(e.Text)/25, 1)
		for n := 0; n < len(e.Text); n += step {
			in := e.Text[:n]
			checkHTML(t, in, r.HTML(t.Context(), in))
			Text(in)
		}
	}
}
