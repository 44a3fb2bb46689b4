package latex

import "strings"

// symbols maps commands to the characters that stand for them in plain text.
var symbols = map[string]string{
	"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ",
	"eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
	"nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ",
	"sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ",
	"psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
	"Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
	"pm": "±", "mp": "∓", "times": "×", "div": "÷", "cdot": "·", "ast": "∗", "star": "⋆", "circ": "∘",
	"bullet": "•", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙", "cap": "∩", "cup": "∪",
	"wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "setminus": "∖", "neg": "¬", "lnot": "¬",
	"dagger": "†", "ddagger": "‡", "sum": "∑", "prod": "∏", "int": "∫", "oint": "∮", "partial": "∂",
	"nabla": "∇", "infty": "∞", "forall": "∀", "exists": "∃", "emptyset": "∅", "varnothing": "∅",
	"ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "prime": "′", "angle": "∠",
	"ldots": "…", "dots": "…", "cdots": "⋯", "dotsc": "…", "dotsb": "⋯", "vdots": "⋮", "ddots": "⋱",
	"langle": "⟨", "rangle": "⟩", "lceil": "⌈", "rceil": "⌉", "lfloor": "⌊", "rfloor": "⌋",
	"lvert": "|", "rvert": "|", "vert": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "backslash": `\`,
	"lbrace": "{", "rbrace": "}", "flat": "♭", "sharp": "♯", "natural": "♮", "triangle": "△",
	"square": "□", "Box": "□", "blacksquare": "■", "checkmark": "✓", "top": "⊤", "bot": "⊥",
	"degree": "°", "deg": "°", "arcdeg": "°", "arcmin": "′", "arcsec": "″", "micro": "µ", "micron": "µm",
	"colon": ":", "surd": "√", "rtimes": "⋊", "ltimes": "⋉", "bigoplus": "⨁", "bigotimes": "⨂",
	"bigcup": "⋃", "bigcap": "⋂", "textendash": "–", "textemdash": "—", "textregistered": "®",
	"texttrademark": "™", "copyright": "©", "textcopyright": "©", "textasciitilde": "~", "textdegree": "°",
	"textbackslash": `\`, "textless": "<", "textgreater": ">", "textbar": "|", "texttimes": "×",
	"textmu": "µ", "textquotesingle": "'", "textunderscore": "_", "textasciicircum": "^",
	"textbullet": "•", "textellipsis": "…", "textpm": "±", "textquotedblleft": "“", "textquotedblright": "”",
	"S": "§", "P": "¶", "pounds": "£", "euro": "€", "texteuro": "€", "LaTeX": "LaTeX", "TeX": "TeX",
	"eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "cf": "cf.", "quad": " ", "qquad": " ",
	"thinspace": "\u202f", "enspace": " ", "space": " ", "msun": "M⊙", "Msun": "M⊙", "Lsun": "L⊙",
	"lsun": "L⊙", "Rsun": "R⊙", "rsun": "R⊙", "kms": "km/s", "middot": "·", "slash": "/",
	"le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠",
	"ll": "≪", "gg": "≫", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡",
	"propto": "∝", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰", "lesssim": "≲", "gtrsim": "≳",
	"la": "≲", "ga": "≳", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆",
	"subsetneq": "⊊", "supset": "⊃", "supseteq": "⊇", "mid": "∣", "nmid": "∤", "parallel": "∥",
	"perp": "⊥", "to": "→", "rightarrow": "→", "longrightarrow": "→", "leftarrow": "←", "gets": "←",
	"Rightarrow": "⇒", "Longrightarrow": "⇒", "implies": "⇒", "Leftarrow": "⇐", "leftrightarrow": "↔",
	"Leftrightarrow": "⇔", "iff": "⇔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "hookrightarrow": "↪",
	"rightleftharpoons": "⇌", "vdash": "⊢", "models": "⊨", "asymp": "≍", "doteq": "≐", "coloneqq": "≔",
	"triangleq": "≜", "sqsubseteq": "⊑", "vartriangle": "△", "lhd": "⊲", "rhd": "⊳", "bowtie": "⋈",
}

// relations are the symbols with space around them.
var relations = set("le leq leqslant ge geq geqslant ne neq ll gg approx sim simeq cong equiv propto prec succ " +
	"preceq succeq lesssim gtrsim la ga in notin ni subset subseteq subsetneq supset supseteq mid nmid parallel " +
	"perp to rightarrow longrightarrow leftarrow gets Rightarrow Longrightarrow implies Leftarrow leftrightarrow " +
	"Leftrightarrow iff mapsto hookrightarrow rightleftharpoons vdash models asymp doteq coloneqq triangleq " +
	"sqsubseteq quad qquad enspace space land lor forall exists")

// functions are the names that are set upright, with space around them.
var functions = set("log ln lg exp sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan max min sup inf lim " +
	"limsup liminf det dim ker hom gcd deg Pr arg argmax argmin")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// raised and lowered are the characters that Unicode has as scripts.
var raised, lowered = scripts(
	"0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθϕχ′∘*∗†⊤",
	"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ′°**†ᵀ",
), scripts(
	"0123456789+-−=()aehijklmnoprstuvxβγρϕχ⊙",
	"₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ⊙",
)

func scripts(from, to string) map[rune]rune {
	m := map[rune]rune{}
	targets := []rune(to)
	for i, r := range []rune(from) {
		m[r] = targets[i]
	}
	return m
}

// doubleStruck are the letters of \mathbb that everybody reads.
var doubleStruck = map[string]string{
	"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "P": "ℙ", "H": "ℍ", "F": "𝔽", "E": "𝔼", "1": "𝟙",
}
