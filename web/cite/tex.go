package cite

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// texSpecial are the signs that mean something to TeX or BibTeX. Braces are spelled out, for BibTeX counts them whatever
// stands before them.
var texSpecial = map[rune]string{
	'\\': `{\textbackslash}`, '{': `{\textbraceleft}`, '}': `{\textbraceright}`, '$': `\$`, '&': `\&`, '%': `\%`,
	'#': `\#`, '_': `\_`, '~': `{\textasciitilde}`, '^': `{\textasciicircum}`, '`': `{\textasciigrave}`,
	'<': `{\textless}`, '>': `{\textgreater}`, '|': `{\textbar}`,
}

// texLetters are the other characters that TeX has a name for.
var texLetters = map[rune]string{
	'ß': `{\ss}`, 'æ': `{\ae}`, 'Æ': `{\AE}`, 'œ': `{\oe}`, 'Œ': `{\OE}`, 'ø': `{\o}`, 'Ø': `{\O}`, 'å': `{\aa}`,
	'Å': `{\AA}`, 'ł': `{\l}`, 'Ł': `{\L}`, 'ı': `{\i}`, 'ȷ': `{\j}`, 'đ': `{\dj}`, 'Đ': `{\DJ}`, 'ð': `{\dh}`,
	'Ð': `{\DH}`, 'þ': `{\th}`, 'Þ': `{\TH}`, 'ŋ': `{\ng}`, 'Ŋ': `{\NG}`,
	'“': "``", '”': "''", '‘': "`", '’': "'", '–': "--", '—': "---", '…': `{\ldots}`, '\u00a0': "~", '\u202f': `\,`,
	'¿': `{\textquestiondown}`, '¡': `{\textexclamdown}`, '§': `{\S}`, '¶': `{\P}`, '©': `{\textcopyright}`,
	'®': `{\textregistered}`, '™': `{\texttrademark}`, '£': `{\pounds}`, '€': `{\texteuro}`, '°': `{\textdegree}`,
	'•': `{\textbullet}`, '‐': "-", '‑': "-",
}

// texAccents are the marks that TeX puts on a letter, by Unicode's combining ones.
var texAccents = map[rune]string{
	0x300: "`", 0x301: "'", 0x302: "^", 0x303: "~", 0x304: "=", 0x306: "u ", 0x307: ".", 0x308: `"`, 0x30A: "r ",
	0x30B: "H ", 0x30C: "v ", 0x323: "d ", 0x327: "c ", 0x328: "k ", 0x331: "b ",
}

// texMaths are characters that TeX has in formulas only.
var texMaths = pairs(`α \alpha β \beta γ \gamma δ \delta ε \varepsilon ϵ \epsilon ζ \zeta η \eta θ \theta ϑ \vartheta
	ι \iota κ \kappa λ \lambda μ \mu µ \mu ν \nu ξ \xi π \pi ρ \rho ϱ \varrho σ \sigma ς \varsigma τ \tau υ \upsilon
	φ \varphi ϕ \phi χ \chi ψ \psi ω \omega Γ \Gamma Δ \Delta Θ \Theta Λ \Lambda Ξ \Xi Π \Pi Σ \Sigma Υ \Upsilon Φ \Phi
	Ψ \Psi Ω \Omega × \times ± \pm ∓ \mp · \cdot ∗ \ast ≤ \leq ≥ \geq ≠ \neq ≈ \approx ≃ \simeq ∼ \sim ≡ \equiv
	∝ \propto → \rightarrow ← \leftarrow ↔ \leftrightarrow ⇒ \Rightarrow ⇔ \Leftrightarrow ↦ \mapsto ∞ \infty
	∂ \partial ∇ \nabla ∈ \in ∉ \notin ⊂ \subset ⊆ \subseteq ∪ \cup ∩ \cap ∅ \emptyset ∀ \forall ∃ \exists ∑ \sum
	∏ \prod ∫ \int √ \surd ∘ \circ ⊗ \otimes ⊕ \oplus ⊥ \perp ‖ \Vert ℓ \ell ℏ \hbar ≪ \ll ≫ \gg ⋆ \star † \dagger
	‡ \ddagger ∧ \wedge ∨ \vee ¬ \neg − - ⟨ \langle ⟩ \rangle`)

// texRaised and texLowered are the plain forms of small figures.
var (
	texRaised = pairs("⁰ 0 ¹ 1 ² 2 ³ 3 ⁴ 4 ⁵ 5 ⁶ 6 ⁷ 7 ⁸ 8 ⁹ 9 ⁺ + ⁻ - ′ \\prime ᵀ T ᵃ a ᵇ b ᶜ c ᵈ d ᵉ e " +
		"ᶠ f ᵍ g ʰ h ⁱ i ʲ j ᵏ k ˡ l ᵐ m ⁿ n ᵒ o ᵖ p ʳ r ˢ s ᵗ t ᵘ u ᵛ v ʷ w ˣ x ʸ y ᶻ z")
	texLowered = pairs("₀ 0 ₁ 1 ₂ 2 ₃ 3 ₄ 4 ₅ 5 ₆ 6 ₇ 7 ₈ 8 ₉ 9 ₊ + ₋ - ₐ a ₑ e ₕ h ᵢ i ⱼ j ₖ k ₗ l ₘ m ₙ n " +
		"ₒ o ₚ p ᵣ r ₛ s ₜ t ᵤ u ᵥ v ₓ x")
)

