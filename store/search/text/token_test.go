package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestTerms(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"case", "Diffusion MODELS", "diffus model"},
		{"accents", "Schrödinger Erdős Łukasiewicz Ångström", "schrodinger erdo lukasiewicz angstrom"},
		{"combining accents", "Schro\u0308dinger", "schrodinger"},
		{"TeX accents", `Schr\"odinger Schr{\"o}dinger Schr\"{o}dinger {S}chr{\"{o}}dinger`, "schrodinger schrodinger schrodinger schrodinger"},
		{"named TeX accents", `Erd\H{o}s \v{C}ech \c Cetin Ho\v{r}ava Mart\'{\i}n Mart\'\i n`, "erdo cech cetin horava martin martin"},
		{"TeX letters", `Gr\o{}nbech Gr{\o}nbech Gr\o nbech Wei\ss{} Stra\ss e`, "gronbech gronbech gronbech weiss strass"},
		{"a TeX quotation", `the \"word\" here`, "the word here"},
		{"hyphens", "few-shot state-of-the-art end-to-end", "few shot state of the art end to end"},
		{"slashes", "encoder/decoder", "encoder decoder"},
		{"one spelling of prefixes", "multi-modal multimodal multi modal non-linear nonlinear pre-trained", "multimodal multimodal multimodal nonlinear nonlinear pretrain"},
		{"prefixes that are words", "re-ranking, Re number, Bi atoms", "rerank re number bi atom"},
		{"a prefix without its word", "pre- and post-training", "pre and post train"},
		{"compounds", "a data set, data-sets and datasets; a trade-off, tradeoffs", "a dataset dataset and dataset a tradeoff tradeoff"},
		{"halves apart", "we trade, off and on, space, time", "we trade off and on space time"},
		{"what stands joined and apart", "fine-tuning finetuned few-shot fewshot zeroshot", "fine tune fine tune few shot few shot zero shot"},
		{"apostrophes", "Bell's O'Neil don’t l'Hôpital authors' 'quoted'", "bell oneil dont lhopital author quot"},
		{"formulas", `$\alpha$-divergence in $\mathcal{N}=4$ SYM on $\mathbb{R}^n$`, "alpha divergenc in n 4 sym on r n"},
		{"Greek letters", "α-divergence 𝛼 Γ-convergence μm µm", "alpha divergenc alpha gamma convergenc mu m mu m"},
		{"Greek words", "αλφα και", "αλφα και"},
		{"TeX commands", `\emph{deep} \textbf{nets} a\,b \begin{equation}x\end{equation}`, "deep net a b x"},
		{"languages", "C++ C# F# C, c++11", "c++ c# f# c c++ 11"},
		{"numbers in names", "F1 3D GPT-4 H2O p-value R^2 R² $R^2$ CO$_2$ CO_2 H_{2}O", "f1 3d gpt 4 h2o p valu r2 r2 r2 co2 co2 h2o"},
		{"numbers", "10,000 3.5 10^6 2,3 GPT-3.5", "10000 3.5 10 6 2 3 gpt 3.5"},
		{"full stops", "i.i.d. e.g. Y.LeCun J.R. end.Start", "iid eg y lecun j r end start"},
		{"plurals", "LLMs GANs studies classes boxes losses matrices hypotheses series bias biases physics", "llm gan study class box loss matrix hypothesis series bias bias physic"},
		{"verbs", "learning trained mapping modelling labelled used using uses scaling string", "learn train map model label use use use scale string"},
		{"nouns of verbs", "detection detecting generation generated", "detect detect generat generat"},
		{"what must stay apart", "university universe class classify plan plane", "university univers class classify plan plane"},
		{"ligatures and width", "eﬃcient ＧＰＵ", "efficient gpu"},
		{"Chinese", "量子计算 in 中", "量子 子计 计算 in 中"},
		{"Japanese", "が機械学習", "が機 機械 械学 学習"},
		{"Russian", "Глубокое обучение", "глубокое обучение"},
		{"Arabic and Hindi", "تعلم मशीन", "تعلم मशीन"},
		{"soft hyphens", "diffu\u00adsion", "diffus"},
		{"emoji", "🤖robots🤖", "robot"},
		{"bytes that are no text", "a\xffb\xc3", "a b"},
		{"nothing", " \n$--{}\\", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(Terms(test.in), " "); got != test.want {
				t.Errorf("Terms(%q)\n got %q\nwant %q", test.in, got, test.want)
			}
		})
	}
}

