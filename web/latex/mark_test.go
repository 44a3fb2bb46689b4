package latex

import (
	"strings"
	"testing"
)

// marksOf are the places of words in a text, and the text without the brackets around them.
func marksOf(bracketed string) (text string, marks []Mark) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(bracketed, "⟦")
		b.WriteString(before)
		if !ok {
			return b.String(), marks
		}
		word, after, _ := strings.Cut(rest, "⟧")
		marks = append(marks, Mark{b.Len(), b.Len() + len(word)})
		b.WriteString(word)
		bracketed = after
	}
}

func TestMarked(t *testing.T) {
	const link = `" rel="nofollow noopener">`
	r := New()
	for name, tt := range map[string]struct{ in, want string }{
		"no mark":               {"a robot", "a robot"},
		"words":                 {"⟦Diffusion⟧ of a ⟦policy⟧", "<mark>Diffusion</mark> of a <mark>policy</mark>"},
		"the whole text":        {"⟦robot⟧", "<mark>robot</mark>"},
		"several words":         {"a ⟦robot  arm⟧ moves", "a <mark>robot arm</mark> moves"},
		"part of a word":        {"⟦few⟧-shot and h⟦h⟧h", "<mark>few</mark>-shot and h<mark>h</mark>h"},
		"side by side":          {"⟦a⟧⟦b⟧", "<mark>ab</mark>"},
		"markup is escaped":     {"<b onclick=x> ⟦<script>⟧ &", "&lt;b onclick=x&gt; <mark>&lt;script&gt;</mark> &amp;"},
		"accents":               {`⟦Schr\"odinger⟧ ⟦Poincar{\'e}⟧`, "<mark>Schrödinger</mark> <mark>Poincaré</mark>"},
		"within a group":        {`\emph{the ⟦robot⟧ arm} moves`, "<em>the <mark>robot</mark> arm</em> moves"},
		"across a group's end":  {`\emph{the ⟦robot} arm⟧ moves`, "<em>the <mark>robot</mark></em><mark> arm</mark> moves"},
		"a whole group":         {`⟦\textbf{bold}⟧ claim`, "<b><mark>bold</mark></b> claim"},
		"case protection":       {`{⟦B⟧}ayesian ⟦{LSTM}s⟧`, "<mark>B</mark>ayesian <mark>LSTMs</mark>"},
		"old emphasis":          {`{\it ⟦Planck⟧} data`, "<i><mark>Planck</mark></i> data"},
		"within a command":      {`\al⟦pha⟧ decay`, "α decay"},
		"within a formula":      {`$a+⟦b⟧$ and ⟦b⟧`, "MATH and <mark>b</mark>"},
		"a formula":             {`⟦$a+b$⟧ and b`, "<mark>MATH</mark> and b"},
		"a word with a formula": {`⟦H$_2$O⟧ is`, "<mark>H<sub>2</sub>O</mark> is"},
		"within a URL":          {"see https://a.org/⟦robot⟧ or ⟦robot⟧", `see <a href="https://a.org/robot` + link + "https://a.org/robot</a> or <mark>robot</mark>"},
		"a link's text":         {`\href{https://a.org/}{a ⟦robot⟧}`, `<a href="https://a.org/` + link + "a <mark>robot</mark></a>"},
		"tags":                  {"<i>in ⟦vitro⟧</i>", "<i>in <mark>vitro</mark></i>"},
		"entities":              {"⟦A&amp;B⟧", "<mark>A&amp;B</mark>"},
		"letters of Japan":      {"強化⟦学習⟧。", "強化<mark>学習</mark>。"},
		"a line's end":          {"One ⟦two⟧.\n\n⟦Three⟧", "One <mark>two</mark>.<br><mark>Three</mark>"},
		"invalid UTF-8":         {"a\xffb ⟦c⟧", "a\uFFFDb c"},
		"a control":             {"a\x01b ⟦c⟧", "ab c"},
	} {
		t.Run(name, func(t *testing.T) {
			text, marks := marksOf(tt.in)
			got := r.Marked(t.Context(), text, marks)
			if i := strings.Index(got, "<math>"); i >= 0 {
				got = got[:i] + "MATH" + got[strings.Index(got, "</math>")+len("</math>"):]
			}
			if got != tt.want {
				t.Errorf("Marked(%q)\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

// FuzzMarked marks any part of any text: what it shows is what it shows unmarked.
func FuzzMarked(f *testing.F) {
	for _, e := range excerpts(f) {
		f.Add(e.Text, 3, 9)
		f.Add(e.Text, len(e.Text)/2, len(e.Text)/2+7)
	}
	f.Add(`\emph{the robot} arm`, 10, 17)
	f.Add(`$a+b$ https://a.org/x ~\cite[a]{b}`, 2, 30)
	f.Fuzz(func(t *testing.T, in string, start, end int) {
		start = max(0, min(start, len(in)))
		end = max(start, min(end, len(in)))
		if !isClean(in) {
			return
		}
		draw := func(marks []Mark) string {
			w := htmlWriter{math: func(string, bool) (string, bool) { return "", false }}
			w.nodes(scan(in, false, marks))
			return string(w.out)
		}
		marked, bare := draw([]Mark{{start, end}}), draw(nil)
		got := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(marked)
		checkHTML(t, in, got)
		if strings.Count(marked, "<mark>") != strings.Count(marked, "</mark>") {
			t.Errorf("marks don't close: %s", marked)
		}
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(bare, " ", "") {
			t.Errorf("%q from %d to %d\n got %s\nwant %s", in, start, end, got, bare)
		}
	})
}
