package latex

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// mathElements are the elements that may be in a formula.
var mathElements = set("math mrow mi mn mo ms mtext mspace mstyle mfrac msqrt mroot msub msup msubsup munder mover " +
	"munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom menclose none")

// Attributes are let through by the form of their values. Lengths are also
// bounded, vertical ones more tightly: a formula must stay near its line.
var (
	booleans = set("displaystyle fence separator stretchy symmetric movablelimits accent accentunder largeop")
	lengths  = map[string]float64{
		"lspace": 10, "rspace": 10, "width": 20, "height": 10, "depth": 10, "voffset": 3,
		"minsize": 10, "maxsize": 10, "linethickness": 1,
	}
	patterns = map[string]*regexp.Regexp{
		"display":     regexp.MustCompile(`^(?:block|inline)$`),
		"mathvariant": regexp.MustCompile(`^normal$`),
		"form":        regexp.MustCompile(`^(?:prefix|infix|postfix)$`),
		"scriptlevel": regexp.MustCompile(`^[+-]?[0-3]$`),
		"notation":    regexp.MustCompile(`^[a-z]+(?: [a-z]+){0,3}$`),
		"columnspan":  regexp.MustCompile(`^[1-9][0-9]?$`),
		"rowspan":     regexp.MustCompile(`^[1-9][0-9]?$`),
	}
	length = regexp.MustCompile(`^(-?[0-9]*\.?[0-9]+)(em|ex|pt|px|%)?$`)
)

// mathClasses are Temml's classes that math.css knows.
var mathClasses = set("tml-display mathcal tml-prime tml-sml-pad tml-med-pad tml-lrg-pad " +
	"chr-sml chr-med chr-lrg chr-sml-vec chr-med-vec chr-lrg-vec tml-vec " +
	"wbk-acc wbk-sml wbk-med wbk-lrg wbk-sml-acc wbk-med-acc wbk-lrg-acc wbk-sml-vec wbk-med-vec wbk-lrg-vec " +
	"tml-left tml-right tml-jot tml-small " +
	"tml-overline tml-underline tml-cancel upstrike downstrike tml-xcancel sout tml-fbox")

// maxMathDepth bounds how deep elements nest in what a page gets.
const maxMathDepth = 200

var errMarkup = errors.New("unexpected markup")

// cleanMathML parses Temml's answer and writes it anew with nothing but what
// is on the lists above. Elements that aren't make it an error; attributes
// are left out, but for inline styles that have a class in math.css.
func cleanMathML(markup string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(markup))
	var b strings.Builder
	b.Grow(len(markup))
	depth := 0
	open := ""    // an element whose start tag lacks its end
	wide := false // within a wide accent
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("%w: %w", errMarkup, err)
		}
		if _, ends := token.(xml.EndElement); open != "" && !ends {
			b.WriteByte('>')
			open = ""
		}
		switch t := token.(type) {
		case xml.StartElement:
			name := t.Name.Local
			if depth++; !mathElements[name] || (name == "math") != (depth == 1) || depth > maxMathDepth {
				return "", fmt.Errorf("%w: element %q", errMarkup, name)
			}
			b.WriteString("<" + name)
			wide = writeAttributes(&b, name, t.Attr)
			open = name
		case xml.EndElement:
			depth--
			if open == "mspace" || open == "mrow" || open == "none" || open == "mprescripts" {
				b.WriteString("/>")
			} else {
				if open != "" {
					b.WriteByte('>')
				}
				b.WriteString("</" + t.Name.Local + ">")
			}
			open = ""
		case xml.CharData:
			if depth == 0 {
				return "", fmt.Errorf("%w: text outside maths", errMarkup)
			}
			if accent := wideAccents[string(t)]; wide && accent != "" {
				b.WriteString(accent)
			} else {
				b.Write(appendEscaped(nil, string(t)))
			}
		default:
			return "", fmt.Errorf("%w: %T", errMarkup, token)
		}
	}
	if b.Len() == 0 {
		return "", errMarkup
	}
	return b.String(), nil
}

// wideAccents are the signs for which fonts have wide forms, to which
// browsers stretch them, for those that Temml scales by a transform instead.
var wideAccents = map[string]string{"\u02c6": "&#x302;", "~": "&#x303;"}

// writeAttributes writes what may pass of an element's attributes, and says
// whether the element is a wide accent.
func writeAttributes(b *strings.Builder, element string, attrs []xml.Attr) (wide bool) {
	var classes []string
	for _, a := range attrs {
		name, value := a.Name.Local, a.Value
		switch {
		case a.Name.Space != "":
		case name == "class":
			for _, c := range strings.Fields(value) {
				if mathClasses[c] {
					classes = append(classes, c)
				}
				wide = wide || strings.HasPrefix(c, "tml-hat-") || strings.HasPrefix(c, "tml-tilde-")
			}
		case name == "style":
			classes = append(classes, styleClasses(element, value)...)
		case allowed(name, value):
			b.WriteString(" " + name + `="` + value + `"`)
		}
	}
	if len(classes) > 0 {
		b.WriteString(` class="` + strings.Join(classes, " ") + `"`)
	}
	return wide
}

// allowed says whether an attribute may pass; its value is then free of
// anything that would need escaping.
func allowed(name, value string) bool {
	switch {
	case booleans[name]:
		return value == "true" || value == "false"
	case patterns[name] != nil:
		return patterns[name].MatchString(value)
	}
	limit, ok := lengths[name]
	if !ok {
		return false
	}
	em, ok := ems(value)
	return ok && math.Abs(em) <= limit
}

// ems converts a length; a percentage counts as its hundredth.
func ems(value string) (float64, bool) {
	m := length.FindStringSubmatch(value)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, false
	}
	switch m[2] {
	case "ex":
		n /= 2
	case "pt":
		n /= 10
	case "px":
		n /= 16
	case "%":
		n /= 100
	}
	return n, true
}

// styleClasses returns the classes that stand for an inline style.
func styleClasses(element, style string) []string {
	var classes []string
	for _, declaration := range strings.Split(style, ";") {
		property, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		if c := styleClass(element, strings.TrimSpace(property), strings.TrimSpace(value)); c != "" {
			classes = append(classes, c)
		}
	}
	return classes
}

func styleClass(element, property, value string) string {
	switch property + ":" + value {
	case "math-depth:0", "math-depth:2":
		return "tml-depth-" + value
	case "font-weight:bold":
		return "tml-bold"
	case "font-style:italic":
		return "tml-italic"
	case "text-align:left":
		return "tml-left"
	case "border:1px solid":
		return "tml-fbox"
	}
	em, isLength := ems(value)
	switch property {
	case "margin-left":
		// \! and its like: MathML in Chromium has no negative space.
		if isLength && em < 0 {
			return "tml-back-" + step(-em, 0.1667, 0.3333, 0.5833, 1)
		}
	case "padding-left", "padding-right":
		if isLength && element == "mtd" {
			return "tml-" + property[len("padding-"):len("padding-")+1] + step(em, 0, 0.14, 0.6, 1)
		}
	case "border-top", "border-bottom", "border-left", "border-right":
		return "tml-" + property
	}
	return ""
}

// step returns which of the ascending sizes is nearest to em, "0" for the
// first.
func step(em float64, sizes ...float64) string {
	best := 0
	for i, size := range sizes {
		if math.Abs(size-em) < math.Abs(sizes[best]-em) {
			best = i
		}
	}
	return strconv.Itoa(best)
}