func TestTokenPlaces(t *testing.T) {
	for in, want := range map[string]string{
		`the Schr\"odinger cat`:     `the|Schr\"odinger|cat`,
		"a multi-modal data set":    "a|multi-modal|data set",
		"finetuned":                 "fine|tuned",
		"Bell's theorem, CO$_2$.":   "Bell|theorem|CO$_2$",
		"量子计":                       "量子|子计",
		`$\alpha$-helix in Köln`:    `\alpha|helix|in|Köln`,
		`{\'E}cole {C}at Br\'{e}zi`: `\'E}cole|C}at|Br\'{e}zi`,
	} {
		var got []string
		for _, token := range Tokens(nil, in) {
			got = append(got, in[token.Start:token.End])
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is read from %q, want %q", in, strings.Join(got, "|"), want)
		}
	}
}

func TestTokensAppends(t *testing.T) {
	tokens := Tokens(Tokens(nil, "deep"), "learning data set")
	if len(tokens) != 3 || tokens[0].Term != "deep" || tokens[2].Term != "dataset" {
		t.Errorf("got %v", tokens)
	}
	tokens = Tokens(Tokens(nil, "multi"), "-modal")
	if len(tokens) != 2 {
		t.Errorf("texts grew together: %v", tokens)
	}
}

func checkTokens(t interface{ Fatalf(string, ...any) }, s string) {
	last := Token{Start: -1}
	for _, token := range Tokens(nil, s) {
		switch {
		case token.Start <= last.Start || token.End < last.End || token.End <= token.Start || token.End > len(s):
			t.Fatalf("%q: %v comes after %v", s, token, last)
		case !onBoundary(s, token.Start) || !onBoundary(s, token.End):
			t.Fatalf("%q: %v cuts a letter", s, token)
		case token.Term == "" || len(token.Term) > 2*maxTerm || !utf8.ValidString(token.Term):
			t.Fatalf("%q: the term %q", s, token.Term)
		case strings.ContainsAny(token.Term, " \n-\"()\\{}$"):
			t.Fatalf("%q: the term %q has signs in it", s, token.Term)
		}
		last = token
	}
}

func onBoundary(s string, i int) bool {
	return i == len(s) || utf8.RuneStart(s[i]) || !utf8.ValidString(s)
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{`Schr\"odinger's {\'E}cole $R^{2}$ CO$_2$`, "10,000 i.i.d. C++ 量子计算", "multi-non-pre-trained finetuning",
		"\\H{o} \\t{oo} \\o re α̂ \xff\xc3 ’s ½ ⑴ ℃", "data set-s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkTokens(t, s)
		Folded(s)
		Prefixes(s)
	})
}

func TestCaseDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`([a-z]{1,12}[ \-.,'+#]?){0,12}`).Draw(t, "s")
		s = strings.ReplaceAll(s, ".", " ") // i.i.d., but J.R.
		if lower, upper := Terms(s), Terms(strings.ToUpper(s)); strings.Join(lower, " ") != strings.Join(upper, " ") {
			t.Fatalf("%q: %q and %q", s, lower, upper)
		}
	})
}

func TestCommon(t *testing.T) {
	for _, w := range []string{"the", "of", "these", "this", "during", "e.g."} {
		if terms := Terms(w); len(terms) != 1 || !Common(terms[0]) {
			t.Errorf("%q is not common: %q", w, terms)
		}
	}
	for _, w := range []string{"data", "learning", "shot", "few", "use", "not-found", "c"} {
		if Common(Terms(w)[len(Terms(w))-1]) && w != "not-found" {
			t.Errorf("%q is common", w)
		}
	}
}

const abstract = `Denoising diffusion probabilistic models (DDPMs) have achieved high quality image generation without adversarial training, yet they
require simulating a Markov chain for many steps to produce a sample. To accelerate sampling, we present denoising diffusion implicit
models (DDIMs), a more efficient class of iterative implicit probabilistic models with the same training procedure as DDPMs. In DDPMs, the
generative process is defined as the reverse of a Markovian diffusion process. We construct a class of non-Markovian diffusion processes that
lead to the same training objective, but whose reverse process can be much faster to sample from. We empirically demonstrate that DDIMs can
produce high quality samples $10 \times$ to $50 \times$ faster in terms of wall-clock time compared to DDPMs, allow us to trade off
computation for sample quality, and can perform semantically meaningful image interpolation directly in the latent space. Moreover, the
behaviour of few-shot fine-tuning with $\alpha$-divergence and Schr\"odinger bridges is analysed for state-of-the-art multi-modal models.`

func BenchmarkTokens(b *testing.B) {
	b.SetBytes(int64(len(abstract)))
	b.ReportAllocs()
	var tokens []Token
	for b.Loop() {
		tokens = Tokens(tokens[:0], abstract)
	}
}
