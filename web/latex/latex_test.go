package latex

import (
	"context"
	"strings"
	"sync"
	"testing"
)

func TestHTML(t *testing.T) {
	const link = `" rel="nofollow noopener">`
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain words", "Attention is all you need", "Attention is all you need"},
		{"white space collapses", "  a \t b\n  c  ", "a b c"},
		{"markup is escaped", `<script>alert("1")</script>`, "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;"},
		{"comparisons stay text", "p<0.05 & q>1", "p&lt;0.05 &amp; q&gt;1"},
		{"white space around what vanishes", "a {} \\small b \\label{x} c", "a b c"},
		{"invalid UTF-8", "a\xffb", "a\uFFFDb"},
		{"controls vanish", "a\x01b", "ab"},

		{"acute", `Bal\'azs Poincar\'{e} {\'e}`, "Balázs Poincaré é"},
		{"umlaut in braces", `Schr\"odinger G\"{o}del {\"u}`, "Schrödinger Gödel ü"},
		{"named accents", `\v{S}koda \c c Erd\H{o}s \k a \u{g} \r{a}`, "Škoda ç Erdős ą ğ å"},
		{"dotless letters", `na\"{\i}ve Mart\'\i n \i`, "naïve Martín ı"},
		{"letters swallow the space", `Stra\ss e \O resund \L{}ukasz \AA ngstr\"om`, "Straße Øresund Łukasz Ångström"},
		{"quotation marks written down", `a \"goal\" is`, "a &#34;goal&#34; is"},
		{"accent on nothing", `\'{} \~{} \^{}`, "' ~ ^"},

		{"emphasis", `\emph{a} \textit{b} \textbf{c} \texttt{d} \textsc{e} \underline{f}`,
			`<em>a</em> <i>b</i> <b>c</b> <code>d</code> <span class="small-caps">e</span> <u>f</u>`},
		{"nested emphasis", `\textbf{a \emph{b} c}`, "<b>a <em>b</em> c</b>"},
		{"old emphasis", `{\it Planck} and {\bf 69\%} {\em x}`, "<i>Planck</i> and <b>69%</b> <em>x</em>"},
		{"old emphasis without a group", `from \it here on`, "from here on"},
		{"text commands", `\text{a} \mbox{b} x\textsuperscript{th}`, "a b x<sup>th</sup>"},
		{"case protection", `{B}ayesian {LSTM}s {On the} way`, "Bayesian LSTMs On the way"},
		{"thousands", `10{,}000`, "10,000"},
		{"a set keeps its braces", `in {0, 1} and {-1,+1}`, "in {0, 1} and {-1,+1}"},
		{"unclosed brace is text", `a {b c`, "a {b c"},
		{"stray brace is text", `a} b`, "a} b"},
		{"unclosed command ends with the text", `\emph{a b`, "<em>a b</em>"},

		{"unknown command", `\method achieves`, `\method achieves`},
		{"unknown command with braces only", `\ours{} achieves`, `\ours achieves`},
		{"unknown command shows its argument", `\highlight{fast} one`, "fast one"},
		{"colour", `\textcolor{red}{fast} \color{blue}one`, "fast one"},
		{"written down line ends", `token (\n\n) and \t`, `token (\n\n) and \t`},
		{"escaped signs", `5\% \& \_ \# \$ \{ \}`, "5% &amp; _ # $ { }"},
		{"percent is no comment", "5% of it", "5% of it"},
		{"spaces", `a\ b\,c\\d`, "a b\u202fc<br>d"},
		{"paragraphs", "One.\n\nTwo.\n  (3) Three, long\n  line", "One.<br>Two.<br>(3) Three, long line"},
		{"list", `\begin{itemize}\item a \item b\end{itemize}`, "• a<br>• b"},
		{"footnote", `fast\footnote{Very.} code`, "fast (Very.) code"},
		{"citation", `by~\cite{a1, b2} and \citep[p.~3]{c}`, "by\u00a0[a1, b2] and [c]"},
		{"bare symbols", `\alpha decay at 5\deg and \pm 3`, "α decay at 5° and ± 3"},

		{"dashes", "a -- b --- c 1--2", "a – b — c 1–2"},
		{"arrows and options", "a --> b <-- c --verbose", "a --&gt; b &lt;-- c --verbose"},
		{"quotes", "``a'' and `b' and ''c''", "“a” and ‘b’ and “c”"},
		{"apostrophes and code", "Cantor's `Net` model`s", "Cantor's `Net` model`s"},
		{"no-break space", "Fig.~3 et al.~(2022) 12~m", "Fig.\u00a03 et al.\u00a0(2022) 12\u00a0m"},
		{"about", "about ~50% at z~5, 12~20 and (~3 m)", "about ~50% at z~5, 12~20 and (~3 m)"},

		{"bare URL", "See https://a.org/b_c~d.", `See <a href="https://a.org/b_c~d` + link + "https://a.org/b_c~d</a>."},
		{"URL in brackets", "(http://a.org/x(y))", `(<a href="http://a.org/x(y)` + link + "http://a.org/x(y)</a>)"},
		{"URL with ampersand", "https://a.org/?b=1&c=2", `<a href="https://a.org/?b=1&amp;c=2` + link + "https://a.org/?b=1&amp;c=2</a>"},
		{"URL with TeX's escapes", `\url{https://a.org/b\_c}`, `<a href="https://a.org/b_c` + link + "https://a.org/b_c</a>"},
		{"href", `\href{https://a.org}{the \emph{code}}`, `<a href="https://a.org` + link + "the <em>code</em></a>"},
		{"URL within a link", `\href{https://a.org}{https://b.org}`, `<a href="https://a.org` + link + "https://b.org</a>"},
		{"URL that cannot leave its quotes", `\url{https://a.org/"onclick="x}`,
			`<a href="https://a.org/&#34;onclick=&#34;x` + link + "https://a.org/&#34;onclick=&#34;x</a>"},
		{"other schemes", `\href{javascript:alert(1)}{x} \url{data:a}`, "x (javascript:alert(1)) data:a"},

		{"paired tags", "H<sub>2</sub>O <i>in vitro</i> x<SUP>2</SUP>", "H<sub>2</sub>O <i>in vitro</i> x<sup>2</sup>"},
		{"unpaired tags", "a <i>b </b> c", "a &lt;i&gt;b &lt;/b&gt; c"},
		{"crossed tags", "<i>a<b>c</i>d</b>", "&lt;i&gt;a<b>c&lt;/i&gt;d</b>"},
		{"tags with attributes", `<i onclick=x>a</i>`, "&lt;i onclick=x&gt;a&lt;/i&gt;"},
		{"other tags", "the <think> token", "the &lt;think&gt; token"},
		{"entities", "A&amp;B 6&#177;2 &lt;i&gt; &amp;lt; AT&T; x&y", "A&amp;B 6±2 &lt;i&gt; &lt; AT&amp;T; x&amp;y"},

		{"prices", "costs $5 and $10", "costs $5 and $10"},
		{"prices and maths", `$12 is 3$x$`, "$12 is 3<math><mi>x</mi></math>"},
		{"price before a formula", `cost of $12, the surrogate achieves $x$`, "cost of $12, the surrogate achieves <math><mi>x</mi></math>"},
		{"letter", "the $k$th", "the <math><mi>k</mi></math>th"},
		{"number", "$42$", "<math><mn>42</mn></math>"},
		{"digit after the dollar", `$\alpha$5`, "<math><mi>α</mi></math>5"},
		{"space within the dollars", `$ \alpha $`, "<math><mi>α</mi></math>"},
		{"dollar sign escaped", `\$5 and $\$5$`, "$5 and <math><mrow><mi>$</mi><mn>5</mn></mrow></math>"},
		{"dollars within a formula", `$\text{$x$}$`, "<math><mi>x</mi></math>"},
		{"display", `$$x$$ \[y\]`, `<math display="block" class="tml-display"><mi>x</mi></math> <math display="block" class="tml-display"><mi>y</mi></math>`},
		{"parentheses", `\(x\)`, "<math><mi>x</mi></math>"},
		{"environment", `\begin{equation}x\label{a}\end{equation}`, `<math display="block" class="tml-display"><mi>x</mi></math>`},
		{"formula that is text", `$\textbf{16.3%}$ $\href{https://a.org}{b}$`, `<b>16.3%</b> <a href="https://a.org` + link + "b</a>"},
		{"percent in a formula", `$5%$`, "<math><mrow><mn>5</mn><mi>%</mi></mrow></math>"},
		{"bare scripts", `H$_2$O 5$^{\rm th}$ 90$^\circ$ L$^p$`, "H<sub>2</sub>O 5<sup>th</sup> 90° L<sup><i>p</i></sup>"},
		{"scripts outside maths", "10^{-3} R^2 x_{max} H_2O snake_case", "10<sup>−3</sup> R<sup>2</sup> x<sub>max</sub> H_2O snake_case"},
		{"bad formula", `$\frac{a$ & so`, `<code class="tex">$\frac{a$</code> &amp; so`},
		{"unknown command in a formula", `$\foo<1$`, `<code class="tex">$\foo&lt;1$</code>`},
		{"formula that defines commands", `$\def\a{\a\a}\a$`, `<code class="tex">$\def\a{\a\a}\a$</code>`},
		{"link in a formula", `$\href{javascript:a}{b}+1$`, `<code class="tex">$\href{javascript:a}{b}+1$</code>`},
	}
	r := New(WithTimeout(patience))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := r.HTML(t.Context(), tt.in); got != tt.want {
				t.Errorf("HTML(%q)\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain words", "Attention is all you need", "Attention is all you need"},
		{"not escaped", `p<0.05 & "q">1`, `p<0.05 & "q">1`},
		{"accents and emphasis", `\emph{Schr\"odinger}'s {C}at`, "Schrödinger's Cat"},
		{"line breaks", "One.\n\nTwo\\\\Three", "One. Two Three"},
		{"Greek and powers", `$\alpha^2$`, "α²"},
		{"functions", `$O(n\log n)$ $\log n$ $2\sin x$`, "O(n log n) log n 2 sin x"},
		{"sets", `$x \in \mathbb{R}^n$`, "x ∈ ℝⁿ"},
		{"fractions", `$\frac{a}{b}$ $\frac{a+b}{2}$`, "a/b (a+b)/2"},
		{"roots", `$\sqrt{2}$ $\sqrt{a+b}$`, "√2 √(a+b)"},
		{"scripts that Unicode lacks", `$x^{a,b}$ $x_{\rm eff}$`, "x^(a,b) x_eff"},
		{"accents over letters", `$\hat{x}$ $\bar{xy}$`, "x\u0302 xy"},
		{"font commands", `$\mathcal{O}(\mathrm{poly})$`, "O(poly)"},
		{"minus", `$-1$ 10^{-3}`, "−1 10⁻³"},
		{"prices", "costs $5 and $10", "costs $5 and $10"},
		{"links", `\href{https://a.org}{code} https://b.org`, "code (https://a.org) https://b.org"},
		{"tags", "H<sub>2</sub>O", "H₂O"},
		{"unknown command", `\method beats $\ours$`, `\method beats \ours`},
		{"delimiters", `$\left(\frac12\right)$`, "(1/2)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Text(tt.in); got != tt.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestHTMLKeepsDepthBounded(t *testing.T) {
	r := New(WithTimeout(patience))
	for _, open := range []string{"{", `\emph{`, "<i>", `{\it `, `\footnote{`, `\href{https://a.org}{`, "x^{", `\textcolor{a}{`, "{<b>"} {
		in := strings.Repeat(open, 5000) + "word" + strings.Repeat("}", 5000)
		if depth := treeDepth(parse(in)); depth > maxDepth {
			t.Errorf("%q: depth %d", open, depth)
		}
		if html := r.HTML(t.Context(), in); !strings.Contains(html, "word") {
			t.Errorf("%q: lost the word", open)
		}
		if text := Text(in); !strings.Contains(text, "word") {
			t.Errorf("%q: lost the word in plain text", open)
		}
		Text("$" + in + "$")
	}
}

func treeDepth(nodes []node) int {
	deepest := 0
	for i := range nodes {
		deepest = max(deepest, 1+treeDepth(nodes[i].kids))
	}
	return deepest
}

func TestHTMLWhenTheContextIsOver(t *testing.T) {
	r := New(WithTimeout(patience))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const in = `$x+y$ and \emph{z}`
	if got, want := r.HTML(ctx, in), `<code class="tex">$x+y$</code> and <em>z</em>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := r.HTML(t.Context(), in); !strings.HasPrefix(got, "<math>") {
		t.Errorf("the failure was remembered: %s", got)
	}
}

func TestHTMLConcurrently(t *testing.T) {
	r := New(WithTimeout(patience), WithWorkers(2), WithCacheBytes(1000))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, f := range []string{"$a+b$", "$a^2$", `$\alpha+1$`, `$\frac{a$`, "$$x+1$$"} {
				if html := r.HTML(t.Context(), f); !strings.Contains(html, "</") {
					t.Errorf("%s: %s", f, html)
				}
			}
		})
	}
	wg.Wait()
}