func pairs(s string) map[rune]string {
	fields := strings.Fields(s)
	m := make(map[rune]string, len(fields)/2)
	for i := 0; i+1 < len(fields); i += 2 {
		m[[]rune(fields[i])[0]] = fields[i+1]
	}
	return m
}

// texStyle is how prose is written for a TeX file.
type texStyle struct {
	utf8  bool // letters and punctuation stay as they are
	greek bool // it is in Greek, whose letters are no symbols then
}

func texText(s string, utf8 bool) string { return texStyle{utf8, isGreek(s)}.text(s) }

// text writes prose, or a piece of one. What TeX has no name for stays as it is, such as Chinese.
func (style texStyle) text(s string) string {
	var b strings.Builder
	for letters := []rune(norm.NFC.String(curly(s))); len(letters) > 0; {
		tex, n := style.next(letters)
		b.WriteString(tex)
		letters = letters[n:]
	}
	return b.String()
}

// next writes the first of some characters, or the first n where they go together.
func (style texStyle) next(letters []rune) (tex string, n int) {
	r := letters[0]
	if tex, ok := texSpecial[r]; ok {
		return tex, 1
	}
	if r < 0x80 {
		return string(r), 1
	}
	if n := smallFigures(letters, texRaised); n > 0 {
		return small("^", letters[:n], texRaised), n
	}
	if n := smallFigures(letters, texLowered); n > 0 {
		return small("_", letters[:n], texLowered), n
	}
	if tex, ok := texMaths[r]; ok && !(style.greek && unicode.Is(unicode.Greek, r)) {
		return "{$" + tex + "$}", 1
	}
	if style.utf8 && r != '\u00a0' && r != '\u202f' {
		return string(r), 1
	}
	if tex, ok := texLetters[r]; ok {
		return tex, 1
	}
	return accented(r), 1
}

// curly makes straight double quotes opening and closing ones.
func curly(s string) string {
	if !strings.Contains(s, `"`) {
		return s
	}
	before := ' '
	return strings.Map(func(r rune) rune {
		opens := unicode.IsSpace(before) || strings.ContainsRune("([{‘“-–—/", before)
		if before = r; r != '"' {
			return r
		} else if opens {
			return '“'
		}
		return '”'
	}, s)
}

// isGreek says whether a text has a word in Greek.
func isGreek(s string) bool {
	n := 0
	for _, r := range s {
		if !unicode.Is(unicode.Greek, r) {
			n = 0
		} else if n++; n == 3 {
			return true
		}
	}
	return false
}

// smallFigures is how many raised or lowered characters stand at the beginning.
func smallFigures(letters []rune, of map[rune]string) int {
	for i, r := range letters {
		if of[r] == "" {
			return i
		}
	}
	return len(letters)
}

func small(sign string, letters []rune, of map[rune]string) string {
	s := "{$" + sign + "{"
	for _, r := range letters {
		s += of[r]
	}
	return s + "}$}"
}

// accented is a letter with its marks: {\"o}, {\'{\^e}}. A letter of which TeX does not have all stays as it is.
func accented(r rune) string {
	parts := []rune(norm.NFD.String(string(r)))
	base := string(parts[0])
	if tex, ok := texLetters[parts[0]]; ok {
		base = tex
	} else if parts[0] >= 0x80 {
		return string(r)
	}
	if len(parts) == 1 {
		return string(r)
	}
	for _, mark := range parts[1:] {
		accent, ok := texAccents[mark]
		if !ok {
			return string(r)
		}
		base = `{\` + accent + base + "}"
	}
	return base
}

// texFormula writes a formula for a TeX file, within braces so that BibTeX leaves its letters alone.
func texFormula(tex string) string {
	var b strings.Builder
	table := strings.Contains(tex, `\begin`)
	even := evenBraces(tex)
	letters := []rune(tex)
	for i := 0; i < len(letters); i++ {
		r := letters[i]
		switch symbol := texMaths[r]; {
		case r == '\\' && i+1 < len(letters):
			i++
			switch next := letters[i]; {
			case next == '{' && !even:
				b.WriteString(`\lbrace `)
			case next == '}' && !even:
				b.WriteString(`\rbrace `)
			default:
				b.WriteString(`\` + string(next))
			}
		case r == '\\':
			b.WriteString(`\backslash `)
		case r == '%' || r == '#' || r == '&' && !table:
			b.WriteString(`\` + string(r))
		case symbol != "":
			b.WriteString(symbol)
			if i+1 < len(letters) && unicode.IsLetter(letters[i+1]) && letters[i+1] < 0x80 {
				b.WriteByte(' ')
			}
		default:
			b.WriteRune(r)
		}
	}
	return "{$" + b.String() + "$}"
}

// evenBraces says whether braces pair as BibTeX counts them: escaped ones like all others.
func evenBraces(s string) bool {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}
