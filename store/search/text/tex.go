package text

import "strings"

// texLetters are commands that are letters, in their folded form.
var texLetters = map[string]string{
	"ss": "ss", "SS": "ss", "o": "o", "O": "o", "l": "l", "L": "l", "aa": "a", "AA": "a", "ae": "ae", "AE": "ae", "oe": "oe",
	"OE": "oe", "i": "i", "j": "j", "dh": "d", "DH": "d", "th": "th", "TH": "th", "dj": "d", "DJ": "d", "ng": "n", "NG": "n",
	"ell": "l",
}

// greek are the names of the letters from α to ω.
var greek = [...]string{"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
	"nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"}

// greekName is the name of a Greek letter, also of mathematicians' bold and slanted ones; "" for other letters.
func greekName(r rune) string {
	switch {
	case 'α' <= r && r <= 'ω':
		return greek[r-'α']
	case 'Α' <= r && r <= 'Ω':
		return greek[r-'Α']
	case r == 'µ': // the sign of micro
		return "mu"
	case r == 'ϵ':
		return "epsilon"
	case r == 'ϕ':
		return "phi"
	case r == 'ϑ':
		return "theta"
	case r == 'ℓ':
		return "l"
	case 0x1d6a8 <= r && r <= 0x1d7c9: // five styles of 58: capitals, nabla, small letters, seven variants
		if i := (r - 0x1d6a8) % 58; i < 25 {
			return greek[i]
		} else if i > 25 && i < 51 {
			return greek[i-26]
		}
	}
	return ""
}

// greekCommand is the letter that a command stands for: alpha, Gamma, varepsilon.
func greekCommand(name string) string {
	name = strings.ToLower(strings.TrimPrefix(name, "var"))
	for _, letter := range greek {
		if name == letter {
			return letter
		}
	}
	return ""
}

// tex reads a command: an accent or a letter continues its word, a Greek letter is a word, others say nothing.
func (sc *scanner) tex() {
	next := sc.at(sc.i + 1)
	switch {
	case strings.IndexByte("'`^\"~=.", next) >= 0 && next != 0:
		if letter, end := sc.accented(sc.i + 2); end > 0 {
			sc.put(letter, sc.i, end)
			return
		}
	case next == '-' && sc.open: // a place where the word may be broken
		sc.i += 2
		return
	case lower[next] != 0 && !isDigit(next):
		sc.command()
		return
	}
	sc.finish()
	sc.i++
	if next != 0 && next < 0x80 {
		sc.i++
	}
}

// accented reads what an accent stands on, at i: e, {e}, \i, {\i}. Its end is 0 where nothing can take one.
func (sc *scanner) accented(i int) (letter string, end int) {
	brace := sc.at(i) == '{'
	if brace {
		i++
	}
	from := i
	switch b := sc.at(i); {
	case b == '\\' && (sc.at(i+1) == 'i' || sc.at(i+1) == 'j') && lower[sc.at(i+2)] == 0:
		from, i = i+1, i+2
		if sc.at(i) == ' ' && !brace {
			i++
		}
		letter = sc.s[from : from+1]
	case lower[b] != 0 && !isDigit(b):
		i++
		for brace && i < from+3 && lower[sc.at(i)] != 0 { // \t{oo}
			i++
		}
		letter = strings.ToLower(sc.s[from:i])
	default:
		return "", 0
	}
	if brace {
		if sc.at(i) != '}' {
			return "", 0
		}
		i++
	}
	return letter, i
}

func (sc *scanner) command() {
	end := sc.i + 1
	for b := sc.at(end); lower[b] != 0 && !isDigit(b); b = sc.at(end) {
		end++
	}
	name := sc.s[sc.i+1 : end]
	if len(name) == 1 && strings.Contains("Hvuckrdbt", name) {
		at := end
		if sc.at(at) == ' ' {
			at++
		}
		if letter, end := sc.accented(at); end > 0 && (at > sc.i+2 || sc.at(at) == '{' || sc.at(at) == '\\') {
			sc.put(letter, sc.i, end)
			return
		}
	}
	if letter := texLetters[name]; letter != "" {
		sc.put(letter, sc.i, end)
		if sc.at(end) == ' ' && sc.goesOn(end+1) { // TeX eats the blank: \o re is øre
			sc.i++
		} else if strings.HasPrefix(sc.s[end:], "{}") {
			sc.i += 2
		}
		return
	}
	sc.finish()
	sc.i = end
	if letter := greekCommand(name); letter != "" {
		sc.i = end - len(name) - 1
		sc.put(letter, sc.i, end)
		sc.finish()
		return
	}
	switch name {
	case "begin", "end", "label", "ref", "eqref", "cite", "citep", "citet":
		const longest = 100 // bytes
		if sc.at(end) == '{' {
			if i := strings.IndexByte(sc.s[end:min(len(sc.s), end+longest)], '}'); i > 0 {
				sc.i = end + i + 1
			}
		}
	}
}
