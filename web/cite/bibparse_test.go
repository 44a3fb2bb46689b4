package cite

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// bibEntry is an entry as BibTeX reads it: values still TeX, without their outer braces.
type bibEntry struct {
	kind, key string
	fields    map[string]string
	order     []string
}

// parseBibTeX reads a BibTeX file as strictly as BibTeX: braces pair, keys have no sign that ends them, every field has a
// value and there is nothing but white space between entries.
func parseBibTeX(s string) ([]bibEntry, error) {
	p := bibParser{in: s}
	var entries []bibEntry
	for p.space(); p.pos < len(p.in); p.space() {
		e, err := p.entry()
		if err != nil {
			return nil, fmt.Errorf("entry %d, at byte %d: %w", len(entries)+1, p.pos, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

type bibParser struct {
	in  string
	pos int
}

func (p *bibParser) space() {
	for p.pos < len(p.in) && strings.IndexByte(" \n\t", p.in[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *bibParser) expect(c byte) error {
	if p.space(); p.pos == len(p.in) || p.in[p.pos] != c {
		return fmt.Errorf("no %q", c)
	}
	p.pos++
	return nil
}

// name reads up to one of the signs that end a name.
func (p *bibParser) name() (string, error) {
	p.space()
	start := p.pos
	for p.pos < len(p.in) && strings.IndexByte(" \n\t\"#%'(),={}~\\", p.in[p.pos]) < 0 {
		if c := p.in[p.pos]; c < ' ' || c >= 0x7f {
			return "", fmt.Errorf("%q in a name", c)
		}
		p.pos++
	}
	if p.pos == start {
		return "", fmt.Errorf("an empty name")
	}
	return p.in[start:p.pos], nil
}

func (p *bibParser) entry() (bibEntry, error) {
	e := bibEntry{fields: map[string]string{}}
	err := p.expect('@')
	if err == nil {
		e.kind, err = p.name()
	}
	if err == nil {
		err = p.expect('{')
	}
	if err == nil {
		e.key, err = p.name()
	}
	for err == nil {
		if err = p.expect(','); err != nil {
			return e, p.expect('}')
		}
		var name, value string
		if name, err = p.name(); err != nil {
			return e, err
		}
		if err = p.expect('='); err != nil {
			return e, err
		}
		if value, err = p.value(); err != nil {
			return e, fmt.Errorf("%s: %w", name, err)
		}
		if _, twice := e.fields[name]; twice {
			return e, fmt.Errorf("%s twice", name)
		}
		e.fields[name] = value
		e.order = append(e.order, name)
	}
	return e, err
}

func (p *bibParser) value() (string, error) {
	if p.space(); p.pos < len(p.in) && p.in[p.pos] != '{' {
		return p.name() // a month
	}
	start, depth := p.pos, 0
	for ; p.pos < len(p.in); p.pos++ {
		switch p.in[p.pos] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				p.pos++
				return strings.Join(strings.Fields(p.in[start+1:p.pos-1]), " "), nil
			}
		}
	}
	return "", fmt.Errorf("braces do not pair")
}

// bibName is a name as BibTeX reads it.
type bibName struct{ von, last, jr, first string }

// parseBibNames takes an author field apart at every " and " outside of braces, and each name as BibTeX does.
func parseBibNames(field string) ([]bibName, error) {
	var names []bibName
	for _, s := range splitOutside(field, " and ") {
		parts := splitOutside(s, ",")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		switch len(parts) {
		case 1:
			if len(splitOutside(parts[0], " ")) > 1 {
				return nil, fmt.Errorf("%q has no comma", s)
			}
			names = append(names, bibName{last: parts[0]})
		case 2, 3:
			n := bibName{first: parts[len(parts)-1]}
			if len(parts) == 3 {
				n.jr = parts[1]
			}
			words := splitOutside(parts[0], " ")
			small := 0 // von ends with the last small word, which is not the last word
			for i, w := range words[:len(words)-1] {
				if r := []rune(decodeTeX(w)); len(r) > 0 && unicode.IsLower(r[0]) && w[0] != '{' {
					small = i + 1
				}
			}
			n.von, n.last = strings.Join(words[:small], " "), strings.Join(words[small:], " ")
			names = append(names, n)
		default:
			return nil, fmt.Errorf("%q has %d commas", s, len(parts)-1)
		}
	}
	return names, nil
}

// splitOutside splits at sep (in small or capital letters) outside of braces.
func splitOutside(s, sep string) []string {
	var parts []string
	start, depth := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 && i+len(sep) <= len(s) && strings.EqualFold(s[i:i+len(sep)], sep) {
			parts = append(parts, s[start:i])
			start = i + len(sep)
			i += len(sep) - 1
		}
	}
	return append(parts, s[start:])
}

var texCommands = map[string]string{
	"textbackslash": `\`, "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~", "textasciicircum": "^",
	"textasciigrave": "`", "textless": "<", "textgreater": ">", "textbar": "|", "ldots": "…", "textquestiondown": "¿",
	"textexclamdown": "¡", "S": "§", "P": "¶", "textcopyright": "©", "textregistered": "®", "texttrademark": "™",
	"pounds": "£", "texteuro": "€", "textdegree": "°", "textbullet": "•", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ",
	"OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dj": "đ", "DJ": "Đ",
	"dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
}

var texMarks = map[string]string{
	"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307", `"`: "\u0308",
	"r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328", "b": "\u0331",
}

// decodeTeX reads a field's TeX: accents, named characters and escaped signs become Unicode and braces go. A formula is
// shown canonical, between dollars.
func decodeTeX(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case strings.HasPrefix(s[i:], "{$"):
			end := i + matching(s[i:])
			b.WriteString("$" + canonicalFormula(s[i+2:end-1]) + "$")
			i = end + 1
		case c == '{' || c == '}':
			i++
		case c == '~':
			b.WriteString("\u00a0")
			i++
		case c == '\\':
			i++
			end := i
			for end < len(s) && unicode.IsLetter(rune(s[end])) && s[end] < 0x80 {
				end++
			}
			name := s[i:max(end, i+1)]
			i += len(name)
			if mark, ok := texMarks[name]; ok && i < len(s) && s[i] != '}' {
				i += len(s[i:]) - len(strings.TrimLeft(s[i:], " "))
				group := i
				if s[i] == '{' {
					i += matching(s[i:]) + 1
				} else {
					i++
				}
				b.WriteString(norm.NFC.String(decodeTeX(s[group:i]) + mark))
			} else if text, ok := texCommands[name]; ok {
				b.WriteString(text)
			} else if name == "," {
				b.WriteString("\u202f")
			} else {
				b.WriteString(name)
			}
		default:
			b.WriteByte(c)
			i++
		}
	}
	return norm.NFC.String(b.String())
}

// matching is where the brace that s begins with closes.
func matching(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s) - 1
}
