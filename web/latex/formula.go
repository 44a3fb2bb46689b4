package latex

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	errTooLong    = errors.New("formula too long")
	errTooDeep    = errors.New("formula nested too deep")
	errDefinition = errors.New("formula defines commands")
)

// maxNesting is how deep the braces of a formula may nest.
const maxNesting = 40

// prepared is a formula as Temml gets it, with the macros that it needs.
type prepared struct {
	tex    string
	macros map[string]string
	long   bool // may break into lines when it isn't a display
}

// maxUnbroken is how many characters of a formula fit on a narrow screen.
const maxUnbroken = 28

// prepare checks a formula against the limits and mends what MathJax would
// let pass or arXiv's records contain for want of a TeX run.
func prepare(tex string) (prepared, error) {
	if len(tex) > maxFormula {
		return prepared{}, errTooLong
	}
	if nesting(tex) > maxNesting {
		return prepared{}, errTooDeep
	}
	tex = controls.Replace(tex)
	if strings.Contains(tex, "&") {
		tex = entities.Replace(tex)
	}
	if strings.Contains(tex, "%") {
		tex = escapePercent(tex)
	}
	if strings.Contains(tex, `\`) {
		if definition.MatchString(tex) {
			return prepared{}, errDefinition
		}
		tex = mend(tex)
	}
	tex = strings.TrimSpace(tex)
	if odd := len(tex) - len(strings.TrimRight(tex, `\`)); odd%2 == 1 {
		tex = tex[:len(tex)-1] // it was a backslash before a space
	}
	long := len(tex) > maxUnbroken && utf8.RuneCountInString(plainMath(tex)) > maxUnbroken
	return prepared{tex: tex, macros: neededMacros(tex), long: long}, nil
}

// nesting returns how deep groups and pairs of \left and \right nest.
func nesting(tex string) int {
	depth, deepest := 0, 0
	for i := 0; i < len(tex); i++ {
		switch tex[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '\\':
			switch {
			case strings.HasPrefix(tex[i:], `\left`), strings.HasPrefix(tex[i:], `\begin`):
				depth++
			case strings.HasPrefix(tex[i:], `\right`), strings.HasPrefix(tex[i:], `\end`):
				depth--
			}
			i++
		}
		deepest = max(deepest, depth)
	}
	return deepest
}

var (
	controls = strings.NewReplacer("\x00", "", "\x0b", " ", "\x0c", " ", "\r", " ", "\u200b", "", "\ufeff", "")
	entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

	// Commands that a formula defines could multiply without end.
	definition = regexp.MustCompile(`\\(?:[gex]?def|let|futurelet|(?:re)?newcommand|providecommand|global|char)(?:[^a-zA-Z]|$)`)

	fontScript  = regexp.MustCompile(`([_^])\s*\\(rm|bf|it|tt|sf|cal)\s*(\{|[A-Za-z0-9]+)`)
	numbered    = regexp.MustCompile(`\\(begin|end)\{(equation|displaymath|math|align|alignat|flalign|gather|multline|eqnarray)\*?\}`)
	references  = regexp.MustCompile(`\\label\s*\{[^{}]*\}|\\(?:nonumber|notag|xspace|leavevmode|protect)\b`)
	looseBig    = regexp.MustCompile(`(\\[bB]igg?[lrm]?)\s+`)
	degrees     = regexp.MustCompile(`([0-9]\s*)(?:\^\s*)?\\deg(?:\b|\{\})`)
	tag         = regexp.MustCompile(`\\tag\*?\s*\{([^{}]*)\}`)
	unicodeChar = regexp.MustCompile(`\\unicode\s*\{(x[0-9A-Fa-f]{1,6})\}`)
)

// plainEnvironments gives for the environments that number their equations,
// and are allowed in displays only, those that don't.
var plainEnvironments = map[string]string{
	"align": "aligned", "flalign": "aligned", "alignat": "alignedat", "gather": "gathered",
	"multline": "gathered",
}

func mend(tex string) string {
	tex = fontScript.ReplaceAllStringFunc(tex, func(m string) string {
		g := fontScript.FindStringSubmatch(m)
		if g[3] == "{" {
			return g[1] + `\math` + g[2] + "{"
		}
		return g[1] + `{\math` + g[2] + "{" + g[3] + "}}"
	})
	tex = numbered.ReplaceAllStringFunc(tex, func(m string) string {
		g := numbered.FindStringSubmatch(m)
		if g[2] == "eqnarray" {
			if g[1] == "begin" {
				return `\begin{array}{rcl}`
			}
			return `\end{array}`
		}
		if name := plainEnvironments[g[2]]; name != "" {
			return `\` + g[1] + "{" + name + "}"
		}
		return " "
	})
	tex = references.ReplaceAllString(tex, " ")
	tex = looseBig.ReplaceAllString(tex, "$1")
	tex = degrees.ReplaceAllString(tex, `$1{}^{\circ}`)
	tex = tag.ReplaceAllString(tex, `\qquad\text{($1)}`)
	return unicodeChar.ReplaceAllStringFunc(tex, func(m string) string {
		c := unicodeArgument(unicodeChar.FindStringSubmatch(m)[1])
		switch {
		case c == "" || strings.Contains(`\^~`, c):
			return ""
		case strings.Contains(`{}$%#&_`, c):
			return `\` + c
		}
		return `\text{` + c + `}`
	})
}

// unicodeArgument returns the character that \unicode{x2014} names, which
// MathJax knows.
func unicodeArgument(arg string) string {
	n, err := strconv.ParseUint(strings.TrimPrefix(arg, "x"), 16, 32)
	if r := rune(n); err == nil && n > ' ' && n <= unicode.MaxRune && unicode.IsPrint(r) {
		return string(r)
	}
	return ""
}

// escapePercent makes % a sign: abstracts have no comments.
func escapePercent(tex string) string {
	var b strings.Builder
	for i := 0; i < len(tex); i++ {
		switch {
		case tex[i] == '\\' && i+1 < len(tex):
			b.WriteByte(tex[i])
			i++
		case tex[i] == '%':
			b.WriteByte('\\')
		}
		b.WriteByte(tex[i])
	}
	return b.String()
}

// macros are commands that authors took from a package or defined themselves
// in the same way as everybody else, and that Temml doesn't have.
var macros = macroTable()

func macroTable() map[string]string {
	m := map[string]string{
		`\mbox`: `\text{#1}`, `\textsuperscript`: `{}^{\text{#1}}`, `\textsubscript`: `{}_{\text{#1}}`,
		`\ensuremath`: `{#1}`, `\Bar`: `\bar{#1}`, `\Tilde`: `\tilde{#1}`, `\Hat`: `\hat{#1}`, `\Vec`: `\vec{#1}`,
		`\mathds`: `\mathbb{#1}`, `\mathbbm`: `\mathbb{#1}`, `\nicefrac`: `#1/#2`, `\norm`: `\left\|#1\right\|`,
		`\abs`: `\left|#1\right|`, `\slashed`: `\not{#1}`, `\bigO`: `\mathcal{O}`, `\cO`: `\mathcal{O}`,
		`\SI`: `#1\,\mathrm{#2}`, `\qty`: `#1\,\mathrm{#2}`, `\num`: `#1`,
		`\msun`: `M_\odot`, `\Msun`: `M_\odot`, `\lsun`: `L_\odot`, `\Lsun`: `L_\odot`, `\rsun`: `R_\odot`,
		`\Rsun`: `R_\odot`, `\kms`: `\,\mathrm{km\,s^{-1}}`, `\arcdeg`: `{}^{\circ}`, `\arcmin`: `{}'`,
		`\arcsec`: `{}''`, `\degr`: `{}^{\circ}`, `\celsius`: `{}^{\circ}\mathrm{C}`, `\micron`: `\mathrm{\mu m}`,
		`\micro`: `\mu`, `\textmu`: `\mu`, `\la`: `\lesssim`, `\ga`: `\gtrsim`, `\lsim`: `\lesssim`,
		`\gsim`: `\gtrsim`, `\simlt`: `\lesssim`, `\simgt`: `\gtrsim`, `\eps`: `\varepsilon`, `\lam`: `\lambda`,
		`\half`: `\tfrac{1}{2}`, `\Sha`: `\text{Ш}`, `\sc`: `\rm`, `\bfseries`: `\bf`, `\itshape`: `\it`,
		`\dd`: `\mathrm{d}`, `\mathlarger`: `#1`, `\E`: `\mathbb{E}`,
	}
	for _, letter := range strings.Fields("R Z N Q C F") {
		m[`\`+letter] = `\mathbb{` + letter + `}`
		m[`\`+letter+letter] = `\mathbb{` + letter + `}`
	}
	for _, letter := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		// The names of Goodfellow's book: \mX is a matrix, \gG a graph, \sS a set.
		m[`\m`+string(letter)] = `\boldsymbol{` + string(letter) + `}`
		m[`\bf`+string(letter)] = `\mathbf{` + string(letter) + `}`
		m[`\g`+string(letter)] = `\mathcal{` + string(letter) + `}`
		m[`\c`+string(letter)] = `\mathcal{` + string(letter) + `}`
		m[`\s`+string(letter)] = `\mathbb{` + string(letter) + `}`
		m[`\b`+string(letter)] = `\mathbf{` + string(letter) + `}`
	}
	for _, letter := range "abcdefghijklmnopqrstuvwxyz" {
		m[`\v`+string(letter)] = `\boldsymbol{` + string(letter) + `}`
		m[`\bf`+string(letter)] = `\mathbf{` + string(letter) + `}`
	}
	for _, name := range strings.Fields("GL SL SO SU Sp PGL PSL Gal Spec Hom Aut End Diff ord lcm tr Tr rank diag poly " +
		"polylog supp Var Cov Log Per softmax Id vol grad curl sech erf Li ReLU KL TV MSE Ext Tor Pic Cl Div Mod Res " +
		"Ind Ad ad Lie coker Ker Coker conv proj dist diam CP") {
		m[`\`+name] = `\operatorname{` + name + `}`
	}
	return m
}

// neededMacros returns the macros for the commands in tex, and for those in
// their bodies, which are Temml's.
func neededMacros(tex string) map[string]string {
	var needed map[string]string
	for i := strings.IndexByte(tex, '\\'); i >= 0 && i+1 < len(tex); {
		name := `\` + commandName(tex[i+1:])
		if body, ok := macros[name]; ok {
			if needed == nil {
				needed = map[string]string{}
			}
			needed[name] = body
		}
		i += max(len(name), 2)
		next := strings.IndexByte(tex[min(i, len(tex)):], '\\')
		if next < 0 {
			break
		}
		i += next
	}
	return needed
}

// trivialFormula answers the formulas that are a single letter or a number,
// which are half of all, as Temml would.
func trivialFormula(tex string) (string, bool) {
	switch {
	case len(tex) == 1 && isLetter(tex[0]):
		return "<math><mi>" + tex + "</mi></math>", true
	case len(tex) > 0 && len(tex) < 16 && strings.Trim(tex, "0123456789") == "":
		return "<math><mn>" + tex + "</mn></math>", true
	}
	return "", false
}
